"""Recipes say what the reports say; the runner resumes; the ledger adds up."""

import dataclasses
import json
import multiprocessing
import statistics

import pytest
import torch
from filelock import FileLock
from support import toy_data

from rnncourse import count_parameters, datasets, fit, studies
from rnncourse.__main__ import main
from rnncourse.losses import mean_loss
from rnncourse.studies import _recipe, plan, runner, runs

TINY = studies.Recipe(
    "tiny", dict(name="tiny"), dict(cell="gru", hidden_size=8), dict(epochs=2, batch_size=16, lr=0.01, device="cpu"),
    published={"test_accuracy": 0.5}, source="nobody",
)  # fmt: skip


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setitem(studies.RECIPES, "tiny", TINY)
    monkeypatch.setattr(_recipe.datasets, "tiny", lambda seed: toy_data(), raising=False)
    monkeypatch.setattr(runner, "cpu_count", lambda: 1)  # other processes don't know this data set


def test_r1_is_as_published():
    before, after = studies.recipe("R1-before"), studies.recipe("R1-after")
    assert before.data == after.data == dict(name="fashion_mnist", validation=0, value_range=(-1.0, 1.0))
    assert before.model == dict(cell="rnn_tanh", hidden_size=128, layers=2)
    assert before.train == dict(optimizer="adam", lr=1e-3, batch_size=64, epochs=5)
    assert after.model == dict(cell="rnn_tanh", hidden_size=256, layers=3)
    assert after.train == dict(optimizer="adam", lr=5e-4, batch_size=64, epochs=15)
    assert after.published["test_accuracy"] == 0.8570
    data = after.load("sample")
    assert data.validation is None
    assert (data.train.x.min(), data.train.x.max()) == (-1, 1)
    model = after.build(data, seed=0)
    assert model.readout == "last"
    assert count_parameters(model) == 28 * 256 + 5 * 256 * 256 + 6 * 256 + 257 * 10


def test_the_other_r1_recipes_are_all_the_combinations_of_the_three_changes():
    found = {(r.model["hidden_size"], r.model["layers"], r.train["lr"], r.train["epochs"]): r.id
             for r in studies.RECIPES.values() if r.id.startswith("R1-") and r.train["batch_size"] == 64
             and r.model["cell"] == "rnn_tanh" and "dropout" not in r.model}  # fmt: skip
    assert set(found) == {
        (*size, lr, epochs) for size in ((128, 2), (256, 3)) for lr in (1e-3, 5e-4) for epochs in (5, 15)
    }
    assert found[256, 3, 1e-3, 5] == "R1-before-large"
    assert found[128, 2, 5e-4, 5] == "R1-before-slow"
    assert found[128, 2, 1e-3, 15] == "R1-before-long"
    assert found[128, 2, 5e-4, 15] == "R1-after-small"
    assert found[256, 3, 1e-3, 15] == "R1-after-fast"
    assert found[256, 3, 5e-4, 5] == "R1-after-short"


@pytest.mark.parametrize("id", [
    id for id in studies.RECIPES if not id.startswith(("lag-", "modern-")) or id.endswith("-0.01")
])  # fmt: skip
def test_every_recipe_builds_its_model(id):
    recipe = studies.recipe(id)
    data = recipe.load("sample")
    outputs = 1 if recipe.train.get("loss", "cross_entropy") != "cross_entropy" else len(data.classes)
    assert recipe.build(data, 0)(data.train.x[:2]).shape == (*data.train.y[:2].shape, outputs)


