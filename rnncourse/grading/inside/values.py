"""Plain values as JSON and back. Nothing is unpickled, and no class is chosen by what comes in."""

import base64
import decimal
import fractions
import math

import numpy as np
import torch

TENSORS = {
    name: getattr(torch, name)
    for name in (
        "float16", "bfloat16", "float32", "float64", "complex64", "complex128", "int8", "int16", "int32", "int64",
        "uint8", "bool",
    )
}  # fmt: skip
ARRAYS = {
    name: np.dtype(name)
    for name in (
        "float16", "float32", "float64", "complex64", "complex128", "int8", "int16", "int32", "int64",
        "uint8", "uint16", "uint32", "uint64", "bool",
    )
}  # fmt: skip
DEPTH = 20  # of values in values
MOST_NUMBERS = 6 * 2**20  # in a tensor or array
MOST_KEYS = 1000  # of a dict
NAME_LENGTH = 80  # of the name of a class, in characters


class ValueFormError(ValueError):
    """A value can't be sent, or what came isn't a value; the message says why."""


class Other:
    """Stands for a value that is none of the plain ones."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"an object of the class {self.name}"


def encode(value, depth=DEPTH):
    """A value as what ``json.dumps`` takes; an object of another class becomes its class's name.

    Raises:
        ValueFormError: values lie deeper in values than 20.
        Exception: a tensor holds no values that could be read.
    """
    if depth == 0:
        raise ValueFormError(f"values must lie at most {DEPTH} deep in lists")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (decimal.Decimal, fractions.Fraction)):
        return float(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value)
    if value is ...:
        return {"ellipsis": True}
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [encode(part, depth - 1) for part in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(k, depth - 1), encode(v, depth - 1)] for k, v in value.items()]}
    if isinstance(value, torch.Tensor):
        return _encode_tensor(value)
    if isinstance(value, np.ndarray) and value.dtype.name in ARRAYS:
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"array": data, "dtype": value.dtype.name, "shape": list(value.shape)}
    return {"other": type(value).__name__[:NAME_LENGTH]}


def _encode_tensor(tensor):
    plain = tensor.detach().to_dense().cpu().resolve_conj().resolve_neg()
    name = str(plain.dtype).removeprefix("torch.")
    if name not in TENSORS:
        return {"other": f"tensor of {name}"[:NAME_LENGTH]}
    data = plain.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    encoded = {"tensor": base64.b64encode(data).decode(), "dtype": name, "shape": list(plain.shape)}
    return {**encoded, "requires_grad": True} if tensor.requires_grad else encoded


def decode(data, depth=DEPTH):
    """The value that :func:`encode` made the data from.

    Raises:
        ValueFormError: it is none, or its parts contradict each other.
    """
    if depth == 0:
        raise ValueFormError(f"values must lie at most {DEPTH} deep in lists")
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    if not isinstance(data, dict) or not data:
        raise ValueFormError(f"a value must be plain or an object that names its kind, got a {type(data).__name__}")
    kind, content = next(iter(data.items()))
    if kind == "ellipsis":
        return ...
    if kind == "other" and isinstance(content, str):
        return Other(content[:NAME_LENGTH])
    if kind in ("tensor", "array"):
        return _decode_numbers(kind, data)
    if kind in ("list", "tuple", "dict") and isinstance(content, list):
        if kind == "dict":
            if len(content) > MOST_KEYS:  # keys can be chosen so that each new one takes longer
                raise ValueFormError(f"a dict must have at most {MOST_KEYS} keys, got {len(content)}")
            return dict(_pair(part, depth - 1) for part in content)
        parts = [decode(part, depth - 1) for part in content]
        return parts if kind == "list" else tuple(parts)
    raise ValueFormError(f"a value must be of a known kind, got {str(kind)[:NAME_LENGTH]!r}")


def _pair(data, depth):
    if not isinstance(data, list) or len(data) != 2:
        raise ValueFormError("a dict must come as pairs")
    key, value = (decode(part, depth) for part in data)
    if not isinstance(key, (str, int, float, bool, type(None))):
        raise ValueFormError(f"the keys of a dict must be plain, got a {type(key).__name__}")
    return key, value


def _decode_numbers(kind, data):
    """A tensor or array. Its shape must fit its data before memory is taken for it."""
    content, dtype, shape = data[kind], data.get("dtype"), data.get("shape")
    known = TENSORS if kind == "tensor" else ARRAYS
    if not isinstance(dtype, str) or dtype not in known:
        raise ValueFormError(f"dtype must be one of {', '.join(known)}, got {str(dtype)[:NAME_LENGTH]!r}")
    sizes = isinstance(shape, list) and len(shape) <= DEPTH and all(type(n) is int and n >= 0 for n in shape)
    # the sizes beside a 0, too: a million empty rows are something to describe
    if not sizes or math.prod(n or 1 for n in shape) > MOST_NUMBERS or not isinstance(content, str):
        raise ValueFormError(f"a {kind} must come with a shape and its data")
    try:
        raw = bytearray(base64.b64decode(content, validate=True))
    except ValueError as error:
        raise ValueFormError(f"the data of a {kind} must be base64: {error}") from None
    if len(raw) != math.prod(shape) * known[dtype].itemsize:
        raise ValueFormError(f"{len(raw)} bytes don't make a {kind} of {dtype} of the shape {shape}")
    if dtype == "bool":
        raw = bytearray(byte != 0 for byte in raw)  # a bool that is neither 0 nor 1 is both, or neither
    if kind == "array":
        return np.frombuffer(raw, known[dtype]).reshape(shape)
    if not raw:
        return torch.empty(shape, dtype=known[dtype])
    tensor = torch.frombuffer(raw, dtype=known[dtype]).reshape(shape)
    wanted = data.get("requires_grad") is True and (tensor.is_floating_point() or tensor.is_complex())
    return tensor.requires_grad_() if wanted else tensor
