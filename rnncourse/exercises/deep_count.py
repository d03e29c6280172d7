"""The parameters of a deep LSTM that reads both ways."""

from . import Mistake, Number


def layer(below, D=2, H=50, biases=2):
    return D * 4 * H * (below + H + biases)


exercise = Number(
    name="deep-count",
    chapter="deeper_and_both_ways",
    title="Two layers, both ways",
    minutes=5,
    statement=r"""
How many parameters does `nn.LSTM(28, 50, num_layers=2, bidirectional=True)` have? There is no readout. Find it by the formula first, and let PyTorch count afterwards.
""",
    solution="G, D, I, H = 4, 2, 28, 50\nanswer = D * G * H * (I + H + 2) + D * G * H * (D * H + H + 2)",
    mistakes=(
        Mistake("width of the second layer", layer(28) + layer(50), "the second layer reads both halves of the first"),
        Mistake("inputs again", 2 * layer(28), "the second layer doesn't read the 28 inputs"),
        Mistake("one direction", layer(28, D=1) + layer(50, D=1), "that is the LSTM that reads one way"),
        Mistake("one backward cell missing", layer(28, D=1) + layer(100, D=1), "each layer has two cells, one for"
                " each direction"),
        Mistake("one bias", layer(28, biases=1) + layer(100, biases=1), "PyTorch keeps two biases for each cell"),
        Mistake("first layer", layer(28), "that is the first layer; the second one is missing"),
        Mistake("one block", (layer(28) + layer(100)) // 4, "a cell of an LSTM has four blocks"),
    ),
    hints=(
        "Count one cell of the first layer, then one of the second. How many numbers does each read at a step?",
        "There are four cells: two layers with two directions.",
    ),
    explanation=r"""
Each cell of the first layer has $4 \cdot 50 \cdot (28 + 50 + 2) = 16\,000$ parameters, and there are two.
Each cell of the second layer reads the two halves of the first, 100 numbers: $4 \cdot 50 \cdot (100 + 50 + 2) = 30\,400$, again twice.
""",
)  # fmt: skip