def test_r2_r3_and_r4_are_as_published():
    r4 = studies.recipe("R4-lstm-2")
    assert r4.data == dict(name="mnist", validation=0)
    assert r4.model == dict(cell="lstm", hidden_size=100, layers=2)
    assert r4.train == dict(optimizer="sgd", lr=0.1, batch_size=100, epochs=5)  # 3,000 iterations
    assert r4.published == {"test_accuracy": 0.9574, "seconds": 92}
    accuracies = {id: r.published["test_accuracy"] for id, r in studies.RECIPES.items()
                  if id.startswith("R4-") and r.published}  # fmt: skip
    assert accuracies == {
        "R4-rnn-relu-1": 0.9212, "R4-rnn-relu-2": 0.6344, "R4-rnn-tanh-2": 0.9514,
        "R4-lstm-1": 0.9637, "R4-lstm-2": 0.9574, "R4-lstm-3": 0.9313,
        "R4-rnn-relu-1-slow-twice": 0.9212, "R4-rnn-relu-2-slow": 0.6344,  # a second reading
    }  # fmt: skip
    assert [studies.recipe(f"R2-{name}").model["cell"] for name in ("rnn-1", "lstm-2")] == ["rnn_relu", "lstm"]
    assert all(studies.recipe(f"R2-{name}").train == r4.train for name in ("rnn-1", "rnn-2", "lstm-1", "lstm-2"))
    gru, regularised = studies.recipe("R3-mnist-gru"), studies.recipe("R3-mnist-gru-reg")
    assert gru.data == dict(name="mnist", validation=10_000)
    assert gru.model == dict(cell="gru", hidden_size=256, layers=2)
    assert gru.train == dict(optimizer="adam", lr=1e-3, batch_size=100, epochs=5)
    assert regularised.train == {**gru.train, "weight_decay": 1e-3}
    assert studies.recipe("R3-mnist-bilstm").model["bidirectional"]
    found = {name: studies.recipe(f"R3-mnist-{name}").published["test_accuracy"] for name in
             ("rnn", "rnn-reg", "gru", "gru-reg", "bilstm", "bilstm-reg")}  # fmt: skip
    assert list(found.values()) == [0.899, 0.890, 0.976, 0.945, 0.964, 0.938]


def test_the_grid_of_r3_has_six_sizes_a_network_and_runs_none_twice():
    for name, own in {"rnn": "2x128", "gru": "2x256", "bilstm": "2x128"}.items():
        row, grid = studies.recipe(f"R3-mnist-{name}"), studies.r3_grid(name)
        assert list(grid) == ["1x64", "1x128", "1x256", "2x64", "2x128", "2x256"]
        assert [cell for cell, id in grid.items() if id == row.id] == [own]
        for cell, id in grid.items():
            model = studies.recipe(id).model
            assert f"{model['layers']}x{model['hidden_size']}" == cell
            assert {**model, "layers": 0, "hidden_size": 0} == {**row.model, "layers": 0, "hidden_size": 0}
            assert (studies.recipe(id).train, studies.recipe(id).data) == (row.train, row.data)
    assert len([id for id in studies.RECIPES if id.startswith("R3-grid-")]) == 15
    with pytest.raises(ValueError, match="name must be one of rnn, gru, bilstm, got 'lstm'"):
        studies.r3_grid("lstm")


def test_the_sample_of_an_mnist_recipe_is_the_digits_with_the_same_share_held_out():
    data = studies.recipe("R3-mnist-gru").load("sample")
    assert (data.steps, data.input_size) == (8, 8)
    assert data.validation.size / (data.train.size + data.validation.size) == pytest.approx(1 / 6, abs=0.01)


def test_the_lag_study_compares_like_with_like():
    lag = {id: r for id, r in studies.RECIPES.items() if id.startswith("lag-")}
    assert len(lag) == 3 * 3 * (2 * 5 + 3 * 6)
    steps = {"adding": 20, "copy": 5, "order": 20}
    data = {task: lag[f"lag-{task}-{steps[task]}-gru-0.01"].load() for task in steps}
    for task, some in data.items():
        sizes = [count_parameters(r.build(some, 0)) for id, r in lag.items() if id.startswith(f"lag-{task}-")]
        assert max(sizes) < 1.05 * min(sizes)
    forget = lag["lag-adding-80-lstm-forget-0.01"].build(data["adding"], 0).recurrent
    bias = (forget.bias_ih_l0 + forget.bias_hh_l0)[32:64]
    torch.testing.assert_close(bias.sigmoid(), torch.full((32,), 1 - 1 / 80), atol=1e-3, rtol=0)
    w = lag["lag-adding-20-rnn-orthogonal-0.01"].build(data["adding"], 0).recurrent.weight_hh_l0
    assert (w @ w.T - torch.eye(len(w))).abs().max() < 1e-4


