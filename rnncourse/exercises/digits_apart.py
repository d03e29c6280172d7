"""How many standard errors apart are two published accuracies?"""

from . import Mistake, Number

exercise = Number(
    name="digits-apart",
    chapter="digits_three_ways",
    title="Two LSTMs apart",
    minutes=10,
    statement=r"""
On the same kind of test set of 10,000 images, one network is right on 96.37 % and another on 95.74 %.
Treat the two counts as independent binomial ones. By how many standard errors of the difference do they differ? Give three significant digits.
""",
    solution="""
p, q, n = 0.9637, 0.9574, 10_000
answer = (p - q) / np.sqrt(p * (1 - p) / n + q * (1 - q) / n)
""",
    digits=3,
    mistakes=(
        Mistake("one error", 3.3683, "the second figure has an error of its own: the variances add"),
        Mistake("sum of errors", 1.6196, "standard errors don't add; their squares do"),
        Mistake("variance", 831.49, "that divides by the variance; take the root"),
        Mistake("per image", 0.022888, "that is the standard deviation of single images; divide the variance by n"),
        Mistake("points", 0.63, "that is the difference in points; divide it by its standard error"),
        Mistake("worst case", 0.8910, "p (1 - p) is near 0.04 here; a half and a half would give 0.25"),
        Mistake("negative", -2.2888, "take the larger minus the smaller"),
    ),
    hints=(
        "The variance of an accuracy p on n images is p (1 - p) / n.",
        "The variance of a difference of independent numbers is the sum of their variances.",
    ),
    explanation=r"""
The standard error of the difference is 0.275 points, so the two are 2.29 of them apart; by this measure alone the difference would hardly be chance.
But this counts the *images* only. Another seed gives another network, and in the ledger the runs of one recipe differ by more than 0.275 points: with one run of each, the 0.63 points say little about one layer against two.
""",
)  # fmt: skip
