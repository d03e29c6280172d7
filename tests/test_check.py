"""`make check` finds the tests of what was changed."""

import subprocess

import check
import pytest
from chapters import ROOT


@pytest.mark.parametrize(
    ("path", "tests", "notebooks", "words"),
    [
        ("tests/test_cells.py", ["tests/test_cells.py"], [], []),
        ("rnncourse/exercises/lstm_chrono.py", [], [], ["lstm-chrono"]),
        ("book/lstm.ipynb", sorted(check.BOOK), ["book/lstm.ipynb"], ["lstm"]),
        ("book/glossary.md", sorted(check.BOOK), [], []),
        ("README.md", [], [], []),
        ("rnncourse/results/lag-copy-5-gru-0.01.jsonl", check.RECORDS, ["book/how_long_is_long_term.ipynb"], []),
    ],
)
def test_what_is_chosen_for_a_path(path, tests, notebooks, words):
    assert check.selection([path]) == (tests, notebooks, words)


def test_records_that_no_notebook_names_belong_to_all_that_read_records(tmp_path):
    (tmp_path / "book").mkdir()
    for name, text in (("a", "rc.studies.records('R1-before')"), ("b", "rc.studies.chosen()"), ("c", "rc.fit")):
        (tmp_path / "book" / f"{name}.ipynb").write_text(text)
    assert check.reading("R1-after", tmp_path) == ["book/a.ipynb"]
    assert check.reading("matched-gru", tmp_path) == ["book/a.ipynb", "book/b.ipynb"]


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("rnncourse/networks/cells.py", "tests/test_cells.py"),
        ("rnncourse/training/losses.py", "tests/test_losses.py"),
        ("rnncourse/exercises/_number.py", "tests/test_rooms.py"),
        ("rnncourse/studies/__init__.py", "tests/test_studies.py"),
        ("tools/write_order.py", "tests/test_order.py"),
    ],
)
def test_a_module_has_the_tests_that_name_it(path, test, tmp_path):
    (tmp_path / "tests").mkdir()
    for name in ("test_cells.py", "test_losses.py", "test_studies.py", "test_order.py"):
        (tmp_path / "tests" / name).write_text((ROOT / "tests" / name).read_text(encoding="utf-8"))
    (tmp_path / "tests" / "test_rooms.py").write_text("from rnncourse.exercises import _number")
    (tmp_path / "tests" / "test_else.py").write_text("cells_of, renumber")
    tests, notebooks, words = check.selection([path], tmp_path)
    assert test in tests and "tests/test_else.py" not in tests and not notebooks and not words


def test_changed_and_unknown_files_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(check, "ROOT", tmp_path)
    git = lambda *words: subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)  # noqa: E731
    git("init", "--quiet")
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text("1")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "all")
    (tmp_path / "a.py").write_text("2")
    (tmp_path / "b.py").unlink()
    (tmp_path / "new.py").write_text("1")
    assert check.changed("HEAD") == ["a.py", "new.py"]


def test_the_calls_of_pytest():
    calls = list(check.commands(["tests/test_cells.py"], ["book/lstm.ipynb"], ["lstm"]))
    assert [call[-1] for call in calls] == ["tests/test_cells.py", "(lstm) and not reexecution", "book/lstm.ipynb"]
    assert all("--nbval" in call for call in calls[2:]) and list(check.commands([], [], [])) == []
