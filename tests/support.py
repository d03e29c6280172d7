"""Small data sets and models that several test modules use."""

import contextlib

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from rnncourse import Dataset, RecurrentModel, Split

HANGING = 3600.0  # seconds: no verdict, but the end of what would hang for ever; no machine is so slow or so busy


def toy_data(train=60, validation=30, test=30, steps=5, features=3, classes=4, seed=0):
    """Sequences whose class is the place of the largest sum over time: learnable in a few epochs."""
    generator = torch.Generator().manual_seed(seed)

    def split(n):
        x = torch.randn(n, steps, features + 1, generator=generator)[..., :features]
        return Split(x, x.sum(1).argmax(1))

    names = tuple(f"class {i}" for i in range(classes))
    return Dataset("toy", names, split(train), split(validation) if validation else None, split(test))


def toy_model(seed=0, **options):
    torch.manual_seed(seed)
    return RecurrentModel(**{"cell": "gru", "input_size": 3, "hidden_size": 8, "output_size": 4, **options})


def without_times(history):
    """A history in plain values, wall times aside."""
    plain = history.as_dict()
    for epoch in plain["epochs"]:
        del epoch["seconds"]
    return plain


def same_weights(a, b):
    """True if two state dicts are equal to the bit."""
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


class Interruption(BaseException):
    """What ends a training in the middle."""


@contextlib.contextmanager
def counted_steps(stop_after=None):
    """A context that counts the steps of every optimiser, and ends a training after so many; yields a list of one.

    Not by a hook of the model: those are part of what a model is.
    """
    steps = [0]

    def count(*_):
        if steps[0] == stop_after:
            raise Interruption
        steps[0] += 1

    hook = register_optimizer_step_pre_hook(count)
    try:
        yield steps
    finally:
        hook.remove()
