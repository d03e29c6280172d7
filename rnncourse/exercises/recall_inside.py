"""Can a linear readout tell a point in the middle from those around it?"""

from . import Choice, Option

exercise = Choice(
    name="recall-inside",
    chapter="remembering",
    title="The point in the middle",
    minutes=5,
    statement=r"""
Nine states lie on a circle in the plane and the tenth in its centre. The answer is the largest of ten scores $s_k = w_k \cdot h + b_k$.
Which statement is right?
""",
    options=(
        Option(
            "the centre can never win: it lies inside the convex hull of the others",
            "A single straight line can't cut it off, but here ten scores compete. Draw the region of points that are"
            " nearer to the centre than to the circle.",
        ),
        Option(
            "the centre can win, with the weights 0 and a suitable bias",
            "Right: its score is then constant, and each of the nine others rises above it only near its own point.",
            right=True,
        ),
        Option(
            "the centre can win, but only in three dimensions or more",
            "Two are enough, and so is one: nine lines can leave a gap in which a constant is the largest.",
        ),
        Option(
            "the centre can win, but then one of the others never wins",
            "Compute the scores with $w_k = 2 p_k$ and $b_k = -|p_k|^2$ at each of the ten points.",
        ),
    ),
    hints=(
        "Which weights and biases make the largest score belong to the nearest point?",
        "Put the centre of the circle into the origin. What are its weights and its bias then?",
    ),
    explanation=r"""
With $w_k = 2 p_k$, $b_k = -\lVert p_k \rVert^2$ and the centre at the origin, its score is 0 everywhere.
On a circle of radius $r$ the others have $2 p_k \cdot h - r^2$, which is $-r^2$ in the centre and $r^2$ at their own point.
The convex hull matters for a *single* score with a threshold, and where there are no biases.
""",
)
