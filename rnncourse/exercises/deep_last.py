"""What the last output of a bidirectional layer knows."""

from . import Choice, Option

exercise = Choice(
    name="deep-last",
    chapter="deeper_and_both_ways",
    title="The last output",
    minutes=5,
    statement=r"""
A network with *one* layer reads sequences of 30 steps in both directions, and its classifier reads `outputs[:, -1]`.
It reaches 91 % on the test set. Which statement is right?
""",
    options=(
        Option(
            "the score shows that both halves work",
            "The forward half alone may reach it: its state at the last step has seen all 30 inputs.",
        ),
        Option(
            "the backward half contributes the first input, because it reads that one last",
            "The backward state that has read the first input stands at step 1, and nobody reads it there.",
        ),
        Option(
            "the backward half has read the last input only, and its recurrent matrix gets no gradient at all",
            "Right: it has made one step from the zero state. So its recurrent matrix was multiplied by zeros and never"
            " learns.",
            right=True,
        ),
        Option(
            "the classifier reads the future, so the score is worthless",
            "The question is asked when the whole sequence is there, so nothing is in the future.",
        ),
        Option(
            "nothing is lost, for the two halves exchange their states at every step",
            "The two directions of one layer know nothing of each other; they are only joined afterwards.",
        ),
    ),
    hints=(
        "At which step does the backward half begin, and how many steps has it made there?",
        "The gradient of W_h is a sum of products with the earlier state. Which states come before the first step?",
    ),
    explanation=r"""
At step 30 the backward half has just begun: its state is $\operatorname{cell}(x_{30}, 0)$.
The gradient of $W_h$ multiplies the state *before* the step, which is zero, so this half's recurrent matrix keeps its initial values.
You can see it by `net.weight_hh_l0_reverse.grad`, which holds only zeros.
The score can't tell, because the forward half has seen everything; the readout `final` repairs it.
""",
)
