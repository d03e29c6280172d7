"""What every data set of the course is: three in-memory splits of tensors."""

import math
import numbers
from dataclasses import dataclass, field, replace

import torch

from ..base.arrays import class_names
from ..base.checks import check_whole_number
from .split import IGNORED, Split


class DataError(RuntimeError):
    """A data file is missing, damaged, unreadable or can't be fetched; the message names file and remedy."""


@dataclass(frozen=True)
class Dataset:
    """A data set that fits into memory; ``validation`` may be None.

    For your own data: put the sequences into an array of the shape (N, T, I), number the classes with
    ``classes, y = np.unique(labels, return_inverse=True)``, and make a :class:`Split` of each part; its table says
    which shape of y means what. Hold examples out before you look at them.

    Args:
        name: what the data set is called in figures and records.
        classes: the names of the classes, in the order of their labels: a list, a tuple, a range, an array; kept as
            a tuple of strings. Empty where the targets are numbers.
        train, validation, test: splits of one shape of sequence.
        baselines: what a model reaches that doesn't look at the past, or at anything: figure, such as
            ``"accuracy"``, → (name of the baseline, value).

    Raises:
        TypeError: x isn't floating point, y isn't whole numbers (for numbers: not floating point), or classes aren't
            names.
        ValueError: a split is empty, holds NaN or infinite inputs, has labels outside
            0 … len(classes) - 1, no label that counts, targets of a shape that doesn't fit x, sequences of another
            shape than ``train``, targets of another form, or lengths that don't fit x.
    """

    name: str
    classes: tuple[str, ...]
    train: Split
    validation: Split | None
    test: Split
    baselines: dict[str, tuple[str, float]] = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "classes", class_names(self.classes))
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


def check_split(split, name, classes=None, like=None):
    """Raise an error that names the split, what was expected and what came, unless the split is sound.

    Args:
        split: see :class:`Split`.
        name: what the error calls it, such as ``"train"``.
        classes: the number of classes; labels are 0 … classes - 1. With 0 the targets are numbers; None where the
            split alone is known, and its labels may be any from 0 on.
        like: a split whose sequences have the shape that this one's must have.
    """
    if not isinstance(split, Split):
        raise TypeError(f"{name} must be a Split(x, y), got {type(split).__name__}")
    x, y, lengths = split.x, split.y, split.lengths
    if classes is None:
        classes = 0 if y.is_floating_point() else math.inf
    if not x.is_floating_point():
        raise TypeError(f"{name}.x must be a floating-point tensor, got {_kind(x)}; convert it with x.float()")
    if x.ndim != 3:
        raise ValueError(f"{name}.x must have the shape (N, T, I), got {tuple(x.shape)}{_third_axis(x)}")
    if x.numel() == 0:
        raise ValueError(f"{name}.x is empty, shape {tuple(x.shape)}: at least one example is needed")
    if not classes and not y.is_floating_point():
        raise TypeError(
            f"{name}.y must be a floating-point tensor of numbers, as there are no classes, got {_kind(y)}; convert "
            "it with torch.as_tensor(y).float(), or name the classes"
        )
    if classes and y.dtype != torch.int64:
        raise TypeError(
            f"{name}.y must be an int64 tensor of class labels, got {_kind(y)}; convert it with "
            "torch.as_tensor(y).long(), or leave classes empty if the targets are numbers"
        )
    if like is not None and x.shape[1:] != like.x.shape[1:]:
        expected = ("N", *like.x.shape[1:])
        raise ValueError(f"{name}.x must have the shape {expected} of the training split, got {tuple(x.shape)}")
    if like is not None and x.dtype != like.x.dtype:
        raise TypeError(
            f"{name}.x must have the dtype of train.x, {like.x.dtype}, got {x.dtype}; convert it with "
            f"torch.as_tensor(x).to({like.x.dtype})"
        )
    _check_targets(split, name, like)
    if not all(math.isfinite(edge) for edge in torch.aminmax(x)):  # NaN is passed on; no copy of all x is made
        bad = int((~torch.isfinite(x)).flatten(1).any(1).sum())
        raise ValueError(f"{name}.x must be finite, got NaN or infinity in {bad} of {len(x)} examples")
    if lengths is not None:
        _check_lengths(split, name)
    counted = y[split.counted]
    if not classes and not torch.isfinite(counted).all():
        bad = int((~torch.isfinite(counted)).sum())
        raise ValueError(f"{name}.y must be finite, got NaN or infinity in {bad} targets")
    if not counted.numel():
        raise ValueError(f"{name}.y must have a label that counts, got {IGNORED} only, which means: don't count")
    low, high = counted.min().item(), counted.max().item()
    if classes and (low < 0 or high >= classes):
        wanted = f"lie in 0 … {classes - 1} for {classes} classes" if classes < math.inf else "be at least 0"
        raise ValueError(f"{name}.y must {wanted}, got {low} … {high}{_renumber(low)}")


