"""Why an answer earned nothing, where the cause isn't the answer itself: for the student's page and for the table."""

from .identity import normal
from .worth import defines, untouched

# properties of marks that say nothing of an answer's value
CAUSES = ("missing", "attempted", "runs", "finishes")
UNANSWERED = "nothing in it was answered"
LONGEST = 160  # characters of one cause in the table


def about_notebook(submission, assignment, exercises, student):
    """What the instructor and the student should know of a notebook as a whole, as texts."""
    notes = []
    if submission.made_for is not None and normal(submission.made_for) != normal(student):
        notes.append(f"this notebook was made for {submission.made_for}")
    if untouched(submission, assignment, exercises):
        notes.append(UNANSWERED)
    return tuple(notes)


def where(submission, name, failed):
    """Where an answer stands that wasn't found when all cells had run, as a text that continues a sentence, or "".

    Args:
        submission: a :class:`~rnncourse.grading.submission.Submission`.
        name: of the answer.
        failed: the numbers of the code cells that failed.
    """
    for number, source in zip(submission.numbers, submission.cells, strict=True):
        if defines(source, name):
            return f"; it stands in code cell {number}" + (", which failed" if number in failed else "")
    for place, why, source in submission.dropped:
        if defines(source, name):
            return f"; it stands in {place}, which {why}"
    return ""


def for_table(result):
    """The cells that failed, and the causes of zeros: each a text that begins with its tasks and a colon.

    Args:
        result: a :class:`~rnncourse.grading.judge.Graded`.
    """
    texts = []
    if result.cells:
        count, message = len(result.cells), result.cells[0][1]
        which = ", ".join(str(number) for number, _ in result.cells[:10]) + (", ..." if count > 10 else "")
        plural = "s" if count > 1 else ""
        texts.append(_short(f"{count} cell{plural} failed (code cell{plural} {which}), the first by {message}"))
    causes = {}  # message → tasks
    for mark in result.marks:
        if mark.points == 0 and mark.property in CAUSES:
            causes.setdefault(mark.message, []).append(mark.task)
    if UNANSWERED in result.notes:
        return texts  # it is said already
    texts += [_short(f"{', '.join(tasks)}: {message}") for message, tasks in causes.items()]
    return texts


def _short(text):
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
