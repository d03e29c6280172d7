"""A run that is killed and started again ends bit-identical to one that never was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from support import HANGING, Interruption, counted_steps, same_weights, toy_data, toy_model, without_times
from torch import nn

from rnncourse import CheckpointError, Dataset, Split, fit
from rnncourse.schedules import OneCycle

ARGUMENTS = dict(
    epochs=3, batch_size=16, lr=0.05, seed=3, schedule="one_cycle", clip_norm=0.5, device="cpu", progress=False
)


def run(checkpoint=None, stop_after=None, data=None, model=None, **options):
    """Train a model with dropout; if asked, break off right after that many training steps."""
    model = model or toy_model(layers=2, dropout=0.4)
    with counted_steps(stop_after) as steps:
        history = fit(model, data or toy_data(), **{**ARGUMENTS, **options}, checkpoint=checkpoint)
    return model.state_dict(), without_times(history), steps[0]


@pytest.mark.parametrize("augment", [None, "flip", "shift"])
@pytest.mark.parametrize("stop_after", range(12))
def test_stopped_after_any_step(tmp_path, stop_after, augment):
    weights, history, _ = run(augment=augment)
    with pytest.raises(Interruption):
        run(tmp_path / "checkpoint", stop_after, checkpoint_steps=1, augment=augment)
    resumed_weights, resumed_history, steps = run(tmp_path / "checkpoint", augment=augment)
    assert same_weights(weights, resumed_weights)
    assert history == resumed_history
    assert steps == 12 - stop_after  # it went on from there and did nothing twice


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which Windows lacks")
@pytest.mark.parametrize("kind", ["moment", "save"])
@pytest.mark.parametrize("case", ["dropout", "early-stopping", "augmented", "sgd"])
def test_killed_at_random_moments(tmp_path, case, kind):
    driver = Path(__file__).with_name("resume_driver.py")
    done = subprocess.run(
        [sys.executable, driver, tmp_path, case, kind, str(os.getpid())],
        capture_output=True, encoding="utf-8", timeout=HANGING,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["same"], f"after {outcome['kills']} kills, with the random seed {os.getpid()}"
    assert outcome["kills"] >= 1 and outcome["resumed"] >= 1


def test_a_finished_run_is_not_trained_again(tmp_path):
    weights, history, steps = run(tmp_path / "checkpoint")
    again_weights, again_history, again_steps = run(tmp_path / "checkpoint")
    assert (steps, again_steps) == (12, 0)
    assert same_weights(weights, again_weights)
    assert history == again_history


def test_the_seconds_before_an_interruption_are_counted(tmp_path):
    with pytest.raises(Interruption):
        run(tmp_path / "checkpoint", stop_after=2, checkpoint_steps=1)
    state = torch.load(tmp_path / "checkpoint", weights_only=True)
    state["position"]["seconds"] += 1000.0
    torch.save(state, tmp_path / "checkpoint")
    model = toy_model(layers=2, dropout=0.4)
    history = fit(model, toy_data(), **ARGUMENTS, checkpoint=tmp_path / "checkpoint")
    assert history["seconds"][0] > 1000 > history["seconds"][1]


def test_the_running_sums_of_the_epoch_are_resumed(tmp_path):
    with pytest.raises(Interruption):
        run(tmp_path / "checkpoint", stop_after=2, checkpoint_steps=1)
    position = torch.load(tmp_path / "checkpoint", weights_only=True)["position"]
    assert (position["epoch"], position["steps"], position["labels"]) == (0, 2, 32)
    assert position["loss"] > 0


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (dict(lr=0.01), "its lr is 0.05, now it is 0.01"),
        (dict(schedule="cosine"), r"its schedule is OneCycle, code .* now it is Cosine, code"),
        (dict(schedule=OneCycle(0.2)), "its schedule.warmup is 0.3, now it is 0.2"),
        (dict(augment="flip"), "its augment is None, now it is 'flip'"),
        (dict(optimizer="sgd"), "its optimizer is 'adam', now it is 'sgd'"),
        (dict(patience=2), "its patience is None, now it is 2"),
        (dict(seed=4), "its seed is 3, now it is 4"),
        (dict(data=toy_data(seed=1)), "its data.train.x is tensor float32"),
        (dict(data=toy_data(validation=0)), "its data.validation is Split"),
        (dict(model=toy_model(layers=2, dropout=0.3)), "its model.recurrent.dropout is 0.4, now it is 0.3"),
        (dict(model=toy_model(layers=2, dropout=0.4, readout="mean")), "its model.readout is 'last', now it is 'mean'"),
        (dict(model=toy_model(layers=2, dropout=0.4, seed=1)), r"its model.recurrent.weight.* \(other initial weights"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(tmp_path, change, named):
    run(tmp_path / "checkpoint")
    before = contents(tmp_path)
    with pytest.raises(CheckpointError, match=f"belongs to another run: {named}"):
        run(tmp_path / "checkpoint", **change)
    assert contents(tmp_path) == before


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_nonlinearity_is_part_of_a_run(tmp_path):
    run(tmp_path / "checkpoint", model=toy_model(cell="rnn_tanh"))
    with pytest.raises(CheckpointError, match=r"its model.cell is 'rnn_tanh', now it is 'rnn_relu'"):
        run(tmp_path / "checkpoint", model=toy_model(cell="rnn_relu"))


def test_the_loss_is_part_of_a_run(tmp_path):
    data = toy_data()
    bits = Dataset("bits", ("0", "1"), *(Split(s.x, s.y % 2) for s in (data.train, data.validation, data.test)))
    run(tmp_path / "checkpoint", data=bits, model=toy_model(output_size=1), loss="brier")
    with pytest.raises(CheckpointError, match="its loss is 'brier', now it is 'binary_cross_entropy'"):
        run(tmp_path / "checkpoint", data=bits, model=toy_model(output_size=1), loss="binary_cross_entropy")


def test_a_loop_over_seeds_with_one_checkpoint_is_refused(tmp_path):
    run(tmp_path / "checkpoint", model=toy_model(seed=0))
    with pytest.raises(CheckpointError, match="other initial weights: another seed"):
        run(tmp_path / "checkpoint", model=toy_model(seed=1))


@pytest.mark.parametrize("patience", [None, 1])
def test_a_model_that_was_trained_in_this_run_is_not_taken_for_a_new_one(tmp_path, patience):
    model = toy_model(layers=2, dropout=0.4)
    run(tmp_path / "checkpoint", model=model, patience=patience, lr=0.5)
    before, weights = contents(tmp_path), {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(CheckpointError, match=r"the model holds its result already.\n  Build the model anew"):
        run(tmp_path / "checkpoint", model=model, patience=patience, lr=0.5)
    assert contents(tmp_path) == before
    assert same_weights(weights, model.state_dict())


@pytest.mark.parametrize("schedule", ["constant", "hold_then_decay"])
@pytest.mark.parametrize("stop_after", [3, 6, None])
def test_more_epochs_go_on_as_if_they_had_been_planned(tmp_path, schedule, stop_after):
    weights, history, _ = run(epochs=5, schedule=schedule)
    if stop_after is None:
        run(tmp_path / "checkpoint", epochs=2, schedule=schedule)
    else:
        with pytest.raises(Interruption):
            run(tmp_path / "checkpoint", stop_after, epochs=2, schedule=schedule, checkpoint_steps=1)
    resumed_weights, resumed_history, steps = run(tmp_path / "checkpoint", epochs=5, schedule=schedule)
    assert same_weights(weights, resumed_weights)
    assert history == resumed_history
    assert steps == 20 - (stop_after or 8)


def test_a_run_that_stopped_early_is_whole_with_more_epochs_too(tmp_path):
    arguments = dict(patience=2, lr=0.05, schedule="constant", data=toy_data(train=20))
    weights, history, _ = run(epochs=40, **arguments)
    assert len(history["epochs"]) < 30
    run(tmp_path / "checkpoint", epochs=30, **arguments)
    resumed_weights, resumed_history, steps = run(tmp_path / "checkpoint", epochs=40, **arguments)
    assert steps == 0
    assert same_weights(weights, resumed_weights)
    assert history == resumed_history


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_more_epochs_are_refused_where_the_schedule_depends_on_them(tmp_path, schedule):
    run(tmp_path / "checkpoint", epochs=2, schedule=schedule)
    before = contents(tmp_path)
    with pytest.raises(CheckpointError, match=r"its epochs is 2, now it is 3. Its schedule depends on the"):
        run(tmp_path / "checkpoint", epochs=3, schedule=schedule)
    assert contents(tmp_path) == before


def test_fewer_epochs_than_were_done_are_refused(tmp_path):
    run(tmp_path / "checkpoint", epochs=3, schedule="constant")
    with pytest.raises(CheckpointError, match="its epochs is 3, now it is 2, and it has done 3 epochs and 0 steps"):
        run(tmp_path / "checkpoint", epochs=2, schedule="constant")


def test_data_in_bfloat16(tmp_path):
    data = toy_data()
    data = Dataset("toy", data.classes, *(Split(s.x.bfloat16(), s.y) for s in (data.train, data.validation, data.test)))

    def model():
        torch.manual_seed(0)
        return nn.Sequential(nn.Flatten(), nn.Linear(15, 4)).bfloat16()

    weights, history, _ = run(data=data, model=model())
    with pytest.raises(Interruption):
        run(tmp_path / "checkpoint", 5, data=data, model=model(), checkpoint_steps=1)
    resumed_weights, resumed_history, steps = run(tmp_path / "checkpoint", data=data, model=model())
    assert same_weights(weights, resumed_weights)
    assert history == resumed_history
    assert steps == 7


@pytest.mark.parametrize("missing", ["run", "epochs", "position", "parts", "random"])
def test_a_checkpoint_that_lacks_something_is_an_error(tmp_path, missing):
    run(tmp_path / "checkpoint")
    state = torch.load(tmp_path / "checkpoint", weights_only=True)
    del state[missing]
    torch.save(state, tmp_path / "checkpoint")
    with pytest.raises(CheckpointError, match=f"checkpoint isn't whole: KeyError: '{missing}'"):
        run(tmp_path / "checkpoint")


def test_a_damaged_checkpoint_costs_only_the_steps_since_the_one_before(tmp_path):
    weights, history, _ = run()
    with pytest.raises(Interruption):
        run(tmp_path / "checkpoint", stop_after=7, checkpoint_steps=1)
    (tmp_path / "checkpoint").write_bytes(b"")
    with pytest.warns(RuntimeWarning, match="checkpoint damaged, going on from the one before it"):
        resumed_weights, resumed_history, steps = run(tmp_path / "checkpoint")
    assert same_weights(weights, resumed_weights)
    assert history == resumed_history
    assert steps == 6


def test_with_no_usable_checkpoint_a_run_does_not_start_from_zero(tmp_path):
    with pytest.raises(Interruption):
        run(tmp_path / "checkpoint", stop_after=7, checkpoint_steps=1)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="no checkpoint can be used"):
        run(tmp_path / "checkpoint")
