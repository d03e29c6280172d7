"""Drawings of networks: one visual language, as SVG that follows the theme of the page it stands on.

A state is a rounded box, an input a circle, a gate a small square with its function, an operation a small circle. Time
runs to the right. Arrows of the forward pass are blue, those of the backward pass vermilion and dashed.
"""

import html
import re
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

FONT = 17  # in the units of a drawing, which is at most WIDEST wide: 10 pixels on the smallest screens
WIDEST = 560
_COLOURS = "--forward:#0072B2;--backward:#C04A00;--lit:#B87A00;--glow:#E69F0033"
_DARK_COLOURS = "--forward:#56B4E9;--backward:#F08A4B;--lit:#E69F00;--glow:#E69F0040"
_DARK = (  # the book, Colab, VS Code, JupyterLab
    'html[data-theme="dark"]', 'html[theme="dark"]', "body.vscode-dark", 'body[data-jp-theme-light="false"]',
)  # fmt: skip
_STYLE = (
    f".rnncourse-drawing{{{_COLOURS};display:block;width:100%;height:auto;margin:.5em 0}}"
    + ",".join(f"{page} .rnncourse-drawing" for page in _DARK) + f"{{{_DARK_COLOURS}}}"
    ".widget-html-content .rnncourse-drawing{color:var(--jp-widgets-label-color,inherit)}"
    f".rnncourse-drawing text{{fill:currentColor;font:{FONT}px 'Times New Roman',Times,serif;text-anchor:middle}}"
    ".rnncourse-drawing .words{font-family:system-ui,sans-serif;font-size:15px}"
    ".rnncourse-drawing .line{fill:none;stroke:currentColor;stroke-width:1.6}"
    ".rnncourse-drawing .head{fill:currentColor;stroke:none}"
    ".rnncourse-drawing .forward{color:var(--forward)}"
    ".rnncourse-drawing .backward{color:var(--backward)}"
    ".rnncourse-drawing .backward .line{stroke-dasharray:6 3}"
    ".rnncourse-drawing .faint{opacity:.45}"
    ".rnncourse-drawing .lit .line{stroke:var(--lit);stroke-width:3}"
    ".rnncourse-drawing .lit .head{fill:var(--lit)}"
    ".rnncourse-drawing .lit .body{fill:var(--glow)}"
)  # fmt: skip
_SYMBOL = re.compile(r"^([→←]?)(.+?)(?:_(\{[^}]*\}|.))?(?:\^(\{[^}]*\}|.))?$")


@dataclass(frozen=True)
class Node:
    """What an arrow can start from or lead to: a box, or an ellipse if ``round``, around (x, y)."""

    x: float
    y: float
    half_width: float
    half_height: float
    round: bool = False

    def edge(self, towards):
        """The point of the outline on the way to another point."""
        step = np.array(towards, float) - (self.x, self.y)
        scaled = step / (self.half_width, self.half_height)
        size = np.hypot(*scaled) if self.round else np.abs(scaled).max()
        return (self.x, self.y) + step / size if size > 1 else np.array([self.x, self.y])


