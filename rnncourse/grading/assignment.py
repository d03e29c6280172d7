"""An assignment, as data. One source file holds one of them, called ``assignment``."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..exercises import Build, Choice, Exercise, Number, Open
from .draws import Draws
from .identity import normal

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KINDS = (Choice, Number, Build, Open)


def seed_of(*names):
    """A seed below 2⁶², the same for the same names on every machine; a change of any name gives another."""
    # as JSON, so that ("ab", "c") and ("a", "bc") differ
    return int.from_bytes(hashlib.sha256(json.dumps(names).encode()).digest()[:8]) >> 2


class Variant:
    """What is drawn for one student in one task: the same draws each time, others for another student.

    The draws don't come from Python's generator, whose results may change with its version.

    Args:
        names: what decides the draws: the assignment, the task and the student.
        secret: text that only the instructor has; "" where a notebook is made, so that nothing hidden can stand in it.
    """

    def __init__(self, *names, secret=""):
        self._names, self._secret, self._drawn = names, secret, 0

    def integer(self, low, high):
        """A whole number, low <= number <= high.

        Raises:
            ValueError: high is less than low.
        """
        if high < low:
            raise ValueError(f"high must be at least low, got low {low} and high {high}")
        self._drawn += 1
        return low + seed_of(*self._names, self._drawn) % (high - low + 1)

    def choice(self, options):
        """One of the options.

        Raises:
            ValueError: there is none.
        """
        options = tuple(options)
        if not options:
            raise ValueError("options must hold at least one, got none")
        return options[self.integer(0, len(options) - 1)]

    def sample(self, options, count):
        """``count`` different ones of the options, in random order, as a list.

        Raises:
            ValueError: there are fewer.
        """
        left = list(options)
        if not 0 <= count <= len(left):
            raise ValueError(f"count must be a whole number of at most {len(left)}, the options, got {count}")
        return [left.pop(self.integer(0, len(left) - 1)) for _ in range(count)]

    def decimal(self, low, high, digits):
        """A number of so many digits after the point, low <= number <= high."""
        scale = 10**digits
        return self.integer(round(low * scale), round(high * scale)) / scale

    def hidden(self, *names):
        """A :class:`~rnncourse.grading.draws.Draws` for what students must not know, as hidden labels.

        All else can be computed by anyone from the names. Nothing that a student sees may be drawn from the same
        stream as what is hidden, so give each a name of its own.

        Args:
            names: what the stream is for, and for which case.
        """
        return Draws(self._secret, *self._names, *names)


@dataclass(frozen=True)
class Task:
    """One question of an assignment.

    Args:
        name: words of small letters and digits, joined by ``-``; a student's answer is called ``answer_NAME``.
        points: what a right answer earns; of an open question, the sum of its rubric.
        make: function (Variant) → the exercise for one student: a Choice, Number, Build or Open.
        examples: of a Build, how many cases a student sees with their results; 0 where they would be too long.
        seconds: of a Build, the time for all hidden cases together.
    """

    name: str
    points: int
    make: Callable
    examples: int = 2
    seconds: float = 10.0


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What a class is given at once.

    Args:
        name: words of small letters and digits, joined by ``-``; names the notebooks.
        title: a few words.
        chapters: the chapters that it needs, file stem → title.
        minutes: how long a student takes.
        introduction: what it is about, in markdown.
        goals: what a student can do afterwards.
        tasks: its questions.
        seconds: the time in which all cells of a student's notebook must have run when it is graded.

    Raises:
        ValueError: a name is unsound or used twice, or points aren't positive whole numbers.
    """

    name: str
    title: str
    chapters: Mapping[str, str]
    minutes: int
    introduction: str
    goals: tuple[str, ...]
    tasks: tuple[Task, ...]
    seconds: float = 60.0

    def __post_init__(self):
        _check_identifier("name of an assignment", self.name)
        for task in self.tasks:
            _check_identifier(f"{self.name}: name of a task", task.name)
            if type(task.points) is not int or task.points < 1:
                raise ValueError(
                    f"{self.name}: points of the task {task.name} must be a whole number of at least 1, "
                    f"got {task.points!r}"
                )
        names = [task.name for task in self.tasks]
        if len(set(names)) < len(names) or not names:
            raise ValueError(f"{self.name}: tasks must have one name each, got {', '.join(names) or 'no task'}")

    @property
    def points(self):
        """What can be earned."""
        return sum(task.points for task in self.tasks)

    def exercises(self, student, secret=""):
        """The exercises of one student: task name → Choice, Number, Build or Open.

        The normal form of the student's id decides the numbers (see :func:`~rnncourse.grading.identity.normal`).

        Args:
            student: whose numbers.
            secret: decides what is hidden, see :class:`Variant`.

        Raises:
            ValueError: a task makes no exercise, two functions have the same name, or a rubric has other points.
        """
        made, functions = {}, set()
        for task in self.tasks:
            one = task.make(Variant(self.name, task.name, normal(student), secret=secret))
            self._check(task, one, functions)
            made[task.name] = one
        return made

    def _check(self, task, one, functions):
        place = f"{self.name}, task {task.name}"
        if not isinstance(one, KINDS):
            kinds = ", ".join(kind.__name__ for kind in KINDS)
            raise ValueError(f"{place}: make must return one of {kinds}, got {type(one).__name__}")
        if isinstance(one, Build):
            if one.function in functions:
                raise ValueError(f"{place}: another task asks for a function {one.function}, too; rename one")
            functions.add(one.function)
        if isinstance(one, Open) and sum(points for points, _ in one.rubric) != task.points:
            raise ValueError(f"{place}: the points of the rubric must have the sum {task.points}")


def answer_name(task: Task, one: Exercise):
    """What a student's answer is called: the function of a Build, else ``answer_`` and the task's name."""
    return one.function if isinstance(one, Build) else "answer_" + task.name.replace("-", "_")


def load(path):
    """Read the assignment of a source file.

    The file's code is run, so it must be your own.

    Raises:
        OSError: the file can't be read.
        ValueError: its code fails, or it holds no assignment.
    """
    return from_source(Path(path).read_text(encoding="utf-8"), str(path))


def from_source(source, path):
    """The assignment of a source file's text; ``path`` names it in messages.

    Raises:
        ValueError: the code fails, or it holds no assignment.
    """
    names = {"__name__": Path(path).stem, "__file__": path}
    try:
        exec(compile(source, path, "exec"), names)
    except Exception as error:
        raise ValueError(f"{path} can't be loaded: {type(error).__name__}: {error}") from error
    found = names.get("assignment")
    if not isinstance(found, Assignment):
        raise ValueError(f"{path} must hold `assignment = Assignment(…)`, got {type(found).__name__}")
    return found


def _check_identifier(argument, value):
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError(f"{argument} must be words of small letters and digits, joined by -, got {value!r}")
