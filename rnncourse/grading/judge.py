"""Grade one submission: the student's code in its own process, the verdicts here."""

import hashlib
from dataclasses import asdict, dataclass

import torch

from ..exercises import Build, Open
from ..exercises._kinds import Verdict, solve
from ..exercises._running import described_error
from .answers import LEEWAY, LOOK, WAIT, Answers, Function, said
from .assignment import answer_name, seed_of
from .inside import values
from .session import EndedError, LateError
from .submission import GAP, UnreadableError, parse


@dataclass(frozen=True)
class Mark:
    """What one task earned.

    Attributes:
        points: None if it is to be marked by hand.
        of: what could be earned.
        property: what doesn't hold, as the exercise names it; None where the answer is right.
        message: for the student, with the hint that belongs to the property.
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
    with Answers(assignment, submission.cells, isolation) as answers:
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


def _judged(task, one, answer, seed):
    """The verdict on an answer; one that can't be judged is wrong, unless a right one can't be judged either."""
    options = dict(seed=seed, seconds=WAIT * LEEWAY * task.seconds) if isinstance(one, Build) else {}
    with torch.random.fork_rng(devices=[]):  # a solution may draw or seed
        torch.manual_seed(seed)
        try:
            return one.judge(answer, **options)
        except Exception as error:
            if not one.judge(solve(one), **options).right:
                raise  # the assignment's own fault
            return Verdict("value", f"what came back can't be judged: {described_error(error)}")


def _verdict(answers, task, one, seed):
    """(property that doesn't hold or None, message) of one task."""
    told = seed_of("told", seed)  # what the student's process is seeded with says nothing of the hidden cases
    try:
        session = answers.session()
        found = session.ask({"name": answer_name(task, one), "seed": told, "seconds": LOOK}, WAIT * LOOK)
        if found.get("missing") is True:
            return "missing", f"there is no {answer_name(task, one)} after all cells have run"
        if "error" in found:
            return "value", f"{answer_name(task, one)} can't be used: {said(found['error'])}"
        if found.get("callable") is True:
            is_build = isinstance(one, Build)
            answer = Function(session, told, task, one.function) if is_build else values.Other("function")
        else:
            answer = values.decode(found.get("value"))
        verdict = _judged(task, one, answer, seed)
        if verdict.property == "finishes":
            session.kill()  # else the next task would wait for this call
        if isinstance(answer, Function) and answer.late:
            return "finishes", answer.late
        if not verdict.attempted:
            return "attempted", "not attempted"
        hint = f"\n  hint: {verdict.hints[0]}" if verdict.hints else ""
        return verdict.property, verdict.message + hint
    except LateError as error:
        return "finishes", str(error)
    except EndedError as error:
        return "runs", str(error)
    except (values.ValueFormError, RecursionError) as error:
        return "value", f"what came back is no plain value: {error}"
