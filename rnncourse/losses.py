"""What a model is trained to minimise, and what its outputs then mean."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn import functional

from .checks import check_name
from .lending import keeps_modes

# A number counts as right within this error. Hochreiter & Schmidhuber (1997, section 5.4) take 0.04 for half the sum
# of two numbers between 0 and 1, so this is twice as strict for the sum itself.
TOLERANCE = 0.04


@dataclass(frozen=True)
class Loss:
    """A loss, and how to read the outputs of a model that was trained with it.

    Attributes:
        name: how :func:`rnncourse.fit` calls it.
        unit: of the loss: ``"nat"``, or ``"1"`` for squares of plain numbers.
        mean: (outputs (…, O), targets (…)) → the mean loss, a scalar.
        answer: outputs (…, O) → answers (…): class numbers int64, or the numbers themselves.
        outputs: the number of classes (0 for targets that are numbers) → O, the outputs that the model needs.
    """

    name: str
    unit: str
    mean: Callable
    answer: Callable
    outputs: Callable

    def right(self, outputs, y):
        """Which answers are right: outputs (…, O), targets (…) → (…) bool."""
        answer = self.answer(outputs)
        return (answer - y).abs() < TOLERANCE if y.is_floating_point() else answer == y


def _cross_entropy(outputs, y):
    return functional.cross_entropy(outputs.flatten(0, -2), y.flatten())


def _binary_cross_entropy(outputs, y):
    return functional.binary_cross_entropy_with_logits(outputs[..., 0], y.to(outputs.dtype))


def _brier(outputs, y):
    return functional.mse_loss(outputs[..., 0].sigmoid(), y.to(outputs.dtype))


def _squared_error(outputs, y):
    return functional.mse_loss(outputs[..., 0], y)


def _largest(outputs):
    return outputs.argmax(-1)


def _positive(outputs):
    return (outputs[..., 0] > 0).long()


LOSSES = {
    loss.name: loss
    for loss in (
        Loss("cross_entropy", "nat", _cross_entropy, _largest, lambda classes: classes),
        Loss("binary_cross_entropy", "nat", _binary_cross_entropy, _positive, lambda classes: 1),
        Loss("brier", "1", _brier, _positive, lambda classes: 1),
        Loss("squared_error", "1", _squared_error, lambda outputs: outputs[..., 0], lambda classes: 1),
    )
}


def named_loss(name):
    """The :class:`Loss` of that name.

    ========================  =============================================================  ==========
    name                      minimises                                                       outputs
    ========================  =============================================================  ==========
    ``cross_entropy``         −log of the softmax probability of the right class              C
    ``binary_cross_entropy``  −log of the probability of the right bit, σ(s) for a 1          1
    ``brier``                 (σ(s) − bit)², the squared error of the probability             1
                              (Brier 1950)
    ``squared_error``         (s − number)²                                                   1
    ========================  =============================================================  ==========

    Raises:
        ValueError: there is none.
    """
    check_name("loss", name, LOSSES)
    return LOSSES[name]


def check_target(loss, classes):
    """Raise a ValueError unless the loss fits the number of classes; 0 stands for targets that are numbers."""
    if (loss.name == "squared_error") != (classes == 0):
        what = f"targets of {classes} classes" if classes else "targets that are numbers"
        remedy = "cross_entropy" if classes else "squared_error"
        raise ValueError(f'loss must suit {what}, got "{loss.name}"; use "{remedy}"')
    if loss.name in ("binary_cross_entropy", "brier") and classes != 2:
        raise ValueError(f'loss must suit targets of {classes} classes, got "{loss.name}", which is for two; '
                         'use "cross_entropy"')  # fmt: skip


def check_outputs(loss, outputs, y, classes):
    """Raise a ValueError unless outputs of a model have the shape that loss and targets need.

    Args:
        loss: a :class:`Loss`.
        outputs, y: the model's outputs for some examples, and their targets.
        classes: the number of classes; 0 for targets that are numbers.
    """
    check_target(loss, classes)
    needed = loss.outputs(classes)
    if outputs.shape[:-1] != y.shape:
        raise ValueError(
            f"model must give outputs of the shape {(*y.shape, needed)} to match y, got {tuple(outputs.shape)}; "
            "choose another readout"
        )
    if outputs.shape[-1] < needed:
        raise ValueError(f"model must have an output for each of the {classes} classes, got {outputs.shape[-1]}")
    if needed == 1 != outputs.shape[-1]:
        raise ValueError(f'model must have one output for the loss "{loss.name}", got {outputs.shape[-1]}')


@torch.no_grad()
@keeps_modes
def mean_loss(model, split, loss="cross_entropy", batch_size=1000):
    """(mean loss, fraction of right answers) of a model over a split, in evaluation mode, over all targets.

    Afterwards each module of the model is in the mode in which it was.

    Raises:
        ValueError: the loss is unknown, or doesn't fit the targets or the outputs of the model.
    """
    loss = named_loss(loss)
    classes = 0 if split.y.is_floating_point() else max(2, int(split.y.max()) + 1)
    model.eval()
    device = next(model.parameters()).device
    total = right = 0.0
    for index in split.batches(torch.arange(split.size), batch_size):
        x, y = (tensor.to(device) for tensor in split.batch(index))
        outputs = model(x)
        check_outputs(loss, outputs, y, classes)
        total += loss.mean(outputs, y).item() * y.numel()
        right += loss.right(outputs, y).sum().item()
    return total / split.y.numel(), right / split.y.numel()
