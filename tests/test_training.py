"""`fit` against a loop written out here, and every promise of its docstring."""

import copy
import json
import math
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
from support import same_weights, toy_data, toy_model, without_times
from torch import nn

from rnncourse import Dataset, History, Split, fit
from rnncourse.losses import mean_loss
from rnncourse.schedules import SCHEDULES, HoldThenDecay
from rnncourse.training.loop import default_device, epoch_order

QUIET = dict(progress=False, device="cpu")


def test_fit_equals_a_loop_written_out():
    data, ours = toy_data(), toy_model()
    theirs = copy.deepcopy(ours)
    history = fit(
        ours, data, epochs=3, batch_size=16, lr=0.1, optimizer="sgd", schedule="cosine", weight_decay=0.01,
        clip_norm=0.5, seed=7, **QUIET,
    )  # fmt: skip
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, weight_decay=0.01)
    steps, losses, lrs = 0, [], []
    for epoch in range(3):
        total = 0.0
        order = epoch_order(7, epoch, 60)
        for start in range(0, 60, 16):
            index = order[start : start + 16]
            for group in optimizer.param_groups:
                group["lr"] = 0.1 * 0.5 * (1 + math.cos(math.pi * steps / 12))
            loss = nn.functional.cross_entropy(theirs(data.train.x[index]), data.train.y[index])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(theirs.parameters(), 0.5)
            optimizer.step()
            steps += 1
            total += loss.item() * len(index)
        losses.append(total / 60)
        lrs.append(0.1 * 0.5 * (1 + math.cos(math.pi * steps / 12)))
    assert same_weights(ours.state_dict(), theirs.state_dict())
    assert history["train_loss"] == pytest.approx(losses, rel=1e-6)
    assert history["lr"] == pytest.approx(lrs)
    assert history["validation_loss"][-1] == pytest.approx(mean_loss(theirs, data.validation)[0])


@pytest.mark.parametrize(("optimizer", "rate"), [("adam", 0.02), ("adamw", 0.02), ("sgd", 0.5), ("momentum", 0.05)])
def test_every_optimizer_learns_the_toy_task(optimizer, rate):
    data, model = toy_data(train=400), toy_model()
    fit(model, data, epochs=15, batch_size=20, lr=rate, optimizer=optimizer, **QUIET)
    assert mean_loss(model, data.test)[1] > 0.8  # chance is 1 in 3


def test_momentum_keeps_nine_tenths_of_the_last_step():
    data, ours = toy_data(), toy_model()
    theirs, step = copy.deepcopy(ours), {}
    fit(ours, data, epochs=2, batch_size=20, lr=0.1, optimizer="momentum", seed=3, **QUIET)
    for epoch in range(2):
        for index in epoch_order(3, epoch, 60).split(20):
            loss = nn.functional.cross_entropy(theirs(data.train.x[index]), data.train.y[index])
            for weights, gradient in zip(
                theirs.parameters(), torch.autograd.grad(loss, list(theirs.parameters())), strict=True
            ):
                step[weights] = 0.9 * step.get(weights, 0.0) + gradient
                weights.data -= 0.1 * step[weights]
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_adam_and_adamw_decay_differently():
    ends = []
    for optimizer in ("adam", "adamw"):
        model = toy_model()
        fit(model, toy_data(), epochs=1, batch_size=20, lr=0.01, weight_decay=0.1, optimizer=optimizer, **QUIET)
        ends.append(model.state_dict())
    assert not same_weights(*ends)


def test_each_epoch_has_its_own_order_and_the_seed_decides_it():
    first, second, other = epoch_order(0, 0, 50), epoch_order(0, 1, 50), epoch_order(1, 0, 50)
    assert first.tolist() != second.tolist() != other.tolist()
    assert sorted(first.tolist()) == list(range(50))
    assert first.tolist() == epoch_order(0, 0, 50).tolist()
    assert epoch_order(0, 0, 5).tolist() == [2, 4, 3, 0, 1]  # the same on every machine


def test_the_same_seed_gives_the_same_run_and_leaves_the_global_generator_alone():
    runs = []
    for noise in (1, 2):
        model = toy_model(dropout=0.3)
        torch.manual_seed(noise)
        before = torch.get_rng_state()
        history = fit(model, toy_data(), epochs=2, batch_size=16, lr=0.01, seed=5, **QUIET)
        assert torch.equal(before, torch.get_rng_state())
        runs.append((model.state_dict(), without_times(history)))
    assert same_weights(runs[0][0], runs[1][0])
    assert runs[0][1] == runs[1][1]


def test_early_stopping_goes_back_to_the_best_epoch():
    data = toy_data(train=20, validation=30)  # few examples, so that it overfits soon
    model = toy_model(hidden_size=30)
    history = fit(model, data, epochs=200, batch_size=10, lr=0.05, patience=3, **QUIET)
    losses = history["validation_loss"]
    assert len(history) < 200
    assert history.best_epoch == losses.index(min(losses)) + 1 == len(history) - 3
    assert mean_loss(model, data.validation)[0] == pytest.approx(min(losses))
    assert losses[-1] > min(losses)


def test_the_test_split_is_not_touched():
    data = toy_data()
    other = Dataset("toy", data.classes, data.train, data.validation, Split(data.test.x * 1e6, data.test.y * 0))
    models = [toy_model(), toy_model()]
    histories = [
        fit(m, d, epochs=2, batch_size=16, lr=0.01, **QUIET) for m, d in zip(models, (data, other), strict=True)
    ]
    assert same_weights(models[0].state_dict(), models[1].state_dict())
    assert without_times(histories[0]) == without_times(histories[1])