class Drawing:
    """A drawing to which parts are added one after another; as the last expression of a cell, it is shown.

    Args:
        width, height: in units of the drawing, pixels where there is room; the width is at most 560.
        alt: what the drawing shows, for those who can't see it.

    Attributes:
        symbols: all formulas in the drawing, in their order, such as ``"h_{t-1}"``.
        parts: names of its parts, in the order in which they were begun; see :meth:`part`.

    Raises:
        ValueError: the drawing is too wide for small screens, or ``alt`` says less than 20 characters.
    """

    def __init__(self, width, height, alt):
        if width > WIDEST:
            raise ValueError(f"width must be at most {WIDEST}, for on a phone its text would be too small, got {width}")
        if len(alt) < 20:
            raise ValueError(f"alt must say in at least 20 characters what the drawing shows, got {alt!r}")
        self.width, self.height, self.alt = width, height, alt
        self.symbols, self.parts = [], []
        self._elements, self._part, self._lit = [], None, None

    @contextmanager
    def part(self, name):
        """What is added in this context belongs to a part, which can be lit."""
        if name not in self.parts:
            self.parts.append(name)
        before, self._part = self._part, name
        yield self
        self._part = before

    def lit(self, name, alt=None):
        """A copy of the drawing that ends with a part, and in which that part is lit.

        Raises:
            ValueError: there is no part of this name.
        """
        if name not in self.parts:
            raise ValueError(f"name must be one of {', '.join(self.parts)}, got {name!r}")
        other = Drawing(self.width, self.height, alt or f"{self.alt} Lit: {name}.")
        shown = self.parts[: self.parts.index(name) + 1]
        other.parts, other.symbols, other._lit = shown, self.symbols, name
        other._elements = [(part, svg) for part, svg in self._elements if part in (None, *shown)]
        return other

    # --- nodes ----------------------------------------------------------------------------------------

    def state(self, x, y, symbol, width=52, height=36, kind=""):
        """A state: a rounded box with a formula in it."""
        self._add(_rect(x, y, width, height, 12), kind)
        self.formula(x, y, symbol, kind)
        return Node(x, y, width / 2, height / 2)

    def input(self, x, y, symbol, kind=""):
        """An input: a circle with a formula in it."""
        self._add(f'<circle class="line body" cx="{x:g}" cy="{y:g}" r="19"/>', kind)
        self.formula(x, y, symbol, kind)
        return Node(x, y, 19, 19, round=True)

    def gate(self, x, y, function, kind=""):
        """A gate or an activation: a small square with σ or tanh in it."""
        width = 30 if len(function) == 1 else 46
        self._add(_rect(x, y, width, 28, 2), kind)
        self.formula(x, y, function, kind)
        return Node(x, y, width / 2, 14)

    def operation(self, x, y, sign, kind=""):
        """A small circle with × or + in it."""
        self._add(f'<circle class="line body" cx="{x:g}" cy="{y:g}" r="13"/>', kind)
        self._add(_text(x, y, html.escape(sign)), kind)
        return Node(x, y, 13, 13, round=True)

    def box(self, x, y, width, height, kind="faint"):
        """An outline around what belongs together; (x, y) is its middle."""
        self._add(_rect(x, y, width, height, min(16, width / 6)), kind)

    # --- text and lines ---------------------------------------------------------------------------------

    def formula(self, x, y, symbol, kind=""):
        """A formula such as ``h_{t-1}`` or ``→h_1``, with an arrow above the letter, around (x, y)."""
        self.symbols.append(symbol)
        arrow, base, low, high = _SYMBOL.match(symbol).groups()
        roman = base in ("tanh", "σ") or not base[0].isalpha()
        text = f'<tspan font-style="{"normal" if roman else "italic"}">{html.escape(base)}</tspan>'
        for script, rise in ((low, 5), (high, -7 if low is None else -12)):
            if script:
                script = html.escape(script.strip("{}").replace("-", "−"))
                text += f'<tspan font-style="italic" font-size="14.5" dy="{rise}">{script}</tspan>'
        self._add(_text(x, y, text), kind)
        if arrow:
            left, right, top = x - 9, x + 5, y - 11
            ends = ((left, top), (right, top)) if arrow == "→" else ((right, top), (left, top))
            self._add(_line(ends, head=4), kind)

    def words(self, x, y, text, anchor="middle", kind=""):
        """Some words around (x, y), or from there (``"start"``) or up to there (``"end"``)."""
        self._add(_text(x, y, html.escape(text), f' class="words" style="text-anchor:{anchor}"'), kind)

    def arrow(self, *ends, kind="forward", head=True):
        """An arrow from node to node, or through points (x, y); ``kind`` is ``"forward"`` or ``"backward"``."""
        points = [np.array((end.x, end.y) if isinstance(end, Node) else end, float) for end in ends]
        first = ends[0].edge(points[1]) if isinstance(ends[0], Node) else points[0]
        last = ends[-1].edge(points[-2]) if isinstance(ends[-1], Node) else points[-1]
        self._add(_line([first, *points[1:-1], last], head=9 if head else 0), kind)

    def joint(self, *points, kind="forward"):
        """Dots where one line leaves another; lines that only cross have none."""
        for x, y in points:
            self._add(f'<circle class="head" cx="{x:g}" cy="{y:g}" r="3"/>', kind)

    def cut(self, x, y, kind="backward"):
        """Two short strokes across a horizontal line at (x, y): here nothing passes."""
        for shift in (-3, 3):
            self._add(_line(((x + shift - 4, y + 10), (x + shift + 4, y - 10)), head=0), kind)

    # --- output -----------------------------------------------------------------------------------------

    def _add(self, svg, kind):
        self._elements.append((self._part, f'<g class="{kind}">{svg}</g>' if kind else svg))

    def _repr_html_(self):
        drawn = "".join(
            f'<g class="lit">{svg}</g>' if part is not None and part == self._lit else svg
            for part, svg in self._elements
        )
        return (
            f'<svg class="rnncourse-drawing" role="img" aria-label="{html.escape(self.alt)}"'
            f' viewBox="0 0 {self.width:g} {self.height:g}" style="max-width:{self.width:g}px">'
            f"<style>{_STYLE}</style>{drawn}</svg>"
        )

    def __repr__(self):
        return f"Drawing: {self.alt}"


def _rect(x, y, width, height, radius):
    return (
        f'<rect class="line body" x="{x - width / 2:g}" y="{y - height / 2:g}"'
        f' width="{width:g}" height="{height:g}" rx="{radius:g}"/>'
    )


def _text(x, y, inner, more=""):
    return f'<text x="{x:g}" y="{y + FONT / 3:.4g}"{more}>{inner}</text>'


def _line(points, head):
    """A line through points with a head of so many units at its end."""
    points = [np.array(point, float) for point in points]
    svg, end = "", points[-1]
    if head:
        along = (end - points[-2]) / np.hypot(*(end - points[-2]))
        side, base = np.array([-along[1], along[0]]), end - head * along
        corners = (end, base + 0.5 * head * side, base - 0.5 * head * side)
        svg = f'<polygon class="head" points="{" ".join(f"{x:.4g},{y:.4g}" for x, y in corners)}"/>'
        points[-1] = base
    return f'<polyline class="line" points="{" ".join(f"{x:.4g},{y:.4g}" for x, y in points)}"/>{svg}'
