"""What the lag study found: after how many steps each run solved its task, and whether two variants differ."""

import math
from typing import NamedTuple

import numpy as np

from ..analysis.comparisons import rank_test
from .choice import lag_choices
from .lags import LAG_REPORTED, lag_baseline, steps_to_solve
from .ledger import RESULTS, find_record
from .plan import looks

# Nine settings of a pair of variants are judged together, at the second look: an earlier study had four seeds.
LEVEL = 0.05 / (9 * looks("lag-"))


class Reach(NamedTuple):
    """The runs of one variant in one setting, at the chosen learning rate.

    Attributes:
        id: of the chosen recipe.
        steps: seed → steps of training until the task was solved, infinite where it wasn't.
        losses: seed → test loss divided by the baseline; 1 is an answer without memory.
    """

    id: str
    steps: dict
    losses: dict

    @property
    def solved(self):
        """How many runs solved their task."""
        return sum(steps < math.inf for steps in self.steps.values())


def lag_results(folder=RESULTS):
    """The lag study: (task, lag, variant) → the :class:`Reach` of the seeds that had no part in the choice.

    Raises:
        ValueError: a record is missing.
    """
    found = {}
    for key, id in lag_choices(folder).items():
        baseline = lag_baseline(*key[:2])
        runs = {seed: find_record(id, seed, folder) for seed in LAG_REPORTED}
        if missing := [str(seed) for seed, run in runs.items() if run is None]:
            raise ValueError(
                f"{id} must have records of all reported seeds, {', '.join(missing)} missing; "
                f"run `python -m rnncourse reproduce {id} --seeds {max(LAG_REPORTED) + 1}`"
            )
        losses = {seed: run["metrics"]["test_loss"] for seed, run in runs.items()}
        found[key] = Reach(
            id,
            {seed: steps_to_solve(run, baseline) for seed, run in runs.items()},
            {seed: math.inf if loss is None else loss / baseline for seed, loss in losses.items()},
        )
    return found


def earlier(first, second):
    """Which of two variants solves the task earlier, by the ranks of the steps that their runs needed.

    A run that doesn't solve the task ranks behind all that do, and level with the others that don't.

    Args:
        first, second: a :class:`Reach` each.

    Returns:
        (share, p): the share of pairs of runs in which the first is earlier, a tie counted half, and the p-value of
        :func:`~rnncourse.rank_test`; the study calls a difference decided where p is below ``LEVEL``.
    """
    a, b = (np.array(list(reach.steps.values())) for reach in (first, second))
    share = np.mean(a[:, None] < b) + np.mean(a[:, None] == b) / 2
    return float(share), rank_test(a, b)
