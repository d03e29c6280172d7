"""How strong must a push be that erases the bit of a latch?"""

from math import atanh, sqrt

from . import Mistake, Number

EDGE = sqrt(0.5)  # where the factor of a step, 2 (1 - h²), is 1

exercise = Number(
    name="vanishing-push",
    chapter="vanishing_gradients",
    title="The push that erases",
    minutes=10,
    kind="measure",
    statement=r"""
The latch of the chapter, $h_t = \tanh(2 h_{t-1} + x_t)$, rests in its upper state. From then on every input is $x_t = -p$.
How large must $p$ be, at least, for the state to become negative in the end? Give three significant digits.
""",
    solution="""
def erased(p, steps=2000):
    h = 1.0
    for _ in range(steps):
        h = math.tanh(2 * h - p)
    return h < 0

low, high = 0.5, 0.6
for _ in range(30):
    p = (low + high) / 2
    low, high = (low, p) if erased(p) else (p, high)
answer = high
""",
    digits=3,
    mistakes=(
        Mistake("too weak", 0.5, "the chapter pushed with this, and the state stayed positive"),
        Mistake("more than enough", 0.6, "this erases it, and a weaker push does, too"),
        Mistake("the state", EDGE, "that is the state at which the latch lets go; the question is for the push"),
        Mistake("the pre-activation", atanh(EDGE), "that is the pre-activation at which the latch lets go; subtract it from what"
                " the unit sends itself"),
        Mistake("a little too strong", 0.54, "look closer: the border lies a little lower"),
        Mistake("one step", 1.92, "so strong a push erases it in a single step; there are as many steps as you like"),
        Mistake("weight 1", 2 * EDGE, "that is what the unit sends itself at the border, without the push"),
    ),
    hints=(
        "Try pushes between 0.5 and 0.6, with many steps: near the border the state lingers before it falls.",
        "By calculation: at the border the resting point still exists, and the factor of a step there is exactly 1.",
    ),
    explanation=r"""
While there is an upper resting point, $h = \tanh(2h - p)$, the state stays at it. Pushed harder, the point moves down, and its factor $2(1 - h^2)$ grows towards 1.
Where it reaches 1, at $h = \sqrt{1/2}$, the point disappears: $p = 2\sqrt{1/2} - \operatorname{artanh}\sqrt{1/2} = 1.4142 - 0.8814 = 0.533$.
So there is one place at which the latch does pass on its gradient: just where it is about to lose its bit.
""",
)  # fmt: skip
