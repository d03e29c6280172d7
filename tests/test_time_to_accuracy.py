"""The benchmark of time to accuracy does the reports' work, leaves the course's run alone and computes what it says."""

import json
import os
import runpy
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.testing import assert_close

import rnncourse as rc
from rnncourse.datasets._torchvision import torchvision_datasets
from rnncourse.studies import Recipe, recipe

benchmark = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "time_to_accuracy.py"))
functions = benchmark["measure"].__globals__
CLOTHES = dict(name="fashion_mnist", validation=0)
SMALL = dict(cell="rnn_tanh", hidden_size=4)
SGD = dict(optimizer="sgd", lr=0.1, batch_size=100, epochs=2)
COURSE = Recipe(
    "fast-small", dict(name="fashion_mnist", validation=0.5), dict(SMALL, dropout=0.5),
    dict(optimizer="adamw", lr=3e-3, batch_size=500, schedule="one_cycle", epochs=2),
)  # fmt: skip


def report(source="harper2024", data=CLOTHES, train=SGD):
    return Recipe("small", data, SMALL, train, published={"test_accuracy": 0.1}, source=source)


@pytest.fixture(autouse=True)
def shipped_images(monkeypatch):
    """torchvision's data set over the images that the course ships, so that nothing need be downloaded."""
    vision = torchvision_datasets()
    whole = rc.datasets.fashion_mnist(validation=0, value_range=(0, 255))

    class Shipped(vision.FashionMNIST):
        def __init__(self, name, train, transform):
            vision.VisionDataset.__init__(self, transform=transform)
            x, self.targets = whole.train if train else whole.test
            self.data = x.round().byte()

    monkeypatch.setitem(functions, "images", Shipped)


@pytest.mark.parametrize(
    ("id", "epochs", "steps", "test_batches"),
    [
        ("R1-after", 15, 15 * 938, 157),
        ("R3-mnist-gru", 5, 5 * 500, 100),
        ("R4-lstm-1", 5, 3000, 6 * 100),
        ("R5-gru", 12, 12 * 375, 79 + 12 * 94),
    ],
)
def test_the_work_of_a_report_is_that_of_its_recipe(monkeypatch, id, epochs, steps, test_batches):
    class Full:
        def __init__(self, name, train, transform):
            self.data = torch.zeros(60_000 if train else 10_000, 1, 1, dtype=torch.uint8)
            self.targets = self.data[:, 0, 0]

        def __len__(self):
            return len(self.data)

    monkeypatch.setitem(functions, "images", Full)
    side = benchmark["Report"](recipe(id), rc.datasets.fashion_mnist(), epochs)
    assert (side.steps, side.evaluations) == (steps, test_batches)
    side.prepared = 1.0
    assert side.total(0.01, 0.001, epochs) == pytest.approx(1 + steps / 100 + test_batches / 1000)
    assert side.total(1.0, 0.0, 1) == pytest.approx(1 + steps / epochs)


@pytest.mark.parametrize("value_range", [(0.0, 1.0), (-1.0, 1.0)])
@pytest.mark.parametrize("source", ["pashkova", "dang"])
def test_a_report_sees_the_images_of_its_recipe(source, value_range):
    one = report(source, dict(CLOTHES, value_range=value_range))
    data = one.load("sample")
    side = benchmark["Report"](one, data, 1)
    for loader, split in ((side.loader, data.train), (side.test_loader, data.test)):
        assert len(loader.dataset) == split.size
        for k in (0, 77):
            x, y = loader.dataset[k]
            assert_close(x[0], split.x[k])
            assert y == split.y[k]


@pytest.mark.parametrize(("name", "id"), [("mnist", "R4-lstm-1"), ("fashion_mnist", "R1-after")])
def test_the_full_images_are_those_of_the_course(name, id):
    if not os.environ.get("RNNCOURSE_DATA"):
        pytest.skip("RNNCOURSE_DATA names no folder with the full data sets")
    data = recipe(id).load()
    for train, split in ((True, data.train), (False, data.test)):
        found = benchmark["images"](name, train, None)
        assert len(found) == split.size
        low, high = recipe(id).data.get("value_range", (0.0, 1.0))
        assert_close(found.data[:9].float() / 255 * (high - low) + low, split.x[:9])
        assert torch.equal(found.targets, split.y)


def test_a_step_is_a_step_of_training_as_in_fit():
    one = report(train=dict(SGD, batch_size=5000))  # one batch: the order doesn't matter
    data = one.load("sample")
    side = benchmark["Report"](one, data, 1)
    assert side.train_steps(2) > 0
    model = one.build(data, benchmark["SEED"])
    rc.fit(model, data, progress=False, **one.train)
    for ours, theirs in zip(side.model.parameters(), model.parameters(), strict=True):
        assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_the_held_out_images_are_not_trained_on():
    side = benchmark["Report"](report("dang", dict(CLOTHES, validation=0.2)), rc.datasets.fashion_mnist(), 3)
    assert (len(side.loader.dataset), side.held) == (4000, 1000)
    assert (side.steps, side.evaluations) == (3 * 40, 10 + 3 * 10)


def test_blocks_are_spread_over_the_run_and_leave_its_schedule_and_its_random_numbers():
    places, at = [], 0

    def block():
        places.append(at)
        torch.rand(7)

    pauses = benchmark["Pauses"]("cosine", 4, block)
    torch.manual_seed(0)
    for at in range(13):
        assert pauses(at / 6, 2) == rc.schedules.Cosine()(at / 6, 2)
    assert places == [0, 4, 8, 12]
    drawn = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(drawn, torch.rand(1))


