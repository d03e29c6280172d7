"""Read what a student handed in: the bytes of a notebook, in which anything may stand."""

import json
import re
from dataclasses import dataclass

LARGEST = 10 * 2**20  # bytes of a notebook without its outputs
MOST_PARTS = 5 * 10**6  # brackets and commas of a notebook: each may become a value of a hundred bytes
MOST_CELLS = 2000
SKIPPED = "# not run when graded"  # a cell that starts so is left out, such as a long training
GAP = "*(Write your answer here, all text and all tables, and keep the line above. Code and figures: in cells below.)*"
OPEN_ANSWER = re.compile(r"<!--\s*answer:\s*([a-z0-9-]+)\s*-->")
MADE_FOR = re.compile(r"^For \*\*(.{1,300}?)\*\*, whose numbers", re.MULTILINE)  # as the handout's introduction says
OTHER_LANGUAGE = re.compile(r"%%(?!time|capture)\w+|%%timeit")  # the whole cell isn't Python, or shall run often


class UnreadableError(ValueError):
    """A file isn't a notebook that can be graded; the message says why, for the student."""


@dataclass(frozen=True)
class Submission:
    """What a notebook holds that is graded. Ids and tags don't count, so any editor will do.

    Attributes:
        cells: the code cells that are run, in order.
        texts: task name → text of its open answer.
        numbers: of each code cell, which one of all code cells it is in the notebook, from 1.
        dropped: (where, why, source) of each cell that isn't run and could hold an answer.
        made_for: the student whose numbers it has, as far as it still says so, or None.
    """

    cells: tuple[str, ...]
    texts: dict[str, str]
    numbers: tuple[int, ...] = ()
    dropped: tuple[tuple[str, str, str], ...] = ()
    made_for: str | None = None


def without_outputs(content):
    """The bytes of a notebook that holds the sources of the cells alone; outputs may be large and aren't graded.

    Raises:
        UnreadableError: they are no notebook of format 4, or too large.
    """
    notebook = _loaded(content)
    cells = [dict(zip(("cell_type", "source"), _kind_and_source(cell), strict=True)) for cell in notebook["cells"]]
    made_for = _noted_student(notebook)
    return as_notebook(cells, {"rnncourse": {"student": made_for}} if made_for else {})


def as_notebook(cells, metadata=None):
    """The bytes of a notebook of these cells.

    Raises:
        UnreadableError: it is too large.
    """
    data = {"cells": cells, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
    content = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
    if len(content) > LARGEST:
        raise UnreadableError(
            f"it has {len(content) / 2**20:.0f} MB without its outputs, more than {LARGEST // 2**20}; take pictures "
            "and data out of its cells and hand it in again"
        )
    return content


def parse(content):
    """The :class:`Submission` in the bytes of a notebook.

    Raises:
        UnreadableError: they are no notebook of format 4.
    """
    notebook = _loaded(content)
    cells, numbers, dropped, texts, count = [], [], [], {}, 0
    made_for = None  # as the introduction says, which most editors keep
    for cell in notebook["cells"]:
        kind, source = _kind_and_source(cell)
        _find_answers(source, texts)
        if kind == "code":
            count += 1
            kept = _without_cell_magic(source)
            if kept is None:
                first = source.lstrip().partition("\n")[0]
                dropped.append((f"code cell {count}", f"isn't run, since it begins with {first[:60]}", source))
            else:
                cells.append(kept)
                numbers.append(count)
        else:
            dropped.append((f"a cell of text below code cell {count}", "isn't code", source))
            if made_for is None and (found := MADE_FOR.search(source)):
                made_for = found[1]
    if not cells:
        raise UnreadableError("it has no code cell")
    made_for = made_for or _noted_student(notebook)
    return Submission(tuple(cells), texts, tuple(numbers), tuple(dropped), made_for)


def _noted_student(notebook):
    """The student in the metadata of a notebook, as far as they are still there, or None."""
    metadata = notebook.get("metadata")
    own = metadata.get("rnncourse") if isinstance(metadata, dict) else None
    student = own.get("student") if isinstance(own, dict) else None
    return student[:300] if isinstance(student, str) else None


def _loaded(content):
    """The data of a notebook.

    Raises:
        UnreadableError: it is none.
    """
    if sum(map(content.count, (b"[", b"{", b","))) > MOST_PARTS:
        raise UnreadableError("it has too many parts; clear its outputs and hand it in again")
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"it isn't a notebook: {str(error)[:100] or type(error).__name__}") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        if isinstance(notebook, dict) and "worksheets" in notebook:
            raise UnreadableError("it is a notebook of format 3; open it in a current Jupyter and save it again")
        raise UnreadableError("it isn't a notebook: it has no list of cells")
    if len(notebook["cells"]) > MOST_CELLS:
        raise UnreadableError(f"it has {len(notebook['cells'])} cells, more than {MOST_CELLS}")
    return notebook


def _find_answers(source, texts):
    """Note the open answers in a cell, of whatever kind; where cells were merged, it may hold several."""
    above, *parts = OPEN_ANSWER.split(source)
    for task, below in zip(parts[::2], parts[1::2], strict=True):
        if texts.get(task, "") in ("", GAP):  # a copy of the gap takes no answer's place
            texts[task] = (above + below).strip()
        above = ""


def _kind_and_source(cell):
    if not isinstance(cell, dict):
        raise UnreadableError("it isn't a notebook: a cell must be an object")
    kind, source = cell.get("cell_type"), cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise UnreadableError("it isn't a notebook: the source of a cell must be text")
    # JSON can hold halves of characters, which no file and no page can
    return kind if isinstance(kind, str) else "raw", source.encode("utf-8", "replace").decode()


def _without_cell_magic(source):
    """The code of a cell that runs, or None where it shall not run."""
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith(SKIPPED) or OTHER_LANGUAGE.match(first):
        return None
    return rest if first.startswith("%%") else source
