"""The four kinds of exercise, as data. One source file holds one of them, called ``exercise``."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch

from ._running import Budget, adapted, compare, copied, described, described_error, run_limited

KINDS = ("understand", "build", "measure", "open")  # of rising depth
SECONDS = 10.0  # of computing, for one call of `check`, all cases together


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes:
        property: the property that doesn't hold; None if the answer is right.
        message: what was expected, what came, and for which input.
        attempted: False if the answer is still the stub's.
    """

    property: str | None
    message: str
    attempted: bool = True

    @property
    def right(self):
        """True if an answer was given and everything holds."""
        return self.attempted and self.property is None


NOT_ATTEMPTED = Verdict(None, "not attempted yet; replace the ... and run the cell", False)


@dataclass(frozen=True)
class Wrong:
    """A typical wrong answer and the property that must reject it.

    Args:
        why: what is wrong, in a few words.
        answer: the answer itself: a number, or the whole code of a function.
        fails: the name of the property.
        edit, also: instead of ``answer``, one or two changes of the solution's code: (text, what replaces it).
    """

    why: str
    answer: Any = None
    fails: str = "value"
    edit: tuple[str, str] | None = None
    also: tuple[str, str] | None = None

    def code(self, solution):
        """The code of this wrong answer to an exercise that asks for a function.

        Raises:
            ValueError: a text to be changed doesn't stand in the solution.
        """
        if self.edit is None:
            return self.answer
        for old, new in filter(None, (self.edit, self.also)):
            if old not in solution:
                raise ValueError(f"{self.why}: {old!r} doesn't stand in the solution")
            solution = solution.replace(old, new)
        return solution


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What all kinds share.

    Args:
        name: its name for :func:`rnncourse.check`, and its label on the page.
        chapter: the file stem of its chapter.
        title: a few words.
        minutes: how long a reader takes.
        statement: what to do, in MyST markdown.
        explanation: the solution in words, in MyST markdown; the solution's code follows it on the page.
        hints: shown one after the other, from the second failure on.
    """

    name: str
    chapter: str
    title: str
    minutes: int
    statement: str
    explanation: str
    hints: tuple[str, ...] = ()
    kind: ClassVar[str]


@dataclass(frozen=True)
class Option:
    """One answer of a choice, and what is said to somebody who gives it."""

    text: str
    feedback: str
    right: bool = False


@dataclass(frozen=True, kw_only=True)
class Choice(Exercise):
    """Choose one of several answers, each with its own feedback."""

    options: tuple[Option, ...]
    kind: ClassVar[str] = "understand"

    @property
    def letters(self):
        """The names of the options: a, b, c, …"""
        return "abcdefgh"[: len(self.options)]

    @property
    def stub(self):
        return f"answer = ...  # one of {', '.join(self.letters)}, as a string"

    @property
    def solution(self):
        (right,) = (letter for letter, option in zip(self.letters, self.options, strict=True) if option.right)
        return f'answer = "{right}"'

    @property
    def wrong(self):
        """Every option that isn't right is a typical wrong answer."""
        options = zip(self.letters, self.options, strict=True)
        return tuple(Wrong(o.text, letter, f"choice {letter}") for letter, o in options if not o.right)

    def judge(self, answer):
        if answer is ...:
            return NOT_ATTEMPTED
        letter = answer.strip(" ().\n").lower() if isinstance(answer, str) else ""
        if len(letter) != 1 or letter not in self.letters:
            return Verdict("choice", f"expected one of {', '.join(self.letters)} as a string, got {described(answer)}")
        option = self.options[self.letters.index(letter)]
        return Verdict(None if option.right else f"choice {letter}", option.feedback)


@dataclass(frozen=True)
class Mistake:
    """A typical wrong number: it is told apart from others, so that the message can say what went wrong."""

    name: str
    value: float
    message: str


@dataclass(frozen=True, kw_only=True)
class Number(Exercise):
    """Find a number, by thought (``kind="understand"``) or by a small experiment (``kind="measure"``).

    Args:
        solution: code that leaves the number in ``answer``.
        tolerance: how far from the solution's number an answer may lie, as a fraction of it.
        mistakes: typical wrong numbers; at least five.
    """

    solution: str
    mistakes: tuple[Mistake, ...]
    tolerance: float = 1e-6
    kind: str = "understand"

    @property
    def stub(self):
        return "answer = ...  # your number"

    @property
    def wrong(self):
        """Every mistake is a typical wrong answer."""
        return tuple(Wrong(mistake.message, mistake.value, mistake.name) for mistake in self.mistakes)

    def judge(self, answer):
        if answer is ...:
            return NOT_ATTEMPTED
        number = _number(answer)
        if number is None:
            quotes = "; leave out the quotes" if isinstance(answer, str) else ""
            return Verdict("number", f"expected a number, got {described(answer)}{quotes}")
        if not math.isfinite(number):
            return Verdict("number", f"expected a finite number, got {described(answer)}")
        expected = solve(self)
        if self._near(number, expected, self.tolerance):
            return Verdict(None, f"{number:g} is right")
        for mistake in self.mistakes:
            if self._near(number, mistake.value, self.tolerance):
                return Verdict(mistake.name, f"got {number:g}: {mistake.message}")
        if self._near(number, expected, 3 * self.tolerance):
            return Verdict("digits", f"{number:g} is close; give more digits, or measure more exactly")
        return Verdict("value", f"{number:g} isn't the number that was asked for")

    @staticmethod
    def _near(number, value, tolerance):
        return math.isclose(number, value, rel_tol=tolerance, abs_tol=1e-12)


