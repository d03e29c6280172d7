"""What users hand over as data: tensors, arrays of NumPy, columns of pandas, lists; and the names of classes."""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.utils.rnn import PackedSequence

_RAGGED = (
    "sequences of different lengths are filled up with zeros to one length, "
    "nn.utils.rnn.pad_sequence(list_of_tensors, batch_first=True), and their lengths are given to Split"
)


def as_tensor(argument, value, integers):
    """A tensor of what was given: a tensor as it is, of an array its numbers.

    Anything that NumPy takes for an array of numbers will do. NumPy's floating-point numbers become torch's default
    type, float32, for NumPy makes every number a float64 without having been asked.

    Args:
        argument, value: name and value.
        integers: whether whole numbers will do; they become int64. (A tensor's type is left to the caller.)

    Raises:
        TypeError, ValueError: it isn't an array of numbers, or carries a graph; the message names the remedy.
    """
    if isinstance(value, torch.Tensor):
        if value.requires_grad:
            raise ValueError(
                f"{argument} must be data, got a tensor that requires a gradient; take {argument}.detach()"
            )
        return value
    array = _numbers(argument, value)
    if array.dtype.kind != "f" and not integers:
        raise TypeError(
            f"{argument} must be floating-point numbers, got {_kind(value, array)}; convert it with "
            f'np.asarray({argument}, dtype="float32")'
        )
    wanted = torch.zeros(0).numpy().dtype if array.dtype.kind == "f" else np.dtype("int64")
    return torch.from_numpy(np.require(array, wanted, ["C", "W"]))


def as_array(argument, value, dtype=None):
    """A NumPy array of what was given, also of a tensor on another device or with a graph.

    Raises:
        TypeError, ValueError: it isn't an array of numbers; the message names the remedy.
    """
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        value = value.float() if value.dtype == torch.bfloat16 else value  # which NumPy doesn't have
    array = _numbers(argument, value)
    return array if dtype is None else array.astype(dtype)


def class_names(classes, argument="classes"):
    """The names of classes as a tuple of strings: of a list, a tuple, a range, an array, a column of pandas.

    Raises:
        TypeError: it is a single string or a number, or has no order, such as a set.
    """
    if isinstance(classes, str):
        remedy = f'write ("{classes}",) for one class' if " " in classes or not classes else f"write tuple({classes!r})"
        raise TypeError(f"{argument} must be a sequence of names, got the string {classes!r}; {remedy}")
    if not isinstance(classes, Sequence) and not hasattr(classes, "__array__"):
        remedy = "write a list, in the order of the labels"
        if np.isscalar(classes):
            remedy = "write range(C) for C classes without names"
        raise TypeError(f"{argument} must be a sequence of names, got {type(classes).__name__}; {remedy}")
    names = classes if isinstance(classes, Sequence) else np.asarray(classes).tolist()
    if not isinstance(names, Sequence) or any(isinstance(name, (list, tuple)) for name in names):
        raise TypeError(f"{argument} must be names in one row, got an array of the shape {np.shape(classes)}")
    return tuple(str(name) for name in names)


def _numbers(argument, value):
    """The value as an array of real numbers."""
    if isinstance(value, PackedSequence):
        raise TypeError(
            f"{argument} must be an array of numbers, got a PackedSequence; unpack it with {argument}, lengths = "
            f"nn.utils.rnn.pad_packed_sequence({argument}, batch_first=True), and give the lengths to Split"
        )
    if not hasattr(value, "__array__") and not isinstance(value, (list, tuple, range, int, float)):
        raise TypeError(
            f"{argument} must be an array of numbers (a tensor, an array, a list), got {type(value).__name__}"
        )
    try:
        array = np.asarray(value)
    except (RuntimeError, TypeError, ValueError) as error:  # what NumPy and torch say of lists of unlike things
        remedy = _RAGGED
        if "grad" in str(error):
            remedy = "take the numbers out of their graph: .item() of one number, .detach() of a tensor"
        raise ValueError(f"{argument} must be one array of numbers, got a {type(value).__name__} that is none; "
                         f"{remedy}") from None  # fmt: skip
    if array.dtype.kind in "biuf":
        return array
    remedy = f'convert it with np.asarray({argument}, dtype="float32") or, of whole numbers, dtype="int64"'
    texts = array.dtype.kind in "US" or any(isinstance(one, (str, bytes)) for one in array.ravel()[:100])
    if texts:
        remedy = (
            f"number the names: classes, {argument} = np.unique({argument}, return_inverse=True), and give the "
            "classes to Dataset"
        )
    raise TypeError(f"{argument} must be numbers, got {_kind(value, array)}; {remedy}")


def _kind(value, array):
    """What it is, in words, with an example of what is no number."""
    what = f"{type(value).__name__} of {array.dtype}"
    return what if array.dtype.kind in "biuf" or not array.size else f"{what} such as {array.ravel()[0]!r}"
