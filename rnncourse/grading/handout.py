"""A student's notebook: the questions with the student's own numbers, gaps for the answers, and a first check.

The check needs no solution. Of a number or a letter it looks at the form only. A function is tried on a few cases of
the student's own, whose results stand in the notebook; other cases are used when the notebook is graded.
"""

import inspect
import json
from pathlib import Path

import numpy as np
import torch

from ..base.files import write_atomically
from ..exercises import Build, Choice, Number, Open
from ..exercises._kinds import solve
from ..exercises._page import choices
from ..exercises._running import copied, input_names
from .assignment import answer_name, seed_of
from .firstlook import fits, kind, same, try_on
from .identity import normal
from .roster import read_roster
from .submission import GAP, SKIPPED

DIGITS = 5  # of a number in an example
LONGEST = 15_000  # characters of the examples of one task
ADDRESS = "https://github.com/example/rnn-course"
SETUP = f"""try:
    import rnncourse as rc
except ModuleNotFoundError:  # as in Colab
    %pip install -q git+{ADDRESS}
    import rnncourse as rc
import copy
import inspect
import math

import numpy as np
import torch"""
HELPERS = "\n\n".join(inspect.getsource(one) for one in (same, kind, fits, input_names, try_on))


def release(assignment, students, out):
    """Write a notebook for each student, ``out/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb``.

    Args:
        assignment: an :class:`~rnncourse.grading.assignment.Assignment`.
        students: CSV file of the class, see :func:`~rnncourse.grading.roster.read_roster`.
        out: the folder.

    Returns:
        How many were written.

    Raises:
        OSError: a file can't be read or written.
        ValueError: the class or the assignment is unsound, or another notebook is already there.
    """
    notebooks, out = {}, Path(out)
    there = {normal(path.name): path.name for path in out.iterdir()} if out.exists() else {}
    for student in read_roster(students).students:
        # in the folder of an earlier call, even if it was spelled in another way then
        path = out / there.get(normal(student), student) / assignment.name / f"{assignment.name}.ipynb"
        content = json.dumps(notebook(assignment, student), indent=1, ensure_ascii=False).encode() + b"\n"
        if path.exists() and path.read_bytes() != content:
            raise ValueError(f"out must be a folder without other notebooks, and {path} is there; choose another")
        notebooks[path] = content
    for path, content in notebooks.items():
        write_atomically(path, content)
    return len(notebooks)


def notebook(assignment, student):
    """The notebook of one student, as the data of a notebook's file.

    Raises:
        ValueError: the assignment is unsound, or its examples are too long.
    """
    cells = [_cell("introduction", "markdown", _introduction(assignment, student), locked=True)]
    cells.append(_cell("setup", "code", SETUP, locked=True))
    cells.append(_cell("helpers", "code", HELPERS.rstrip(), locked=True))
    cells[-1]["metadata"]["jupyter"] = {"source_hidden": True}  # folded: nobody needs to read it first
    exercises = assignment.exercises(student)
    for number, task in enumerate(assignment.tasks, start=1):
        one = exercises[task.name]
        cells.append(_cell(task.name, "markdown", _question(number, task, one), locked=True))
        if isinstance(one, Open):
            cells.append(_cell(f"{task.name}-answer", "markdown", _gap(task), points=task.points, solution=True))
            continue
        cells.append(_cell(f"{task.name}-answer", "code", stub(task, one), solution=True))
        check = _examples(assignment, student, task, one) if isinstance(one, Build) else _form(task, one)
        cells.append(_cell(f"{task.name}-check", "code", check, points=task.points, locked=True))
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "rnncourse": {"assignment": assignment.name, "student": student},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def stub(task, one):
    """What stands in the cell of an answer before it is filled in."""
    text = one.stub.strip()
    return text if isinstance(one, Build) else text.replace("answer", answer_name(task, one), 1)


def _cell(name, kind, source, points=None, locked=False, solution=False):
    """A cell with nbgrader's metadata, so that its release, collection and exchange can be used."""
    grader = {
        "schema_version": 3, "grade_id": name, "grade": points is not None, "solution": solution, "locked": locked,
        "task": False,
    }  # fmt: skip
    if points is not None:
        grader["points"] = points
    cell = {"cell_type": kind, "id": name[:64], "metadata": {"nbgrader": grader}}
    if kind == "code":
        cell.update(execution_count=None, outputs=[])
    return {**cell, "source": source.splitlines(keepends=True)}


