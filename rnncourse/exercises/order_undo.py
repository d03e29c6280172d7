"""Rearrange the weights of a first layer, so that a permutation of its inputs doesn't matter."""

import torch

from . import Build, Property, Wrong


def case(generator):
    T, I, H = (int(torch.randint(2, 5, (), generator=generator)) for _ in range(3))  # noqa: E741
    I += 2  # noqa: E741  a few more columns, so that hardly any permutation is its own inverse
    W = torch.randn(H, T * I, generator=generator)
    order = torch.randperm(I, generator=generator)
    while torch.equal(order, order.argsort()):
        order = torch.randperm(I, generator=generator)
    return W, order, T


def places(order, T):
    return (torch.arange(T)[:, None] * len(order) + order).flatten()


def direction(got, expected, W, order, T):
    if torch.allclose(got, W[:, places(order.argsort(), T)]):
        return "this rearranges the weights by the inverse permutation: column k of the new image is column order[k]"
    return None


def every_row(got, expected, W, order, T):
    if torch.equal(got[:, len(order) :], W[:, len(order) :]):
        return "only the weights of the first row of pixels are rearranged"
    return None


def same_weights(got, expected, W, order, T):
    if not torch.allclose(got.sort(dim=1).values, W.sort(dim=1).values):
        return "each unit must keep its weights, in another order; here a unit has others than before"
    return None


exercise = Build(
    name="order-undo",
    chapter="does_order_matter",
    title="Undo a permutation",
    minutes=15,
    statement=r"""
The columns of all images are permuted: `new = images[:, :, order]`, with images $(N, T, I)$. An MLP reads them flattened, `images.flatten(1)`, with the first layer's weights `W` $(H, T \cdot I)$ as PyTorch stores them.
Write `undo(W, order, T)`, which returns weights with which the layer gives on `new` what it gave on `images`, up to rounding.
""",
    function="undo",
    stub='''
def undo(W, order, T):
    """Weights (H, T·I), order (I) → the weights for permuted columns."""
    return ...
''',
    solution='''
def undo(W, order, T):
    """Weights (H, T·I), order (I) → the weights for permuted columns."""
    maps = W.unflatten(1, (T, len(order)))  # (H, T, I): as the images
    return maps[:, :, order].flatten(1)
''',
    case=case,
    properties=(
        Property(
            "direction", direction,
            "Pixel (t, k) of a new image is pixel (t, order[k]) of the old one, and must meet the weight that this "
            "one met.",
        ),
        Property(
            "every row", every_row,
            "Give the weights of a unit the shape of an image, (T, I). What must happen to every row of it?",
        ),
        Property(
            "same weights", same_weights,
            "W has a dimension for the units and one for the pixels. Which of them is permuted?",
        ),
    ),
    also_right=(
        '''
def undo(W, order, T):
    I = len(order)
    return W[:, torch.cat([t * I + order for t in range(T)])]
''',
        '''
def undo(W, order, T):
    P = torch.eye(len(order), dtype=W.dtype)[order]
    return W @ torch.block_diag(*[P] * T).T
''',
    ),
    wrong=(
        Wrong("the inverse permutation", fails="direction", edit=("[:, :, order]", "[:, :, order.argsort()]")),
        Wrong("the first row only", fails="every row",
              answer='''
def undo(W, order, T):
    new = W.clone()
    new[:, :len(order)] = W[:, order]
    return new
'''),
        Wrong("units permuted by chance", fails="same weights",
              answer='''
def undo(W, order, T):
    new = W.unflatten(1, (T, len(order)))[:, :, order].flatten(1)
    return new.roll(1, dims=0)
'''),
        Wrong("only one row of weights returned", fails="shape", edit=(".flatten(1)", "[:, 0]")),
        Wrong("the weights of the other rows are left out", fails="shape",
              answer='''
def undo(W, order, T):
    return W[:, order]
'''),
        Wrong("flattened in the wrong order", fails="value",
              edit=("[:, :, order].flatten(1)", "[:, :, order].mT.flatten(1)")),
        Wrong("the given weights are overwritten", fails="keeps its inputs",
              edit=("return maps[:, :, order].flatten(1)", "W.copy_(maps[:, :, order].flatten(1)); return W.clone()")),
    ),
    hints=(
        "Give the weights of a unit the shape of an image, (T, I), and flatten it again in the order in which it was.",
    ),
    explanation=r"""
A unit's weights are an image too: one weight for each pixel. The sum over products stays equal if both images are permuted in the same way, so the weights take `order` itself and not its inverse.
An LSTM over rows needs less: its input weights $(4H, I)$ are the same for every row, so `weight[:, order]` does it. That is why it is indifferent to permuted columns, and to nothing more.
""",
)  # fmt: skip
