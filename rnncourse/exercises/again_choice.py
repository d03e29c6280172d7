"""Which of the pipeline's choices matters?"""

from . import Open

exercise = Open(
    name="again-choice",
    chapter="clothes_again",
    title="Take one choice back",
    minutes=15,
    statement=r"""
Take back one choice of the table for the GRU of the chapter: the last state in place of mean and maximum (`readout="last"`), no mirror images, or a constant learning rate.
Write down first what you expect. Train with the seeds 0, 1 and 2 on the sample, and compare the *validation* accuracy with that of the chapter's GRU. Does the choice pay, and what do three seeds allow you to say?
""",
    rubric=(
        (1, "the expectation stands before the runs"),
        (2, "nothing but the one choice differs: equal seeds, epochs, batches, learning rate and size"),
        (1, "the comparison is made on the validation images"),
        (1, "the difference has an interval over the seeds, and the conclusion follows it"),
        (1, "the conclusion names the setting: these epochs, this number of images"),
    ),
    explanation=r"""
Without mirror images, for instance:

```python
def validation(train):
    found = []
    for seed in range(3):
        net = network("GRU", seed)
        history = rc.fit(net, data, seed=seed, **train)
        found.append(history["validation_accuracy"][-1])
    return np.array(found)

change = validation(TRAIN) - validation({**TRAIN, "augment": None})
print(100 * change, rc.mean_interval(100 * change))
```

Both trainings of a pair start from the same weights and see the images in the same order, so the difference is taken seed by seed.
The digits differ by machine. With three seeds the interval is wide; an augmentation that slows learning in five epochs may still help in fifty.
""",
)
