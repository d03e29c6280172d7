"""Run a reader's function without being stopped by it, and say in words how two values differ."""

import copy
import ctypes
import inspect
import threading
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch


@dataclass
class Outcome:
    """What became of a call: a value, an error, or neither in time."""

    value: Any = None
    error: BaseException | None = None
    late: bool = False


class _TimeIsUp(BaseException):
    """Raised inside a reader's function that takes too long."""


class Budget:
    """The time for some calls, from now on: so many seconds of computing in this process.

    On a busy machine the clock runs on while other programs compute, so it doesn't decide; but ``on_clock`` times as
    many seconds end what doesn't compute at all: a function that waits, also for another process.
    """

    def __init__(self, seconds, on_clock=6):
        self.seconds, self._on_clock = seconds, on_clock
        self._started = time.monotonic(), time.process_time()

    def spent(self):
        """True when the time is up."""
        passed, computed = time.monotonic() - self._started[0], time.process_time() - self._started[1]
        return min(passed, computed) > self.seconds or passed > self._on_clock * self.seconds


def run_limited(function, arguments, budget):
    """Call a function in a thread and wait for it until a :class:`Budget` is spent; works on every system.

    A function that is late is told to stop. One that ignores this goes on in the background until the program
    ends, but nobody waits for it.
    """
    outcome = Outcome(late=True)

    def call():
        try:
            value = function(*arguments)
            outcome.value, outcome.late = value, False
        except _TimeIsUp:
            pass
        except BaseException as error:  # SystemExit, too, is a reader's mistake to report
            outcome.error, outcome.late = error, False

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    while thread.is_alive() and not budget.spent():
        thread.join(0.05)
    if thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_TimeIsUp))
        return Outcome(late=True)  # a new one: the thread may still write into the other
    return outcome


def copied(arguments):
    """A copy of the arguments that shares no memory with them."""
    return tuple(copy.deepcopy(argument) for argument in arguments)


def input_names(function, count):
    """The names of a function's first ``count`` inputs, or None if it has no names for them."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # as of some functions that are written in C
        return None
    names = [one.name for one in found if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    return names[:count] if len(names) >= count else None


def adapted(got, expected):
    """``got`` with its tensors on the CPU, without gradients, and of the precision of ``expected``.

    So an answer in float64 or with whole numbers is judged by its values.
    """
    if isinstance(expected, (tuple, list)) and isinstance(got, (tuple, list)) and len(got) == len(expected):
        return tuple(adapted(g, e) for g, e in zip(got, expected, strict=True))
    if isinstance(expected, torch.Tensor) and isinstance(got, torch.Tensor):
        if got.is_complex() and not expected.is_complex():
            raise TypeError("it has complex numbers")
        return got.detach().to_dense().to("cpu", expected.dtype)
    return got


def described(value):
    """A value in words: its values if it is small, else its type and shape."""
    if isinstance(value, torch.Tensor):
        if 0 < value.numel() <= 6 and value.device.type == "cpu":
            plain = value.detach().tolist()
            return f"tensor {plain if value.dtype == torch.bool else np.round(plain, 4).tolist()}"
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, np.ndarray) and value.size > 6:
        return f"an array of shape {value.shape}"
    try:
        text = repr(value)
    except Exception:
        return f"an object of the class {type(value).__name__}"
    return f"{_shortened(text, 60)} ({type(value).__name__})"


def described_error(error):
    """An exception in words, not too many of them."""
    try:
        text = str(error)
    except Exception:
        text = "(without a message)"
    return f"{type(error).__name__}: {_shortened(text, 300)}"


def _shortened(text, length):
    return text if len(text) <= length else text[: length - 3] + "..."


def compare(got, expected, tolerance, only=None):
    """Say how ``got`` differs from ``expected``, or return None.

    Args:
        got, expected: tensors, numbers, strings, or tuples and lists of them.
        tolerance: largest difference of two numbers.
        only: ``"type"`` or ``"shape"`` to look at nothing else.
    """
    if isinstance(expected, (tuple, list)):
        if not isinstance(got, (tuple, list)):
            return f"expected {len(expected)} values, got {described(got)}" if only != "shape" else None
        if len(got) != len(expected):
            return f"expected {len(expected)} values, got {len(got)}"
        parts = (compare(g, e, tolerance, only) for g, e in zip(got, expected, strict=True))
        return next((f"value {n}: {part}" for n, part in enumerate(parts, start=1) if part), None)
    if isinstance(expected, np.ndarray) and isinstance(got, np.ndarray):
        got, expected = torch.from_numpy(got), torch.from_numpy(expected)
    if isinstance(expected, torch.Tensor):
        return _compare_tensors(got, expected, tolerance, only)
    if isinstance(expected, (bool, str)) or expected is None:
        differs = type(got) is not type(expected) or (only is None and got != expected)
        return f"expected {described(expected)}, got {described(got)}" if differs else None
    return _compare_numbers(got, expected, tolerance, only)


def _compare_tensors(got, expected, tolerance, only):
    if not isinstance(got, torch.Tensor):
        return f"expected a tensor, got {described(got)}"
    if only == "type":
        return None
    if got.shape != expected.shape:
        return f"expected the shape {tuple(expected.shape)}, got {tuple(got.shape)}"
    if only == "shape":
        return None
    difference = (got.detach().double() - expected.detach().double()).abs().nan_to_num(torch.inf)
    if not difference.numel() or difference.max() <= tolerance:
        return None
    place = np.unravel_index(int(difference.argmax()), difference.shape)
    at = f" at {[int(p) for p in place]}" if place else ""
    return f"expected {expected[place].item():.6g}{at}, got {got[place].item():.6g}"


def _compare_numbers(got, expected, tolerance, only):
    if isinstance(got, torch.Tensor) and got.numel() == 1:
        got = got.item()
    if isinstance(got, bool) or not isinstance(got, (int, float, np.number)):
        return f"expected a number, got {described(got)}"
    try:
        if only is None and not abs(got - expected) <= tolerance:
            return f"expected {expected:.6g}, got {got:.6g}"
    except OverflowError:  # a whole number that is too large for a float
        return f"expected {expected:.6g}, got {described(got)}"
    return None
