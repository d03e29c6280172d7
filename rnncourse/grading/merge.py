"""Put marks together: late ones, regraded ones, those given by hand."""

from typing import NamedTuple

from .identity import letters, normal
from .table import AGAIN, join_notes, read_table, split_notes, write_table

WITHOUT = ("missing", "unreadable", "failed")  # statuses of rows without any mark


class Merged(NamedTuple):
    """How many marks changed, and of each that was there before, what became of it, those that fell first."""

    changed: int
    replaced: tuple[str, ...]


def merge(first, others, out, late=None):
    """Replace marks of a table by those of other tables, task by task, and write the result.

    An empty field replaces nothing. So a table may hold only the marks of open questions, or only the column
    ``late days``. Columns that aren't ours are kept.

    Args:
        first: the table that holds the whole class.
        others: the tables whose marks replace its own.
        out: the file to write.
        late: a :class:`~rnncourse.grading.late.LateRule` for the days in the column ``late days``.

    Returns:
        A :class:`Merged`.

    Raises:
        OSError: a file can't be read or written.
        ValueError: the tables don't fit together: a student whom the first one lacks, a task it lacks or counts
            otherwise, or two of the others give different marks; or the first holds penalties, and there is no rule.
    """
    tasks, rows = read_table(first)
    if late is None and any(row.penalty for row in rows):
        raise ValueError(f"{first} has penalties for late days; say the rule again, with --late, or remove the column")
    known, given, changed, messages = {normal(row.student): row for row in rows if row.student}, {}, 0, []
    for path in others:
        other_tasks, other_rows = read_table(path)
        if wrong := [f"{task} ({points})" for task, points in other_tasks.items() if tasks.get(task) != points]:
            raise ValueError(f"{path} has columns that {first} lacks: {', '.join(wrong)}")
        for other in other_rows:
            if not other.student:
                continue  # a file of nobody
            row = known.get(normal(other.student))
            if row is None:
                raise ValueError(f"{path} has the student {other.student}, whom {first} lacks{_like(other, rows)}")
            replaced = {task: mark for task, mark in other.marks.items() if mark is not None}
            for task, mark in replaced.items():
                before = given.setdefault((row.student, task), (mark, path))
                if before[0] != mark:
                    raise ValueError(
                        f"{row.student} has {before[0]} for {task} in {before[1]} and {mark} in {path}; merge them "
                        "one after the other: the one that is merged last holds"
                    )
                old = row.marks[task]
                changed += old != mark
                if old not in (None, mark):
                    words = f"falls from {old} to {mark}" if mark < old else f"rises from {old} to {mark}"
                    messages.append((mark > old, f"{row.student}: {task} {words} ({path})"))
            _update(row, other, replaced)
    for row in rows:
        row.status = row.status or _status(row)
        row.penalty = late.penalty(row.earned, row.late) if late else 0
    write_table(out, tasks, rows)
    return Merged(changed, tuple(message for _, message in sorted(messages)))


def _update(row, other, replaced):
    """Marks, status, notes and other columns of a row that another one adds to."""
    if replaced:
        notes = [] if row.status in WITHOUT else [note for note in split_notes(row.note) if note != AGAIN]
        if other.status:  # graded anew, from another file: what was said of the one before holds no longer
            notes = [note for note in notes if _tasks(note, row.marks)]
        notes = [note for note in notes if not _tasks(note, row.marks) & set(replaced)]
        row.marks.update(replaced)
        # what is to be marked there has a mark here
        done = {task for task, mark in other.marks.items() if mark is None and row.marks[task] is not None}
        notes += [note for note in split_notes(other.note) if not _tasks(note, row.marks) & done]
        row.status, row.note = _status(row), join_notes(*notes)
    elif other.status == "unreadable":
        row.note = join_notes(*split_notes(row.note), f"another file is unreadable: {other.note}")
    elif other.note and not other.status:
        row.note = join_notes(*split_notes(row.note), other.note)
    row.late = row.late if other.late is None else other.late
    for title, text in other.extras.items():
        row.extras[title] = text or row.extras.get(title, "")


def _status(row):
    return "to be marked" if None in row.marks.values() else "graded"


def _tasks(note, marks):
    """The tasks that a note is about: those before its first colon, if all are tasks."""
    names = set(note.partition(": ")[0].split(", "))
    return names if names <= set(marks) else set()


def _like(other, rows):
    """A hint for an id that no row has."""
    plain = letters(other.student).lstrip("0")
    like = [row.student for row in rows if row.student and letters(row.student).lstrip("0") == plain]
    return f" (but {like[0]}: did a spreadsheet take zeros away?); correct the id" if like else "; correct the id"
