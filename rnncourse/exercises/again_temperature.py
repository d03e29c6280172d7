"""Which temperature makes a given confidence?"""

from . import Mistake, Number

exercise = Number(
    name="again-temperature",
    chapter="clothes_again",
    title="A temperature by hand",
    minutes=10,
    statement=r"""
A network with two classes gives the logits 3 and 0, again and again, and it is right in three of four cases.
By which temperature must its logits be divided, so that its confidence is 0.75? Give three significant digits.
""",
    solution="answer = 3 / np.log(3)",
    digits=3,
    mistakes=(
        Mistake("upside down", 0.3662, "that is what the logits must be multiplied by; the temperature divides them"),
        Mistake("confidence", 0.95257, "that is the confidence without a temperature"),
        Mistake("logit", 1.09861, "that is the difference of the logits afterwards, ln 3; now find what divides 3"),
        Mistake("ratio of confidences", 1.27010, "a temperature divides logits, not probabilities"),
        Mistake("ten", 6.28771, "the softmax uses e, so take the natural logarithm"),
        Mistake("three quarters", 10.4282, "take the logarithm of the odds, 0.75 : 0.25, not that of 0.75"),
    ),
    hints=(
        "With two classes the softmax is the sigmoid of the difference of the logits.",
        "For which difference d is the sigmoid 0.75? Its odds are 3 : 1.",
    ),
    explanation=r"""
The confidence is $\sigma(d)$ with $d$ the difference of the logits, and $\sigma(d) = 0.75$ for $d = \ln(0.75 / 0.25) = \ln 3 = 1.099$.
So $\tau = 3 / \ln 3 = 2.73$. Without it, the confidence is $\sigma(3) = 0.95$.
For these logits 2.73 is also what the fit by cross-entropy finds: with one kind of input, the cross-entropy is smallest where the confidence is the share of right answers.
""",
)
