"""Examples and their targets, and what a target is."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..base.arrays import as_tensor

IGNORED = -100  # the label of what isn't to be counted; torch's own default of ignore_index


def counts(y):
    """Which of some targets count, bool in the shape of y: all but labels that are ``IGNORED``."""
    return torch.ones_like(y, dtype=torch.bool) if y.is_floating_point() else y != IGNORED


@dataclass(frozen=True)
class Split:
    """Examples and their targets; ``x, y = split`` takes the two apart.

    Arrays of NumPy, columns of pandas and lists become tensors: floating-point numbers float32, whole numbers int64.
    A tensor keeps its type, but for whole numbers in ``y`` and ``lengths``, which become int64. What y means follows
    from its type and its number of axes alone, never from its sizes:

    =================  =======================================  ============================================
    y                  the targets                              the model's outputs
    =================  =======================================  ============================================
    (N,) int64         a class for each sequence                (B, C)
    (N, T) int64       a class at each step                     (B, T, C), such as ``readout="every"``
    (N,) float         a number for each sequence               (B, 1)
    (N, K) float       K numbers for each sequence              (B, K)
    (N, T, K) float    K numbers at each step; K may be 1       (B, T, K), such as ``readout="every"``
    =================  =======================================  ============================================

    So one number at each step is y of shape (N, T, 1), ``y[..., None]``. A label of -100 (``IGNORED``, torch's
    ``ignore_index``) isn't counted in loss or accuracy, in training or in evaluation.

    Args:
        x: (N, T, I), N sequences of T steps with I features a step.
        y: the targets, see above.
        lengths: (N,), the steps of each sequence where they differ; x is 0 after them, and targets after them aren't
            counted, whatever they are. None where all have T steps.

    Raises:
        TypeError: something isn't an array of numbers; of strings, the message says how to number them.
        ValueError: a tensor requires a gradient.
    """

    x: Tensor
    y: Tensor
    lengths: Tensor | None = None

    def __post_init__(self):
        found = {"x": as_tensor("x", self.x, integers=False), "y": as_tensor("y", self.y, integers=True)}
        if self.lengths is not None:
            found["lengths"] = as_tensor("lengths", self.lengths, integers=True)
        for name, tensor in found.items():
            whole = not (tensor.is_floating_point() or tensor.is_complex())
            object.__setattr__(self, name, tensor.long() if whole and name != "x" else tensor)

    def __iter__(self):
        return iter((self.x, self.y))

    @property
    def size(self):
        """N, the number of examples."""
        return len(self.x)

    @property
    def every_step(self):
        """True if there is a target at each step, False if there is one for each sequence."""
        return self.y.ndim == (3 if self.y.is_floating_point() else 2)

    @property
    def counted(self):
        """Which targets count, bool in the shape of y: not those that are ``IGNORED``, nor those after the end."""
        counted = counts(self.y)
        if self.lengths is not None and self.every_step:
            inside = torch.arange(self.y.shape[1], device=self.y.device) < self.lengths[:, None]  # (N, T)
            counted = counted & inside.reshape(*inside.shape, *[1] * (self.y.ndim - 2))
        return counted

    def take(self, index):
        """The examples at ``index`` (a tensor of positions), as a new split."""
        return self._each(lambda part: part[index])

    def to(self, device):
        """The same split on another device."""
        return self._each(lambda part: part.to(device))

    def _each(self, change):
        return Split(change(self.x), change(self.y), None if self.lengths is None else change(self.lengths))

    def batches(self, order, batch_size):
        """Cut positions into batches of at most ``batch_size``, each of sequences of one length.

        Args:
            order: a tensor of positions; it is kept within each length.
            batch_size: examples in a batch; the last one of a length may be smaller.

        Returns:
            A list of tensors of positions, from the shortest sequences to the longest.
        """
        order = order.to(self.x.device)
        if self.lengths is None:
            return list(order.split(batch_size))
        own = self.lengths[order]
        return [batch for length in own.unique() for batch in order[own == length].split(batch_size)]

    def batch(self, index):
        """(x, y) of the examples at ``index``, which have one length, without the steps after it.

        Raises:
            ValueError: they have several lengths.
        """
        if self.lengths is None:
            return self.x[index], self.y[index]
        lengths = self.lengths[index].unique().tolist()
        if len(lengths) > 1:
            raise ValueError(f"index must name sequences of one length, got the lengths {lengths}; see Split.batches")
        y = self.y[index]
        return self.x[index, : lengths[0]], y[:, : lengths[0]] if self.every_step else y
