"""How many published figures fall outside prediction intervals by chance?"""

from . import Mistake, Number

exercise = Number(
    name="reports-by-chance",
    chapter="five_reports_rerun",
    title="Outside by chance",
    minutes=10,
    statement=r"""
Suppose that all our recipes were exactly those of the reports, that accuracies were normally distributed, and that there were 20 *independent* published figures, each with a 95 % prediction interval of its own.
What is the probability that *three or more* of the 20 lie outside? Give three significant digits.
""",
    solution="""
answer = 1 - sum(math.comb(20, k) * 0.05**k * 0.95 ** (20 - k) for k in range(3))
""",
    digits=3,
    mistakes=(
        Mistake("more than three", 0.015902, "three are meant to count as well: leave out 0, 1 and 2 only"),
        Mistake("exactly three", 0.059582, "that is exactly three; more than three count as well"),
        Mistake("two or more", 0.264161, "that is two or more"),
        Mistake("at most two", 0.924516, "that is the probability of at most two; you want the other cases"),
        Mistake("none outside", 0.358486, "that is the probability that none is outside"),
        Mistake("mean", 1.0, "one figure is outside on average; the question is for a probability"),
        Mistake("a power", 0.000125, "that is the probability that three given ones are outside"),
    ),
    hints=(
        "Each figure is outside with the probability 0.05, apart from the others: the number outside is binomial.",
        "Sum the probabilities of 0, 1 and 2, and take them from 1.",
    ),
    explanation=r"""
The number outside is binomial with 20 tries and the probability 0.05. One is outside on average, none in 36 % of such tables, and three or more in 7.5 %.
So one or two figures outside say nothing against a reproduction, and ten would be very unlikely by chance.
The chapter's rows aren't independent, for some of them share a published figure, and its accuracies aren't normal where some runs diverge. The count is a yardstick, not a test.
""",
)