def _number(answer):
    """The answer as a float, or None if it isn't a number; infinite if it is too large for one."""
    if isinstance(answer, (bool, str, bytes)):
        return None
    try:
        return float(answer)
    except OverflowError:
        return math.inf
    except Exception:  # lists, tensors of several numbers, objects of any kind
        return None


@dataclass(frozen=True)
class Property:
    """Something that must hold for what the function returns.

    Args:
        name: what a message calls it.
        complaint: function (got, expected, *arguments) → None if it holds, else what is wrong in words.
    """

    name: str
    complaint: Callable


@dataclass(frozen=True, kw_only=True)
class Build(Exercise):
    """Write a function; it is compared with the solution on random cases.

    Args:
        function: its name.
        stub: the code that the reader starts from, its body ``...``.
        solution: code that defines the function.
        case: function (torch.Generator) → the arguments of one random case, a tuple.
        properties: what is checked before the values, so that a message can name what is wrong.
        also_right: code that solves the exercise in another way.
        wrong: typical wrong answers; at least five.
        by_properties: True where many answers are right: only the properties count, not the solution's values.
        tolerance: largest difference from the solution's values.
        cases: how many random cases.
        known: function (*arguments) → what is right, where the case knows it and the solution only tries to find it.
    """

    function: str
    stub: str
    solution: str
    case: Callable
    properties: tuple[Property, ...] = ()
    also_right: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    by_properties: bool = False
    tolerance: float = 1e-5
    cases: int = 6
    known: Callable | None = None
    kind: ClassVar[str] = "build"

    def judge(self, answer, seed=0, seconds=None):
        """Compare a function with the solution.

        Args:
            answer: the function.
            seed: decides the random cases.
            seconds: of computing, for all cases together; by default SECONDS.
        """
        if answer is ...:
            return NOT_ATTEMPTED
        if not callable(answer):
            return Verdict("function", f"expected the function {self.function}, got {described(answer)}")
        seconds = SECONDS if seconds is None else seconds
        solution, budget = solve(self), Budget(seconds)
        for case in range(self.cases):
            arguments = self.case(torch.Generator().manual_seed(seed + case))
            expected = (self.known or solution)(*copied(arguments))
            given = copied(arguments)
            outcome = run_limited(answer, given, budget)
            if outcome.value is ...:
                return NOT_ATTEMPTED
            if outcome.late:
                message = f"{self.function} took more than {seconds:g} s; is there a loop without an end?"
                verdict = "finishes", message
            else:
                verdict = self._judge_one(outcome, expected, arguments, given)
            if verdict is not None:
                name, complaint = verdict
                return Verdict(name, f"{complaint}\n  for {described_arguments(arguments)}")
        return Verdict(None, f"right on {self.cases} random cases")

    def _judge_one(self, outcome, expected, arguments, given):
        """(name of the first property that doesn't hold, what is wrong), or None."""
        if outcome.error is not None:
            return "runs", f"{self.function} raised {described_error(outcome.error)}"
        if any(compare(a, b, 0) for a, b in zip(given, arguments, strict=True)):
            return "keeps its inputs", f"{self.function} changed its input; work on a copy"
        for name in ("type",) if self.by_properties else ("type", "shape"):
            if complaint := compare(outcome.value, expected, self.tolerance, only=name):
                return name, complaint
        try:
            got = adapted(outcome.value, expected)
        except Exception as error:  # a tensor without values, or of a kind that can't be converted
            return "type", f"what {self.function} returned can't be used: {described_error(error)}"
        difference = None if self.by_properties else compare(got, expected, self.tolerance)
        if not self.by_properties and difference is None:
            return None  # in some random case a wrong way may lead to the right values: no property may reject those
        for prop in self.properties:
            try:
                complaint = prop.complaint(got, expected, *arguments)
            except Exception as error:
                complaint = f"what {self.function} returned doesn't fit: {described_error(error)}"
            if complaint:
                return prop.name, complaint
        return ("value", difference) if difference else None


@dataclass(frozen=True, kw_only=True)
class Open(Exercise):
    """A question without a single right answer, with a rubric.

    Args:
        rubric: (points, what earns them), one for each criterion.
    """

    rubric: tuple[tuple[int, str], ...]
    kind: ClassVar[str] = "open"

    @property
    def criteria(self):
        """The rubric in words, one line for each criterion."""
        return tuple(f"{points} point{'s' * (points != 1)}: {criterion}" for points, criterion in self.rubric)


def described_arguments(arguments):
    """The arguments of a case in words: small ones with their values, others with their shapes."""
    return ", ".join(described(argument) for argument in arguments)


def solve(exercise):
    """Run the solution of an exercise and return the answer that it gives."""
    return answer_of(exercise, exercise.solution)


def answer_of(exercise, code):
    """Run an answer's code and return the answer: the function of a build, else the variable ``answer``."""
    import rnncourse  # the package imports the exercises, so this can't stand above

    names = {"rc": rnncourse, "torch": torch, "np": np, "math": math}
    exec(compile(code, f"<{exercise.name}>", "exec"), names)  # our own sources only, never what a reader gives
    return names[exercise.function if isinstance(exercise, Build) else "answer"]
