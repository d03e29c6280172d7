"""Draw which chapter needs which, from the table of the page for teachers, as book/assets/needs.svg.

    .venv/bin/python tools/draw_needs.py

The page takes the picture into its own text, so that the colours follow its light or dark mode and each title leads to
its chapter. What a chapter needs only because another one that it needs does so as well isn't drawn.
"""

import pathlib
import re
from html import escape

ROOT = pathlib.Path(__file__).resolve().parents[1]
GUIDE = ROOT / "book" / "teaching.md"
PICTURE = ROOT / "book" / "assets" / "needs.svg"

WIDTH, LINE, LEFT = 400, 25, 126  # of the picture, from chapter to chapter, of the arcs; in its own units
BEND = 6.5  # an arc goes so far to the left for each chapter that it passes
STYLE = """\
.needs {width: 100%; max-width: 560px; display: block; margin: 1rem auto}
.needs path {fill: none; stroke: currentColor; stroke-opacity: .45}
.needs a {text-decoration: none}
.needs circle {fill: var(--pst-color-primary, #176de8)}
.needs text {font-size: 11.8px; fill: var(--pst-color-text-base, #222)}
.needs a:hover text {text-decoration: underline}"""
CHOSEN = (
    ".needs:has(.at-{0}:is(:hover, :focus)) .to-{0} "
    "{{stroke: var(--pst-color-primary, #176de8); stroke-opacity: 1; stroke-width: 2}}"
)


def read_table(text):
    """The rows of the table *What needs what*: chapter → (title, the chapters that it needs)."""
    section = text.split("\n## What needs what\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|", section, re.MULTILINE)
    return {int(number): (title, {int(n) for n in re.findall(r"\d+", needs)}) for number, title, needs in rows}


def reduced(needs):
    """Chapter → what it needs, without what follows from the rest of that."""

    def before(chapter):
        return needs[chapter].union(*map(before, needs[chapter]))

    return {chapter: direct.difference(*map(before, direct)) for chapter, direct in needs.items()}


def draw(table, stems):
    """The picture as text. ``stems``: chapter → the name of its page without the ending."""
    heights = {chapter: LINE * (n + 0.5) for n, chapter in enumerate(sorted(table))}
    arcs, titles = [], []
    for chapter, needed in sorted(reduced({chapter: needs for chapter, (_, needs) in table.items()}).items()):
        bottom = heights[chapter]
        for one in sorted(needed):
            top = heights[one]
            size = f"{BEND * (bottom - top) / LINE:g} {(bottom - top) / 2:g}"
            arcs.append(f'<path class="to-{chapter}" d="M{LEFT} {top:g}A{size} 0 0 0 {LEFT} {bottom:g}"/>')
    for chapter, (title, _) in sorted(table.items()):
        y = heights[chapter]
        text = f'<text x="{LEFT + 12}" y="{y + 4:g}"><tspan font-weight="bold">{chapter}</tspan> {escape(title)}</text>'
        dot = f'<circle cx="{LEFT}" cy="{y:g}" r="4"/>'
        titles.append(f'<a class="at-{chapter}" href="{stems[chapter]}.html">{dot}{text}</a>')
    styles = [STYLE, *(CHOSEN.format(chapter) for chapter, (_, needs) in sorted(table.items()) if needs)]
    return "\n".join((
        f'<svg class="needs" viewBox="0 0 {WIDTH} {LINE * len(table)}" role="img" '
        'aria-label="The chapters in their order; arcs join each one to those that it needs, as in the table">',
        "<style>", *styles, "</style>", *arcs, *titles, "</svg>", "",
    ))  # fmt: skip


def main():
    """Write the picture."""
    stems = {int(path.stem[:2]): path.stem for path in (ROOT / "book").glob("[0-9][0-9]_*.ipynb")}
    PICTURE.write_text(draw(read_table(GUIDE.read_text(encoding="utf-8")), stems), encoding="utf-8")


if __name__ == "__main__":
    main()
