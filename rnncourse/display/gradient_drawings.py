"""Drawings of the way that a gradient takes back through time."""

from .drawing import Drawing


def backward(use, steps=4, cut=None):
    """One path of backpropagation through time: from the last loss to the use of W_h at one step.

    Args:
        use: the step at which W_h is used, from 1 to ``steps``.
        steps: how many.
        cut: the state after which the chain is cut (``detach``), if any; a path that crosses it ends there.

    Raises:
        ValueError: there is no such step.
    """
    if not 1 <= use <= steps:
        raise ValueError(f"use must be a step from 1 to {steps}, got {use}")
    reached = cut is None or use > cut
    factors = steps - use
    d = Drawing(
        100 * steps + 110, 205,
        f"A chain of states h 0 to h {steps} with the loss L above the last one. "
        + (f"A dashed path leads from the loss back to step {use} and down to its use of W h, through"
           f" {factors} Jacobian{'s' if factors != 1 else ''}." if reached else
           f"The dashed path back to step {use} ends at the cut after h {cut}: this use gets no gradient."),
    )  # fmt: skip
    places = [50 + 100 * t for t in range(steps + 1)]
    states = [d.state(x, 105, f"h_{t}") for t, x in enumerate(places)]
    loss = d.state(places[-1], 28, "L")
    d.arrow(states[-1], loss, kind="faint")
    for t in range(1, steps + 1):
        x, lit = places[t], t == use and reached
        weight = d.gate(x - 50, 175, "W_h", kind="" if lit else "faint")
        d.arrow((x - 74, 98), (x - 26, 98), kind="forward" if t <= use else "faint")
        d.arrow(weight, (x - 50, 98), kind="faint", head=False)
        if t > use and (cut is None or t > cut + 1):
            d.arrow((x - 26, 114), (x - 74, 114), kind="backward")
            d.formula(x - 28, 135, f"J_{t}", kind="backward")
        if cut is not None and t == cut + 1:
            d.cut(x - 50, 114)
        if lit:
            d.arrow((x - 26, 114), (x - 40, 114), (x - 40, 161), kind="backward")
    d.arrow((places[-1] + 10, 46), (places[-1] + 10, 87), kind="backward")
    return d


def jacobians(steps=4):
    """The derivative of the last state by the first one: one Jacobian for every step back."""
    d = Drawing(
        100 * steps + 110, 130,
        f"States h 0 to h {steps} in a row, joined by arrows to the right. Below them dashed arrows lead back, each"
        " with the Jacobian of its step; the product of all of them is the derivative of the last state by the first.",
    )  # fmt: skip
    places = [50 + 100 * t for t in range(steps + 1)]
    states = [d.state(x, 35, f"h_{t}") for t, x in enumerate(places)]
    for t in range(1, steps + 1):
        d.arrow(states[t - 1], states[t])
        right, left = places[t] - 6, places[t - 1] + 6
        d.arrow((right, 53), (right, 85), (left, 85), (left, 53), kind="backward")
        d.formula((right + left) / 2, 105, f"J_{t}", kind="backward")
    return d


def direct_path(steps=3):
    """The direct path of the gradient along an LSTM's cell states, and the way through h."""
    d = Drawing(
        160 * steps + 80, 190,
        f"Cell states c 0 to c {steps} in a row, each multiplied by a forget gate on its way to the next. A dashed"
        " backward path runs straight along this row, with one factor f for each step. Below, states h lead into"
        " each gate: the ways through h, drawn faint.",
    )  # fmt: skip
    places = [40 + 160 * t for t in range(steps + 1)]
    states = [d.state(x, 40, f"c_{t}") for t, x in enumerate(places)]
    for t in range(1, steps + 1):
        middle = places[t] - 80
        times = d.operation(middle - 18, 40, "×")
        plus = d.operation(middle + 24, 40, "+")
        d.arrow(states[t - 1], times)
        d.arrow(times, plus)
        d.arrow(plus, states[t])
        right, left = places[t] - 14, places[t - 1] + 14
        d.arrow((right, 58), (right, 84), (left, 84), (left, 58), kind="backward")
        d.formula(middle, 100, f"f_{t}", kind="backward")
        h = d.state(places[t - 1], 155, f"h_{t - 1}", kind="faint")
        d.arrow(states[t - 1], h, kind="faint")
        d.arrow(h, (middle + 24, 155), plus, kind="faint")
        d.arrow((middle - 18, 155), times, kind="faint")
    return d
