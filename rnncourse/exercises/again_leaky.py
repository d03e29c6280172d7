"""Which layer after ReLU does something?"""

from . import Choice, Option

exercise = Choice(
    name="again-leaky",
    chapter="clothes_again",
    title="After a ReLU",
    minutes=5,
    statement=r"""
A dense layer ends in ReLU. Which of these layers, placed right after it, can change what the network computes?
""",
    options=(
        Option("LeakyReLU with the slope 0.1", "It is the identity on numbers that aren't negative."),
        Option("a second ReLU", "max(0, max(0, a)) is max(0, a): ReLU applied twice is ReLU."),
        Option("the absolute value", "What ReLU gives isn't negative, so it is its own absolute value."),
        Option("tanh", "Right: it bends positive numbers too; 2 becomes 0.96.", right=True),
        Option("LeakyReLU with the slope 10", "The slope acts on negative numbers, and after ReLU there are none."),
    ),
    hints=("Which numbers can come out of ReLU? Write down what each layer makes of 0 and of 2.",),
    explanation=r"""
After ReLU all numbers are 0 or positive. Every function that is the identity there changes nothing, whatever it does to negative numbers.
$\tanh(2) = 0.96$, so $\tanh$ isn't one of them.
""",
)
