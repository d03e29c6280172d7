"""What identifies a run: everything that decides its result, as short lines that can be kept and compared.

A value is taken apart until plain values are left: a model into its classes with their code, its configuration, its
hooks and every weight; a tensor into its type, shape and a digest of its bytes. So two things have the same lines only
if they hold the same, whatever their ``repr`` shows.

Of libraries, only the names of classes and functions are taken: their versions aren't part of the identity. Neither is
what a function reaches through a module (``helpers.scale(x)``), nor the mode of a module.
"""

import contextlib
import copyreg
import dis
import hashlib
import sys
import sysconfig
import types
import weakref
from pathlib import Path

import numpy as np
import torch
from torch import nn

LONGEST = 80  # characters of a value that is kept as it is; a longer one is kept as its beginning and a digest
_PLAIN = (bool, str, bytes, int, float, complex, torch.dtype, torch.device, torch.layout, np.dtype, range, type(...))
_LIBRARIES = "<frozen", sysconfig.get_path("stdlib"), str(Path(torch.__file__).parent)
_INSTALLED = {"site-packages", "dist-packages"}
_MODULE_PARTS = ("training", "_parameters", "_buffers", "_modules")
_CODE = (type, types.FunctionType)
_METHODS = (types.FunctionType, staticmethod, classmethod, property)
_NEW = (copyreg.__newobj__, copyreg.__newobj_ex__)  # they make an object from its class alone


def lines_of(**values):
    """The lines of some values: place → what stands there; what is None or empty has no line.

    Args:
        values: of any kind.
    """
    walk = _Walk()
    for name, value in values.items():
        walk.add(name, value)
    return walk.lines


def difference(then, now):
    """Where two sets of lines differ first: (place, line then, line now), or None where they don't.

    A setting is named before a tensor, for it is what a reader can recognise.
    """
    places = [place for place in {**then, **now} if then.get(place) != now.get(place)]
    if not places:
        return None
    place = min(places, key=lambda place: is_tensor(now.get(place, then.get(place))))
    return place, then.get(place, "None"), now.get(place, "None")


def is_tensor(line):
    """True for the line of a tensor or an array."""
    return line.startswith("tensor ")


