"""The figures of the course. Each function returns a matplotlib figure and knows only plain numbers."""

from collections.abc import Mapping
from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt

from .arrays import as_array, class_names
from .checks import check_whole_number

# Okabe & Ito's colours, told apart by colour-blind readers; each goes with a line style of its own
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
LINES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 3)))
STYLE = {
    "figure.dpi": 100, "savefig.dpi": 100, "figure.facecolor": "white", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3,
    "legend.frameon": False, "figure.constrained_layout.use": True,
}  # fmt: skip


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


def state_machine(states, arrows):
    """A finite-state machine: a circle for each state, an arrow for each pair of states with a rule between them.

    Args:
        states: 2 to 6 labels; the first one is the start.
        arrows: (from, to) → label, such as ``"01, 10 : 1"`` (inputs : answer); states by their position, from 0.
            A rule that stays in its state is drawn as a loop.

    Raises:
        ValueError: too few or too many states, or an arrow at a state that isn't there.
    """
    count = len(states)
    if not 2 <= count <= 6:
        raise ValueError(f"states must be 2 to 6 labels, got {count}; merge states first, as with Automaton.minimal")
    for pair in arrows:
        if not all(end in range(count) for end in pair):
            raise ValueError(f"arrows must join states 0 … {count - 1}, got {pair}")
    angles = np.pi * (1 - 2 * np.arange(count) / count)  # the start on the left, the others clockwise
    radius = {2: 1.3, 3: 1.7, 4: 2.0}.get(count, 2.4)
    places = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    size = 0.5  # of a circle, in the units of the axes
    low, high = places.min(0) - 1.6, places.max(0) + 1.6
    with plt.rc_context({**STYLE, "axes.grid": False, "font.size": 12}):
        figure, ax = plt.subplots(figsize=0.82 * (high - low))
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
        ax.set_axis_off()
        for (one, other), label in arrows.items():
            start, end = places[one], places[other]
            if one == other:  # a loop on the outer side, or below and above two states in a row
                out = np.array([0, 1]) if count == 2 else start / radius
                side = np.array([out[1], -out[0]])
                start, end = (start + size * (0.8 * out + turn * 0.6 * side) for turn in (-1, 1))
                level = abs(out[0]) > 0.9  # a loop to the left or right has its label beside it
                bend, at = -1.5, places[one] + (1.05 if level else 1.25) * out
                align = ("left" if out[0] > 0 else "right") if level else "center"
            else:
                along = (end - start) / np.linalg.norm(end - start)
                side = np.array([-along[1], along[0]])
                start, end = start + size * (along + 0.35 * side), end + size * (-along + 0.35 * side)
                bend, align, at = -0.25, "center", (start + end) / 2 + 0.125 * np.linalg.norm(end - start) * side
            ax.annotate(
                "", end, start,
                arrowprops=dict(
                    arrowstyle="-|>", mutation_scale=16, color="0.25", linewidth=1.5, shrinkA=0, shrinkB=0,
                    connectionstyle=f"arc3,rad={bend}",
                ),
            )  # fmt: skip
            ax.text(*at, label, ha=align, va="center", zorder=3, bbox=dict(facecolor="white", linewidth=0, pad=1))
        for k, (place, name) in enumerate(zip(places, states, strict=True)):
            ax.add_patch(plt.Circle(place, size, facecolor="white", edgecolor=COLOURS[0], linewidth=2.5, zorder=2))
            if k == 0:  # an arrow from nowhere, beside the loop
                inward = np.array([1, 0]) if count == 2 else np.array([0.5, 0.87])
                ax.annotate(
                    "start", place - size * inward, place - 1.25 * inward, va="center", ha="center",
                    arrowprops=dict(arrowstyle="-|>", mutation_scale=16, color="0.25", linewidth=1.5, shrinkB=0),
                )  # fmt: skip
            ax.text(*place, name, ha="center", va="center", zorder=4)
    return figure
