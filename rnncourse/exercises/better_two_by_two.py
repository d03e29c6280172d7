"""The main effect and the interaction of two changes, from four accuracies."""

from . import Mistake, Number

exercise = Number(
    name="better-two-by-two",
    chapter="what_made_it_better",
    title="Four accuracies",
    minutes=5,
    statement=r"""
Four trainings, with and without two changes, give these accuracies in per cent:

| | without dropout | with dropout |
|---|---|---|
| **small network** | 88 | 85 |
| **large network** | 87 | 92 |

Compute the *interaction* of size and dropout, as the chapter defines it, in percentage points.
(Then compute the main effect of dropout, and say why "dropout brings a point" would be a poor summary.)
""",
    solution="""
small, large = 85 - 88, 92 - 87  # what dropout does
answer = (large - small) / 2
""",
    mistakes=(
        Mistake("not halved", 8, "take half of the difference of the two differences"),
        Mistake("main effect of dropout", 1, "that is the main effect of dropout: the mean of its two differences"),
        Mistake("main effect of size", 3, "that is the main effect of the size: the mean of its two differences"),
        Mistake("sign", -4, "the effect in the large network comes first"),
        Mistake("one difference", 5, "that is what dropout does in the large network alone"),
        Mistake("the other difference", -3, "that is what dropout does in the small network alone"),
        Mistake("both changes", 92 - 88 - 2, "that is half of what both changes do together"),
    ),
    hints=(
        "What does dropout do in the small network, and what in the large one?",
        "The interaction is half of the difference between these two numbers.",
    ),
    explanation=r"""
Dropout takes 3 points from the small network and gives 5 to the large one. The main effect, $(5 - 3)/2 = 1$ point, is true of neither.
The same number comes out if you start with the size: it costs 1 point without dropout and brings 7 with it, and half of the difference is again 4.
""",
)
