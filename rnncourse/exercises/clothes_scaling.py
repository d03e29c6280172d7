"""Move the scaling of the images into the weights of the first layer."""

import torch

from . import Build, Property, Wrong


def case(generator):
    H, I = (int(torch.randint(2, 7, (), generator=generator)) for _ in range(2))  # noqa: E741
    H += H == I
    return torch.randn(H, I, generator=generator), torch.randn(H, generator=generator)


def weights(got, expected, *_):
    if not torch.allclose(got[0], expected[0], atol=1e-5):
        return "with x = 2u - 1, the term x W_x has the weight of u that you should return; yours is another one"
    return None


def biases(got, expected, weight, bias):
    if not torch.allclose(got[1], expected[1], atol=1e-5):
        return "for a black image, u = 0 and x = -1: the bias must give the pre-activation that -1 gave before"
    return None


exercise = Build(
    name="clothes-scaling",
    chapter="clothes_row_by_row",
    title="Undo the scaling",
    minutes=15,
    statement=r"""
A network reads images scaled to the range −1 to 1. We want to give it the same images scaled to the range 0 to 1, and to get the same logits.
Write `undo_scaling(weight, bias)`, which takes the weights of the first layer as PyTorch keeps them
(`weight_ih_l0`, of shape $(H, I)$, and `bias_ih_l0`, of shape $(H,)$) and returns the new pair.
""",
    function="undo_scaling",
    stub='''
def undo_scaling(weight, bias):
    """Weights for u in 0 … 1 in place of x = 2u - 1."""
    return ...  # (H, I), (H,) → (H, I), (H,)
''',
    solution='''
def undo_scaling(weight, bias):
    """Weights for u in 0 … 1 in place of x = 2u - 1."""
    return 2 * weight, bias - weight.sum(1)
''',
    case=case,
    properties=(
        Property(
            "weight", weights,
            "Put x = 2u - 1 into x W_x + b and sort the terms: one has u in it, the rest is the new bias.",
        ),
        Property(
            "bias", biases,
            "A row of ones times W_x is the sum over the inputs. Which axis of PyTorch's matrix holds the inputs?",
        ),
    ),
    also_right=(
        '''
def undo_scaling(weight, bias):
    ones = torch.ones(weight.shape[1])
    return weight + weight, bias - weight @ ones
''',
    ),
    wrong=(
        Wrong("the bias is left as it was", fails="bias", edit=(" - weight.sum(1)", "")),
        Wrong("the sum is added", fails="bias", edit=("- weight", "+ weight")),
        Wrong("the doubled weights are subtracted", fails="bias", edit=("- weight.sum(1)", "- 2 * weight.sum(1)")),
        Wrong("the weights are halved", fails="weight", edit=("2 * weight", "weight / 2")),
        Wrong("the weights are left as they were", fails="weight", edit=("2 * weight,", "weight,")),
        Wrong("the mean instead of the sum", fails="bias", edit=("weight.sum(1)", "weight.mean(1)")),
        Wrong("summed over the units", fails="runs", edit=("sum(1)", "sum(0)")),
        Wrong("summed over everything", fails="bias", edit=("sum(1)", "sum()")),
        Wrong("the weights are changed in place", fails="keeps its inputs",
              edit=("return 2 * weight, bias - weight.sum(1)",
                    "bias = bias - weight.sum(1)\n    weight *= 2\n    return weight, bias")),
        Wrong("only the weights are returned", fails="type", edit=("2 * weight, bias - weight.sum(1)", "2 * weight")),
    ),
    explanation=r"""
$x W_x + b = (2u - 1) W_x + b = u\,(2 W_x) + (b - \mathbf{1} W_x)$, where $\mathbf{1}$ is a row of ones.
So double the weights, and take the sum over the inputs from the bias; the bias uses the old weights.
Both scalings allow the same functions. Any difference between them comes from training: where it starts, and how large its steps are.
""",
)  # fmt: skip
