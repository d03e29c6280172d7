"""The page of the ledger says what the records say."""

import json
import shutil

import pytest
import write_ledger
from write_ledger import PAGE, descriptions, figure, lags, markdown, page, places, published, table, tables

from rnncourse import studies
from rnncourse.studies.reach import Reach


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the records."""
    return shutil.copytree(studies.RESULTS, tmp_path_factory.mktemp("ledger") / "results")


@pytest.fixture(scope="module")
def written(folder):
    """The tables of the records as they are."""
    return tables(folder)


def rows(text, id):
    """The lines of the recipe's rows."""
    return [line for line in text.splitlines() if line.startswith(f"| `{id}` |")]


def test_the_page_is_what_the_tool_writes():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make ledger`"


def test_every_recipe_with_records_has_a_row(written):
    made = {path.stem for path in studies.RESULTS.glob("*.jsonl") if not path.stem.startswith("lag-")}
    other = {"R1-after": 3, "R5-gru": 6, "R5-cnn": 5}  # published figures beside the accuracy
    expected = {id: 1 + other.get(id, 0) + id.startswith("R3-add-") for id in made}
    assert {id: len(rows(written, id)) for id in made} == expected


def test_a_changed_record_changes_its_row_alone(folder, written):
    path = folder / "R4-lstm-1.jsonl"
    before = path.read_text(encoding="utf-8")
    first, *others = before.splitlines()
    record = json.loads(first)
    record["metrics"]["test_accuracy"] -= 0.1
    path.write_text("\n".join([json.dumps(record), *others]) + "\n", encoding="utf-8")
    try:
        changed = tables(folder)
    finally:
        path.write_text(before, encoding="utf-8")
    differing = [
        (old, new) for old, new in zip(written.splitlines(), changed.splitlines(), strict=True) if old != new
    ]  # fmt: skip
    assert [old for old, _ in differing] == rows(written, "R4-lstm-1")
    mean = 100 * sum(studies.figures("R4-lstm-1").values()) / 5 - 2
    assert f"| {mean:.1f} |" in differing[0][1]


def test_a_new_run_is_counted(folder, written):
    path = folder / "R4-lstm-3.jsonl"
    before = path.read_text(encoding="utf-8")
    record = json.loads(before.splitlines()[0]) | {"seed": 99, "diverged": True}
    path.write_text(before + json.dumps(record) + "\n", encoding="utf-8")
    try:
        (row,) = rows(tables(folder), "R4-lstm-3")
    finally:
        path.write_text(before, encoding="utf-8")
    (old,) = rows(written, "R4-lstm-3")
    assert "| 5 |  |" in old and "| 6 | 1 |" in row
    assert row.endswith("| – |")  # a mean of good and failed runs has no interval


def test_shared_settings_are_said_once():
    shared, own = descriptions(["R2-lstm-1", "R2-rnn-2"])
    assert "SGD, rate 0.1" in shared and "5 epochs" in shared
    assert own == {"R2-lstm-1": "LSTM, 100 units", "R2-rnn-2": "ReLU RNN, 2 × 100 units"}


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ({"n": 0, "mean": None, "low": None, "high": None}, ("–", "–")),
        ({"n": 1, "mean": 0.9637, "low": None, "high": None}, ("96.4", "–")),
        ({"n": 3, "mean": 0.962, "low": 0.9581, "high": 0.9659}, ("96.20", "95.81 to 96.59")),
        ({"n": 3, "mean": 0.5, "low": 0.3, "high": 0.7}, ("50", "30 to 70")),
        ({"n": 3, "mean": 0.99, "low": 0.97, "high": 1.01}, ("99.0", "97.0 to 100.0")),
        ({"n": 3, "mean": 1.0, "low": 1.0, "high": 1.0}, ("100.0", "all equal")),
        ({"n": 3, "mean": 0.5, "low": 0.3, "high": 0.7, "diverged": 1}, ("50.0", "–")),
        ({"n": 3, "mean": 0.294, "low": 0.286, "high": 0.302, "metric": "test_loss"}, ("0.2940", "0.2860 to 0.3020")),
    ],
)  # fmt: skip
def test_figures_are_rounded_to_what_their_interval_shows(line, texts):
    assert figure({"metric": "test_accuracy", "diverged": 0, **line}) == texts


def test_places_are_two_digits_of_half_an_interval():
    assert [places(half) for half in (35, 3.5, 0.35, 0.035, 1e-9, 0)] == [0, 1, 2, 3, 5, 1]


def test_published_figures_keep_their_digits():
    found = [published({"metric": "test_accuracy", "published": value}) for value in (0.9637, 0.899, 1.0, None)]
    assert found == ["96.37", "89.9", "100.0", ""]
    assert published({"metric": "test_loss", "published": 0.296}) == "0.296"


def test_empty_columns_are_left_out():
    text = markdown(("recipe", "published", "mean"), [("a", "", "1"), ("b", "", "2")], right=("mean",))
    assert text.splitlines() == ["| recipe | mean |", "| --- | --: |", "| a | 1 |", "| b | 2 |"]


def test_recipes_without_runs_are_counted(tmp_path):
    one = write_ledger.Table("## Title", "Text.", ["R2-lstm-1", "R2-lstm-2"])
    assert table(one, tmp_path) == "## Title\n\nText.\n\nNot run: 2 of 2 recipes."


def test_the_lag_study_has_its_table_as_soon_as_it_is_whole(monkeypatch, tmp_path):
    assert lags(tmp_path).endswith("there is no table yet.")
    steps = dict.fromkeys(range(3, 13), 200) | {3: float("inf")}
    found = {("copy", 5, net): Reach(f"lag-copy-5-{net}-0.03", steps, {}) for net in ("rnn", "gru")}
    monkeypatch.setattr(write_ledger, "lag_results", lambda folder: found)
    assert lags(tmp_path).endswith("| copy, 5 | 0.03: 9 of 10 | 0.03: 9 of 10 |")