def test_no_validation_split():
    history = fit(toy_model(), toy_data(validation=0), epochs=2, batch_size=16, lr=0.01, **QUIET)
    assert history["validation_loss"] == [None, None]
    assert len(history.plot().axes[0].lines) == 1


def test_a_label_at_every_step():
    data = toy_data()
    data = Dataset("toy", data.classes, *(Split(s.x, s.x.argmax(2)) for s in (data.train, data.validation, data.test)))
    model = toy_model(readout="every")
    history = fit(model, data, epochs=30, batch_size=10, lr=0.02, **QUIET)
    assert history["train_accuracy"][-1] > 0.9
    with torch.no_grad():
        right = (model(data.validation.x).argmax(-1) == data.validation.y).float().mean().item()
    assert history["validation_accuracy"][-1] == pytest.approx(right)


def test_a_diverging_run_ends_with_a_warning():
    model = toy_model(cell="rnn_relu")
    with pytest.warns(RuntimeWarning, match="training loss is nan after epoch 1.*lower lr or set clip_norm"):
        history = fit(model, toy_data(), epochs=50, batch_size=16, lr=1e30, optimizer="sgd", **QUIET)
    assert len(history) == 1


@pytest.mark.parametrize(
    ("progress", "environment", "shown"), [(True, {}, True), (False, {}, False), (True, {"TQDM_DISABLE": "1"}, False)]
)
def test_the_progress_bar_can_be_had_and_left(progress, environment, shown):
    code = (
        "from support import *; from rnncourse import fit;"
        f"fit(toy_model(), toy_data(), epochs=1, batch_size=16, lr=0.01, progress={progress}, device='cpu')"
    )
    inherited = {name: value for name, value in os.environ.items() if name != "TQDM_DISABLE"}  # read at import
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, env={**inherited, **environment},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert ("4/4" in done.stderr) == shown


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(epochs=0), "epochs must be a whole number of at least 1, got 0"),
        (dict(batch_size=1.5), "batch_size must be a whole number of at least 1, got 1.5"),
        (dict(seed=-1), "seed must be a whole number of at least 0, got -1"),
        (dict(lr=0), "lr must be a positive number, got 0"),
        (dict(lr=float("nan")), "lr must be a positive number, got nan"),
        (dict(optimizer="rmsprop"), "optimizer must be one of adam, adamw, sgd, momentum, got 'rmsprop'"),
        (dict(schedule="linear"), f"schedule must be a schedule or one of {', '.join(SCHEDULES)}, got 'linear'"),
        (dict(epochs=True), "epochs must be a whole number of at least 1, got True"),
        (dict(lr="x"), "lr must be a positive number, got 'x'"),
        (dict(optimizer=["adam"]), "optimizer must be one of adam, adamw, sgd, momentum, got "),
        (dict(schedule=["cosine"]), "schedule must be a schedule or one of constant, cosine, .*, got "),
        (dict(weight_decay=math.inf), "weight_decay must be a number of at least 0, got inf"),
        (dict(clip_norm="1"), "clip_norm must be a positive number or None, got '1'"),
        (dict(weight_decay=-1.0), "weight_decay must be a number of at least 0, got -1.0"),
        (dict(clip_norm=0.0), "clip_norm must be a positive number or None, got 0.0"),
        (dict(patience=0), "patience must be a whole number of epochs of at least 1, or None, got 0"),
        (dict(data=toy_data(validation=0), patience=2), "patience needs a validation split"),
        (dict(model=toy_model(input_size=2)), r"inputs must have the shape \(B, T, 2\)"),
        (dict(model=toy_model(output_size=3)), "model must have an output for each of the 4 classes, got 3"),
        (dict(model=toy_model(readout="every")), "model must give outputs of the shape"),
    ],
)
def test_bad_arguments_are_named(change, message):
    arguments = dict(model=toy_model(), data=toy_data(), epochs=1, batch_size=16, lr=0.01)
    with pytest.raises(ValueError, match=f"^{message}"):
        fit(**{**arguments, **change}, **QUIET)


@pytest.mark.parametrize("device", ["bogus", "cuda:99"])
def test_a_device_that_is_not_there_is_named(device):
    with pytest.raises(ValueError, match=f"device must be one that torch can use here, such as cpu, got '{device}'"):
        fit(toy_model(), toy_data(), epochs=1, batch_size=16, lr=0.1, device=device)


@pytest.mark.parametrize(("cuda", "chosen"), [(True, "cuda"), (False, "cpu")])
def test_the_default_device_is_cuda_or_the_cpu_and_never_another(monkeypatch, cuda, chosen):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert default_device() == chosen


def test_data_of_another_type_is_named():
    with pytest.raises(TypeError, match="data must be a rnncourse Dataset, got list"):
        fit(toy_model(), [], epochs=1, batch_size=1, lr=0.1)


def test_history_is_saved_and_loaded(tmp_path):
    history = fit(toy_model(), toy_data(), epochs=2, batch_size=16, lr=0.01, schedule=HoldThenDecay(1, 0.5), **QUIET)
    history.save(tmp_path / "run" / "history.json")
    assert History.load(tmp_path / "run" / "history.json") == history
    assert json.loads((tmp_path / "run" / "history.json").read_text())["best_epoch"] == 2
    assert str(history).count("\n") == 2
    assert history["lr"] == [0.01, 0.005]


def test_a_sound_run_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(toy_model(layers=1, dropout=0.1), toy_data(), epochs=1, batch_size=16, lr=0.01, **QUIET)
