"""Three steps joined into one."""

from . import Mistake, Number

exercise = Number(
    name="scan-joined",
    chapter="after_the_lstm",
    title="Three steps as one",
    minutes=5,
    statement=r"""
Three steps $h \mapsto \lambda h + u$ follow one another. Their pairs $(\lambda, u)$ are, in the order of time, $(\tfrac12, 2)$, $(-2, 5)$ and $(3, 1)$.
All three together are one step. What is its drive $u$?
""",
    solution="""
steps = [(0.5, 2.0), (-2.0, 5.0), (3.0, 1.0)]
factor, answer = 1.0, 0.0
for f, u in steps:
    factor, answer = f * factor, f * answer + u
""",
    mistakes=(
        Mistake("factor", -3.0, "that is the factor of the joined step; the drive was asked for"),
        Mistake("lost", 3.0 * 5.0 + 1.0, "the first drive is lost; it passes the second and the third step"),
        Mistake("backwards", 0.5 * (-2.0 * 1.0 + 5.0) + 2.0, "the steps are joined from the last to the first; time runs the other way"),
        Mistake("only two", 1.0, "those are the first two steps; the third follows"),
        Mistake("drives only", 2.0 + 5.0 + 1.0, "the drives are added up, but each one passes the later factors"),
        Mistake("own factor", 0.5 * 2.0 - 2.0 * 5.0 + 3.0 * 1.0, "a drive isn't multiplied by the factor of its own step"),
    ),
    hints=(
        "Start from h = 0 and take the three steps; where do you end?",
        r"The first two together: $\lambda = -2 \cdot \tfrac12$ and $u = -2 \cdot 2 + 5$.",
    ),
    explanation=r"""
The first two steps together have $\lambda = -2 \cdot \tfrac12 = -1$ and $u = -2 \cdot 2 + 5 = 1$. With the third, $\lambda = 3 \cdot (-1) = -3$ and $u = 3 \cdot 1 + 1 = 4$.
Joining the last two first gives the same: $(-6, 16)$, and with the first one $u = -6 \cdot 2 + 16 = 4$.
""",
)  # fmt: skip
