"""Read what a student handed in: a file that anything may stand in."""

import json
import os
import re
import stat
from dataclasses import dataclass

LARGEST = 10 * 2**20  # bytes of a notebook
MOST_CELLS = 2000
SKIPPED = "# not run when graded"  # a cell that starts so is left out, such as a long training
GAP = "*(Write your answer here, all text and all tables, and keep the line above. Code and figures: in cells below.)*"
OPEN_ANSWER = re.compile(r"<!--\s*answer:\s*([a-z0-9-]+)\s*-->")
OTHER_LANGUAGE = re.compile(r"%%(?!time|capture)\w+|%%timeit")  # the whole cell isn't Python, or shall run often


class UnreadableError(ValueError):
    """A file isn't a notebook that can be graded; the message says why, for the student."""


@dataclass(frozen=True)
class Submission:
    """What a notebook holds that is graded. Ids, tags and metadata don't count, so any editor will do.

    Attributes:
        cells: the code cells, in order.
        texts: task name → text of its open answer.
    """

    cells: tuple[str, ...]
    texts: dict[str, str]


def read_bytes(path):
    """The content of a submission's file, which must be a file of at most 10 MB and no link.

    Raises:
        UnreadableError: it isn't.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if os.path.islink(path):  # for the message, and for systems without O_NOFOLLOW
        raise UnreadableError("it is a link, not a file; hand in the notebook itself")
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise UnreadableError(f"it can't be opened: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("it isn't an ordinary file; hand in the notebook itself")
        if status.st_size > LARGEST:
            raise UnreadableError(
                f"it has {status.st_size / 2**20:.0f} MB, more than {LARGEST // 2**20}; clear its outputs and hand it "
                "in again"
            )
        return stream.read(LARGEST + 1)


def parse(content):
    """The :class:`Submission` in the bytes of a notebook.

    Raises:
        UnreadableError: they are no notebook of format 4.
    """
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"it isn't a notebook: {str(error)[:100] or type(error).__name__}") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        if isinstance(notebook, dict) and "worksheets" in notebook:
            raise UnreadableError("it is a notebook of format 3; open it in a current Jupyter and save it again")
        raise UnreadableError("it isn't a notebook: it has no list of cells")
    if len(notebook["cells"]) > MOST_CELLS:
        raise UnreadableError(f"it has {len(notebook['cells'])} cells, more than {MOST_CELLS}")
    cells, texts = [], {}
    for cell in notebook["cells"]:
        kind, source = _kind_and_source(cell)
        if kind == "code":
            source = _without_cell_magic(source)
            if source is not None:
                cells.append(source)
        elif kind == "markdown" and (found := OPEN_ANSWER.search(source)):
            texts.setdefault(found[1], OPEN_ANSWER.sub("", source).strip())
    if not cells:
        raise UnreadableError("it has no code cell")
    return Submission(tuple(cells), texts)


def _kind_and_source(cell):
    if not isinstance(cell, dict):
        raise UnreadableError("it isn't a notebook: a cell must be an object")
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise UnreadableError("it isn't a notebook: the source of a cell must be text")
    # JSON can hold halves of characters, which no file and no page can
    return cell.get("cell_type"), source.encode("utf-8", "replace").decode()


def _without_cell_magic(source):
    """The code of a cell that runs, or None where it shall not run."""
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith(SKIPPED) or OTHER_LANGUAGE.match(first):
        return None
    return rest if first.startswith("%%") else source
