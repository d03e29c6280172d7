"""A main effect from the table of a factorial design."""

import torch

from . import Build, Property, Wrong


def case(generator):
    changes = int(torch.randint(3, 5, (), generator=generator))
    means = 80 + 10 * torch.rand((2,) * changes, generator=generator, dtype=torch.float64)
    return means, int(torch.randint(1, changes, (), generator=generator))


def effect(got, expected, means, k):
    got, expected = float(got), float(expected)
    if abs(got - expected) < 1e-5:
        return None
    if abs(got + expected) < 1e-5:
        return f"expected {expected:+.3f}, got {got:+.3f}: the mean as before is taken from the mean as changed"
    return f"expected the mean of all {means.numel() // 2} differences that change {k} makes, {expected:+.3f}, got {got:+.3f}"


exercise = Build(
    name="better-effects",
    chapter="what_made_it_better",
    title="The main effect of any change",
    minutes=10,
    statement=r"""
`means` holds the mean accuracies of a factorial design: an axis of length 2 for each change, with 0 for "as before" and 1 for "changed". For the three changes of this chapter it has the shape $(2, 2, 2)$.
Write `main_effect(means, k)`, which returns the main effect of the change on axis `k`, counted from 0. It must work for any number of changes.
""",
    function="main_effect",
    stub='''
def main_effect(means, k):
    """Means (2, 2, …), an axis → the main effect, one number."""
    return ...
''',
    solution='''
def main_effect(means, k):
    """Means (2, 2, …), an axis → the main effect, one number."""
    before, changed = means.unbind(k)
    return (changed - before).mean()
''',
    case=case,
    properties=(
        Property(
            "effect", effect,
            "Cut the table along axis k into its two halves. What is done with the differences between them?",
        ),
    ),
    also_right=(
        '''
def main_effect(means, k):
    flat = means.movedim(k, 0).reshape(2, -1)
    return flat[1].sum() / flat.shape[1] - flat[0].sum() / flat.shape[1]
''',
    ),
    wrong=(
        Wrong("the wrong way round", fails="effect", edit=("changed - before", "before - changed")),
        Wrong("the sum of the differences", fails="effect", edit=(").mean()", ").sum()")),
        Wrong("the first axis", fails="effect", edit=("unbind(k)", "unbind(0)")),
        Wrong("one change at a time", fails="effect",
              edit=("(changed - before).mean()", "changed.flatten()[0] - before.flatten()[0]")),
        Wrong("half of it", fails="effect", edit=(".mean()", ".mean() / 2")),
        Wrong("the last corner only", fails="effect",
              edit=("(changed - before).mean()", "changed.flatten()[-1] - before.flatten()[-1]")),
        Wrong("all differences", fails="shape", edit=(".mean()", "")),
    ),
    explanation=r"""
Along axis `k` the table falls into two halves, which are two opposite sides of the cube. The mean of the differences is the difference of the means, because every combination of the other changes is there once.
""",
)  # fmt: skip
