"""Why do the trained plain RNNs differ so much?"""

from . import Open

exercise = Open(
    name="vanishing-spread",
    chapter="do_gates_help",
    title="Latch or line?",
    minutes=20,
    statement=r"""
The plain RNNs of the chapter learned the same task, and yet their gradients after training can differ by tens of orders of magnitude (`after["RNN"]`, `networks["RNN"]`).
The latch of {doc}`vanishing_gradients` suggests a reason: some networks may store the sign in resting points, others along a line on which the state may stay anywhere.
Write down what each explanation predicts for the state after 100 steps when the first input is not ±2 but 0.1, 0.5, 1 or 2.
Then measure it in several networks, and say what the result supports and what it leaves open.
""",
    rubric=(
        (1, "predictions that were written down before the experiment, one for each explanation"),
        (2, "a measurement in at least three networks, with the same noise for every first input"),
        (1, "the measurement is set against the gradient that is left in the same network"),
        (
            2,
            "a statement of what is supported and what stays open, for instance seeds, noise or the length of the task",
        ),
    ),
    explanation=r"""
With resting points the later state takes one of two values, whichever sign the first input had, and hardly depends on its size; then the gradient vanishes.
On a line the later state grows smoothly with the first input, and the gradient stays.

```python
quiet = torch.zeros(4, 100, I, dtype=torch.float64)
quiet[:, 0, 0] = torch.tensor([0.1, 0.5, 1.0, 2.0])
for model, curve in zip(networks["RNN"], after["RNN"], strict=True):
    end = model.states(quiet)[:, -1].detach()
    apart = (end[:, None] - end).norm(dim=2)[-1]  # from the input of 2
    print(f"left {curve[100]:.0e}, distances", apart.numpy().round(3))
```

Zero inputs leave out the noise on which the networks were trained; repeat it with a noise that is the same for all four sequences.
There are more possibilities than the two, such as states that rotate, so a result that fits neither is a result as well.
""",
)
