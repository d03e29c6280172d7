"""What is left of a recurrent network without its recurrent weights."""

from . import Choice, Option

exercise = Choice(
    name="sequences-no-memory",
    chapter="sequences_and_memory",
    title="No memory",
    minutes=5,
    statement=r"""
All entries of $W_h$ are zero. What does the last state $h_T$ depend on?
""",
    options=(
        Option("on all rows alike", "Each row reaches h_T only through the states between, and W_h = 0 cuts that way."),
        Option("on the last row only", "Right: h_T = tanh(x_T W_x + b), and no earlier row stands in it.", right=True),
        Option("on the first row only", "The first row sets h_1, and h_1 W_h = 0 is all that h_2 sees of it."),
        Option("on nothing: it is zero", "The input still enters: x_T W_x + b isn't zero."),
        Option("on the last two rows", "x_(T-1) stands in h_(T-1), which enters h_T only as h_(T-1) W_h = 0."),
    ),
    hints=("Write h_T out with W_h = 0. Which inputs still stand in it?",),
    explanation=r"""
Then $h_t = \tanh(x_t W_x + b)$: the last state depends on the last row only.
The curve of influence against lag is 1 at lag 0 and 0 at every other lag.
What is left is a feedforward network that is applied to each row by itself.
""",
)
