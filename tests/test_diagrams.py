"""Drawings: the symbols are those of the equations, arrows end at what they lead to, every drawing can be read out."""

import html
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

import rnncourse as rc
from rnncourse.diagrams import Drawing
from rnncourse.display.drawing import FONT, WIDEST, Node

BOOK = Path(__file__).parent.parent / "book"
ALT = "A drawing for the tests, with enough words."
DRAWINGS = {
    "plain_cell": rc.diagrams.plain_cell(),
    "lstm": rc.diagrams.lstm(),
    "gru": rc.diagrams.gru(),
    "feedforward_and_recurrent": rc.diagrams.feedforward_and_recurrent(),
    "unrolled": rc.diagrams.unrolled(),
    "shapes": rc.diagrams.shapes(),
    "mappings": rc.diagrams.mappings(),
    "stack": rc.diagrams.stack(),
    "both_ways": rc.diagrams.both_ways(),
    "both_ways read at 2": rc.diagrams.both_ways(read=2),
    "backward": rc.diagrams.backward(2),
    "backward cut": rc.diagrams.backward(1, cut=2),
    "jacobians": rc.diagrams.jacobians(),
    "direct_path": rc.diagrams.direct_path(),
    **{f"lstm {part}": rc.diagrams.lstm().lit(part) for part in rc.diagrams.lstm().parts},
    **{f"gru {part}": rc.diagrams.gru().lit(part) for part in rc.diagrams.gru().parts},
}
every_drawing = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)


def parsed(drawing):
    return ET.fromstring(drawing._repr_html_())


def kind_of(svg, tag, kind):
    """Elements of a tag inside groups of a kind."""
    return [one for group in svg.iter("g") if group.get("class") == kind for one in group.iter(tag)]


@every_drawing
def test_it_is_one_sound_svg_that_can_be_read_out(drawing):
    svg = parsed(drawing)
    assert svg.tag == "svg" and svg.get("role") == "img"
    assert svg.get("aria-label") == drawing.alt and len(drawing.alt) >= 20
    assert repr(drawing) == f"Drawing: {drawing.alt}"
    assert len(drawing._repr_html_()) < 20_000


@every_drawing
def test_everything_lies_inside(drawing):
    for element in parsed(drawing).iter():
        at = []
        if element.tag == "rect":
            x, y, width, height = (float(element.get(name)) for name in ("x", "y", "width", "height"))
            at = [(x, y), (x + width, y + height)]
        elif element.tag == "circle":
            x, y, r = (float(element.get(name)) for name in ("cx", "cy", "r"))
            at = [(x - r, y - r), (x + r, y + r)]
        elif element.tag in ("polyline", "polygon"):
            at = [tuple(map(float, point.split(","))) for point in element.get("points").split()]
        elif element.tag == "text":
            at = [(float(element.get("x")), float(element.get("y")) + 3)]
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in at), (element.tag, at)


@every_drawing
def test_it_can_be_read_on_a_phone(drawing):
    sizes = [FONT, *map(float, re.findall(r"font-size=\"([\d.]+)\"", drawing._repr_html_()))]
    assert min(sizes) * min(1, 350 / drawing.width) >= 9
    assert drawing.width <= WIDEST


@every_drawing
def test_it_follows_the_theme(drawing):
    """No colour of its own but in the style, where it is a variable with a value for dark pages."""
    svg = drawing._repr_html_()
    style, drawn = re.search(r"<style>(.*?)</style>(.*)", svg).groups()
    assert not re.search(r"#[0-9a-fA-F]{3}|white|black|fill=|stroke=", drawn)
    used = re.findall(r"(?:stroke|fill|[^-]color):([^;}]+)", style)
    assert len(used) > 5 and all(re.match(r"none$|currentColor$|var\(", colour) for colour in used)
    for variable in ("--forward", "--backward", "--lit"):
        assert len(set(re.findall(rf"{variable}:(#\w+)", style))) == 2


# --- the symbols of a cell are those of its equations -------------------------------------------------------


