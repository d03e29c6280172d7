"""Choose among recipes by what their models do on the validation split, never on the test split."""

import math

from .ledger import RESULTS, find_record
from .recipes import LAG_CELLS, LAG_RATES, LAGS


def chosen(ids, folder=RESULTS):
    """The id, among recipes that differ in one setting, with the lowest validation loss after training with seed 0.

    Seed 0 makes the choice, so that the figures of the other seeds at the chosen setting are untouched by it.

    Args:
        ids: ids of recipes with a validation split; each needs a record of seed 0.
        folder: where the records are.

    Raises:
        ValueError: a recipe has no record of seed 0, or none with a validation loss.
    """
    losses = {}
    for id in ids:
        first = find_record(id, 0, folder)
        if first is None:
            raise ValueError(f"{id} must have a record of seed 0; run `python -m rnncourse reproduce {id} --seeds 1`")
        history = first["history"]
        loss = history["epochs"][history["best_epoch"] - 1]["validation_loss"]
        if first.get("diverged"):
            loss = math.inf
        elif loss is None:
            raise ValueError(f"{id} must hold out a validation split to be chosen by, its record has no such loss")
        losses[id] = loss
    return min(losses, key=losses.get)


def lag_choices(folder=RESULTS):
    """The lag study: (task, lag, variant) → the id of the recipe with the chosen learning rate."""
    cases = ((task, lag, variant) for task, lags in LAGS.items() for lag in lags for variant in LAG_CELLS)
    return {
        case: chosen(["lag-{}-{}-{}-{:g}".format(*case, rate) for rate in LAG_RATES], folder) for case in cases
    }
