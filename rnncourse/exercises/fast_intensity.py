"""From which batch size on is a recurrent product worth its bytes?"""

from . import Mistake, Number

exercise = Number(
    name="fast-intensity",
    chapter="faster",
    title="Ten for each byte",
    minutes=10,
    kind="measure",
    statement=r"""
Take the recurrent product of an LSTM with 128 units in single precision. What is the smallest batch with at least 10 multiply-adds for each byte that is moved?
As in the chapter, each number of the three matrices is moved once.
""",
    solution="""
def intensity(B, H=128, g=4):
    return B * H * g * H / (4 * (B * H + g * H * H + B * g * H))

answer = next(B for B in range(1, 10_000) if intensity(B) >= 10)
""",
    mistakes=(
        Mistake("just below", 65, "close, but this batch isn't quite large enough"),
        Mistake("just above", 67, "close, but a smaller batch is enough"),
        Mistake("numbers for bytes", 12, "that is 10 for each number; a number in single precision has four bytes"),
        Mistake("weights alone", 40, "the states and the result are moved, too"),
        Mistake("an RNN", 107, "that is a cell with one block of weights; an LSTM has four"),
        Mistake("64 units", 183, "that is the LSTM with half the units"),
        Mistake("operations", 25, "a multiply-add counts as one here, not as two"),
    ),
    hints=(
        "The function `intensity` of the chapter gives the number for each batch size.",
        "Try batches of 10 to 100 in a loop, and stop at the first that is large enough.",
    ),
    explanation=r"""
$128 \cdot 512\, B \ge 10 \cdot 4\, (640\, B + 65{,}536)$ gives $B \ge 65.6$, so 66.
However large the batch is, the intensity stays below $65{,}536 / (4 \cdot 640) = 25.6$: then the states are what is moved. Only more units raise this limit.
""",
)
