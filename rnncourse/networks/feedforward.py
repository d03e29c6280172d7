"""Networks without recurrence, which see all time steps at once: the baselines."""

import numpy as np
import torch
from torch import nn

from ..base.checks import check_like, check_probability, check_sizes, check_tensor, check_whole_number


class _WholeSequence(nn.Module):
    """What the baselines share: they are made for sequences of one shape, and say so when another comes."""

    def __init__(self, steps, input_size, output_size):
        super().__init__()
        steps, input_size, output_size = check_sizes(steps=steps, input_size=input_size, output_size=output_size)
        self.shape, self.output_size = (steps, input_size), output_size

    def _check(self, inputs):
        check_tensor("inputs", inputs, f"(B, {self.shape[0]}, {self.shape[1]})")
        if inputs.shape[1:] != self.shape:
            raise ValueError(
                f"inputs must have the shape (B, {self.shape[0]}, {self.shape[1]}), got {tuple(inputs.shape)}"
            )
        check_like("inputs", inputs, self.linear.weight)


class MLP(_WholeSequence):
    """A feedforward baseline: every time step at once, one hidden layer, tanh.

    Args:
        steps: T, time steps of a sequence.
        input_size: I, features of one time step.
        hidden_size: H, units of the hidden layer.
        output_size: O, outputs.

    Shape:
        inputs (B, T, I) → logits (B, O).
    """

    def __init__(self, steps, input_size, hidden_size, output_size):
        super().__init__(steps, input_size, output_size)
        hidden_size = check_whole_number("hidden_size", hidden_size, 1)
        self.hidden = nn.Linear(self.shape[0] * self.shape[1], hidden_size)
        self.linear = nn.Linear(hidden_size, self.output_size)

    def forward(self, inputs):
        self._check(inputs)
        return self.linear(torch.tanh(self.hidden(inputs.flatten(1))))


class CNN(_WholeSequence):
    """A convolutional network that reads a sequence as an image, time downwards, features sideways (LeCun et al. 1998).

    Blocks of a 3×3 convolution, 2×2 max-pooling, LeakyReLU (slope 0.1) and dropout, then a hidden layer with
    LeakyReLU and dropout. Convolutions pad the border with zeros, and pooling takes the pixels left over
    at an odd border as they are, so 28 rows become 14, 7, 4.

    Args:
        steps: T, time steps of a sequence, the rows of the image.
        input_size: I, features of one time step, its columns.
        output_size: O, outputs.
        filters: the number of filters in each block.
        hidden_size: H, units of the hidden layer.
        dropout: probability of zeroing a number after each block and after the hidden layer, in training mode.

    Shape:
        inputs (B, T, I) → logits (B, O).

    Raises:
        ValueError: a size below 1, no block, a dropout outside 0 … 1.
    """

    def __init__(self, steps, input_size, output_size, filters=(32, 64, 128), hidden_size=128, dropout=0.25):
        super().__init__(steps, input_size, output_size)
        if np.ndim(filters) != 1 or len(filters) == 0:
            raise ValueError(f"filters must name the filters of at least one block, such as (32, 64), got {filters!r}")
        hidden_size, *filters = check_sizes(
            hidden_size=hidden_size, **{f"filters[{i}]": count for i, count in enumerate(filters)}
        )
        dropout = check_probability("dropout", dropout)
        steps, input_size = self.shape
        blocks = []
        for before, after in zip((1, *filters), filters, strict=False):
            blocks += [
                nn.Conv2d(before, after, kernel_size=3, padding=1),
                nn.MaxPool2d(2, ceil_mode=True),  # before LeakyReLU, which keeps the order: a quarter of the work
                nn.LeakyReLU(0.1),
                nn.Dropout(dropout),
            ]
            steps, input_size = -(-steps // 2), -(-input_size // 2)
        self.blocks = nn.Sequential(*blocks)
        self.hidden = nn.Sequential(nn.Linear(filters[-1] * steps * input_size, hidden_size), nn.LeakyReLU(0.1))
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(hidden_size, self.output_size)

    def forward(self, inputs):
        self._check(inputs)
        maps = self.blocks(inputs.unsqueeze(1))  # (B, 1, T, I) → (B, filters, rows, columns)
        return self.linear(self.dropout(self.hidden(maps.flatten(1))))
