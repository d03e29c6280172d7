"""Choose the strongest regulariser that is within one standard error of the best."""

import torch

from . import Build, Property, Wrong


def case(generator):
    strengths, seeds = int(torch.randint(5, 8, (), generator=generator)), 5
    best = int(torch.randint(1, strengths - 3, (), generator=generator))
    noise = torch.rand(strengths, seeds, generator=generator, dtype=torch.float64)
    losses = noise - noise.mean(1, keepdim=True)  # each mean 0
    error = losses[best].std() / seeds**0.5
    levels = torch.full((strengths,), 3.0, dtype=torch.float64) * error
    levels[best - 1] = 0.5 * error  # within one error, but weaker
    levels[best] = 0.0
    levels[best + 1] = 0.8 * error  # the one to choose
    levels[best + 2] = 1.6 * error  # within one standard deviation, not within one error
    scale = torch.ones(strengths, 1, dtype=torch.float64)
    scale[best + 2] = 6.0  # its own standard error is large
    losses = losses * scale + levels[:, None] + 1
    return (losses,)


def chosen(got, expected, losses):
    means, row = losses.mean(1), int(got)
    if row == int(expected):
        return None
    if not 0 <= row < len(losses):
        return f"expected a row from 0 to {len(losses) - 1}, got {row}"
    best = int(means.argmin())
    error = losses[best].std() / losses.shape[1] ** 0.5
    far = (means[row] - means[best]) / error
    return f"row {row} lies {far:.2f} standard errors above the best row, {best}; row {int(expected)} was expected"


exercise = Build(
    name="craft-one-error",
    chapter="craft_of_training",
    title="One standard error",
    minutes=15,
    statement=r"""
`losses` holds validation losses of shape $(R, S)$: row 0 is the weakest regulariser and the last row the strongest; a column for each seed.
The *one-standard-error rule* takes, of all rows whose mean is at most one standard error above the lowest mean, the strongest. The standard error is that of the row with the lowest mean, $s / \sqrt S$, with $S - 1$ in the denominator of $s^2$.
Write `choose_strength(losses)`; it returns the number of the row, counted from 0.
""",
    function="choose_strength",
    stub='''
def choose_strength(losses):
    """Validation losses (R, S) → the row that the rule takes."""
    ...
    return ...
''',
    solution='''
def choose_strength(losses):
    """Validation losses (R, S) → the row that the rule takes."""
    means = losses.mean(1)
    best = means.argmin()
    error = losses[best].std() / losses.shape[1] ** 0.5
    near = means <= means[best] + error
    return int(near.nonzero().max())
''',
    case=case,
    properties=(
        Property(
            "row", chosen,
            "Three steps: the lowest mean, the standard error of that row, all rows that are near enough. Which of "
            "those is the strongest?",
        ),
    ),
    also_right=(
        '''
def choose_strength(losses):
    rows = [(sum(r) / len(r), n) for n, r in enumerate(losses.tolist())]
    level, best = min(rows)
    variance = sum((v - level) ** 2 for v in losses[best].tolist()) / (losses.shape[1] - 1)
    limit = level + (variance / losses.shape[1]) ** 0.5
    return max(n for mean, n in rows if mean <= limit)
''',
    ),
    wrong=(
        Wrong("the lowest mean", fails="row", edit=("int(near.nonzero().max())", "int(best)")),
        Wrong("the weakest that is near", fails="row", edit=("near.nonzero().max()", "near.nonzero().min()")),
        Wrong("one standard deviation", fails="row", edit=(" / losses.shape[1] ** 0.5", "")),
        Wrong("the errors of all rows", fails="row", edit=("losses[best].std()", "losses.std(1)")),
        Wrong("the worst row", fails="row", edit=("argmin", "argmax")),
        Wrong("below the best", fails="row", edit=("means[best] + error", "means[best]")),
    ),
    explanation=r"""
The rule doesn't claim that the stronger regulariser is better. It says that the data can't tell them apart, and breaks the tie on purpose, towards the simpler network, instead of by luck.
It isn't a test either: with few seeds a standard error is a rough figure.
""",
)  # fmt: skip
