"""Numbers: right if they are the exact one as far as the digits go that were asked for."""

import math
from dataclasses import dataclass

from ._kinds import NOT_ATTEMPTED, Exercise, Verdict, Wrong, solve
from ._running import described

WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight"}
SINGLE = 1e-7  # of a number: a little more than what is lost where it is stored in single precision


@dataclass(frozen=True)
class Mistake:
    """A typical wrong number: it is told apart from others, so that the message can say what went wrong."""

    name: str
    value: float
    message: str


@dataclass(frozen=True, kw_only=True)
class Number(Exercise):
    """Find a number, by thought (``kind="understand"``) or by a small experiment (``kind="measure"``).

    An answer is right if it lies within half a unit of the last digit asked for. So a number that was rounded to
    the nearest is right, whichever way a tie goes, and so is one with more digits; one that was cut off need not be.

    Args:
        solution: code that leaves the number in ``answer``.
        digits: how many significant digits the statement asks for, two to eight; None for a whole number, which
            must be exact.
        mistakes: typical wrong numbers, at least five, each at least twice as far from the right one as an answer
            may be.

    Raises:
        ValueError: the statement doesn't ask for the digits.
    """

    solution: str
    mistakes: tuple[Mistake, ...]
    digits: int | None = None
    kind: str = "understand"

    def __post_init__(self):
        if self.digits is not None and f"Give {self._asked}." not in self.statement:
            raise ValueError(f"statement of {self.name} must say 'Give {self._asked}.', since digits is {self.digits}")

    @property
    def _asked(self):
        return f"{WORDS[self.digits]} significant digits"

    @property
    def stub(self):
        return "answer = ...  # your number"

    @property
    def wrong(self):
        """Every mistake is a typical wrong answer."""
        return tuple(Wrong(mistake.message, mistake.value, mistake.name) for mistake in self.mistakes)

    def tolerance(self, value):
        """How far from a value a number may lie to be taken for it."""
        rounding = 0 if self.digits is None else _unit(value, self.digits) / 2
        return rounding + SINGLE * abs(value)

    def judge(self, answer):
        if answer is ...:
            return NOT_ATTEMPTED
        number = _number(answer)
        if number is None:
            quotes = "; leave out the quotes" if isinstance(answer, str) else ""
            return Verdict("number", f"expected a number, got {described(answer)}{quotes}")
        if not math.isfinite(number):
            return Verdict("number", f"expected a finite number, got {described(answer)}")
        expected = float(solve(self))
        if self._is(number, expected):
            return Verdict(None, f"{number:.8g} is right")
        side = "high" if number > expected else "low"
        near = [mistake for mistake in self.mistakes if self._is(number, mistake.value)]
        if near:  # with few digits it may be more than one
            mistake = min(near, key=lambda mistake: abs(number - mistake.value))
            return Verdict(mistake.name, f"got {number:.8g}, too {side}: {mistake.message}")
        if (complaint := self._digits(number, expected)) is not None:
            return Verdict("digits", complaint)
        message = f"{number:.8g} isn't the number that was asked for; it is too {side}"
        return Verdict("value", message, hints=self.hints)

    def _is(self, number, value):
        return abs(number - value) <= self.tolerance(value)

    def _digits(self, number, expected):
        """What is wrong with the digits of a number that is the right one otherwise, or None."""
        if self.digits is None:
            return None if number.is_integer() else f"got {number:.8g}, and the answer is a whole number"
        for digits in range(2, self.digits + 1):
            unit = _unit(expected, digits)
            if math.isclose(number, round(expected / unit) * unit, rel_tol=SINGLE):
                return f"{number:.8g} is right as far as it goes, but too short; give {self._asked}"
            if math.isclose(number, math.trunc(round(expected / unit, 6)) * unit, rel_tol=SINGLE):
                return f"{number:.8g} was cut off and not rounded; give {self._asked}"
        return None


def _unit(value, digits):
    """One unit of the last of so many significant digits; 0 for 0, which has none."""
    return 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits) if value else 0.0


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
