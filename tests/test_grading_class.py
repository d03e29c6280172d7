"""A class is graded by one command: the right marks, whatever stops it, whoever sits in it."""

import csv
import dataclasses
import json
import os
import runpy
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from grading_class import ASSIGNMENT, FULL, SOURCE, filled, needs_sandbox, right_answers, sandbox_works, write_class
from support import HANGING

from rnncourse.__main__ import main
from rnncourse.exercises._kinds import Verdict, answer_of
from rnncourse.grading import Number, load, run
from rnncourse.grading.answers import Answers
from rnncourse.grading.assignment import seed_of
from rnncourse.grading.isolation import Bubblewrap, IsolationError, Unsafe
from rnncourse.grading.judge import UNGRADED, Graded, Mark, grade
from rnncourse.grading.proof import prove
from rnncourse.grading.run import grade_class
from rnncourse.grading.session import LateError, Session, StartError
from rnncourse.grading.table import read_table

solved = runpy.run_path(str(Path(__file__).resolve().parents[1] / "benchmarks" / "grading.py"))["submission"]
SOURCES = sorted((Path(__file__).resolve().parents[1] / "assignments").glob("a*.py"))  # none in a fork without them
posix_only = pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")

WRONG = {
    "count": "answer_count = 1", "pick": 'answer_pick = "a"', "double": "def double(x):\n    return x + 1",
    "shift": "def shift(x):\n    x += 1\n    return x",
}  # fmt: skip
HOSTILE = (
    "def double(x):\n    import os\n    os._exit(0)",
    "def double(x):\n    while True:\n        pass",
    "class Same:\n    __eq__ = lambda self, other: True\ndef double(x):\n    return Same()",
    "import torch\ntorch.allclose = lambda *a, **o: True\ndef double(x):\n    return x",
    "def double(x):\n    return b'x' * 10**8",
)


