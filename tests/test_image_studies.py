"""Our recipes on images: what they hold equal is equal, the choices among them, and figures of single classes."""

import functools
import itertools
import json

import numpy as np
import pytest
import torch
from sklearn.metrics import precision_recall_fscore_support
from torch import nn

from rnncourse import CNN, MLP, RecurrentModel, count_parameters, studies
from rnncourse.studies.images import COURSE, DECAYS, FAST, IMAGES, MATCHED_CELLS, MATCHED_RATES, ORDERS, fast_ids
from rnncourse.studies.relu import READINGS, RELU, is_near, reading_id

SIZES = {"R5-gru": 520_842, "R5-cnn": 356_234}


@functools.cache
def loaded(data):
    return studies.Recipe("any", json.loads(data), {}, {}).load("sample")


def load(recipe):
    """The sample of a recipe's data, read once for all recipes that share it."""
    return loaded(json.dumps(recipe.data))


def at_full_size(recipe):
    """The recipe's model for images of 28×28 in ten classes, without its weights."""
    arguments = {"input_size": 28, "output_size": 10, **recipe.model}
    kind = arguments.pop("kind", "recurrent")
    if kind != "recurrent" or arguments.get("readout") == "flatten":
        arguments["steps"] = 28
    with torch.device("meta"):
        return {"recurrent": RecurrentModel, "cnn": CNN, "mlp": MLP}[kind](**arguments)


def multiplications(model):
    """The multiplications of weights for one image, counted layer by layer."""
    total = 0

    def count(module, inputs, output):
        nonlocal total
        if isinstance(module, nn.Linear):
            total += module.weight.numel()
        elif isinstance(module, nn.Conv2d):
            total += module.weight.numel() * output.shape[2] * output.shape[3]
        elif isinstance(module, nn.RNNBase):
            total += 28 * sum(w.numel() for name, w in module.named_parameters() if name.startswith("weight"))

    for module in model.modules():
        module.register_forward_hook(count)
    model.eval()(torch.zeros(1, 28, 28, device="meta"))
    return total


def test_r5_is_as_published():
    gru, cnn = studies.recipe("R5-gru"), studies.recipe("R5-cnn")
    assert gru.model == dict(cell="gru", hidden_size=128, readout="flatten", dense=128, dropout=0.25)
    assert cnn.model == dict(kind="cnn", filters=[32, 64, 128], hidden_size=128, dropout=0.25)
    for recipe in (gru, cnn):
        assert recipe.data == dict(name="fashion_mnist", validation=0.2)
        assert recipe.train == dict(
            optimizer="adam", lr=1e-3, batch_size=128, epochs=20, schedule="hold_then_decay", patience=2
        )
        assert recipe.initial == dict(name="keras")
        assert recipe.source == "dang"
        without = studies.recipe(f"{recipe.id}-nodropout")
        assert without.model == {**recipe.model, "dropout": 0.0}
        assert (without.data, without.train, without.initial) == (recipe.data, recipe.train, recipe.initial)
        assert not without.published
    assert gru.published == {
        "test_accuracy": 0.897, "test_loss": 0.296, "recall of Shirt": 0.71, "F1 of Shirt": 0.74,
        "F1 of Sneaker": 0.98, "precision of Trouser": 0.98, "recall of Trouser": 0.97,
    }  # fmt: skip
    assert cnn.published == {
        "test_accuracy": 0.919, "test_loss": 0.243, "recall of Shirt": 0.70, "F1 of Shirt": 0.78,
        "F1 of Trouser": 0.98, "F1 of Bag": 0.99,
    }  # fmt: skip


