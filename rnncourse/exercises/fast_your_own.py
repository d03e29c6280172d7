"""Nine tenths of your own training."""

from . import Open

exercise = Open(
    name="fast-your-own",
    chapter="faster",
    title="Save nine tenths",
    minutes=25,
    statement=r"""
Take a training run of your own, or the report's network on a machine with a GPU (`fit(device="cuda")`). Write down the goal, an accuracy on validation, and the time that it takes now.
Then look for the largest part of it, change *one* thing, and measure again; three times. Before each change write down what it can gain at most.
How near do you come to a tenth?
""",
    rubric=(
        (1, "the goal and the clock are fixed before the first change, and the test set isn't used"),
        (2, "the parts are measured before each change, and the limit by Amdahl's law stands beside the gain"),
        (1, "old and new take turns on the same machine; the scatter of several turns is shown"),
        (2, "changes that must not alter the result are checked for it; the others are compared over several seeds"),
        (1, "the conclusion says for which machine it holds, and what didn't help"),
    ),
    explanation=r"""
A way to begin: PyTorch's profiler lists the operations by their time.

```python
from torch.profiler import ProfilerActivity, profile

model = lstm()
x, y = data.train.batch(order[:100])
with profile(activities=[ProfilerActivity.CPU]) as found:
    for _ in range(10):
        criterion(model(x), y).backward()
print(found.key_averages().table(sort_by="self_cpu_time_total",
                                 row_limit=8, max_name_column_width=40))
```

On a GPU operations are only *started* by the line that calls them: call `torch.cuda.synchronize()` before each look at the clock, or you measure nothing but the calls.
And expect that the recurrence with 28 small products leaves most of a large GPU idle; whether it does on yours, the two times of a batch of 100 and of 1,000 tell.
""",
)
