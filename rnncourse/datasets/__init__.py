"""Data sets as in-memory tensors; each function returns one :class:`Dataset`."""

from .core import DataError, Dataset, Split
from .images import digits, fashion_mnist, mnist, reordered
from .synthetic import adding, binary_addition, copy_memory, recall, temporal_order

__all__ = [
    "DataError", "Dataset", "Split", "adding", "binary_addition", "copy_memory", "digits", "fashion_mnist", "mnist",
    "recall", "reordered", "temporal_order",
]  # fmt: skip
