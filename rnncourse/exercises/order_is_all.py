"""What is left of a task of order when the order is taken away."""

from . import Mistake, Number

exercise = Number(
    name="order-is-all",
    chapter="does_order_matter",
    title="A task where order is all",
    kind="measure",
    minutes=15,
    statement=r"""
In {term}`temporal order <temporal-order task>` two signals, each X or Y (features 4 and 5), stand among distractors, and the class is XX, XY, YX or YY.
Take the 2,000 test sequences of `rc.datasets.temporal_order(40, train=1, validation=0, test=2000)`. The steps of every sequence are now shuffled, each sequence in *its own* random order.
What is the best accuracy that any reader of the shuffled sequences can expect? Count what such a reader can still know; where it can't know, it says XY. Give three significant digits.
""",
    solution="""
data = rc.datasets.temporal_order(40, train=1, validation=0, test=2000)
x, y = data.test
number_of_x = x[..., 4].sum(1).long()  # all that no shuffling changes
answer_of = torch.tensor([3, 1, 0])    # 0: YY, 1: XY, 2: XX
answer = (answer_of[number_of_x] == y).double().mean().item()
""",
    digits=3,
    mistakes=(
        Mistake("guessing", 0.25, "that is guessing; the number of X's is still known"),
        Mistake("half", 0.5, "that is what is certain, XX and YY; add the right guesses among the others"),
        Mistake("nothing lost", 1.0, "XY and YX look the same once the steps are shuffled"),
        Mistake("in per cent", 74.0, "give a fraction of 1"),
        Mistake(
            "the theory", 0.75, "that is the expectation for evenly drawn classes; count for these 2,000 sequences"
        ),
        Mistake("three classes", 1 / 3, "three kinds can be told apart, and that is not the share of right answers"),
    ),
    hints=(
        "Which two classes can't be told apart any more, and which can?",
        "x[..., 4].sum(1) counts the X's of each sequence. Which answer goes with each count?",
    ),
    explanation=r"""
The numbers of X's and Y's are all that a shuffling of the steps leaves. Two X's mean XX, none means YY, and with one the answer is a guess between two: in expectation $\tfrac12 + \tfrac12 \cdot \tfrac12 = \tfrac34$, and nearly this for the 2,000 sequences.
Here order is worth a quarter of the accuracy, for *every* reader. And it can't be made up for, because each sequence is shuffled in another way. The images of the chapter were all shuffled in the same way: no information was lost, only the neighbourhoods.
""",
)
