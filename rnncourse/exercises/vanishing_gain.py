"""The gain of a recurrent weight matrix."""

import torch

from . import Build, Property, Wrong


def scales(got, expected, W_h, activation):
    if abs(got.item() - expected.item()) > 1e-4 * expected.item():
        for other, slope in (("tanh", 1.0), ("relu", 1.0), ("sigmoid", 0.25)):
            size = torch.linalg.matrix_norm(W_h, 2).item() * slope
            if other != activation and abs(got.item() - size) < 1e-4 * size:
                return f"for {activation} the largest slope is another one"
    return None


def stretches(got, expected, W_h, activation):
    """No vector is stretched by more than the gain: try the one that is stretched most."""
    most = torch.linalg.svdvals(W_h)[0] * (0.25 if activation == "sigmoid" else 1.0)
    if got < most * (1 - 1e-4):
        return f"there is a vector that one step stretches by {most:.4g}, but the gain is given as {got:.4g}"
    return None


def tight(got, expected, W_h, activation):
    if got > expected * (1 + 1e-4):
        return f"no vector is stretched by {got:.4g}: a smaller number is a bound, too"
    return None


exercise = Build(
    name="vanishing-gain",
    chapter="vanishing_gradients",
    title="The gain",
    minutes=10,
    statement=r"""
Write `gain(W_h, activation)`, the smallest number that bounds the stretch of one step for all states, $\lVert W_h \rVert_2 \cdot \max_a |\varphi'(a)|$,
as a tensor with a single value. The activation is `"tanh"`, `"relu"` or `"sigmoid"`.
""",
    function="gain",
    stub='''
def gain(W_h, activation):
    """Largest stretch of one step: (H, H), name → one number."""
    ...
    return ...
''',
    solution='''
def gain(W_h, activation):
    """Largest stretch of one step: (H, H), name → one number."""
    slope = {"tanh": 1.0, "relu": 1.0, "sigmoid": 0.25}[activation]
    return slope * torch.linalg.matrix_norm(W_h, 2)
''',
    case=lambda generator: (
        torch.randn(4, 4, generator=generator),
        ("tanh", "relu", "sigmoid")[int(torch.randint(3, (), generator=generator))],
    ),
    cases=8,
    properties=(
        Property("slope", scales, "Where is the slope of each activation function largest, and how large is it there?"),
        Property(
            "bound", stretches,
            "The largest stretch of a matrix is its largest singular value; torch.linalg can compute it.",
        ),
        Property(
            "smallest bound", tight,
            "A norm that no vector reaches is too large. Which norm of a matrix is reached by some vector?",
        ),
    ),
    also_right=(
        '''
def gain(W_h, activation):
    squared = torch.linalg.eigvalsh(W_h @ W_h.T)[-1]
    return squared.sqrt() * (0.25 if activation == "sigmoid" else 1)
''',
    ),
    wrong=(
        Wrong("the slope of the sigmoid taken as 1", fails="slope", edit=("0.25", "1.0")),
        Wrong("the slope of the sigmoid for tanh, too", fails="slope", edit=('"tanh": 1.0', '"tanh": 0.25')),
        Wrong(
            "the spectral radius", fails="bound",
            edit=("torch.linalg.matrix_norm(W_h, 2)", "torch.linalg.eigvals(W_h).abs().max()"),
        ),
        Wrong("the smallest singular value", fails="bound", edit=("W_h, 2", "W_h, -2")),
        Wrong("the largest entry", fails="bound", edit=("torch.linalg.matrix_norm(W_h, 2)", "W_h.abs().max()")),
        Wrong("the root of the sum of squares", fails="smallest bound", edit=("W_h, 2", 'W_h, "fro"')),
        Wrong(
            "the square of the singular value", fails="smallest bound",
            edit=("matrix_norm(W_h, 2)", "matrix_norm(W_h @ W_h.T, 2)"),
        ),
    ),
    explanation=r"""
$\tanh$ has the slope 1 at zero, ReLU has the slope 1 wherever it is active, and the sigmoid has $\sigma(0)(1 - \sigma(0)) = 1/4$ at most.
So a sigmoid network needs a matrix with $\lVert W_h \rVert_2 > 4$ before its gradient *can* explode.
The spectral radius is no bound for one step; the Frobenius norm is a bound, but not the smallest one.
""",
)  # fmt: skip
