"""How many images would several networks all miss by chance?"""

import torch

from . import Build, Property, Wrong

SOLUTION = '''
def expected_shared(wrong, truth):
    """How many images all networks miss by chance, within classes."""
    total = 0.0
    for c in truth.unique():
        share = wrong[:, truth == c].double().mean(1)  # (M,)
        total += (truth == c).sum() * share.prod()
    return float(total)
'''


def case(generator):
    M, C = (int(torch.randint(2, 5, (), generator=generator)) for _ in range(2))
    counts = [int(torch.randint(3, 9, (), generator=generator)) for _ in range(C)]
    truth = torch.cat([torch.full((count,), c) for c, count in enumerate(counts)])
    truth = truth[torch.randperm(len(truth), generator=generator)]
    hard = torch.rand(C, generator=generator) * 0.6 + 0.2  # classes differ
    wrong = torch.rand(M, len(truth), generator=generator) < hard[truth]
    wrong[:, 0] = True  # nobody is without an error
    return wrong, truth


def near(a, b):
    return abs(float(a) - float(b)) < 1e-6


def is_count(got, expected, wrong, truth):
    if near(got, expected / len(truth)):
        return "that is a share of the images; give how many images are expected"
    return None


def within_classes(got, expected, wrong, truth):
    if near(got, len(truth) * wrong.double().mean(1).prod()):
        return "the classes are ignored; count within each class and add up"
    return None


def expected_not_seen(got, expected, wrong, truth):
    if near(got, wrong.all(0).sum()) and not near(expected, wrong.all(0).sum()):
        return "those are the images that all miss; asked for is how many chance alone would give"
    return None


exercise = Build(
    name="again-shared",
    chapter="clothes_again",
    title="Missed by all",
    minutes=15,
    statement=r"""
The chapter counts what *two* networks share. Write `expected_shared(wrong, truth)` for $M$ networks: how many images would all of them miss if their errors were independent within each class?
`wrong` is a Boolean tensor of shape $(M, N)$, `truth` has the $N$ class numbers. Classes may differ in size. Return a float.
Then apply it to the nine networks of the chapter: chance gives how many, and how many are there?
""",
    function="expected_shared",
    stub='''
def expected_shared(wrong, truth):
    """How many images all networks miss by chance, within classes."""
    ...
    return ...  # a float
''',
    solution=SOLUTION,
    case=case,
    properties=(
        Property("count", is_count, "How many images, says the statement, not which share of them."),
        Property(
            "within classes", within_classes,
            "Take the images of one class as if they were all there are; then add up the classes.",
        ),
        Property(
            "expected", expected_not_seen,
            "If the errors within a class are independent, what is the probability that all networks miss an image "
            "of it?",
        ),
    ),
    also_right=(
        '''
def expected_shared(wrong, truth):
    members = torch.nn.functional.one_hot(truth).double()  # (N, C)
    size = members.sum(0)
    missed = wrong.double() @ members  # (M, C)
    return float((size * (missed / size.clamp(min=1)).prod(0)).sum())
''',
    ),
    wrong=(
        Wrong("the classes are ignored", fails="within classes", answer='''
def expected_shared(wrong, truth):
    return float(len(truth) * wrong.double().mean(1).prod())
'''),
        Wrong("what is seen in place of what is expected", fails="expected", answer='''
def expected_shared(wrong, truth):
    return float(wrong.all(0).sum())
'''),
        Wrong("a share in place of a count", fails="count",
              edit=("float(total)", "float(total) / len(truth)")),
        Wrong("the size of the class is forgotten", edit=("(truth == c).sum() * ", "")),
        Wrong("only the first two networks", edit=("share.prod()", "share[:2].prod()")),
        Wrong("the mean of the shares in place of their product", edit=("share.prod()", "share.mean()")),
        Wrong("what is right in place of what is wrong", edit=("wrong[:, truth == c]", "(~wrong)[:, truth == c]")),
        Wrong("the counts are multiplied, not the shares", edit=(".mean(1)", ".sum(1)")),
    ),
    hints=(
        "For one class: each network misses a share of it. What is the probability that all miss an image?",
        "Times the number of images of the class; then add up the classes.",
    ),
    explanation=r"""
Within class $c$ with $n_c$ images, network $m$ misses the share $q_{mc}$; independent errors meet on $n_c \prod_m q_{mc}$ images. The sum over the classes is expected.
For the chapter's networks, stack the arrays in `wrong` to one tensor $(M, N)$; the classes are `data.test.y`. Chance gives far fewer images than there are.
""",
)  # fmt: skip
