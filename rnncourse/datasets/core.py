"""What every data set of the course is: three in-memory splits of tensors."""

import math
from dataclasses import dataclass, field, replace

import torch
from sklearn.model_selection import train_test_split
from torch import Tensor

from ..checks import check_whole_number


class DataError(RuntimeError):
    """A data file is missing, damaged, unreadable or can't be fetched; the message names file and remedy."""


@dataclass(frozen=True)
class Split:
    """Examples and their targets; ``x, y = split`` takes the two apart.

    Shape:
        x (N, T, I) float32: N sequences of T steps with I features a step.
        y (N,) or (N, T): one target for each sequence, or one for each step; int64 for classes, floating point
            for numbers.
        lengths (N,) int64: the steps of each sequence, where they differ; x is 0 after them. None where all
            have T steps.
    """

    x: Tensor
    y: Tensor
    lengths: Tensor | None = None

    def __iter__(self):
        return iter((self.x, self.y))

    @property
    def size(self):
        """N, the number of examples."""
        return len(self.x)

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
        """(x, y) of the examples at ``index``, which have one length; x without the steps after it.

        Raises:
            ValueError: they have several lengths.
        """
        if self.lengths is None:
            return self.x[index], self.y[index]
        lengths = self.lengths[index].unique().tolist()
        if len(lengths) > 1:
            raise ValueError(f"index must name sequences of one length, got the lengths {lengths}; see Split.batches")
        return self.x[index, : lengths[0]], self.y[index]


@dataclass(frozen=True)
class Dataset:
    """A data set that fits into memory; ``validation`` may be None.

    Args:
        name: what the data set is called in figures and records.
        classes: the names of the classes, in the order of their labels; empty where the targets are numbers.
        train, validation, test: splits of one shape of sequence.
        baselines: what a model reaches that doesn't look at the past, or at anything: figure, such as
            ``"accuracy"``, → (name of the baseline, value).

    Raises:
        TypeError: x isn't floating point, or y isn't int64 (for numbers: not floating point).
        ValueError: a split is empty, holds NaN or infinite inputs, has labels outside
            0 … len(classes) - 1, has another number of labels than of examples, sequences of another shape than
            ``train``, or lengths that don't fit x.
    """

    name: str
    classes: tuple[str, ...]
    train: Split
    validation: Split | None
    test: Split
    baselines: dict[str, tuple[str, float]] = field(default_factory=dict)

    def __post_init__(self):
        for part in ("train", "validation", "test"):
            split = getattr(self, part)
            if split is not None or part != "validation":
                check_split(split, part, len(self.classes), like=self.train)

    @property
    def steps(self):
        """T, the number of time steps of a sequence."""
        return self.train.x.shape[1]

    @property
    def input_size(self):
        """I, the number of features of one time step."""
        return self.train.x.shape[2]

    def to(self, device):
        """The same data set on another device; itself if it is there already."""
        if self.train.x.device == torch.device(device):
            return self
        moved = {part: getattr(self, part) for part in ("train", "validation", "test")}
        return replace(self, **{part: split and split.to(device) for part, split in moved.items()})

    def __repr__(self):
        sizes = ", ".join(
            f"{part} {getattr(self, part).size:,}" if getattr(self, part) else f"no {part}"
            for part in ("train", "validation", "test")
        )
        targets = f"{len(self.classes)} classes" if self.classes else "numbers as targets"
        return f"Dataset({self.name}: {sizes}; {self.steps} steps of {self.input_size} features, {targets})"


