"""How good does the best of six equal networks look?"""

from . import Mistake, Number

exercise = Number(
    name="craft-best-of-six",
    chapter="craft_of_training",
    title="The best of six",
    minutes=10,
    kind="measure",
    statement=r"""
Six networks have the true accuracy 0.9, and independent luck on a test set of 2,500 images. The best of the six is reported.
By how many *percentage points* is its score too good, on average? Compute it with `expected_best`, or draw 100,000 times or more from `rng.binomial`. Give two significant digits.
""",
    solution="""
import math

z = np.linspace(-8, 8, 16_001)
cumulative = np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in z])
density = np.exp(-z**2 / 2) / np.sqrt(2 * np.pi)
largest = np.sum(z * 6 * density * cumulative**5) * (z[1] - z[0])  # expected_best(6)
answer = 100 * largest * np.sqrt(0.9 * 0.1 / 2500)
""",
    digits=2,
    mistakes=(
        Mistake(
            "one standard deviation",
            0.6,
            "that is the standard deviation of one score; the best of six lies further out",
        ),
        Mistake(
            "an interval",
            1.176,
            "that is 1.96 standard deviations, half of an interval; the mean of the best was asked for",
        ),
        Mistake("fraction", 0.0076, "that is a fraction of 1; give percentage points"),
        Mistake("p alone", 2.404, "the variance of one answer is p (1 - p)"),
        Mistake(
            "large-k formula", 1.1358, "the square root of 2 ln k is a bound for large k; for six it is half too large"
        ),
        Mistake("six times", 3.6, "the largest of six isn't six times as far out as one"),
        Mistake("best of eighteen", 1.092, "that is the best of eighteen"),
        Mistake("best of two", 0.3385, "that is the best of two"),
    ),
    hints=(
        "First the standard deviation of one score, the root of p (1 - p) / n, in percentage points.",
        "Then the expected largest of six standard normal numbers, which the chapter's function gives.",
    ),
    explanation=r"""
The standard deviation is $\sqrt{0.9 \cdot 0.1 / 2500} = 0.006$, or 0.6 points, and $E_6 = 1.27$: the best looks 0.76 points too good.
With four times as many images it would be half of that. To draw it:

```python
rng = np.random.default_rng(0)
best = rng.binomial(2500, 0.9, size=(200_000, 6)).max(1) / 2500
answer = 100 * (best.mean() - 0.9)
```
""",
)
