"""An exercise in text: the parts that its chapter shows, and the instructor's view."""

from ._build import Build
from ._kinds import Choice, Open


def instructor_view(exercise):
    """Everything about an exercise in markdown, with the typical wrong answers and what rejects them."""
    lines = [f"# {exercise.title} (`{exercise.name}`)", "", f"{exercise.chapter}, {_kind(exercise)}", ""]
    lines += [exercise.statement.strip(), *choices(exercise), "", "## Solution", "", _explained(exercise), ""]
    if not isinstance(exercise, Open):
        lines += ["## Typical wrong answers", ""]
        lines += [f"- {wrong.why}: rejected by *{wrong.fails}*" for wrong in exercise.wrong]
    hints = [f"- *{p.name}*: {p.hint}" for p in exercise.properties if p.hint] if isinstance(exercise, Build) else []
    hints += [f"{n}. {hint}" for n, hint in enumerate(exercise.hints, start=1)]
    if hints:
        lines += ["", "## Hints", "", *hints]
    return "\n".join(lines) + "\n"


def _kind(exercise):
    return f"{exercise.kind}, {exercise.minutes} minutes"


def statement(exercise):
    """The exercise block of the page, in MyST markdown."""
    kind = _kind(exercise).capitalize()
    body = "\n".join([f"*{kind}.* {exercise.statement.strip()}", *choices(exercise)])
    start = f"```{{exercise-start}} {exercise.title}\n:label: {exercise.name}\n```"
    return f"{start}\n{body}\n\n```{{exercise-end}}\n```"


def choices(exercise):
    """The options of a choice, one line each, in markdown; nothing for another kind."""
    if not isinstance(exercise, Choice):
        return []
    pairs = zip(exercise.letters, exercise.options, strict=True)
    return ["", *(f"- **{letter}**: {option.text}" for letter, option in pairs)]


def stub(exercise):
    """The code cell that a reader fills in, with its check."""
    gap = "\n\n" if isinstance(exercise, Build) else ""
    return f'{exercise.stub.strip()}\n{gap}rc.check("{exercise.name}", {exercise.answer})'


def solution(exercise):
    """The folded solution of the page, in MyST markdown."""
    start = f"```{{solution-start}} {exercise.name}\n:class: dropdown\n```"
    return f"{start}\n{_explained(exercise)}\n\n```{{solution-end}}\n```"


def _explained(exercise):
    text = exercise.explanation.strip()
    if isinstance(exercise, Open):
        return "\n".join([text, "", "**Rubric**", "", *(f"- {criterion}" for criterion in exercise.criteria)])
    return f"{text}\n\n```python\n{exercise.solution.strip()}\n```"
