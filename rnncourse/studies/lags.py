"""Our study of how far back a cell can learn to look."""

import itertools
import math

from ..models import matched_hidden_size
from ._recipe import Recipe

# How far back can a cell learn to look? Three tasks, each at three lags (steps for adding and temporal order, the
# delay for copying, where each symbol is kept for delay + length steps), five variants of about 4,700 parameters,
# five learning rates of which seeds 0 to 2 choose.
LAGS = {"adding": (20, 40, 80), "copy": (5, 15, 40), "order": (20, 40, 80)}
LAG_RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
LAG_CELLS = {"rnn": "rnn_tanh", "rnn-orthogonal": "rnn_tanh", "gru": "gru", "lstm": "lstm", "lstm-forget": "lstm"}
_LAG_TASKS = {
    "adding": (lambda lag: dict(name="adding", steps=lag), "squared_error", "last", (2, 1)),
    "copy": (lambda lag: dict(name="copy_memory", delay=lag, length=5), "cross_entropy", "every", (10, 9)),
    "order": (lambda lag: dict(name="temporal_order", steps=lag), "cross_entropy", "last", (8, 4)),
}


def _lag():
    for task, (data, loss, readout, sizes) in _LAG_TASKS.items():
        for variant, cell in LAG_CELLS.items():
            model = dict(cell=cell, hidden_size=matched_hidden_size(4_700, cell, *sizes), readout=readout)
            for lag, rate in itertools.product(LAGS[task], LAG_RATES):
                initial = {
                    "rnn-orthogonal": dict(name="orthogonal"),
                    "lstm-forget": dict(name="forget_bias", value=round(math.log(lag - 1), 3)),  # σ(b) = 1 - 1/lag
                }.get(variant, {})  # fmt: skip
                train = dict(loss=loss, optimizer="adam", lr=rate, batch_size=50, epochs=10, clip_norm=1.0)
                yield Recipe(f"lag-{task}-{lag}-{variant}-{rate:g}", data(lag), model, train, initial)


STUDY = tuple(_lag())
