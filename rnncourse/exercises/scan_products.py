"""How many products does a scan make?"""

from . import Mistake, Number


def _products(steps):
    pairs = steps // 2
    return 0 if steps < 2 else 2 * pairs + (steps - 1) // 2 + _products(pairs)


exercise = Number(
    name="scan-products",
    chapter="after_the_lstm",
    title="The price of a scan",
    minutes=10,
    kind="measure",
    statement=r"""
The loop makes one multiplication for each unit and step after the first: 999 for 1,000 steps, starting from $h_0 = 0$.
How many multiplications for each unit does the scan of the chapter make for $T = 1{,}000$, starting from $h_0 = 0$? Count all levels: joining a pair takes two, filling in a state takes one.
""",
    solution="""
def products(T):
    if T == 1:
        return 0
    pairs = T // 2
    filled = (T - 1) // 2  # the first, third, ... step but the very first
    return 2 * pairs + filled + products(pairs)

answer = products(1000)
""",
    mistakes=(
        Mistake("the loop", 999, "that is the loop"),
        Mistake("one level", 2 * 500 + 499, "that is the first level; the 500 pairs are scanned in the same way"),
        Mistake("no factors", _products(1000) - 500 - 250 - 125 - 62 - 31 - 15 - 7 - 3 - 1, "the factor of a pair is a product, too"),
        Mistake("no filling", 2 * 994, "the states between the pairs must be filled in"),
        Mistake("first filled", _products(1000) + 9, "the first state of each level needs no product: it is the first drive"),
        Mistake("all at each level", 1000 * 9, "the levels get shorter: each has half the steps of the one before"),
    ),
    hints=(
        "At the first level there are 500 pairs, with two products each, and 499 states to be filled in. What is left to do?",
        "Write a function that calls itself with half the steps.",
    ),
    explanation=r"""
$2 \cdot 500 + 499$ at the first level, $2 \cdot 250 + 249$ at the second, and so on: 2,978, three times what the loop makes.
A scan does *more* work than a loop. It pays because each level is a single operation on long arrays, where the loop starts a thousand small ones.
""",
)  # fmt: skip
