"""Clip a list of gradients by their common norm."""

import torch

from . import Build, Property, Wrong


def flat(gradients):
    return torch.cat([g.flatten() for g in gradients])


def short_stays(got, expected, gradients, limit):
    if flat(gradients).norm() <= limit and not torch.equal(flat(got), flat(gradients)):
        return "a gradient that is short enough must stay as it is"
    return None


def not_longer(got, expected, gradients, limit):
    if flat(got).norm() > limit * (1 + 1e-4):
        return f"the norm of all gradients together is {flat(got).norm():.4g}, at most {limit:.4g} was asked for"
    return None


def same_direction(got, expected, gradients, limit):
    cosine = torch.cosine_similarity(flat(got), flat(gradients), dim=0)
    if cosine < 1 - 1e-4:
        return f"the direction changed: the cosine of old and new is {cosine:.4f}"
    return None


def full_length(got, expected, gradients, limit):
    if flat(gradients).norm() > limit and flat(got).norm() < limit * (1 - 1e-4):
        return f"the norm is {flat(got).norm():.4g}, shorter than the limit {limit:.4g} demands"
    return None


def case(generator):
    gradients = (torch.randn(3, 2, generator=generator), 3 * torch.randn(4, generator=generator))
    share = 0.3 + torch.rand((), generator=generator).item()  # of the norm: below and above 1
    return gradients, share * flat(gradients).norm().item()


exercise = Build(
    name="vanishing-clip",
    chapter="vanishing_gradients",
    title="Clip by the common norm",
    minutes=10,
    statement=r"""
Write `clip(gradients, limit)`. It gets a tuple of gradients of different shapes and returns them as a tuple, all multiplied by one number,
so that their common norm (of all entries of all tensors) is at most `limit`. A gradient that is short enough stays as it is.
Don't change the tensors that you are given.
""",
    function="clip",
    stub='''
def clip(gradients, limit):
    """Gradients, scaled together to a norm of at most `limit`."""
    ...
    return ...
''',
    solution='''
def clip(gradients, limit):
    """Gradients, scaled together to a norm of at most `limit`."""
    norm = sum((g**2).sum() for g in gradients).sqrt()
    if norm <= limit:
        return tuple(gradients)
    return tuple(g * (limit / norm) for g in gradients)
''',
    case=case,
    cases=10,
    properties=(
        Property("direction", same_direction, "Every entry of every tensor must be multiplied by the same number."),
        Property(
            "limit", not_longer,
            "There is one norm for all tensors: the root of the sum of the squares of all entries.",
        ),
        Property(
            "short gradients", short_stays,
            "When must nothing be multiplied at all? Compare the norm with the limit first.",
        ),
        Property("full length", full_length, "Compare your norm with that of one long vector that holds all entries."),
    ),
    also_right=(
        '''
def clip(gradients, limit):
    norm = torch.cat([g.flatten() for g in gradients]).norm()
    factor = min(1.0, limit / norm.item())
    return [factor * g for g in gradients]
''',
    ),
    wrong=(
        Wrong(
            "each tensor by its own norm", fails="limit",
            answer='''
def clip(gradients, limit):
    return tuple(g * min(1.0, limit / g.norm().item()) for g in gradients)
''',
        ),
        Wrong(
            "each entry by itself", fails="direction",
            answer='''
def clip(gradients, limit):
    return tuple(g.clamp(-limit / 3, limit / 3) for g in gradients)
''',
        ),
        Wrong("nothing is done", fails="limit", edit=("norm <= limit", "True")),
        Wrong("short gradients are lengthened", fails="short gradients", edit=("norm <= limit", "False")),
        Wrong("the square root is missing", fails="full length", edit=(".sqrt()", "")),
        Wrong("the sum of the norms", fails="full length",
              edit=("sum((g**2).sum() for g in gradients).sqrt()", "sum(g.norm() for g in gradients)")),
        Wrong("changed in place", fails="keeps its inputs", edit=("g * (limit / norm)", "g.mul_(limit / norm)")),
    ),
    explanation=r"""
The squares of all entries are added over all tensors *before* the root is taken.
One factor for all keeps the direction; a factor for each tensor, or a limit for each entry, would turn it.
`torch.nn.utils.clip_grad_norm_` does the same in place (and adds $10^{-6}$ to the norm).
""",
)  # fmt: skip
