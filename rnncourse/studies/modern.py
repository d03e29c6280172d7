"""Our study of the linear recurrences against the gated cells that came before them."""

import itertools

from ..networks.recurrent import matched_hidden_size
from ._recipe import Recipe

# Five cells, two layers of them with about 10,000 parameters, three tasks, four learning rates of which seed 0
# chooses. Two layers, because the gates of a single linear layer can't depend on the past.
MODERN_CELLS = ("gru", "lstm", "mingru", "minlstm", "lru")
MODERN_RATES = (1e-3, 3e-3, 1e-2, 3e-2)
# task → data, loss, readout, epochs; (inputs, outputs) of the model
MODERN_TASKS = {
    "adding": (dict(name="adding", steps=80), "squared_error", "last", 4, (2, 1)),
    "copy": (dict(name="copy_memory", delay=15, length=5), "cross_entropy", "every", 8, (10, 9)),
    "digits": (dict(name="digits", validation=0.2, order="pixels"), "cross_entropy", "last", 40, (1, 10)),
}


def _modern():
    for (task, setting), cell in itertools.product(MODERN_TASKS.items(), MODERN_CELLS):
        data, loss, readout, epochs, sizes = setting
        size = matched_hidden_size(10_000, cell, *sizes, layers=2)
        model = dict(cell=cell, hidden_size=size, layers=2, readout=readout)
        for rate in MODERN_RATES:
            train = dict(loss=loss, optimizer="adam", lr=rate, batch_size=50, epochs=epochs, clip_norm=1.0)
            yield Recipe(f"modern-{task}-{cell}-{rate:g}", data, model, train)


MODERN = tuple(_modern())
