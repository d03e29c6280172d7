"""rnncourse: the code of the course on recurrent neural networks, short enough to read in one sitting."""

from . import (
    automaton,
    cells,
    datasets,
    exercises,
    factors,
    gradients,
    initial,
    plots,
    recurrences,
    schedules,
    states,
    studies,
    widgets,
)
from .checkpoint import CheckpointError
from .datasets import DataError, Dataset, Split
from .evaluation import Evaluation, binomial_interval, difference_interval, evaluate, mean_interval
from .exercises import check
from .feedforward import CNN, MLP
from .history import History
from .losses import mean_loss
from .models import RecurrentModel, count_parameters, matched_hidden_size
from .operations import count_operations
from .training import fit
from .version import __version__

__all__ = [
    "CNN", "MLP", "CheckpointError", "DataError", "Dataset", "Evaluation", "History", "RecurrentModel", "Split",
    "__version__", "automaton", "binomial_interval", "cells", "check", "count_operations", "count_parameters",
    "datasets", "difference_interval", "evaluate", "exercises", "factors", "fit", "gradients", "initial",
    "matched_hidden_size", "mean_interval", "mean_loss", "plots", "recurrences", "schedules", "states", "studies",
    "widgets",
]  # fmt: skip
