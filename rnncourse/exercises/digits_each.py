"""Clip each of many networks by its own norm."""

import torch

from . import Build, Property, Wrong


def norms(gradients):
    """(S,): the norm of each network over all its tensors."""
    return torch.cat([g.flatten(1) for g in gradients], dim=1).norm(dim=1)


def case(generator):
    S = int(torch.randint(2, 6, (), generator=generator))
    size = 10 ** (3 * torch.rand(S, generator=generator) - 1.5)  # some long, some short
    size[0], size[1] = 10.0, 0.1
    gradients = tuple(
        torch.randn(S, *shape, generator=generator) * size.reshape(-1, *[1] * len(shape))
        for shape in ((3, 2), (4,), (2, 2, 2))
    )
    return gradients, 1.5


def short_stays(got, expected, gradients, limit):
    short = norms(gradients) <= limit
    if any(not torch.equal(a[short], g[short]) for a, g in zip(got, gradients, strict=True)):
        return "a network whose gradient is short enough must keep it"
    return None


def each_by_itself(got, expected, gradients, limit):
    found, wanted = norms(got), norms(gradients).clamp(max=limit)
    if not torch.allclose(found, wanted, rtol=1e-4):
        return f"the norms of the networks are {_text(found)}, expected {_text(wanted)}"
    return None


def _text(values):
    return ", ".join(f"{v:.3g}" for v in values.tolist())


exercise = Build(
    name="digits-each",
    chapter="digits_three_ways",
    title="Each by its own norm",
    minutes=15,
    statement=r"""
When many networks are trained at once, every gradient has the networks in its first dimension, $(S, \dots)$.
Write `clip_each(gradients, limit)`. It gets a tuple of such tensors and returns them as a tuple; the gradient of each network, over all its tensors together, is shortened to a norm of at most `limit` and keeps its direction. A network with a short gradient keeps it as it is.
""",
    function="clip_each",
    stub='''
def clip_each(gradients, limit):
    """Gradients (S, …), each network's shortened to `limit`."""
    ...
    return ...
''',
    solution='''
def clip_each(gradients, limit):
    """Gradients (S, …), each network's shortened to `limit`."""
    squares = sum(g.flatten(1).square().sum(1) for g in gradients)
    factor = (limit / squares.sqrt()).clamp(max=1)  # (S,)
    return tuple(g * factor.reshape(-1, *[1] * (g.ndim - 1))
                 for g in gradients)
''',
    case=case,
    properties=(
        Property(
            "short gradients", short_stays,
            "A network whose own norm is at most `limit` has the factor 1, whatever the others have.",
        ),
        Property(
            "each network", each_by_itself,
            "Flatten everything but the first dimension: then the sum over dimension 1 gives a number for each "
            "network. All tensors count.",
        ),
    ),
    also_right=(
        '''
def clip_each(gradients, limit):
    rows = torch.cat([g.flatten(1) for g in gradients], dim=1)
    factors = [min(1.0, limit / row.norm().item()) for row in rows]
    return [torch.stack([f * part for f, part in zip(factors, g)]) for g in gradients]
''',
    ),
    wrong=(
        Wrong("one norm for all networks", fails="short gradients",
              edit=("sum(g.flatten(1).square().sum(1) for g in gradients)",
                    "sum(g.square().sum() for g in gradients).repeat(len(gradients[0]))")),
        Wrong("each tensor by its own norm", fails="each network",
              answer='''
def clip_each(gradients, limit):
    found = []
    for g in gradients:
        factor = (limit / g.flatten(1).norm(dim=1)).clamp(max=1)
        found.append(g * factor.reshape(-1, *[1] * (g.ndim - 1)))
    return tuple(found)
'''),
        Wrong("short gradients are lengthened", fails="short gradients", edit=(".clamp(max=1)", "")),
        Wrong("the root is missing", fails="each network", edit=("squares.sqrt()", "squares")),
        Wrong("nothing is done", fails="each network", edit=("clamp(max=1)", "clamp(min=1, max=1)")),
        Wrong("only the first tensor counts", fails="each network", edit=("in gradients)\n    factor", "in gradients[:1])\n    factor")),
        Wrong("changed in place", fails="keeps its inputs",
              edit=("g * factor", "g.mul_(factor"), also=("(g.ndim - 1))\n", "(g.ndim - 1)))\n")),
    ),
    explanation=r"""
The squares are summed over everything but the first dimension and over all tensors, so that $S$ numbers are left.
With one norm for all networks, a single exploding one would stop the training of the other $S - 1$: they must not know of each other.
""",
)  # fmt: skip
