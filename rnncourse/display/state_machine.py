"""A finite-state machine as a figure, in which no axis measures anything."""

import numpy as np

from .style import COLOURS, STYLE


def state_machine(states, arrows):
    """A finite-state machine: a circle for each state, an arrow for each pair of states with a rule between them.

    Args:
        states: 2 to 6 labels; the first one is the start.
        arrows: (from, to) → label, such as ``"01, 10 : 1"`` (inputs : answer); states by their position, from 0.
            A rule that stays in its state is drawn as a loop.

    Raises:
        ValueError: too few or too many states, or an arrow at a state that isn't there.
    """
    from matplotlib import pyplot as plt

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
