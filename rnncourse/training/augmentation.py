"""Other pictures of the same thing: random changes of images that leave their class as it is.

Each function takes a batch of images as sequences of rows, (B, T, I), and returns one of the same shape. The random
numbers come from torch's global generator.
"""

import torch

from ..base.checks import check_name, check_tensor

SHIFT = 2  # pixels, at most; the digits of MNIST have a border of four


def flip(x):
    """Mirror each image left to right with probability one half; for clothes, not for digits."""
    _check_images(x)
    mirrored = torch.rand(len(x), 1, 1, device=x.device) < 0.5
    return torch.where(mirrored, x.flip(2), x)


def shift(x):
    """Move each image by up to two pixels, up or down and left or right; what comes in is the batch's darkest value."""
    _check_images(x)
    batch, rows, columns = x.shape
    low = x.amin()
    down, right = torch.randint(-SHIFT, SHIFT + 1, (2, batch, 1), device=x.device)
    row = torch.arange(rows, device=x.device) - down  # (B, T): where each row comes from
    column = torch.arange(columns, device=x.device) - right
    inside = ((row >= 0) & (row < rows))[:, :, None] & ((column >= 0) & (column < columns))[:, None, :]
    example = torch.arange(batch, device=x.device)[:, None, None]
    moved = x[example, row.clamp(0, rows - 1)[:, :, None], column.clamp(0, columns - 1)[:, None, :]]
    return torch.where(inside, moved, low)


def _check_images(x):
    check_tensor("x", x, "(B, T, I)")
    if x.ndim != 3:
        raise ValueError(f"x must be images as sequences of rows, (B, T, I), got {tuple(x.shape)}")


AUGMENTATIONS = {"flip": flip, "shift": shift}


def named_augmentation(name):
    """The function of that name in ``AUGMENTATIONS``; for None one that changes nothing.

    Raises:
        ValueError: the name is unknown.
    """
    if name is None:
        return lambda x: x
    check_name("augment", name, AUGMENTATIONS)
    return AUGMENTATIONS[name]
