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
from .comparisons import difference_interval, mean_interval, rank_test, sign_flip_test
from .datasets import DataError, Dataset, Split
from .evaluation import Evaluation, binomial_interval, evaluate
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
    "matched_hidden_size", "mean_interval", "mean_loss", "plots", "rank_test", "recurrences", "schedules",
    "sign_flip_test", "states", "studies", "widgets",
]  # fmt: skip
