"""Counting the parameters of a wider recurrent network."""

from . import Mistake, Number

exercise = Number(
    name="sequences-counting",
    chapter="sequences_and_memory",
    title="Twice the units",
    minutes=5,
    statement=r"""
The recurrent network of this chapter has 28 inputs, $H = 128$ units, 10 classes and 21,514 parameters.
How many parameters does it have with $H = 256$ units?
Count as PyTorch does: two biases a unit, and a readout with a bias.
""",
    solution="I, H, C = 28, 256, 10\nanswer = (I + H + 2) * H + (H + 1) * C",
    mistakes=(
        Mistake("growth", 2 * 21_514, "that is twice as many, but W_h has H² entries and grows fourfold"),
        Mistake("biases", (28 + 256 + 1) * 256 + 257 * 10, "one bias a unit is missing; PyTorch keeps two"),
        Mistake("readout", (28 + 256 + 2) * 256, "the readout is missing"),
        Mistake("readout bias", (28 + 256 + 2) * 256 + 256 * 10, "the readout has a bias for each class, too"),
        Mistake("recurrent weights", (28 + 2) * 256 + 257 * 10, "the recurrent weights W_h are missing"),
        Mistake("sharing", 28 * (28 + 256 + 2) * 256 + 257 * 10, "the 28 steps share one set of weights"),
        Mistake("square", (28 + 2 * 256 + 2) * 256 + 257 * 10, "W_h has H × H entries; it was counted twice"),
    ),
    hints=("Go through the table of formulas in the chapter, one matrix at a time.",),
    explanation=r"""
The formula is $(I + H + 2)H + (H + 1)C$.
The result is more than three times 21,514, because the matrix $W_h$ with its $H^2$ entries grows fourfold while the other parts grow twofold.
""",
)
