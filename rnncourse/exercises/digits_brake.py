"""What brakes an explosion?"""

from . import Open

exercise = Open(
    name="digits-brake",
    chapter="digits_three_ways",
    title="What brakes an explosion?",
    minutes=20,
    statement=r"""
At a learning rate of 1 most of the twenty ReLU networks of the chapter diverge or end badly. Choose one remedy other than clipping to a norm of 1: another limit, a smaller start of the recurrent weights, a rate that rises over the first 100 steps, tanh in place of ReLU in one of the layers, or an idea of your own.
Write down before the runs what share you expect to diverge. Measure the share with its interval and the accuracy of those that are left, and compare both with the chapter's.
""",
    rubric=(
        (1, "the remedy, the expectation and the criterion are written down before the runs"),
        (2, "the same seeds, batches and number of steps as in the chapter; nothing but the remedy differs"),
        (1, "the share that diverges has an interval, and the accuracy is given for all networks, not for the best"),
        (1, "says why the remedy acts: on the states, on the gradient or on the step"),
        (1, "the conclusion fits the intervals; overlapping ones aren't called a difference"),
    ),
    explanation=r"""
Half the recurrent weights at the start, as an example:

```python
@torch.no_grad()
def smaller(net):
    for name, w in net.recurrent.named_parameters():
        if name.startswith("weight_hh"):
            w.mul_(0.5)

for start in (None, smaller):
    losses, norms, weights = train_all(1.0, start=start)
    bad = int((~losses[-1].isfinite()).sum())
    low, high = rc.binomial_interval(bad, S)
    with torch.no_grad():
        answers = logits(weights, everything.test.x).argmax(2)
    right = (answers == everything.test.y).float().mean(1)
    print(bad, f"[{low:.0%}, {high:.0%}]", f"{right.median():.1%}")
```

The digits differ by machine. A smaller start delays the growth of the states but doesn't forbid it, because the weights can grow back in training; a limit on the step acts at every step.
Whatever you find, twenty networks can tell a share of one tenth from one of six tenths, but not four tenths from six.
""",
)
