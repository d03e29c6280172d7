"""How many wrong bits in a million may a network make?"""

from . import Mistake, Number

exercise = Number(
    name="carry-million",
    chapter="carrying",
    title="Wrong bits in a million",
    minutes=5,
    statement=r"""
Half of all sums of two 1,000-bit numbers shall be right in every bit, the last carry included. If errors come independently, how many of a million bits may be wrong?
Give four significant digits.
""",
    solution="""
answer = 1e6 * (1 - 0.5 ** (1 / 1001))
""",
    digits=4,
    mistakes=(
        Mistake("the last carry", 1e6 * (1 - 0.5 ** (1 / 1000)), "the sum has one bit more than the numbers"),
        Mistake("half an error", 1e6 * 0.5 / 1001, "that many give half an error per sum on average"),
        Mistake("one error", 1e6 / 1001, "that many give one error per sum on average"),
        Mistake("right bits", 1e6 * 0.5 ** (1 / 1001), "that many bits are right; how many are wrong?"),
        Mistake("a fraction", 1 - 0.5 ** (1 / 1001), "that is the fraction of wrong bits; give it for a million"),
        Mistake("per cent", 100 * (1 - 0.5 ** (1 / 1001)), "that is in per cent; give it for a million bits"),
        Mistake("both numbers", 1e6 * (1 - 0.5 ** (1 / 2002)), "count the bits of the sum, not those of both numbers"),
    ),
    hints=(
        "If a bit is right with probability r, a sum is right with a power of r. Which one?",
        "Solve r to the power of 1,001 = 1/2.",
    ),
    explanation=r"""
$r^{1001} = \tfrac12$ gives $r = 2^{-1/1001}$, so about 692 bits in a million may be wrong: a bit accuracy of 99.93 %.
A network at 99.9 % looks perfect in a table with one decimal place, and is below this mark.
""",
)
