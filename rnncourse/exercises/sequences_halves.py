"""Which half of an image do the trained networks use?"""

from . import Open

exercise = Open(
    name="sequences-halves",
    chapter="sequences_and_memory",
    title="Which rows does it use?",
    minutes=20,
    statement=r"""
Make the upper half of each test image black, then instead the lower half, and evaluate the two kinds of trained recurrent networks on both
(`trained` holds the models of three seeds; `x[:, :14] = 0` on a copy of `data.test.x` makes the upper half black).
Write down what you expect from the curves of this chapter before you run it.
Then say what you found, how sure you are, and what else than the memory could explain it.
""",
    rubric=(
        (1, "a prediction that was written down before the experiment, with its reason"),
        (2, "accuracies of all seeds for both halves and both kinds of network, with their spread or an interval"),
        (1, "a statement of what the figures show and what they leave open"),
        (2, "another explanation: a half-black image is unlike anything in the training data; and a way to test it"),
    ),
    explanation=r"""
The rows of the lower half come last. A network with a short memory should do without the upper half, but not without the lower one.
A network with a longer memory has learned to use the upper half as well, so it should lose more without it.

```python
def accuracy_without(rows, models):
    x = data.test.x.clone()
    x[:, rows] = 0
    half = rc.Split(x, data.test.y)
    return [rc.evaluate(m, half, data.classes).accuracy for m in models]

for name, models in trained.items():
    for half, rows in (("upper", slice(0, 14)), ("lower", slice(14, 28))):
        print(name, "without the", half, "half:", accuracy_without(rows, models))
```

A half-black image is unlike anything in the training data, so part of the loss may come from the strangeness of the input and not from the missing rows.
To separate the two, train on half-black images as well.
""",
)