@pytest.mark.parametrize("id", sorted(SIZES))
def test_r5_builds_its_models_with_the_weights_of_keras(id):
    recipe = studies.recipe(id)
    data = load(recipe)
    assert data.validation.size / (data.train.size + data.validation.size) == pytest.approx(0.2)
    assert (data.train.x.min(), data.train.x.max()) == (0, 1)
    model = recipe.build(data, seed=3)
    assert count_parameters(model) == SIZES[id]
    assert not any(p.any() for name, p in model.named_parameters() if "bias" in name)
    again, other = recipe.build(data, seed=3), recipe.build(data, seed=4)
    assert torch.equal(model.linear.weight, again.linear.weight)
    assert not torch.equal(model.linear.weight, other.linear.weight)


LIKELY_IDS = ("R4-rnn-relu-1-slow-twice", "R4-rnn-relu-2-slow")


@pytest.mark.parametrize("recipe", [*IMAGES, *RELU], ids=lambda recipe: recipe.id)
def test_every_image_recipe_of_ours_builds_and_has_the_size_that_it_should(recipe):
    data = load(recipe)
    assert recipe.build(data, 0)(data.train.x[:2]).shape == (2, 10)
    size = count_parameters(at_full_size(recipe))
    if recipe.id.startswith("matched-") or (recipe.id.startswith("order-") and "-mlp-wide-" not in recipe.id):
        assert size == pytest.approx(100_000, rel=0.05)
    elif recipe.id.startswith(("course-", "fast-")):
        assert size <= 620_000
    if recipe.data["name"] == "fashion_mnist":
        assert count_parameters(recipe.build(data, 0)) == size
    assert recipe.source == "course"
    assert bool(recipe.published) == (recipe.id in LIKELY_IDS)


def test_the_likely_reading_has_the_figures_of_the_report():
    for layers, id in enumerate(LIKELY_IDS, start=1):
        published = studies.recipe(f"R4-rnn-relu-{layers}").published["test_accuracy"]
        assert studies.recipe(id).published == {"test_accuracy": published}


def test_every_image_recipe_of_ours_is_found_by_its_id_and_is_made_once():
    ours = (*IMAGES, *RELU)
    assert all(studies.RECIPES[recipe.id] is recipe for recipe in ours)
    assert len({json.dumps([r.data, r.model, r.train, r.initial], sort_keys=True) for r in ours}) == len(ours)


@pytest.mark.parametrize("order", ORDERS)
def test_the_networks_compared_by_order_do_the_same_work(order):
    nets = {name: studies.recipe(f"order-{name}-{order}") for name in ("lstm", "cnn", "mlp", "mlp-wide")}
    work = {name: multiplications(at_full_size(recipe)) for name, recipe in nets.items()}
    assert work["cnn"] == pytest.approx(work["lstm"], rel=0.3)
    assert work["mlp-wide"] == pytest.approx(work["lstm"], rel=0.3)
    assert work["mlp"] < 0.1 * work["lstm"]
    assert all(recipe.data["order"] == order and recipe.train == nets["lstm"].train for recipe in nets.values())


@pytest.mark.parametrize("order", ORDERS)
def test_a_recipe_reads_its_images_in_its_order(order):
    recipe = studies.recipe(f"order-lstm-{order}")
    x, rows = recipe.load("sample").train.x, studies.recipe("order-lstm-rows").load("sample").train.x
    assert torch.equal(x.flatten(1).sort(1).values, rows.flatten(1).sort(1).values)
    assert torch.equal(x, rows) == (order == "rows")
    assert torch.equal(x, rows.mT) == (order == "columns")
    assert torch.equal(x.sum(2).sort(1).values, rows.sum(2).sort(1).values) == (order in ("rows", "shuffled_rows"))


def test_a_reading_is_two_recipes_and_a_run_is_near_by_its_share_of_wrong_images():
    assert reading_id(1, "") == "R4-rnn-relu-1"
    for one, two in READINGS.values():
        assert studies.recipe(reading_id(1, one)).model["layers"] == 1
        assert studies.recipe(reading_id(2, two)).model["layers"] == 2
    # 92 % has 8 % of wrong images, so 6 to 10 % are near; 60 % has 40 %: 30 to 50
    assert [is_near(0.92, a) for a in (0.899, 0.901, 0.939, 0.941)] == [False, True, True, False]
    assert [is_near(0.6, a) for a in (0.49, 0.51, 0.69, 0.71)] == [False, True, True, False]


