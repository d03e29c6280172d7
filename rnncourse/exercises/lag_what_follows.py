"""What follows from three runs that fail?"""

from . import Choice, Option

exercise = Choice(
    name="lag-what-follows",
    chapter="how_long_is_long_term",
    title="What follows?",
    minutes=5,
    statement=r"""
Three plain RNNs of 66 units are trained on adding over 100 steps for 2,000 steps of training. All three end at a squared error of 0.167. What follows?
""",
    options=(
        Option(
            "a plain RNN can't represent the sum over 100 steps",
            "The chapter sets weights by hand that do, over 1,000 steps and with three units.",
        ),
        Option(
            "the networks answer about 1 for every sequence; they weren't trained long enough or well enough to leave it",
            "Right: 1/6 is the error of the best constant. Why they stay there, and for how long, is another question.",
            right=True,
        ),
        Option(
            "the networks have learned five sixths of the task",
            "The loss is no share of anything. 1/6 is what the best constant answer has.",
        ),
        Option(
            "all plain RNNs of this kind fail at this lag, since three of three did",
            "Three failures of three leave much room: with a chance of success of one half, they occur in one of eight trials.",
        ),
        Option(
            "a gated cell would have learned it",
            "Nothing was said of a gated cell. It has to be measured, at the same size and with the same tuning.",
        ),
    ),
    hints=(
        "Which trivial answer has this error?",
        "Keep apart what a network can hold, what a training finds, and what three runs show about others.",
    ),
    explanation=r"""
$0.167 = \tfrac16$ is the variance of the sum of two numbers drawn evenly from 0 to 1, so it is the error of the constant 1.
That the solution exists, the chapter shows with weights set by hand.
If each run succeeded with probability $p$, three failures would have the probability $(1 - p)^3$; at $p = \tfrac12$ that is $\tfrac18$, and not rare enough to exclude it.
""",
)
