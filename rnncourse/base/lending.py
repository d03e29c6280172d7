"""Put back what was there: a caller's model, random numbers and defaults are as before when a function returns."""

import contextlib
import functools
import random

import numpy as np
import torch
from torch import nn


def keeps_modes(function):
    """A function of a model (its first argument) after which each module is in the mode in which it was.

    Module by module, for a layer may be in another mode than the rest; also where the function raises an error.
    """

    @functools.wraps(function)
    def keeping(model, *arguments, **options):
        modes = [(one, one.training) for one in model.modules()] if isinstance(model, nn.Module) else []
        try:
            return function(model, *arguments, **options)
        finally:
            for one, mode in modes:
                one.training = mode

    return keeping


@contextlib.contextmanager
def lent(model, device):
    """A context in which the model is on another device; its gradients afterwards are those from before."""
    home = next(model.parameters()).device
    gradients = [(parameter, parameter.grad) for parameter in model.parameters()]
    for parameter, _ in gradients:
        parameter.grad = None
    try:
        model.to(device)
        yield
    finally:
        model.to(home)
        for parameter, gradient in gradients:
            parameter.grad = gradient


@contextlib.contextmanager
def one_thread():
    """A context in which torch computes in one thread, and so rounds alike whatever number there is otherwise."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextlib.contextmanager
def kept_defaults():
    """A context after which the global random numbers go on, and torch's defaults are, as if it hadn't been there.

    The random numbers of Python, NumPy and PyTorch, and torch's default dtype.
    """
    python, numpy, dtype = random.getstate(), np.random.get_state(), torch.get_default_dtype()
    devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else []
    with torch.random.fork_rng(devices):
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)
            torch.set_default_dtype(dtype)
