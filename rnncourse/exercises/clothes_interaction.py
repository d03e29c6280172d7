"""Is a smaller learning rate worth more in a longer training?"""

from .. import studies
from . import Mistake, Number

SOLUTION = """
ids = ["R1-before", "R1-before-large", "R1-before-slow", "R1-before-long",
       "R1-after", "R1-after-small", "R1-after-fast", "R1-after-short"]
mean = {row["id"]: 100 * row["mean"] for row in rc.studies.ledger(ids)
        if row["metric"] == "test_accuracy"}
at_15 = (mean["R1-after"] + mean["R1-after-small"]
         - mean["R1-after-fast"] - mean["R1-before-long"]) / 2
at_5 = (mean["R1-after-short"] + mean["R1-before-slow"]
        - mean["R1-before-large"] - mean["R1-before"]) / 2
answer = (at_15 - at_5) / 2
"""
changes = ("before", "before-large", "before-slow", "before-long", "after", "after-small", "after-fast", "after-short")
rows = studies.ledger([f"R1-{change}" for change in changes])
mean = {row["id"]: 100 * row["mean"] for row in rows if row["metric"] == "test_accuracy"}
at_15 = (mean["R1-after"] + mean["R1-after-small"] - mean["R1-after-fast"] - mean["R1-before-long"]) / 2
at_5 = (mean["R1-after-short"] + mean["R1-before-slow"] - mean["R1-before-large"] - mean["R1-before"]) / 2

exercise = Number(
    name="clothes-interaction",
    chapter="what_made_it_better",
    title="Do small steps need more epochs?",
    minutes=20,
    kind="measure",
    statement=r"""
One may expect that a smaller learning rate is worth more if the training is longer. That is a statement about the *interaction* of learning rate and epochs.
Compute it from the ledger: half the difference between the effect of the smaller learning rate at 15 epochs and its effect at 5 epochs,
each averaged over the two sizes, in percentage points of test accuracy. Give two significant digits.
""",
    solution=SOLUTION,
    digits=2,
    mistakes=(
        Mistake("sign", (at_5 - at_15) / 2, "the effect at 15 epochs comes first"),
        Mistake("half", at_15 - at_5, "take half of the difference, as for a main effect"),
        Mistake(
            "main effect", (at_15 + at_5) / 2, "that is the main effect of the learning rate: a mean, no difference"
        ),
        Mistake("one length", at_15, "that is the effect of the learning rate at 15 epochs alone"),
        Mistake("other length", at_5, "that is the effect of the learning rate at 5 epochs alone"),
        Mistake("fraction", (at_15 - at_5) / 200, "give it in percentage points, not as a fraction of 1"),
    ),
    hints=(
        "Four recipes have 15 epochs: two with each learning rate. Their names stand in the table of the design.",
        "In signs: the contrast of an interaction is the product of the two columns of signs.",
    ),
    explanation=r"""
The contrast has the same form as a main effect, four cells with + and four with −, so it has the same standard error and the same `half` as the effects of the chapter:
`(signs[:, 1] * signs[:, 2]) @ means / 4`, with the interval ± `half`.
If the interval lies above zero, these runs support the expectation; if it holds zero, they don't decide.
""",
)
