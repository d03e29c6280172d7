"""How much of a test set stands in the training set by chance?"""

from . import Mistake, Number

exercise = Number(
    name="recall-overlap",
    chapter="remembering",
    title="Met before",
    minutes=5,
    statement=r"""
Sequences of length 6 over 4 symbols are drawn at random, each independently of the others: 3,000 for training and some more for the test.
Which share of the test sequences is expected to stand in the training set as well? Give three significant digits.
""",
    solution="""
answer = 1 - (1 - 1 / 4**6) ** 3_000
""",
    digits=3,
    mistakes=(
        Mistake("draws over space", 3000 / 4**6, "the same sequence can be drawn twice, so the training set holds fewer"
                " than 3,000 different ones"),
        Mistake("complement", (1 - 1 / 4**6) ** 3_000, "that is the share that was *not* met in training"),
        Mistake("space", 1 - (1 - 1 / 6**4) ** 3_000, "4 symbols in 6 places make 4 to the power of 6 sequences"),
        Mistake("digits", 1 - (1 - 1e-6) ** 3_000, "here are 4 symbols, not ten"),
        Mistake("one draw", 1 / 4**6, "that is the chance of a match with one training sequence; there are 3,000"),
        Mistake("everything", 1.0, "some sequences are never drawn"),
    ),
    hints=(
        "What is the probability that one training sequence is different from a given test sequence?",
        "The draws are independent, so that probability is raised to the power of their number.",
    ),
    explanation=r"""
There are $4^6 = 4096$ sequences. A given one is missed by one draw with the probability $1 - 1/4096$ and by all with $(1 - 1/4096)^{3000} \approx e^{-3000/4096} = 0.481$.
So about 52 % have been met, although the space is larger than the training set.
""",
)  # fmt: skip
