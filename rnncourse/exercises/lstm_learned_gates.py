"""Do trained gates do what the hand-set ones do?"""

from . import Open

exercise = Open(
    name="lstm-learned-gates",
    chapter="lstm",
    title="Did it learn our register?",
    minutes=25,
    statement=r"""
The register set by hand opens its input gate and closes its forget gate at *write* and opens its output gate at *show*.
Do the ten trained full networks of the chapter (`networks`, rows 0 to 9) use their gates in this way?
Write down what you would expect of each gate at *write*, at *show* and at all other steps, if they did. Then measure it, unit by unit, and say what the result supports.
""",
    rubric=(
        (1, "an expectation for each of the three gates, written down before the measurement"),
        (2, "gates of single units, in at least three networks, at the three kinds of steps"),
        (1, "the spread over units or networks is shown, and not only one mean"),
        (2, "a conclusion that separates what the gates do from what the network needs them for"),
    ),
    explanation=r"""
One way to get at the gates: compute the pre-activations from the inputs and the states before each step.

```python
cell, W_y = networks
x, y = register_task(200, 20, torch.Generator().manual_seed(2))
zero = torch.zeros(len(W_y), len(x), H)
with torch.no_grad():
    h = rc.cells.unroll(cell, x, (zero, zero))[0]  # (N, T, B, H)
    before = torch.cat([zero[:, None], h[:, :-1]], dim=1)
    a = (x.transpose(0, 1) @ cell.W_x[:, None]
         + before @ cell.W_h[:, None] + cell.b[:, None])
a, x = a[:, 1:], x[:, 1:]  # without step 1, see the caution
write, show = x[..., 1].T.bool(), x[..., 2].T.bool()  # (T - 1, B)
kinds = {"write": write, "show": show & ~write, "other": ~write & ~show}
for net in range(3):
    for name, block in zip("ifo", (0, 1, 3), strict=True):
        gate = a[net, ..., block * H:(block + 1) * H].sigmoid()
        for kind, steps in kinds.items():
            print(net, name, f"{kind:5}", gate[steps].mean(0).numpy().round(2))
```

Look at the means of single units, not at a mean over units: units may share the work, some of them storing and some of them preparing the answer.
A gate that moves with a mark shows that the network uses it so; that it *needs* it is shown only when the gate is held and the error is measured, as in the ablation.

**A caution.** The first step of each sequence is always marked *write*, and there the old content is 0. The program leaves this step out of all three kinds, or what a gate does at the start would count as its answer to *write*.
""",
)
