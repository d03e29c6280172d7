"""Which interval judges one published run?"""

from . import Choice, Option

exercise = Choice(
    name="reports-which-interval",
    chapter="five_reports_rerun",
    title="Which interval?",
    minutes=5,
    statement=r"""
You train a published recipe with 400 seeds. The 95 % interval of your *mean* is 91.0 to 91.2 %; your runs have a standard deviation of 1 point. The report trained once and gives 92.0 %.
What follows?
""",
    options=(
        Option(
            "The report's figure lies outside the interval, so its recipe differs from yours.",
            "The interval is one for the mean of very many runs. With more seeds it shrinks to a point, and then every "
            "single run would lie outside it.",
        ),
        Option(
            "The report's figure is an ordinary run of your recipe: it lies less than one standard deviation from the "
            "mean.",
            "Right: one run scatters by the standard deviation, however many seeds you have run.",
            right=True,
        ),
        Option(
            "The report's figure is the true one, and your mean is biased.",
            "Nothing here speaks of a bias. One run can't be truer than the mean of 400.",
        ),
        Option(
            "With fewer seeds the report's figure would lie inside your interval, so you should have run fewer.",
            "It might lie inside then. But an interval that agrees because it knows less is no confirmation.",
        ),
    ),
    hints=(
        "Does the scatter of a single run become smaller when you make more runs?",
        "Compare 92.0 with the mean, in standard deviations of one run.",
    ),
    explanation=r"""
The interval of the mean answers: where is the mean of the recipe? With 400 seeds it is known to a tenth of a point.
The question here is another one: could *one* run end at 92.0 %? The mean is 91.1, one run scatters by 1 point, and so about every fifth run is at least as high.
""",
)
