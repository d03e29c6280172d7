"""The width at which two directions cost as much as one."""

from . import Mistake, Number

exercise = Number(
    name="deep-matched",
    chapter="deeper_and_both_ways",
    title="A matched pair",
    kind="measure",
    minutes=10,
    statement=r"""
Somebody compares `rc.RecurrentModel("gru", 28, 100, 10)` with the same model read both ways (`bidirectional=True, readout="final"`), also with 100 units.
How many units must the second one have, so that its number of parameters is as near as possible to that of the first? Count the linear layer, too.
""",
    solution="""
def size(H, **options):
    return rc.count_parameters(rc.RecurrentModel("gru", 28, H, 10, **options))

goal = size(100)
answer = min(range(1, 101), key=lambda H: abs(
    size(H, bidirectional=True, readout="final") - goal))
""",
    mistakes=(
        Mistake("half", 50, "half the width has fewer parameters: the recurrent block shrinks to a quarter in each"
                " direction"),
        Mistake("same width", 100, "with the same width the second model has about twice as many"),
        Mistake("root", 71, "two matrices of 71 units make up for one of 100, but the inputs and the linear layer"
                " count as well"),
        Mistake("one below", 66, "this is near, but the next larger width is nearer"),
        Mistake("one above", 68, "this is near, but the next smaller width is nearer"),
        Mistake("ratio", 2.0, "asked for is a number of units, not the ratio of the parameters"),
    ),
    hints=(
        "Let `rc.count_parameters` count for a range of widths and take the nearest.",
        "The recurrent block grows with the square of H, the others in proportion to H. So the answer is above one half.",
    ),
    explanation=r"""
In each direction the recurrent block needs $3H^2$ weights and the input block $3 \cdot 28 H$; a second direction doubles both and widens the linear layer.
A comparison at equal width would give the second model nearly twice as many parameters, and a better score could be due to that alone.
Counting is the cheap half of a matched comparison; equal tuning is the other.
""",
)  # fmt: skip
