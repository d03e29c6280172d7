"""Divide the gradient of a cell state into two parts."""

import torch

from . import Build, Property, Wrong


def adds_up(got, expected, f, newest, oldest):
    found = got[0] + got[1]
    if not torch.allclose(found, oldest.to(found), atol=1e-4):
        return f"the two parts must add up to the oldest gradient, but their sum is {found.tolist()}"
    return None


def open_gates(got, expected, f, newest, oldest):
    """A unit whose gate was 1 at every step passes its own gradient on."""
    for unit in range(f.shape[1]):
        if (f[:, unit] == 1).all() and abs(got[0][unit] - newest[unit]) > 1e-4:
            return f"the gate of unit {unit} was 1 at every step, so all of its {newest[unit]:.4g} comes straight along c"
    return None


def closed_gate(got, expected, f, newest, oldest):
    """A unit whose gate was 0 once passes nothing."""
    for unit in range(f.shape[1]):
        if (f[:, unit] == 0).any() and abs(got[0][unit]) > 1e-4:
            return f"the gate of unit {unit} was 0 at one of the steps, so nothing can come straight along c"
    return None


def case(generator):
    """Gates of one to six steps; unit 0 open throughout, unit 1 closed once."""
    steps = int(torch.randint(1, 7, (), generator=generator))
    f = torch.rand(steps, 4, generator=generator)
    f[:, 0] = 1
    f[int(torch.randint(steps, (), generator=generator)), 1] = 0
    return f, 1 + torch.rand(4, generator=generator), torch.randn(4, generator=generator)


exercise = Build(
    name="gates-two-parts",
    chapter="do_gates_help",
    title="Straight, or through h",
    minutes=10,
    statement=r"""
Write `two_parts(f, newest, oldest)` for one sequence. `f` holds the forget gates of the $K$ steps between a newer and an older cell state, shape $(K, H)$;
`newest` and `oldest` are the gradients $\partial L / \partial c$ of the two, each $(H)$. Return two tensors $(H)$: what came straight along $c$ to the older one, and what came through $h$.
""",
    function="two_parts",
    stub='''
def two_parts(f, newest, oldest):
    """(K, H), (H), (H) → along c (H), through h (H)."""
    ...
    return ...
''',
    solution='''
def two_parts(f, newest, oldest):
    """(K, H), (H), (H) → along c (H), through h (H)."""
    along = newest * f.prod(dim=0)
    return along, oldest - along
''',
    case=case,
    cases=8,
    properties=(
        Property("the whole", adds_up, "Whatever didn't come straight went through h: how do the two make up the gradient that was measured?"),
        Property("open gates", open_gates, "What does a gate of 1 do to the gradient that passes it, at each step?"),
        Property("closed gate", closed_gate, "The steps follow one another: how do the factors of all of them go together?"),
    ),
    also_right=(
        '''
def two_parts(f, newest, oldest):
    along = newest.clone()
    for gate in f.flip(0):
        along = gate * along
    return along, oldest - along
''',
    ),
    wrong=(
        Wrong("the sign of the second part", fails="the whole", edit=("oldest - along", "along - oldest")),
        Wrong("the whole as the second part", fails="the whole", edit=("oldest - along", "oldest")),
        Wrong("what the gates took away", fails="the whole", edit=("oldest - along", "newest - along")),
        Wrong("the product of the gates alone", fails="open gates", edit=("newest * f.prod(dim=0)", "f.prod(dim=0)")),
        Wrong("what the gates drop", fails="open gates", edit=("f.prod(dim=0)", "(1 - f).prod(dim=0)")),
        Wrong("the product over the units", fails="open gates", edit=("f.prod(dim=0)", "f.prod(dim=1).prod()")),
        Wrong("the mean of the gates", fails="closed gate", edit=("f.prod(dim=0)", "(f.mean(dim=0) + (len(f) == 1) * 0.1 * (f[0] == 0))")),
        Wrong("the largest gate", fails="closed gate", edit=("f.prod(dim=0)", "f.max(dim=0).values.clamp(min=0.1)")),
    ),
    explanation=r"""
Along the cell state a unit meets nothing but its own gates, so the factors are multiplied over the steps, unit by unit.
The other part needs no formula of its own: it is the whole minus the first, and it holds every path that went through $h$ at least once.
The two may have opposite signs in a unit, so their sizes needn't add up to the size of the whole.
""",
)  # fmt: skip
