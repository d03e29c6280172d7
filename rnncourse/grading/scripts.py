"""Read a notebook that was exported as a Python script: jupytext's percent form, nbconvert's, Colab's, or a plain one.

Only the lines' beginnings and tokens are looked at, since a parser can be brought down by a text that is nested deeply.
"""

import ast
import io
import re
import textwrap
import tokenize

from .submission import MADE_FOR, OPEN_ANSWER, SKIPPED

PERCENT = re.compile(r"# ?%%.*")
PROMPT = re.compile(r"# In ?\[[ \d]*\]:\s*")
LIGHT = re.compile(r"# \+( .*)?|# -")
TEXT = re.compile(r"# ?(%%|\+).*\[(markdown|md)\].*", re.IGNORECASE)
COMMENTED_MAGIC = re.compile(r"^# ?(?=[%!]\w)", re.MULTILINE)  # jupytext comments them out
HEADER = re.compile(r"\A(#!.*\n)?(# -\*-.*\n)?\s*(# ---\n(#.*\n)*?# ---\n)?")
GOES_ON = ("else", "elif", "except", "finally")
SILENT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def cells_of(text):
    """The cells of a script, as those of a notebook: dicts with ``cell_type`` and ``source``."""
    text = HEADER.sub("", text.replace("\r\n", "\n"))
    lines = text.split("\n")
    for mark in (PERCENT, PROMPT, LIGHT):
        if any(mark.fullmatch(line) for line in lines):
            return list(_marked(lines, mark))
    return list(_plain(lines))


def _marked(lines, mark):
    """Cells that begin with a line of their own."""
    cells = [(False, [])]
    for line in lines:
        if mark.fullmatch(line):
            cells.append((bool(TEXT.fullmatch(line)), []))
        else:
            cells[-1][1].append(line)
    for is_text, part in cells:
        source = "\n".join(part).strip("\n")
        if is_text:
            yield _cell("markdown", _uncommented(source))
        elif source.strip():
            yield from _answers(source)
            yield _cell("code", COMMENTED_MAGIC.sub("", source))


def _plain(lines):
    """Cells of a script without marks: a statement each, so that one that fails takes no other with it.

    Texts that stand alone are Colab's way to write what isn't code.
    """
    try:
        starts = list(_statements("\n".join(lines)))
    except (tokenize.TokenError, SyntaxError):
        starts = [(1, None)]  # one cell, which says itself what is wrong with it
    starts = starts or [(len(lines) + 1, "")]  # comments alone
    ends = [start - 1 for start, _ in starts[1:]] + [len(lines)]
    yield from _answers("\n".join(lines[: starts[0][0] - 1]))
    skipping = False
    for (start, prose), end in zip(starts, ends, strict=True):
        above = lines[start - 2] if start > 1 else ""
        # a comment for a cell holds for the lines below it, up to an empty one
        skipping = _comment_above(lines, start).startswith(SKIPPED) or (skipping and bool(above.strip()))
        source = "\n".join(lines[start - 1 : end]).rstrip()
        if prose is not None:
            yield _cell("markdown", prose)
        else:
            yield _cell("code", f"{SKIPPED}\n{source}" if skipping else source)
        yield from _answers(source)


def _statements(text):
    """(number of its first line, the text that it is, or None) of each statement that isn't indented."""
    depth, line, decorated = 0, [], False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            line.append(token)
        elif token.type == tokenize.NEWLINE and line:
            first = line[0]
            if depth == 0 and first.string not in GOES_ON and not decorated:
                alone = len(line) == 1 and first.type == tokenize.STRING
                yield first.start[0], _text_of(first.string) if alone else None
            decorated = depth == 0 and first.string == "@"
            line = []
        depth += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)


def _text_of(literal):
    try:
        value = ast.literal_eval(literal)
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


def _comment_above(lines, start):
    """The first line of the comment that stands right above a line, or ""."""
    first = start - 1
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    return lines[first] if first < start - 1 else ""


def _answers(source):
    """The open answers in the comments of a text, and the name of the student, as cells of text."""
    for block in re.findall(r"(?:^#.*\n?)+", source, re.MULTILINE):
        text = _uncommented(block)
        if OPEN_ANSWER.search(text) or MADE_FOR.search(text):
            yield _cell("markdown", text)


def _uncommented(source):
    """The text of a comment, or of a string that stands alone."""
    if quoted := re.fullmatch(r"\s*[rR]?(\"\"\"|''')(.*)\1\s*", source, re.DOTALL):
        return textwrap.dedent(quoted[2]).strip()
    return "\n".join(re.sub(r"^# ?", "", line) for line in source.split("\n")).strip()


def _cell(kind, source):
    return {"cell_type": kind, "source": source}
