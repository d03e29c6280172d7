"""How much faster does a step become, if its parts do?"""

from . import Mistake, Number

exercise = Number(
    name="fast-amdahl",
    chapter="faster",
    title="Two parts made faster",
    minutes=5,
    statement=r"""
A step takes 20 ms: 5 ms for loading, 5 ms forward, 9.5 ms backward, 0.5 ms for the update.
You make loading 10 times as fast, and forward and backward twice as fast. How many times as fast is the whole step? Give four significant digits.
""",
    solution="""
left = 5 / 10 + (5 + 9.5) / 2 + 0.5
answer = 20 / left
""",
    digits=4,
    mistakes=(
        Mistake("milliseconds", 8.25, "that is what the step takes now, in ms; by how much is it faster?"),
        Mistake("share", 8.25 / 20, "that is the share of the time that is left; take its inverse"),
        Mistake("only loading", 20 / 15.5, "forward and backward become faster as well"),
        Mistake("only the network", 20 / 12.75, "loading becomes faster as well"),
        Mistake("product of gains", 20 / 15.5 * 20 / 12.75, "two gains don't multiply: add up the times that are left"),
        Mistake("mean factor", 3.975, "the factors can't be averaged by their shares: add up the times that are left"),
        Mistake("no update", 20 / 7.75, "the update still takes its half millisecond"),
        Mistake("product of factors", 20, "that would be so if each part became 20 times as fast"),
    ),
    hints=(
        "Write down the new time of each of the four parts.",
        "The answer is the old sum divided by the new sum.",
    ),
    explanation=r"""
The parts now take $0.5 + 2.5 + 4.75 + 0.5 = 8.25$ ms, so the step is $20 / 8.25 = 2.424$ times as fast.
A part became ten times as fast, another one twice; the whole gains less than two and a half.
""",
)
