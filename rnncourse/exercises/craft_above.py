"""Why the training loss may lie above the validation loss."""

from . import Choice, Option

exercise = Choice(
    name="craft-above",
    chapter="craft_of_training",
    title="Training above validation",
    minutes=5,
    statement=r"""
A network is trained with dropout. In every epoch the training loss of its history is *higher* than the validation loss. The validation images come from the same source as the training images.
You evaluate the final weights on the training images in evaluation mode, and find a loss *below* the validation loss. What do the two findings say together?
""",
    options=(
        Option(
            "The network underfits, so dropout should go.",
            "Underfitting shows in losses judged in the same mode. In evaluation mode the training loss is the lower one.",
        ),
        Option(
            "The losses in the history are taken with dropout on, and while the weights changed; judged alike, the "
            "training images are fitted better, as usual.",
            "Right: two differences between the curves, and neither has to do with generalisation.",
            right=True,
        ),
        Option(
            "The validation images have leaked into the training.",
            "Then the validation loss would be close to the training loss in evaluation mode too. Nothing here says so.",
        ),
        Option(
            "Dropout works so well that the network does better on new images than on its own.",
            "Judged in the same mode it does better on its own images: the second finding says so.",
        ),
    ),
    hints=(
        "In which mode is the network when the loop takes the training loss, and in which for the validation loss?",
        "Which of the two comparisons is between equal things?",
    ),
    explanation=r"""
The loop takes the training loss with random units missing, and before the weights of the epoch are complete. The validation loss is taken afterwards, with all units.
The second comparison treats both splits alike, and only it speaks of overfitting.
""",
)
