"""What follows from the equal gradients of PyTorch's two biases."""

from . import Choice, Option

exercise = Choice(
    name="cell-two-biases",
    chapter="recurrent_cell",
    title="Two biases",
    minutes=5,
    statement=r"""
One of these statements on the two biases of a one-layer `torch.nn.RNN` is right. Which one?
""",
    options=(
        Option(
            "two biases can express functions that one bias can't",
            "The step uses only their sum, and every sum of two vectors is itself one vector.",
        ),
        Option(
            "one of the two must be set to zero, or the states are wrong",
            "Any two vectors with the right sum give the right states.",
        ),
        Option(
            "a step of plain gradient descent moves their sum twice as far as it would move a single bias",
            "Right: both gradients are g, each bias moves by -ηg, and so their sum moves by -2ηg.",
            right=True,
        ),
        Option(
            "their gradients differ: one comes from the inputs, the other from the states",
            "Their names suggest it, but both are added to the same pre-activation, so both have its gradient.",
        ),
        Option(
            "with equal gradients they become equal during training",
            "They get equal changes, so their difference stays what it was at the start.",
        ),
    ),
    hints=("Write the pre-activation with both biases and take its derivative by each of them.",),
    explanation=r"""
With $b = b_{ih} + b_{hh}$, both derivatives $\partial b / \partial b_{ih}$ and $\partial b / \partial b_{hh}$ are the identity, so both gradients equal $g = \partial L / \partial b$.
Plain gradient descent changes each by $-\eta g$ and the sum by $-2 \eta g$.
The module therefore behaves like one with a single bias whose learning rate is doubled.
The states don't show this; it appears only when you compare two trainings.
""",
)
