"""The benchmark of grading makes a class whose marks are known, and stops where they come out otherwise."""

import json
import runpy
from pathlib import Path

import pytest
from grading_class import needs_sandbox

ROOT = Path(__file__).parents[1]
benchmark = runpy.run_path(str(ROOT / "benchmarks" / "grading.py"))
A1 = ROOT / "assignments" / "a1_cells.py"
pytestmark = pytest.mark.skipif(not A1.exists(), reason="the folder assignments isn't here")


@needs_sandbox
def test_a_small_class_is_graded_and_written(tmp_path, capsys):
    out = tmp_path / "grading.json"
    benchmark["main"](["--students", "3", "--jobs", "2", "--only", "a1_cells", "--out", str(out)])
    (one,) = json.loads(out.read_text())["classes"]
    assert (one["assignment"], one["students"]) == ("a1-cells", 3) and one["seconds"] > 0
    assert "a1_cells: 3 submissions in" in capsys.readouterr().out


@needs_sandbox
def test_other_marks_are_noticed(monkeypatch):
    rows = benchmark["read_table"]

    def changed(path):
        tasks, found = rows(path)
        found[1].marks[next(iter(tasks))] = 0
        return tasks, found

    monkeypatch.setitem(benchmark["measure"].__globals__, "read_table", changed)
    with pytest.raises(RuntimeError, match="the marks of student1 aren't what they must be"):
        benchmark["measure"](A1, 2, 2)


def test_no_students_is_refused(capsys):
    with pytest.raises(SystemExit):
        benchmark["main"](["--students", "0"])
    assert "must be at least 1" in capsys.readouterr().err