def equations(stem, first=None):
    """The display formulas of a chapter's first section, or those from one text on."""
    cells = json.loads((BOOK / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    section = text[text.index(first) :]
    section = section[: section.index("\n#", 3)]
    return re.findall(r"\$\$(.*?)\$\$", section, re.DOTALL)


def symbols_of(formulas):
    """Letters with t or t - 1 as index."""
    return set(re.findall(r"\b([a-z]_(?:t|\{t-1\}))", " ".join(formulas)))


def drawn(drawing):
    return {symbol for symbol in drawing.symbols if re.fullmatch(r"[a-z]_(t|\{t-1\})", symbol)}


@pytest.mark.parametrize(
    ("drawing", "stem", "first", "count", "apart"),
    [
        (rc.diagrams.lstm(), "lstm", "## A state that is a sum", 3, {"a_t"}),  # whose parts the gates are of
        (rc.diagrams.gru(), "gru", "## Two gates and one state", 1, set()),
        (rc.diagrams.plain_cell(), "recurrent_cell", "## One step by hand", 1, set()),
    ],
)
def test_the_symbols_of_a_cell_are_those_of_its_equations(drawing, stem, first, count, apart):
    formulas = equations(stem, first)[:count]
    assert drawn(drawing) == symbols_of(formulas) - apart
    said = " ".join(formulas)
    for sign, command in (("σ", r"\\sigma"), ("tanh", r"\\tanh")):
        assert drawing.symbols.count(sign) == len(re.findall(command, said)), sign


def test_a_symbol_too_few_is_seen():
    formulas = equations("lstm", "## A state that is a sum")[:3]
    assert symbols_of(formulas) - {"a_t"} != drawn(rc.diagrams.gru())


def test_products_and_sums_of_a_cell_are_those_of_its_equations():
    for drawing, times, plus in (
        (rc.diagrams.lstm(), 3, 1), (rc.diagrams.gru(), 3, 1), (rc.diagrams.plain_cell(), 0, 1),
    ):  # fmt: skip
        signs = [text.text for text in parsed(drawing).iter("text")]
        assert (signs.count("×"), signs.count("+")) == (times, plus)


# --- the parts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", [rc.diagrams.lstm(), rc.diagrams.gru()], ids=["lstm", "gru"])
def test_a_cell_is_built_up_part_by_part(cell):
    sizes = [len(parsed(cell.lit(part)).findall(".//*")) for part in cell.parts]
    assert sizes == sorted(sizes) and len(set(sizes)) == len(sizes) and len(sizes) >= 4
    for part in cell.parts:
        lit = kind_of(parsed(cell.lit(part)), "text", "lit")
        assert lit and f"Lit: {part}." in cell.lit(part).alt
    assert not kind_of(parsed(cell), "text", "lit")


def test_a_part_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"name must be one of cell state, .*, got 'update gate'"):
        rc.diagrams.lstm().lit("update gate")


# --- gradients --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("use", [1, 2, 3, 4])
def test_a_path_back_has_a_jacobian_for_each_step_that_it_crosses(use):
    svg = parsed(rc.diagrams.backward(use))
    labels = ["".join(text.itertext()) for text in kind_of(svg, "text", "backward")]
    assert labels == [f"J{t}" for t in range(use + 1, 5)]


def test_nothing_passes_a_cut():
    labels = lambda d: ["".join(t.itertext()) for t in kind_of(parsed(d), "text", "backward")]  # noqa: E731
    assert labels(rc.diagrams.backward(1, cut=2)) == labels(rc.diagrams.backward(2, cut=2)) == ["J4"]
    assert labels(rc.diagrams.backward(3, cut=2)) == ["J4"]
    assert "gets no gradient" in rc.diagrams.backward(2, cut=2).alt
    assert "down to its use" in rc.diagrams.backward(3, cut=2).alt
    with pytest.raises(ValueError, match="use must be a step from 1 to 4, got 5"):
        rc.diagrams.backward(5)


def test_what_a_joined_state_has_seen():
    """The state at step 2 of both directions: h_1 and h_2 of the one, h_4 to h_2 of the other."""
    shown = rc.diagrams.both_ways(steps=4, read=2)
    faint = ["".join(t.itertext()) for t in kind_of(parsed(shown), "text", "faint")]
    assert sorted(faint) == ["h1", "h1", "h3", "h3", "h4", "h4"]  # joined 1, 3, 4; to the right 3, 4; to the left 1


# --- the language -------------------------------------------------------------------------------------------------


def test_an_arrow_ends_at_the_edge_of_what_it_leads_to():
    box, circle = Node(0, 0, 30, 10), Node(0, 0, 20, 20, round=True)
    np.testing.assert_allclose(box.edge((60, 0)), (30, 0))
    np.testing.assert_allclose(box.edge((60, 20)), (30, 10))
    np.testing.assert_allclose(circle.edge((30, 40)), (12, 16))
    drawing = Drawing(200, 50, ALT)
    drawing.arrow(drawing.state(30, 25, "a"), drawing.input(150, 25, "b"))
    head = parsed(drawing).find(".//polygon").get("points")
    assert head.startswith("131,25 ")  # 150 - 19


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        ("h_{t-1}", "ht−1"), ("U_r^n", "Urn"), ("h_2^{(1)}", "h2(1)"), ("→h_1", "h1"), ("σ", "σ"), ("1−", "1−"),
        ("b", "b"),
    ],
)
def test_a_formula_is_set(symbol, text):
    drawing = Drawing(200, 50, ALT)
    drawing.formula(100, 25, symbol)
    svg = parsed(drawing)
    assert "".join(svg.find(".//text").itertext()) == text
    assert drawing.symbols == [symbol]
    assert (svg.find(".//polygon") is not None) == symbol.startswith("→")


def test_what_is_written_is_escaped():
    drawing = Drawing(200, 50, 'A "drawing" with <signs> & more of them.')
    drawing.words(100, 25, "a < b & c")
    assert parsed(drawing).find(".//text").text == "a < b & c"
    assert html.escape(drawing.alt) in drawing._repr_html_()


def test_a_drawing_without_words_or_too_wide_is_refused():
    with pytest.raises(ValueError, match="alt must say in at least 20 characters"):
        Drawing(100, 100, "a cell")
    with pytest.raises(ValueError, match=r"width must be at most 560, .*, got 561"):
        Drawing(561, 100, ALT)
    with pytest.raises(ValueError, match="width must be at most 560"):
        rc.diagrams.stack(steps=6)


def test_a_drawing_can_be_a_frame():
    pytest.importorskip("ipywidgets")
    cell = rc.diagrams.lstm()
    book = rc.widgets.flipbook(cell.lit, cell.parts, label="part", describe=lambda part: f"The {part}.")
    frames = [frame.value for frame in book.children[1].children]
    assert all(cell.lit(part)._repr_html_() in frame for part, frame in zip(cell.parts, frames, strict=True))