def check_split(split, name, classes, like=None):
    """Raise an error that names the split, what was expected and what came, unless the split is sound.

    Args:
        split: see :class:`Split`.
        name: what the error calls it, such as ``"train"``.
        classes: the number of classes; labels are 0 … classes - 1. With 0 the targets are numbers.
        like: a split whose sequences have the shape that this one's must have.
    """
    if not isinstance(split, Split):
        raise TypeError(f"{name} must be a Split(x, y), got {type(split).__name__}")
    x, y, lengths = split.x, split.y, split.lengths
    if not (isinstance(x, Tensor) and x.is_floating_point()):
        raise TypeError(f"{name}.x must be a floating-point tensor, got {_kind(x)}; convert it with x.float()")
    if not classes and not (isinstance(y, Tensor) and y.is_floating_point()):
        raise TypeError(f"{name}.y must be a floating-point tensor of numbers, as there are no classes, got {_kind(y)}")
    if classes and not (isinstance(y, Tensor) and y.dtype == torch.int64):
        raise TypeError(f"{name}.y must be an int64 tensor of class labels, got {_kind(y)}; convert it with y.long()")
    if x.ndim != 3:
        raise ValueError(f"{name}.x must have the shape (N, T, I), got {tuple(x.shape)}")
    if x.numel() == 0:
        raise ValueError(f"{name}.x is empty, shape {tuple(x.shape)}: at least one example is needed")
    if like is not None and x.shape[1:] != like.x.shape[1:]:
        expected = ("N", *like.x.shape[1:])
        raise ValueError(f"{name}.x must have the shape {expected} of the training split, got {tuple(x.shape)}")
    if y.shape not in {x.shape[:1], x.shape[:2]}:
        n, t = x.shape[:2]
        raise ValueError(f"{name}.y must have the shape ({n},) or ({n}, {t}) to match x, got {tuple(y.shape)}")
    if not all(math.isfinite(edge) for edge in torch.aminmax(x)):  # NaN is passed on; no copy of all x is made
        bad = int((~torch.isfinite(x)).flatten(1).any(1).sum())
        raise ValueError(f"{name}.x must be finite, got NaN or infinity in {bad} of {len(x)} examples")
    if lengths is not None:
        _check_lengths(split, name)
    low, high = y.min().item(), y.max().item()
    if not classes and not torch.isfinite(y).all():
        raise ValueError(f"{name}.y must be finite, got NaN or infinity in {int((~torch.isfinite(y)).sum())} targets")
    if classes and (low < 0 or high >= classes):
        raise ValueError(f"{name}.y must lie in 0 … {classes - 1} for {classes} classes, got {low} … {high}")


def _check_lengths(split, name):
    (n, steps, _), lengths = split.x.shape, split.lengths
    if not (isinstance(lengths, Tensor) and lengths.dtype == torch.int64 and lengths.shape == (n,)):
        raise TypeError(f"{name}.lengths must be an int64 tensor of the shape ({n},) or None, got {_kind(lengths)}")
    if split.y.ndim != 1:
        raise ValueError(f"{name}.y must have the shape ({n},) where lengths differ, got {tuple(split.y.shape)}")
    low, high = int(lengths.min()), int(lengths.max())
    if low < 1 or high > steps:
        raise ValueError(f"{name}.lengths must lie in 1 … {steps}, got {low} … {high}")
    if split.x[torch.arange(steps, device=lengths.device) >= lengths[:, None]].any():
        raise ValueError(f"{name}.x must be 0 after the length of each sequence, got other values there")


def hold_out(split, amount, seed):
    """Split off a part with the same share of each class: (the rest, the held-out part or None).

    Args:
        split: the split to divide, with one label for each sequence.
        amount: how much to hold out: a fraction (0 < amount < 1), a number of examples, or 0 for nothing.
        seed: decides which examples; the same seed always gives the same ones.

    Raises:
        ValueError: ``amount`` is negative, or leaves no example of some class on one side.
    """
    check_whole_number("seed", seed, 0)
    number = isinstance(amount, (int, float)) and not isinstance(amount, bool)
    if number and amount == 0:
        return split, None
    classes = len(split.y.unique())
    if not number or not 0 < amount < (split.size if isinstance(amount, int) else 1):
        raise ValueError(
            f"validation must be 0, a fraction below 1, or a number of examples below {split.size}, got {amount!r}"
        )
    count = amount if isinstance(amount, int) else round(amount * split.size)
    if not classes <= count <= split.size - classes:
        raise ValueError(
            f"validation must leave at least one example of each of the {classes} classes on both sides, "
            f"got {amount}: {count} of {split.size} examples"
        )
    rest, held = train_test_split(torch.arange(split.size), test_size=amount, stratify=split.y, random_state=seed)
    return split.take(rest.sort().values), split.take(held.sort().values)


def _kind(value):
    return f"a tensor of {value.dtype}" if isinstance(value, Tensor) else type(value).__name__
