"""What the linear cells of :mod:`rnncourse.recurrences` share: the step, and their sizes."""

import math

import torch
from torch import nn

from ..base.checks import check_sizes, check_step


class LinearCell(nn.Module):
    """What the linear cells share: the step, and their sizes.

    A linear cell has no weights from state to state, so a unit never sees another one; layers mix them.

    Args:
        input_size: I, features of one time step; at least 1.
        hidden_size: H, units; at least 1.

    Attributes:
        W_x (I, G·H): the weights of the cell's G blocks, drawn evenly from -1/√I … 1/√I as PyTorch's linear layer.
        b (G·H,): the biases of the blocks, drawn from the same range; a cell may have none.
        width: how many numbers the next layer sees.

    Raises:
        ValueError: a size below 1.
    """

    blocks: int  # G
    state_parts = 1
    bias = True

    def __init__(self, input_size, hidden_size):
        super().__init__()
        input_size, hidden_size = check_sizes(input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.width = input_size, hidden_size, hidden_size
        self.W_x = nn.Parameter(torch.empty(input_size, self.blocks * hidden_size))
        self.b = nn.Parameter(torch.empty(self.blocks * hidden_size)) if self.bias else None
        bound = 1 / math.sqrt(input_size)
        for weights in self.parameters():
            nn.init.uniform_(weights, -bound, bound)

    def __call__(self, x, h):
        check_step(x, h, self)
        return super().__call__(x, h)

    def initial_state(self, batch):
        """The zero state for a batch of that size: h (B, H)."""
        return self.W_x.new_zeros(batch, self.hidden_size)

    @staticmethod
    def hidden(state):
        """What the next layer sees of a state, or of many of them."""
        return state

    def coefficients(self, x):
        """Factor and drive, for one time step or for many at once: x (…, I) → (…, H) each."""
        raise NotImplementedError(f"{type(self).__name__} must say how factor and drive follow from the input")

    def forward(self, x, h):
        """One step: x (B, I), h (B, H) → h' (B, H)."""
        factor, drive = self.coefficients(x)
        return factor * h + drive
