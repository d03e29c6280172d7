"""Does the schedule choose the winner?"""

from . import Open

exercise = Open(
    name="digits-schedule",
    chapter="digits_three_ways",
    title="Does the schedule choose the winner?",
    minutes=20,
    statement=r"""
The chapter compared four networks with the one-cycle schedule. Repeat the comparison with a constant learning rate for the same eight epochs, and then for twenty: choose the rate among 0.003, 0.01 and 0.03 with seed 0 on validation, and report three new seeds for each network.
Does the order of the four stay the same? What would a report have concluded that had tried only one of the three trainings?
""",
    rubric=(
        (1, "every network gets the same choice of rates, chosen on validation with seed 0"),
        (1, "the reported seeds had no part in the choice"),
        (2, "the three trainings differ in nothing but the schedule and the epochs, and each has means with intervals"),
        (1, "differences are judged by their intervals, not by the order of the means"),
        (1, "the conclusion names the training for which it holds"),
    ),
    explanation=r"""
```python
def constant(options, rate, seed, epochs):
    model = network(options, seed)
    history = rc.fit(model, data, lr=rate, clip_norm=1.0, seed=seed,
                     progress=False, epochs=epochs, batch_size=64)
    score = rc.evaluate(model, data.test, data.classes).accuracy
    return history["validation_loss"][-1], score

for epochs in (8, 20):
    for name, options in NETS.items():
        rate = min((3e-3, 1e-2, 3e-2),
                   key=lambda lr: constant(options, lr, 0, epochs)[0])
        values = [constant(options, rate, s, epochs)[1] for s in (1, 2, 3)]
        print(epochs, name, rate, values, rc.mean_interval(values))
```

The digits differ by machine. On one of ours the plain RNN was behind the others after eight epochs at a constant rate, which the one-cycle schedule didn't show: with a rate that falls at the end, it came level.
So "gated networks are better" and "the four are alike" can both be read off the same networks and the same data. A comparison always compares *recipes*; the cell is one part of them.
""",
)
