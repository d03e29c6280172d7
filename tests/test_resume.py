"""A run that is killed and started again ends bit-identical to one that never was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from support import HANGING, same_weights, toy_data, toy_model, without_times

from rnncourse import CheckpointError, fit

ARGUMENTS = dict(
    epochs=3, batch_size=16, lr=0.05, seed=3, schedule="one_cycle", clip_norm=0.5, device="cpu", progress=False
)


class Interruption(BaseException):
    pass


def run(checkpoint=None, stop_after=None, data=None, model=None, **options):
    """Train a model with dropout; if asked, break off right after that many training steps."""
    model = model or toy_model(layers=2, dropout=0.4)
    steps = 0

    def count(module, inputs, output):
        nonlocal steps
        if module.training:
            steps += 1
            if stop_after is not None and steps > stop_after:
                raise Interruption

    model.register_forward_hook(count)
    history = fit(model, data or toy_data(), **{**ARGUMENTS, **options}, checkpoint=checkpoint)
    return model.state_dict(), without_times(history), steps


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
        capture_output=True, text=True, timeout=HANGING,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["same"], f"after {outcome['kills']} kills, with the random seed {os.getpid()}"
    assert outcome["kills"] >= 1


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
        (dict(schedule="cosine"), r"its schedule is 'OneCycle\(warmup=0.3\)', now it is 'Cosine\(\)'"),
        (dict(augment="flip"), "its augment is None, now it is 'flip'"),
        (dict(seed=4), "its seed is 3, now it is 4"),
        (dict(data=toy_data(seed=1)), "its data is 'CRC-32 "),
        (dict(model=toy_model(layers=2, dropout=0.3)), "its model is "),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(tmp_path, change, named):
    run(tmp_path / "checkpoint")
    with pytest.raises(CheckpointError, match=f"belongs to another run: {named}"):
        run(tmp_path / "checkpoint", **change)


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
