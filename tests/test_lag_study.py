"""The lag study: its rates are chosen by seeds that aren't reported, and what is compared are steps to solve."""

import json
import math

import pytest
from scipy import stats

from rnncourse import studies
from rnncourse.studies.lags import lag_baseline, steps_to_solve
from rnncourse.studies.reach import Reach


def lag_run(losses, seed=0, test=0.0):
    """A record of the lag study, as far as the choice and the comparison read it."""
    epochs = [{"validation_loss": loss} for loss in losses]
    return {
        "seed": seed, "diverged": False, "metrics": {"test_loss": test},
        "history": {"epochs": epochs, "best_epoch": len(epochs)},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("losses", "steps"),
    [
        ([0.05] * 10, 200),
        ([1.0] * 10, math.inf),
        ([1.0] * 3 + [0.09] * 7, 800),
        ([1.0] * 9 + [0.05], 2_000),
        ([1.0, 0.05, 0.05, 0.5, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05], 1_000),  # the jump back counts
        ([0.05] * 9 + [0.5], math.inf),
        ([0.05, None], math.inf),  # diverged in the second epoch
        ([1.0] * 5 + [0.1] * 5, math.inf),  # a tenth isn't below a tenth
    ],
)
def test_the_steps_to_solve_are_those_after_which_the_loss_stays_below_a_tenth(losses, steps):
    losses = [loss if loss is None else 4.0 * loss for loss in losses]
    if None in losses:
        losses += [None] * (10 - len(losses))
    assert steps_to_solve(lag_run(losses), 4.0) == steps


def test_the_baselines_of_the_lag_study_are_those_of_an_answer_without_memory():
    assert lag_baseline("adding", 20) == pytest.approx(1 / 6)
    assert lag_baseline("copy", 15) == pytest.approx(5 * math.log(8) / 25)
    assert lag_baseline("order", 80) == pytest.approx(math.log(4))


@pytest.fixture
def lag_folder(tmp_path):
    """A folder where every run of the study ends at a loss of 1, but for what the test adds: id → losses by seed."""

    def write(special, seeds=13):
        for id in (id for id in studies.RECIPES if id.startswith("lag-")):
            made = special.get(id, lambda seed: [2.0] * 10)
            runs = [lag_run(made(seed), seed, test=made(seed)[-1]) for seed in range(seeds)]
            (tmp_path / f"{id}.jsonl").write_text("".join(json.dumps(run) + "\n" for run in runs))
        return tmp_path

    return write


def test_a_rate_is_chosen_by_the_runs_solved_then_by_the_steps_then_by_the_loss(lag_folder):
    solves = lambda after: lambda seed: [1.0] * after + [0.01] * (10 - after)  # noqa: E731
    folder = lag_folder({
        "lag-order-80-gru-0.0003": lambda seed: solves(1)(0) if seed < 2 else [1.0] * 10,  # fast, two of three
        "lag-order-80-gru-0.01": solves(6), "lag-order-80-gru-0.03": solves(4),
        "lag-order-80-lstm-0.003": lambda seed: [0.2] * 10,  # nothing is solved: the lowest loss
        # the seeds that are reported have no say
        "lag-order-80-rnn-0.03": lambda seed: [2.0] * 10 if seed < 3 else [0.001] * 10,
        "lag-order-80-rnn-0.001": lambda seed: [1.5] * 10,
    })  # fmt: skip
    chosen = studies.lag_choices(folder)
    assert chosen["order", 80, "gru"] == "lag-order-80-gru-0.03"
    assert chosen["order", 80, "lstm"] == "lag-order-80-lstm-0.003"
    assert chosen["order", 80, "rnn"] == "lag-order-80-rnn-0.001"
    assert len(chosen) == 45 and set(chosen.values()) <= set(studies.RECIPES)


def test_a_choice_of_the_lag_study_needs_its_three_seeds(lag_folder):
    with pytest.raises(ValueError, match=r"lag-adding-20-rnn-0.0003 must have a record of seed 2.*--seeds 3"):
        studies.lag_choices(lag_folder({}, seeds=2))


def test_the_reported_runs_of_the_lag_study_are_ten_that_had_no_part_in_the_choice(lag_folder):
    solves = [1.0] * 4 + [0.01] * 6
    folder = lag_folder({"lag-copy-5-rnn-0.001": lambda seed: solves if seed != 7 else [1.0] * 10})
    reach = studies.lag_results(folder)["copy", 5, "rnn"]
    assert list(reach.steps) == list(reach.losses) == list(range(3, 13))
    assert reach.solved == 9 and reach.steps[7] == math.inf and reach.steps[3] == 1_000
    assert reach.losses[3] == pytest.approx(0.01 / lag_baseline("copy", 5))
    with pytest.raises(ValueError, match=r"records of all reported seeds, 5, 6, .*missing.*--seeds 13"):
        studies.lag_results(lag_folder({}, seeds=5))


def reach_of(*steps):
    return Reach("some", dict(enumerate(steps, start=3)), {})


def test_who_solves_earlier_is_decided_by_ranks_with_unsolved_runs_last():
    never = math.inf
    share, p = studies.earlier(reach_of(*[400] * 10), reach_of(*[never] * 10))
    assert share == 1 and p < 0.001
    share, p = studies.earlier(reach_of(*[never] * 10), reach_of(*[200] * 5, *[never] * 5))
    assert share == 0.25  # half of the pairs are ties
    assert p == pytest.approx(stats.fisher_exact([[0, 10], [5, 5]]).pvalue, abs=0.005)  # two outcomes: Fisher's test
    assert studies.earlier(reach_of(*[never] * 10), reach_of(*[never] * 10)) == (0.5, 1.0)
    slow, quick = reach_of(*range(1_000, 2_000, 100)), reach_of(*range(200, 1_200, 100))
    share, p = studies.earlier(slow, quick)
    exact = stats.mannwhitneyu(list(slow.steps.values()), list(quick.steps.values()), method="asymptotic").pvalue
    assert share < 0.1 and p == pytest.approx(exact, abs=0.002)
