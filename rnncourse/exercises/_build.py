"""Functions: compared with the solution on random cases, after properties that can say what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch

from ._kinds import NOT_ATTEMPTED, Exercise, Verdict, Wrong, solve
from ._running import Budget, adapted, compare, copied, described, described_error, input_names, run_limited

SECONDS = 10.0  # of computing, for one call of `check`, all cases together

# What helps with the properties that every function must have.
HINTS = {
    "function": ("Give the function itself, without brackets behind its name.",),
    "runs": ("Call it yourself on inputs like those above, and print the shapes before the line that fails.",),
    "finishes": ("What ends each loop, and does every turn come nearer to it?",),
    "keeps its inputs": (
        "In place are +=, *=, assignments to parts, and methods whose names end in _. "
        "Use what returns a new object, or copy first (clone() for a tensor).",
    ),
    "type": ("Read the statement again: how many values are returned, and of which kind is each?",),
    "shape": ("Read the statement again: which dimensions does the result have, and in which order?",),
}


@dataclass(frozen=True)
class Property:
    """Something that must hold for what the function returns.

    Args:
        name: what a message calls it.
        complaint: function (got, expected, *arguments) → None if it holds, else what is wrong in words.
        hint: what helps somebody whose function doesn't have it; shown from the second failure on.
    """

    name: str
    complaint: Callable
    hint: str = ""


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

    @property
    def answer(self):
        """What the reader's answer is called in the code."""
        return self.function

    def hints_for(self, name):
        """The hints that belong to a property; those of the exercise belong to an answer with wrong values only."""
        own = {prop.name: (prop.hint,) for prop in self.properties if prop.hint}
        return {"value": self.hints, **HINTS, **own}.get(name, ())

    def judge(self, answer, seed=0, budget=None):
        """Compare a function with the solution.

        Args:
            answer: the function.
            seed: decides the random cases.
            budget: the time for all cases together; by default SECONDS of computing.
        """
        if answer is ...:
            return NOT_ATTEMPTED
        if not callable(answer):
            message = f"expected the function {self.function}, got {described(answer)}"
            return Verdict("function", message, hints=self.hints_for("function"))
        solution, budget = solve(self), budget or Budget(SECONDS)
        for case in range(self.cases):
            arguments = self.case(torch.Generator().manual_seed(seed + case))
            names = input_names(answer, len(arguments)) or input_names(solution, len(arguments))
            expected = (self.known or solution)(*copied(arguments))
            given = copied(arguments)
            outcome = run_limited(answer, given, budget)
            if outcome.value is ...:
                return NOT_ATTEMPTED
            if outcome.late:
                message = f"{self.function} took more than {budget.seconds:g} s; is there a loop without an end?"
                verdict = "finishes", message
            else:
                verdict = self._judge_one(outcome, expected, dict(zip(names, arguments, strict=True)), given)
            if verdict is not None:
                name, complaint = verdict
                inputs = ", ".join(f"{n} = {described(a)}" for n, a in zip(names, arguments, strict=True))
                return Verdict(name, f"{complaint}\n  for {inputs}", hints=self.hints_for(name))
        return Verdict(None, f"right on {self.cases} random cases")

    def _judge_one(self, outcome, expected, arguments, given):
        """(name of the first property that doesn't hold, what is wrong), or None."""
        if outcome.error is not None:
            return "runs", f"{self.function} raised {described_error(outcome.error)}"
        changed = [name for (name, old), new in zip(arguments.items(), given, strict=True) if compare(new, old, 0)]
        if changed:
            return "keeps its inputs", f"{self.function} changed its input {' and '.join(changed)}; work on a copy"
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
                complaint = prop.complaint(got, expected, *arguments.values())
            except Exception as error:
                complaint = f"what {self.function} returned doesn't fit: {described_error(error)}"
            if complaint:
                return prop.name, complaint
        return ("value", difference) if difference else None
