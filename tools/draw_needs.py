"""Draw which chapter needs which, as ``write_order.py`` puts it into book/assets/needs.svg.

The page for teachers takes the picture into its own text, so that the colours follow its light or dark mode and each
title leads to its chapter. What a chapter needs only because another one that it needs does so as well isn't drawn.
"""

import pathlib
from html import escape

ROOT = pathlib.Path(__file__).resolve().parents[1]
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


def reduced(needs):
    """Chapter → what it needs, without what follows from the rest of that."""

    def before(chapter, *path):
        if chapter in path:
            raise SystemExit(f"chapters need one another: {' needs '.join((*path, chapter))}")
        return needs[chapter].union(*(before(other, *path, chapter) for other in needs[chapter]))

    return {chapter: direct.difference(*map(before, direct)) for chapter, direct in needs.items()}


def draw(order):
    """The picture as text; ``order``: the chapters, see ``chapters.py``."""
    heights = {one.stem: LINE * (n + 0.5) for n, one in enumerate(order)}
    needs = reduced({one.stem: set(one.needs) for one in order})
    arcs, titles = [], []
    for one in order:
        bottom = heights[one.stem]
        for other in sorted(needs[one.stem], key=heights.get):
            top = heights[other]
            size = f"{BEND * abs(bottom - top) / LINE:g} {abs(bottom - top) / 2:g}"
            side = int(top > bottom)  # an appendix may be needed; its arc comes from below
            arcs.append(f'<path class="to-{one.stem}" d="M{LEFT} {top:g}A{size} 0 0 {side} {LEFT} {bottom:g}"/>')
        number = f'<tspan font-weight="bold">{one.number}</tspan> ' if one.number else ""
        text = f'<text x="{LEFT + 12}" y="{bottom + 4:g}">{number}{escape(one.title)}</text>'
        dot = f'<circle cx="{LEFT}" cy="{bottom:g}" r="4"/>'
        titles.append(f'<a class="at-{one.stem}" href="{one.stem}.html">{dot}{text}</a>')
    styles = [STYLE, *(CHOSEN.format(one.stem) for one in order if one.needs)]
    return "\n".join((
        f'<svg class="needs" viewBox="0 0 {WIDTH} {LINE * len(order)}" role="img" '
        'aria-label="The chapters in their order; arcs join each one to those that it needs, as in the table">',
        "<style>", *styles, "</style>", *arcs, *titles, "</svg>", "",
    ))  # fmt: skip
