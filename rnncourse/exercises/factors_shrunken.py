"""How much probabilistic PCA returns of the first coordinate."""

from . import Mistake, Number

exercise = Number(
    name="factors-shrunken",
    chapter="linear_factor_models",
    title="What comes back",
    minutes=10,
    statement=r"""
The covariance of five features has the eigenvalues 9, 4, 2, 1 and 1. You fit probabilistic PCA with $K = 2$ factors, compute $\operatorname{E}[h \mid x]$ of a new $x$, and put it back through $W$.
By which factor is the coordinate of $x - b$ along the *first* eigenvector multiplied on this way? Give three significant digits.
""",
    solution="""
values = np.array([9.0, 4.0, 2.0, 1.0, 1.0])
v = values[2:].mean()
answer = (values[0] - v) / values[0]
""",
    digits=3,
    mistakes=(
        Mistake("no shrinking", 1.0, "that is PCA's projection, the limit of no noise"),
        Mistake(
            "smallest eigenvalue",
            8 / 9,
            "that takes the smallest eigenvalue for the noise; all those left out belong to it",
        ),
        Mistake(
            "largest left out",
            7 / 9,
            "that takes the largest eigenvalue left out for the noise; the others belong to it, too",
        ),
        Mistake("sum", 5 / 9, "that takes the sum of the eigenvalues left out; their mean is the noise variance"),
        Mistake("mean of all", (9 - 17 / 5) / 9, "only the eigenvalues that are left out go into the noise"),
        Mistake("second coordinate", (4 - 4 / 3) / 4, "that is the factor of the second eigenvector"),
        Mistake("root", ((9 - 4 / 3) / 9) ** 0.5, "that is on the way to h alone, up to a scale; W comes after it"),
        Mistake("added noise", 9 / (9 + 4 / 3), "the eigenvalue 9 of the data has the noise in it already"),
    ),
    hints=(
        "First the noise variance: which eigenvalues does it replace, and by what?",
        "Write W as U M with a diagonal M; then the way there and back is m² / (m² + v), with m² = λ - v.",
    ),
    explanation=r"""
The noise variance is $v = (2 + 1 + 1)/3 = 4/3$. Along the first eigenvector, $W$ has the length $m = \sqrt{9 - 4/3}$, and there and back again gives $m^2 / (m^2 + v) = (\lambda - v)/\lambda$, which is $(9 - 4/3)/9 = 0.852$.
So 15 % of what is seen along this direction is put down to noise; along the second it is a third.
""",
)
