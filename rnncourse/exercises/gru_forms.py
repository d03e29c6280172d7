"""When do the two forms of the GRU agree?"""

from . import Choice, Option

exercise = Choice(
    name="gru-forms",
    chapter="gru",
    title="Before or after",
    minutes=5,
    statement=r"""
Take both forms of the GRU with the same weights and with $b_h^n = 0$. Which condition is enough to make them equal at every step, whatever the other weights are?
""",
    options=(
        Option(
            r"$W_h^n$ is symmetric",
            "Try the swap of the chapter's example: it is symmetric, and the two forms differ there.",
        ),
        Option(
            "at each step, the reset gate has the same value in all units",
            "Right: a single number can be pulled out of the product. r = 1 is the case of the chapter.",
            right=True,
        ),
        Option(
            "all units of the old state have the same value",
            "Then the one form weights the rows of the matrix by r, and the other its columns.",
        ),
        Option(
            r"$W_h^n$ is orthogonal",
            "An orthogonal matrix keeps lengths, but it mixes the units; a gate for each unit doesn't commute with it.",
        ),
        Option(
            "the update gate is 0.5 in all units",
            "Both forms use the update gate in the same way, after the candidate. They differ in the candidate.",
        ),
    ),
    hints=(
        r"Compare one entry of the two products: $\sum_i r_i h_i W_{ij}$ and $r_j \sum_i h_i W_{ij}$.",
        r"When may $r_i$ be replaced by $r_j$ in the sum?",
    ),
    explanation=r"""
Unit $j$ of the candidate sees $\sum_i r_i h_i W_{ij}$ in the form of the paper and $r_j \sum_i h_i W_{ij}$ in that of PyTorch.
They agree if $r_i = r_j$ wherever $W_{ij} \neq 0$: when the gate has one value for all units, or when the matrix is diagonal.
""",
)
