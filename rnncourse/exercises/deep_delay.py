"""How much future does a task need?"""

from . import Open

exercise = Open(
    name="deep-delay",
    chapter="deeper_and_both_ways",
    title="A short look ahead",
    minutes=20,
    statement=r"""
Between "the past only" and "the whole sequence" there is a third way: a network that reads one way and answers $d$ steps later, so that its answer for step $t$ may use $x_1, \dots, x_{t+d}$.
Take random symbols as in the section on cheating, and let the class of step $t$ depend on the symbols $x_{t-1}$, $x_t$ and $x_{t+2}$ by a rule of your choice. Step 1 has no $x_{t-1}$ and the last two steps have no $x_{t+2}$: leave these three out of the loss and of the score.
Train a GRU that reads one way with the delays $d = 0, 1, 2, 3$ and one that reads both ways, with several seeds.
What do you expect for each delay, before you train? How do you check that a model with the delay $d$ uses no more than $d$ steps of the future?
""",
    rubric=(
        (1, "an expectation for each delay, written down before training, with the score of the best possible guess"),
        (2, "a delay built in correctly, so that the answers are compared with the classes of d steps earlier"),
        (2, "at least three seeds, equal training, intervals, and the first and last steps treated openly"),
        (1, "a changed version of `is_causal` that allows d steps and is seen to fail for a larger delay"),
    ),
    explanation=r"""
The delay needs no new network: compare the class of step $t$ with the output of step $t + d$.
The classes of step 1 and of the last two steps aren't defined; whatever stands there is left out.
The step before these two has no output three steps later, so we leave it out for every $d$, and all delays answer the same steps, 2 to $T - 3$:

```python
def delayed(model, split, d):
    T = split.y.shape[1]
    outputs = model(split.x)[:, 1 + d : T - 3 + d]  # of step t + d
    return outputs, split.y[:, 1 : T - 3]  # class of step t
```

With the rule $(x_{t-1} + x_t + x_{t+2}) \bmod 4$ the missing symbol makes every class equally likely, so $d = 0$ and $d = 1$ can't beat chance, and $d = 2$ has all that is needed.
The network that reads both ways needs no delay, but it can't be used before the sequence has ended; the delayed one can, with $d$ steps of waiting.
A rule in which the future matters only a little gives a smaller step from $d = 1$ to $d = 2$; then intervals decide whether there is one.
""",
)
