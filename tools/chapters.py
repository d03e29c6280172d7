"""The chapters of the book: in the order of ``_toc.yml``, with what each one says of itself at its top.

    .venv/bin/python tools/chapters.py  # lists them with their words, lines of code and minutes

A notebook in a part without numbers and without exercises is a page of the appendix and no chapter. Nothing else
decides the order or the number of a chapter. What is written from it elsewhere is written by ``write_order.py``, and by
the exercises' own tool.
"""

import math
import pathlib
import re
from dataclasses import dataclass

import nbformat
import yaml

from rnncourse.exercises import all_exercises

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORDS, LINES = 150, 20  # of prose and of code that are read in a minute
TIME = re.compile(r"^\*\*Time\.\*\* \d+ minutes to read\. The exercises take \d+ minutes more\.", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """A chapter.

    Attributes:
        path: of its notebook.
        number: counted over all numbered parts; None in a part without numbers.
        part: the caption of its part.
        title, question: as its first cell has them.
        needs: the stems of the chapters that its paragraph *Needs* links to.
        words, lines: of prose and of code, up to the exercises, without what is folded away.
        exercising: minutes for all its exercises.
    """

    path: pathlib.Path
    number: int | None
    part: str
    title: str
    question: str
    needs: tuple[str, ...]
    words: int
    lines: int
    exercising: int

    @property
    def stem(self):
        """The name of the page, without ending."""
        return self.path.stem

    @property
    def reading(self):
        """Minutes to read it, rounded up to 5."""
        return 5 * math.ceil((self.words / WORDS + self.lines / LINES) / 5)

    @property
    def time(self):
        """What the chapter says at its top about time."""
        return f"**Time.** {self.reading} minutes to read. The exercises take {self.exercising} minutes more."


def listed(root=ROOT):
    """(caption, number or None, path) of every notebook in the table of contents."""
    number = 0
    for part in yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))["parts"]:
        for entry in part["chapters"]:
            path = root / f"{entry['file']}.ipynb"
            if path.exists():
                number += bool(part.get("numbered"))
                yield part["caption"], number if part.get("numbered") else None, path


def linked(text):
    """The stems of the pages that a text links to, in either way of writing a link."""
    found = re.findall(r"\{doc\}`(?:[^`<]*<)?(\w+)>?`|\]\((\w+)\.(?:ipynb|md)\)", text)
    return [one or other for one, other in found]


def paragraph(opening, name):
    """A paragraph of a chapter's first cell, such as ``Needs``."""
    found = re.search(rf"^\*\*{name}\.\*\*(.*?)(?:\n\n|\Z)", opening, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"the first cell must have a paragraph that starts with **{name}.**")
    return " ".join(found[1].split())


def read(path, number, part, stems):
    """The :class:`Chapter` of a notebook; ``stems``: of all chapters, so that other links aren't taken for needs."""
    cells = nbformat.read(path, as_version=4).cells
    opening = cells[0].source
    words = lines = 0
    for cell in cells:
        if cell.cell_type == "markdown":
            body, *after = re.split(r"^## Exercises$", cell.source, flags=re.MULTILINE)
            words += len(prose(body).split())
            if after:
                break
        elif not {"hide-input", "hide-cell"} & set(cell.metadata.get("tags", [])):
            lines += sum(bool(line.strip()) for line in cell.source.splitlines())
    try:
        needs = tuple(dict.fromkeys(stem for stem in linked(paragraph(opening, "Needs")) if stem in stems))
        question = paragraph(opening, "Question")
    except ValueError as error:
        raise SystemExit(f"{path.name}: {error}") from None
    minutes = sum(one.minutes for one in all_exercises().values() if one.chapter == path.stem)
    title = opening.splitlines()[0].removeprefix("# ")
    return Chapter(path, number, part, title, question, needs, words, lines, minutes)


def prose(markdown):
    """The words of a cell of text, without what is folded, fences, targets of links and displayed formulas."""
    markdown = re.sub(r"^(`{3,}|:{3,})\{dropdown\}.*?^\1$", " ", markdown, flags=re.DOTALL | re.MULTILINE)
    markdown = re.sub(r"\$\$.*?\$\$", " ", markdown, flags=re.DOTALL)
    markdown = re.sub(r"^\s*(?:```|:::|:\w[\w-]*:).*$", " ", markdown, flags=re.MULTILINE)
    return re.sub(r"\]\([^)]*\)", "]", markdown)


def places(root=ROOT):
    """(caption, number or None, path) of every chapter, in order; no notebook is read for it, which takes seconds."""
    exercised = {one.chapter for one in all_exercises().values()}
    return [(part, number, path) for part, number, path in listed(root) if number or path.stem in exercised]


def chapters(root=ROOT):
    """Every :class:`Chapter`, in order."""
    found = places(root)
    stems = {path.stem for _, _, path in found}
    return [read(path, number, part, stems) for part, number, path in found]


if __name__ == "__main__":
    for one in chapters():
        print(f"{one.number or '–':>2} {one.stem:30} {one.words:5} words {one.lines:4} lines {one.reading:3} minutes")
