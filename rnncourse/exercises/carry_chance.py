"""How often does a carry come into the fourth place?"""

from . import Mistake, Number

exercise = Number(
    name="carry-chance",
    chapter="carrying",
    title="A carry in base three",
    minutes=10,
    statement=r"""
Two numbers are written in base *three*, with random digits 0, 1, 2, and added from the least significant place.
What is the probability that a carry comes into the third place, $p_3$? Give four significant digits.
""",
    solution="""
# of the nine pairs of digits, three sum to 3 or more, and three sum to 2
p = 0
for place in (2, 3):
    p = 3 / 9 + 3 / 9 * p
answer = p
""",
    digits=4,
    mistakes=(
        Mistake("base two", 3 / 8, "that is the answer in base two; count the pairs of digits 0, 1, 2"),
        Mistake("second place", 1 / 3, "that is the carry into the second place; go on for one place"),
        Mistake("fourth place", 13 / 27, "that is the carry into the fourth place; the first place has no carry"),
        Mistake("in the long run", 1 / 2, "the probability comes close to one half, but it isn't there yet"),
        Mistake("sums of 2", 1 / 9, "a carry that came in goes on if the digits sum to 2; there are also new carries"),
        Mistake("no carry in", 2 / 3, "that is one third twice; the carry that came in goes on only with a sum of 2"),
        Mistake("the other way", 5 / 9, "that is the probability that no carry comes in"),
    ),
    hints=(
        "Write down the nine pairs of digits with their sums. When is there a carry out, without and with a carry in?",
        "A carry is passed on if the digits sum to 2, and made if they sum to 3 or 4: p' = 1/3 + p/3.",
    ),
    explanation=r"""
Of the nine pairs of digits, three have a sum of 3 or 4 and make a carry; three have a sum of 2 and pass a carry on.
So $p_{t+1} = \tfrac13 + \tfrac13 p_t$, and $p_1 = 0$, $p_2 = \tfrac13$, $p_3 = \tfrac49$.
In any base the probability stays below one half, and the best guess without memory is that there is no carry.
""",
)
