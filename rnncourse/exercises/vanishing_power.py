"""After how many steps is a thousandth of the gradient left?"""

from . import Mistake, Number

exercise = Number(
    name="vanishing-power",
    chapter="vanishing_gradients",
    title="A thousandth",
    minutes=5,
    statement=r"""
A unit is $h_t = 0.9\, h_{t-1}$. What is the smallest number of steps $k$ after which *less than* a thousandth of the gradient is left?
""",
    solution="""
k = 0
while 0.9**k >= 0.001:
    k += 1
answer = k
""",
    mistakes=(
        Mistake("one too few", 65.0, "a little more than a thousandth is left then; take one step more"),
        Mistake("one too many", 67.0, "one step less leaves less than a thousandth, too"),
        Mistake("a hundredth", 44.0, "that many steps leave less than a hundredth"),
        Mistake("a tenth", 22.0, "that many steps leave less than a tenth"),
        Mistake("adding", 10.0, "each step takes 10 % of what is left, not of what there was at the start"),
        Mistake("half", 7.0, "that many steps leave less than a half"),
    ),
    hints=(
        "The share that is left after k steps is a power of 0.9.",
        "Take logarithms: k times log 0.9 must be smaller than log 0.001.",
    ),
    explanation=r"""
$0.9^k < 0.001$ means $k > \ln 0.001 / \ln 0.9 = 65.56$, because $\ln 0.9$ is negative.
The table of the chapter says the same: a factor of ten every 21.9 steps, and a thousandth is three of them.
""",
)
