"""Whatever a console can't show, and whoever stops reading: every command ends as it should, with its results."""

import argparse
import ast
import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import runner_driver
from grading_class import filled, write_class

import rnncourse as rc
from rnncourse import __main__ as command_line
from rnncourse import commands, studies
from rnncourse.base.console import Console, console, printable
from rnncourse.datasets import DataError, raw
from rnncourse.grading.run import Summary
from rnncourse.studies.attempts import say

ENCODINGS = ("cp1252", "ascii", "latin-1", "utf-8")
TEXT = "0.5 → 0.7 ± 0.1 · ħ ✓"
GRADES = "student,units (10),score,points,status,note\nzoë,3,3,10,graded,\n"
# command → its options, and the files that it must leave in {out}
COMMANDS = {
    "data": ("", ()),
    "train": (
        "--data digits --epochs 1 --hidden 2 --batch-size 700 --device cpu --out {out}",
        ("checkpoint.pt", "history.json", "metrics.json", "weights.pt", "curves.png", "confusion.png"),
    ),
    "reproduce": ("small --seeds 1 --jobs 1 --results {out}", ("small.jsonl",)),
    "exercises": ("cell-lengths", ()),
    "release": (
        "{folder}/class/a0_small.py --students {folder}/class/class.csv --out {out}", ("zoe/a0-small/a0-small.ipynb",),
    ),
    "grade": (
        "{folder}/class/a0_small.py {folder}/class/submissions --students {folder}/class/class.csv --out {out}",
        (),
    ),
    "merge": ("{folder}/grades.csv {folder}/late.csv --out {out}/all.csv", ("all.csv",)),
    "ledger": ("", ()),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A class, two tables of marks and a small recipe."""
    write_class(tmp_path / "class", {"zoe": filled("zoe")})
    (tmp_path / "grades.csv").write_text(GRADES, encoding="utf-8")
    (tmp_path / "late.csv").write_text(GRADES.replace("3", "4"), encoding="utf-8")
    monkeypatch.setitem(studies.RECIPES, "small", runner_driver.small(1))
    # the grading itself, which writes its tables before it returns, needs a sandbox; here its last lines count
    summary = Summary(tmp_path / "märks.csv", {"to be marked": 1}, 1)
    monkeypatch.setattr(commands, "grade_class", lambda *_: summary)
    return tmp_path


def call(command, folder, monkeypatch, stream):
    """Call a command with a stream as its output: (exit status, what it left in its folder)."""
    out = folder / "out"
    options = [part.format(folder=folder, out=out) for part in COMMANDS[command][0].split()]
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    code = command_line.main([command, *options])
    assert (sys.stdout, sys.stderr) == (stream, stream)
    return code, [name for name in COMMANDS[command][1] if not (out / name).exists()]


def test_every_command_is_tried():
    parser = command_line._parser()
    (found,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    assert found.choices.keys() == COMMANDS.keys()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_under_every_encoding(folder, monkeypatch, command, encoding):
    written = io.BytesIO()
    assert call(command, folder, monkeypatch, io.TextIOWrapper(written, encoding=encoding)) == (0, [])
    printed = written.getvalue().decode(encoding)
    assert printed.strip()
    if command == "ledger":
        assert printed.startswith(printable(studies.ledger_text(studies.ledger()), io.TextIOWrapper(written, encoding)))


class Failing:
    """A stream whose every write fails."""

    encoding = "utf-8"

    def __init__(self, number):
        self.error = OSError(number, os.strerror(number))  # a BrokenPipeError where the number is EPIPE

    def write(self, text):
        raise self.error

    def flush(self):
        raise self.error

    def fileno(self):
        raise io.UnsupportedOperation


@pytest.mark.parametrize(("number", "code"), [(errno.EPIPE, 0), (errno.ENOSPC, 1)])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_goes_on_where_nobody_reads(folder, monkeypatch, command, number, code):
    assert call(command, folder, monkeypatch, Failing(number)) == (code, [])


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_help_of_every_command_under_every_encoding(monkeypatch, command, encoding):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    with pytest.raises(SystemExit) as caught:
        command_line.main([command, "--help"])
    assert caught.value.code == 0


def test_an_error_that_the_console_lacks_letters_for(tmp_path, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding="ascii"))
    assert command_line.main(["ledger", "--results", str(tmp_path / "ŷ")]) == 1
    assert b"\\u0177" in written.getvalue()


def test_there_may_be_no_console(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert command_line.main(["exercises"]) == 0


def test_a_bar_and_a_line_above_it_need_no_letters(monkeypatch):
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    say(TEXT)
    for _ in studies.runner.tqdm([1], desc="runs", disable=False):
        pass


def test_what_the_package_prints_by_itself_needs_no_letters(monkeypatch, tmp_path):
    for encoding in ENCODINGS:
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
        rc.check("sequences-counting", 0)  # ✗
        rc.check("sequences-start", ...)  # ·
        for name in rc.exercises.all_exercises():
            if rc.exercises.exercise(name).kind == "open":
                rc.check(name)

    def fail(*_):
        raise DataError("damaged → fetch")

    monkeypatch.setenv("RNNCOURSE_DATA", str(tmp_path))
    monkeypatch.setattr(raw, "is_present", lambda name: True)
    monkeypatch.setattr(raw, "verify", fail)
    monkeypatch.setattr(raw, "torchvision_datasets", fail)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    with pytest.raises(DataError):
        raw.fetch("MNIST")


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", r"0.5 \u2192 0.7 \xb1 0.1 \xb7 \u0127 \u2713"), ("cp1252", r"0.5 \u2192 0.7 ± 0.1 · \u0127 \u2713"),
        ("utf-8", TEXT),
    ],
)  # fmt: skip
def test_what_an_encoding_lacks_is_an_escape(encoding, shown):
    written = io.BytesIO()
    one = Console(io.TextIOWrapper(written, encoding=encoding))
    print(TEXT, end="", file=one, flush=True)
    assert written.getvalue().decode(encoding) == shown
    assert one.lost is None


def test_a_name_of_a_file_that_is_no_text_is_shown():
    assert printable("\udcff.ipynb", io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) == r"\udcff.ipynb"


def test_the_streams_are_put_back_after_an_error():
    before = sys.stdout, sys.stderr
    with pytest.raises(ZeroDivisionError), console():
        raise ZeroDivisionError
    assert (sys.stdout, sys.stderr) == before


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_the_ledger_in_a_file_of_another_encoding(tmp_path, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    with open(tmp_path / "f", "wb") as file:
        done = subprocess.run([sys.executable, "-m", "rnncourse", "ledger"], stdout=file, stderr=-1, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\u2192 ours" in (tmp_path / "f").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="the shell of this test is POSIX's")
def test_a_training_whose_reader_has_enough_leaves_its_results(folder):
    out = folder / "out"
    command = f"{sys.executable} -m rnncourse train {COMMANDS['train'][0].format(out=out)} 2>&1 | head -1"
    environment = {**os.environ, "TQDM_DISABLE": "0"}
    done = subprocess.run(command, shell=True, capture_output=True, encoding="utf-8", env=environment)
    assert done.stdout.count("\n") == 1
    assert json.loads((out / "metrics.json").read_text(encoding="utf-8"))["test_accuracy"] > 0
    assert (out / "weights.pt").exists()


def undecided(source):
    """The lines of a program that read another one's output as text in whatever encoding the locale has."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = [{keyword.arg: keyword for keyword in call.keywords} for call in calls]
    return [names["text"].value.lineno for names in found if "text" in names and "encoding" not in names
            and getattr(names["text"].value, "value", None) is True]  # fmt: skip


def test_the_output_of_programs_is_decoded_alike_in_every_locale():
    root = Path(__file__).resolve().parents[1]
    files = [path for folder in ("rnncourse", "tests", "tools", "benchmarks") for path in (root / folder).rglob("*.py")]
    assert {path.name: lines for path in files if (lines := undecided(path.read_text(encoding="utf-8")))} == {}
    assert undecided("run(a, text=True)\nrun(a, text=True, encoding='utf-8')\nrun(a)") == [1]
