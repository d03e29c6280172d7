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
