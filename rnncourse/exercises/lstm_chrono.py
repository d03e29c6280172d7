"""Biases for a range of time scales."""

import torch

from . import Build, Property, Wrong


def case(generator):
    H = int(torch.randint(3, 7, (), generator=generator))
    longest = int(torch.randint(10, 1000, (), generator=generator))
    return 0.01 + 0.98 * torch.rand(H, generator=generator), longest


def near(a, b):
    return torch.allclose(a, b, atol=1e-4)


def forget_block(got, expected, u, longest):
    H = len(u)
    for place in (0, 2, 3):
        block = got[place * H : (place + 1) * H]
        if near(block, expected[H : 2 * H]):
            return f"the biases of the forget gates stand in block {place + 1} of 4; PyTorch's order is i f g o"
    return None


def time_scales(got, expected, u, longest):
    """1 + e^b must run from 2 (u = 0) to the longest (u = 1), evenly in u."""
    scales = 1 + got[len(u) : 2 * len(u)].exp()
    wanted = 2 + u * (longest - 2)
    if not torch.allclose(scales, wanted, rtol=1e-3):
        worst = int(((scales - wanted) / wanted).abs().argmax())
        return f"u = {u[worst]:.4g} asks for the time scale {wanted[worst]:.5g}; this bias gives {scales[worst]:.5g}"
    return None


def input_block(got, expected, u, longest):
    if not near(got[: len(u)], expected[: len(u)]):
        return "the biases of the input gates aren't those of the forget gates with the opposite sign"
    return None


def others_zero(got, expected, u, longest):
    if got[2 * len(u) :].abs().max() > 0:
        return "the biases of candidate and output gate must be 0"
    return None


exercise = Build(
    name="lstm-chrono",
    chapter="lstm",
    title="Time scales for all",
    minutes=10,
    statement=r"""
Write `chrono_bias(u, longest)` for the chrono initialisation. `u` holds one random number between 0 and 1 for each unit, shape $(H)$.
The time scale of a unit, $\tau = 1 + e^{b_f}$, is to be $2 + u\,(T_{\max} - 2)$ with $T_{\max}$ = `longest`; its input gate gets the bias $b_i = -b_f$; all other biases are 0.
Return one vector of shape $(4H)$ in PyTorch's order.
""",
    function="chrono_bias",
    stub='''
def chrono_bias(u, longest):
    """Biases of the four blocks: (H,), number → (4H,)."""
    ...
    return ...
''',
    solution='''
def chrono_bias(u, longest):
    """Biases of the four blocks: (H,), number → (4H,)."""
    scale = 2 + u * (longest - 2)
    b_f = torch.log(scale - 1)
    zero = torch.zeros_like(b_f)
    return torch.cat([-b_f, b_f, zero, zero])
''',
    case=case,
    properties=(
        Property(
            "order", forget_block,
            "The four blocks lie side by side in one vector; torch.cat joins them. Which block comes first?",
        ),
        Property(
            "time scales", time_scales,
            "First the time scale of each unit, then its bias: solve the formula of the time scale for the bias.",
        ),
        Property(
            "input gates", input_block,
            "The statement gives the bias of an input gate by that of the forget gate, unit by unit.",
        ),
        Property(
            "other biases", others_zero,
            "Two of the four blocks have no formula in the statement. What is said of them?",
        ),
    ),
    also_right=(
        '''
def chrono_bias(u, longest):
    f = 1 - 1 / (2 + u.double() * (longest - 2))  # the gates
    b_f = torch.special.logit(f)
    return torch.stack([-b_f, b_f, 0 * b_f, 0 * b_f]).flatten()
''',
    ),
    wrong=(
        Wrong("the order f i g o", fails="order", edit=("-b_f, b_f, zero, zero", "b_f, -b_f, zero, zero")),
        Wrong("the order i g f o", fails="order", edit=("-b_f, b_f, zero, zero", "-b_f, zero, b_f, zero")),
        Wrong("logarithm of the time scale itself", fails="time scales", edit=("scale - 1", "scale")),
        Wrong("from 1 to the longest", fails="time scales", edit=("2 + u * (longest - 2)", "1 + u * (longest - 1)")),
        Wrong("the largest time scale for all", fails="time scales",
              edit=("2 + u * (longest - 2)", "0 * u + longest")),
        Wrong("evenly in the bias", fails="time scales",
              edit=("torch.log(scale - 1)", "u * torch.tensor(longest - 1.0).log()")),
        Wrong("half of it for the input gates", fails="input gates", edit=("-b_f, b_f", "-b_f / 2, b_f")),
        Wrong("input gates left at 0", fails="input gates", edit=("-b_f, b_f", "zero, b_f")),
        Wrong("output gates closed as well", fails="other biases", edit=("zero, zero]", "zero, -b_f]")),
        Wrong("one block only", fails="shape", edit=("torch.cat([-b_f, b_f, zero, zero])", "b_f")),
    ),
    explanation=r"""
$\tau - 1 = e^{b_f}$, so $b_f = \ln(\tau - 1)$.
The biases are drawn so that the *time scales* are even; most biases are then large: half of the units have a time scale above $T_{\max} / 2$.
PyTorch adds two bias vectors, so the other one must be set to zero.
""",
)  # fmt: skip
