"""The cross-entropy of one image, from its scores."""

import math

from . import Mistake, Number

TOTAL = math.e**1 + math.e**3 + math.e**0  # the scores 1, 3 and 0; the third class is the true one

exercise = Number(
    name="clothes-loss",
    chapter="clothes_row_by_row",
    title="Certain, and wrong",
    minutes=5,
    statement=r"""
A network gives three classes the scores 1, 3 and 0. The *third* class is the true one. What is the cross-entropy of this image? Give four significant digits.
""",
    solution="""
scores = [1, 3, 0]
answer = np.log(np.exp(scores).sum()) - scores[2]
""",
    digits=4,
    mistakes=(
        Mistake("favourite", math.log(TOTAL) - 3, "that is the loss if the second class were the true one"),
        Mistake("first class", math.log(TOTAL) - 1, "that is the loss if the first class were the true one"),
        Mistake("probability", 1 / TOTAL, "that is the probability of the true class; now its logarithm"),
        Mistake("sign", -math.log(TOTAL), "a probability below 1 has a negative logarithm; the loss has a minus sign"),
        Mistake("base", math.log10(TOTAL), "take the natural logarithm, not the one with base 10"),
        Mistake("base 2", math.log2(TOTAL), "take the natural logarithm, not the one with base 2"),
        Mistake("mean", math.log(TOTAL) / 3, "this is one image: don't divide by the number of classes"),
        Mistake("gradient", 1 / TOTAL - 1, "that is the derivative with respect to the score of the true class"),
    ),
    hints=(
        "First the probability of the third class: its exponential, divided by the sum of all three exponentials.",
        "The exponential of the score 0 is 1, and not 0.",
    ),
    explanation=r"""
$L = -s_3 + \ln(e^1 + e^3 + e^0)$, and $s_3 = 0$.
The true class gets the probability 0.042 only, for the network is nearly certain of another one. A network that gives all three classes the same probability pays $\ln 3 = 1.10$, a third of that.
""",
)
