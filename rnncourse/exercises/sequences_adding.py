"""Weights with which a tanh unit adds up its inputs."""

import torch

from . import Build, Property, Wrong


def run(x, W_x, W_h, b):
    h = torch.zeros(len(x), len(W_h))
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ W_x + h @ W_h + b)
    return h


def shapes(got, expected, *_):
    found = tuple(tuple(w.shape) for w in got)
    if found != ((1, 1), (1, 1), (1,)):
        return f"W_x, W_h and b must have the shapes (1, 1), (1, 1) and (1,), got {found}"
    return None


def nothing_in_nothing_out(got, expected, x):
    if run(0 * x, *got).abs().max() > 1e-6:
        return "the sum of zeros is 0, but the state isn't"
    return None


def adds_both_ends(got, expected, x):
    """The first and the last input count alike."""
    ends = []
    for t in (0, -1):
        one = torch.zeros_like(x)
        one[:, t] = 1.0
        ends.append(1000 * run(one, *got).mean().item())
    if not abs(ends[0] - ends[1]) < 0.02 * abs(ends[1]):
        return f"a 1 in the first step counts {ends[0]:.3g}, in the last step {ends[1]:.3g}; they must count alike"
    return None


def sums(got, expected, x):
    first, last = torch.zeros_like(x), torch.zeros_like(x)
    first[:, 0], last[:, -1] = 1.0, 1.0
    inputs = {"random inputs": x, "ones": torch.ones_like(x), "a 1 in the first step": first, "a 1 in the last": last}
    for name, these in inputs.items():
        worst = ((1000 * run(these, *got) - these.sum(1)).abs() / these.sum(1)).max().item()
        if not worst < 0.01:
            return f"for {name}, 1000 h_T differs from the sum by {worst:.1%}; at most 1 % was asked for"
    return None


exercise = Build(
    name="sequences-adding",
    chapter="sequences_and_memory",
    title="A unit that adds",
    minutes=15,
    statement=r"""
Choose $W_x$, $W_h$ and $b$ of a recurrent network with one input and one unit so that $1000\, h_T$ is the sum of all its inputs within 1 %.
The inputs are the mean brightness of each row of an image: 28 numbers between 0 and 1.
Return the three as tensors of the shapes (1, 1), (1, 1) and (1,). The images `x` are there in case you want to use them.
""",
    function="adding_weights",
    stub='''
def adding_weights(x):
    """Weights W_x, W_h, b of a unit that adds up (B, 28, 1)."""
    return ...
''',
    solution='''
def adding_weights(x):
    """Weights W_x, W_h, b of a unit that adds up (B, 28, 1)."""
    return torch.full((1, 1), 0.001), torch.ones(1, 1), torch.zeros(1)
''',
    case=lambda generator: (torch.rand(8, 28, 1, generator=generator),),
    by_properties=True,
    properties=(
        Property(
            "shapes", shapes,
            "One input and one unit: W_x and W_h are matrices with a single entry, b is a vector with one.",
        ),
        Property("zero", nothing_in_nothing_out, "With inputs of 0, what but the bias can move the state away from 0?"),
        Property(
            "every step alike", adds_both_ends,
            "Near 0 tanh(a) is almost a, and then h_t = W_h h_(t-1) + W_x x_t + b. How is the state kept that "
            "small, and which W_h forgets nothing?",
        ),
        Property(
            "sum", sums,
            "Let all inputs be 0 but one, which is 1. What does it add to the state when it is read, and how much "
            "of that is left at step 28?",
        ),
    ),
    also_right=(
        '''
def adding_weights(x):
    return torch.full((1, 1), 0.001002), torch.full((1, 1), 0.99995), torch.zeros(1)
''',
    ),
    wrong=(
        Wrong("large weights, so that tanh bends", fails="every step alike", edit=("0.001", "1.0")),
        Wrong("a memory that fades", fails="every step alike", edit=("torch.ones(1, 1)", "torch.full((1, 1), 0.9)")),
        Wrong("no memory", fails="every step alike", edit=("torch.ones(1, 1)", "torch.zeros(1, 1)")),
        Wrong("the wrong scale", fails="sum", edit=("0.001", "0.0001")),
        Wrong("the mean instead of the sum", fails="sum", edit=("0.001)", "0.001 / 28)")),
        Wrong("a bias", fails="zero", edit=("torch.zeros(1)", "torch.full((1,), 0.001)")),
        Wrong("a bias of another shape", fails="shapes", edit=("torch.zeros(1)", "torch.zeros(1, 1)")),
        Wrong("a scale that is off by 2 %", fails="sum", edit=("0.001)", "0.00102)")),
        Wrong("a memory that fades a little", fails="sum", edit=("torch.ones(1, 1)", "torch.full((1, 1), 0.9995)")),
        Wrong("the wrong sign", fails="sum", edit=("0.001", "-0.001")),
    ),
    explanation=r"""
Take $W_h = 1$, $b = 0$ and $W_x = 0.001$.
The state stays so small that $\tanh(a) \approx a$, and therefore $h_t \approx h_{t-1} + 0.001\, x_t$.
This network hardly forgets: its factor for each step, $1 - h_t^2$, is almost 1.
But it hardly notices the order, because a sum doesn't.
A long memory isn't enough by itself; the weights must also keep apart what came when.
""",
)  # fmt: skip
