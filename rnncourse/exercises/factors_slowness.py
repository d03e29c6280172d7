"""Measure how slow the features of several sequences are."""

import torch

from . import Build, Property, Wrong


def case(generator):
    N, T, K = (int(torch.randint(2, 5, (), generator=generator)) for _ in range(3))
    T += 2
    steps = torch.randn(N, T, K, generator=generator)
    scale = 0.5 + 2 * torch.rand(K, generator=generator)
    return (steps.cumsum(1) * scale + 4 * torch.randn(N, 1, K, generator=generator),)


def unit_free(got, expected, y):
    scale = y.flatten(0, 1).std(0, correction=0)
    if torch.allclose(got, expected * scale**2, rtol=1e-3) or torch.allclose(got, expected * scale, rtol=1e-3):
        return "a feature that is twice as large must have the same slowness; divide by its variance"
    return None


def within(got, expected, y):
    flat = y.flatten(0, 1)
    crossing = (flat.diff(dim=0) ** 2).mean(0) / flat.var(0, correction=0)
    if torch.allclose(got, crossing, rtol=1e-4):
        return "the step from the end of one sequence to the start of the next one isn't a step in time"
    return None


exercise = Build(
    name="factors-slowness",
    chapter="linear_factor_models",
    title="How slow is it?",
    minutes=15,
    statement=r"""
Write `slowness(y)` for features `y` $(N, T, K)$ of $N$ sequences: for each of the $K$ features the mean of $(y_t - y_{t-1})^2$ over all steps within the sequences, divided by the feature's variance over all steps of all sequences (the mean squared distance from the mean, divided by $N T$).
""",
    function="slowness",
    stub='''
def slowness(y):
    """Features (N, T, K) → how fast each one changes (K)."""
    return ...
''',
    solution='''
def slowness(y):
    """Features (N, T, K) → how fast each one changes (K)."""
    change = (y[:, 1:] - y[:, :-1]) ** 2
    return change.mean((0, 1)) / y.var((0, 1), correction=0)
''',
    case=case,
    properties=(
        Property(
            "within sequences", within,
            "Take differences along the time axis only. Which of the three axes is it?",
        ),
        Property(
            "free of units", unit_free,
            "Multiply y by 2: the result must stay equal. How does a mean square change, and how a variance?",
        ),
    ),
    also_right=(
        '''
def slowness(y):
    flat = y.flatten(0, 1)
    y = (y - flat.mean(0)) / flat.std(0, correction=0)
    return y.diff(dim=1).square().flatten(0, 1).mean(0)
''',
    ),
    wrong=(
        Wrong("steps from one sequence to the next are counted", fails="within sequences",
              edit=("change = (y[:, 1:] - y[:, :-1]) ** 2",
                    "flat = y.flatten(0, 1)\n    change = (flat[1:] - flat[:-1])[None] ** 2")),
        Wrong("not divided by the variance", fails="free of units", edit=(" / y.var((0, 1), correction=0)", "")),
        Wrong("divided by the standard deviation", fails="free of units", edit=("y.var(", "y.std(")),
        Wrong("the variance of each sequence", fails="value",
              edit=("y.var((0, 1), correction=0)", "y.var(1, correction=0).mean(0)")),
        Wrong("divided by NT - 1", fails="value", edit=(", correction=0", "")),
        Wrong("the sequences and the steps exchanged", fails="value",
              edit=("y[:, 1:] - y[:, :-1]", "y[1:] - y[:-1]")),
        Wrong("sizes in place of squares", fails="value", edit=("y[:, :-1]) ** 2", "y[:, :-1]).abs()")),
        Wrong("one number for all features", fails="shape", edit=("change.mean((0, 1))", "change.mean()"),
              also=("y.var((0, 1), correction=0)", "y.var(correction=0)")),
    ),
    hints=(
        "Take differences along the time axis only.",
        "Both means run over sequences and steps, axes 0 and 1; one number for each feature is left.",
    ),
    explanation=r"""
Without the variance, a feature could be made slow by making it small. The variance goes over all sequences at once: a feature that is constant within each sequence and differs between them has a variance and no change, so its slowness is 0. That is the slowest of all, and often a class.
""",
)  # fmt: skip
