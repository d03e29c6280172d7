"""How narrow must a CNN be to cost as little as the GRU?"""

from . import Mistake, Number

exercise = Number(
    name="again-count",
    chapter="clothes_again",
    title="Multiply-adds of a block",
    minutes=10,
    statement=r"""
A GRU of 128 units reads 28 rows of 28 pixels. A convolution of 3 × 3 with padding reads 32 maps of 14 × 14 pixels and writes 64 maps of the same size.
How many times as many multiply-adds has the convolution as the GRU, without any dense layer? Give three significant digits.
""",
    solution="""
gru = 28 * 3 * 128 * (28 + 128)
convolution = 9 * 32 * 64 * 14 * 14
answer = convolution / gru
""",
    digits=3,
    mistakes=(
        Mistake("one step", 60.308, "the GRU makes 28 steps, one for each row"),
        Mistake("parameters", 0.010989, "that counts each weight of the convolution once; it is used at each pixel"),
        Mistake("per map", 0.067308, "each of the 64 filters reads all 32 maps"),
        Mistake("no window", 0.23932, "a filter has 3 × 3 weights for each map that it reads"),
        Mistake("four blocks", 1.61538, "four blocks would be an LSTM; a GRU has three"),
        Mistake("full size", 8.61538, "the maps have 14 × 14 pixels: the first pooling has halved them"),
        Mistake("upside down", 0.46429, "that is the GRU's count divided by the convolution's"),
    ),
    hints=(
        "A step of the GRU: three blocks, each a product of (28 + 128) numbers with 128 units.",
        "The convolution: at each of the 14 · 14 pixels, each of the 64 filters makes 9 · 32 multiply-adds.",
    ),
    explanation=r"""
The GRU makes $28 \cdot 3 \cdot 128 \cdot 156 = 1{,}677{,}312$ multiply-adds, the convolution $9 \cdot 32 \cdot 64 \cdot 196 = 3{,}612{,}672$: 2.15 times as many, in a single block.
The convolution has 18,432 weights and the GRU 59,904: work and size are different things, because a filter is used at every pixel.
""",
)  # fmt: skip
