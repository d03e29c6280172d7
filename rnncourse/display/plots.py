"""The figures of the course. Each function returns a matplotlib figure and knows only plain numbers."""

from collections.abc import Mapping
from itertools import cycle

import numpy as np

from ..base.arrays import as_array, class_names
from ..base.checks import check_whole_number
from .state_machine import state_machine
from .style import COLOURS, LINES, STYLE

__all__ = ["COLOURS", "LINES", "STYLE", "confusion", "curves", "forest", "gallery", "learning_curves", "state_machine"]


def curves(series, x, xlabel, ylabel, log=False, ax=None, baseline=None):
    """One line for each named series over a common axis.

    Args:
        series: name → values, or name → (values, low, high) for a band around the line.
        x: the common values of the x axis.
        xlabel, ylabel: the labels, with units.
        log: use a logarithmic y axis.
        ax: draw into these axes instead of a new figure.
        baseline: (name, value) of a trivial answer, drawn as a grey level line.

    Raises:
        TypeError, ValueError: the series aren't such a dict, or one has another length than ``x``.
    """
    from matplotlib import pyplot as plt

    if not isinstance(series, Mapping):
        raise TypeError(f"series must be a dict name → values, got {type(series).__name__}")
    x = as_array("x", x)
    series = {name: _lines(name, values, len(x)) for name, values in series.items()}
    with plt.rc_context(STYLE):
        ax = ax or plt.subplots(figsize=(6, 3.5))[1]
        for (name, values), colour, line in zip(series.items(), cycle(COLOURS), cycle(LINES), strict=False):
            if isinstance(values, tuple):
                values, low, high = values
                ax.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
            ax.plot(
                x, values, color=colour, linestyle=line, label=name, marker="o" if len(x) < 12 else None, markersize=3
            )
        if baseline is not None:
            name, value = baseline
            ax.axhline(value, color="0.45", linewidth=1.2, zorder=1, label=name)
        ax.set(xlabel=xlabel, ylabel=ylabel)
        if log:
            ax.set_yscale("log")
        if len(series) > 1 or baseline is not None:
            ax.legend()
    return ax.figure


def _lines(name, values, count):
    """A series as arrays, each with a value for each x."""
    band = isinstance(values, tuple) and len(values) == 3 and np.ndim(values[0]) > 0
    parts = [as_array(f"series[{name!r}]", part) for part in (values if band else (values,))]
    for part in parts:
        if part.shape not in {(count,), ()}:
            raise ValueError(f"series[{name!r}] must have {count} values, as x has, got the shape {part.shape}")
    return tuple(parts) if band else parts[0]


def learning_curves(
    train_loss, validation_loss, train_accuracy=None, validation_accuracy=None, baselines=None,
    loss="cross-entropy (nats)",
):  # fmt: skip
    """Loss and accuracy over the epochs, training beside validation; None marks a missing validation split.

    Args:
        train_loss, validation_loss: a value for each epoch.
        train_accuracy, validation_accuracy: the same; without the first one, such as for targets that are numbers, the
            loss is drawn alone.
        baselines: ``"loss"`` and ``"accuracy"`` → (name, value), as :attr:`rnncourse.Dataset.baselines`.
        loss: the label of the loss, with its unit.
    """
    from matplotlib import pyplot as plt

    epochs = np.arange(1, len(train_loss) + 1)
    panels = [(train_loss, validation_loss, "loss", loss)]
    if train_accuracy is not None:
        panels.append((train_accuracy, validation_accuracy, "accuracy", "accuracy"))
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(panels), figsize=(4 * len(panels), 3.2), squeeze=False)
        for ax, (train, validation, quantity, label) in zip(axes[0], panels, strict=True):
            series = {"training": train}
            if validation and validation[0] is not None:
                series["validation"] = validation
            curves(series, epochs, "epoch", label, ax=ax, baseline=(baselines or {}).get(quantity))
            ax.xaxis.get_major_locator().set_params(integer=True)
    return figure


