"""Which of three sources independent component analysis can find when two are Gaussian."""

from . import Choice, Option

exercise = Choice(
    name="factors-three-speakers",
    chapter="linear_factor_models",
    title="Two Gaussian speakers",
    minutes=5,
    statement=r"""
Three independent sources are mixed by an invertible matrix: one is uniform, two are Gaussian. You have as many mixed examples as you like. What can be recovered, up to sign and scale?
""",
    options=(
        Option(
            "nothing: ICA needs sources that aren't Gaussian",
            "It needs that of those that it is to separate. Turn the two Gaussian sources into each other: does the"
            " uniform one notice?",
        ),
        Option(
            "all three: the uniform source breaks the symmetry",
            "It breaks it for itself. The other two can still be turned into each other, and no statistic changes.",
        ),
        Option(
            "the uniform source alone, and of the others the plane that they span",
            "Right: a rotation within that plane leaves the distribution of the data exactly as it is, and no other"
            " rotation does.",
            right=True,
        ),
        Option(
            "all three, if the Gaussian ones have different variances",
            "Whitening makes all variances 1, so their difference isn't there any more. It can't be told from the"
            " scale of a column of the mixing matrix.",
        ),
        Option(
            "the two Gaussian sources: PCA finds them, as it assumes Gaussian factors",
            "PCA finds orthogonal directions of the mixtures. Nothing says that the sources lie along them.",
        ),
    ),
    hints=(
        "After whitening, the mixture is a rotation in three dimensions. Which rotations leave the density as it is?",
        "A rotation about the axis of the uniform source changes only the two Gaussian ones. Does their density change?",
    ),
    explanation=r"""
The density of the whitened sources is $p(h_1)\, (2\pi)^{-1} \exp(-\tfrac12 (h_2^2 + h_3^2))$. Rotations about the first axis keep $h_1$ and $h_2^2 + h_3^2$, so they keep the density; all of these are equally good answers. Any other rotation mixes the uniform source with something, and that can be seen.
This is the general rule of Comon (1994): at most one source may be Gaussian if all are to be found.
""",
)
