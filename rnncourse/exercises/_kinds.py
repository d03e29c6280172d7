"""Exercises as data: what all kinds share, and the two that need no computing, Choice and Open.

One source file holds one exercise, called ``exercise``. Numbers and functions have modules of their own.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch

from ._running import described

KINDS = ("understand", "build", "measure", "open")  # of rising depth


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes:
        property: the property that doesn't hold; None if the answer is right.
        message: what was expected, what came, and for which input.
        attempted: False if the answer is still the stub's.
        hints: what helps with that property, one after the other; none where the message is the help.
    """

    property: str | None
    message: str
    attempted: bool = True
    hints: tuple[str, ...] = ()

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
        hints: shown one after the other, from the second failure on: of a choice for every wrong option, else for an
            answer of which no more is known than that its value is wrong.
    """

    name: str
    chapter: str
    title: str
    minutes: int
    statement: str
    explanation: str
    hints: tuple[str, ...] = ()
    kind: ClassVar[str]

    @property
    def answer(self):
        """What the reader's answer is called in the code."""
        return "answer"


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
        return Verdict(None if option.right else f"choice {letter}", option.feedback, hints=self.hints)


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


def solve(exercise):
    """Run the solution of an exercise and return the answer that it gives."""
    return answer_of(exercise, exercise.solution)


def answer_of(exercise, code):
    """Run an answer's code and return the answer: the function of a Build, else the variable ``answer``."""
    import rnncourse  # the package imports the exercises, so this can't stand above

    names = {"rc": rnncourse, "torch": torch, "np": np, "math": math}
    exec(compile(code, f"<{exercise.name}>", "exec"), names)  # our own sources only, never what a reader gives
    return names[exercise.answer]
