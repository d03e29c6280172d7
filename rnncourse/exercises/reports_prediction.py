"""Is a published figure inside the prediction interval, as it was rounded?"""

import torch

from . import Build, Property, Wrong


def case(generator):
    n = int(torch.randint(3, 7, (), generator=generator))
    runs = torch.rand(n, generator=generator, dtype=torch.float64) * 4 + 90
    t = float(torch.rand((), generator=generator)) * 2 + 2.2
    unit = 0.2
    half = t * float(runs.std()) * (1 + 1 / n) ** 0.5
    side = 1 if torch.rand((), generator=generator) < 0.5 else -1
    which = int(torch.randint(0, 4, (), generator=generator))
    # inside the interval and outside that of the mean; inside by the rounding alone; outside by a little; far away
    away = (0.5 * (half + half / (n + 1) ** 0.5), half + 0.25 * unit, half + 0.75 * unit, half + 5 * unit)[which]
    return runs, float(runs.mean()) + side * away, t, unit


def agrees(got, expected, runs, published, t, unit):
    if bool(got) == bool(expected):
        return None
    half = t * runs.std() * (1 + 1 / len(runs)) ** 0.5
    away = abs(published - runs.mean())
    return (
        f"the published figure lies {away:.3f} from the mean, half of the interval is {half:.3f} and half of a unit "
        f"{unit / 2:g}; expected {bool(expected)}, got {bool(got)}"
    )


exercise = Build(
    name="reports-prediction",
    chapter="five_reports_rerun",
    title="Inside, as rounded",
    minutes=15,
    statement=r"""
Write `agrees(runs, published, t, unit)`. `runs` is a tensor of $n$ accuracies, `published` the figure of a report, which was rounded to the nearest multiple of `unit`, and `t` the factor of Student's distribution, already looked up.
Return `True` if *some* number that rounds to the published one lies in the prediction interval $m \pm t\, s\, \sqrt{1 + 1/n}$, else `False`. The standard deviation $s$ has $n - 1$ in its denominator.
""",
    function="agrees",
    stub='''
def agrees(runs, published, t, unit):
    """Could one more run have been published as this figure?"""
    ...
    return ...
''',
    solution='''
def agrees(runs, published, t, unit):
    """Could one more run have been published as this figure?"""
    half = t * runs.std() * (1 + 1 / len(runs)) ** 0.5
    return bool((published - runs.mean()).abs() <= half + unit / 2)
''',
    case=case,
    cases=24,
    properties=(
        Property(
            "agrees", agrees,
            "First half of the width of the interval, then the distance of the published figure from the mean. How "
            "far may the rounding have moved that figure?",
        ),
    ),
    also_right=(
        '''
def agrees(runs, published, t, unit):
    values = runs.tolist()
    n = len(values)
    mean = sum(values) / n
    variance = sum((v - mean) ** 2 for v in values) / (n - 1)
    half = t * (variance * (n + 1) / n) ** 0.5
    low, high = published - unit / 2, published + unit / 2
    return low <= mean + half and high >= mean - half
''',
    ),
    wrong=(
        Wrong("the interval of the mean", fails="agrees", edit=("(1 + 1 / len(runs))", "(1 / len(runs))")),
        Wrong("without the rounding", fails="agrees", edit=(" + unit / 2", "")),
        Wrong("a whole unit", fails="agrees", edit=("unit / 2", "unit")),
        Wrong("only the scatter of one run", fails="agrees", edit=(" * (1 + 1 / len(runs)) ** 0.5", "")),
        Wrong("only below the mean counts", fails="agrees", edit=(".abs()", "")),
        Wrong("a factor for everything", fails="agrees", edit=("t * ", "10 * ")),
    ),
    explanation=r"""
The 1 under the root is the scatter of the new run, the $1/n$ our ignorance of the mean. With many seeds the second vanishes and the first stays, so a prediction interval never shrinks to a point.
The rounding matters where the runs hardly scatter: an accuracy of 99.998 % agrees with a published 100.0 %.
""",
)  # fmt: skip
