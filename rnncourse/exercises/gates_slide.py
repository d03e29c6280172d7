"""Which sentence about gates does the chapter support?"""

from . import Choice, Option

exercise = Choice(
    name="gates-slide",
    chapter="do_gates_help",
    title="One line for a slide",
    minutes=5,
    statement=r"""
A slide says: "LSTM and GRU solve the vanishing gradient, because a gate passes the state on." Which change does the chapter support?
""",
    options=(
        Option(
            "none: the gradient of a gated cell doesn't vanish",
            "Look at the first picture: with PyTorch's initial weights all four curves are straight lines that fall.",
        ),
        Option(
            "with a forget-gate bias of 1 they solve it, without they don't",
            "A bias of 1 is better than 0, but look at what is left after 100 steps with it.",
        ),
        Option(
            "it holds for the LSTM, which has a cell state, and not for the GRU",
            "Before training both lose a factor of ten in nearly the same number of steps, and one bias opens both.",
        ),
        Option(
            "a gate lets a bias or training set how far the gradient reaches; by itself it helps little",
            "Right: before training the reach is less than twice as long, and the bias moves it by orders of magnitude.",
            right=True,
        ),
        Option(
            "gates have nothing to do with it: only the number of weights counts",
            "Compare the GRU with bias -3 and the GRU with bias 2: their weights are equally many.",
        ),
    ),
    hints=(
        "What does the chapter measure before anything is trained, and what happens when one bias is moved?",
        "Each option makes a claim about a figure of the chapter. Find the figure first.",
    ),
    explanation=r"""
From PyTorch's initial weights the gated cells lose the gradient exponentially, a factor of ten in about 5 steps where the plain network takes 3.5.
Moved to 3 or more, one bias keeps it over 100 steps; and training moved it in both directions.
A gate is a handle, and what counts is where it stands.
""",
)
