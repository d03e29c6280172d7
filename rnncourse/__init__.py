"""rnncourse: the code of the course on recurrent neural networks, short enough to read in one sitting."""

import sys

from . import datasets, exercises, studies
from .analysis import automaton, factors, gradients, states
from .analysis.comparisons import difference_interval, mean_interval, rank_test, sign_flip_test
from .analysis.evaluation import Evaluation, binomial_interval, evaluate
from .analysis.operations import count_operations
from .base.version import __version__
from .datasets import DataError, Dataset, Split
from .display import diagrams, plots, widgets
from .exercises import check
from .networks import cells, initial, recurrences
from .networks.feedforward import CNN, MLP
from .networks.recurrent import RecurrentModel, count_parameters, matched_hidden_size
from .training import losses, schedules
from .training.checkpoint import CheckpointError
from .training.history import History
from .training.loop import fit
from .training.losses import mean_loss

__all__ = [
    "CNN", "MLP", "CheckpointError", "DataError", "Dataset", "Evaluation", "History", "RecurrentModel", "Split",
    "__version__", "automaton", "binomial_interval", "cells", "check", "count_operations", "count_parameters",
    "datasets", "diagrams", "difference_interval", "evaluate", "exercises", "factors", "fit", "gradients", "initial",
    "losses", "matched_hidden_size", "mean_interval", "mean_loss", "plots", "rank_test", "recurrences", "schedules",
    "sign_flip_test", "states", "studies", "widgets",
]  # fmt: skip

# A public module has one short name wherever its room is: rc.cells, and also `from rnncourse.cells import GRUCell`.
_modules = (
    automaton, cells, diagrams, factors, gradients, initial, losses, plots, recurrences, schedules, states, widgets,
)  # fmt: skip
for _module in _modules:
    sys.modules[f"{__name__}.{_module.__name__.rpartition('.')[2]}"] = _module
