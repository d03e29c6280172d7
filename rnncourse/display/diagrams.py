"""The drawings of the course: cells, networks over time, and the way of a gradient; see :class:`Drawing`."""

from .cell_drawings import gru, lstm, plain_cell
from .drawing import Drawing
from .gradient_drawings import backward, direct_path, jacobians
from .network_drawings import both_ways, feedforward_and_recurrent, mappings, shapes, stack, unrolled

__all__ = [
    "Drawing", "backward", "both_ways", "direct_path", "feedforward_and_recurrent", "gru", "jacobians", "lstm",
    "mappings", "plain_cell", "shapes", "stack", "unrolled",
]  # fmt: skip
