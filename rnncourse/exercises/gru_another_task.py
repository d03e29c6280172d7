"""Does the order of the cells hold on another task?"""

from . import Open

exercise = Open(
    name="gru-another-task",
    chapter="do_gates_help",
    title="A sign at the first step",
    minutes=25,
    statement=r"""
To keep the marked symbol, a network must decide *when* to write. Take the sign at the first step instead, over 20 noisy steps, with four features, 1000 training sequences and 500 for validation.
Write down which of RNN, GRU and LSTM you expect to be ahead, and why. Then compare them at equal parameters on the validation split: three learning rates, at least four seeds,
and the gated cells with a start bias of 0 as well as of 2. Does the share of the gradient that is left at the start tell who learns?
""",
    rubric=(
        (1, "an expectation with a reason, written down before the experiment"),
        (2, "equal parameters within a few per cent, equal rates and seeds for all, and intervals"),
        (1, "the gradient by lag of each network before training, beside its accuracy"),
        (
            2,
            "a conclusion for both tasks together that says what the gradient explains and what it doesn't, and "
            "that doesn't go beyond the intervals",
        ),
    ),
    explanation=r"""
A way to begin, with sizes that give each kind about the same number of parameters:

```python
def longer_sign(count, seed, steps=20):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(count, steps, 4, generator=generator)
    y = torch.randint(2, (count,), generator=generator)
    x[:, 0, 0] = 2.0 * (2 * y - 1)
    return rc.Split(x, y)

longer = rc.Dataset("first sign", ("minus", "plus"),
                    train=longer_sign(1000, 0),
                    validation=longer_sign(500, 1),
                    test=longer_sign(1000, 2))
nets = {"RNN": ("rnn_tanh", 28, None), "GRU": ("gru", 15, 0),
        "LSTM": ("lstm", 13, 0)}
for name, (kind, H, keep) in nets.items():
    found = []
    for seed in range(4):
        model = fresh(kind, seed, keep, sizes=(4, H, 2))
        history = rc.fit(model, longer, epochs=10, batch_size=50, lr=0.01,
                         clip_norm=1.0, seed=seed, progress=False)
        found.append(history.epochs[-1].validation_accuracy)
    print(name, found)
```

The statement asks for two more rates and the bias 2 as well.
Two questions for your conclusion. Here nothing has to be decided: the sign comes at the first step, and two resting points as in the latch of {doc}`vanishing_gradients` are enough to hold it. Does this help the plain network?
And is the network that keeps most of the gradient at the start the one that learns?
""",
)