def _check_targets(split, name, like):
    """Raise a ValueError unless y has one of the shapes that targets of its type may have."""
    (n, t, _), y = split.x.shape, split.y
    if not y.is_floating_point():
        sound, shapes = y.shape in {(n,), (n, t)}, f"({n},) or ({n}, {t})"
    else:
        sound = y.shape[:1] == (n,) and y.numel() > 0 and (y.ndim < 3 or (y.ndim == 3 and y.shape[1] == t))
        shapes = f"({n},), ({n}, K) or ({n}, {t}, K)"
    if not sound:
        remedy = "; drop the last axis with y[:, 0]" if y.shape == (n, 1) else ""
        raise ValueError(f"{name}.y must have the shape {shapes} to match x, got {tuple(y.shape)}{remedy}")
    if like is not None and (y.ndim, y.shape[split.every_step + 1 :]) != (
        like.y.ndim, like.y.shape[like.every_step + 1 :]
    ):  # fmt: skip
        raise ValueError(
            f"{name}.y must have targets of the form of train.y, {tuple(like.y.shape)}, got {tuple(y.shape)}"
        )


def _third_axis(x):
    """What to do about a missing axis, which is the usual mistake."""
    return "; for one feature a step, give it a third axis with x[..., None]" if x.ndim == 2 else ""


def _renumber(low):
    """What to do about labels that start at another number than 0."""
    if low == 1:
        return "; if they are counted from 1, take y - 1"
    return f"; to leave labels out of the count, set them to {IGNORED}" if low < 0 else ""


def _check_lengths(split, name):
    (n, steps, _), lengths = split.x.shape, split.lengths
    if not (lengths.dtype == torch.int64 and lengths.shape == (n,)):
        raise TypeError(
            f"{name}.lengths must be an int64 tensor of the shape ({n},) or None, got {_kind(lengths)} and shape "
            f"{tuple(lengths.shape)}"
        )
    low, high = int(lengths.min()), int(lengths.max())
    if low < 1 or high > steps:
        raise ValueError(f"{name}.lengths must lie in 1 … {steps}, got {low} … {high}")
    if split.x[torch.arange(steps, device=lengths.device) >= lengths[:, None]].any():
        raise ValueError(
            f"{name}.x must be 0 after the length of each sequence, got other values there; set them to 0"
        )


def hold_out(split, amount, seed):
    """Split off a part with the same share of each class: (the rest, the held-out part or None).

    Args:
        split: the split to divide, with one label for each sequence.
        amount: how much to hold out: a fraction (0 < amount < 1), a number of examples, or 0 for nothing.
        seed: decides which examples; the same seed always gives the same ones.

    Raises:
        ValueError: ``amount`` is negative, or leaves no example of some class on one side.
    """
    from sklearn.model_selection import train_test_split

    seed = check_whole_number("seed", seed, 0)
    number = isinstance(amount, numbers.Real) and not isinstance(amount, bool)
    if number:
        amount = int(amount) if isinstance(amount, numbers.Integral) else float(amount)
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


def _kind(tensor):
    return f"a tensor of {tensor.dtype}"