def test_the_study_of_linear_recurrences_compares_like_with_like(tmp_path):
    modern = {id: r for id, r in studies.RECIPES.items() if id.startswith("modern-")}
    assert len(modern) == 3 * 5 * 4
    for task in ("adding", "copy", "digits"):
        same = [r for id, r in modern.items() if id.startswith(f"modern-{task}-")]
        data = same[0].load()
        sizes = [count_parameters(r.build(data, 0)) for r in same]
        assert max(abs(size / 10_000 - 1) for size in sizes) < 0.03
        for r in same:
            assert r.data == same[0].data
            assert {**r.train, "lr": 0} == {**same[0].train, "lr": 0}
            assert {**r.model, "cell": 0, "hidden_size": 0} == {**same[0].model, "cell": 0, "hidden_size": 0}
    (tmp_path / ".partial").mkdir()
    for id, r in modern.items():  # of each task and cell the middle rate has the lowest loss
        epochs = [{"validation_loss": abs(r.train["lr"] - 3e-3)}]
        studies.add_record({"id": id, "seed": 0, "history": {"epochs": epochs, "best_epoch": 1}}, tmp_path)
    assert set(studies.modern_choices(tmp_path).values()) == {id for id in modern if id.endswith("-0.003")}


def test_the_choice_is_made_by_the_validation_loss_of_seed_0(tmp_path):
    def add(id, seed, validation, test, **others):
        epochs = [{"validation_loss": 9.0}, {"validation_loss": validation}]
        history = {"epochs": epochs, "best_epoch": 2}
        record = {"id": id, "seed": seed, "history": history, "metrics": {"test_loss": test}, **others}
        studies.add_record(record, tmp_path)

    (tmp_path / ".partial").mkdir()
    add("a", 0, 0.3, 0.9)
    add("a", 1, 5.0, 5.0)
    add("b", 0, 0.4, 0.1)
    add("b", 1, 0.1, 0.1)
    assert studies.chosen(["a", "b"], tmp_path) == "a"
    for id, left in (("d", None), ("f", 0.1)):  # with early stopping, weights from before may be left
        add(id, 0, left, None, diverged=True)
        assert studies.chosen([id, "b"], tmp_path) == "b"
    add("e", 0, None, 0.0)
    with pytest.raises(ValueError, match="e must hold out a validation split to be chosen by"):
        studies.chosen(["a", "e"], tmp_path)
    add("c", 1, 0.0, 0.0)
    with pytest.raises(ValueError, match=r"c must have a record of seed 0; run `python -m rnncourse reproduce c"):
        studies.chosen(["a", "c"], tmp_path)


def test_figures_are_by_seed_and_leave_out_what_a_run_does_not_have(tmp_path):
    (tmp_path / ".partial").mkdir()
    for seed, loss in ((2, 0.3), (0, 0.5), (1, None)):
        metrics = {"test_loss": loss, "test_accuracy": 0.1 * seed}
        studies.add_record({"id": "a", "seed": seed, "metrics": metrics}, tmp_path)
    assert list(studies.figures("a", "test_loss", tmp_path).items()) == [(0, 0.5), (2, 0.3)]
    assert studies.figures("a", folder=tmp_path) == {0: 0.0, 1: 0.1, 2: 0.2}
    assert studies.figures("a", "macro_f1", tmp_path) == studies.figures("none", folder=tmp_path) == {}


def test_an_unknown_id_is_named():
    with pytest.raises(ValueError, match=r"names, such as .*R3-grid-gru-2x64.*, got 'R3-gird-gru-2x64'"):
        studies.recipe("R3-gird-gru-2x64")  # the nearest ones
    with pytest.raises(ValueError, match=r"id must be one of \d+ names, such as R1-before, .*, got 'R9'"):
        studies.recipe("R9")


