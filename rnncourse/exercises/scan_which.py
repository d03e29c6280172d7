"""Which recurrence can be scanned?"""

from . import Choice, Option

exercise = Choice(
    name="scan-which",
    chapter="after_the_lstm",
    title="Which can be scanned?",
    minutes=5,
    statement=r"""
In which of these recurrences can the chapter's scan compute all states, with one factor and one drive for each unit?
($a_t = x_t W$ comes from the input alone. $v$ is a vector of weights, one for each unit; $W$ and $W_h$ are full matrices.)
""",
    options=(
        Option(r"$h_t = \tanh(v \odot h_{t-1} + a_t)$", "The tanh acts on the state: two such steps aren't a step of the same form."),
        Option(
            r"$h_t = \cos(a_t)^3 \odot h_{t-1} + \tanh(a_t)$",
            "Right: the input may be used in any way. For the state, each step is a multiplication and an addition.",
            right=True,
        ),
        Option(
            r"$h_t = \sigma(a_t + v \odot h_{t-1}) \odot h_{t-1} + a_t$",
            "The gate sees the state, so the factor isn't known before the state is.",
        ),
        Option(
            r"$h_t = h_{t-1} W_h + a_t$",
            "It is linear, and joining two steps works; but the factors become products of full matrices, not one number for each unit.",
        ),
        Option(
            r"$h_t = \sigma(a_t) \odot h_{t-1} \odot h_{t-1} + a_t$",
            "The state is squared, so two steps have its fourth power: the form changes with each step.",
        ),
    ),
    hints=(
        "Write down two steps in a row. Is the result again factor times old state plus drive?",
        "What must be known before the first state is?",
    ),
    explanation=r"""
All factors and drives must be known before any state is, and two steps joined must again be one factor and one drive for each unit.
The input alone may go through any function. With a full matrix $W_h$ the joining needs products of $(H, H)$ matrices; nearly every *fixed* $W_h$ can be brought to diagonal form first, with complex units, and this is the starting point of the linear recurrent unit.
""",
)  # fmt: skip
