"""The parameters of an LSTM of two layers."""

from . import Mistake, Number

exercise = Number(
    name="lstm-parameters",
    chapter="lstm",
    title="Two layers",
    minutes=5,
    statement=r"""
How many parameters does `torch.nn.LSTM(input_size=20, hidden_size=50, num_layers=2)` have? The second layer reads the hidden states of the first.
""",
    solution="""
I, H = 20, 50
first = 4 * H * (I + H + 2)
second = 4 * H * (H + H + 2)
answer = first + second
""",
    mistakes=(
        Mistake("one layer", 14_400, "that is the first layer alone"),
        Mistake("inputs of the second layer", 28_800, "the second layer doesn't read the 20 inputs"),
        Mistake("one bias", 34_400, "PyTorch has two bias vectors in each layer"),
        Mistake("no bias", 34_000, "the biases are missing"),
        Mistake(
            "three blocks", 26_100, "that is the GRU; the candidate of an LSTM needs weights besides its three gates"
        ),
        Mistake("one block", 8_700, "that is a plain RNN: an LSTM has more than one block"),
        Mistake("no recurrent matrix", 14_800, "the matrices from state to state are missing"),
    ),
    hints=(
        "Use the formula of the chapter once for each layer. What is I for the second one?",
        "The inputs of the second layer are as many as the first layer has units.",
    ),
    explanation=r"""
The first layer has $4 \cdot 50 \cdot (20 + 50 + 2) = 14{,}400$ parameters and the second, whose inputs are the 50 hidden states, $4 \cdot 50 \cdot (50 + 50 + 2) = 20{,}400$.
The cell state isn't handed upwards: only $h$ is.
""",
)