def test_reproduce_makes_each_run_once(tiny, tmp_path):
    made = [(id, seed) for id, seed, _ in studies.reproduce(["tiny"], 2, tmp_path, progress=False)]
    assert made == [("tiny", 0), ("tiny", 1)]
    made = [(id, seed) for id, seed, _ in studies.reproduce(["tiny"], 3, tmp_path, progress=False)]
    assert made == [("tiny", 2)]
    records = studies.records("tiny", tmp_path)
    assert [record["seed"] for record in records] == [0, 1, 2]
    assert len({record["metrics"]["test_loss"] for record in records}) == 3
    assert not list((tmp_path / ".partial").glob("*.pt*"))


def test_a_missing_lower_seed_is_made_up_for(tiny, tmp_path):
    ((_, _, record),) = studies.reproduce(["tiny"], 1, tmp_path / "other", progress=False)
    (tmp_path / ".partial").mkdir()
    studies.add_record({**record, "seed": 1}, tmp_path)
    assert [seed for _, seed, _ in studies.reproduce(["tiny"], 2, tmp_path, progress=False)] == [0]


def test_the_seconds_of_a_record_are_those_of_all_epochs():
    record = studies.records("R1-after")[0]
    assert record["metrics"]["seconds"] == pytest.approx(sum(e["seconds"] for e in record["history"]["epochs"]))


def test_a_record_holds_everything(tiny, tmp_path):
    ((_, _, record),) = studies.reproduce(["tiny"], 1, tmp_path, progress=False)
    assert json.loads(json.dumps(record)) == studies.records("tiny", tmp_path)[0]
    assert set(record["metrics"]) == {
        "test_accuracy", "test_loss", "macro_precision", "macro_recall", "macro_f1", "weighted_precision",
        "weighted_recall", "weighted_f1", "train_loss", "train_accuracy", "seconds", "epochs", "parameters",
    }  # fmt: skip
    assert record["diverged"] is False
    assert sum(map(sum, record["confusion"])) == 30
    assert record["recipe"]["train"]["lr"] == 0.01
    assert len(record["history"]["epochs"]) == record["metrics"]["epochs"] == 2
    assert {"processor", "threads", "versions", "python"} <= set(record["machine"])
    assert record["code"].startswith("0.1.0+")


def test_the_training_figures_of_a_record_are_those_of_the_final_weights():
    data, recipe = toy_data(), dataclasses.replace(TINY, id="tiny-dropout", model={**TINY.model, "dropout": 0.5})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_recipe.datasets, "tiny", lambda seed: data, raising=False)
        record = studies.run(recipe, 1)
    model = recipe.build(data, 1)
    history = fit(model, data, seed=1, progress=False, **recipe.train)
    metrics = record["metrics"]
    assert (metrics["train_loss"], metrics["train_accuracy"]) == mean_loss(model, data.train)
    assert metrics["train_loss"] != history["train_loss"][-1]


def test_a_run_that_diverges_leaves_a_record_that_is_sound(tiny, tmp_path, monkeypatch):
    wild = dataclasses.replace(
        TINY, id="wild", model=dict(cell="rnn_relu", hidden_size=8), train={**TINY.train, "lr": 1e30}
    )
    monkeypatch.setitem(studies.RECIPES, "wild", wild)
    monkeypatch.setitem(wild.train, "optimizer", "sgd")
    with pytest.warns(RuntimeWarning, match="training loss is nan after epoch 1"):
        ((_, _, record),) = studies.reproduce(["wild"], 1, tmp_path, progress=False)
    assert studies.records("wild", tmp_path) == [json.loads(json.dumps(record, allow_nan=False))]
    assert record["diverged"] is True
    assert record["metrics"]["test_loss"] is record["metrics"]["train_loss"] is None
    (epoch,) = record["history"]["epochs"]
    assert epoch["train_loss"] is epoch["validation_loss"] is None
    right = sum(row[i] for i, row in enumerate(record["confusion"]))
    assert record["metrics"]["test_accuracy"] == right / 30


