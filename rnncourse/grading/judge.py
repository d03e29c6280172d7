"""Grade one submission: the student's code in its own process, the verdicts here."""

import hashlib
from dataclasses import asdict, dataclass, field

import torch

from ..exercises import Build, Open
from ..exercises._kinds import Verdict, solve
from ..exercises._running import Budget, described_error
from .answers import LEEWAY, LOOK, WAIT, Answers, Function, said
from .assignment import answer_name, seed_of
from .clues import about_notebook, where
from .identity import normal
from .inside import values
from .likeness import prints
from .session import EndedError, LateError, WaitedError
from .submission import GAP, UnreadableError, parse

UNGRADED = "not graded"  # the property of a mark that isn't final


@dataclass(frozen=True)
class Mark:
    """What one task earned.

    Attributes:
        points: None if it is to be marked by hand, or couldn't be graded.
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
        cells: (number, what went wrong) of the cells of code that failed, numbered as in the notebook.
        notes: what else should be known of the notebook.
        prints: what is kept of the answers to compare them, see :func:`~rnncourse.grading.likeness.prints`.
    """

    marks: tuple[Mark, ...]
    unreadable: str | None = None
    cells: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    prints: dict = field(default_factory=dict)

    @property
    def final(self):
        """False if some answer couldn't be graded on this machine at this time, and should be once more."""
        return all(mark.property != UNGRADED for mark in self.marks)

    def as_dict(self):
        """In plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain):
        """From what :meth:`as_dict` gave."""
        marks = tuple(Mark(**mark) for mark in plain["marks"])
        cells, notes = tuple(map(tuple, plain["cells"])), tuple(plain["notes"])
        return cls(marks, plain["unreadable"], cells, notes, plain["prints"])


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
    exercises = assignment.exercises(student, salt)
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
            seed = seed_of(salt, assignment.name, task.name, normal(student), digest)
            verdict = _verdict(answers, task, one, seed)
            if verdict[0] == "missing":
                failed = [number for number, _ in answers.complaints(submission.numbers)]
                verdict = verdict[0], verdict[1] + where(submission, answer_name(task, one), failed)
            points = None if verdict[0] == UNGRADED else task.points * (verdict[0] is None)
            marks.append(Mark(task.name, points, task.points, *verdict))
        notes = about_notebook(submission, assignment, exercises, student)
        kept = prints(assignment, exercises, submission)
        return Graded(tuple(marks), None, answers.complaints(submission.numbers), notes, kept)


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
    def options():
        if not isinstance(one, Build):
            return {}
        # the student's function computes in another process, which has its own limit; here the clock counts
        return dict(seed=seed, budget=Budget(WAIT * LEEWAY * task.seconds, on_clock=1))

    with torch.random.fork_rng(devices=[]):  # a solution may draw or seed
        torch.manual_seed(seed)
        try:
            return one.judge(answer, **options())
        except Exception as error:
            if not one.judge(solve(one), **options()).right:
                raise  # the assignment's own fault
            return Verdict("value", f"what came back can't be judged: {described_error(error)}")


def _verdict(answers, task, one, seed):
    """(property that doesn't hold or None, message) of one task."""
    try:
        found = _found(answers, task, one, seed)
    except WaitedError as error:
        return UNGRADED, str(error)
    return (UNGRADED, f"{answers.waited} ({found[1]})") if answers.waited and found[0] else found


def _found(answers, task, one, seed):
    """The same, for an answer that there was time enough for.

    Raises:
        WaitedError: there wasn't.
    """
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
        before = session.computed()
        verdict = _judged(task, one, answer, seed)
        used = session.computed() - before
        if verdict.property == "finishes":
            session.kill()  # else the next task would wait for this call
        if isinstance(answer, Function) and answer.late:
            raise answer.late
        if verdict.property == "finishes" and used < task.seconds:
            within = WAIT * LEEWAY * task.seconds
            raise WaitedError(f"{one.function}: no answer within {within:g} s, in which it computed for {used:.1f} s")
        if not verdict.attempted:
            return "attempted", "not attempted"
        hint = f"\n  hint: {verdict.hints[0]}" if verdict.hints else ""
        return verdict.property, verdict.message + hint
    except WaitedError:
        raise
    except LateError as error:
        return "finishes", str(error)
    except EndedError as error:
        return "runs", str(error)
    except (values.ValueFormError, RecursionError) as error:
        return "value", f"what came back is no plain value: {error}"
