"""The operations that a second, narrower layer adds."""

from . import Mistake, Number

exercise = Number(
    name="cell-second-layer",
    chapter="recurrent_cell",
    title="The blocks of a second layer",
    minutes=5,
    statement=r"""
A network reads $T = 28$ steps of $I = 28$ inputs with a recurrent layer of 100 units.
It gets a second recurrent layer, which has 50 units.
How many multiply-adds for one sequence do the two blocks of the second layer need? The readout doesn't count.
""",
    solution="T, H_1, H_2 = 28, 100, 50\nanswer = T * (H_1 * H_2 + H_2 * H_2)",
    mistakes=(
        Mistake("steps", 100 * 50 + 50 * 50, "that is for one time step; the sequence has 28"),
        Mistake("input block", 28 * 100 * 50, "that is the block from the first layer; one more is missing"),
        Mistake("recurrent block", 28 * 50 * 50, "that is the recurrent block; one more is missing"),
        Mistake("inputs", 28 * (28 * 50 + 50 * 50), "the second layer doesn't read the 28 inputs"),
        Mistake("same width", 28 * (100 * 100 + 100 * 100), "that is for 100 units; the second layer has 50"),
        Mistake("biases", 28 * (100 * 50 + 50 * 50 + 100), "adding a bias isn't a multiplication"),
        Mistake("readout", 28 * (100 * 50 + 50 * 50) + 500, "the readout was not to be counted"),
    ),
    hints=("The inputs of the second layer are the states of the first. How many numbers is that at each step?",),
    explanation=r"""
The second layer reads the 100 states of the first, so its input block has $100 \times 50$ weights; its recurrent block has $50 \times 50$.
Both are used at each of the 28 steps.
The number of inputs, $I$, plays no part: only the first layer sees them.
""",
)
