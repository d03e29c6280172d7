"""The command `train`, and how the command line speaks of errors."""

import json

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
    "options", [["--cell", "rnn_relu", "--readout", "flatten"], ["--bidirectional", "--layers", "2"]]
)
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


def test_another_run_in_the_same_folder_is_refused(tmp_path, capsys):
    assert train(tmp_path) == 0
    assert train(tmp_path, "--lr", "0.1") == 1
    assert "belongs to another run: its lr is 0.003, now it is 0.1" in capsys.readouterr().err