class _Walk:
    """Takes values apart, each object once; with ``unfold`` code too, which is otherwise named with a digest."""

    def __init__(self, unfold=False):
        self.lines, self.unfold = {}, unfold
        self.places, self.kept = {}, []  # kept alive, so that no other object gets the same id meanwhile
        self.codes = {}  # class or function → its line

    def add(self, place, value):
        if isinstance(value, np.generic):
            value = value.item()
        if value is None:
            return
        if isinstance(value, _PLAIN):
            self.lines[place] = _shortened(_plain(value))
        elif isinstance(value, tuple) and all(isinstance(part, _PLAIN) for part in value):
            if value:
                self.lines[place] = _shortened(f"({', '.join(map(_plain, value))})")
        elif isinstance(value, _CODE) and not self.unfold:
            if value not in self.codes:
                self.codes[value] = _named(value) if _is_library(value) else f"{_named(value)}, code {_code(value)}"
            self.lines[place] = self.codes[value]
            self.add(f"{place}.wrapped", getattr(value, "__wrapped__", None))
        elif id(value) in self.places:
            self.lines[place] = f"the same as {self.places[id(value)]}"
        else:
            self.places[id(value)] = place
            self.kept.append(value)
            self._take_apart(place, value)

    def _take_apart(self, place, value):
        match value:
            case torch.Tensor():
                self._add_tensor(place, value)
            case np.ndarray() if value.dtype != object:
                content = _digest(np.ascontiguousarray(value).tobytes())
                self.lines[place] = f"tensor {value.dtype} {value.shape} {content}"
            case nn.Module():
                self._add_module(place, value)
            case type():
                self._unfold_class(place, value)
            case types.FunctionType():
                self._unfold_function(place, value)
            case types.MethodType() | staticmethod() | classmethod():
                self.add(place, value.__func__)
                self.add(f"{place}.self", getattr(value, "__self__", None))
            case property():
                for name in ("fget", "fset", "fdel"):
                    self.add(f"{place}.{name}", getattr(value, name))
            case weakref.ReferenceType():
                self.add(place, value())
            case types.BuiltinFunctionType() | types.ModuleType():
                self.lines[place] = value.__name__
            case dict():
                for key, part in value.items():
                    self.add(f"{place}.{key if isinstance(key, str) else _key(key)}", part)
            case list() | tuple():
                for number, part in enumerate(value):
                    self.add(f"{place}[{number}]", part)
            case set() | frozenset():
                self.add(place, tuple(sorted(map(_key, value))))
            case _:
                self._add_object(place, value)

    def _add_tensor(self, place, value):
        if isinstance(value, nn.Parameter) and not value.requires_grad:
            self.lines[f"{place}.requires_grad"] = "False"
        for hooks in ("_backward_hooks", "_post_accumulate_grad_hooks"):
            self.add(f"{place}.{hooks}", list((getattr(value, hooks, None) or {}).values()))
        content = value.detach().cpu().to_dense().contiguous().resolve_conj().resolve_neg()
        digest = _digest(content.reshape(-1).view(torch.uint8).numpy())  # as bytes: NumPy has no bfloat16
        self.lines[place] = f"tensor {str(value.dtype).removeprefix('torch.')} {tuple(value.shape)} {digest}"

    def _add_module(self, place, module):
        self.add(place, type(module))
        for parts in (module._parameters, module._buffers, vars(module), module._modules):
            for name, value in parts.items():
                if "_hooks" in name and isinstance(value, dict):
                    value = list(value.values())  # their keys count all hooks of a process
                if parts is not vars(module) or name not in _MODULE_PARTS:
                    self.add(f"{place}.{name}", value)

    def _add_object(self, place, value):
        """Any other object: its class, and what pickle would keep of it."""
        self.add(place, type(value))
        self.add(f"{place}.wrapped", getattr(value, "__wrapped__", None))  # of a function in a cache
        try:
            kept = value.__reduce_ex__(4)
        except Exception:  # a lock, a file
            kept = copyreg.__newobj__, (type(value),), getattr(value, "__dict__", None)
        if isinstance(kept, str):  # the name of something global
            self.lines[place] += f" {kept}"
            return
        function, arguments, state, items, pairs = (*kept, None, None, None)[:5]
        self.add(f"{place}.arguments", arguments[1:] if function in _NEW else arguments)
        for name, part in (state if isinstance(state, dict) else {"state": state}).items():
            self.add(f"{place}.{name}", part)
        self.add(f"{place}.items", [*(items or ()), *(pairs or ())])

    def _unfold_class(self, place, cls):
        self.lines[place] = _named(cls)
        if _is_library(cls):
            return
        for number, base in enumerate(cls.__bases__):
            self.add(f"{place}({number})", base)
        for name, value in vars(cls).items():
            if not name.startswith("__") or isinstance(value, _METHODS):
                self.add(f"{place}.{name}", value)

    def _unfold_function(self, place, function):
        self.lines[place] = _named(function)
        self.add(f"{place}.wrapped", getattr(function, "__wrapped__", None))
        if _is_library(function):
            return
        self._unfold_code(place, function.__code__, function.__doc__)
        self.add(f"{place}.defaults", function.__defaults__)
        self.add(f"{place}.keywords", function.__kwdefaults__)
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            with contextlib.suppress(ValueError):  # not filled yet
                self.add(f"{place}.{name}", cell.cell_contents)
        for name in _global_names(function.__code__):
            self.add(f"{place}::{name}", function.__globals__.get(name))

    def _unfold_code(self, place, code, doc=None):
        shape = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags
        self.lines[f"{place}.code"] = f"{shape} {_digest(code.co_code)} {' '.join(code.co_names)}"
        for number, constant in enumerate(code.co_consts):
            if isinstance(constant, types.CodeType):
                self._unfold_code(f"{place}.{number}", constant)
            elif constant is not doc:  # what a docstring says changes nothing
                self.add(f"{place}.{number}", constant)


def _code(value):
    """A digest of a class or a function, and of all of ours that it uses, with the Python that made its bytes."""
    walk = _Walk(unfold=True)
    walk.add("", value)
    return f"{_key(walk.lines)} ({sys.implementation.cache_tag})"


def _named(value):
    """The name of a class or a function; a module's name only where it is the same in every program."""
    return f"{value.__module__}.{value.__qualname__}" if _is_library(value) else value.__qualname__


def _is_library(value):
    """True for a class or a function of Python, of PyTorch or of another installed package."""
    module = sys.modules.get(value.__module__)
    file = value.__code__.co_filename if isinstance(value, types.FunctionType) else getattr(module, "__file__", None)
    if file is None:
        return value.__module__ in sys.builtin_module_names
    return file.startswith(_LIBRARIES) or not _INSTALLED.isdisjoint(Path(file).parts)


def _global_names(code):
    """The names that a function looks up outside itself, in the order of their use, those of inner functions too."""
    names = {one.argval: None for one in dis.get_instructions(code) if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= dict.fromkeys(_global_names(constant))
    return list(names)


def _plain(value):
    """A plain value in text; 1 and 1.0 are one number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return repr(value)


def _key(value):
    """A value in one short text."""
    if isinstance(value, _PLAIN):
        return _plain(value)
    lines = value if isinstance(value, dict) else lines_of(value=value)
    return _digest("\n".join(f"{place}: {line}" for place, line in lines.items()).encode())


def _shortened(text):
    return text if len(text) <= LONGEST else f"{text[:40]}… {_digest(text.encode())}"


def _digest(content):
    return hashlib.sha256(content).hexdigest()[:16]
