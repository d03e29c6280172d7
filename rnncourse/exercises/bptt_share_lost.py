"""How much of a gradient is lost when it is truncated."""

import torch

from ..networks.cells import RNNCell
from . import Mistake, Number

SOLUTION = """
torch.manual_seed(0)
cell = rc.cells.RNNCell(3, 16).double()
with torch.no_grad():
    cell.W_h.mul_(1.5)
x = torch.randn(8, 24, 3, dtype=torch.float64)

def gradient(k):
    h, total = cell.initial_state(8), 0
    for t in range(24):
        h = cell(x[:, t], h.detach() if t % k == 0 else h)
        total = total + 0.5 * (h**2).sum()
    return torch.autograd.grad(total, cell.W_h)[0]

full, cut = gradient(24), gradient(4)
answer = ((cut - full).norm() / full.norm()).item()
"""


def gradient(k, scale=1.5, every=True):
    """The gradient of the exercise, and of the typical wrong ways."""
    torch.manual_seed(0)
    cell = RNNCell(3, 16).double()
    with torch.no_grad():
        cell.W_h.mul_(scale)
    x = torch.randn(8, 24, 3, dtype=torch.float64)
    h, total = cell.initial_state(8), 0
    for t in range(24):
        h = cell(x[:, t], h.detach() if t % k == 0 else h)
        total = total + 0.5 * (h**2).sum() if every or t == 23 else total
    return torch.autograd.grad(total, cell.W_h)[0]


def error(full, cut):
    return ((cut - full).norm() / full.norm()).item()


with torch.random.fork_rng():
    full, cut = gradient(24), gradient(4)
    mistakes = (
        Mistake("share", (cut.norm() / full.norm()).item(), "that is the ratio of the two lengths, not the error's"),
        Mistake(
            "cosine",
            torch.cosine_similarity(full.flatten(), cut.flatten(), 0).item(),
            "that is the cosine, which sees the direction only",
        ),
        Mistake("absolute", (cut - full).norm().item(), "divide by the length of the full gradient"),
        Mistake(
            "divisor", ((cut - full).norm() / cut.norm()).item(), "divide by the full gradient, not by the cut one"
        ),
        Mistake("scale", error(gradient(24, 1.0), gradient(4, 1.0)), "W_h wasn't multiplied; do it after the seed"),
        Mistake(
            "last loss",
            error(gradient(24, every=False), gradient(4, every=False)),
            "that is for a loss on the last state alone; here every state has one",
        ),
        Mistake("chunks", error(full, gradient(6)), "there are as many chunks as a chunk should have steps"),
        Mistake("every state", error(full, gradient(1)), "the state was detached before every step"),
    )

exercise = Number(
    name="bptt-share-lost",
    chapter="backpropagation_through_time",
    title="What a cut takes away",
    minutes=15,
    kind="measure",
    statement=r"""
Call `torch.manual_seed(0)`, make `rc.cells.RNNCell(3, 16).double()`, multiply its $W_h$ by 1.5, and then draw the inputs as `torch.randn(8, 24, 3, dtype=torch.float64)`.
The loss is $L = \sum_t \tfrac12 \lVert h_t \rVert^2$, summed over the batch as well, and the state starts from zero.
What is the relative error of $\mathrm{d}L/\mathrm{d}W_h$ when it is truncated to chunks of 4 steps? Give three significant digits.
""",
    solution=SOLUTION,
    digits=3,
    mistakes=mistakes,
    hints=(
        "Write a function of the chunk length that returns the gradient. At which chunk length is nothing cut?",
        "The order of the random draws matters: the cell first, then the inputs.",
    ),
    explanation=r"""
The states are those of the uncut network; only the gradient changes.
The error is the length of the difference of the two gradients, divided by the length of the full one.
""",
)
