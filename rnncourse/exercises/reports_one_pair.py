"""How often does one run of each give the order of the means?"""

from . import Mistake, Number

exercise = Number(
    name="reports-one-pair",
    chapter="five_reports_rerun",
    title="One run of each",
    minutes=15,
    kind="measure",
    statement=r"""
Two networks have accuracies that are normally distributed over the seeds: means of 95.5 % and 95.0 %, and the *same* standard deviation of 0.8 points. A report trains each of them once.
How often, *in per cent*, does the worse network come out ahead? Draw a million pairs, or compute it. Give two significant digits.
""",
    solution="""
gap, error = 95.5 - 95.0, 0.8 * math.sqrt(2)
answer = 100 * 0.5 * (1 + math.erf(-gap / error / math.sqrt(2)))
""",
    digits=2,
    mistakes=(
        Mistake("one error", 26.5986, "both networks scatter: the variances of the two add"),
        Mistake("sum of errors", 37.7331, "standard deviations don't add; their squares do"),
        Mistake("the better one", 67.0739, "that is how often the better one is ahead"),
        Mistake("fraction", 0.329261, "that is a fraction of 1; give per cent"),
        Mistake("variance", 34.8161, "that divides by the variance; take its root"),
        Mistake("half", 50.0, "the better network has an advantage of half a point, so it must be less"),
        Mistake(
            "standardised gap", 44.1942, "that is the gap in standard deviations of the difference; now its probability"
        ),
    ),
    hints=(
        "What is the standard deviation of the difference of the two accuracies?",
        "The difference is normal with the mean 0.5; how often is it below zero?",
    ),
    explanation=r"""
The difference has the mean 0.5 and the standard deviation $0.8 \sqrt 2 = 1.13$ points, so it is below zero in 33 % of such reports: one in three draws the wrong conclusion.
With five seeds for each the standard deviation of the difference is $\sqrt5$ times smaller, and the wrong order comes out in 16 %. To draw it:

```python
rng = np.random.default_rng(0)
one, other = rng.normal(95.5, 0.8, 1_000_000), rng.normal(95, 0.8, 1_000_000)
answer = 100 * (one < other).mean()
```
""",
)
