"""Which of four networks overfits?"""

from . import Choice, Option

exercise = Choice(
    name="digits-which",
    chapter="digits_three_ways",
    title="Which one overfits?",
    minutes=5,
    statement=r"""
Four networks, each with its accuracy on the training and on the test images after training, and with its training loss in the last two epochs. About one of them the sentence "it does worse because it overfits" is supported. Which?
""",
    options=(
        Option("training 93.1 %, test 93.2 %, loss 0.31 → 0.22",
               "its test accuracy is as good as its training accuracy, and the loss still falls: it underfits"),
        Option("training 99.9 %, test 91.0 %, loss 0.012 → 0.004",
               "right: it has learned its training images nearly by heart, and nearly nine points are missing on new ones",
               right=True),
        Option("training 11.2 %, test 11.4 %, loss 2.301 → 2.301",
               "a loss of ln 10 means that it tells nothing apart yet: it is still at its start"),
        Option("training 9.9 %, test 9.8 %, loss 0.40 → not a number",
               "it has diverged and answers the same class to everything; that is no overfitting"),
    ),
    hints=("Overfitting is a difference between two sets. Who has a difference?",),
    explanation=r"""
Only a difference between training and test supports it.
The other three have a low test accuracy for other reasons: too little training, a start that hasn't been left, a divergence. More regularisation, the remedy against overfitting, would make none of them better.
""",
)  # fmt: skip
