"""The half-life behind two forget biases."""

from math import log

from . import Mistake, Number

EULER = 2.718281828459045


def half_life(bias):
    return log(0.5) / log(1 / (1 + EULER**-bias))


exercise = Number(
    name="lstm-half-life",
    chapter="lstm",
    title="One and one",
    minutes=10,
    kind="measure",
    statement=r"""
Somebody wants "a forget-gate bias of 1" and sets the forget-gate entries of *both* bias vectors of an `nn.LSTM` to 1; all other weights are 0.
Start with $c_0 = 1$, let it run without inputs, and measure: after how many steps is half of the content left, on the smooth curve $f^k$? Give three significant digits.
""",
    solution="""
net = torch.nn.LSTM(1, 1).double()
with torch.no_grad():
    for weight in net.parameters():
        weight.zero_()
    net.bias_ih_l0[1] = net.bias_hh_l0[1] = 1.0  # order i f g o
    zero, one = torch.zeros(1, 1, 1).double(), torch.ones(1, 1, 1).double()
    _, (_, c_1) = net(zero, (zero, one))
f = c_1.item()  # what one step leaves of 1
answer = np.log(0.5) / np.log(f)
""",
    digits=3,
    mistakes=(
        Mistake("one bias", half_life(1), "that would be so if only one of the two biases were 1"),
        Mistake("no bias", 1.0, "that belongs to a half-open gate; have the biases arrived in the right block?"),
        Mistake("time scale", 1 + EULER**2, "that is the time scale 1/(1 - f), not the half-life"),
        Mistake("logarithm", -1 / log(1 / (1 + EULER**-2)), "after that many steps 37 % are left, not one half"),
        Mistake("whole steps", 6.0, "that is the first whole step with less than one half; the smooth curve was asked for"),
        Mistake("square", log(0.5) / (2 * log(1 / (1 + 1 / EULER))),
                "the two biases are added before the sigmoid; they aren't two gates"),
        Mistake("a tenth", log(0.1) / log(1 / (1 + EULER**-2)), "that is where a tenth is left"),
    ),
    hints=(
        "One step is enough: what is left of 1 after it is the gate. The half-life follows from the gate.",
        "Which entry of the bias vectors belongs to the forget gate? The order is i f g o.",
    ),
    explanation=r"""
The two biases add up to 2, so the gate is $\sigma(2) = 0.881$ and the half-life $\ln 0.5 / \ln 0.881 = 5.46$ steps, instead of 2.21 for a bias of 1.
The other gates don't matter here, because the candidate is $\tanh(0) = 0$.
""",
)  # fmt: skip
