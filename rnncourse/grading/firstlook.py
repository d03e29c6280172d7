"""What a student's notebook says of an answer at once. The code of these functions stands in the notebook itself."""

import copy

import numpy as np
import torch

from ..exercises._running import input_names


def same(got, expected, tolerance):
    """True if numbers, tensors, or lists of them are equal up to rounding."""
    if isinstance(expected, (list, tuple)):
        alike = isinstance(got, (list, tuple)) and len(got) == len(expected)
        return alike and all(same(g, e, tolerance) for g, e in zip(got, expected, strict=True))
    if isinstance(expected, (str, bool, type(None))):
        return type(got) is type(expected) and got == expected
    if torch.is_tensor(expected) and not torch.is_tensor(got):
        return False
    try:
        got = torch.as_tensor(got).detach().double()
        expected = torch.as_tensor(expected).double()
        near = torch.isclose(got, expected, rtol=1e-4, atol=tolerance, equal_nan=True)
        return got.shape == expected.shape and bool(near.all())
    except (TypeError, ValueError, RuntimeError):
        return False


def kind(value):
    """What a value is: "number", "tensor", the name of another type, or a tuple of kinds."""
    if isinstance(value, (list, tuple)):
        return tuple(map(kind, value))
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return "number"
    return "tensor" if torch.is_tensor(value) else type(value).__name__


def fits(value, wanted):
    """True if a value is of a kind."""
    if isinstance(wanted, tuple):
        alike = isinstance(value, (list, tuple)) and len(value) == len(wanted)
        return alike and all(map(fits, value, wanted))
    if torch.is_tensor(value) and wanted == "number":
        return value.numel() == 1
    return kind(value) == wanted


def try_on(examples, function, wanted, tolerance):
    """Say for each example whether the function is right, as far as its result is known here."""
    for arguments, expected in examples:
        given = copy.deepcopy(arguments)
        got = function(*given)
        if not same(given, arguments, 0):
            names = input_names(function, len(given)) or range(1, len(given) + 1)
            changed = [str(n) for n, new, old in zip(names, given, arguments, strict=True) if not same(new, old, 0)]
            print("it changed its input " + " and ".join(changed) + "; work on a copy")
        elif not fits(got, wanted):
            print("wrong: expected", wanted, "and got", kind(got))
        elif expected is ...:
            print("a good form; whether it is right is said later:", got)
        else:
            print("right" if same(got, expected, tolerance) else "wrong")