def test_each_change_to_r4_and_r3_is_the_one_that_its_id_says():
    def differs(id, from_id):
        ours, theirs = studies.recipe(id), studies.recipe(from_id)
        parts = {part: (getattr(ours, part), getattr(theirs, part)) for part in ("data", "model", "train", "initial")}
        keys = {(part, key) for part, pair in parts.items() for key in (*pair[0], *pair[1])}
        pairs = {(part, key): [one.get(key) for one in parts[part]] for part, key in keys}
        return {place: now for place, (now, before) in pairs.items() if now != before}

    for layers in (1, 2, 3):
        assert differs(f"R4-lstm-{layers}-long", f"R4-lstm-{layers}") == {("train", "epochs"): 15}
    slow = {("train", "lr"): 0.01}
    changes = {
        "slow": slow, "clipped": {("train", "clip_norm"): 1.0}, "orthogonal": {("initial", "name"): "orthogonal"},
        "slow-keras": slow | {("initial", "name"): "keras"}, "slow-twice": slow | {("train", "epochs"): 10},
        "slow-momentum": slow | {("train", "optimizer"): "momentum"},
        "slower-momentum": {("train", "lr"): 0.001, ("train", "optimizer"): "momentum"},
        "slow-normalised": slow | {("data", "value_range"): (pytest.approx(-0.424213), pytest.approx(2.821487))},
        **{f"lr{rate:g}": {("train", "lr"): rate} for rate in (0.02, 0.03, 0.05, 0.07)},
    }  # fmt: skip
    for layers, (name, change) in itertools.product((1, 2), changes.items()):
        base = f"R4-rnn-relu-{layers}"
        assert differs(f"{base}-{name}", base) == change
    assert {f"R4-rnn-relu-{layers}-{name}" for layers in (1, 2) for name in changes} == {r.id for r in RELU}
    for name in ("rnn", "rnn-reg"):
        long = differs(f"R3-mnist-{name}-long", f"R3-mnist-{name}")
        assert {key: value for key, value in long.items() if value} == {("train", "epochs"): 20}
    for optimizer, values in DECAYS.items():
        for value in values:
            change = {("train", "weight_decay"): value, ("train", "optimizer"): optimizer}
            if optimizer == "adam":
                del change["train", "optimizer"]
            assert differs(f"decay-{optimizer}-{value:g}", "R3-mnist-rnn") == change
    for cell in ("gru", "lstm"):
        assert differs(f"R1-after-small-{cell}", "R1-after-small") == {("model", "cell"): cell}
    assert differs("R1-after-small-dropout", "R1-after-small") == {("model", "dropout"): 0.25}


# --- choices ---


@pytest.fixture
def add(tmp_path):
    (tmp_path / ".partial").mkdir()

    def add(id, loss=1.0, accuracy=0.5, seed=0, **others):
        epochs = [{"validation_loss": 9.0, "validation_accuracy": 0.1},
                  {"validation_loss": loss, "validation_accuracy": accuracy}]  # fmt: skip
        record = {"id": id, "seed": seed, "history": {"epochs": epochs, "best_epoch": 2}, **others}
        studies.add_record(record, tmp_path)

    return add


def test_the_rates_of_the_matched_networks_are_chosen_each_on_its_own(add, tmp_path):
    best = dict(zip(MATCHED_CELLS, (*MATCHED_RATES, MATCHED_RATES[0]), strict=True))
    for variant, rate in itertools.product(MATCHED_CELLS, MATCHED_RATES):
        add(f"matched-{variant}-{rate:g}", loss=0.2 if rate == best[variant] else 0.3)
        add(f"matched-{variant}-{rate:g}", loss=0.0 if rate != best[variant] else 0.4, seed=1)
    chosen = studies.matched_choices(tmp_path)
    assert chosen == {
        "rnn": "matched-rnn-0.0003", "rnn-orthogonal": "matched-rnn-orthogonal-0.001", "gru": "matched-gru-0.003",
        "lstm": "matched-lstm-0.0003",
    }  # fmt: skip
    assert set(chosen.values()) <= set(studies.RECIPES)


