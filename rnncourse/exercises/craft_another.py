"""Measure a trick that the chapter didn't measure."""

from . import Open

exercise = Open(
    name="craft-another",
    chapter="craft_of_training",
    title="Another trick",
    minutes=25,
    statement=r"""
Take a trick that the chapter leaves out: dropout on the *digits*, with 100 images and with all of them; or the batch size, at an equal number of epochs and then at an equal number of steps; or a shift of the clothes (`augment="shift"`) with more epochs.
Write down first what you expect, with a reason and a number. Then measure it with at least five seeds, in pairs, on the *validation* split, and only at the end, once, on the test images.
""",
    explanation=r"""
A way to begin, for the batch size at equal epochs:

```python
base = by_rate[0.01]
for batch_size in (5, 50, 100):
    found = on_digits({**FEW, "batch_size": batch_size})
    d = [a.history["validation_loss"][-1] - b.history["validation_loss"][-1]
         for a, b in zip(found, base, strict=True)]
    print(batch_size, len(found[0].history), rc.mean_interval(d))
```

A larger batch makes fewer steps in the same epochs, so it may only be less trained: give it as many steps, and a learning rate of its own, before you say that large batches are worse.
""",
    rubric=(
        (1, "an expectation with a reason and a number, written down before the experiment"),
        (
            2,
            "one change at a time, paired seeds, intervals of the differences, and a learning rate that was tuned for both sides",
        ),
        (1, "settings chosen on the validation split; the test images used once"),
        (2, "a conclusion that says what is undecided, and for which amount of data and training it holds"),
    ),
)
