"""How much larger is the report's GRU than its plain network?"""

from . import Mistake, Number

exercise = Number(
    name="digits-count",
    chapter="digits_three_ways",
    title="More complex, by how much?",
    minutes=10,
    statement=r"""
A plain RNN has two layers of 128 units, a GRU two layers of 256 units. Both read rows of 28 pixels and end in a linear layer with ten outputs; each cell has the two biases of PyTorch.
How many times as many parameters does the GRU have? Give three significant digits.
""",
    solution="""
def count(G, H):
    return (G * H * (28 + H + 2)  # layer 1
            + G * H * (H + H + 2)  # layer 2 reads H numbers
            + 10 * H + 10)  # the linear layer

answer = count(3, 256) / count(1, 128)
""",
    digits=3,
    mistakes=(
        Mistake("blocks only", 3.0, "three blocks in place of one would be all at equal width; the widths differ, too"),
        Mistake("square only", 4.0, "the width doubles, so the square matrices have four times the weights; but a GRU"
                " also has three blocks"),
        Mistake("three times four", 12.0, "that is the limit for very wide networks: the input block and the linear"
                " layer grow with H and not with its square"),
        Mistake("as an LSTM", 15.068, "a GRU has three blocks; four would be an LSTM"),
        Mistake("one layer", 10.329, "both have two layers"),
        Mistake("upside down", 0.088397, "that is the RNN's count divided by the GRU's"),
        Mistake("difference", 562_432, "asked for is the ratio, not the difference"),
    ),
    hints=(
        "A layer of G blocks with n inputs has G·H·(n + H + 2) parameters. What is n in the second layer?",
        "The plain cell has one block, the GRU three. The linear layer has 10·H + 10.",
    ),
    explanation=r"""
The RNN has 54,538 parameters, the GRU 616,970: 11.3 times as many.
Three blocks make a factor of 3, the double width nearly a factor of 4.
A comparison of these two changes the gates and the size at once, so whatever the result is, it can't say which of the two did it.
""",
)  # fmt: skip
