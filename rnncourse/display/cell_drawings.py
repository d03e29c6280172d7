"""Drawings of the cells: each symbol of their equations has a place in them."""

from .drawing import Drawing


def plain_cell():
    """One step of a plain cell: h_t = tanh(x_t W_x + h_{t-1} W_h + b); see :class:`~rnncourse.networks.cells.RNNCell`.

    Returns:
        A :class:`~rnncourse.display.drawing.Drawing`.
    """
    d = Drawing(
        480, 210,
        "A plain recurrent cell. The state h t minus 1 comes from the left and is multiplied by W h, the input x t"
        " comes from below and is multiplied by W x. A plus adds both and the bias b; the sum a t passes through a tanh"
        " and leaves to the right as the state h t.",
    )  # fmt: skip
    d.box(245, 85, 330, 120)
    before, after = d.state(42, 70, "h_{t-1}"), d.state(444, 70, "h_t")
    given, plus, tanh = d.input(190, 180, "x_t"), d.operation(190, 70, "+"), d.gate(330, 70, "tanh")
    bias = d.input(270, 120, "b")
    d.arrow(before, plus)
    d.arrow(given, plus)
    d.arrow(bias, (203, 79))
    d.arrow(plus, tanh)
    d.arrow(tanh, after)
    d.formula(125, 56, "W_h")
    d.formula(168, 124, "W_x")
    d.formula(258, 56, "a_t")
    return d


def lstm():
    """One step of an LSTM (Gers et al. 2000), built up in the parts of its two sums.

    Returns:
        A :class:`~rnncourse.display.drawing.Drawing` with the parts *cell state*, *forget gate*, *input gate*,
        *candidate* and *output gate*.
    """
    d = Drawing(
        560, 310,
        "An LSTM cell. Along the top the cell state runs from c t minus 1 through a multiplication and an addition to"
        " c t. The state h t minus 1 and the input x t enter below and lead to four small squares: the forget gate f t"
        " multiplies the old cell state, the input gate i t multiplies the candidate g t, a tanh, and their product is"
        " added; the output gate o t multiplies the tanh of c t, which gives h t.",
    )  # fmt: skip
    d.box(278, 142, 400, 250)
    with d.part("cell state"):
        old, new = d.state(37, 50, "c_{t-1}", width=60), d.state(524, 50, "c_t")
        times, plus = d.operation(150, 50, "×"), d.operation(275, 50, "+")
        d.arrow(old, times)
        d.arrow(times, plus)
        d.arrow(plus, new)
    with d.part("forget gate"):
        before, given = d.state(37, 240, "h_{t-1}", width=60), d.input(110, 287, "x_t")
        forget = d.gate(150, 190, "σ")
        d.arrow(before, (150, 240), forget)
        d.arrow(given, (110, 240), head=False)
        d.joint((110, 240))
        d.arrow(forget, times)
        d.formula(134, 120, "f_t")
    with d.part("input gate"):
        gate, product = d.gate(215, 190, "σ"), d.operation(275, 120, "×")
        d.arrow((150, 240), (215, 240), gate)
        d.arrow(gate, (215, 120), product)
        d.joint((150, 240))
        d.arrow(product, plus)
        d.formula(201, 145, "i_t")
    with d.part("candidate"):
        candidate = d.gate(275, 190, "tanh")
        d.arrow((215, 240), (275, 240), candidate)
        d.arrow(candidate, product)
        d.joint((215, 240))
        d.formula(292, 152, "g_t")
    with d.part("output gate"):
        gate, shown, tanh = d.gate(345, 190, "σ"), d.operation(410, 145, "×"), d.gate(410, 95, "tanh")
        after = d.state(524, 240, "h_t")
        d.arrow((275, 240), (345, 240), gate)
        d.arrow(gate, (345, 145), shown)
        d.arrow((410, 50), tanh)
        d.arrow(tanh, shown)
        d.joint((275, 240), (410, 50))
        d.arrow(shown, (410, 240), after)
        d.formula(329, 150, "o_t")
    return d


def gru():
    """One step of a GRU (Cho et al. 2014) in the form of ``torch.nn.GRU``.

    Returns:
        A :class:`~rnncourse.display.drawing.Drawing` with the parts *state*, *reset gate*, *candidate* and
        *update gate*.
    """
    d = Drawing(
        560, 310,
        "A GRU cell. Along the top the state runs from h t minus 1 through a multiplication and an addition to h t."
        " Below, the reset gate r t multiplies what the candidate n t, a tanh, gets from the old state. The update gate"
        " z t multiplies the old state, 1 minus z t multiplies the candidate, and the two are added.",
    )  # fmt: skip
    d.box(278, 142, 400, 250)
    with d.part("state"):
        old, new = d.state(37, 50, "h_{t-1}", width=60), d.state(524, 50, "h_t")
        keep, plus = d.operation(365, 50, "×"), d.operation(435, 50, "+")
        d.arrow(old, keep)
        d.arrow(keep, plus)
        d.arrow(plus, new)
    with d.part("reset gate"):
        given, reset = d.input(120, 287, "x_t"), d.gate(160, 165, "σ")
        d.arrow(given, (120, 240), (160, 240), reset)
        d.arrow((120, 50), (120, 165), reset)
        d.joint((120, 50))
        d.formula(178, 133, "r_t")
    with d.part("candidate"):
        seen, candidate = d.operation(235, 110, "×"), d.gate(285, 165, "tanh")
        d.arrow(reset, (160, 110), seen)
        d.arrow((235, 50), seen)
        d.arrow(seen, (285, 110), candidate)
        d.arrow((160, 240), (285, 240), candidate)
        d.joint((235, 50), (160, 240))
        d.formula(210, 74, "W_h^n")
        d.formula(322, 152, "n_t")
    with d.part("update gate"):
        update, fresh, other = d.gate(365, 205, "σ"), d.operation(435, 165, "×"), d.gate(435, 110, "1−")
        d.arrow((285, 240), (365, 240), update)
        d.arrow((120, 165), (120, 205), update)
        d.arrow(update, keep)
        d.arrow((365, 110), other)
        d.arrow(other, fresh)
        d.arrow(candidate, fresh)
        d.arrow(fresh, (467, 165), (467, 80), (444, 59))
        d.joint((285, 240), (120, 165), (365, 110))
        d.formula(381, 135, "z_t")
    return d
