"""How many units may a GRU have for the parameters of an LSTM?"""

from . import Mistake, Number

exercise = Number(
    name="gru-equal-size",
    chapter="gru",
    title="As large as an LSTM",
    minutes=10,
    kind="measure",
    statement=r"""
An `nn.LSTM` reads 28 inputs and has 128 units. How many units does the `nn.GRU` have whose number of parameters comes closest to it?
""",
    solution="""
wanted = rc.count_parameters(torch.nn.LSTM(28, 128))
answer = min(range(100, 200), key=lambda H: abs(
    rc.count_parameters(torch.nn.GRU(28, H)) - wanted))
""",
    mistakes=(
        Mistake("four thirds", 171, "the weights grow with the square of the units, so a third more units is too many"),
        Mistake("three quarters", 96, "that is fewer units than the LSTM has; the GRU needs more of them"),
        Mistake("equal units", 128, "with equal units the GRU has three quarters of the parameters"),
        Mistake("root", 148, "the square root of 4/3 would be right if there were no input and no bias"),
        Mistake("just below", 149, "close, but one unit more comes closer"),
        Mistake("just above", 151, "close, but one unit fewer comes closer"),
    ),
    hints=(
        "rc.count_parameters counts them; try some sizes between 128 and 171.",
        "By formula: 3 H (28 + H + 2) must be near 4 · 128 · (28 + 128 + 2).",
    ),
    explanation=r"""
The LSTM has $4 \cdot 128 \cdot (28 + 128 + 2) = 80{,}896$ parameters, and a GRU with 150 units has $3 \cdot 150 \cdot (28 + 150 + 2) = 81{,}000$.
For large layers the factor is $\sqrt{4/3} = 1.155$; with inputs and biases it is a little larger.
A comparison at equal parameters thus gives the GRU about a sixth more units, and takes its leanness away.
""",
)
