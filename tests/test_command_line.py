"""The command `train`, and how the command line speaks of errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from rnncourse import History, RecurrentModel
from rnncourse.__main__ import main
from rnncourse.base.files import expanded
from rnncourse.datasets import raw
from rnncourse.studies import figures


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

    monkeypatch.setattr("rnncourse.commands.fit", record_fit)
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
    done = subprocess.run(command, shell=True, capture_output=True, encoding="utf-8")
    assert done.stdout == "[\n"
    assert done.stderr == ""


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lr", "0.1"], "its lr is 0.003, now it is 0.1"),
        (["--seed", "1"], "its seed is 0, now it is 1"),
        (["--readout", "mean"], "its model.readout is 'last', now it is 'mean'"),
        (["--cell", "gru"], "its model.cell is 'lstm', now it is 'gru'"),
        (["--validation", "0.2"], "its data.train.x is tensor"),
        (["--epochs", "3"], "its epochs is 2, now it is 3. Its schedule depends on the number of epochs"),
    ],
)
def test_another_run_in_the_same_folder_is_refused_and_changes_nothing(trained, capsys, options, message):
    before = contents(trained)
    assert train(trained, *options) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "another --out" in error
    assert contents(trained) == before


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    assert train(folder) == 0
    return folder


def test_the_same_command_again_trains_nothing_and_leaves_the_same(trained):
    before, metrics = contents(trained), json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    assert train(trained) == 0
    for name in ("checkpoint.pt", "history.json", "weights.pt"):
        assert (trained / name).read_bytes() == before[name]
    assert json.loads((trained / "metrics.json").read_text(encoding="utf-8")) == metrics


@pytest.mark.parametrize("form", [["--out", "~/runs/a"], ["--out=~/runs/a"]])
def test_the_home_folder_is_meant_by_its_sign(tmp_path, monkeypatch, form):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # Windows
    assert main(["train", "--data", "digits", "--epochs", "1", "--hidden", "2", *form]) == 0
    assert (tmp_path / "runs" / "a" / "metrics.json").exists()
    grades = "student,units (10),score,points,status,note\nann,3,3,10,graded,\n"
    for name in ("all.csv", "late.csv"):
        (tmp_path / name).write_text(grades, encoding="utf-8")
    assert main(["merge", "~/all.csv", "~/late.csv", "--out=~/new.csv"]) == 0
    assert (tmp_path / "new.csv").exists()
    (tmp_path / "results").mkdir()
    assert main(["ledger", "--results=~/results"]) == 1  # there is nothing in it
    assert figures("R1-after", folder="~/results") == {}
    History([], None).save("~/history.json")
    assert len(History.load("~/history.json")) == 0
    assert expanded("~/a") == tmp_path / "a"
    monkeypatch.setenv("RNNCOURSE_DATA", "~/data")
    assert raw.data_folder() == tmp_path / "data"
    assert "~" not in [path.name for path in Path().iterdir()]
