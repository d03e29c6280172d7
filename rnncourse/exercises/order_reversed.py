"""What reversing the time does to a network that reads both ways."""

from . import Choice, Option

exercise = Choice(
    name="order-reversed",
    chapter="does_order_matter",
    title="Upside down",
    minutes=5,
    statement=r"""
Three LSTMs of one layer read images by rows: **A** in one direction; **B** in both directions with the readout `final`, each direction's state after its own last step; **C** in both directions with the readout `last`, both halves of the output at the last row.
All images are turned upside down, in training and test, so the rows come in the opposite order. For which of them is the distribution of the test accuracy exactly the same as before?
""",
    options=(
        Option("for A, B and C: all rows are still there", "The rows are there, but A meets them in another order."),
        Option(
            "for B and C: a network that reads both ways has no direction",
            "C reads both halves at the last row, where one has read all rows and the other a single one. That is a"
            " direction.",
        ),
        Option(
            "for B alone: exchange its two directions, and the two halves of the readout's weights",
            "Right: with exchanged weights B gives equal outputs, and those weights are as likely as the others.",
            right=True,
        ),
        Option(
            "for none: the LSTM's gates decide by the past",
            "They do in each direction. But in one of the three networks the directions can change their parts.",
        ),
        Option(
            "for A alone: it has the fewest weights to rearrange",
            "A uses one set of weights at all steps, so there is nothing to rearrange when the steps change places.",
        ),
    ),
    hints=(
        "Look for a rearrangement of the weights that undoes the reversal exactly.",
        "What has each half that is read out seen, before and after the reversal?",
    ),
    explanation=r"""
On reversed images the forward direction of B does what the backward one did before. Exchange the weights of the directions, and the columns of the linear layer, and the outputs are equal.
In C the forward half has read all rows and the backward half only the last one. On reversed images the backward half, too, reads another row than before, and no exchange repairs it.
""",
)
