"""Marks as tables: one row a student, one column a task, as an instructor pastes them into a gradebook."""

import csv
import io
import re
from dataclasses import dataclass, field

from ..files import write_atomically

TASK = re.compile(r"([a-z0-9-]+) \((\d+)\)")  # the title of a task's column: its name and its points
NBGRADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score",
)  # fmt: skip
LONGEST = 500  # characters of a cell


@dataclass
class Row:
    """One student's marks.

    Attributes:
        student: the id; "" for a file that belongs to nobody.
        marks: task → points, None where there are none (yet).
        status: ``graded``, ``to be marked``, ``missing``, ``unreadable``, ``try again``, ``failed`` or ``unmatched``.
        note: why, and what else the instructor should know.
    """

    student: str
    marks: dict[str, float | None] = field(default_factory=dict)
    status: str = "graded"
    note: str = ""

    @property
    def score(self):
        """The sum of the marks, None where there is none."""
        marks = [mark for mark in self.marks.values() if mark is not None]
        return sum(marks) if marks else None


def write_table(path, tasks, rows):
    """Write a CSV file that is there whole or not at all.

    Args:
        tasks: task → points.
        rows: the :class:`Row` of each student.
    """
    titles = ["student", *(f"{task} ({points})" for task, points in tasks.items()), "score", "points", "status", "note"]
    lines = [
        [row.student, *map(row.marks.get, tasks), row.score, sum(tasks.values()), row.status, row.note] for row in rows
    ]
    _write(path, [titles, *lines])


def write_nbgrader(path, assignment, points, rows, roster):
    """Write the scores as ``nbgrader export`` does; where there is no score, the field is empty, not 0."""
    lines = [NBGRADER]
    for row in rows:
        person = roster.columns.get(row.student)
        if person is not None:
            names = [person.get(title, "") for title in ("last_name", "first_name", "email")]
            lines.append([assignment, "", "", row.student, *names, row.score, 0, row.score, points])
    _write(path, lines)


def read_table(path):
    """(tasks, rows) of a file that :func:`write_table` wrote, by hand changed or not.

    Raises:
        OSError: the file can't be read.
        ValueError: it is no such file, a student stands twice, or a mark is no number from 0 to the task's points.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            lines, titles = list(reader), reader.fieldnames or []
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} must be a CSV file in UTF-8: {error}") from None
    tasks = {found[1]: int(found[2]) for title in titles if title and (found := TASK.fullmatch(title))}
    if "student" not in titles or not tasks:
        raise ValueError(f"{path} must have a column student and columns such as units (10), as `grade` writes them")
    rows, seen = [], set()
    for line in lines:
        student = (line["student"] or "").strip()
        if student in seen and student:
            raise ValueError(f"{path} has two rows of the student {student}; remove one")
        seen.add(student)
        marks = {task: _mark(line[f"{task} ({points})"], points, task, student, path) for task, points in tasks.items()}
        rows.append(Row(student, marks, line.get("status") or "graded", line.get("note") or ""))
    return tasks, rows


def _mark(text, points, task, student, path):
    text = (text or "").strip()
    if not text:
        return None
    try:
        mark = float(text)
    except ValueError:
        mark = -1.0
    if not 0 <= mark <= points:
        raise ValueError(f"{path}: the mark of {student} for {task} must be a number from 0 to {points}, got {text!r}")
    return int(mark) if mark == int(mark) else mark


def _write(path, lines):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[_cell(value) for value in line] for line in lines])
    write_atomically(path, text.getvalue().encode())


def _cell(value):
    """A cell's text: no control characters, not too long, and never what a spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    text = text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text
