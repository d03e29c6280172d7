"""How much of an assignment's answers a notebook holds: to choose among several files of one student."""

import re

from ..exercises import Open
from .assignment import answer_name
from .handout import stub
from .submission import GAP, OPEN_ANSWER, UnreadableError, parse

UNREADABLE, NOTHING, UNTOUCHED, ANSWERED = range(4)


def worth(content, assignment, exercises):
    """``UNREADABLE``, ``NOTHING`` of the assignment, ``UNTOUCHED`` as it was handed out, or ``ANSWERED``.

    Args:
        content: bytes of a notebook, or the :class:`UnreadableError` that they gave.
        assignment: an :class:`~rnncourse.grading.assignment.Assignment`.
        exercises: the student's, task name → exercise.
    """
    if isinstance(content, UnreadableError):
        return UNREADABLE
    try:
        submission = parse(content)
    except UnreadableError:
        return UNREADABLE
    closed = {task: exercises[task.name] for task in assignment.tasks if not isinstance(exercises[task.name], Open)}
    sources = [*submission.cells, *(source for _, _, source in submission.dropped)]
    named = any(defines(source, answer_name(task, one)) for task, one in closed.items() for source in sources)
    if not named and not any(OPEN_ANSWER.search(source) for source in sources):
        return NOTHING
    return UNTOUCHED if untouched(submission, assignment, exercises) else ANSWERED


def untouched(submission, assignment, exercises):
    """True if nothing was answered: each gap is as it was, and there is no cell of code but those handed out."""
    closed = [(task, exercises[task.name]) for task in assignment.tasks if not isinstance(exercises[task.name], Open)]
    cells = [cell.strip() for cell in submission.cells]
    if any(text not in ("", GAP) for text in submission.texts.values()):
        return False
    # the set-up and the helpers are the two others; their text differs between versions of the course
    return len(cells) <= len(closed) + 2 and all(stub(task, one) in cells for task, one in closed)


def defines(source, name):
    """True if a text gives a value or a function this name."""
    name = re.escape(name)
    return re.search(rf"^[ \t]*((def|class)\s+{name}\b|{name}\s*(:[^=\n]*)?=(?!=))", source, re.MULTILINE) is not None
