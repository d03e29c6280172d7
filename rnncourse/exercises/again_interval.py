"""The interval of a recall, by hand."""

from . import Mistake, Number

exercise = Number(
    name="again-interval",
    chapter="clothes_again",
    title="The interval of a recall",
    minutes=10,
    statement=r"""
A network finds 700 of 1,000 shirts. Far from 0 and 1, the textbook interval $\hat p \pm 1.96 \sqrt{\hat p (1 - \hat p) / n}$ is good enough.
How many *percentage points* is its half-width? Give three significant digits.
Does a second network, with 710 of 1,000 other shirts, differ beyond chance?
""",
    solution="""
p, n = 0.700, 1000
answer = 100 * 1.96 * np.sqrt(p * (1 - p) / n)
""",
    digits=3,
    mistakes=(
        Mistake("one error", 1.4491, "that is one standard error; a 95 % interval takes 1.96 of them"),
        Mistake("whole width", 5.6806, "that is the whole width; the half-width was asked for"),
        Mistake("fraction", 0.028403, "give it in percentage points, not as a fraction of 1"),
        Mistake("no root", 0.04116, "the root is missing: that is 1.96 times the variance of the share"),
        Mistake("all images", 0.89818, "n is the number of shirts, not that of all 10,000 test images"),
        Mistake("root of p", 5.1857, "the factor 1 - p is missing"),
    ),
    hints=("First the variance of a share of n: p(1 - p)/n. Then its root, then 1.96 of them, then times 100.",),
    explanation=r"""
$\sqrt{0.7 \cdot 0.3 / 1000} = 0.0145$, times 1.96 is 0.0284: 2.84 percentage points.
The difference of 1 point between the two networks has an interval wider still, by a factor of about $\sqrt 2$: about ±4 points. So it isn't beyond chance.
""",
)
