"""Find each student's notebook in a folder of submissions, however it was collected."""

import os
from dataclasses import dataclass
from pathlib import Path

from .submission import UnreadableError

LEFT_OUT = (".", "__")  # beginnings of the names of what isn't a submission, such as .git and __MACOSX


@dataclass(frozen=True)
class Found:
    """A student's notebook.

    Attributes:
        path: where it is.
        problem: why there is none to read, an :class:`UnreadableError`, or None.
        note: what the instructor should know, or "".
    """

    path: Path
    problem: UnreadableError | None = None
    note: str = ""


def collect(folder, assignment, roster):
    """Find the notebooks of one assignment.

    It takes nbgrader's ``STUDENT/ASSIGNMENT/*.ipynb``, ``STUDENT/*.ipynb``, GitHub Classroom's
    ``ASSIGNMENT-STUDENT/*.ipynb`` and single files ``STUDENT.ipynb`` or ``STUDENT_anything.ipynb``, as from Canvas.
    Whose a file is, is said by its folder or its name's beginning, never by what stands in it.

    Returns:
        (found, strays): student → :class:`Found`, and (path, reason) of what belongs to nobody.

    Raises:
        OSError: the folder can't be read.
    """
    candidates, strays = {}, []
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith(LEFT_OUT):
            continue
        path, inside = Path(entry.path), entry.is_dir(follow_symlinks=False)
        if not inside and path.suffix != ".ipynb" and not entry.is_symlink():
            continue  # lists and archives that a platform adds
        owners = _owners(entry.name, inside, assignment, roster)
        if len(owners) != 1:
            reason = f"may be of {', '.join(sorted(owners))}" if owners else "matches no student of the class"
            strays.append((path, reason))
        elif inside:
            candidates.setdefault(*owners, []).extend(_of_folder(path, assignment))
        else:
            candidates.setdefault(*owners, []).append(Found(path, _link(path)))
    return {student: _chosen(several, assignment) for student, several in candidates.items()}, strays


def _owners(name, is_folder, assignment, roster):
    """All students whom a name may mean: the whole name, or what stands before one of its ``_``.

    The end of a file's name may be of the student's own making, so ``ann_lee.ipynb`` may be of ann or of ann_lee.
    """
    if is_folder and name in roster.columns:
        return frozenset([name])
    parts = name.removesuffix(".ipynb").removeprefix(f"{assignment}-").split("_")
    if is_folder and (owners := roster.owners("_".join(parts))):
        return owners
    return frozenset().union(*(roster.owners("_".join(parts[:n])) for n in range(1, len(parts) + 1)))


def _of_folder(folder, assignment):
    own = folder / assignment
    if own.is_symlink() or (own.is_dir() and not own.is_symlink()):
        folder = own
    if problem := _link(folder):
        return [Found(folder, problem)]
    found = [Found(path, _link(path)) for path in sorted(folder.iterdir()) if path.suffix == ".ipynb"]
    return found or [Found(folder, UnreadableError("the folder holds no notebook (.ipynb)"))]


def _link(path):
    return UnreadableError("it is a link, not a file; hand in the notebook itself") if path.is_symlink() else None


def _chosen(several, assignment):
    """The one of the assignment's own name, else the one that was changed last; the note names the others."""
    notebooks = [one for one in several if one.path.suffix == ".ipynb"] or several
    named = [one for one in notebooks if one.path.stem == assignment]
    # of links the link's own time, so that nothing is followed
    chosen = max(named or notebooks, key=lambda one: (os.lstat(one.path).st_mtime, str(one.path)))
    others = [one.path for one in notebooks if one is not chosen]
    if not others:
        return chosen
    names = ", ".join(str(Path(path.parent.name) / path.name) for path in others)
    return Found(chosen.path, chosen.problem, f"{chosen.path.name} was taken, not {names}")
