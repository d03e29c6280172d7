"""Drawings of networks over time: loops written out, layers, directions, and the way of a gradient."""

from .drawing import Drawing


def feedforward_and_recurrent():
    """An MLP that gets all rows of an image at once, beside a recurrent network that gets them one after another."""
    d = Drawing(
        560, 240,
        "Two networks side by side. On the left, rows x 1 to x 3 enter a feedforward network at the same time, each by"
        " weights of its own, and the scores s come out. On the right, the rows enter a recurrent network one at a time"
        " by the same weights W x; its state h t goes round a loop with the weights W h; the scores come out last.",
    )  # fmt: skip
    d.words(125, 18, "feedforward: all rows at once")
    hidden = d.state(125, 120, "h", width=150)
    for n, x in enumerate((60, 125, 190), start=1):
        d.arrow(d.input(x, 210, f"x_{n}"), (x, 138))
        d.formula(x + 24, 165, f"W^{{({n})}}")
    d.arrow(hidden, d.state(125, 55, "s"))
    d.words(430, 18, "recurrent: one row after another")
    state = d.state(430, 120, "h_t", width=70)
    for place, (x, name) in enumerate(((430, "x_1"), (475, "x_2"), (520, "x_3"))):
        d.input(x, 210, name, kind="faint" if place else "")
    d.arrow((430, 191), state)
    d.formula(450, 165, "W_x")
    d.arrow((465, 120), (515, 120), (515, 82), (345, 82), (345, 120), state)
    d.formula(330, 100, "W_h")
    d.arrow(state, d.state(430, 50, "s"))
    return d


def unrolled():
    """A recurrent network as a loop, and the same network written out as a chain with the same weights at each step."""
    d = Drawing(
        560, 240,
        "On the left a recurrent network as a loop: the input x t enters the state h t by W x, and the state returns to"
        " itself by W h. On the right the same network as a chain: h 0, h 1, h 2, dots, h T. Each of x 1, x 2 and x T"
        " enters its state by the same W x, each state leads to the next by the same W h, and h T leads by W y to the"
        " scores s.",
    )  # fmt: skip
    state = d.state(60, 120, "h_t")
    d.arrow(d.input(60, 205, "x_t"), state)
    d.formula(82, 165, "W_x")
    d.arrow((86, 120), (112, 120), (112, 72), (12, 72), (12, 120), state)
    d.formula(60, 56, "W_h")
    d.words(155, 120, "=")
    before = d.state(205, 120, "h_0", width=46, kind="faint")
    for x, t in ((295, "1"), (385, "2"), (515, "T")):
        state = d.state(x, 120, f"h_{t}", width=46)
        d.arrow(d.input(x, 205, f"x_{t}"), state)
        d.formula(x + 22, 165, "W_x")
        d.arrow(before, state)
        d.formula((before.x + x) / 2, 104, "W_h")
        if t == "T":
            d.words(450, 136, "…")
        before = state
    d.arrow(before, d.state(515, 40, "s", width=46))
    d.formula(537, 80, "W_y")
    return d


def shapes():
    """What goes into a recurrent layer and what comes out, with the sizes (B, T, I), (B, T, H) and (B, H)."""
    d = Drawing(
        560, 240,
        "Three blocks. On the left the inputs: B sheets, one for each sequence, with T columns, one for each step, of I"
        " numbers. In the middle the states, B sheets of T columns of H numbers. On the right the last column of each"
        " sheet alone, B by H. Arrows lead from the inputs to the states and from there to the last states.",
    )  # fmt: skip

    def block(x, columns, height, size):
        for sheet in (2, 1, 0):
            for n in range(columns):
                d.box(x + 9 * sheet + 18 * n + 9, 120 - 9 * sheet, 18, height, kind="" if sheet == 0 else "faint")
        middle = x + 9 * columns
        d.words(middle, 120 + height / 2 + 16, "T steps" if columns > 1 else "step T")
        d.words(middle, 120 + height / 2 + 36, size)

    d.words(72, 14, "B sequences")
    block(12, 6, 80, "(B, T, I)")
    d.arrow((150, 115), (205, 115))
    d.words(178, 98, "layer")
    d.words(277, 14, "all states")
    block(220, 6, 130, "(B, T, H)")
    d.arrow((360, 115), (430, 115))
    d.words(395, 98, "readout")
    d.words(465, 14, "last states")
    block(450, 1, 130, "(B, H)")
    return d


