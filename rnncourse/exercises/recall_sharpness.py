"""How sharp must a readout be that reads ten digits from one number?"""

from . import Mistake, Number

exercise = Number(
    name="recall-sharpness",
    chapter="remembering",
    title="Ninety-nine per cent from one number",
    kind="measure",
    minutes=10,
    statement=r"""
The network that was built by hand keeps a digit as one of ten numbers, `torch.linspace(-0.7, 0.7, 10)`.
Its readout gives the scores $s_k = \beta\,(2 p_k h - p_k^2)$. From which $\beta$ on is the softmax probability of the right digit at least 0.99 for *every* digit? Give four significant digits.
""",
    solution="""
def smallest(beta):
    p = torch.linspace(-0.7, 0.7, 10, dtype=torch.float64)
    s = beta * (2 * p[:, None] * p - p**2)  # row: the digit that is stored
    return s.softmax(1).diagonal().min()

low, high = 1.0, 1000.0
for _ in range(50):
    middle = (low + high) / 2
    low, high = (low, middle) if smallest(middle) >= 0.99 else (middle, high)
answer = high
""",
    digits=4,
    mistakes=(
        Mistake("one neighbour", 189.925, "that is enough for the digits at the two ends; the others have two neighbours"),
        Mistake("all alike", 280.7, "not all nine others are as near as the next ones"),
        Mistake("distance", 33.995, "the lead of a score is the *square* of the distance, times the sharpness"),
        Mistake("ten gaps", 269.8, "ten points have nine gaps between them"),
        Mistake("whole range", 107.1, "the points lie between -0.7 and 0.7, not between -1 and 1"),
        Mistake("even odds", 28.648, "with this sharpness the probability is a half, or little more"),
    ),
    hints=(
        "Compute the ten softmax probabilities for one sharpness, take the smallest, and search.",
        "By hand: a digit in the middle has two neighbours; the others are so far away that they hardly count.",
    ),
    explanation=r"""
The gap is $d = 1.4/9$, and a digit in the middle has two neighbours: $p = 1 / (1 + 2 e^{-\beta d^2} + \dots) = 0.99$ gives $\beta \approx \ln(198) / d^2 = 218.5$.
The largest weight is then $2\beta \cdot 0.7 = 306$. PyTorch starts a readout of two numbers with weights below 0.71, and a step of Adam changes a weight by about the learning rate.
That is one reason why a solution of this kind isn't what training finds.
""",
)  # fmt: skip