def class_of_30():
    """student → (notebook, marks)."""
    made = {}
    for n in range(12):
        made[f"right{n}"] = filled(f"right{n}"), FULL
    tasks = list(WRONG)
    for n in range(8):  # one or two tasks are wrong
        wrong = {task: WRONG[task] for task in tasks[n % 4 : n % 4 + 1 + n // 4]}
        made[f"partly{n}"] = filled(f"partly{n}", **wrong), {**FULL, **dict.fromkeys(wrong, 0)}
    for n in range(5):
        made[f"wrong{n}"] = filled(f"wrong{n}", **WRONG), {**dict.fromkeys(FULL, 0), "essay": None}
    for n, code in enumerate(HOSTILE):
        made[f"hostile{n}"] = filled(f"hostile{n}", double=code), {**FULL, "double": 0}
    return made


@needs_sandbox
@posix_only
def test_a_class_of_30_with_two_kills_has_the_right_marks(tmp_path):
    made = class_of_30()
    source, submissions, roster = write_class(tmp_path / "class", {name: data for name, (data, _) in made.items()})
    out = tmp_path / "grades"
    records = out / "records" / "a0-small"

    def start(jobs):
        return subprocess.Popen(
            [sys.executable, "-m", "rnncourse", "grade", source, submissions, "--students", roster, "--out", out,
             "--jobs", str(jobs)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def known():
        return {path.name: path.stat().st_mtime_ns for path in records.glob("*.json")} if records.exists() else {}

    for jobs, enough in ((2, 6), (1, 14)):
        process = start(jobs)
        deadline = time.monotonic() + HANGING
        while len(known()) < enough and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
        process.communicate()
        assert enough <= len(known()) < 30
        assert not (out / "a0-small.csv").exists()
    before = known()
    process = start(2)
    printed, errors = process.communicate(timeout=HANGING)
    assert process.returncode == 0, errors
    assert "to be marked: 30" in printed
    after = known()
    assert len(after) == 30
    assert {name: after[name] for name in before} == before, "what was graded isn't graded again"
    _, rows = read_table(out / "a0-small.csv")
    assert {row.student: row.marks for row in rows} == {name: marks for name, (_, marks) in made.items()}
    assert len(list((out / "feedback").rglob("*.html"))) == 30


@pytest.fixture
def small_class(tmp_path):
    """What `grade` needs for a class of three, one of whom handed in nothing."""
    notebooks = {"ann": filled("ann"), "bob": filled("bob", **WRONG), "carol": None}
    return *write_class(tmp_path / "class", notebooks), tmp_path / "grades"


@needs_sandbox
def test_the_command_leaves_a_table_pages_and_a_file_for_nbgrader(small_class, capsys):
    source, submissions, roster, out = small_class
    (submissions / "dave.ipynb").write_text("{}")
    command = ["grade", *map(str, (source, submissions)), "--students", str(roster), "--out", str(out), "--jobs", "1"]
    assert main(command) == 0
    assert "missing: 1, to be marked: 2, unmatched: 1" in capsys.readouterr().out
    _, rows = read_table(out / "a0-small.csv")
    assert [(row.student, row.score, row.status) for row in rows] == [
        ("ann", 18, "to be marked"), ("bob", 0, "to be marked"), ("carol", None, "missing"), ("", None, "unmatched"),
    ]  # fmt: skip
    assert rows[3].note == "dave.ipynb matches no student of the class"
    with (out / "a0-small.nbgrader.csv").open() as stream:
        lines = {line["student_id"]: line for line in csv.DictReader(stream)}
    assert (lines["ann"]["score"], lines["ann"]["max_score"], lines["carol"]["score"]) == ("18", "20", "")
    page = (out / "feedback" / "bob" / "a0-small" / "a0-small.html").read_text()
    for part in (
        "keeps its inputs", "shift changed its input x; work on a copy", "for x = tensor [[", "hint: In place are",
        "isn&#x27;t the number", "too low",
    ):  # fmt: skip
        assert part in page
    assert "Nothing was handed in" in (out / "feedback" / "carol" / "a0-small" / "a0-small.html").read_text()


@needs_sandbox
def test_only_what_changed_is_graded_again(small_class, monkeypatch):
    source, submissions, roster, out = small_class
    graded = []

    def counting(assignment, salt, student, *rest):
        graded.append(student)
        return grade(assignment, salt, student, *rest)

    monkeypatch.setattr(run, "grade", counting)
    monkeypatch.setattr(run, "prove", lambda *arguments: None)

    def again():
        graded.clear()
        grade_class(source, submissions, roster, out, jobs=1)
        return sorted(graded)

    assert again() == ["ann", "bob"]
    assert again() == []
    (submissions / "bob.ipynb").write_text(json.dumps(filled("bob")))
    assert again() == ["bob"]
    (out / "records" / "a0-small" / "ann.json").write_text('{"key": ')
    assert again() == ["ann"]
    source.write_text(SOURCE + "\n# another version\n")
    assert again() == ["ann", "bob"]


def outcome(points, property=None):
    """What `grade` gives for a submission with one mark."""
    return Graded((Mark("count", points, 5, property, "told"),))


WAITED = outcome(None, UNGRADED)


@pytest.mark.parametrize("jobs", [1, 2])
def test_who_had_no_time_is_graded_once_more_after_the_others_and_then_by_the_next_call(small_class, monkeypatch, jobs):
    source, submissions, roster, out = small_class
    order, results = [], {"ann": [WAITED, WAITED, outcome(5)], "bob": [outcome(0)]}

    def work(job, limited=False):
        order.append(job.student)
        return job, results[job.student].pop(0)

    monkeypatch.setattr(run, "_work", work)
    monkeypatch.setattr(run, "in_processes", lambda work, arguments, jobs: (work(*one) for one in arguments))

    def row():
        summary = grade_class(source, submissions, roster, out, jobs=jobs, unsafe=True)
        return summary.counts, read_table(out / "a0-small.csv")[1][0]

    counts, ann = row()
    assert order == ["ann", "bob", "ann"]
    assert counts == {"graded": 1, "missing": 1, "try again": 1}
    assert (ann.marks["count"], ann.status) == (None, "try again")
    assert "run the same command again" in ann.note and "count: told" in ann.note
    counts, ann = row()
    assert order[3:] == ["ann"]
    assert counts == {"graded": 2, "missing": 1}
    assert ann.marks["count"] == 5


def test_the_command_says_that_somebody_had_no_time(small_class, monkeypatch, capsys):
    source, submissions, roster, out = small_class
    monkeypatch.setattr(run, "_work", lambda job, limited=False: (job, WAITED))
    command = ["grade", *map(str, (source, submissions)), "--students", str(roster), "--out", str(out), "--jobs", "1"]
    assert main([*command, "--unsafe"]) == 1
    assert "missing: 1, try again: 2" in capsys.readouterr().out


def test_a_student_is_graded_again_whatever_the_record_says(small_class, monkeypatch, capsys):
    source, submissions, roster, out = small_class
    graded, result = [], outcome(0)

    def work(job, limited=False):
        graded.append(job.student)
        return job, result

    monkeypatch.setattr(run, "_work", work)
    command = ["grade", *map(str, (source, submissions)), "--students", str(roster), "--out", str(out), "--jobs", "1"]
    command.append("--unsafe")
    assert main(command) == 0
    assert main(command) == 0
    assert graded == ["ann", "bob"]
    result = outcome(5)
    assert main([*command, "--again", "bob"]) == 0
    assert graded == ["ann", "bob", "bob"]
    rows = read_table(out / "a0-small.csv")[1]
    assert [row.marks["count"] for row in rows] == [0, 5, None]
    result = WAITED  # then the old record mustn't come back either
    assert main([*command, "--again", "ann", "--again", "bob"]) == 1
    assert graded[3:] == ["ann", "bob", "ann", "bob"]
    assert [row.marks["count"] for row in read_table(out / "a0-small.csv")[1]] == [None, None, None]
    assert not list((out / "records").rglob("*.json"))
    assert main([*command, "--again", "zoe"]) == 1
    assert "again must name students of the class, got zoe" in capsys.readouterr().err


CLOCKS = {  # code of a cell before the answers → property of each answer: None where it is right
    "the cells end by themselves": ("", {"count": None, "double": None}),
    "a cell that waits, and all answers": ("import time; time.sleep(600)", {"count": None, "double": None}),
    "a cell that waits, and no answer after it": (
        "import time; time.sleep(600)\nanswer_count = 15", {"count": UNGRADED, "double": None},
    ),
    "a cell that computes": ("while True: pass", {"count": "missing", "double": None}),
}  # fmt: skip


@posix_only
@pytest.mark.parametrize("name", CLOCKS)
def test_a_cell_that_the_clock_stopped_makes_no_answer_wrong(name, monkeypatch):
    """Unless it had computed for as long as a student is told."""
    code, wanted = CLOCKS[name]
    if "while" in code:  # stopped by its own processor time, however busy the machine is
        monkeypatch.setattr("rnncourse.grading.answers.WAIT", 100.0)
    answers = {} if wanted["count"] is None else {"count": code}
    small = dataclasses.replace(ASSIGNMENT, seconds=1.0)
    content = json.dumps(filled("ann", before=code if not answers else "", **answers)).encode()
    isolation = Bubblewrap() if sandbox_works() else Unsafe()
    found = {mark.task: mark for mark in grade(small, "s", "ann", content, isolation).marks}
    assert {task: found[task].property for task in wanted} == wanted
    for task, property in wanted.items():
        assert found[task].points == {None: FULL[task], UNGRADED: None, "missing": 0}[property]


@needs_sandbox
def test_other_hidden_cases_for_another_file_and_for_another_secret(monkeypatch):
    seeds = []

    def recorded(*names):
        if names[0] != "told":
            seeds.append(seed_of(*names))
        return seed_of(*names)

    monkeypatch.setattr("rnncourse.grading.judge.seed_of", recorded)
    for secret, extra in (("s", "1"), ("s", "1"), ("s", "2"), ("t", "1")):
        content = json.dumps(filled("ann", before=extra)).encode()
        assert grade(ASSIGNMENT, secret, "ann", content, Bubblewrap()).marks[2].points == 6
    first, same, other_file, other_secret = (seeds[n : n + 4] for n in range(0, 16, 4))
    assert first == same
    assert not set(first) & set(other_file)
    assert not set(first) & set(other_secret)


def test_two_can_not_grade_into_one_folder(small_class):
    source, submissions, roster, out = small_class
    with run._alone(out), pytest.raises(ValueError, match=r"no other `grade` writes to, and one writes to .*grades"):
        grade_class(source, submissions, roster, out, jobs=1, unsafe=True)
    with run._alone(out):
        assert not (out / "a0-small.csv").exists()


@pytest.mark.parametrize("always", [False, True])
def test_an_answer_that_can_not_be_judged_loses_its_task_only_and_an_assignment_that_can_not_judge_says_so(
    always, monkeypatch
):
    def judged(self, answer):
        if always or answer == 1:
            raise ArithmeticError("no way")
        return Verdict(None, "right")

    monkeypatch.setattr(Number, "judge", judged)
    content = json.dumps(filled("ann", count="answer_count = 1")).encode()
    if always:
        with pytest.raises(ArithmeticError):
            grade(ASSIGNMENT, "s", "ann", content, Unsafe())
    else:
        graded = grade(ASSIGNMENT, "s", "ann", content, Unsafe())
        assert {mark.task: mark.points for mark in graded.marks} == {**FULL, "count": 0}
        assert graded.marks[0].message == "what came back can't be judged: ArithmeticError: no way"


def test_cells_that_sleep_are_not_run_again_for_ever():
    with Answers(ASSIGNMENT, ["x = 1"], Unsafe()) as answers:
        answers.session().kill()
        answers.session().kill()  # a task may end its process
        answers._start -= 3600
        with pytest.raises(LateError, match="there is no time left to start its process again"):
            answers.session()


HONEST = """
import rnncourse as rc
from rnncourse.cells import RNNCell
assert rc.cells.RNNCell is RNNCell
import threading, tempfile, torch
import matplotlib.pyplot as plt
plt.plot(torch.randn(3))
plt.savefig(tempfile.mktemp(suffix=".png"))
plt.show()
display(plt.gcf())
thread = threading.Thread(target=rc.count_parameters, args=(rc.RecurrentModel("lstm", 3, 4, 2),))
thread.start()
thread.join()
%timeit 1
torch.save(torch.ones(2), "weights.pt")
assert "cells" in dir(rc) and rc.__version__
from rnncourse import *
count_parameters(RecurrentModel("lstm", 3, 4, 2))
torch.ones(3, requires_grad=True).sum().backward()
import asyncio
await asyncio.gather(asyncio.sleep(0), asyncio.to_thread(print))
"""


@needs_sandbox
def test_what_an_honest_notebook_does_works_in_the_sandbox():
    patient = dataclasses.replace(ASSIGNMENT, seconds=60.0)  # it loads the whole package
    graded = grade(patient, "s", "ann", json.dumps(filled("ann", before=HONEST)).encode(), Bubblewrap())
    assert graded.cells == ()
    assert {mark.task: mark.points for mark in graded.marks} == FULL


@needs_sandbox
def test_a_call_is_ended_when_it_has_computed_too_long_however_busy_the_machine_is():
    with Session(Bubblewrap(), 60) as session:
        loop = "def loop():\n    while True:\n        pass"
        session.ask({"cells": [loop], "seconds": 5, "wait": 20, "seed": 0}, 120)
        with pytest.raises(LateError, match="it computed too long"):
            session.ask({"name": "loop", "arguments": [], "seconds": 1, "seed": 0}, 300)


@needs_sandbox
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_assignment_of_the_course_can_be_solved_in_the_sandbox(path):
    """So every argument and every result of its functions can be sent."""
    assignment = load(path)
    data = solved(assignment, "ann")
    graded = grade(assignment, "s", "ann", json.dumps(data).encode(), Bubblewrap())
    assert graded.cells == ()
    for mark in graded.marks:
        assert mark.property in (None, "open"), f"{mark.task}: {mark.message}"


@posix_only
def test_without_a_sandbox_it_says_so(small_class):
    source, submissions, roster, out = small_class
    grade_class(source, submissions, roster, out, jobs=1, unsafe=True)
    _, rows = read_table(out / "a0-small.csv")
    assert rows[0].marks == FULL
    assert rows[0].note.startswith("graded without a sandbox")
    assert not rows[2].note.startswith("graded")


@needs_sandbox
def test_a_class_on_a_cluster(small_class):
    distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
    source, submissions, roster, out = small_class
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, host="127.0.0.1", protocol="tcp",
    ) as cluster:  # fmt: skip
        summary = grade_class(source, submissions, roster, out, dask=cluster.scheduler_address)
    assert summary.counts == {"missing": 1, "to be marked": 2}
    _, rows = read_table(out / "a0-small.csv")
    assert [row.score for row in rows] == [18, 0, None]


def test_what_fails_on_this_machine_is_no_mark_and_is_tried_again(small_class, monkeypatch):
    source, submissions, roster, out = small_class

    def fail(*arguments):
        raise StartError("no memory")

    monkeypatch.setattr(run, "grade", fail)
    summary = grade_class(source, submissions, roster, out, jobs=1, unsafe=True)
    assert summary.counts == {"failed": 2, "missing": 1}
    _, rows = read_table(out / "a0-small.csv")
    assert "run the same command again: StartError: no memory" in rows[0].note
    assert set(rows[0].marks.values()) == {None}
    assert not list((out / "records").rglob("*.json"))


@posix_only
def test_a_submission_that_kills_the_grading_process_takes_no_other_with_it(small_class, monkeypatch):
    source, submissions, roster, out = small_class
    (submissions / "carol.ipynb").write_text(json.dumps(filled("carol")))
    monkeypatch.setattr(run, "in_processes", _dying_processes)
    summary = grade_class(source, submissions, roster, out, jobs=2, unsafe=True)
    assert summary.counts == {"failed": 1, "to be marked": 2}
    _, rows = read_table(out / "a0-small.csv")
    assert rows[1].status == "failed"
    assert "the process that graded it died" in rows[1].note


def _dying_processes(work, arguments, jobs):
    for job, *_ in arguments:
        if job.student == "bob":
            raise BrokenProcessPool("died")
        yield work(job)


def test_jobs_and_dask_exclude_each_other(small_class):
    with pytest.raises(ValueError, match="jobs must be left out with dask"):
        grade_class(*small_class, jobs=2, dask="tcp://127.0.0.1:1")


# --- the proof ------------------------------------------------------------------------------------


class Holed(Bubblewrap):
    """A sandbox with parts of its command changed."""

    def __init__(self, change):
        super().__init__()
        self._change = change

    def command(self):
        return self._change(super().command())


@needs_sandbox
@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda c: [*c[:2], "--share-net", *c[2:]], "has a network"),
        (lambda c: _without(c, "--remount-ro", "/proc"), "writes to the kernel's settings"),
        (lambda c: _without(c, "--remount-ro", "/dev"), "writes to shared memory"),
        (lambda c: _without(c, "--remount-ro", "/"), "writes to the root folder"),
        (lambda c: _before(c, "--proc", "--ro-bind", __file__, __file__), "sees files of yours"),
    ],
)
def test_a_hole_is_found_before_anything_is_graded(change, what):
    with pytest.raises(IsolationError, match=f"the sandbox has a hole here: a student's code .*{what}"):
        prove(Holed(change), [__file__])


def _without(command, *words):
    at = next(n for n in range(len(command)) if tuple(command[n : n + len(words)]) == words)
    return command[:at] + command[at + len(words) :]


def _before(command, word, *added):
    at = command.index(word)
    return [*command[:at], *added, *command[at:]]


@needs_sandbox
def test_a_sandbox_that_can_not_start_names_the_remedy():
    with pytest.raises(IsolationError, match=r"the sandbox doesn't work here: .*nothing-here.*--unsafe"):
        prove(Holed(lambda c: _before(c, "--chdir", "--ro-bind", "/nothing-here", "/x")))


def test_a_class_without_right_answers_would_be_seen():
    """The answers of this module are right and wrong as they say, judged here without any process."""
    for task, one in ASSIGNMENT.exercises("ann").items():
        if task in ("double", "shift"):
            assert one.judge(answer_of(one, right_answers("ann")[task])).right
            assert not one.judge(answer_of(one, WRONG[task])).right
