"""What the cells of :mod:`rnncourse.cells` share: their weights, and copying them from and to ``torch.nn``."""

import math

import torch
from torch import nn

from ..base.checks import check_sizes, check_step


class Cell(nn.Module):
    """What the cells share: their weights, and copying them from and to ``torch.nn``.

    Args:
        input_size: I, features of one time step; at least 1.
        hidden_size: H, units; at least 1.

    Attributes:
        W_x (I, G·H), W_h (H, G·H), b (G·H,): the weights of the cell's G blocks, drawn evenly from
            -1/√H … 1/√H as PyTorch does.

    Raises:
        ValueError: a size below 1.
    """

    blocks: int  # G
    torch_class: type
    state_parts = 1  # of the state: h, or h and c

    def __init__(self, input_size, hidden_size):
        super().__init__()
        input_size, hidden_size = check_sizes(input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size = input_size, hidden_size
        self.W_x = nn.Parameter(torch.empty(input_size, self.blocks * hidden_size))
        self.W_h = nn.Parameter(torch.empty(hidden_size, self.blocks * hidden_size))
        self.b = nn.Parameter(torch.empty(self.blocks * hidden_size))
        self.reset_parameters()

    def reset_parameters(self):
        """Draw all weights anew."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def __call__(self, x, state):
        check_step(x, state, self)
        return super().__call__(x, state)

    def initial_state(self, batch):
        """The zero state for a batch of that size: h (B, H)."""
        return self.W_h.new_zeros(batch, self.hidden_size)

    @staticmethod
    def hidden(state):
        """The part of a state that the next layer sees: h (B, H)."""
        return state

    @classmethod
    def from_torch(cls, module, layer=0, reverse=False):
        """A cell with the weights of one layer and direction of a ``torch.nn`` module.

        Args:
            module: an ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``, whichever the cell corresponds to.
            layer: which layer, counted from 0.
            reverse: True for the direction that reads from the end.

        Raises:
            TypeError: the module is of another class.
        """
        if not isinstance(module, cls.torch_class):
            wanted, came = cls.torch_class.__name__, type(module).__name__
            raise TypeError(f"module must be a torch.nn.{wanted} for a {cls.__name__}, got {came}")
        W_x, W_h, b_x, b_h = _torch_weights(module, layer, reverse)
        with torch.random.fork_rng(devices=[]):  # what a new cell draws is replaced; the caller's numbers go on
            cell = cls._like(module, W_x.shape[1]).to(W_x)
        with torch.no_grad():
            cell.W_x.copy_(W_x.T)
            cell.W_h.copy_(W_h.T)
            cell._set_biases(b_x, b_h)
        return cell

    def to_torch(self, module, layer=0, reverse=False):
        """Copy the weights into one layer and direction of a ``torch.nn`` module of the same sizes.

        PyTorch keeps two biases of which only the sum matters; the second one is set to zero.
        """
        W_x, W_h, b_x, b_h = _torch_weights(module, layer, reverse)
        with torch.no_grad():
            W_x.copy_(self.W_x.T)
            W_h.copy_(self.W_h.T)
            self._get_biases(b_x, b_h)

    @classmethod
    def _like(cls, module, input_size):
        return cls(input_size, module.hidden_size)

    def _set_biases(self, b_x, b_h):
        self.b.copy_(b_x + b_h)

    def _get_biases(self, b_x, b_h):
        b_x.copy_(self.b)
        b_h.zero_()


def _torch_weights(module, layer, reverse):
    suffix = f"_l{layer}" + ("_reverse" if reverse else "")
    return tuple(getattr(module, name + suffix) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