def test_a_matched_network_that_diverged_is_not_chosen(add, tmp_path):
    for variant, rate in itertools.product(MATCHED_CELLS, MATCHED_RATES):
        diverged = rate != 3e-3
        add(f"matched-{variant}-{rate:g}", loss=None if diverged else 2.3, diverged=diverged)
    assert set(studies.matched_choices(tmp_path).values()) == {f"matched-{variant}-0.003" for variant in MATCHED_CELLS}


def test_the_course_chooses_one_recipe_a_task(add, tmp_path):
    losses = {"digits-plain": 0.03, "digits-shift": 0.02, "clothes-1x96": 0.3, "clothes-1x96-faster": 0.28,
              "clothes-1x128-faster": 0.29, "cnn-plain": 0.2, "cnn-flip": 0.21,
              "cnn-keras": 0.22, "cnn-light": 0.23, "cnn-longer": 0.24}  # fmt: skip
    assert sorted(losses) == sorted(itertools.chain(*COURSE.values()))
    for name, loss in losses.items():
        task = next(task for task, names in COURSE.items() if name in names)
        with pytest.raises(ValueError, match=f"{name} must have a record of seed 0; run `python"):
            studies.course_choice(task, tmp_path)
        add(f"course-{name}", loss)
    best = {"digits": "course-digits-shift", "clothes": "course-clothes-1x96-faster", "cnn": "course-cnn-plain"}
    assert {task: studies.course_choice(task, tmp_path) for task in COURSE} == best
    with pytest.raises(ValueError, match="task must be one of digits, clothes, cnn, got 'mnist'"):
        studies.course_choice("mnist", tmp_path)


def test_candidates_that_one_seed_cannot_tell_apart_are_told_apart_by_several(add, tmp_path):
    first = {"cnn-plain": 0.2, "cnn-flip": 0.201, "cnn-keras": 0.203, "cnn-light": 0.3, "cnn-longer": 0.3}
    for name, loss in first.items():
        add(f"course-{name}", loss)
    assert studies.course_choice("cnn", tmp_path) == "course-cnn-plain"
    add("course-cnn-plain", 0.22, seed=1)
    assert studies.course_choice("cnn", tmp_path) == "course-cnn-plain"  # the other has no second seed yet
    add("course-cnn-flip", 0.21, seed=1)
    add("course-cnn-plain", 0.1, seed=2)  # and this seed no counterpart
    add("course-cnn-keras", 0.1, seed=1)  # not as good with seed 0
    assert studies.course_choice("cnn", tmp_path) == "course-cnn-flip"


def test_the_fast_choice_is_the_cheapest_that_beats_the_report_on_validation(add, tmp_path):
    small, middle, large = fast_ids("R1-after")[:3]  # published: 0.857
    with pytest.raises(ValueError, match=f"{small} must have a record of seed 0, as it is cheaper than the next; run "):
        studies.fast_choice("R1-after", tmp_path)
    add(small, accuracy=0.8619)
    add(small, accuracy=0.99, seed=1)
    assert studies.fast_choice("R1-after", tmp_path, margin=0.004) == small
    add(large, accuracy=0.9)
    with pytest.raises(ValueError, match=f"{middle} must have a record of seed 0"):
        studies.fast_choice("R1-after", tmp_path)
    add(middle, accuracy=0.8621)
    assert studies.fast_choice("R1-after", tmp_path) == middle


