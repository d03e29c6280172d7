"""How long must a forward pass take at least?"""

from . import Mistake, Number

exercise = Number(
    name="fast-count",
    chapter="faster",
    title="The shortest forward pass",
    minutes=10,
    statement=r"""
A GRU with 128 units reads a batch of 128 images, 28 rows of 28 pixels each. A processor makes $50 \cdot 10^9$ multiply-adds a second.
How many milliseconds must the forward pass take at least? Leave out the readout. Give three significant digits.
""",
    solution="""
products = 28 * 128 * (28 + 128) * 3 * 128
answer = products / 50e9 * 1e3
""",
    digits=3,
    mistakes=(
        Mistake("an LSTM", 28 * 128 * 156 * 512 / 5e7, "that is an LSTM: a GRU has fewer blocks of weights"),
        Mistake("an RNN", 28 * 128 * 156 * 128 / 5e7, "that is one block of weights; a GRU has more"),
        Mistake("no inputs", 28 * 128 * 128 * 384 / 5e7, "the inputs are multiplied by weights, too"),
        Mistake("one step", 128 * 156 * 384 / 5e7, "that is one time step; there are 28"),
        Mistake("one image", 28 * 156 * 384 / 5e7, "that is one image; there are 128"),
        Mistake("operations", 2 * 28 * 128 * 156 * 384 / 5e7, "a multiply-add counts as one here, not as two"),
        Mistake("seconds", 28 * 128 * 156 * 384 / 5e10, "that is in seconds"),
        Mistake("backward too", 3 * 28 * 128 * 156 * 384 / 5e7, "only the forward pass was asked for"),
    ),
    hints=(
        "One time step is a product of (B, I + H) and (I + H, gH). How many multiply-adds has it?",
        "A GRU has three blocks of weights, so g = 3. There are 28 time steps.",
    ),
    explanation=r"""
$28 \cdot 128 \cdot (28 + 128) \cdot 3 \cdot 128 = 214{,}695{,}936$ multiply-adds, and at $50 \cdot 10^9$ a second they take 4.29 ms.
Nothing but a faster processor, fewer bits or another network can go below this. Forward and backward together need 599 million by the chapter's formula, 12.0 ms; three times the forward pass would count gradients of the images, which nobody needs.
""",
)
