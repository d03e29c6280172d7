"""Grade one submission: the student's code in its own process, the verdicts here."""

import hashlib
from dataclasses import asdict, dataclass

import numpy as np
import torch

from ..exercises import Build, Open
from .assignment import answer_name, seed_of
from .inside import values
from .session import EndedError, LateError, Session
from .submission import GAP, UnreadableError, parse

LEEWAY = 2.0  # times the time that a student is told, in seconds of computing, since this machine may be slower
WAIT = 3.0  # times that on the clock, since this machine may be busy
LOOK = 10.0  # seconds to say what a variable holds
MOST_EXTRA = 60.0  # seconds for the cells after the time of all is over


class RemoteError(Exception):
    """The student's function raised an error; made anew with the error's name as the class's."""


@dataclass(frozen=True)
class Mark:
    """What one task earned.

    Attributes:
        points: None if it is to be marked by hand.
        of: what could be earned.
        property: what doesn't hold, as the exercise names it; None where the answer is right.
        message: for the student.
        text: an open answer.
    """

    task: str
    points: int | None
    of: int
    property: str | None
    message: str
    text: str = ""


@dataclass(frozen=True)
class Graded:
    """What became of a submission.

    Attributes:
        marks: one for each task; none where the submission can't be read.
        unreadable: why it can't be read, or None.
        cells: what went wrong in which cell of code, in words.
    """

    marks: tuple[Mark, ...]
    unreadable: str | None = None
    cells: tuple[str, ...] = ()

    def as_dict(self):
        """In plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain):
        """From what :meth:`as_dict` gave."""
        marks = tuple(Mark(**mark) for mark in plain["marks"])
        return cls(marks, plain["unreadable"], tuple(plain["cells"]))


def grade(assignment, salt, student, content, isolation):
    """Grade the notebook of one student.

    Args:
        assignment: an :class:`~rnncourse.grading.assignment.Assignment`.
        salt: a secret text, such as the digest of the assignment's source: nobody without it knows the hidden cases.
        student: who handed it in; decides the student's numbers.
        content: bytes of the notebook, or the :class:`UnreadableError` that they gave.
        isolation: what shuts the student's code in.

    Returns:
        A :class:`Graded`; the same for the same arguments, unless time runs out.

    Raises:
        StartError: the student's process can't be started.
        ValueError: the assignment is unsound.
    """
    exercises = assignment.exercises(student)
    try:
        if isinstance(content, UnreadableError):
            raise content
        submission = parse(content)
    except UnreadableError as error:
        return Graded((), str(error))
    digest = hashlib.sha256(content).hexdigest()
    with _Answers(assignment, submission.cells, isolation) as answers:
        marks = []
        for task in assignment.tasks:
            one = exercises[task.name]
            if isinstance(one, Open):
                marks.append(_open_mark(task, submission))
                continue
            seed = seed_of(salt, assignment.name, task.name, student, digest)
            verdict = _verdict(answers, task, one, seed)
            marks.append(Mark(task.name, task.points * (verdict[0] is None), task.points, *verdict))
        return Graded(tuple(marks), None, answers.complaints())


def _open_mark(task, submission):
    text = submission.texts.get(task.name)
    if text is None:
        message = f"the line <!-- answer: {task.name} --> isn't in the notebook; to be marked by hand"
        return Mark(task.name, None, task.points, "open", message)
    if text in ("", GAP):
        message = f"nothing stands under the line <!-- answer: {task.name} -->; to be marked by hand"
        return Mark(task.name, None, task.points, "open", message)
    return Mark(task.name, None, task.points, "open", "to be marked by hand", text[:20000])


def _verdict(answers, task, one, seed):
    """(property that doesn't hold or None, message) of one task."""
    try:
        session = answers.session()
        found = session.ask({"name": answer_name(task, one), "seed": seed, "seconds": LOOK}, WAIT * LOOK)
        if found.get("missing") is True:
            return "missing", f"there is no {answer_name(task, one)} after all cells have run"
        if "error" in found:
            return "value", f"{answer_name(task, one)} can't be used: {_said(found['error'])}"
        if found.get("callable") is True:
            is_build = isinstance(one, Build)
            answer = _Function(session, seed, task, one.function) if is_build else values.Other("function")
        else:
            answer = values.decode(found.get("value"))
        with torch.random.fork_rng(devices=[]):  # a solution may draw or seed
            torch.manual_seed(seed)
            if isinstance(one, Build):
                verdict = one.judge(answer, seed=seed, seconds=WAIT * LEEWAY * task.seconds)
            else:
                verdict = one.judge(answer)
        if verdict.property == "finishes":
            session.kill()  # else the next task would wait for this call
        if isinstance(answer, _Function) and answer.late:
            return "finishes", answer.late
        if not verdict.attempted:
            return "attempted", "not attempted"
        return verdict.property, verdict.message
    except LateError as error:
        return "finishes", str(error)
    except EndedError as error:
        return "runs", str(error)
    except (values.ValueFormError, RecursionError) as error:
        return "value", f"what came back is no plain value: {error}"


class _Answers:
    """The processes of one submission: one, and another where it died and tasks are left."""

    def __init__(self, assignment, cells, isolation):
        self._assignment, self._cells, self._isolation = assignment, cells, isolation
        self._session, self._errors, self._fatal = None, [], None

    def session(self):
        """A process in which all cells have run.

        Raises:
            EndedError: the cells end it.
        """
        if self._session and self._session.alive:
            return self._session
        if self._fatal:
            raise self._fatal
        self.close()
        seconds = self._assignment.seconds
        cells = LEEWAY * seconds + min(MOST_EXTRA, len(self._cells)) + 1
        tasks = sum(LEEWAY * task.seconds + LOOK for task in self._assignment.tasks)
        self._session = Session(self._isolation, cells + tasks)
        try:
            request = {"cells": self._cells, "seconds": LEEWAY * seconds, "wait": WAIT, "seed": 0}
            reply = self._session.ask(request, WAIT * cells)
        except EndedError as error:
            # the next process would run the same cells and end the same way
            self._fatal = type(error)(f"while the cells ran: {error}")
            raise self._fatal from None
        errors = reply.get("errors")
        self._errors = errors if isinstance(errors, list) else []
        return self._session

    def complaints(self):
        """What went wrong in which cell, in words."""
        numbered = enumerate(self._errors[: len(self._cells)], start=1)
        return tuple(f"code cell {n}: {_said(error)}" for n, error in numbered if error is not None)[:20]

    def close(self):
        if self._session:
            self._session.close()
            self._session = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class _Function:
    """Stands for a student's function: called here, it runs there, and gives the plain value that came back."""

    def __init__(self, session, seed, task, name):
        self._session, self._seed, self._task, self._name = session, seed, task, name
        self.late = None  # the message of a call that computed too long

    def __call__(self, *arguments):
        request = {"name": self._name, "seed": self._seed, "seconds": LEEWAY * self._task.seconds}
        request["arguments"] = [values.encode(argument) for argument in arguments]
        try:
            # a second more than who waits for this call, so that he is the one who calls it late
            reply = self._session.ask(request, WAIT * LEEWAY * self._task.seconds + 1)
        except LateError as error:
            self.late = f"{self._name}: {error}"
            raise
        if "error" in reply:
            name, text = _parts(reply["error"])
            raise type(name, (RemoteError,), {})(text)
        changed = reply.get("changed")
        for place, new in (changed if isinstance(changed, dict) else {}).items():
            if place.isdecimal() and int(place) < len(arguments):
                _change(arguments[int(place)], values.decode(new))
        return values.decode(reply.get("value"))


def _change(old, new):
    """Make an argument what the student's function made of its own copy."""
    if isinstance(old, torch.Tensor) and isinstance(new, torch.Tensor):
        old.data = new.detach().to(old.dtype)
    elif isinstance(old, list) and isinstance(new, list):
        old[:] = new
    elif isinstance(old, dict) and isinstance(new, dict):
        old.clear()
        old.update(new)
    elif isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
        old[...] = new
    elif isinstance(old, tuple) and isinstance(new, tuple):
        for one, other in zip(old, new, strict=False):
            _change(one, other)


def _parts(error):
    """Class name and message of an error that came back, whatever really came."""
    error = error if isinstance(error, dict) else {}
    name, text = error.get("type"), error.get("text")
    plain = name if isinstance(name, str) and name.isidentifier() else "Error"
    return plain[:80], text[:400] if isinstance(text, str) else "(without a message)"


def _said(error):
    return "{}: {}".format(*_parts(error))
