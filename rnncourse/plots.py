"""The figures of the course. Each function returns a matplotlib figure and knows only plain numbers."""

from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt

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
    """
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


def learning_curves(
    train_loss, validation_loss, train_accuracy, validation_accuracy, baselines=None, loss="cross-entropy (nats)"
):
    """Loss and accuracy over the epochs, training beside validation; None marks a missing validation split.

    Args:
        train_loss, validation_loss, train_accuracy, validation_accuracy: a value for each epoch.
        baselines: ``"loss"`` and ``"accuracy"`` → (name, value), as :attr:`rnncourse.Dataset.baselines`.
        loss: the label of the loss, with its unit.
    """
    epochs = np.arange(1, len(train_loss) + 1)
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(8, 3.2))
        pairs = (
            (train_loss, validation_loss, "loss", loss),
            (train_accuracy, validation_accuracy, "accuracy", "accuracy"),
        )
        for ax, (train, validation, quantity, label) in zip(axes, pairs, strict=True):
            series = {"training": train}
            if validation and validation[0] is not None:
                series["validation"] = validation
            curves(series, epochs, "epoch", label, ax=ax, baseline=(baselines or {}).get(quantity))
            ax.xaxis.get_major_locator().set_params(integer=True)
    return figure


def confusion(counts, classes):
    """A confusion matrix as shares of each true class, with the share written into each cell.

    Args:
        counts: (C, C); row i, column j counts the examples of class i taken for class j.
        classes: C names.
    """
    counts = np.asarray(counts)
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
    """
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