def test_what_is_not_finite_becomes_none_at_any_depth():
    nan, inf = float("nan"), float("inf")
    value = {"a": nan, "b": [1.5, {"c": -inf}, [inf]], "d": 0, "e": "nan", "f": True, "g": (1, 2)}
    assert runs._finite(value) == {"a": None, "b": [1.5, {"c": None}, [None]], "d": 0, "e": "nan", "f": True,
                                   "g": (1, 2)}  # fmt: skip


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_record_that_json_cannot_hold_is_refused_and_the_file_kept(tmp_path, value):
    _prepared(tmp_path)
    _add(tmp_path, 0)
    before = (tmp_path / "tiny.jsonl").read_bytes()
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        studies.add_record({"id": "tiny", "seed": 1, "metrics": {"test_loss": value}}, tmp_path)
    assert (tmp_path / "tiny.jsonl").read_bytes() == before


def test_a_run_that_diverged_counts_in_the_accuracy_and_not_in_the_loss(tiny, tmp_path):
    _prepared(tmp_path)
    own = {"data": {"name": "tiny"}}

    def rows():
        return {row["metric"]: row for row in studies.ledger(["tiny"], tmp_path)}

    figures = [(0.1, None), (0.7, 0.5), (0.9, 0.3)]
    for seed, (accuracy, loss) in enumerate(figures):
        record = {"id": "tiny", "seed": seed, "recipe": own, "diverged": loss is None,
                  "metrics": {"test_accuracy": accuracy, "test_loss": loss}}  # fmt: skip
        studies.add_record(record, tmp_path)
        if seed == 0:
            assert set(rows()) == {"test_accuracy"}  # no row of a loss that no run has
    found = rows()
    accuracy, loss = found["test_accuracy"], found["test_loss"]
    assert (accuracy["n"], loss["n"]) == (3, 2)
    assert (accuracy["mean"], loss["mean"]) == (pytest.approx(1.7 / 3), pytest.approx(0.4))
    assert loss["sd"] == pytest.approx(0.02**0.5)
    assert (accuracy["runs"], accuracy["diverged"]) == (loss["runs"], loss["diverged"]) == (3, 1)
    accuracy, loss = studies.ledger_text([accuracy, loss]).splitlines()[1:]
    assert accuracy.endswith("(3; 1 of 3 diverged)")
    assert loss.endswith("(2; 1 of 3 diverged)")


def test_a_published_loss_is_not_called_not_run_yet_where_every_run_diverged(tiny, tmp_path, monkeypatch):
    _prepared(tmp_path)
    monkeypatch.setitem(TINY.published, "test_loss", 0.3)
    record = {"id": "tiny", "seed": 0, "recipe": {"data": {"name": "tiny"}}, "diverged": True,
              "metrics": {"test_accuracy": 0.1, "test_loss": None}}  # fmt: skip
    studies.add_record(record, tmp_path)
    rows = {row["metric"]: row for row in studies.ledger(["tiny"], tmp_path)}
    assert studies.ledger_text([rows["test_loss"]]).endswith("0.3000 → – (0; 1 of 1 diverged)")


def test_the_looks_of_a_comparison_are_those_of_the_plan(monkeypatch):
    monkeypatch.setattr(plan, "PLAN", {"a-": (3,), "a-b-": (3, 5), "a-b-long": (4,), "c": (3, 5, 10)})
    assert [studies.looks(id) for id in ("a-x", "a-b", "a-b-x", "a-b-long", "c")] == [1, 1, 2, 1, 3]
    assert studies.looks("a-b-x", "c") == 3
    assert studies.looks("a-b-x", "c", paired=True) == 2
    for id in ("b", "cd", "a"):
        with pytest.raises(ValueError, match=f"id must have a number of seeds in PLAN, got '{id}'; write it into"):
            studies.looks("c", id)


def test_every_study_has_a_plan_and_no_recipe_more_runs_than_planned():
    """So that nobody adds seeds to a study without counting one look more."""
    for id in studies.RECIPES:
        numbers = plan.planned(id)
        assert list(numbers) == sorted(set(numbers))
        assert len(studies.records(id)) <= numbers[-1], id


