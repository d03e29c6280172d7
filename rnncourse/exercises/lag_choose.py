"""Choose by validation, report by test."""

import torch

from . import Build, Property, Wrong


def case(generator):
    rates, seeds = (int(torch.randint(3, 6, (), generator=generator)) for _ in range(2))
    level = torch.rand(rates, 1, generator=generator)
    validation = level + 0.5 * torch.rand(rates, seeds, generator=generator) ** 3
    test = 0.2 * level + torch.rand(rates, seeds, generator=generator)  # another order than the validation's
    # make the other rules differ: the luckiest single run, and the lowest median, belong to other rates
    best = int(validation.mean(1).argmin())
    lucky, steady = (best + 1) % rates, (best + 2) % rates
    validation[lucky, 0] = validation[best].min() / 2
    validation[lucky, 1:] += validation[best].mean() * 2
    validation[steady, :] = validation[best].median() * 0.9
    validation[steady, -1] = validation[best].mean() * seeds * 2
    test[best] += 0.5
    return validation, test


def chosen_rate(got, expected, validation, test):
    for row, mean in enumerate(test.mean(1)):
        if not torch.isclose(mean, expected) and torch.isclose(got, mean):
            right = int(validation.mean(1).argmin())
            return f"that is the mean test loss of rate {row}; the lowest mean validation loss has rate {right}"
    return None


def whole_row(got, expected, validation, test):
    row = test[validation.mean(1).argmin()]
    if (torch.isclose(got, row.min()) or torch.isclose(got, row.median())) and not torch.isclose(got, expected):
        return "that is one seed of the right rate; the mean over all its seeds was asked for"
    return None


exercise = Build(
    name="lag-choose",
    chapter="how_long_is_long_term",
    title="Choose without looking",
    minutes=10,
    statement=r"""
Write `choose(validation, test)`. Both are tensors of losses of shape $(R, S)$: a row for each learning rate, a column for each seed.
Choose the rate with the lowest mean validation loss, and return the mean test loss of this rate, as a tensor with a single value.
""",
    function="choose",
    stub='''
def choose(validation, test):
    """Test loss of the chosen rate: (R, S), (R, S) → one number."""
    ...
    return ...
''',
    solution='''
def choose(validation, test):
    """Test loss of the chosen rate: (R, S), (R, S) → one number."""
    rate = validation.mean(1).argmin()
    return test[rate].mean()
''',
    case=case,
    properties=(
        Property(
            "chosen rate", chosen_rate,
            "Two steps: a number for each rate from the validation losses alone; then one row of the test losses.",
        ),
        Property("all seeds", whole_row, "Over which dimension is the mean taken, if the rows are rates?"),
    ),
    also_right=(
        '''
def choose(validation, test):
    sums = [sum(row.tolist()) for row in validation]
    row = test[sums.index(min(sums))]
    return row.sum() / len(row)
''',
    ),
    wrong=(
        Wrong("chooses by the test loss", fails="chosen rate", edit=("validation.mean(1)", "test.mean(1)")),
        Wrong("the luckiest single run", fails="chosen rate",
              edit=("validation.mean(1).argmin()", "validation.min(1).values.argmin()")),
        Wrong("by the median", fails="chosen rate",
              edit=("validation.mean(1).argmin()", "validation.median(1).values.argmin()")),
        Wrong("the highest loss", fails="chosen rate", edit=("argmin", "argmax")),
        Wrong("the best seed of the rate", fails="all seeds", edit=("test[rate].mean()", "test[rate].min()")),
        Wrong("the median seed of the rate", fails="all seeds", edit=("test[rate].mean()", "test[rate].median()")),
        Wrong("reports the validation loss", fails="value", edit=("test[rate].mean()", "validation[rate].mean()")),
        Wrong("the best test loss of each seed", fails="value",
              edit=("test[rate].mean()", "test.min(0).values.mean()")),
        Wrong("no mean over seeds", fails="shape", edit=("test[rate].mean()", "test[rate]")),
    ),
    hints=("Which of the two tensors decides, and which one is reported?",),
    explanation=r"""
The test losses have no part in the choice, so their mean isn't too good on average.
Choosing by the luckiest single run would reward the rate with the largest scatter.
""",
)  # fmt: skip
