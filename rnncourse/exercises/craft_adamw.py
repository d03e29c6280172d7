"""One step of AdamW by hand."""

from . import Mistake, Number

exercise = Number(
    name="craft-adamw",
    chapter="craft_of_training",
    title="One step of AdamW",
    minutes=10,
    statement=r"""
A weight is $w = 3$ and the gradient of the loss is $-0.5$. Adam's means were zero before, so that after their correction $m = g$ and $v = g^2$. The learning rate is 0.1 and the weight decay $\lambda = 0.4$ (these are large, so that one step shows everything); $\varepsilon$ is nearly zero.
What is $w$ after one step of *AdamW*? Give three significant digits. Compute the same step of Adam with L2 as well, and see why the sign matters.
""",
    solution="""
w, g, lr, decay = 3, -0.5, 0.1, 0.4
answer = w - lr * g / np.sqrt(g**2) - lr * decay * w
""",
    digits=3,
    mistakes=(
        Mistake("Adam", 2.9, "that is Adam with L2: the decay turned the sign of the gradient"),
        Mistake("no decay", 3.1, "that is the step without weight decay"),
        Mistake(
            "plain gradient", 2.93, "that is plain gradient descent: divide the gradient by the root of its square"
        ),
        Mistake("decay without the rate", 1.9, "in AdamW the decay is multiplied by the learning rate as well"),
        Mistake("uphill", 2.78, "the step goes against the gradient, and the gradient is negative"),
        Mistake("growing", 3.22, "weight decay pulls towards zero"),
        Mistake("decay alone", 2.88, "that is the decay; the step of Adam itself is missing"),
    ),
    hints=(
        "The step of Adam alone: what is m divided by the root of v after a single gradient?",
        "Then take the learning rate times lambda times w off. Which sign has each of the two parts?",
    ),
    explanation=r"""
Adam's own step is $-0.1 \cdot (-0.5)/0.5 = +0.1$ and the decay is $-0.1 \cdot 0.4 \cdot 3 = -0.12$, so $w = 2.98$.
With L2 the gradient is $-0.5 + 0.4 \cdot 3 = 0.7$; its sign is $+1$, and $w = 2.9$: the decay has won the sign, and then the step has its full length, whatever $\lambda$ is beyond that.
""",
)
