"""Read the rate off a curve of the gradient."""

from math import log10

from . import Mistake, Number

NEAR, FAR = 4e-3, 5e-22  # what is left 10 and 100 steps back
LOST = log10(NEAR / FAR)

exercise = Number(
    name="gates-digits",
    chapter="do_gates_help",
    title="A straight line",
    minutes=5,
    statement=r"""
Of the gradient of a cell, $4 \cdot 10^{-3}$ are left 10 steps back and $5 \cdot 10^{-22}$ are left 100 steps back. Between them the curve is straight on a logarithmic axis.
In how many steps is a factor of ten lost there? Give three significant digits.
""",
    solution="""
answer = (100 - 10) / math.log10(4e-3 / 5e-22)
""",
    digits=3,
    mistakes=(
        Mistake("from the start", 100 / LOST, "that divides 100 steps by what is lost in 90 of them"),
        Mistake("one point", 100 / -log10(FAR), "that takes the whole curve for straight, from 1 at lag 0; the first steps differ"),
        Mistake("natural logarithm", 90 / (LOST * 2.302585), "in that many steps a factor of e is lost"),
        Mistake("a half", 90 * log10(2) / LOST, "in that many steps a half is lost"),
        Mistake("digits a step", LOST / 90, "that many digits are lost in one step; the question is the other way round"),
        Mistake("digits in all", LOST, "that many digits are lost in 90 steps"),
        Mistake("sign", -90 / LOST, "a number of steps is positive"),
    ),
    hints=(
        "How many digits are lost between the two points, and over how many steps?",
        "The digits are a difference of two logarithms to the base 10.",
    ),
    explanation=r"""
$\log_{10}(4 \cdot 10^{-3} / 5 \cdot 10^{-22}) = 18.9$ digits are lost in 90 steps, so one digit takes $90 / 18.9 = 4.76$ steps.
The untrained GRUs and LSTMs of the chapter have about this rate; a plain network needs 3.5 steps.
""",
)  # fmt: skip
