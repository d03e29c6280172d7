"""How slow a feature of pure noise looks where it was found."""

import numpy as np

from ..analysis.factors import slow_features
from . import Mistake, Number


def found(steps, directions):
    """Slowness of the slowest feature of white noise: where it was found, and on another sequence."""
    rng = np.random.default_rng(0)
    noise, other = rng.standard_normal((2, steps, directions))
    slow = slow_features(noise)
    again = slow.transform(other)[:, :1]
    return slow.slowness[0], slow_features(again).slowness[0], slow.slowness[-1]


HERE, AGAIN, FASTEST = found(200, 50)

exercise = Number(
    name="factors-slow-noise",
    chapter="linear_factor_models",
    title="Slow features of nothing",
    kind="measure",
    minutes=15,
    statement=r"""
White noise has the slowness 2 in every direction. Take 200 steps of 50 features of it:
`noise, other = np.random.default_rng(0).standard_normal((2, 200, 50))`.
How slow is the slowest feature of `noise`, by the `slowness` that `rc.factors.slow_features` reports? And how slow is that same feature on `other`, divided by its variance there? The answer is the *second* number divided by the *first*. Give three significant digits.
""",
    solution="""
noise, other = np.random.default_rng(0).standard_normal((2, 200, 50))
found = rc.factors.slow_features(noise)
again = found.transform(other)[:, :1]
new = rc.factors.slow_features(again).slowness[0]
answer = new / found.slowness[0]
""",
    digits=3,
    mistakes=(
        Mistake("upside down", HERE / AGAIN, "that is the first number divided by the second"),
        Mistake("the first number", HERE, "that is the slowness where the feature was found; divide the other by it"),
        Mistake("the second number", AGAIN, "that is the slowness on the new noise; divide it by the first number"),
        Mistake("theory for the second", 2 / HERE, "take the second number from `other`, not from theory"),
        Mistake("fastest", AGAIN / FASTEST, "features come with the slowest first; this divides by the last one"),
        Mistake("nothing found", 1.0, "the feature was chosen for its slowness on `noise`; measure it on `other`"),
    ),
    hints=(
        "`found.transform(other)[:, 0]` is the feature on the new noise.",
        "To divide by the variance there, use `rc.factors.slow_features` again, on the feature alone, shape (200, 1).",
    ),
    explanation=r"""
Where it was found, the slowest feature has the slowness 0.77, less than half of what noise has; on new noise it has 2.17, as much as any direction of noise. With 50 directions and 200 steps, some direction is slow by chance, and the eigenproblem finds it.
So slow features, too, want a second sequence to be tested on. The chapter's camera film was tested on one.
""",
)
