"""Find each student's notebook in a folder of submissions, however it was collected."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from . import gradescope, platforms
from .contents import LEFT_OUT, Piece, pieces_of_file, pieces_of_folder, read
from .submission import UnreadableError, parse
from .worth import NOTHING, UNREADABLE, UNTOUCHED, worth

# lists that a platform adds; only where they match no student
LISTS = (".csv", ".xls", ".xlsx", ".html", ".yml", ".yaml", ".url", ".webloc", "thumbs.db", "desktop.ini")
SAID = {UNREADABLE: " (unreadable)", NOTHING: " (nothing of this assignment)", UNTOUCHED: " (as handed out)"}


@dataclass(frozen=True)
class Found:
    """A student's notebook.

    Attributes:
        piece: where it is.
        problem: why there is none to read, an :class:`UnreadableError`, or None.
        note: what the instructor should know, or "".
    """

    piece: Piece
    problem: UnreadableError | None = None
    note: str = ""

    @property
    def path(self):
        """Of the file, an archive maybe, or of the folder that holds none."""
        return self.piece.path


class Stray(NamedTuple):
    """What belongs to nobody: its path, why, and the students who might miss it."""

    path: Path
    reason: str
    maybe: frozenset[str] = frozenset()


class Candidate(NamedTuple):
    """One of the files of a student: how much it is worth, and when it was handed in."""

    piece: Piece
    content: bytes | UnreadableError
    when: float


def collect(folder, assignment, roster):
    """Find the notebooks of one assignment.

    It takes nbgrader's ``STUDENT/ASSIGNMENT/*.ipynb``, ``STUDENT/*.ipynb``, what Blackboard, Brightspace, Canvas,
    GitHub Classroom, Gradescope, Moodle and Sakai give, and single files ``STUDENT.ipynb`` or ``STUDENT_anything``.
    Whose a file is, is said by its folder or its name's beginning, never by what stands in it.

    Args:
        folder: where it all is.
        assignment: an :class:`~rnncourse.grading.assignment.Assignment`.
        roster: a :class:`~rnncourse.grading.roster.Roster`.

    Returns:
        (found, strays): student → :class:`Found`, and a :class:`Stray` for what belongs to nobody.

    Raises:
        OSError: the folder can't be read.
    """
    candidates, strays = {}, []
    metadata = gradescope.submitters(Path(folder))
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith(LEFT_OUT):
            continue
        path, inside = Path(entry.path), entry.is_dir(follow_symlinks=False)
        if entry.name in metadata:
            maybe = gradescope.owners(metadata[entry.name], roster)
            owner = next(iter(maybe)) if len(maybe) == 1 else None
        else:
            owner, maybe = platforms.owners(entry.name, inside, assignment.name, roster)
        if owner is None and not maybe and not inside and entry.name.lower().endswith(LISTS):
            continue
        pieces = pieces_of_folder(path, assignment.name) if inside else pieces_of_file(path)
        if owner is None:
            strays.append(_stray(path, inside, pieces, maybe, roster))
        else:
            candidates.setdefault(owner, []).extend((piece, platforms.when(entry.name)) for piece in pieces)
    return {student: _chosen(student, several, assignment) for student, several in candidates.items()}, strays


def _stray(path, is_folder, pieces, maybe, roster):
    """Why a file belongs to nobody, with what helps to find out whose it is."""
    if maybe:
        return Stray(path, f"may be of {', '.join(sorted(maybe))}; rename it", maybe)
    reason, like = "matches no student of the class", platforms.resembling(path.name, is_folder, roster)
    if like:
        reason += f", but for signs, zeros in front or the column github it is like {', '.join(sorted(like))}"
    for content in map(_read, pieces):
        if not isinstance(content, UnreadableError) and (made_for := _made_for(content)):
            return Stray(path, f"{reason}; it was made for {made_for}", like | roster.called(made_for, ("student",)))
    return Stray(path, reason, like)


def _made_for(content):
    try:
        return parse(content).made_for
    except UnreadableError:
        return None


def _read(piece):
    try:
        return read(piece)
    except UnreadableError as error:
        return error


def _time(path):
    try:
        return os.lstat(path).st_mtime  # of a link the link's own, so that nothing is followed
    except OSError:
        return 0.0


def _chosen(student, several, assignment):
    """The one that holds most, then that of the assignment's name, then the last; the note names the others."""
    every = [Candidate(piece, _read(piece), _time(piece.path) if when is None else when) for piece, when in several]
    if len(every) == 1 and not every[0].piece.nested:
        (one,) = every
        return Found(one.piece, one.content if isinstance(one.content, UnreadableError) else None)
    exercises = assignment.exercises(student)
    values = {n: worth(one.content, assignment, exercises) for n, one in enumerate(every)}
    # what lies deep in a folder may be of another assignment
    fit = [n for n, one in enumerate(every) if not one.piece.nested or values[n] >= UNTOUCHED]
    if not fit:
        folder = every[0].piece.path.parent
        return Found(Piece(folder), UnreadableError(f"the folder holds no notebook of {assignment.name}"))

    def rank(n):
        piece = every[n].piece
        named = piece.name.lower().startswith(f"{assignment.name}.ipynb")
        return values[n], piece.like_a_notebook, named, every[n].when, str(piece.path), piece.member

    best = max(fit, key=rank)
    names = [
        _shown(every[n].piece) + (SAID.get(values[n], "") if values[n] < values[best] else "")
        for n in fit
        if n != best and (every[n].piece.like_a_notebook or values[n] > UNREADABLE)
    ]
    one = every[best]
    note = f"{one.piece.label} was taken, not {', '.join(names)}" if names else ""
    return Found(one.piece, one.content if values[best] == UNREADABLE else None, note)


def _shown(piece):
    return piece.label if piece.member else f"{piece.path.parent.name}/{piece.path.name}"
