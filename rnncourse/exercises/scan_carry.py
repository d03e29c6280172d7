"""The carry of binary addition as a linear recurrence."""

import torch

from . import Build, Property, Wrong


def case(generator):
    return (torch.randint(2, (2, 7, 2), generator=generator).float(),)


def loop(factors, drives):
    """The states of a linear recurrence: (B, T) each."""
    h, states = torch.zeros(len(drives)), []
    for t in range(drives.shape[1]):
        h = factors[:, t] * h + drives[:, t]
        states.append(h)
    return torch.stack(states, dim=1)


def carries(bits):
    h, states = torch.zeros(len(bits)), []
    for t in range(bits.shape[1]):
        h = ((bits[:, t].sum(1) + h) >= 2).float()
        states.append(h)
    return torch.stack(states, dim=1)


def of_this_step_alone(got, expected, bits):
    for t in range(bits.shape[1] - 1):
        same = (bits[:, :, None] == bits[:, None, :]).all(3)  # the same two bits at two places of a number
        for one in got:
            spread = (one[:, :, None] - one[:, None, :]).abs()
            if spread[same].max() > 1e-5:
                return f"the same two bits at two places give different numbers (first seen at step {t + 1})"
    return None


def right_carry(got, expected, bits):
    found, wanted = loop(*got), carries(bits)
    if not torch.allclose(found, wanted, atol=1e-4):
        b, t = (found - wanted).abs().gt(1e-4).nonzero()[0].tolist()
        return f"sequence {b + 1}, step {t + 1}: the carry must be {wanted[b, t]:g}, the recurrence gives {found[b, t]:g}"
    return None


exercise = Build(
    name="scan-carry",
    chapter="after_the_lstm",
    title="The carry can be scanned",
    minutes=15,
    statement=r"""
Two binary numbers are added bit by bit, the lowest place first. After each place there is a carry, 0 or 1: it is 1 if at least two of the three are 1, the two bits and the carry from before.
Write the carry as a linear recurrence $h_t = \lambda_t h_{t-1} + u_t$ with $h_0 = 0$. `coefficients(bits)` gets the two bits of each place, $(B, T, 2)$, and returns the pair of tensors $\lambda$ and $u$, each $(B, T)$. They may depend on the bits of their own step only.
""",
    function="coefficients",
    stub='''
def coefficients(bits):
    """Factor and drive of the carry: (B, T, 2) → (B, T), (B, T)."""
    ...
    return ...
''',
    solution='''
def coefficients(bits):
    """Factor and drive of the carry: (B, T, 2) → (B, T), (B, T)."""
    x, y = bits.unbind(2)
    factors = x + y - 2 * x * y  # 1 where the bits differ: keep the carry
    drives = x * y  # 1 where both are 1: a new carry
    return factors, drives
''',
    case=case,
    properties=(
        Property(
            "own step", of_this_step_alone,
            "There are four cases of two bits, whatever came before: a factor and a drive for each.",
        ),
        Property(
            "carry", right_carry,
            "When does the new carry not depend on the old one at all? There the factor is 0. And when is it the "
            "old one?",
        ),
    ),
    by_properties=True,
    also_right=(
        """
def coefficients(bits):
    total = bits.sum(2)
    return (total == 1).float(), (total == 2).float()
""",
    ),
    wrong=(
        Wrong("keeps where either is 1", fails="carry", edit=("x + y - 2 * x * y", "x + y - x * y")),
        Wrong("never keeps", fails="carry", edit=("x + y - 2 * x * y", "0 * x")),
        Wrong("always keeps", fails="carry", edit=("x + y - 2 * x * y", "0 * x + 1")),
        Wrong("keeps where the bits agree", fails="carry", edit=("x + y - 2 * x * y", "1 - (x + y - 2 * x * y)")),
        Wrong("a carry where either is 1", fails="carry", edit=("x * y  # 1", "x + y - x * y  # 1")),
        Wrong("the sum bit", fails="carry", edit=("x * y  # 1", "x + y - 2 * x * y  # 1")),
        Wrong("factor and drive swapped", fails="carry", edit=("return factors, drives", "return drives, factors")),
        Wrong(
            "the carries themselves as drives", fails="own step",
            answer="""
def coefficients(bits):
    h, states = torch.zeros(len(bits)), []
    for pair in bits.unbind(1):
        h = ((pair.sum(1) + h) >= 2).float()
        states.append(h)
    return 0 * bits[:, :, 0], torch.stack(states, dim=1)
""",
        ),
    ),
    explanation=r"""
Two zeros clear the carry, two ones set it, and unequal bits keep it. So $\lambda = 1$ where the bits differ, $u = 1$ where both are 1, and all else is 0.
This is how fast adders in hardware find all carries of a long number in few rounds: they scan. The factor is 0 or 1, so a gate can come near to it; but it isn't a sigmoid of a *weighted sum* of the two bits, and a minimal GRU needs a layer before it to find out that they differ.
""",
)  # fmt: skip
