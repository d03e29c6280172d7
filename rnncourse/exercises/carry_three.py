"""The bit accuracy of an adder that fails at the total 3."""

from . import Mistake, Number

exercise = Number(
    name="carry-three",
    chapter="carrying",
    title="A single wrong row",
    minutes=10,
    statement=r"""
A machine carries correctly but answers 0 where the total is 3. On five-bit numbers its bit accuracy is 93.6 %.
What is it on numbers of *twenty* bits? Compute it, or measure it with a million random pairs, as a fraction of 1. Give three significant digits.
""",
    solution="""
# the total is 3 if both bits are 1 and a carry comes in, p_t = 1/2 - 2^-t; the 21st step has the bits 0, 0
wrong = sum((1 / 2 - 2.0**-t) / 4 for t in range(1, 21))
answer = 1 - wrong / 21
""",
    kind="measure",
    digits=3,
    mistakes=(
        Mistake("five bits", 0.93620, "that is the figure for five bits"),
        Mistake("the last step", 0.8875, "divide by the 21 steps: the last one asks for the carry"),
        Mistake("in the long run", 0.875, "that is the limit for very long numbers"),
        Mistake("any carry", 0.5715, "that counts every carry as an error; only a total of 3 is one"),
        Mistake("wrong bits", 0.10714, "that is the fraction of wrong bits"),
        Mistake("exact match", 0.165, "that is near the fraction of sums with no wrong bit; count bits"),
        Mistake("as if always", 0.88095, "a carry isn't there half of the time in the first steps"),
    ),
    hints=(
        "When is the total 3? Both bits must be 1, and a carry must come in.",
        "The probability of a carry into step t is 1/2 - 2^-t. Sum over the steps in which both bits can be 1.",
    ),
    explanation=r"""
Both bits are 1 with probability $\tfrac14$, and a carry comes in with $p_t = \tfrac12 - 2^{-t}$; in step 21 both bits are 0, so the total can't be 3.
The share of wrong bits is $\tfrac1{21} \sum_{t=1}^{20} \tfrac14 p_t = 0.107$.
The same share on five-bit numbers is 0.064: a bit accuracy that falls with the length is no sign of overfitting to five bits. This machine makes the same mistake at every length.
""",
)
