"""Marks as tables: one row a student, one column a task, as an instructor pastes them into a gradebook."""

import csv
import io
import re
from dataclasses import dataclass, field

from ..base.files import write_atomically
from .identity import changed_by_spreadsheet, normal
from .spreadsheet import read_rows

TASK = re.compile(r"([a-z0-9-]+) \((\d+)\)")  # the title of a task's column: its name and its points
LATE, PENALTY = "late days", "late penalty"
OWN = ("student", LATE, PENALTY, "score", "points", "status", "note")
NBGRADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score",
)  # fmt: skip
LONGEST = 1000  # characters of a cell
AGAIN = "run the same command again"  # the remedy in a note of `failed` and `try again`
# at the beginning of a cell, or of what becomes one where the semicolon separates
FORMULA = re.compile(r"(^|;)(\s*)(?=[\"\s]*[=+\-@＝＋－＠])")


@dataclass
class Row:
    """One student's marks.

    Attributes:
        student: the id; "" for a file that belongs to nobody.
        marks: task → points, None where there are none (yet).
        status: ``graded``, ``to be marked``, ``missing``, ``unreadable``, ``try again``, ``failed`` or ``unmatched``;
            "" in a table without such a column, as one that is filled by hand.
        note: why, and what else the instructor should know.
        late: days after the date, None where nothing is said.
        penalty: points taken off for them.
        extras: title → text of the columns that aren't ours.
    """

    student: str
    marks: dict[str, float | None] = field(default_factory=dict)
    status: str = "graded"
    note: str = ""
    late: float | None = None
    penalty: float = 0
    extras: dict[str, str] = field(default_factory=dict)

    @property
    def earned(self):
        """The sum of the marks, None where there is none."""
        marks = [mark for mark in self.marks.values() if mark is not None]
        return sum(marks) if marks else None

    @property
    def score(self):
        """What was earned without the penalty."""
        return self.earned if not self.penalty or self.earned is None else round(self.earned - self.penalty, 2)


def join_notes(*notes):
    """Notes as one text, which :func:`split_notes` takes apart again; empty ones and repetitions are left out."""
    return "; ".join(dict.fromkeys(note.replace("; ", ", ") for note in notes if note))


def split_notes(note):
    """The notes that were joined."""
    return note.split("; ") if note else []


def write_table(path, tasks, rows):
    """Write a CSV file that is there whole or not at all.

    Args:
        tasks: task → points.
        rows: the :class:`Row` of each student.
    """
    late = any(row.late is not None for row in rows)
    extras = list(dict.fromkeys(title for row in rows for title in row.extras))
    titles = [_title(task, points) for task, points in tasks.items()]
    lines = [["student", *titles, *([LATE, PENALTY] if late else []), *OWN[3:], *extras]]
    for row in rows:
        days = [row.late, row.penalty or None] if late else []
        end = [row.score, sum(tasks.values()), row.status, row.note]
        lines.append([row.student, *map(row.marks.get, tasks), *days, *end, *map(row.extras.get, extras)])
    _write(path, lines)


def write_by_hand(path, tasks, rows):
    """Write a file to be filled in: the students, the given tasks, and what somebody has added, nothing else."""
    notes = ["note"] if any(row.note for row in rows) else []
    extras = list(dict.fromkeys(title for row in rows for title in row.extras))
    lines = [["student", *(_title(task, points) for task, points in tasks.items()), *notes, *extras]]
    for row in rows:
        note = [row.note] if notes else []
        lines.append([row.student, *map(row.marks.get, tasks), *note, *map(row.extras.get, extras)])
    _write(path, lines)


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
    """(tasks, rows) of a file that :func:`write_table` wrote, by hand changed or not, or of one made by hand.

    Raises:
        OSError: the file can't be read.
        ValueError: it is no such file, a student stands twice, or a mark is no number from 0 to the task's points.
    """
    titles, lines = read_rows(path)
    tasks = {found[1]: int(found[2]) for title in titles if (found := TASK.fullmatch(title))}
    if "student" not in titles or not (tasks or LATE in titles):
        raise ValueError(f"{path} must have a column student and columns such as units (10), as `grade` writes them")
    if twice := [title for title in titles if title and titles.count(title) > 1]:
        raise ValueError(f"{path} has the column {twice[0]} twice; rename one")
    rows, seen = [], {}
    for number, cells in lines:
        line, place = dict(zip(titles, cells, strict=True)), f"row {number} of {path}"
        student = line["student"]
        if changed_by_spreadsheet(student):
            raise ValueError(f"{place}: {changed_by_spreadsheet(student)}")
        if student and normal(student) in seen:
            raise ValueError(
                f"{path} has two rows of the student {student}, {seen[normal(student)]} and {number}; remove one"
            )
        seen[normal(student)] = number
        marks = {
            task: _number(line[_title(task, points)], points, f"{place}: the mark of {student} for {task}")
            for task, points in tasks.items()
        }
        late = _number(line.get(LATE, ""), 10**4, f"{place}: the late days of {student}")
        penalty = _number(line.get(PENALTY, ""), 10**6, f"{place}: the late penalty of {student}") or 0
        if not student and (late or any(mark is not None for mark in marks.values())):
            raise ValueError(f"{place} has marks, but no student; write down whose they are, or remove it")
        extras = {title: line[title] for title in line if title and title not in OWN and not TASK.fullmatch(title)}
        rows.append(Row(student, marks, line.get("status", ""), line.get("note", ""), late, penalty, extras))
    return tasks, rows


def _title(task, points):
    return f"{task} ({points})"


def _number(text, most, what):
    """The number in a cell, with a point or a comma; None where the cell is empty."""
    if not text:
        return None
    try:
        number = float(re.sub(r"^(\d*),(\d+)$", r"\1.\2", text))
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise ValueError(f"{what} must be a number from 0 to {most}, got {text!r}")
    return int(number) if number == int(number) else number


def _write(path, lines):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[_cell(value) for value in line] for line in lines])
    write_atomically(path, text.getvalue().encode())


def _cell(value):
    """A cell's text: no control characters, not too long, and never what a spreadsheet takes for a formula."""
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else f"{value:.10g}"
    text = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    text = text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
    return FORMULA.sub(r"\1\2'", text)
