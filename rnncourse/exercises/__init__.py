"""The exercises of the course: one source file each, from which page, stub, check and instructor's view come.

Every module of this package whose name has no leading underscore holds one exercise. Chapters use :func:`check`.
"""

import functools
import importlib
import pkgutil
import sys
import textwrap
from collections import Counter

from ..base.checks import check_name
from ..base.console import printable
from ..base.lending import kept_defaults
from ._build import Build, Property
from ._kinds import KINDS, Choice, Exercise, Open, Option, Wrong
from ._number import Mistake, Number

__all__ = [
    "Build", "Choice", "Exercise", "Mistake", "Number", "Open", "Option", "Property", "Wrong", "all_exercises",
    "check", "exercise",
]  # fmt: skip

_failures = {}  # name → how often in this session a check failed, and how often each series of hints was shown


@functools.cache
def all_exercises():
    """Every exercise, name → exercise: by chapter, and in a chapter from easy to hard, by kind, minutes and name.

    Raises:
        ValueError: two source files use the same name.
    """
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            one = importlib.import_module(f".{module.name}", __name__).exercise
            if one.name in found:
                raise ValueError(f"two source files hold an exercise called {one.name!r}; rename one")
            found[one.name] = one
    return dict(sorted(found.items(), key=lambda item: _place(item[1])))


def _place(one):
    """Where an exercise stands among all."""
    return one.chapter, KINDS.index(one.kind), one.minutes, one.name


def exercise(name):
    """The exercise of that name.

    Raises:
        ValueError: there is none.
    """
    known = all_exercises()
    check_name("name", name, known)
    return known[name]


def check(name, answer=...):
    """Check an answer to an exercise and print what was found.

    A wrong answer is told which property doesn't hold, for which input, what was expected and what came; from
    the second failure on with a hint that belongs to this property. A number is right if it agrees with the exact
    one in the digits that were asked for, rounded to the nearest. The solution is never printed. The random numbers of
    Python, NumPy and PyTorch go on afterwards as if nothing had been checked, and torch's default dtype is what it was.

    Args:
        name: the exercise.
        answer: a number, a letter or a function, as the exercise asks; ``...`` for an open one.

    Raises:
        ValueError: there is no such exercise.
    """
    one = exercise(name)
    if one.kind == "open":
        _say(f"{name}: an open question. Compare your answer with the rubric:")
        for criterion in one.criteria:
            _say(f"  {criterion}")
        return
    with kept_defaults():  # a solution may seed, and so may the reader's function
        verdict = one.judge(answer)
    if verdict.right:
        _failures.pop(name, None)
        _say(f"✓ {name}: {verdict.message}")
    elif not verdict.attempted:
        _say(f"· {name}: {verdict.message}")
    else:
        counts = _failures.setdefault(name, Counter())
        counts["failures"] += 1
        _say(f"✗ {name}: {verdict.property}: {verdict.message}")
        if counts["failures"] >= 2 and verdict.hints:
            _say(f"  hint: {verdict.hints[min(counts[verdict.hints], len(verdict.hints) - 1)]}")
            counts[verdict.hints] += 1


def _say(message):
    """Print a message in lines that fit into a page."""
    for line in message.splitlines():
        line = textwrap.fill(line, 76, subsequent_indent="    ", break_long_words=False)
        print(printable(line, sys.stdout))