def test_the_run_of_the_course_is_the_one_without_the_report():
    found = benchmark["measure"](report(), COURSE, 2, blocks=3, steps=1, scale="sample")
    data = COURSE.load("sample")
    model = COURSE.build(data, 0)
    rc.fit(model, data, seed=0, progress=False, device="cpu", **COURSE.train)  # with dropout
    assert found["course"]["test_accuracy"] == rc.evaluate(model, data.test, data.classes).accuracy


def test_blocks_are_taken_off_the_time_of_the_course(monkeypatch):
    clock = SimpleNamespace(now=0.0)

    def block(self, steps):
        clock.now += 100
        self.prepared = 1.0
        return len(blocks.append(0) or blocks) * 0.1, 0.01  # a step takes 0.1, 0.2, 0.3 s

    blocks = []
    monkeypatch.setitem(functions, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    monkeypatch.setattr(benchmark["Report"], "block", block)
    real = functions["evaluate"]

    def evaluate(*arguments):
        clock.now += 2  # all that the course takes
        return real(*arguments)

    monkeypatch.setitem(functions, "evaluate", evaluate)
    options = dict(blocks=3, steps=5, goal_epochs=1, scale="sample")
    found = json.loads(json.dumps(benchmark["measure"](report(), COURSE, 2, **options)))
    assert found["course"]["seconds"] == 2
    assert found["report"]["timed_steps"] == 15
    assert found["report"]["milliseconds_per_step"] == pytest.approx(200)
    assert found["report"]["seconds"] == pytest.approx(1 + 100 * 0.2)  # 2 epochs of 50 steps; no test before step 500
    assert found["ratio"] == pytest.approx(21 / 2)
    assert (found["goal_epochs"], found["ratio_to_goal"]) == (1, pytest.approx(11 / 2))
    assert (found["ratio_low"], found["ratio_high"]) == (pytest.approx(16 / 2), pytest.approx(26 / 2))


def test_early_stopping_takes_the_epochs_of_the_ledger(monkeypatch):
    assert benchmark["epochs_of"](recipe("R4-lstm-1")) == (5, "the recipe")
    runs = [{"metrics": {"epochs": epochs}} for epochs in (12, 13, 15)]
    monkeypatch.setitem(functions, "records", lambda id: runs)
    epochs, source = benchmark["epochs_of"](recipe("R5-gru"))
    assert epochs == 13
    assert "3 run(s)" in source
    runs.clear()
    with pytest.raises(ValueError, match=r"R5-gru stops early.*reproduce R5-gru"):
        benchmark["epochs_of"](recipe("R5-gru"))


def test_the_goal_is_reached_when_the_mean_of_the_runs_beats_the_published_accuracy(monkeypatch):
    def run(*accuracies):
        return {"history": {"epochs": [{"validation_accuracy": value} for value in accuracies]}}

    runs = [run(0.90, 0.97, 0.99), run(0.97, 0.98, 0.98, 1.0)]  # R3's GRU: 0.976, and the margin of 0.005
    monkeypatch.setitem(functions, "records", lambda id: runs)
    assert benchmark["epochs_to_goal"](recipe("R3-mnist-gru")) == 3
    assert benchmark["epochs_to_goal"](recipe("R4-lstm-1")) is None  # it holds nothing out
    runs[0] = run(0.90, 0.97, 0.97)
    assert benchmark["epochs_to_goal"](recipe("R3-mnist-gru")) is None
    runs.clear()
    assert benchmark["epochs_to_goal"](recipe("R3-mnist-gru")) is None


def test_the_ledger_gives_the_mean_of_a_recipe():
    runs = [run["metrics"]["test_accuracy"] for run in rc.studies.records("R4-lstm-1")]
    found = benchmark["accuracy_in_ledger"]("R4-lstm-1")
    assert found == {"test_accuracy": pytest.approx(sum(runs) / len(runs)), "n": len(runs)}


def test_the_command_writes_what_it_prints(monkeypatch, tmp_path, capsys):
    recipes = {"R4-lstm-1": report(), "fast-small": COURSE}
    monkeypatch.setitem(functions, "recipe", recipes.get)
    monkeypatch.setitem(functions, "fast_choice", lambda id: "fast-small")
    monkeypatch.setitem(functions, "accuracy_in_ledger", lambda id: {"test_accuracy": 0.5, "n": 3})
    monkeypatch.setitem(functions, "measure", partial(benchmark["measure"], scale="sample"))
    out = tmp_path / "new folder" / "result.json"
    threads = torch.get_num_threads()
    benchmark["main"](["R4-lstm-1", "--blocks", "2", "--steps", "1", "--threads", str(threads), "--out", str(out)])
    result = json.loads(out.read_text())
    assert (result["blocks"], result["steps"], result["machine"]["threads"]) == (2, 1, threads)
    (row,) = result["reports"]
    assert row["published"] == 0.1
    assert row["ratio"] == row["report"]["seconds"] / row["course"]["seconds"]
    assert row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
    text = benchmark["table"](result["reports"])
    assert text in capsys.readouterr().out
    assert "10.00   50.00 (3)" in text
    assert "small: 100 steps, of which 2 were timed, in 2 epochs (the recipe); the course's is fast-small" in text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--blocks", "1"], "--blocks must be at least 2, for the start and the end of a run"),
        (["--steps", "0"], "--steps at least 1"),
        (["--threads", "0"], "--threads must be at least 1, got 0"),
        (["R2-rnn-1"], "ID must be one of R1-after, R3-mnist-gru, R4-lstm-1, R5-gru, R5-cnn, got R2-rnn-1"),
    ],
)
def test_what_can_not_be_measured_is_refused(wrong, message, capsys):
    with pytest.raises(SystemExit):
        benchmark["main"](wrong)
    assert message in capsys.readouterr().err
