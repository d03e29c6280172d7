"""The gradient of the mean cross-entropy with respect to the scores of a batch."""

import torch

from . import Build, Property, Wrong


def case(generator):
    B = int(torch.randint(2, 6, (), generator=generator))
    C = int(torch.randint(3, 8, (), generator=generator))
    C += C == B
    scores = 3 * torch.randn(B, C, generator=generator)
    return scores, torch.randint(0, C, (B,), generator=generator)


def near(a, b):
    return a.shape == b.shape and torch.allclose(a, b, atol=1e-5)


def places(scores, c):
    """True at the true class of each image."""
    return torch.zeros_like(scores, dtype=torch.bool).scatter(1, c[:, None], True)


def wrong_classes(got, expected, scores, c):
    got, expected = (a.masked_fill(places(scores, c), 0.0) for a in (got, expected))
    if near(got, expected):
        return None
    if near(got, expected * len(c)):
        return "the loss is the mean over the batch, so each image counts 1/B; yours has no such factor"
    return "at a class that isn't the true one, the gradient is the probability of that class, divided by B"


def true_class(got, expected, scores, c):
    if near(got[places(scores, c)], expected[places(scores, c)]):
        return None
    return "at the other classes it is right, but at the true class the gradient is (p - 1) / B"


exercise = Build(
    name="clothes-gradient",
    chapter="clothes_row_by_row",
    title="The gradient of the scores",
    minutes=10,
    statement=r"""
Write `score_gradient(s, c)` for scores $s$ of shape $(B, C)$ and true classes $c$, whole numbers of shape $(B,)$.
It returns the gradient of the mean cross-entropy of the batch with respect to the scores, of shape $(B, C)$. Don't use `backward`.
""",
    function="score_gradient",
    stub='''
def score_gradient(s, c):
    """Gradient of the mean cross-entropy: (B, C), (B,) → (B, C)."""
    ...
    return ...
''',
    solution='''
def score_gradient(s, c):
    """Gradient of the mean cross-entropy: (B, C), (B,) → (B, C)."""
    p = s.softmax(1)
    y = torch.nn.functional.one_hot(c, s.shape[1])
    return (p - y) / len(s)
''',
    case=case,
    properties=(
        Property(
            "wrong classes", wrong_classes,
            "The softmax runs over the classes of one image. Which axis is that? And how much does one image count in "
            "a mean over B?",
        ),
        Property(
            "true class", true_class,
            "Which number must be taken away from the probability of the true class, and from no other?",
        ),
    ),
    also_right=(
        '''
def score_gradient(s, c):
    e = torch.exp(s - s.max(dim=1, keepdim=True).values)
    g = e / e.sum(dim=1, keepdim=True)
    g[torch.arange(len(s)), c] -= 1
    return g / s.shape[0]
''',
    ),
    wrong=(
        Wrong("the sum over the batch", fails="wrong classes", edit=(" / len(s)", "")),
        Wrong("divided by the classes", fails="wrong classes", edit=("len(s)", "s.shape[1]")),
        Wrong("softmax over the batch", fails="wrong classes", edit=("softmax(1)", "softmax(0)")),
        Wrong("the wrong sign", fails="wrong classes", edit=("(p - y)", "(y - p)")),
        Wrong("the scores in place of the probabilities", fails="wrong classes", edit=("s.softmax(1)", "s")),
        Wrong("the probabilities alone", fails="true class", edit=("(p - y)", "p")),
        Wrong("the true class is added", fails="true class", edit=("(p - y)", "(p + y)")),
        Wrong("one gradient for the batch", fails="shape", edit=("(p - y) / len(s)", "(p - y).mean(0)")),
        Wrong("the loss itself", fails="shape",
              edit=("(p - y) / len(s)", "torch.nn.functional.cross_entropy(s, c)")),
        Wrong("the scores are overwritten", fails="keeps its inputs", edit=("p = s.softmax(1)", "p = s.copy_(s.softmax(1))")),
    ),
    explanation=r"""
It is the formula $(p - y)/B$ of the chapter, for a whole batch. Each row of the result sums to zero: what one score gains, the others lose.
""",
)  # fmt: skip
