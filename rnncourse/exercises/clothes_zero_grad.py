"""A training loop without the line that clears the gradients."""

from . import Choice, Option

exercise = Choice(
    name="clothes-zero-grad",
    chapter="clothes_row_by_row",
    title="A line is missing",
    minutes=5,
    statement=r"""
In the training loop of this chapter the line `optimiser.zero_grad()` is left out. What happens?
""",
    options=(
        Option(
            "PyTorch stops with an error, because a gradient is there already",
            "There is no error: a second backward pass adds its gradients to those that are there.",
        ),
        Option(
            "nothing changes: each backward pass replaces the gradients of the one before",
            "It doesn't replace them, it adds to them. That is of use where one step is computed in several pieces.",
        ),
        Option(
            "each step uses the sum of the gradients of all batches so far",
            "Right: `backward()` adds, so the gradients pile up from step to step, and the old ones, which belong to "
            "weights of long ago, outweigh the new one.",
            right=True,
        ),
        Option(
            "the weights grow without limit, because each step is larger than the one before",
            "With plain gradient descent the steps would grow. Adam divides by the usual size of the gradients, so its "
            "steps stay about as long as the learning rate; it is their direction that is wrong.",
        ),
        Option(
            "the network learns as well as before, only more slowly",
            "It isn't a matter of speed: gradients of weights that are long gone point in a direction of their own.",
        ),
    ),
    hints=("What does `backward()` do with a gradient that is there already? The table of the chapter says it.",),
    explanation=r"""
No error message says so. Try it: leave the line out, and the loss rises from epoch to epoch, where it fell in the chapter.
""",
)
