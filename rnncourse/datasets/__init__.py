"""Data sets as in-memory tensors; each function returns one :class:`Dataset`."""

from .core import DataError, Dataset, Split
from .images import digits, fashion_mnist, mnist

__all__ = ["DataError", "Dataset", "Split", "digits", "fashion_mnist", "mnist"]
