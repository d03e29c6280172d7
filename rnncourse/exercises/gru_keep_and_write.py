"""Which resting gate leaves the most of an input k steps later?"""

from . import Mistake, Number

exercise = Number(
    name="gru-keep-and-write",
    chapter="gru",
    title="Keep and write with one number",
    minutes=10,
    statement=r"""
The update gate of one unit has the same value $z$ at every step. A candidate that was written 24 steps ago now has the share $(1 - z)\, z^{24}$ in the state.
For which $z$ is this share largest? Give four significant digits.
""",
    solution="""
z = np.linspace(0, 1, 100_001)
answer = z[np.argmax((1 - z) * z**24)]
""",
    digits=4,
    mistakes=(
        Mistake("keep all", 1.0, "with z = 1 nothing is ever written, so the share is 0"),
        Mistake("half open", 0.5, "this writes a lot, and then halves it 24 times"),
        Mistake("one less", 23 / 24, "that is the best z for 23 steps"),
        Mistake("one more", 25 / 26, "that is the best z for 25 steps"),
        Mistake("what is written", 0.04, "that is the share that is written, 1 - z"),
        Mistake("the share", 0.04 * 0.96**24, "that is the largest share; the question is for the z that gives it"),
        Mistake("half-life", 0.5 ** (1 / 24), "with that z a half is kept over 24 steps, but little is written"),
    ),
    hints=(
        "Try some values of z: what are the shares for 0.9, 0.95 and 0.99?",
        "Set the derivative by z to zero: 24 z²³ - 25 z²⁴ = 0.",
    ),
    explanation=r"""
The derivative $24 z^{23} - 25 z^{24}$ is zero at $z = 24/25 = 0.96$. The share there is $0.04 \cdot 0.96^{24} = 0.015$: less than two per cent of the candidate.
That is the price of the coupling for a gate that stands still. A gate that is 0 at the one important step and 1 afterwards leaves the whole candidate.
""",
)
