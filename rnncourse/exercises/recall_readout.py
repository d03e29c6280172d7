"""A linear readout that answers with the nearest point."""

import torch

from . import Build, Property, Wrong


def case(generator):
    C, H = int(torch.randint(3, 11, (), generator=generator)), int(torch.randint(1, 4, (), generator=generator))
    points = 2 * torch.rand(C, H, generator=generator) - 1
    return points, 1.0 + 9 * float(torch.rand((), generator=generator))


def scores(got, h):
    return h @ got[0].T + got[1]


def shapes(got, expected, points, sharpness):
    for name, part, wanted in (("weights", got[0], points.shape), ("biases", got[1], points.shape[:1])):
        if part.shape != wanted:
            return f"the {name} must have the shape {tuple(wanted)}, got {tuple(part.shape)}"
    return None


def nearest(got, expected, points, sharpness):
    """On a cloud around the points, leaving out states that are nearly as close to a second point."""
    h = 1.5 * (2 * torch.rand(500, points.shape[1], generator=torch.Generator().manual_seed(0)) - 1)
    squared = (h[:, None] - points).square().sum(2)
    two = squared.topk(2, largest=False).values
    clear = two[:, 1] - two[:, 0] > 1e-3
    wrong = (scores(got, h).argmax(1) != squared.argmin(1)) & clear
    return (
        f"the largest score isn't that of the nearest point for {int(wrong.sum())} of 500 states"
        if wrong.any()
        else None
    )


def margin(got, expected, points, sharpness):
    s = scores(got, points)
    lead = s.diagonal()[:, None] - s  # (C, C): by how much point k beats j at its own place
    wanted = sharpness * (points[:, None] - points).square().sum(2)
    if torch.allclose(lead, wanted, atol=1e-3, rtol=1e-3):
        return None
    k, j = divmod(int((lead - wanted).abs().argmax()), len(points))
    return f"at point {k} its score leads that of point {j} by {lead[k, j]:.4g}, expected {wanted[k, j]:.4g}"


exercise = Build(
    name="recall-readout",
    chapter="remembering",
    title="Answer with the nearest point",
    minutes=10,
    statement=r"""
Write `readout(points, sharpness)`. The `points` are $p_1, \dots, p_C$, shape $(C, H)$. Return a tuple of weights $(C, H)$ and biases $(C)$,
so that the scores $s = h W^\top + b$ are largest for the point nearest to $h$, and so that at its own place a point $p_k$ leads any other $p_j$ by exactly $\beta \lVert p_k - p_j \rVert^2$, with $\beta$ = `sharpness`.
""",
    function="readout",
    stub='''
def readout(points, sharpness):
    """Weights (C, H) and biases (C) whose largest score is nearest."""
    ...
    return ...
''',
    solution='''
def readout(points, sharpness):
    """Weights (C, H) and biases (C) whose largest score is nearest."""
    return 2 * sharpness * points, -sharpness * points.square().sum(1)
''',
    case=case,
    properties=(
        Property("shapes", shapes, "There is one row of weights and one bias for each point."),
        Property(
            "nearest point", nearest,
            "Write out the squared distance of h and a point. Which of its three terms is the same for all points?",
        ),
        Property(
            "margin", margin,
            "Two scores are compared, so one factor for all weights and biases scales the lead. Which lead do you "
            "have without it?",
        ),
    ),
    by_properties=True,
    also_right=(
        '''
def readout(points, sharpness):
    middle = points.mean(0)  # any constant may be added to all scores, and any vector to all weights
    return 2 * sharpness * (points - middle), -sharpness * points.pow(2).sum(1) + 3.0
''',
    ),
    wrong=(
        Wrong("no biases", fails="nearest point", edit=("-sharpness * points.square().sum(1)", "0 * points[:, 0]")),
        Wrong("the sign of the biases", fails="nearest point", edit=("-sharpness", "sharpness")),
        Wrong("the factor 2 is missing", fails="nearest point", edit=("2 * sharpness * points,", "sharpness * points,")),
        Wrong("the sharpness in the weights only", fails="nearest point", edit=("-sharpness * points", "-points")),
        Wrong("the norm in place of its square", fails="nearest point",
              edit=("points.square().sum(1)", "points.square().sum(1).sqrt()")),
        Wrong("no sharpness at all", fails="margin", edit=("2 * sharpness * points", "2 * points"),
              also=("-sharpness * points", "-points")),
        Wrong("half of everything", fails="margin", edit=("2 * sharpness * points", "sharpness * points"),
              also=("-sharpness * points", "-0.5 * sharpness * points")),
        Wrong("weights transposed", fails="shapes", edit=("2 * sharpness * points,", "2 * sharpness * points.T[:, :, None],")),
    ),
    explanation=r"""
$-\beta\lVert h - p_k \rVert^2 = -\beta\lVert h \rVert^2 + 2\beta\, p_k \cdot h - \beta\lVert p_k \rVert^2$, and the first term is the same for every class.
So the argmax, and the softmax as well, don't need it. A common vector added to all weights, or a common number added to all biases, changes nothing either.
""",
)  # fmt: skip
