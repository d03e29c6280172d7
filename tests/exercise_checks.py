"""What is asked of every exercise of the course, and of every task of the assignments, too."""

import dataclasses
import decimal
import inspect
import re

import torch

from rnncourse.exercises import Build, Number
from rnncourse.exercises._build import HINTS
from rnncourse.exercises._kinds import answer_of, solve


def check_tolerance(one):
    """A number is taken if it was rounded to the digits asked for, on both sides alike, and no further away.

    Typical wrong numbers are at least twice as far away.
    """
    right = float(solve(one))
    one = dataclasses.replace(one, solution=f"answer = {right!r}")  # solved once is enough
    tolerance = one.tolerance(right)
    if one.digits is None:
        assert right.is_integer(), f"{one.name}: a number that isn't whole needs digits"
    else:
        exact = decimal.Decimal(right)
        unit = decimal.Decimal(1).scaleb(exact.adjusted() + 1 - one.digits)
        assert tolerance <= float(unit) / 2 + 2e-7 * abs(right)
        for way in (decimal.ROUND_HALF_UP, decimal.ROUND_HALF_DOWN, decimal.ROUND_HALF_EVEN):
            rounded = float(exact.quantize(unit, way))
            assert one.judge(rounded).right
            assert one.judge(torch.tensor(rounded)).right, "in single precision, too"
    assert one.judge(torch.tensor(right)).right
    for side, words in ((1, "too high"), (-1, "too low")):
        assert one.judge(right + side * 0.999 * tolerance).right
        verdict = one.judge(right + side * (1.001 * tolerance + 1e-12))
        assert not verdict.right
        assert words in verdict.message or verdict.property == "digits"
    for mistake in one.mistakes:
        assert abs(mistake.value - right) >= 2 * tolerance, f"{one.name}: {mistake.name} is too near"


def check_feedback(one, verdict, wrong):
    """The message for a wrong answer helps with what is wrong in it, and doesn't give the solution."""
    said = "\n".join([verdict.message, *verdict.hints])
    if isinstance(one, Number):
        side = "high" if float(wrong.answer) > float(solve(one)) else "low"
        assert f"too {side}: " in verdict.message
        assert not _stands(float(solve(one)), said.partition(f"too {side}: ")[2], one.digits)
        assert verdict.hints == (), "the message of a typical wrong number is the help"
    elif isinstance(one, Build):
        own = {p.name: (p.hint,) for p in one.properties}
        assert verdict.hints == {"value": one.hints, **HINTS, **own}[verdict.property]
        assert verdict.hints and all(len(hint) > 20 for hint in verdict.hints), (one.name, verdict.property)
        names = list(inspect.signature(solve(one)).parameters)
        assert names == list(inspect.signature(answer_of(one, one.stub)).parameters)
        inputs = verdict.message.rpartition("\n  for ")[2]
        assert re.search(".*".join(rf"\b{name} = " for name in names), inputs, re.DOTALL), verdict.message
        given = one.stub + one.statement
        lines = {line.strip() for line in one.solution.splitlines()}
        assert not [line for line in lines if len(line) > 25 and line not in given and line in said]
    else:
        assert verdict.hints == one.hints


def _stands(value, text, digits):
    """True if a text holds a number as it could be given for an answer."""
    way = f"{value:.{digits}g}" if digits else f"{value:.0f}"
    return re.search(rf"(?<![\d.\w]){re.escape(way)}(?![\d\w]|\.\d)", text.replace(",", "")) is not None
