"""What reading single pixels costs in multiply-adds."""

from . import Mistake, Number

exercise = Number(
    name="order-single-pixels",
    chapter="does_order_matter",
    title="The price of single pixels",
    minutes=10,
    statement=r"""
An LSTM with 64 units reads images of 28×28 pixels. How many times as many multiply-adds does it need to read them pixel by pixel, 784 steps of one number, as row by row?
Count the recurrent layer alone. Give three significant digits.
""",
    solution="""
H = 64
by_pixels = 784 * 4 * H * (1 + H)
by_rows = 28 * 4 * H * (28 + H)
answer = by_pixels / by_rows
""",
    digits=3,
    mistakes=(
        Mistake("steps only", 28.0, "there are that many times as many steps, but a step has become cheaper"),
        Mistake("inverse", 0.050549, "that is rows divided by pixels; asked for is the other ratio"),
        Mistake(
            "inputs only", 1.0, "the work of the inputs stays equal, but the recurrent weights are used more often"
        ),
        Mistake("one step", 0.706522, "that compares one step with one step; count the steps as well"),
        Mistake("biases", 28 * 67 / 94, "a bias is added and not multiplied; leave the biases out"),
        Mistake("pixels", 784.0, "row by row it isn't one step, either"),
    ),
    hints=(
        "Multiply-adds are the weights of the layer times the steps at which they are used.",
        "A step has 4 H (I + H) weights. What is I in each case?",
    ),
    explanation=r"""
$784 \cdot 4 \cdot 64 \cdot 65$ against $28 \cdot 4 \cdot 64 \cdot 92$: the four gates and the units cancel, and $28 \cdot 65 / 92 = 19.8$ is left.
The inputs cost the same in both, for each pixel is multiplied once by each gate's weights. All the rest is the recurrent matrix, used 28 times as often.
""",
)
