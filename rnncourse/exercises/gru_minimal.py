"""The minimal gated unit."""

import torch

from . import Build, Property, Wrong


def case(generator):
    def draw(*shape):
        return torch.randn(*shape, generator=generator)

    return draw(2, 3), torch.rand(2, 4, generator=generator) * 2 - 1, draw(3, 8), draw(4, 8), draw(8)


def parts(x, h, W_x, W_h, b):
    """The gate, and the candidate with its gate inside."""
    f = (x @ W_x[:, :4] + h @ W_h[:, :4] + b[:4]).sigmoid()
    return f, (x @ W_x[:, 4:] + (f * h) @ W_h[:, 4:] + b[4:]).tanh()


def bounded(got, expected, x, h, W_x, W_h, b):
    if got.abs().max() > 1 + 1e-5:
        return f"the new state must stay between -1 and 1, got {got.abs().max():.3g}"
    return None


def right_way_round(got, expected, x, h, W_x, W_h, b):
    f, n = parts(x, h, W_x, W_h, b)
    if torch.allclose(got, f * h + (1 - f) * n, atol=1e-4):
        return "f and 1 - f have changed places: here f = 1 takes the candidate"
    return None


def candidate_is_gated(got, expected, x, h, W_x, W_h, b):
    f, _ = parts(x, h, W_x, W_h, b)
    a = x @ W_x[:, 4:] + b[4:]
    for n, words in (
        ((a + h @ W_h[:, 4:]).tanh(), "the candidate sees all of h, but it should see f ⊙ h"),
        ((a + f * (h @ W_h[:, 4:])).tanh(), "the gate acts after the product with the matrix, not before"),
    ):
        if torch.allclose(got, (1 - f) * h + f * n, atol=1e-4):
            return words
    return None


exercise = Build(
    name="gru-minimal",
    chapter="gru",
    title="One gate",
    minutes=15,
    statement=r"""
The minimal gated unit has one gate for two purposes:

$$
\begin{aligned}
f &= \sigma(x W_x^f + h W_h^f + b^f), \\
n &= \tanh\big(x W_x^n + (f \odot h) W_h^n + b^n\big), \\
h' &= (1 - f) \odot h + f \odot n .
\end{aligned}
$$

Write `step(x, h, W_x, W_h, b)`. The two blocks lie side by side in the order $f$, $n$, so `W_x` has the shape $(I, 2H)$, `W_h` the shape $(H, 2H)$ and `b` the shape $(2H)$.
""",
    function="step",
    stub='''
def step(x, h, W_x, W_h, b):
    """One step: x (B, I), h (B, H) → h' (B, H)."""
    ...
    return ...
''',
    solution='''
def step(x, h, W_x, W_h, b):
    """One step: x (B, I), h (B, H) → h' (B, H)."""
    H = h.shape[1]
    a = x @ W_x + b
    f = (a[:, :H] + h @ W_h[:, :H]).sigmoid()
    n = (a[:, H:] + (f * h) @ W_h[:, H:]).tanh()
    return (1 - f) * h + f * n
''',
    case=case,
    properties=(
        Property(
            "bounded", bounded,
            "A mixture of two numbers between -1 and 1 stays between them. Is it a mixture, and is the candidate in "
            "this range?",
        ),
        Property(
            "right way round", right_way_round,
            "Put f = 1 into the last equation: which of the two is left, h or n?",
        ),
        Property(
            "gated candidate", candidate_is_gated,
            "Compute f first, with the first H columns of each matrix; only then can the candidate see f ⊙ h.",
        ),
    ),
    also_right=(
        """
def step(x, h, W_x, W_h, b):
    (Xf, Xn), (Uf, Un), (bf, bn) = W_x.chunk(2, 1), W_h.chunk(2, 1), b.chunk(2)
    f = torch.sigmoid(x @ Xf + h @ Uf + bf)
    return torch.lerp(h, torch.tanh(x @ Xn + (f * h) @ Un + bn), f)
""",
    ),
    wrong=(
        Wrong("f and 1 - f swapped", fails="right way round", edit=("(1 - f) * h + f * n", "f * h + (1 - f) * n")),
        Wrong("the candidate sees all of h", fails="gated candidate", edit=("(f * h) @", "h @")),
        Wrong(
            "the gate after the product", fails="gated candidate", edit=("(f * h) @ W_h[:, H:]", "f * (h @ W_h[:, H:])"),
        ),
        Wrong("no tanh", fails="bounded", edit=(".tanh()", "")),
        Wrong("the old state isn't scaled", fails="bounded", edit=("(1 - f) * h", "h")),
        Wrong("no bias", edit=(" + b", "")),
        Wrong(
            "the order n, f", edit=("(a[:, :H] + h @ W_h[:, :H])", "(a[:, H:] + h @ W_h[:, H:])"),
            also=("(a[:, H:] + (f * h) @ W_h[:, H:])", "(a[:, :H] + (f * h) @ W_h[:, :H])"),
        ),
        Wrong("the gate doesn't see the state", edit=(" + h @ W_h[:, :H]", "")),
    ),
    hints=(
        "Write each equation on one line. Are all terms of the first two there, each with its own columns?",
        "Take `parts` of the chapter with reset before, and use one gate in both places.",
    ),
    explanation=r"""
It is the GRU of the paper with one gate in two roles: $f$ stands for $r$ in the candidate, and for $1 - z$ in the mixture.
The cell has two blocks of weights where the GRU has three and the LSTM four.
""",
)  # fmt: skip
