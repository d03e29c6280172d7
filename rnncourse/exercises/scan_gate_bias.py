"""A longer memory from the first step on."""

from . import Open

exercise = Open(
    name="scan-gate-bias",
    chapter="after_the_lstm",
    title="Give the gate a bias",
    minutes=30,
    statement=r"""
At PyTorch's initial weights a minimal GRU forgets half of its state in about one step. The LRU starts on a ring near 1 and is allowed to remember from the beginning. Is this the difference between them?
Give the update gates of the minimal GRU an initial bias, for instance so that $\sigma(b)$ lies between 0.9 and 0.999, a different value for each unit. Write down beforehand what you expect and by which number you will judge it. Then train with and without the bias, on a task of the chapter on which it fell behind, at least three seeds each, the learning rate chosen on validation for both.
""",
    rubric=(
        (1, "task, bias, expectation and criterion are written down before the runs"),
        (2, "nothing but the initial bias differs: same data, seeds, size, rates tried and steps"),
        (1, "the learning rate is chosen on validation, for both sides in the same way"),
        (1, "every run is shown, beside the baseline or the LRU's figures"),
        (2, "the conclusion fits the interval of the difference, and says what else could explain it"),
    ),
    explanation=r"""
The bias of the gates is the first half of `b` in each cell:

```python
def with_long_gates(model, low=0.9, high=0.999):
    for directions in model.recurrent.layers:
        cell = directions[0].cell
        with torch.no_grad():
            keep = torch.linspace(low, high, cell.hidden_size)
            cell.b[:cell.hidden_size] = torch.logit(keep)
    return model

recipe = rc.studies.recipe("modern-digits-mingru-0.003")
for seed in range(3):
    data = recipe.load(seed=seed)
    for change in (lambda model: model, with_long_gates):
        model = change(recipe.build(data, seed))
        history = rc.fit(model, data, seed=seed, progress=False,
                         **recipe.train)
        print(seed, history["validation_accuracy"][-1])
```

The same idea made the LSTM of {doc}`how_long_is_long_term` remember from the start, after {cite:t}`tallec2018`.
If the bias helps, you have found a part of the difference. The LRU also turns its units in the plane, which no gate between 0 and 1 does.
""",
)  # fmt: skip
