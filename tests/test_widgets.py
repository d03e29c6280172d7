import base64
import io
import re

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from rnncourse import widgets
from rnncourse.widgets import flipbook


@pytest.fixture(autouse=True)
def no_window():
    plt.switch_backend("agg")


def draw(k):
    figure, axes = plt.subplots(figsize=(6, 3))
    axes.plot([0, 1], [0, k])
    axes.set(xlabel="step", ylabel="value", ylim=(0, 10))
    return figure


def noise(_):
    figure, axes = plt.subplots(figsize=(6, 6))
    axes.imshow(np.random.default_rng(0).random((600, 600)))
    return figure


def describe(k):
    return f"the line ends at {k}"


def book_of(values=(1, 2, 5), **changes):
    arguments = {"draw": draw, "values": values, "label": "slope", "describe": describe} | changes
    return flipbook(arguments.pop("draw"), arguments.pop("values"), **arguments)


def frames(book):
    return [child.value for child in book.children[1].children]


def picture(frame):
    return Image.open(io.BytesIO(base64.b64decode(re.search(r'base64,([^"]+)"', frame)[1])))


def test_slider_shows_the_values_and_not_their_index():
    slider, _ = book_of(values=(0.5, 2, 8)).children
    assert slider._options_labels == ("0.5", "2", "8")
    assert (slider.value, slider.description) == ("0.5", "slope")


def test_values_may_be_anything_that_prints():
    book = book_of(values=[np.array([1, 2]), np.array([3, 4])], draw=lambda value: draw(value[0]))
    assert book.children[0]._options_labels == ("[1 2]", "[3 4]")


def test_the_browser_alone_links_slider_and_frames(monkeypatch):
    links, jsdlink = [], ipywidgets.jsdlink
    monkeypatch.setattr(ipywidgets, "jsdlink", lambda *ends: links.append(jsdlink(*ends)))
    slider, pages = book_of().children
    assert [(link.source, link.target) for link in links] == [((slider, "index"), (pages, "selected_index"))]
    assert pages.selected_index == 0


def test_each_frame_is_the_figure_of_its_value():
    first, second, third = (np.asarray(picture(frame).convert("RGB")) for frame in frames(book_of()))
    assert first.shape == second.shape == third.shape
    assert (first != second).any()
    assert (second != third).any()


def test_a_frame_keeps_its_axis_labels():
    # without a layout engine, the label of the x axis of so flat a figure lies outside of it
    pixels = np.asarray(picture(frames(book_of())[0]).convert("L"))
    assert (pixels[-20:-2] < 128).any()
    assert (pixels[-1] == 255).all()


def test_each_frame_says_what_it_shows():
    for frame, k in zip(frames(book_of()), (1, 2, 5), strict=True):
        assert re.search(r'<p role="status"[^>]*>(.*)</p>', frame)[1] == f"the line ends at {k}"
        assert re.search(r'<img alt="([^"]+)"', frame)[1].startswith(f"Figure for slope = {k};")


def test_texts_are_escaped():
    (frame, _) = frames(book_of(values=(1, 2), label='a "b" <i>', describe=lambda k: "0 <b>& 1</b>"))
    assert "0 &lt;b&gt;&amp; 1&lt;/b&gt;" in frame
    assert 'alt="Figure for a &quot;b&quot; &lt;i&gt; = 1' in frame


def test_frames_shrink_with_the_page():
    assert all("max-width: 100%; height: auto" in frame for frame in frames(book_of()))


def test_the_same_figures_give_the_same_bytes():
    assert frames(book_of()) == frames(book_of())


def test_a_line_plot_takes_about_15_kilobytes():
    sizes = [len(base64.b64decode(re.search(r'base64,([^"]+)"', f)[1])) for f in frames(book_of())]
    assert max(sizes) < 15_000


def test_figures_are_closed():
    open_before = plt.get_fignums()
    book_of()
    assert plt.get_fignums() == open_before


def test_a_layout_chosen_by_the_figure_stays():
    engines = []

    def tight(k):
        figure = draw(k)
        figure.set_layout_engine("tight")
        engines.append(figure)
        return figure

    book_of(draw=tight)
    assert all(type(figure.get_layout_engine()).__name__ == "TightLayoutEngine" for figure in engines)


def test_ipywidgets_7_swaps_the_frame_in_the_kernel(monkeypatch):
    expected = frames(book_of())
    monkeypatch.delattr(ipywidgets, "Stack")
    slider, page = book_of().children
    shown = [page.value]
    for index in (2, 1):
        slider.index = index  # this is what the browser sends
        shown.append(page.value)
    assert shown == [expected[0], expected[2], expected[1]]


@pytest.mark.parametrize("count", [0, 1, 25])
def test_number_of_frames_is_bounded(count):
    with pytest.raises(ValueError, match=rf"values must hold 2 to 24 values, got {count}"):
        book_of(values=range(count))


def test_24_frames_are_allowed():
    assert len(frames(book_of(values=range(24)))) == 24


def test_a_large_frame_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"draw\(1\) is [\d,]+ bytes, expected at most 40,000.*figsize"):
        book_of(draw=noise)
    assert widgets.MAX_FRAME_BYTES == 40_000


def test_draw_must_return_a_figure():
    with pytest.raises(TypeError, match=r"draw\(1\) must return .* Figure or a Drawing, got NoneType.*return fig"):
        book_of(draw=lambda k: None)


def test_describe_must_return_text():
    with pytest.raises(TypeError, match=r"describe\(1\) must return a string, got int"):
        book_of(describe=lambda k: k)
    with pytest.raises(ValueError, match=r"describe\(1\) must say what the figure shows"):
        book_of(describe=lambda k: " ")
