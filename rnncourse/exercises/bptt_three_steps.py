"""Total derivatives of a scalar recurrence with two losses, by hand."""

from . import Mistake, Number

exercise = Number(
    name="bptt-three-steps",
    chapter="backpropagation_through_time",
    title="All paths by hand",
    minutes=10,
    statement=r"""
Take the recurrence $h_t = w\,h_{t-1} + x_t$ with $w = 2$, $h_0 = 1$, $x_1 = 1$, $x_2 = 0$, $x_3 = -1$, and the loss $L = h_2 + h_3$.
Compute $\mathrm{d}L/\mathrm{d}w$ by adding up all paths, on paper.
""",
    solution="""
w = torch.tensor(2.0, requires_grad=True)
h_1 = w * 1 + 1
h_2 = w * h_1 + 0
h_3 = w * h_2 - 1
(answer,) = torch.autograd.grad(h_2 + h_3, w)
""",
    mistakes=(
        Mistake("last loss only", 16.0, "that is the derivative of h_3 alone; h_2 is a part of the loss, too"),
        Mistake("first loss only", 5.0, "that is the derivative of h_2 alone; h_3 is a part of the loss, too"),
        Mistake("immediate", 9.0, "those are the immediate derivatives h_1 and h_2; the earlier uses are missing"),
        Mistake("cut", 15.0, "that is the answer with h_1 detached: both paths from the use at step 1 are missing"),
        Mistake("no factors", 14.0, "each path must be multiplied by w for every step that it still has to go"),
        Mistake("value", 17.0, "that is the loss itself, not its derivative"),
        Mistake("too many losses", 22.0, "h_1 is no part of this loss"),
    ),
    hints=(
        "Make the triangle of the chapter: a row for each use of w, a column for h_2 and one for h_3.",
        "The entry for the use at step s and the state h_t is h_(s-1) times w, multiplied once for each step between.",
    ),
    explanation=r"""
The states are $h_1 = 3$, $h_2 = 6$ and $h_3 = 11$.
To $h_2$ lead two paths, $w h_0 = 2$ and $h_1 = 3$; to $h_3$ lead three, $w^2 h_0 = 4$, $w h_1 = 6$ and $h_2 = 6$.
Their sum is $2 + 3 + 4 + 6 + 6 = 21$.
""",
)