def test_a_broken_off_run_goes_on_from_its_checkpoint(tiny, tmp_path, monkeypatch):
    whole = studies.run(TINY, 0)

    def power_cut(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runs, "evaluate", power_cut)  # after the training, before the record
        with pytest.raises(KeyboardInterrupt):
            list(studies.reproduce(["tiny"], 1, tmp_path, progress=False))
    assert studies.records("tiny", tmp_path) == []
    checkpoint = tmp_path / ".partial" / "tiny-0.pt"
    assert checkpoint.exists()
    ((_, _, record),) = studies.reproduce(["tiny"], 1, tmp_path, progress=False)
    assert record["metrics"]["test_loss"] == whole["metrics"]["test_loss"]


def test_a_run_under_way_elsewhere_is_left_to_it(tiny, tmp_path, capsys):
    (tmp_path / ".partial").mkdir()
    with FileLock(tmp_path / ".partial" / "tiny-0.lock"):
        made = [seed for _, seed, _ in studies.reproduce(["tiny"], 2, tmp_path, progress=False)]
    assert made == [1]
    assert "tiny with seed 0 is under way in another process" in capsys.readouterr().out


def _prepared(folder):
    (folder / ".partial").mkdir()


def _add(folder, seed):
    studies.add_record({"id": "tiny", "seed": seed, "metrics": {}}, folder)


def test_records_written_at_the_same_time_are_all_kept(tmp_path):
    (tmp_path / ".partial").mkdir()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add, args=(tmp_path, seed)) for seed in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [record["seed"] for record in studies.records("tiny", tmp_path)] == [0, 1, 2, 3]


def test_a_line_that_is_no_record_is_named(tmp_path):
    (tmp_path / "R1-after.jsonl").write_text('{"seed": 0}\n{"se')
    with pytest.raises(ValueError, match=r"R1-after.jsonl, line 2 is not a record: .*; restore the file from git"):
        studies.records("R1-after", tmp_path)


def test_the_ledger_adds_up(tiny, tmp_path):
    records = [record for _, _, record in studies.reproduce(["tiny"], 3, tmp_path, progress=False)]
    rows = {row["metric"]: row for row in studies.ledger(["tiny"], tmp_path)}
    values = [record["metrics"]["test_accuracy"] for record in records]
    row = rows["test_accuracy"]
    assert set(row) == {
        "id", "metric", "unit", "published", "runs", "diverged", "n", "mean", "sd", "low", "high"
    }  # fmt: skip
    assert (row["id"], row["unit"], row["published"], row["n"]) == ("tiny", "1", 0.5, 3)
    assert (row["runs"], row["diverged"]) == (3, 0)
    assert row["mean"] == pytest.approx(sum(values) / 3)
    assert row["sd"] == pytest.approx(statistics.stdev(values))
    half = 4.302653 * row["sd"] / 3**0.5
    assert (row["low"], row["high"]) == pytest.approx((row["mean"] - half, row["mean"] + half), abs=1e-6)
    assert (rows["seconds"]["unit"], rows["test_loss"]["unit"]) == ("s", "nat")


def test_the_ledger_leaves_out_what_has_no_meaning_and_gives_each_loss_its_unit():
    def rows(id):
        return {row["metric"]: row["unit"] for row in studies.ledger([id])}

    assert rows("lag-adding-20-gru-0.01") == {"test_accuracy": "1", "test_loss": "1", "seconds": "s"}
    assert rows("R3-add-mse-h5-rnn")["test_loss"] == "1"
    assert rows("R3-add-bce-h5-rnn")["test_loss"] == rows("R1-after")["test_loss"] == "nat"


def test_the_ledger_with_one_run_and_with_none(tiny, tmp_path):
    list(studies.reproduce(["tiny"], 1, tmp_path, progress=False))
    row = studies.ledger(["tiny"], tmp_path)[0]
    assert (row["n"], row["sd"], row["low"], row["high"]) == (1, None, None, None)
    (row, *_) = studies.ledger(["R1-after"], tmp_path)
    assert (row["n"], row["mean"], row["published"]) == (0, None, 0.8570)
    assert "not run yet (0)" in studies.ledger_text([row])
    assert {row["id"] for row in studies.ledger(folder=tmp_path)} == {"tiny"}