def mappings():
    """Five ways in which inputs and outputs can lie over the steps."""
    d = Drawing(
        560, 430,
        "Five small networks. One to one: an input, a state, an output. One to many: one input, a chain of three"
        " states, an output from each. Many to one: three inputs, three states, an output from the last. Many to many:"
        " three inputs, three states, three outputs. Encoder and decoder: three inputs are read, then three outputs are"
        " written.",
    )  # fmt: skip

    def network(left, top, title, steps, given, read):
        d.words(left + 27 * (steps - 1), top, title)
        before = None
        for n in range(steps):
            x = left + 54 * n
            state = d.state(x, top + 95, "h", width=34, height=30)
            if n in given:
                d.arrow(d.input(x, top + 160, "x"), state)
            if n in read:
                d.arrow(state, d.state(x, top + 35, "y", width=34, height=30))
            if before:
                d.arrow(before, state)
            before = state

    network(50, 16, "one to one", 1, [0], [0])
    network(170, 16, "one to many", 3, [0], [0, 1, 2])
    network(390, 16, "many to one", 3, [0, 1, 2], [2])
    network(50, 236, "many to many", 3, [0, 1, 2], [0, 1, 2])
    network(265, 236, "encoder and decoder", 6, [0, 1, 2], [3, 4, 5])
    return d


def stack(layers=2, steps=4):
    """Recurrent layers on one another: each reads the states of the one below."""
    d = Drawing(
        100 * steps + 60, 80 * layers + 70,
        f"{layers} rows of {steps} states above a row of {steps} inputs. Arrows go up from each input to the state of"
        " layer 1 and on to the layers above it, and to the right from each state to the next one of its layer.",
    )  # fmt: skip
    for t in range(1, steps + 1):
        x, y = 100 * t - 20, 80 * layers + 40
        below = d.input(x, y, f"x_{t}")
        for layer in range(1, layers + 1):
            state = d.state(x, y - 80 * layer, f"h_{t}^{{({layer})}}", width=58)
            d.arrow(below, state)
            if t > 1:
                d.arrow((x - 71, state.y), state)
            below = state
    return d


def both_ways(steps=4, read=None):
    """A bidirectional network.

    Args:
        steps: how many.
        read: lights what the state at this step has seen, and the way that it took; by default nothing.
    """
    d = Drawing(
        110 * steps + 40, 325,
        "Four rows over time. Below the inputs; above them the states of a network that reads to the right, then those"
        " of one that reads to the left; on top the joined states. Each input leads to both networks, and both lead to"
        " the joined state of the same step."
        + (f" Marked: what the joined state {read} is made of." if read else ""),
    )  # fmt: skip
    for t in range(1, steps + 1):
        x = 110 * t - 35
        right, left = (read is None or t <= read), (read is None or t >= read)
        given = d.input(x, 295, f"x_{t}")
        kinds = ["" if on else "faint" for on in (right, left, read in (None, t))]
        one = d.state(x - 24, 210, f"→h_{t}", width=48, kind=kinds[0])
        two = d.state(x + 24, 125, f"←h_{t}", width=48, kind=kinds[1])
        joined = d.state(x, 40, f"h_{t}", width=48, kind=kinds[2])
        d.arrow(given, one, kind="forward" if right else "faint")
        d.arrow(given, (x + 24, 250), two, kind="forward" if left else "faint")
        for each, on in ((one, right), (two, left)):
            d.arrow(each, joined, kind="forward" if on and read in (None, t) else "faint")
        if t > 1:
            d.arrow((x - 110, 210), one, kind="forward" if right else "faint")
            d.arrow((two.x - 24, 125), (two.x - 86, 125), kind="forward" if read is None or t > read else "faint")
    return d
