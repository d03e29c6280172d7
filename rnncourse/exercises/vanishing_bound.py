"""What the gain of a weight matrix proves."""

from . import Choice, Option

exercise = Choice(
    name="vanishing-bound",
    chapter="vanishing_gradients",
    title="Bound or prediction?",
    minutes=5,
    statement=r"""
A plain $\tanh$ network has a weight matrix with $\lVert W_h \rVert_2 = 1.2$ and spectral radius $\rho(W_h) = 0.7$. What follows for its gradient over 100 steps?
""",
    options=(
        Option(
            "it explodes: 1.2 to the power of 100 is far above a million",
            "1.2 is the most that one step can stretch. The directions of the steps need not agree, so the bound"
            " need not be reached.",
        ),
        Option(
            "it is at most 1.2 to the power of 100 times as large; it may vanish, explode or stay",
            "Right: a gain above 1 proves nothing, and the spectral radius belongs to powers of one matrix only.",
            right=True,
        ),
        Option(
            "it vanishes: 0.7 to the power of 100 is nearly zero",
            "That would be so in the long run for powers of the same matrix. Here each factor has its own slopes"
            " in front, and the product of different matrices isn't ruled by the spectral radius.",
        ),
        Option(
            "it stays: the geometric mean of 1.2 and 0.7 is near 1",
            "No theorem takes this mean. Neither number decides what the product does.",
        ),
        Option(
            "nothing, not even a bound, because the slopes of tanh aren't known",
            "They are known to be at most 1, and that is enough for a bound.",
        ),
    ),
    hints=(
        "What does the largest singular value say about one step, and what do many steps need for it to add up?",
        "The default networks of the chapter are an example: look at the table of bound and measurement.",
    ),
    explanation=r"""
The gain is $\gamma = 1.2 \cdot 1$, so the bound after 100 steps is $1.2^{100} \approx 8 \cdot 10^7$.
The default networks of the chapter have a gain above 1 as well, and their gradients vanish.
The spectral radius describes the long run of $W^k$; the Jacobians of a network differ from step to step, because their slopes do.
""",
)
