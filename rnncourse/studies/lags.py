"""Our study of how far back a cell can learn to look."""

import itertools
import math

from .. import datasets
from ..networks.recurrent import matched_hidden_size
from ._recipe import Recipe

# How far back can a cell learn to look? Three tasks, each at three lags (steps for adding and temporal order, the
# delay for copying, where each symbol is kept for delay + length steps), five variants of about 4,700 parameters, five
# learning rates. Planned before the runs: seeds 0 to 2 run at every rate and choose one by validation; seeds 3 to 12
# run at the chosen rate, and only they are reported. Seeds 0 to 2 chose the highest rate for most gated variants, so
# these got a sixth before any reported run (plain networks solved no task at 0.03). What is compared is after how many
# steps a run solves its task, a run that doesn't solve it coming last. "LSTMs are better at long range" holds if the
# LSTM is earlier at each longest lag that either of the two solves at all, and is contradicted if the GRU is at two of
# them and the LSTM at none.
LAGS = {"adding": (20, 40, 80), "copy": (5, 15, 40), "order": (20, 40, 80)}
_PLAIN_RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
_GATED_RATES = (*_PLAIN_RATES, 0.1)
LAG_CHOOSING, LAG_REPORTED = range(3), range(3, 13)  # seeds
LAG_EPOCHS, LAG_STEPS = 10, 200  # epochs of a run, steps of an epoch: 10,000 sequences in batches of 50
SOLVED = 0.1  # of the baseline's loss
LAG_CELLS = {"rnn": "rnn_tanh", "rnn-orthogonal": "rnn_tanh", "gru": "gru", "lstm": "lstm", "lstm-forget": "lstm"}
LAG_RATES = {variant: _PLAIN_RATES if cell == "rnn_tanh" else _GATED_RATES for variant, cell in LAG_CELLS.items()}
_LAG_TASKS = {
    "adding": (lambda lag: dict(name="adding", steps=lag), "squared_error", "last", (2, 1)),
    "copy": (lambda lag: dict(name="copy_memory", delay=lag, length=5), "cross_entropy", "every", (10, 9)),
    "order": (lambda lag: dict(name="temporal_order", steps=lag), "cross_entropy", "last", (8, 4)),
}


def lag_baseline(task, lag):
    """The loss of the best answer without memory in one setting of the study: nats, or squared error for adding."""
    arguments = _LAG_TASKS[task][0](lag)
    function = getattr(datasets, arguments.pop("name"))
    return function(train=1, validation=0, test=1, **arguments).baselines["loss"][1]


def steps_to_solve(record, baseline):
    """After how many steps of training the validation loss stays below a tenth of the baseline; infinite if never.

    It is measured at the end of each epoch, so after every 200 steps.
    """
    losses = [epoch["validation_loss"] for epoch in record["history"]["epochs"]]
    above = [n for n, loss in enumerate(losses) if loss is None or not loss < SOLVED * baseline]  # None: not finite
    solved_from = above[-1] + 1 if above else 0
    return LAG_STEPS * (solved_from + 1) if solved_from < LAG_EPOCHS else math.inf


def _lag():
    for task, (data, loss, readout, sizes) in _LAG_TASKS.items():
        for variant, cell in LAG_CELLS.items():
            model = dict(cell=cell, hidden_size=matched_hidden_size(4_700, cell, *sizes), readout=readout)
            for lag, rate in itertools.product(LAGS[task], LAG_RATES[variant]):
                initial = {
                    "rnn-orthogonal": dict(name="orthogonal"),
                    "lstm-forget": dict(name="forget_bias", value=round(math.log(lag - 1), 3)),  # σ(b) = 1 - 1/lag
                }.get(variant, {})  # fmt: skip
                train = dict(loss=loss, optimizer="adam", lr=rate, batch_size=50, epochs=LAG_EPOCHS, clip_norm=1.0)
                yield Recipe(f"lag-{task}-{lag}-{variant}-{rate:g}", data(lag), model, train, initial)


STUDY = tuple(_lag())
