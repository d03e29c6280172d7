"""Is it the budget?"""

from . import Open

exercise = Open(
    name="lag-budget",
    chapter="how_long_is_long_term",
    title="Is it the budget?",
    minutes=30,
    statement=r"""
Take a variant and a setting in which not every run was solved within 2,000 steps. Choose one change: twice the steps, another learning rate, or another initial forget bias.
Write down what you expect and by which number you will judge it. Then run at least three seeds with and without the change, and say what your runs decide and what they don't.
""",
    rubric=(
        (1, "setting, change, expectation and criterion are written down before the runs"),
        (2, "nothing but the change differs: same data, seeds, size, batch and clipping"),
        (1, "the test set is used for the last comparison only; every choice is made on validation"),
        (1, "every run is shown beside the baseline, not only the mean"),
        (2, "the conclusion fits the interval, keeps 'within this budget' in it, and names what stays open"),
    ),
    explanation=r"""
A recipe is data, so a changed copy is enough:

```python
from dataclasses import replace

recipe = rc.studies.recipe("lag-order-80-lstm-0.003")
longer = replace(recipe, train={**recipe.train, "epochs": 20})
for seed in range(3):
    run = rc.studies.run(longer, seed)
    losses = [e["validation_loss"] for e in run["history"]["epochs"]]
    print(seed, f"after 10 epochs {losses[9]:.3f}, after 20 {losses[19]:.3f}",
          f"(baseline {baseline['order', 80]:.3f})")
```

The first ten epochs of the longer run are the same as those of the short one, since the learning rate is constant; so one run gives both numbers.
A run that leaves its plateau in the second half shows that the budget was the reason *for this run*. A run that doesn't shows nothing about 40 epochs.
""",
)