def forest(rows, xlabel, linear=None):
    """A forest plot: a point and its interval for each name, from top to bottom, and a line at 0, "no difference".

    Args:
        rows: name → (value, low, high), or (value, None, None) where there is no interval.
        xlabel: the label of the x axis, with its unit.
        linear: where values are of very different size, the axis is linear up to plus or minus this number and
            logarithmic beyond it; None for a linear axis.
    """
    from matplotlib import pyplot as plt

    if not isinstance(rows, Mapping) or not rows or any(np.shape(row) != (3,) for row in rows.values()):
        raise TypeError(f"rows must be a dict name → (value, low, high) with one row at least, got {rows!r}")
    with plt.rc_context({**STYLE, "font.size": 9}):
        figure, ax = plt.subplots(figsize=(6, 1 + 0.22 * len(rows)))
        for place, (value, low, high) in enumerate(rows.values()):
            known = low is not None
            if known:
                ax.plot([low, high], [place, place], color=COLOURS[0], linewidth=2)
            ax.plot(value, place, "o", color=COLOURS[0], fillstyle="full" if known else "none", markersize=5)
        ax.axvline(0, color="0.45", linewidth=1.2, zorder=1)
        ax.set_yticks(range(len(rows)), rows)
        ax.set(xlabel=xlabel, ylim=(len(rows) - 0.5, -0.5))
        if linear is not None:
            ax.set_xscale("symlog", linthresh=linear)
            ax.xaxis.set_major_formatter("{x:g}")
    return figure


def confusion(counts, classes):
    """A confusion matrix as shares of each true class, with the share written into each cell.

    Args:
        counts: (C, C); row i, column j counts the examples of class i taken for class j.
        classes: C names.
    """
    from matplotlib import pyplot as plt

    counts, classes = as_array("counts", counts), class_names(classes)
    if counts.shape != (len(classes), len(classes)):
        raise ValueError(
            f"counts must have the shape ({len(classes)}, {len(classes)}) for {len(classes)} classes, got "
            f"{counts.shape}"
        )
    share = counts / counts.sum(1, keepdims=True).clip(1)
    with plt.rc_context({**STYLE, "axes.grid": False, "font.size": 8}):
        figure, ax = plt.subplots(figsize=(6.4, 5.6))
        image = ax.imshow(share, cmap="cividis", vmin=0, vmax=1)
        for (i, j), value in np.ndenumerate(share):
            if counts[i, j]:
                ax.text(
                    j,
                    i,
                    f"{value:.2f}".lstrip("0"),
                    ha="center",
                    va="center",
                    color="black" if value > 0.5 else "white",
                )
        names = range(len(classes))
        ax.set_xticks(names, classes, rotation=45, ha="right")
        ax.set_yticks(names, classes)
        ax.set(xlabel="predicted class", ylabel="true class")
        figure.colorbar(image, ax=ax, shrink=0.8, label="share of the true class")
    return figure


def gallery(images, predicted, truth, classes, columns=5):
    """Images with the predicted class; wrong ones have a thick dashed frame, a cross and the true class.

    Args:
        images: (N, height, width).
        predicted, truth: (N,) class numbers.
        classes: the names of the classes.
        columns: images side by side.

    Raises:
        TypeError, ValueError: the shapes don't fit one another, or a label has no class.
    """
    from matplotlib import pyplot as plt

    columns = check_whole_number("columns", columns, 1)
    images, classes = as_array("images", images), class_names(classes)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(f"images must have the shape (N, height, width) with N >= 1, got {images.shape}")
    predicted = _labels("predicted", predicted, len(images), len(classes))
    truth = _labels("truth", truth, len(images), len(classes))
    rows = -(-len(images) // columns)
    with plt.rc_context(
        {**STYLE, "axes.grid": False, "font.size": 8, "axes.spines.top": True, "axes.spines.right": True}
    ):
        figure, axes = plt.subplots(rows, columns, figsize=(1.5 * columns, 1.9 * rows), squeeze=False)
        for ax in axes.flat[len(images) :]:
            ax.set_axis_off()
        for ax, image, guess, true in zip(axes.flat, images, predicted, truth, strict=False):
            right = guess == true
            ax.imshow(image, cmap="gray")
            ax.set(xticks=[], yticks=[])
            title = f"✓ {classes[guess]}" if right else f"✗ {classes[guess]}\n(is {classes[true]})"
            ax.set_title(title, color=COLOURS[0] if right else COLOURS[1], fontsize=8)
            for spine in ax.spines.values():
                spine.set(color=COLOURS[0] if right else COLOURS[1], linewidth=1 if right else 3)
                spine.set_linestyle("-" if right else "--")
    return figure


def _labels(name, labels, count, classes):
    labels = as_array(name, labels)
    if labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise ValueError(f"{name} must be {count} class numbers, one for each image, got {labels.dtype} {labels.shape}")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"{name} must lie in 0 … {classes - 1}, got {labels.min()} … {labels.max()}")
    return labels
