"""Two ReLU units that add."""

import torch

from . import Build, Property, Wrong

SHAPES = ((2, 2), (2, 2), (2,), (2,))  # W_x, W_h, b, w_y
NAMES = ("W_x", "W_h", "b", "w_y")


def case(generator):
    T = int(torch.randint(2, 60, (), generator=generator))
    numbers = torch.rand(20, T, generator=generator)
    first = torch.randint(T // 2, (20,), generator=generator)
    second = T // 2 + torch.randint(T - T // 2, (20,), generator=generator)
    marks = torch.zeros(20, T)
    marks[torch.arange(20), first] = 1
    marks[torch.arange(20), second] = 1
    marks[0] = 0
    marks[0, -1] = 1  # only the last step
    marks[1] = 0  # none at all
    return (torch.stack([numbers, marks], dim=2),)


def outputs(weights, x):
    """Run the network: (W_x, W_h, b, w_y), x (B, T, 2) → (B,)."""
    W_x, W_h, b, w_y = (torch.as_tensor(w, dtype=torch.float64) for w in weights)
    h = torch.zeros(len(x), 2, dtype=torch.float64)
    for step in x.double().unbind(1):
        h = (step @ W_x + h @ W_h + b).relu()
    return h @ w_y


def shapes(got, expected, x):
    for name, weight, shape in zip(NAMES, got, SHAPES, strict=True):
        if tuple(torch.as_tensor(weight).shape) != shape:
            return f"{name} must have the shape {shape}, got {tuple(torch.as_tensor(weight).shape)}"
    return None


def silent(got, expected, x):
    out = outputs(got, x[1:2]).item()
    if abs(out) > 1e-6:
        return f"without any mark the output must be 0 after {x.shape[1]} steps, got {out:.4g}"
    return None


def last_step(got, expected, x):
    out, number = outputs(got, x[:1]).item(), x[0, -1, 0].item()
    if abs(out - number) > 1e-6:
        return f"with a mark at the last step only the output must be its number, {number:.4g}, got {out:.4g}"
    return None


def sums(got, expected, x):
    error = (outputs(got, x) - (x[..., 0] * x[..., 1]).double().sum(1)).abs().max().item()
    if error > 1e-5:
        return f"the sum of the marked numbers is missed by up to {error:.4g} over {x.shape[1]} steps"
    return None


exercise = Build(
    name="lag-relu-adder",
    chapter="how_long_is_long_term",
    title="Two ReLU units that add",
    minutes=15,
    statement=r"""
With ReLU in place of $\tanh$ a plain network can add *exactly*, with two units and no small numbers: $h_t = \max(0,\, x_t W_x + h_{t-1} W_h + b)$, the answer is $h_T\, w_y$.
The input $x_t$ is (number, mark), the number is between 0 and 1, the mark 0 or 1.
Write `relu_adder(x)`, which returns the weights `W_x` (2, 2), `W_h` (2, 2), `b` (2,) and `w_y` (2,) as a tuple of tensors. It gets an example of inputs, $(B, T, 2)$, but the weights mustn't depend on it.
""",
    function="relu_adder",
    stub='''
def relu_adder(x):
    """Weights of a ReLU network that adds: W_x, W_h, b, w_y."""
    ...
    return ...
''',
    solution='''
def relu_adder(x):
    """Weights of a ReLU network that adds: W_x, W_h, b, w_y."""
    W_x = torch.tensor([[1.0, 0.0], [1.0, 0.0]])  # rows: number, mark
    W_h = torch.tensor([[0.0, 1.0], [0.0, 1.0]])  # unit 2 keeps itself and takes unit 1
    b = torch.tensor([-1.0, 0.0])
    w_y = torch.tensor([1.0, 1.0])
    return W_x, W_h, b, w_y
''',
    case=case,
    properties=(
        Property(
            "shapes", shapes,
            "Rows of W_x are inputs, rows of W_h are units; b and w_y have one entry for each unit.",
        ),
        Property(
            "nothing marked", silent,
            "Without a mark the pre-activation of the first unit mustn't be above 0, whatever the number is. The "
            "number is at most 1.",
        ),
        Property(
            "last step", last_step,
            "The first unit has to be the number where there is a mark, and 0 elsewhere. Does the readout see it at "
            "once?",
        ),
        Property(
            "sums", sums,
            "One unit reads and one unit keeps. What must the second take of itself, and what of the first?",
        ),
    ),
    also_right=(
        '''
def relu_adder(x):
    return (torch.tensor([[0.0, 2.0], [0.0, 2.0]]), torch.tensor([[1.0, 0.0], [0.5, 0.0]]),
            torch.tensor([0.0, -2.0]), torch.tensor([1.0, 0.5]))
''',
    ),
    by_properties=True,
    wrong=(
        Wrong("one unit that sums everything", fails="nothing marked",
              edit=("[-1.0, 0.0]", "[0.0, 0.0]")),
        Wrong("the threshold is too low", fails="nothing marked", edit=("[-1.0, 0.0]", "[-0.5, 0.0]")),
        Wrong("the threshold is too high", fails="last step", edit=("[-1.0, 0.0]", "[-1.5, 0.0]")),
        Wrong("the last step isn't read", fails="last step", edit=("[1.0, 1.0])\n    return", "[0.0, 1.0])\n    return")),
        Wrong("the sum isn't kept", fails="sums", edit=("[0.0, 1.0]])  # unit 2", "[0.0, 0.0]])  # unit 2")),
        Wrong("the sum leaks", fails="sums", edit=("[0.0, 1.0]])  # unit 2", "[0.0, 0.9]])  # unit 2")),
        Wrong("the sum goes to the wrong unit", fails="sums",
              edit=("[[0.0, 1.0], [0.0, 1.0]])  # unit 2", "[[0.0, 0.0], [1.0, 1.0]])  # unit 2")),
        Wrong("counts the marks", fails="last step", edit=("[[1.0, 0.0], [1.0, 0.0]]", "[[0.0, 0.0], [2.0, 0.0]]")),
        Wrong("one readout weight as a matrix", fails="shapes", edit=("torch.tensor([1.0, 1.0])", "torch.ones(2, 1)")),
    ),
    explanation=r"""
$u_t = \max(0,\, x_t + m_t - 1)$ is $x_t$ with a mark and 0 without one, because $x_t \le 1$.
$s_t = \max(0,\, s_{t-1} + u_{t-1})$ adds it up one step late, so the answer is $s_T + u_T$.
Every weight is 0, 1 or −1, and nothing depends on $T$. The weight 1 from $s$ to itself is the identity with which {cite:t}`le2015` initialise ReLU networks.
""",
)  # fmt: skip