def test_the_commands_reproduce_and_ledger(tiny, tmp_path, capsys):
    assert main(["reproduce", "tiny", "--seeds", "2", "--results", str(tmp_path)]) == 0
    assert "tiny seed 1: test accuracy 0." in capsys.readouterr().out
    assert main(["ledger", "tiny", "--results", str(tmp_path)]) == 0
    table = capsys.readouterr().out
    assert "tiny" in table
    assert "0.5000 → 0." in table
    assert "(2)" in table
    assert main(["ledger", "--json", "--results", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == studies.ledger(folder=tmp_path)


def test_the_records_of_the_course_are_sound():
    """Each committed record belongs to the recipe as it stands, and its accuracy is that of its confusion matrix."""
    small_test = len(datasets.digits().test.y)
    for id, recipe in studies.RECIPES.items():
        records = studies.records(id)
        assert len({record["seed"] for record in records}) == len(records)
        for record in records:
            assert record["scale"] == "full"
            assert record["recipe"]["data"] == json.loads(json.dumps(recipe.data))
            assert record["recipe"]["model"] == recipe.model
            assert record["recipe"]["train"] == recipe.train
            assert record["recipe"].get("initial", {}) == recipe.initial
            losses = [epoch["train_loss"] for epoch in record["history"]["epochs"]]
            if record.get("diverged") or "patience" in recipe.train:
                assert len(losses) <= recipe.train["epochs"]
            else:
                assert len(losses) == recipe.train["epochs"]
            assert (losses[-1] is None) == record.get("diverged", False)
            if id.startswith(("lag-", "modern-adding-", "modern-copy-")):  # without classes
                continue
            right = sum(row[i] for i, row in enumerate(record["confusion"]))
            assert record["metrics"]["test_accuracy"] == right / sum(map(sum, record["confusion"]))
            labels = 10_000 * (6 if recipe.widths else 1)  # R3's sums have six bits
            if recipe.data["name"] == "digits":
                labels = small_test
            assert sum(map(sum, record["confusion"])) == labels
            assert [row["width"] for row in record.get("widths", ())] == list(recipe.widths)
    assert min(len(studies.records(id)) for id in ("R1-before", "R1-after")) >= 3


def test_the_ledger_shows_other_widths_under_an_id_of_their_own():
    runs = studies.records("R3-add-bce-h2-lstm")
    rows = {row["metric"]: row for row in studies.ledger(["R3-add-lengths-bce-h2-lstm"])}
    at_20 = [next(w["bit_accuracy"] for w in run["widths"] if w["width"] == 20) for run in runs]
    assert rows["bit_accuracy_20"]["mean"] == pytest.approx(statistics.fmean(at_20))
    assert rows["bit_accuracy_20"]["n"] == len(runs) >= 20
    assert {row["id"] for row in studies.ledger()} >= {"R3-add-lengths-bce-h2-lstm", "R3-add-bce-h2-lstm"}


def test_a_run_takes_numbers_too_small_for_fast_arithmetic_as_zero(tiny, monkeypatch):
    products = []

    def product():
        return (torch.tensor(1e-30) * torch.tensor(1e-10)).item()

    def watched(*arguments, **options):
        products.append(product())
        return fit(*arguments, **options)

    monkeypatch.setattr(runs, "fit", watched)
    assert product() > 0
    studies.run(TINY, 0)
    assert products == [0] and product() > 0  # and as they are afterwards


def test_a_run_goes_on_with_another_number_of_threads(tmp_path):
    """An orthogonal matrix of this size has other last digits when it is made in two threads."""
    train = dict(epochs=1, batch_size=700, lr=0.01, device="cpu")
    recipe = studies.Recipe("x", dict(name="digits"), dict(cell="lstm", hidden_size=256), train, dict(name="keras"))
    before, losses = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            losses.append(studies.run(recipe, 0, checkpoint=tmp_path / "c")["metrics"]["train_loss"])
    finally:
        torch.set_num_threads(before)
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