def _introduction(assignment, student):
    goals = "\n".join(f"- {goal}" for goal in assignment.goals)
    return f"""# {assignment.title}

For **{student}**, whose numbers are in the questions. {assignment.points} points, about {assignment.minutes} minutes.

{assignment.introduction.strip()}

Afterwards you can

{goals}

**How it is graded.** All code cells are run from top to bottom, without a network and in at most
{assignment.seconds:g} s together; then your answers are looked up by their names. So don't rename them, and try
*Restart and run all* before you hand in this file. A cell that takes long, such as a training, is left out if its first
line is `{SKIPPED}`. The cells after each question look at your answer at once: at the form of a number or a
letter, and at a function with examples. When it is graded, other examples are used.
Your code can't start other processes there, so load data without workers.
A number may have more digits than asked for; else round it to the nearest, and don't cut digits off.
A question's points are given as a whole, for an answer that is right on all examples; only the questions with a rubric
give parts of them.

**Where to look.** {_chapters(assignment)}"""


def _chapters(assignment):
    """The chapters that an assignment needs, by title."""
    return f"In the book: {', '.join(f'*{title}*' for title in assignment.chapters.values())}."


def _question(number, task, one):
    points = f"{task.points} point{'s' * (task.points != 1)}"
    lines = [f"## {number}. {one.title} ({points})", "", one.statement.strip(), *choices(one)]
    if isinstance(one, Open):
        lines += ["", "It is marked by hand:", "", *(f"- {criterion}" for criterion in one.criteria)]
    return "\n".join(lines)


def _gap(task):
    return f"<!-- answer: {task.name} -->\n{GAP}"


def _form(task, one):
    """Code that looks at the form of an answer."""
    name = answer_name(task, one)
    if isinstance(one, Choice):
        wanted = f"one letter of {', '.join(one.letters)}, in quotes"
        test = f"{name}.strip(' ().').lower() in {tuple(one.letters)!r}"
    elif isinstance(one, Number):
        wanted = "one finite number"
        test = f"not isinstance({name}, (str, bool)) and math.isfinite({name})"
    return f"""{SKIPPED}: the form only; whether it is right is said later
try:
    good = {test}
except (AttributeError, TypeError, ValueError, RuntimeError):
    good = False
print("{name}:", "a good form" if good else "expected {wanted}")"""


def _examples(assignment, student, task, one):
    """Code that tries a function on cases whose results stand in it."""
    if task.examples == 0:
        return f'{SKIPPED}\nprint("{one.function}: no examples; it is tried when it is graded")'
    place, solution, lines = f"{assignment.name}, task {task.name}", solve(one), []
    seed = seed_of(assignment.name, task.name, normal(student), "examples")
    for case in range(task.examples):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed + case)
            arguments = tuple(map(_rounded, one.case(torch.Generator().manual_seed(seed + case))))
            result = solution(*copied(arguments))
        written = "".join(f"{_literal(argument, place)}, " for argument in arguments).strip()
        lines.append(f"    (({written}), {_literal(... if one.by_properties else result, place)}),")
    text = "\n".join(lines)
    if len(text) > LONGEST:
        raise ValueError(f"{place}: examples must be short, got {len(text)} characters; set examples=0")
    return f"""{SKIPPED}: examples made for you; then others are used
examples = [
{text}
]
try_on(examples, {one.function}, {kind(result)!r}, tolerance={one.tolerance:g})"""


def _rounded(value):
    """A value whose floating-point numbers are what their literals say."""
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return torch.tensor(_short(value.tolist()), dtype=value.dtype).reshape(value.shape)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.array(_short(value.tolist()), value.dtype).reshape(value.shape)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_rounded, value))
    return _short(value) if isinstance(value, float) else value


def _short(value):
    if isinstance(value, list):
        return [_short(part) for part in value]
    return float(f"{value:.{DIGITS}g}")


def _literal(value, place):
    """Python's text for a value."""
    if isinstance(value, torch.Tensor):
        kept = value.detach()
        plain = _short(kept.tolist()) if kept.is_floating_point() else kept.tolist()
        size = f".reshape({tuple(kept.shape)})" if 0 in kept.shape else ""
        return f"torch.tensor({_number(plain)}, dtype={kept.dtype}){size}"
    if isinstance(value, np.ndarray):
        plain = _short(value.tolist()) if value.dtype.kind == "f" else value.tolist()
        return f"np.array({_number(plain)}, dtype=np.{value.dtype.name})"
    if isinstance(value, (list, tuple)):
        parts = "".join(f"{_literal(part, place)}, " for part in value)
        return f"[{parts.removesuffix(', ')}]" if isinstance(value, list) else f"({parts.strip()})"
    if value is ... or value is None or isinstance(value, (bool, int, float, str)):
        return _number(value)
    raise ValueError(
        f"{place}: a case must hold numbers, texts, lists, tensors and arrays only, since it is sent to a process of "
        f"its own; got a {type(value).__name__}"
    )


def _number(value):
    """Like repr, with infinite numbers and NaN as Python reads them; ``...`` for what has no expected value."""
    if value is ...:
        return "..."
    if isinstance(value, list):
        return f"[{', '.join(map(_number, value))}]"
    if isinstance(value, float) and not np.isfinite(value):
        return f"float('{value}')"
    return repr(value)
