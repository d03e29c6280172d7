"""Hold a unit at a value instead of at zero."""

import torch

from . import Build, Property, Wrong


def case(generator):
    H = int(torch.randint(2, 6, (), generator=generator))
    W_h, b = torch.randn(H, H, generator=generator), torch.randn(H, generator=generator)
    unit = int(torch.randint(H, (), generator=generator))
    return W_h, b, unit, 0.2 + float(torch.rand((), generator=generator))


def states(W_h, b):
    """Some states and what the recurrent part makes of them."""
    h = torch.randn(20, len(b), generator=torch.Generator().manual_seed(1))
    return h, h @ W_h + b


def ignores_the_unit(got, expected, W_h, b, unit, value):
    other = torch.randn(20, len(b), generator=torch.Generator().manual_seed(1))
    other[:, unit] += 1
    change = (states(*got)[1] - (other @ got[0] + got[1])).abs().max()
    return (
        f"a change of unit {unit} still changes the pre-activations, by up to {change:.3g}" if change > 1e-5 else None
    )


def right_at_the_value(got, expected, W_h, b, unit, value):
    """Where the unit stands at the value by itself, nothing may change."""
    h, _ = states(W_h, b)
    h[:, unit] = value
    gap = (h @ got[0] + got[1] - (h @ W_h + b)).abs().max()
    return (
        f"a state whose unit {unit} is {value:.3f} must give what it gave before, off by {gap:.3g}"
        if gap > 1e-5
        else None
    )


exercise = Build(
    name="states-hold-at-value",
    chapter="inside_the_state",
    title="Hold it at its mean",
    minutes=15,
    statement=r"""
Zero may be far from the values that a unit usually has. To hold it at its mean is a milder question: what is lost without its *changes*?

A plain network computes $h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$. Write `held(W_h, b, unit, value)`, which returns a tuple of a new $W_h$ $(H, H)$ and a new $b$ $(H)$, such that every unit, and the held one too, reads `unit` as if it stood at `value` at every step.
""",
    function="held",
    stub='''
def held(W_h, b, unit, value):
    """(W_h, b) with which unit is read as value at every step."""
    ...
    return ...
''',
    solution='''
def held(W_h, b, unit, value):
    """(W_h, b) with which unit is read as value at every step."""
    W_new = W_h.clone()
    W_new[unit] = 0
    return W_new, b + value * W_h[unit]
''',
    case=case,
    properties=(
        Property(
            "unit is not read", ignores_the_unit,
            "States are rows: which row or column of W_h multiplies the state of that unit?",
        ),
        Property(
            "right at the value", right_at_the_value,
            "A number that is the same at every step can be added to the bias. What did each unit read of a unit "
            "that stands at `value`?",
        ),
    ),
    also_right=(
        """
def held(W_h, b, unit, value):
    keep = torch.ones(len(b), 1)
    keep[unit] = 0
    at_value = (1 - keep).squeeze(1) * value
    return keep * W_h, b + at_value @ W_h
""",
    ),
    wrong=(
        Wrong("the column in place of the row", fails="unit is not read", edit=("W_new[unit] = 0", "W_new[:, unit] = 0")),
        Wrong("nothing is cut", fails="unit is not read", edit=("W_new[unit] = 0", "pass")),
        Wrong("held at zero", fails="right at the value", edit=("b + value * W_h[unit]", "b.clone()")),
        Wrong("the weights into the unit", fails="right at the value", edit=("value * W_h[unit]", "value * W_h[:, unit]")),
        Wrong("the weights after they were cut", fails="right at the value", edit=("value * W_h[unit]", "value * W_new[unit]")),
        Wrong("the sign of the value", fails="right at the value", edit=("b + value", "b - value")),
        Wrong("the value without the weights", fails="right at the value", edit=("value * W_h[unit]", "value")),
        Wrong("it changes its input", fails="keeps its inputs", edit=("W_h.clone()", "W_h")),
    ),
    explanation=r"""
In $h W_h$ the unit $k$ contributes $h_k$ times row $k$. With the row at 0 nobody reads it, and $v$ times the row, added to the bias, is what all would have read of a unit that stands at $v$.
A readout that reads the unit has to be changed in the same way. In a GRU of PyTorch's form the addition belongs to the second bias, `bias_hh`, which stands inside the product with the reset gate.
""",
)  # fmt: skip
