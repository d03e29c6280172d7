"""What a model is trained to minimise, and what its outputs then mean."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch.nn import functional

from ..base.arrays import as_array
from ..base.checks import check_name, check_whole_number
from ..base.lending import keeps_modes
from ..datasets.core import check_split
from ..datasets.split import IGNORED, counts
from ..networks.calling import check_model, run_model

# A number counts as right within this error. Hochreiter & Schmidhuber (1997, section 5.4) take 0.04 for half the sum
# of two numbers between 0 and 1, so this is twice as strict for the sum itself.
TOLERANCE = 0.04


@dataclass(frozen=True)
class Loss:
    """A loss, and how to read the outputs of a model that was trained with it.

    Attributes:
        name: how :func:`rnncourse.fit` calls it.
        label: what figures and tables call it, with its unit.
        unit: of the loss: ``"nat"``, or ``"1"`` for squares of plain numbers.
        each: (outputs (…, O), targets (…)) → the loss of each target, (…).
        answer: outputs (…, O) → answers (…): class numbers int64, or the numbers themselves.
        outputs: the number of classes (0 for targets that are numbers, one for each) → O, the outputs that the model
            needs.
        class_weights: (C,), how much a target of each class counts; None where all count the same.
    """

    name: str
    label: str
    unit: str
    each: Callable
    answer: Callable
    outputs: Callable
    class_weights: torch.Tensor | None = None

    def weighted(self, class_weights, like):
        """This loss with the weights of :func:`check_class_weights`, on device and in dtype of the tensor ``like``."""
        return self if class_weights is None else replace(self, class_weights=like.new_tensor(class_weights))

    def weights(self, y):
        """How much each target counts, in the shape of y: its class's weight, and 0 where it is ``IGNORED``."""
        counted = counts(y)
        return counted if self.class_weights is None else self.class_weights[y.clamp(min=0)] * counted

    def mean(self, outputs, y):
        """The mean over the targets, each with its weight: the sum of weight × loss over the sum of the weights.

        As torch's ``cross_entropy`` with ``weight`` and ``ignore_index``; but where no target counts, it is 0.
        """
        weights = self.weights(y)
        total = weights.sum()
        return (self.each(outputs, y) * weights).sum() / total.where(total > 0, 1)

    def right(self, outputs, y):
        """Which answers are right: outputs (…, O), targets (…) → (…) bool."""
        answer = self.answer(outputs)
        return (answer.reshape(y.shape) - y).abs() < TOLERANCE if y.is_floating_point() else answer == y


def _cross_entropy(outputs, y):
    each = functional.cross_entropy(outputs.flatten(0, -2), y.flatten(), reduction="none", ignore_index=IGNORED)
    return each.reshape(y.shape)


def _binary_cross_entropy(outputs, y):
    return functional.binary_cross_entropy_with_logits(outputs[..., 0], y.to(outputs.dtype), reduction="none")


def _brier(outputs, y):
    return (outputs[..., 0].sigmoid() - y.to(outputs.dtype)) ** 2


def _squared_error(outputs, y):
    return (outputs.reshape(y.shape) - y.to(outputs.dtype)) ** 2


def _largest(outputs):
    return outputs.argmax(-1)


def _positive(outputs):
    return (outputs[..., 0] > 0).long()


def _one(classes):
    return 1


