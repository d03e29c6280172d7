"""The loss of a network that remembers a part of a copy task."""

from . import Mistake, Number

exercise = Number(
    name="lag-two-of-ten",
    chapter="how_long_is_long_term",
    title="Two of ten",
    minutes=5,
    statement=r"""
A copy task has $K = 10$ symbols out of $S = 8$ and a delay of 20. A network knows when to say blank, gives the first two symbols of each string with certainty, and guesses the other eight.
What is its mean cross-entropy over all steps, in nats? Give three significant digits.
""",
    solution="""
K, S, delay, known = 10, 8, 20, 2
T = delay + 2 * K
answer = (K - known) * np.log(S) / T
""",
    digits=3,
    mistakes=(
        Mistake("baseline", 0.51986, "that is the baseline, of a network that guesses all ten"),
        Mistake("only the answers", 1.66355, "that is the mean over the ten answers; the loss is a mean over all steps"),
        Mistake("length", 0.55452, "T is the delay and twice K: the symbols come in, and later they are given back"),
        Mistake("known ones", 0.10397, "that counts the two symbols that it knows; they cost nothing"),
        Mistake("blank as a class", 0.43944, "it knows that no blank is due, so it guesses among 8 and not among 9"),
        Mistake("bits", 0.6, "that is in bits; a nat is the unit of the natural logarithm"),
        Mistake("without the delay", 0.83178, "the steps of the delay count as well"),
    ),
    hints=(
        "Which steps cost anything at all, and how much does a guess among eight cost?",
        "The mean is over T steps. How many are they, with symbols, delay and answers?",
    ),
    explanation=r"""
There are $T = 20 + 2 \cdot 10 = 40$ steps. Eight of them cost $\ln 8 = 2.079$ each, the others nothing: $8 \cdot 2.079 / 40 = 0.416$.
The baseline is 0.520. So a loss of 0.8 baselines can mean a fifth of the string known for certain, or all of it known a little.
""",
)  # fmt: skip
