"""Does the scaling of the images matter for training?"""

from . import Open

exercise = Open(
    name="clothes-range",
    chapter="clothes_row_by_row",
    title="Does the scaling matter for training?",
    minutes=20,
    statement=r"""
Train the network of this chapter on images scaled to the range 0 to 1 and to the range −1 to 1, with the seeds 0 to 4 and a fifth of the training images held out:
`rc.datasets.fashion_mnist("sample", 0.2, value_range)`, `build` and `rc.fit`.
Compare the accuracies on the held-out images. Which scaling would you choose, and how sure are you?
""",
    rubric=(
        (2, "both scalings trained with the same five seeds, and nothing else changed between them"),
        (2, "the difference with an interval over the seeds (`rc.mean_interval`), computed on paired runs"),
        (1, "the choice is made on the held-out images; the test images aren't used"),
        (1, "a conclusion that the interval supports, 'not decided' if it holds zero"),
    ),
    explanation=r"""
```python
score = {}
for value_range in ((0.0, 1.0), (-1.0, 1.0)):
    part = rc.datasets.fashion_mnist("sample", 0.2, value_range)
    score[value_range] = []
    for seed in range(5):
        network = build(seed)
        h = rc.fit(network, part, lr=0.001, seed=seed, **settings)
        score[value_range].append(h["validation_accuracy"][-1])
change = 100 * (np.array(score[-1.0, 1.0]) - score[0.0, 1.0])
print(change.mean(), rc.mean_interval(change))
```

The digits differ from machine to machine. What counts is whether the interval of the difference holds zero; with five seeds it is wide.
""",
)
