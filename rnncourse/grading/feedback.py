"""A page for each student: what each task earned, and why."""

import html
import unicodedata

LONGEST = 2000  # characters of a message
LONGEST_ANSWER = 20000
MOST_CELLS = 20  # with errors
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }}
body {{ color: #1a1a1a; background: #fff }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #bbb; padding: .4rem .6rem; text-align: left; vertical-align: top }}
td.points {{ white-space: nowrap }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font: inherit }}
</style>
<h1>{title}</h1>
<p>{student}</p>
{body}
</html>
"""


def page(assignment, student, graded, note=""):
    """The page of one student, HTML that loads nothing.

    Args:
        assignment: an :class:`~rnncourse.grading.assignment.Assignment`.
        graded: a :class:`~rnncourse.grading.judge.Graded`, or None where nothing was handed in.
        note: what else the student should know.
    """
    notes = [note, *(graded.notes if graded else ())]
    parts = [f"<p>{_text(text)}</p>" for text in notes if text]
    if graded is None:
        parts.append("<p>Nothing was handed in.</p>")
    elif graded.unreadable is not None:
        parts.append(f"<p>The notebook could not be graded: {_text(graded.unreadable)}.</p>")
    else:
        parts += _marks(assignment, graded)
    texts = dict(title=_text(assignment.title), student=_text(student), body="\n".join(parts))
    return PAGE.format(**texts)


def _marks(assignment, graded):
    earned = sum(mark.points or 0 for mark in graded.marks)
    open_points = sum(mark.of for mark in graded.marks if mark.points is None)
    yield f"<p><strong>{earned} of {assignment.points - open_points} points</strong></p>"
    if open_points:
        yield f"<p>Another {open_points} points are given by hand.</p>"
    yield "<table><tr><th>Task</th><th>Points</th><th>What was found</th></tr>"
    for mark in graded.marks:
        points = f"– of {mark.of}" if mark.points is None else f"{mark.points} of {mark.of}"
        said = f"<pre>{_text(mark.message)}</pre>"
        if mark.property not in (None, "open"):
            said = f"<strong>{_text(mark.property)}</strong>{said}"
        if mark.text:
            said += f"<details><summary>Your answer</summary><pre>{_text(mark.text, LONGEST_ANSWER)}</pre></details>"
        yield f'<tr><td>{_text(mark.task)}</td><td class="points">{points}</td><td>{said}</td></tr>'
    yield "</table>"
    if graded.cells:
        yield "<h2>Cells with errors</h2><ul>"
        shown = graded.cells[:MOST_CELLS]
        yield from (f"<li><pre>{_text(f'code cell {number}: {message}')}</pre></li>" for number, message in shown)
        yield "</ul>"
        if len(graded.cells) > len(shown):
            yield f"<p>and {len(graded.cells) - len(shown)} more</p>"


def _text(text, longest=LONGEST):
    """Text for a page: what a student wrote stays text. Signs that hide or turn others are taken out."""
    text = text if len(text) <= longest else text[: longest - 3] + "..."
    kept = (c for c in text if c == "\n" or not unicodedata.category(c).startswith("C"))
    return html.escape("".join(kept))
