"""A small assignment, and notebooks as students fill them in, for the tests of grading."""

import json
import os
import shutil
import subprocess
import textwrap

import pytest

from rnncourse.grading.assignment import from_source
from rnncourse.grading.handout import notebook

SOURCE = '''
"""A small assignment."""
import torch
from rnncourse.grading import *

def count(variant):
    n = variant.integer(100, 10**6)
    return Number(
        name="count", chapter="x", title="Count", minutes=1, statement=f"What is three times {n}?", explanation="",
        solution=f"answer = 3 * {n}", mistakes=(Mistake("sum", n + 3, "that is a sum"),),
    )

def pick(variant):
    return Choice(
        name="pick", chapter="x", title="Pick", minutes=1, statement="Which one?", explanation="",
        options=(Option("this", "no"), Option("that", "yes", right=True)),
    )

def double(variant):
    n = variant.integer(1000, 10**6) / 1000
    return Build(
        name="double", chapter="x", title="Multiply", minutes=1, statement=f"Multiply by {n}.", explanation="",
        function="double", stub="def double(x):\\n    return ...", solution=f"def double(x):\\n    return {n} * x",
        case=lambda generator: (torch.randn(3, generator=generator),), tolerance=1e-3, cases=3,
    )

def shift(variant):
    return Build(
        name="shift", chapter="x", title="Shift", minutes=1, statement="Add one.", explanation="",
        function="shift", stub="def shift(x):\\n    return ...", solution="def shift(x):\\n    return x + 1",
        case=lambda generator: (torch.randn(2, 3, generator=generator),), cases=3,
    )

def essay(variant):
    return Open(
        name="essay", chapter="x", title="Say", minutes=1, statement="Why?", explanation="",
        rubric=((1, "names a reason"), (1, "gives an example")),
    )

assignment = Assignment(
    name="a0-small", title="A small assignment", chapters={"x": "Small things"}, minutes=5, introduction="Small.",
    goals=("multiply",), seconds=2.0,
    tasks=(
        Task("count", 5, count), Task("pick", 3, pick), Task("double", 6, double, seconds=1.5),
        Task("shift", 4, shift, seconds=1.5), Task("essay", 2, essay),
    ),
)
'''
ASSIGNMENT = from_source(SOURCE, "a0_small.py")
FULL = {"count": 5, "pick": 3, "double": 6, "shift": 4, "essay": None}


def sandbox_works():
    """True if bubblewrap is here and may make a sandbox."""
    if shutil.which("bwrap") is None:
        return False
    done = subprocess.run(["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"], capture_output=True)
    return done.returncode == 0


needs_sandbox = pytest.mark.skipif(
    "RNNCOURSE_REQUIRE_SANDBOX" not in os.environ and not sandbox_works(),
    reason="needs bubblewrap and the right to make a sandbox",
)


def right_answers(student):
    """task → the code that answers it."""
    exercises = ASSIGNMENT.exercises(student)
    answers = {name: exercises[name].solution.strip() for name in ("double", "shift")}
    for name in ("count", "pick"):
        answers[name] = exercises[name].solution.strip().replace("answer", f"answer_{name}")
    return {**answers, "essay": "<!-- answer: essay -->\nBecause."}


def factor(student):
    """The number that the student's ``double`` multiplies by, as text."""
    return right_answers(student)["double"].split("return ")[1].split(" *")[0]


def filled(student, before="", **answers):
    """The student's notebook with right answers, but for those that are given.

    Args:
        before: code of a cell that runs before all answers.
        answers: task → the code of its cell.
    """
    data = notebook(ASSIGNMENT, student)
    answers = {**right_answers(student), **answers}
    for cell in data["cells"]:
        task, _, part = cell["id"].rpartition("-")
        if part == "answer":
            cell["source"] = textwrap.dedent(answers[task])
    if before:
        data["cells"].insert(1, code_cell(before))
    return data


def code_cell(source):
    """A cell without id and metadata."""
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}


def write_class(folder, notebooks):
    """Write a class: the assignment's source, the roster, and the submissions; return what `grade` needs.

    Args:
        folder: where to.
        notebooks: student → the data of a notebook, bytes of a file, or None for nothing handed in.
    """
    (folder / "submissions").mkdir(parents=True)
    (folder / "a0_small.py").write_text(SOURCE)
    (folder / "class.csv").write_text("student\n" + "".join(f"{student}\n" for student in notebooks))
    for student, data in notebooks.items():
        if data is not None:
            content = data if isinstance(data, bytes) else json.dumps(data).encode()
            (folder / "submissions" / f"{student}.ipynb").write_bytes(content)
    return folder / "a0_small.py", folder / "submissions", folder / "class.csv"
