"""What three gates do to a content and to its gradient."""

from . import Choice, Option

exercise = Choice(
    name="lstm-closed-doors",
    chapter="lstm",
    title="Thirty steps with the gates shut",
    minutes=5,
    statement=r"""
For thirty steps a unit of an LSTM has $f = 1$, $i = 0$ and $o = 0$, whatever comes in, and $c = 0.7$ at the start. What is true during these steps?
""",
    options=(
        Option(
            "the content is lost, because an output gate of 0 multiplies it by 0",
            "The output gate multiplies what is shown. The cell state itself goes on without it.",
        ),
        Option(
            "the content stays, and the other units can read it from h",
            "They read h, and h is o times tanh(c).",
        ),
        Option(
            "the content fades slowly, because it passes a tanh at each step",
            "The tanh stands on the way to h only; c is handed on as it is.",
        ),
        Option(
            "the content and its gradient stay as they are, and no other unit, gate or output notices it",
            "Right: with f = 1 and i = 0 the sum is c = c, with the derivative 1. With o = 0 no step reads it.",
            right=True,
        ),
        Option(
            "the content stays, but its gradient vanishes, because the gates are saturated",
            "Saturated gates let no gradient pass to their own weights. Along c the factor is f, and f is 1.",
        ),
    ),
    hints=(
        "Put the three numbers into the two equations of the cell state and of the hidden state.",
        "Then take the derivative of the new cell state by the old one.",
    ),
    explanation=r"""
$c_t = 1 \cdot c_{t-1} + 0 \cdot g_t$, so the content is 0.7 and $\partial c_t / \partial c_{t-1} = 1$ at each step; $h_t = 0 \cdot \tanh(0.7) = 0$, so nothing depends on it meanwhile.
A gradient can't enter during these steps either. It can come from a later step at which the output gate opens.
""",
)
