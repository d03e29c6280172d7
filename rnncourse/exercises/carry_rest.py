"""Does a learning rate that comes to rest matter for long numbers?"""

from . import Open

exercise = Open(
    name="carry-rest",
    chapter="carrying",
    title="Coming to rest",
    minutes=25,
    statement=r"""
The network of the chapter was trained with a learning rate that falls to zero. Train the same network with a constant rate of 0.01 and with the falling one, the seeds 0 to 5 each, with `rc.fit`.
Compare the exact match on five-bit numbers, on numbers of 1,000 bits, and whether the extracted machine is the full adder.
What does a test on five bits tell about long numbers, and what would you look at instead?
""",
    rubric=(
        (2, "both schedules trained with the same seeds, the same number of epochs and nothing else changed"),
        (1, "exact match at five and at 1,000 bits for each seed, not the mean alone"),
        (1, "the machines are compared with the full adder"),
        (
            2,
            "a conclusion that says how many seeds support it, and that five bits alone don't decide about long numbers",
        ),
    ),
    explanation=r"""
Two of the chapter's tools do the work, `machine_of` and `is_adder`:

```python
for schedule in ("constant", "one_cycle"):
    for seed in range(6):
        torch.manual_seed(seed)
        net = rc.RecurrentModel("rnn_tanh", 2, 6, 1, readout="every")
        rc.fit(net, data, seed=seed, **{**TRAIN, "schedule": schedule})
        exact = [rc.evaluate(net, split, data.classes,
                             loss="binary_cross_entropy").exact_match
                 for split in (data.test, tests[1000])]
        adder = is_adder(machine_of(net, seen).minimal())
        print(schedule, seed, exact, adder)
```

The digits differ by machine. With the constant rate some networks may add every five-bit pair and few pairs of 1,000 bits; see whether their machines are full adders all the same.
A network that is right everywhere on five bits can have small errors in its states that grow over many steps; a test with longer numbers, or a push as in the chapter, shows them.
""",
)
