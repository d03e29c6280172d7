"""What an instructor gets: a table, a page for each student, a file for nbgrader."""

from ..files import write_atomically
from .feedback import page
from .table import Row, write_nbgrader, write_table


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
    """
    rows = []
    for student in roster.students:
        one, result = found.get(student), graded.get(student)
        note = one.note if one else ""
        row = _row(student, one, result, failed.get(student))
        if unsafe and row.marks:
            row.note = _joined("graded without a sandbox", row.note)
        rows.append(row)
        if row.status != "failed":
            path = out / "feedback" / student / assignment.name / f"{assignment.name}.html"
            write_atomically(path, page(assignment, student, result, note).encode())
    rows += [Row("", {}, "unmatched", f"{path.name} {reason}") for path, reason in strays]
    write_nbgrader(out / f"{assignment.name}.nbgrader.csv", assignment.name, assignment.points, rows, roster)
    table = out / f"{assignment.name}.csv"
    write_table(table, {task.name: task.points for task in assignment.tasks}, rows)
    statuses = [row.status for row in rows]
    return table, {status: statuses.count(status) for status in sorted(set(statuses))}


def _row(student, one, result, failure):
    if one is None:
        return Row(student, {}, "missing", "nothing was handed in")
    if result is None:
        return Row(student, {}, "failed", f"run the same command again: {failure}")
    if result.unreadable is not None:
        return Row(student, {}, "unreadable", _joined(f"{one.path.name}: {result.unreadable}", one.note))
    marks = {mark.task: mark.points for mark in result.marks}
    by_hand = [f"{mark.task}: {mark.message}" for mark in result.marks if mark.points is None]
    if not result.final:
        return Row(student, marks, "try again", _joined("run the same command again", one.note, *by_hand))
    return Row(student, marks, "to be marked" if by_hand else "graded", _joined(one.note, *by_hand))


def _joined(*notes):
    return "; ".join(filter(None, notes))
