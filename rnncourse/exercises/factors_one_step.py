"""One step of the iteration that computes a sparse code."""

import torch

from . import Build, Property, Wrong


def case(generator):
    N, D, K = (int(torch.randint(2, 6, (), generator=generator)) for _ in range(3))
    K += 3  # more atoms than features
    W = 1.5 * torch.randn(D, K, generator=generator)
    x = 3 * torch.randn(N, D, generator=generator)
    h = 0.5 * torch.randn(N, K, generator=generator)
    return h, x, W, 1.0


def cost(h, x, W, alpha):
    return 0.5 * ((x - h @ W.T) ** 2).sum(1) + alpha * h.abs().sum(1)


def descends(got, expected, h, x, W, alpha):
    if (cost(got, x, W, alpha) > cost(h, x, W, alpha) + 1e-4).any():
        return "the cost must not rise in a step, and here it does for some row"
    return None


def sparse(got, expected, h, x, W, alpha):
    if (expected == 0).any() and not (got == 0).any():
        return "some factors must become exactly zero: that is what the threshold is for"
    return None


def both_signs(got, expected, h, x, W, alpha):
    if (expected < 0).any() and not (got < 0).any():
        return "negative factors are allowed; the threshold acts on their size"
    return None


exercise = Build(
    name="factors-one-step",
    chapter="linear_factor_models",
    title="One step of ISTA",
    minutes=15,
    statement=r"""
Write `step(h, x, W, alpha)`: one step of ISTA from the codes `h` $(N, K)$ for the examples `x` $(N, D)$, with the atoms in the columns of `W` $(D, K)$. The result is again $(N, K)$.
The step size is $1/L$, with $L$ the largest eigenvalue of $W^\top W$.
""",
    function="step",
    stub='''
def step(h, x, W, alpha):
    """Codes (N, K) of x (N, D) after one step; atoms W (D, K)."""
    return ...
''',
    solution='''
def step(h, x, W, alpha):
    """Codes (N, K) of x (N, D) after one step; atoms W (D, K)."""
    L = torch.linalg.eigvalsh(W.T @ W)[-1]
    u = h + (x - h @ W.T) @ W / L
    return u.sign() * (u.abs() - alpha / L).clamp(min=0)
''',
    case=case,
    properties=(
        Property(
            "sparse", sparse,
            "First go down the slope of the squared error by 1 / L; then bring each entry nearer to zero by alpha / "
            "L.",
        ),
        Property("both signs", both_signs, "The threshold shortens the size of an entry and leaves its sign as it is."),
        Property(
            "descends", descends,
            "Try the two parts apart: with alpha = 0 the squared error must fall; and the threshold has the step "
            "size in it, too.",
        ),
    ),
    also_right=(
        '''
def step(h, x, W, alpha):
    L = torch.linalg.matrix_norm(W, 2) ** 2
    u = h - (h @ W.T @ W - x @ W) / L
    return torch.nn.functional.softshrink(u, float(alpha / L))
''',
    ),
    wrong=(
        Wrong("up the slope instead of down", fails="descends", edit=("h + (x", "h - (x")),
        Wrong("no threshold", fails="sparse",
              edit=("return u.sign() * (u.abs() - alpha / L).clamp(min=0)", "return u")),
        Wrong("only positive factors", fails="both signs",
              edit=("return u.sign() * (u.abs() - alpha / L).clamp(min=0)", "return (u - alpha / L).clamp(min=0)")),
        Wrong("the threshold isn't divided by L", fails="descends", edit=("u.abs() - alpha / L", "u.abs() - alpha")),
        Wrong("the gradient isn't divided by L", fails="sparse", edit=("@ W / L", "@ W")),
        Wrong("hard instead of soft threshold", fails="value",
              edit=("u.sign() * (u.abs() - alpha / L).clamp(min=0)", "u * (u.abs() > alpha / L)")),
        Wrong("the threshold before the gradient", fails="sparse",
              edit=("u = h + (x - h @ W.T) @ W / L\n    return u.sign() * (u.abs() - alpha / L).clamp(min=0)",
                    "u = h.sign() * (h.abs() - alpha / L).clamp(min=0)\n    return u + (x - u @ W.T) @ W / L")),
        Wrong("the codes of a single example", fails="shape",
              edit=("return u.sign()", "u = u[:1]\n    return u.sign()")),
    ),
    hints=(
        "With examples in rows, W h is h @ W.T, and Wᵀ r is r @ W.",
        "A soft threshold shortens every entry, the large ones as well.",
    ),
    explanation=r"""
The gradient of $\tfrac12 \lVert x - W h \rVert^2$ is $-W^\top (x - W h)$, so the step goes the other way. The threshold has the step size in it, too: one step minimises a quadratic bound of the cost, and dividing that bound by $L$ divides $\alpha$ as well.
`torch.nn.functional.softshrink` is the soft threshold.
""",
)  # fmt: skip
