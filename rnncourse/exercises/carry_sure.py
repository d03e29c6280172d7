"""Which loss pushes harder where the answer is wrong and sure?"""

from . import Choice, Option

exercise = Choice(
    name="carry-sure",
    chapter="carrying",
    title="Wrong and sure",
    minutes=5,
    statement=r"""
For a bit that is 1 the logit is $s = -6$, so the network is sure and wrong. A step of plain gradient descent with the learning rate 1 is made on the logit itself.
What happens?
""",
    options=(
        Option(
            "with both losses the logit rises by about 1: the answer is equally wrong",
            "That is right for BCE. For MSE, multiply by the slope of the sigmoid, which is nearly flat at -6.",
        ),
        Option(
            "BCE raises the logit by about 1; MSE raises it by less than a hundredth",
            "The push of MSE has the slope of the sigmoid as a factor, about 0.0025 here, and a 2.",
            right=True,
        ),
        Option(
            "MSE raises the logit by about 2, BCE by about 1: the square has the factor 2",
            "The factor 2 is there, but so is the slope of the sigmoid.",
        ),
        Option(
            "MSE raises the logit by about 1; BCE raises it by less than a hundredth",
            "It is the other way round: BCE is the one without the slope of the sigmoid.",
        ),
        Option(
            "with both losses the logit hardly moves: the sigmoid is flat there",
            "For BCE the slope of the logarithm grows as the slope of the sigmoid shrinks; they cancel.",
        ),
    ),
    hints=("Put σ(-6) = 0.0025 into the two formulas of the chapter.",),
    explanation=r"""
$\sigma(-6) = 0.00247$. BCE has the gradient $\sigma - 1 = -0.998$; MSE has $2(\sigma - 1)\sigma(1 - \sigma) = -0.0049$.
A step against the gradient raises the logit by these amounts.
""",
)
