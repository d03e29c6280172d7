"""Write what follows from the order of the chapters: ``python tools/write_order.py`` (``make order``).

``_toc.yml`` decides the order. From it and from what each chapter says at its top come the tables of the README and of
the page for teachers, the list of the introduction, the picture of what needs what, the minutes that each chapter gives
at its top, and the text of each link that shows a number, such as ``[7](gru.ipynb)``, on the pages of plain text.
"""

import pathlib
import re

import nbformat
from chapters import ROOT, TIME, chapters
from draw_needs import PICTURE, draw
from set_address import decided_address, forms, parse

BEGIN, END = "<!-- {}: written by `make {}` -->", "<!-- end -->"


def between(text, name, written, by="order"):
    """A text with what stands between the two marks of a name replaced; ``by``: the target of the Makefile."""
    begin = BEGIN.format(name, by)
    if text.count(begin) != 1 or END not in text.split(begin)[1]:
        raise SystemExit(f"expected the lines `{begin}` and `{END}` once")
    before, after = text.split(begin)
    return f"{before}{begin}\n{written}\n{END}{after.split(END, 1)[1]}"


def row(*cells):
    """A row of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def table(head, rows, rules=None):
    """A table; ``rules``: what stands between head and rows in each column, by default for text on the left."""
    return "\n".join([row(*head), row(*(rules or ["---"] * len(head))), *(row(*cells) for cells in rows)])


def colab_table(order, address):
    """The table of the README; ``address``: of the repository."""
    colab = forms(*parse(address))[1]
    badge = "[![open](https://colab.research.google.com/assets/colab-badge.svg)]"
    rows = [
        (f"{one.number}. {one.title}" if one.number else one.title, f"{badge}({colab}/blob/main/book/{one.path.name})")
        for one in order
    ]
    return table(("Chapter", "In Colab"), rows)


def contents(order):
    """The list of the introduction: the parts with their chapters and questions."""
    lines, part = [], None
    for one in order:
        if one.part != part:
            part = one.part
            lines += [f"\n**{part}**\n"]
        lines.append(f"{f'{one.number}.' if one.number else '-'} []({one.path.name}): {one.question}")
    return "\n".join(lines).strip("\n")


def teaching_table(order):
    """The table of the page for teachers: what needs what, and how long it takes."""
    numbers, places = {one.stem: one.number for one in order}, [one.stem for one in order]
    rows = [
        (one.number or "–", f"[]({one.path.name})", one.question,
         ", ".join(f"[{numbers[stem] or '–'}]({stem}.ipynb)" for stem in sorted(one.needs, key=places.index)) or "–",
         one.reading, one.exercising)
        for one in order
    ]  # fmt: skip
    return table(("", "Chapter", "Question", "Needs", "Reading", "Exercises"), rows)


def with_numbers(text, order):
    """A text in which each link that shows a number shows that of the chapter it leads to."""
    numbers = {one.stem: one.number for one in order}

    def again(link):
        stem = link[2]
        if numbers.get(stem) is None:
            raise SystemExit(f"{link[0]}: {stem} has no number in _toc.yml; write its title as []({stem}.ipynb)")
        return f"[{numbers[stem]}]({stem}.ipynb)"

    return re.sub(r"(?<!\w)\[(\d+)\]\((\w+)\.ipynb\)", again, text)


def written(order, root=ROOT):
    """Path → its text as it must be."""
    readme, guide, intro = root / "README.md", root / "book" / "teaching.md", root / "book" / "intro.md"
    texts = {path: path.read_text(encoding="utf-8") for path in [readme, *sorted((root / "book").glob("*.md"))]}
    texts[readme] = between(texts[readme], "chapters", colab_table(order, decided_address(root)))
    texts[intro] = between(texts[intro], "chapters", contents(order))
    texts[guide] = between(texts[guide], "chapters", teaching_table(order))
    texts = {path: with_numbers(text, order) for path, text in texts.items()}
    for one in order:
        notebook = nbformat.read(one.path, as_version=4)
        notebook.cells[0].source, count = TIME.subn(one.time, notebook.cells[0].source)
        if count != 1:
            raise SystemExit(f"{one.path.name}: the first cell must have one line such as `{one.time}`")
        texts[one.path] = nbformat.writes(notebook) + "\n"
    texts[root / PICTURE.relative_to(ROOT)] = draw(order)
    return texts


def main(root: pathlib.Path = ROOT):
    """Write what differs, and say which files those are."""
    for path, text in written(chapters(root), root).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(root).as_posix()}: written")


if __name__ == "__main__":
    main()
