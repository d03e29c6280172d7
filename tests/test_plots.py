"""Figures say what they should, and not by colour alone."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from rnncourse import plots


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_curves_differ_in_line_style_as_well_as_in_colour():
    series = {name: [1, 2, 3] for name in "abcdefg"}
    (axes,) = plots.curves(series, [0, 1, 2], "lag (steps)", "norm", log=True).axes
    assert len({line.get_color() for line in axes.lines}) == 7
    assert len({str(line._unscaled_dash_pattern) for line in axes.lines}) == 7
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == ("lag (steps)", "norm", "log")


def test_a_band_is_drawn_around_its_line():
    (axes,) = plots.curves({"a": ([1, 2], [0, 1], [2, 3])}, [0, 1], "x", "y").axes
    assert axes.collections[0].get_paths()[0].get_extents().bounds == (0, 0, 1, 3)


def test_learning_curves_show_every_epoch_and_leave_out_a_missing_validation_split():
    with_validation = plots.learning_curves([3, 2], [4, 3], [0.1, 0.2], [0.1, 0.15])
    without = plots.learning_curves([3, 2], [None, None], [0.1, 0.2], [None, None])
    assert [len(ax.lines) for ax in with_validation.axes] == [2, 2]
    assert [len(ax.lines) for ax in without.axes] == [1, 1]
    assert without.axes[0].lines[0].get_xydata().tolist() == [[1, 3], [2, 2]]


def test_a_baseline_is_a_level_line_with_its_name():
    data_baselines = {"accuracy": ("chance", 0.25)}
    loss, accuracy = plots.learning_curves([3, 2], [4, 3], [0.1, 0.2], [0.1, 0.15], data_baselines, "loss").axes
    assert len(loss.lines) == 2
    assert [(line.get_label(), set(line.get_ydata())) for line in accuracy.lines[2:]] == [("chance", {0.25})]
    assert accuracy.get_legend().get_texts()[-1].get_text() == "chance"


def test_a_forest_has_a_point_and_an_interval_for_each_name():
    rows = {"first": (1.0, 0.5, 1.5), "alone": (-30.0, None, None)}
    (axes,) = plots.forest(rows, "difference (points)", linear=2).axes
    interval, point, alone, zero = axes.lines
    assert interval.get_xydata().tolist() == [[0.5, 0], [1.5, 0]]
    assert (point.get_xdata()[0], point.get_fillstyle()) == (1.0, "full")
    assert (alone.get_xdata()[0], alone.get_ydata()[0], alone.get_fillstyle()) == (-30.0, 1, "none")
    assert set(zero.get_xdata()) == {0}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "alone"]
    assert axes.yaxis_inverted()  # the first name on top
    assert axes.get_xscale() == "symlog"


def test_the_confusion_matrix_shows_shares_of_each_true_class():
    figure = plots.confusion([[8, 2], [0, 5]], ("cat", "dog"))
    written = {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in figure.axes[0].texts}
    assert written == {(0, 0): ".80", (0, 1): ".20", (1, 1): "1.00"}


def test_the_gallery_marks_wrong_answers_by_sign_and_frame():
    figure = plots.gallery(np.zeros((3, 4, 4)), [0, 1, 1], [0, 0, 1], ("cat", "dog"), columns=2)
    right, wrong, also_right, unused = figure.axes
    assert right.get_title() == "✓ cat"
    assert wrong.get_title() == "✗ dog\n(is cat)"
    assert also_right.get_title() == "✓ dog"
    assert not unused.axison
    assert {s.get_linestyle() for s in wrong.spines.values()} == {"--"}
    assert {s.get_linestyle() for s in right.spines.values()} == {"-"}


def test_a_state_machine_shows_each_state_and_each_rule():
    rules = {(0, 0): "00 : 0", (0, 1): "11 : 0", (1, 0): "00 : 1", (1, 1): "11 : 1"}
    (axes,) = plots.state_machine(("no carry", "carry"), rules).axes
    assert sorted(t.get_text() for t in axes.texts if t.get_text()) == sorted(
        ["no carry", "carry", "start", *rules.values()]
    )
    # an arrow is a text without words: four rules, and the start has words
    assert sum(hasattr(t, "arrow_patch") and not t.get_text() for t in axes.texts) == len(rules)
    circles = {tuple(patch.center) for patch in axes.patches}
    written = {t.get_text(): t.get_position() for t in axes.texts}
    assert circles == {written["no carry"], written["carry"]}
    assert written["no carry"][0] < written["carry"][0]  # the start is on the left


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_circles_and_labels_of_a_state_machine_stay_apart_and_inside(count):
    rules = {(k, step(k) % count): f"{k}" for k in range(count) for step in (lambda k: k, lambda k: k + 1)}
    figure = plots.state_machine([f"S{k}" for k in range(count)], rules)
    (axes,) = figure.axes
    figure.canvas.draw()
    boxes = [t.get_window_extent() for t in axes.texts if t.get_text() in rules.values()]
    circles = [patch.get_window_extent() for patch in axes.patches]
    assert (len(boxes), len(circles)) == (2 * count, count)
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :] + circles)
        assert figure.bbox.containsx(box.x0) and figure.bbox.containsx(box.x1)
        assert figure.bbox.containsy(box.y0) and figure.bbox.containsy(box.y1)


@pytest.mark.parametrize(
    ("states", "arrows", "message"),
    [
        (("A",), {}, "states must be 2 to 6 labels, got 1; merge states first"),
        (tuple("ABCDEFG"), {}, "states must be 2 to 6 labels, got 7"),
        (("A", "B"), {(0, 2): "0 : 0"}, r"arrows must join states 0 … 1, got \(0, 2\)"),
    ],
)
def test_unsound_state_machines_are_named(states, arrows, message):
    with pytest.raises(ValueError, match=message):
        plots.state_machine(states, arrows)
