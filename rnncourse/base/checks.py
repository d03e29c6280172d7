"""The checks of arguments that several parts of the package need, each with its one wording.

What is checked is returned as Python's own number: a NumPy number is as good as any, but torch refuses it in places
and a checkpoint can't hold it.
"""

import difflib
import math
import numbers

import torch
from torch.nn.utils.rnn import PackedSequence


def check_whole_number(argument, value, least, what="whole number", or_none=False):
    """``value`` as an int, if it is a whole number of at least ``least``; else a ValueError that names the argument.

    Args:
        argument, value, least: name, value and limit.
        what: what the message calls such a number.
        or_none: whether None will do, too.
    """
    if or_none and value is None:
        return None
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        wanted = f"{what} of at least {least}{', or None' if or_none else ''}"
        raise ValueError(f"{argument} must be a {wanted}, got {value!r}")
    return int(value)


def check_number(argument, value, positive=False, least=None, or_none=False):
    """``value`` as a float, if it is finite and in its range; else a ValueError that names the argument.

    Args:
        argument, value: name and value.
        positive, least: it must be above 0, or at least ``least``; by default any number will do.
        or_none: whether None will do, too.
    """
    if or_none and value is None:
        return None
    finite = isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    if not finite or (positive and value <= 0) or (least is not None and value < least):
        wanted = "a positive number" if positive else "a number" if least is None else f"a number of at least {least}"
        raise ValueError(f"{argument} must be {wanted}{' or None' if or_none else ''}, got {value!r}")
    return float(value)


def check_name(argument, value, known):
    """Raise a ValueError that names the argument, unless ``value`` is one of the ``known`` names."""
    if isinstance(value, str) and value in known:
        return
    among = f"one of {', '.join(known)}"
    if len(known) > 20:  # nobody reads hundreds of names
        near = difflib.get_close_matches(str(value), known, 5, 0.5)
        among = f"one of {len(known)} names, such as {', '.join(near or list(known)[:5])}"
    raise ValueError(f"{argument} must be {among}, got {value!r}")


def check_sizes(**sizes):
    """The sizes as a list of ints, if each is a whole number of at least 1; else a ValueError that names it."""
    return [check_whole_number(argument, value, 1) for argument, value in sizes.items()]


def check_probability(argument, value):
    """``value`` as a float, if it is a probability below 1; else a ValueError that names the argument."""
    if not isinstance(value, numbers.Real) or not 0 <= value < 1:
        raise ValueError(f"{argument} must be a probability, 0 <= {argument} < 1, got {value!r}")
    return float(value)


def check_tensor(argument, value, shape):
    """Raise a TypeError that names the argument and the remedy, unless ``value`` is a tensor.

    Args:
        argument, value: name and value.
        shape: what its shape should be, in words such as ``"(B, T, I)"``.
    """
    if isinstance(value, torch.Tensor):
        return
    if isinstance(value, PackedSequence):
        remedy = f"unpack it: {argument}, lengths = nn.utils.rnn.pad_packed_sequence({argument}, batch_first=True)"
    elif isinstance(value, tuple):
        remedy = "hand over the one that is meant"
    else:
        remedy = f"convert it with torch.as_tensor({argument}, dtype=torch.float32)"
    raise TypeError(f"{argument} must be a tensor {shape}, got {type(value).__name__}; {remedy}")


def check_like(argument, value, weights):
    """Raise an error that names the argument, unless a tensor has dtype and device of the weights that it meets."""
    device, dtype = weights.device, weights.dtype
    if value.device != device:
        raise ValueError(
            f"{argument} must be on the device of the weights, {device}, got {value.device}; move it with "
            f'{argument}.to("{device}")'
        )
    if value.dtype != dtype and not torch.is_autocast_enabled(device.type):  # autocast sees to the types itself
        raise TypeError(
            f"{argument} must have the dtype of the weights, {dtype}, got {value.dtype}; convert it with "
            f"{argument}.to({dtype}), or the weights with .to({value.dtype}) where that is a floating-point type"
        )


def check_sequences(inputs, features, weights=None):
    """Raise an error that names the argument, unless ``inputs`` are sequences (B, T, features) with T >= 1.

    Args:
        inputs, features: the sequences, and the features that a step must have.
        weights: a tensor whose dtype and device the inputs must have; None where there is none.
    """
    check_tensor("inputs", inputs, f"(B, T, {features})")
    if inputs.ndim != 3 or inputs.shape[1] == 0 or inputs.shape[2] != features:
        raise ValueError(f"inputs must have the shape (B, T, {features}) with T >= 1, got {tuple(inputs.shape)}")
    if weights is not None:
        check_like("inputs", inputs, weights)


def check_step(x, state, cell):
    """Raise an error that names the argument, unless x (B, I) and a state are what a cell takes for one step."""
    check_tensor("x", x, f"(B, {cell.input_size})")
    if x.ndim != 2 or x.shape[1] != cell.input_size:
        remedy = "; run whole sequences with unroll(cell, inputs)" if x.ndim == 3 else ""
        raise ValueError(f"x must have the shape (B, {cell.input_size}) of one step, got {tuple(x.shape)}{remedy}")
    check_like("x", x, cell.W_x)
    _check_state(state, cell, len(x), lambda shape, last: shape[-2:] == last)  # a cell may add axes of its own


def check_state(state, cell, batch):
    """Raise an error that names it, unless a state is one of a cell: a tensor (B, H), or a pair (h, c) of them.

    Where the weights of several networks are stacked in a cell, their states may be so, too.
    """
    stacked = tuple(cell.W_x.shape[:-2])
    _check_state(state, cell, batch, lambda shape, last: shape in {last, (*stacked, *last)})


def _check_state(state, cell, batch, fits):
    last, pair = (batch, cell.hidden_size), cell.state_parts == 2
    parts = state if pair and isinstance(state, (tuple, list)) else (state,)
    tensors = len(parts) == cell.state_parts and all(isinstance(part, torch.Tensor) for part in parts)
    if tensors and all(fits(tuple(part.shape), last) for part in parts):
        return
    wanted = f"a pair (h, c), each {last}" if pair else f"a tensor {last}"
    raise (ValueError if tensors else TypeError)(f"state must be {wanted}, got {_form(state)}")


def _form(value):
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}: {', '.join(_form(part) for part in value[:3])}"
    return f"a tensor {tuple(value.shape)}" if isinstance(value, torch.Tensor) else type(value).__name__
