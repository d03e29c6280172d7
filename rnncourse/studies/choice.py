"""Choose among recipes by what their models do on the validation split, never on the test split."""

import math
import statistics

from ..base.checks import check_name
from .images import COURSE, MATCHED_CELLS, MATCHED_RATES, fast_ids
from .lags import LAG_CELLS, LAG_CHOOSING, LAG_RATES, LAGS, lag_baseline, steps_to_solve
from .ledger import RESULTS, find_record, records
from .modern import MODERN_CELLS, MODERN_RATES, MODERN_TASKS
from .recipes import recipe

TIE = 0.002  # nats of validation loss, which the seed alone can change
MARGIN = 0.005  # by which a fast training must beat a published accuracy on validation


def chosen(ids, folder=RESULTS):
    """The id, among recipes that differ in one setting, with the lowest validation loss after training with seed 0.

    Seed 0 makes the choice, so that the figures of the other seeds at the chosen setting are untouched by it.

    Args:
        ids: ids of recipes with a validation split; each needs a record of seed 0.
        folder: where the records are.

    Raises:
        ValueError: a recipe has no record of seed 0, or none with a validation loss, or all of them diverged.
    """
    losses = {id: _validation_loss(_first_record(id, folder)) for id in ids}
    if min(losses.values()) == math.inf:
        raise ValueError(f"ids must have a run that didn't diverge, got {', '.join(losses)}; add a lower learning rate")
    return min(losses, key=losses.get)


def lag_choices(folder=RESULTS):
    """The lag study: (task, lag, variant) → the id of the recipe with the chosen learning rate.

    Seeds 0 to 2 choose: the rate with which the most of them solve the task, among those the one that needs the
    fewest steps on average, and where no run solves it, the lowest mean validation loss.

    Args:
        folder: where the records are.

    Raises:
        ValueError: a recipe lacks the record of one of these seeds, or all runs of a setting diverged.
    """
    return {
        (task, lag, variant): _lag_choice(task, lag, variant, folder)
        for task, lags in LAGS.items() for lag in lags for variant in LAG_CELLS
    }  # fmt: skip


def _lag_choice(task, lag, variant, folder):
    baseline = lag_baseline(task, lag)
    order = {}
    for id in (f"lag-{task}-{lag}-{variant}-{rate:g}" for rate in LAG_RATES[variant]):
        runs = [_record(id, seed, folder) for seed in LAG_CHOOSING]
        steps = [n for n in (steps_to_solve(run, baseline) for run in runs) if n < math.inf]
        loss = statistics.fmean(map(_validation_loss, runs))
        order[id] = -len(steps), statistics.fmean(steps) if steps else math.inf, loss
    best = min(order, key=order.get)
    if order[best] == (0, math.inf, math.inf):
        raise ValueError(f"a run of {', '.join(order)} must not diverge, all did; add a lower learning rate")
    return best


def matched_choices(folder=RESULTS):
    """The networks of 100,000 parameters: variant → the id of the recipe with the chosen learning rate."""
    return {
        variant: chosen([f"matched-{variant}-{rate:g}" for rate in MATCHED_RATES], folder)
        for variant in MATCHED_CELLS
    }  # fmt: skip


def modern_choices(folder=RESULTS):
    """The linear recurrences and the gated cells: (task, cell) → the id of the recipe with the chosen learning rate."""
    return {
        (task, cell): chosen([f"modern-{task}-{cell}-{rate:g}" for rate in MODERN_RATES], folder)
        for task in MODERN_TASKS for cell in MODERN_CELLS
    }  # fmt: skip


def course_choice(task, folder=RESULTS):
    """The id of the recipe that is to beat the reports, by validation loss.

    Seed 0 chooses, unless another candidate is within ``TIE`` of the best: such a difference is one of seeds. Then
    the lowest mean over the seeds that all of those have decides.

    Args:
        task: ``"digits"``, ``"clothes"`` (both for recurrent networks) or ``"cnn"``.
        folder: where the records are.
    """
    check_name("task", task, COURSE)
    ids = [f"course-{name}" for name in COURSE[task]]
    best = chosen(ids, folder)
    losses = {id: {record["seed"]: _validation_loss(record) for record in records(id, folder)} for id in ids}
    close = {id: found for id, found in losses.items() if found[0] <= losses[best][0] + TIE}
    common = set.intersection(*map(set, close.values()))
    return min(close, key=lambda id: sum(close[id][seed] for seed in common))


def fast_choice(id, folder=RESULTS, margin=MARGIN):
    """The id of the cheapest training that beats a published accuracy on validation with seed 0.

    Args:
        id: a recipe of a report, one of those in ``FAST``.
        folder: where the records are.
        margin: by how much it must be beaten; validation and test accuracy of one model differ by chance.

    Raises:
        ValueError: ``id`` isn't in ``FAST``, a cheaper training has no record of seed 0, or no training beats it.
    """
    ids = fast_ids(id)
    goal = recipe(id).published["test_accuracy"] + margin
    for fast in ids:
        record = _first_record(fast, folder, ", as it is cheaper than the next")
        if record["history"]["epochs"][-1]["validation_accuracy"] >= goal:
            return fast
    raise ValueError(
        f"no record of {ids[0]} … {ids[-1]} with seed 0 has a validation accuracy of {goal:.4f}; train longer"
    )


def _validation_loss(record):
    """Of the weights that the training kept; infinite if it diverged."""
    if record.get("diverged"):
        return math.inf
    history = record["history"]
    loss = history["epochs"][history["best_epoch"] - 1]["validation_loss"]
    if loss is None:
        id = record["id"]
        raise ValueError(f"{id} must hold out a validation split to be chosen by, its record has no such loss")
    return loss


def _first_record(id, folder, why=""):
    """The record of seed 0, which makes the choice."""
    return _record(id, 0, folder, why)


def _record(id, seed, folder, why=""):
    """A record that a choice needs."""
    found = find_record(id, seed, folder)
    if found is None:
        raise ValueError(
            f"{id} must have a record of seed {seed}{why}; run `python -m rnncourse reproduce {id} --seeds {seed + 1}`"
        )
    return found
