"""What an instructor gets: a table, a file to be filled in by hand, a page for each student, a file for nbgrader."""

from ..base.files import write_atomically
from .clues import for_table
from .feedback import page
from .identity import normal
from .table import AGAIN, Row, join_notes, read_table, split_notes, write_by_hand, write_nbgrader, write_table

BY_HAND = "to be marked by hand"


def write_report(assignment, roster, found, strays, graded, failed, out, unsafe):
    """Write all that was found of a class.

    Args:
        assignment: an :class:`~rnncourse.grading.assignment.Assignment`.
        roster: a :class:`~rnncourse.grading.roster.Roster`.
        found, strays: what :func:`~rnncourse.grading.collect.collect` gave.
        graded: student → :class:`~rnncourse.grading.judge.Graded`.
        failed: student → why grading failed on this machine.
        out: the folder.
        unsafe: True where the students' code ran without a sandbox.

    Returns:
        (path of the table, status → how many).

    Raises:
        OSError: a file can't be written.
        ValueError: the file to be filled in was changed so that it can't be read.
    """
    rows = []
    for student in roster.students:
        one, result = found.get(student), graded.get(student)
        note = one.note if one else ""
        maybe = [stray.path.name for stray in strays if student in stray.maybe]
        row = _row(student, one, result, failed.get(student), maybe)
        if unsafe and row.marks:
            row.note = join_notes("graded without a sandbox", *split_notes(row.note))
        rows.append(row)
        if row.status != "failed":
            path = out / "feedback" / student / assignment.name / f"{assignment.name}.html"
            write_atomically(path, page(assignment, student, result, note).encode())
    rows += [Row("", {}, "unmatched", f"{stray.path.name} {stray.reason}") for stray in strays]
    write_nbgrader(out / f"{assignment.name}.nbgrader.csv", assignment.name, assignment.points, rows, roster)
    table = out / f"{assignment.name}.csv"
    write_table(table, {task.name: task.points for task in assignment.tasks}, rows)
    _write_by_hand(by_hand(table), assignment, rows, graded)
    statuses = [row.status for row in rows]
    return table, {status: statuses.count(status) for status in sorted(set(statuses))}


def by_hand(table):
    """The path of the file to be filled in that belongs to a table."""
    return table.with_suffix(".by-hand.csv")


def _write_by_hand(path, assignment, rows, graded):
    """Add the students whose open answers are to be marked; what stands there already is kept as it is."""
    is_open = {mark.task for result in graded.values() for mark in result.marks if mark.property == "open"}
    tasks = {task.name: task.points for task in assignment.tasks if task.name in is_open}
    if not tasks:
        return
    kept = []
    if path.exists():
        there, kept = read_table(path)
        if there != tasks:
            raise ValueError(f"{path} must have columns for {', '.join(tasks)} alone; move it elsewhere")
    known = {normal(row.student) for row in kept}
    new = [Row(row.student) for row in rows if row.marks and normal(row.student) not in known]
    if new:
        write_by_hand(path, tasks, [*kept, *new])


def _row(student, one, result, failure, maybe):
    if one is None and maybe:
        return Row(student, {}, "missing", f"nothing is surely of this student, but see {', '.join(maybe)}")
    if one is None:
        return Row(student, {}, "missing", "nothing was handed in")
    if result is None:
        return Row(student, {}, "failed", f"{AGAIN}: {failure}")
    if result.unreadable is not None:
        return Row(student, {}, "unreadable", join_notes(f"{one.piece.label}: {result.unreadable}", one.note))
    marks = {mark.task: mark.points for mark in result.marks}
    pending = [mark for mark in result.marks if mark.points is None and mark.message != BY_HAND]
    unclear = [f"{mark.task}: {mark.message}" for mark in pending]
    status = "to be marked" if None in marks.values() else "graded"
    status, remedy = (status, "") if result.final else ("try again", AGAIN)
    return Row(student, marks, status, join_notes(remedy, *result.notes, one.note, *for_table(result), *unclear))
