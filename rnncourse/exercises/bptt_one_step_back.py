"""One step of backpropagation through time for the tanh cell."""

import torch

from . import Build, Property, Wrong

SOLUTION = '''
def step_back(immediate, delta, before, after, W_h):
    """One step back: from dL/dh_(t+1) to dL/dh_t, and a part of dL/dW_h."""
    delta_a = delta * (1 - after**2)
    return immediate + delta_a @ W_h.T, before.T @ delta_a
'''


def case(generator):
    B, H = (int(torch.randint(2, 6, (), generator=generator)) for _ in range(2))
    immediate, delta = torch.randn(2, B, H, generator=generator)
    before, after = torch.rand(2, B, H, generator=generator) * 1.8 - 0.9
    return immediate, delta, before, after, torch.randn(H, H, generator=generator)


def near(a, b):
    return torch.allclose(a, b, atol=1e-4)


def immediate_part(got, expected, immediate, *_):
    if near(got[0], expected[0] - immediate):
        return "dL/dh_t has two parts; the one that doesn't pass through the next state is missing"
    return None


def slope(got, expected, immediate, delta, before, after, W_h):
    for state, what in ((torch.zeros_like(after), "no slope of tanh"), (before, "the slope at the wrong state")):
        if near(got[0], immediate + (delta * (1 - state**2)) @ W_h.T):
            return f"there is {what} in dL/dh_t; the tanh of this step made h_(t+1)"
    return None


def direction(got, expected, immediate, delta, before, after, W_h):
    if near(got[0], immediate + (delta * (1 - after**2)) @ W_h):
        return "forwards a row stands on the left of W_h; on the way back the units change places"
    return None


def state_gradient(got, expected, *_):
    if not near(got[0], expected[0]):
        return "dL/dh_t isn't the sum of its immediate part and of what arrives through h_(t+1)"
    return None


def weight_gradient(got, expected, *_):
    if not near(got[1], expected[1]):
        return "the part of dL/dW_h isn't the product of what entered W_h at this step and of dL/da_(t+1)"
    return None


exercise = Build(
    name="bptt-one-step-back",
    chapter="backpropagation_through_time",
    title="One step back",
    minutes=15,
    statement=r"""
Write one turn of the backward loop for a $\tanh$ cell: `step_back(immediate, delta, before, after, W_h)`.
It receives $\partial^+ L/\partial h_t$, the total derivative $\delta_{t+1}$, the states $h_t$ (`before`) and $h_{t+1}$ (`after`), all of shape $(B, H)$, and $W_h$.
It returns a pair: $\delta_t$, of shape $(B, H)$, and the part of $\mathrm{d}L/\mathrm{d}W_h$ that comes from step $t + 1$, of shape $(H, H)$.
Don't use autograd.
""",
    function="step_back",
    stub='''
def step_back(immediate, delta, before, after, W_h):
    """One step back: from dL/dh_(t+1) to dL/dh_t, and a part of dL/dW_h."""
    ...
    return ...  # (B, H), (H, H)
''',
    solution=SOLUTION,
    case=case,
    properties=(
        Property(
            "immediate part", immediate_part,
            "From h_t two ways lead to the loss: one through the next state, and a direct one.",
        ),
        Property(
            "slope", slope,
            "First go from h_(t+1) to the pre-activation a_(t+1). Which of the two states did that tanh make?",
        ),
        Property(
            "direction", direction,
            "The Jacobian of the chapter has two factors; the first one is a diagonal, so it is an elementwise "
            "product. What is the second?",
        ),
        Property(
            "dL/dh", state_gradient,
            "dL/dh_t is a sum of two terms. Check each by itself: set `immediate` to zero, then `delta`.",
        ),
        Property(
            "dL/dW_h", weight_gradient,
            "For one sequence the part is an outer product: of what went into W_h at this step, and of the "
            "derivative with respect to what came out. The batch is added up.",
        ),
    ),
    also_right=(
        '''
def step_back(immediate, delta, before, after, W_h):
    carried, part = [], torch.zeros_like(W_h)
    for d, h, new in zip(delta, before, after):
        J = torch.diag(1 - new * new) @ W_h.T
        carried.append(d @ J)
        part += torch.outer(h, d * (1 - new * new))
    return immediate + torch.stack(carried), part
''',
    ),
    wrong=(
        Wrong("the immediate part is missing", fails="immediate part", edit=("immediate + ", "")),
        Wrong("the slope of tanh is missing", fails="slope", edit=(" * (1 - after**2)", "")),
        Wrong("the slope is taken at the older state", fails="slope", edit=("after**2", "before**2")),
        Wrong("the matrix isn't transposed", fails="direction", edit=("W_h.T", "W_h")),
        Wrong("1 - h in place of 1 - h²", fails="dL/dh", edit=("after**2", "after")),
        Wrong("the immediate part is subtracted", fails="dL/dh", edit=("immediate + ", "-immediate + ")),
        Wrong("the newer state in the weight's gradient", fails="dL/dW_h", edit=("before.T", "after.T")),
        Wrong("the weight's gradient is transposed", fails="dL/dW_h",
              edit=("before.T @ delta_a", "delta_a.T @ before")),
        Wrong("the weight's gradient is a mean over the batch", fails="dL/dW_h",
              edit=("before.T @ delta_a", "before.T @ delta_a / len(before)")),
        Wrong("the weight's gradient without the slope", fails="dL/dW_h",
              edit=("before.T @ delta_a", "before.T @ delta")),
        Wrong("the weight's gradient is missing", fails="type", edit=(", before.T @ delta_a", "")),
    ),
    explanation=r"""
It is one turn of the loop of `backward`, shifted by one step.
First $\mathrm{d}L/\mathrm{d}a_{t+1} = \delta_{t+1} \odot (1 - h_{t+1} \odot h_{t+1})$; then $\delta_t$ is $\partial^+ L/\partial h_t$ plus this times $W_h^\top$, and the part of the weight's gradient is $h_t^\top$ times it.
The slope belongs to the newer state, because the $\tanh$ of this step made it; what entered $W_h$ is the older one.
""",
)  # fmt: skip
