"""The recurrent weight with which half of an impulse is left after twenty steps."""

import math

from . import Mistake, Number


def left(w, steps=20):
    """The state that many steps after an impulse of size 1."""
    h = math.tanh(1.0)
    for _ in range(steps):
        h = math.tanh(w * h)
    return h


def weight(wanted, steps=20):
    """The recurrent weight with which that much is left, by bisection."""
    low, high = 0.5, 2.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (low, middle) if left(middle, steps) > wanted else (middle, high)
    return middle


exercise = Number(
    name="cell-half-life",
    chapter="recurrent_cell",
    title="Half after twenty steps",
    minutes=15,
    kind="measure",
    statement=r"""
A unit $h_t = \tanh(w\, h_{t-1} + x_t)$ starts from zero and receives $x_1 = 1$ and no other input, as in the slider.
So $h_1 = \tanh(1)$. Find the positive $w$ with which half of $h_1$ is left 20 steps later: $h_{21} = h_1 / 2$.
Give five significant digits. Before you compute: do you expect it below or above 1?
""",
    solution="""
def left(w):
    h = np.tanh(1.0)
    for _ in range(20):
        h = np.tanh(w * h)
    return h

low, high = 0.5, 2.0  # the answer lies between
while high - low > 1e-9:
    middle = (low + high) / 2
    if left(middle) > np.tanh(1.0) / 2:
        high = middle
    else:
        low = middle
answer = middle
""",
    digits=5,
    mistakes=(
        Mistake("linear", 0.5 ** (1 / 20), "that is right for a unit without tanh, h_t = w h_(t-1); tanh shrinks, too"),
        Mistake("half of the input", weight(0.5), "half of h_1 = tanh(1) was asked for, not half of the input"),
        Mistake("sign", -weight(math.tanh(1) / 2), "the weight was to be positive; this one has the right size"),
        Mistake("19 steps", weight(math.tanh(1) / 2, 19), "that is the weight for 19 steps"),
        Mistake("21 steps", weight(math.tanh(1) / 2, 21), "that is the weight for 21 steps; h_1 is where they begin"),
        Mistake("ten steps", weight(math.tanh(1) / 2, 10), "that is the weight for 10 steps"),
        Mistake("threshold", 1.0, "at this weight the state fades, though slowly: less than half of h_1 is left"),
        Mistake(
            "all of it", weight(math.tanh(1)), "with this weight h_21 is as large as h_1; half of it was asked for"
        ),
    ),
    hints=(
        "Write a function that gives h_21 for a weight. It grows with the weight, so you can search by halving an interval.",
        "Take 0.5 and 2 as the ends of the interval, and look on which side of the middle the answer lies.",
    ),
    explanation=r"""
The weight lies above 1. A linear unit would need $0.5^{1/20} \approx 0.966$, but here each $\tanh$ takes away a little more.
Above 1 the state doesn't fade to zero at all: it settles where $h = \tanh(w h)$. With this weight it is still on its way there after 20 steps.
""",
)