LOSSES = {
    loss.name: loss
    for loss in (
        Loss("cross_entropy", "cross-entropy (nats)", "nat", _cross_entropy, _largest, lambda classes: classes),
        Loss("binary_cross_entropy", "binary cross-entropy (nats)", "nat", _binary_cross_entropy, _positive, _one),
        Loss("brier", "Brier score", "1", _brier, _positive, _one),
        Loss("squared_error", "squared error", "1", _squared_error, lambda outputs: outputs, _one),
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
    ``squared_error``         (s − number)², for each of K numbers                            K
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
        remedy = 'use "cross_entropy"'
        if not classes:
            remedy = 'use "squared_error", or make labels of classes whole numbers with torch.as_tensor(y).long()'
        raise ValueError(f'loss must suit {what}, got "{loss.name}"; {remedy}')
    if loss.name in ("binary_cross_entropy", "brier") and classes != 2:
        raise ValueError(f'loss must suit targets of {classes} classes, got "{loss.name}", which is for two; '
                         'use "cross_entropy"')  # fmt: skip


def check_class_weights(class_weights, loss, classes):
    """The weights of the classes as a list of floats, or None for none.

    Args:
        class_weights: None, or a positive number for each class: a list, an array, a tensor.
        loss: the :class:`Loss` that they are to weigh.
        classes: the number of classes; 0 for targets that are numbers.

    Raises:
        ValueError: there are no classes, or the weights aren't such numbers.
    """
    if class_weights is None:
        return None
    if not classes:
        raise ValueError(f'class_weights must be None for targets that are numbers (loss="{loss.name}"), got some')
    found = as_array("class_weights", class_weights, float)
    if found.shape != (classes,) or not ((found > 0) & (found < float("inf"))).all():
        raise ValueError(
            f"class_weights must be {classes} positive numbers, one for each class, got {class_weights!r}; a label of "
            f"{IGNORED} isn't counted at all"
        )
    return found.tolist()


def check_outputs(loss, outputs, y, classes):
    """Raise a ValueError unless outputs of a model have the shape that loss and targets need.

    Args:
        loss: a :class:`Loss`.
        outputs, y: the model's outputs for some examples, and their targets.
        classes: the number of classes; 0 for targets that are numbers.
    """
    check_target(loss, classes)
    several = y.is_floating_point() and y.ndim > 1  # the last axis of y is one of outputs
    wanted = tuple(y.shape) if several else (*y.shape, loss.outputs(classes))
    if outputs.shape[:-1] != wanted[:-1]:
        remedy = "choose another readout"
        if several and y.ndim == 2 and outputs.shape == (*y.shape, 1):
            remedy = (
                "y of two axes is several numbers for each sequence; for one number at each step give it a third "
                "one with y[..., None]"
            )
        raise ValueError(
            f"model must give outputs of the shape {wanted} to match y, got {tuple(outputs.shape)}; {remedy}"
        )
    found, needed = outputs.shape[-1], wanted[-1]
    if needed == 1 != found:
        raise ValueError(f'model must have one output for the loss "{loss.name}", got {found}; set output_size=1')
    if classes and found < needed:
        raise ValueError(
            f"model must have an output for each of the {classes} classes, got {found}; set output_size={classes}"
        )
    if several and found != needed:
        raise ValueError(
            f"model must have an output for each of the {needed} numbers of a target, got {found}; set "
            f"output_size={needed}"
        )


@torch.no_grad()
@keeps_modes
def mean_loss(model, split, loss="cross_entropy", batch_size=1000, class_weights=None):
    """(mean loss, fraction of right answers) of a model over a split, in evaluation mode, over all targets that count.

    Afterwards each module of the model is in the mode in which it was.

    Args:
        model: a module, see :func:`rnncourse.fit`.
        split: the :class:`~rnncourse.datasets.Split`.
        loss: the loss that the model was trained with.
        batch_size: examples at once; it changes memory and speed, not the result.
        class_weights: as in :func:`rnncourse.fit`; the fraction of right answers isn't weighted.

    Returns:
        Two floats. Of targets that are numbers, an answer is right within 0.04.

    Raises:
        TypeError, ValueError: the split is unsound, the loss is unknown, or doesn't fit the targets or the outputs of
            the model.
    """
    loss = named_loss(loss)
    check_model(model)
    batch_size = check_whole_number("batch_size", batch_size, 1)
    check_split(split, "split")
    classes = 0 if split.y.is_floating_point() else max(2, int(split.y[split.counted].max()) + 1)
    if class_weights is not None and classes:  # they know of classes that this split has no example of
        classes = max(classes, as_array("class_weights", class_weights).size)
    like = next(model.parameters(), split.x)
    loss = loss.weighted(check_class_weights(class_weights, loss, classes), like)
    model.eval()
    total = weight = right = 0.0
    for index in split.batches(torch.arange(split.size), batch_size):
        x, y = (tensor.to(like.device) for tensor in split.batch(index))
        outputs = run_model(model, x, "split")
        check_outputs(loss, outputs, y, classes)
        weights = loss.weights(y).sum().item()
        total += loss.mean(outputs, y).item() * weights
        weight += weights
        right += loss.right(outputs, y).sum().item()
    return total / weight, right / split.counted.sum().item()