def test_the_fast_choice_says_when_there_is_none(add, tmp_path):
    for id in fast_ids("R5-cnn"):
        add(id, accuracy=0.9239)
    with pytest.raises(ValueError, match=r"no record of fast-cnn-128x4 … .* has a validation accuracy of 0\.9240; "):
        studies.fast_choice("R5-cnn", tmp_path)
    for id in ("R2-lstm-1", "R9"):
        with pytest.raises(ValueError, match=f"id must be one of {', '.join(FAST)}, got '{id}'"):
            studies.fast_choice(id, tmp_path)


@pytest.mark.parametrize("id", FAST)
def test_the_fast_recipes_go_from_the_cheapest_on_and_differ_in_nothing_else(id):
    recipes = [studies.recipe(fast) for fast in fast_ids(id)]
    assert [recipe.id for recipe in recipes] == [
        f"fast-{FAST[id]}-{recipe.model['hidden_size']}x{recipe.train['epochs']}" for recipe in recipes
    ]
    costs = [recipe.train["epochs"] * multiplications(at_full_size(recipe)) for recipe in recipes]
    assert costs == sorted(costs)
    same = [
        (r.data, {**r.model, "hidden_size": 0}, {**r.train, "epochs": 0}, r.initial) for r in recipes
    ]  # fmt: skip
    assert all(one == same[0] for one in same)
    assert recipes[0].data["name"] == studies.recipe(id).data["name"]
    assert recipes[0].data["validation"]


# --- figures of single classes ---


def record_of(id, seed):
    """A record whose confusion matrix is random; one class is never answered. With its labels, truth and answers."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 10, 2000)
    answers = np.where(rng.random(2000) < 0.7, truth, rng.integers(0, 10, 2000))
    answers[answers == 3] = 4
    confusion = np.zeros((10, 10), dtype=int)
    np.add.at(confusion, (truth, answers), 1)
    recipe = {"data": studies.recipe(id).data}
    metrics = {"test_accuracy": float((truth == answers).mean()), "test_loss": 0.5}
    record = {"id": id, "seed": seed, "recipe": recipe, "metrics": metrics, "confusion": confusion.tolist()}
    return record, truth, answers


def test_the_evaluation_of_a_record_is_that_of_its_answers():
    record, truth, answers = record_of("R5-gru", 0)
    ours = studies.evaluation(record)
    assert ours.classes[6] == "Shirt"
    assert ours.accuracy == pytest.approx((truth == answers).mean())
    assert studies.evaluation(record_of("R4-lstm-1", 0)[0]).classes == tuple("0123456789")


def test_figures_of_single_classes_stand_in_the_ledger(tmp_path):
    (tmp_path / ".partial").mkdir()
    figures = []
    for seed in range(3):
        record, truth, answers = record_of("R5-gru", seed)
        studies.add_record(record, tmp_path)
        columns = precision_recall_fscore_support(truth, answers, labels=range(10), zero_division=0.0)
        figures.append(np.stack(columns[:3]))
    precision, recall, f1 = np.mean(figures, axis=0)
    rows = {row["metric"]: row for row in studies.ledger(["R5-gru"], tmp_path)}
    expected = {"recall of Shirt": recall[6], "F1 of Shirt": f1[6], "F1 of Sneaker": f1[7],
                "precision of Trouser": precision[1], "recall of Trouser": recall[1]}  # fmt: skip
    for metric, value in expected.items():
        row = rows[metric]
        assert row["mean"] == pytest.approx(value, abs=1e-12)
        assert (row["unit"], row["n"]) == ("1", 3)
        assert row["published"] == studies.recipe("R5-gru").published[metric]
    assert [name for name in rows if " of " in name] == list(expected)  # those that the report gives


def test_every_published_metric_of_images_can_be_measured(tmp_path):
    (tmp_path / ".partial").mkdir()
    for id in ("R5-gru", "R5-cnn"):
        studies.add_record(record_of(id, 0)[0], tmp_path)
        rows = [row for row in studies.ledger([id], tmp_path) if row["published"] is not None]
        assert len(rows) == len(studies.recipe(id).published)
        assert all(row["n"] == 1 for row in rows)
