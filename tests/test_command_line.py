"""The command `train`, and how the command line speaks of errors."""

import json
import os
import subprocess
import sys

import pytest
import torch

from rnncourse import History, RecurrentModel
from rnncourse.__main__ import main


def train(folder, *options):
    return main(["train", "--data", "digits", "--epochs", "2", "--hidden", "16", "--out", str(folder), *options])


def test_train_leaves_metrics_curves_and_weights(tmp_path, capsys):
    assert train(tmp_path / "run") == 0
    printed = capsys.readouterr().out
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "checkpoint.pt", "checkpoint.pt.previous", "confusion.png", "curves.png", "history.json", "metrics.json",
        "weights.pt",
    }  # fmt: skip
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert f"test accuracy {metrics['test_accuracy']:.4f}" in printed
    assert len(metrics["per_class"]) == 10
    assert len(History.load(tmp_path / "run" / "history.json")) == 2
    model = RecurrentModel("lstm", 8, 16, 10)
    model.load_state_dict(torch.load(tmp_path / "run" / "weights.pt", weights_only=True))


@pytest.mark.parametrize(
    "options",
    [
        ["--cell", "rnn_relu", "--readout", "flatten"], ["--bidirectional", "--layers", "2"],
        ["--cell", "lru", "--layers", "2", "--dropout", "0.1"],
    ],
)  # fmt: skip
def test_train_takes_any_model(tmp_path, options):
    assert train(tmp_path, *options) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--scale", "full"], 'error: scale must be "sample" for digits'),
        (["--hidden", "0"], "error: hidden_size must be a whole number of at least 1, got 0"),
        (["--lr", "-1"], "error: lr must be a positive number, got -1.0"),
    ],
)
def test_errors_are_one_line_and_an_exit_code(tmp_path, capsys, options, message):
    assert train(tmp_path, *options) == 1
    assert capsys.readouterr().err.startswith(message)


def test_every_option_reaches_the_model_and_the_training(tmp_path, monkeypatch):
    seen = {}

    def record_fit(model, data, **keywords):
        seen.update(keywords, model=model, data=data)
        raise ValueError("seen")

    monkeypatch.setattr("rnncourse.__main__.fit", record_fit)
    options = (
        "--data digits --validation 0.2 --cell gru --hidden 7 --layers 2 --bidirectional --dropout 0.1 --readout final "
        "--epochs 3 --batch-size 11 --lr 0.5 --optimizer sgd --schedule cosine --weight-decay 0.25 --clip-norm 2 "
        "--patience 4 --augment shift --seed 6 --device cpu"
    )
    assert main(["train", *options.split(), "--out", str(tmp_path)]) == 1
    model, data = seen.pop("model"), seen.pop("data")
    assert seen == dict(
        epochs=3, batch_size=11, lr=0.5, optimizer="sgd", schedule="cosine", weight_decay=0.25, clip_norm=2.0,
        patience=4, augment="shift", seed=6, device="cpu", checkpoint=tmp_path / "checkpoint.pt",
    )  # fmt: skip
    r = model.recurrent
    assert (model.cell, model.readout, r.hidden_size, r.num_layers, r.bidirectional, r.dropout) == (
        "gru", "final", 7, 2, True, 0.1,
    )  # fmt: skip
    assert data.validation.size == 288


def test_a_folder_that_can_not_be_written_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert train(tmp_path / "file") == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_an_empty_ledger_is_named(tmp_path, capsys):
    assert main(["ledger", "--results", str(tmp_path)]) == 1
    assert f"results must be a folder with records, found none in {tmp_path}" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="the shell of this test is POSIX's")
def test_a_reader_who_has_enough_is_no_error():
    command = f"{sys.executable} -m rnncourse ledger --json | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.stdout == "[\n"
    assert done.stderr == ""


def test_another_run_in_the_same_folder_is_refused(tmp_path, capsys):
    assert train(tmp_path) == 0
    assert train(tmp_path, "--lr", "0.1") == 1
    assert "belongs to another run: its lr is 0.003, now it is 0.1" in capsys.readouterr().err
    assert train(tmp_path, "--seed", "1") == 1
    message = capsys.readouterr().err
    assert "its seed is 0, now it is 1" in message
    assert "another --out" in message
