"""The recurrent cells from scratch: one cell is one time step, and ``unroll`` owns the loop over time.

Every cell maps (input, state) to the next state. Inputs and states are rows and weights stand on their right;
PyTorch stores the transposes. The gates of a cell lie side by side in one matrix, in PyTorch's order.
"""

import torch
from torch import nn

from ..base.checks import check_sequences, check_state
from ._cell import Cell


class RNNCell(Cell):
    r"""One time step of a plain recurrent network (Elman 1990):

    .. math::
        a  &= x W_x + h W_h + b       && \text{pre-activation} \\
        h' &= \varphi(a)              && \varphi = \tanh \text{ or } \max(0, \cdot)

    Args:
        input_size: I. hidden_size: H.
        nonlinearity: ``"tanh"`` or ``"relu"``.
    Shape:
        x (B, I), h (B, H) → h' (B, H).
    """

    blocks = 1
    torch_class = nn.RNN

    def __init__(self, input_size, hidden_size, nonlinearity="tanh"):
        super().__init__(input_size, hidden_size)
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f'nonlinearity must be "tanh" or "relu", got {nonlinearity!r}')
        self.nonlinearity = nonlinearity

    @classmethod
    def _like(cls, module, input_size):
        return cls(input_size, module.hidden_size, module.nonlinearity)

    def forward(self, x, h):
        a = x @ self.W_x + h @ self.W_h + self.b  # (B, H)
        return a.tanh() if self.nonlinearity == "tanh" else a.relu()


class LSTMCell(Cell):
    r"""One time step of a long short-term memory.

    The gates decide, unit by unit, what to write, what to keep and what to show
    (Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000):

    .. math::
        i, f, o &= \sigma(x W_x^{i,f,o} + h W_h^{i,f,o} + b^{i,f,o})   && \text{write, keep, show} \\
        g       &= \tanh (x W_x^{g} + h W_h^{g} + b^{g})               && \text{candidate} \\
        c'      &= f \odot c + i \odot g                               && \text{cell state} \\
        h'      &= o \odot \tanh(c')                                   && \text{hidden state}

    Args:
        input_size: I. hidden_size: H.
    Shape:
        x (B, I), state (h, c) each (B, H) → state (h', c'), each (B, H).
    """

    blocks = 4
    torch_class = nn.LSTM
    state_parts = 2

    def initial_state(self, batch):
        """The zero state for a batch of that size: (h, c), each (B, H)."""
        zero = super().initial_state(batch)
        return zero, zero

    @staticmethod
    def hidden(state):
        """The part of a state that the next layer sees: h (B, H)."""
        return state[0]

    def forward(self, x, state):
        h, c = state
        a = x @ self.W_x + h @ self.W_h + self.b  # (B, 4H), in torch's order i f g o
        a_i, a_f, a_g, a_o = a.chunk(4, dim=-1)  # each (B, H)
        i, f, g, o = a_i.sigmoid(), a_f.sigmoid(), a_g.tanh(), a_o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        return h, c


class GRUCell(Cell):
    r"""One time step of a gated recurrent unit, in both published forms.

    The update gate z mixes the old state with a candidate n; the reset gate r decides how much of the old state
    the candidate sees. The forms differ in where r acts:

    .. math::
        r, z &= \sigma(x W_x^{r,z} + h W_h^{r,z} + b^{r,z}) \\
        n    &= \tanh(x W_x^{n} + b^{n} + (r \odot h) W_h^{n})            && \text{reset before (Cho et al. 2014)} \\
        n    &= \tanh(x W_x^{n} + b^{n} + r \odot (h W_h^{n} + b_h^{n}))  && \text{reset after (``torch.nn.GRU``)} \\
        h'   &= (1 - z) \odot n + z \odot h

    With the reset gate after the recurrent product, all three blocks of h W_h can be computed at once, which is
    why ``torch.nn.GRU`` and cuDNN use that form.

    Args:
        input_size: I. hidden_size: H.
        reset: ``"after"`` or ``"before"`` the recurrent product.
    Shape:
        x (B, I), h (B, H) → h' (B, H).
    """

    blocks = 3
    torch_class = nn.GRU

    def __init__(self, input_size, hidden_size, reset="after"):
        super().__init__(input_size, hidden_size)
        if reset not in ("after", "before"):
            raise ValueError(f'reset must be "after" or "before", got {reset!r}')
        self.reset = reset
        if reset == "after":
            self.b_h = nn.Parameter(torch.empty(hidden_size))  # it stands inside the product with r
            self.reset_parameters()

    def forward(self, x, h):
        H = self.hidden_size
        a_x = x @ self.W_x + self.b  # (B, 3H), in torch's order r z n
        a_h = h @ self.W_h[:, : 2 * H]  # (B, 2H)
        r, z = (a_x[:, : 2 * H] + a_h).sigmoid().chunk(2, dim=-1)  # each (B, H)
        W_h_n = self.W_h[:, 2 * H :]  # (H, H)
        if self.reset == "before":
            n = (a_x[:, 2 * H :] + (r * h) @ W_h_n).tanh()
        else:
            n = (a_x[:, 2 * H :] + r * (h @ W_h_n + self.b_h)).tanh()
        return (1 - z) * n + z * h

    def _set_biases(self, b_x, b_h):
        gates = 2 * self.hidden_size
        self.b.copy_(b_x)
        self.b[:gates] += b_h[:gates]
        self.b_h.copy_(b_h[gates:])

    def _get_biases(self, b_x, b_h):
        if self.reset == "before":
            raise ValueError('torch.nn.GRU has the form reset="after"; this cell has reset="before"')
        b_x.copy_(self.b)
        b_h.zero_()
        b_h[2 * self.hidden_size :] = self.b_h


def cell_class_for(module):
    """The class of our cell that corresponds to a recurrent module of ``torch.nn``.

    Raises:
        TypeError: the module is another one.
    """
    for cell_class in (RNNCell, LSTMCell, GRUCell):
        if isinstance(module, cell_class.torch_class):
            return cell_class
    raise TypeError(f"model must have the recurrent layers of torch.nn, got {type(module).__name__}")


def unroll(cell, inputs, state=None):
    """Run a cell over sequences: the loop over time.

    Args:
        cell: a :class:`Cell`, or a linear one of :mod:`rnncourse.recurrences`.
        inputs: (B, T, I) with T at least 1.
        state: the state before the first step; default zero.

    Returns:
        h_1 … h_T, (B, T, H), and the state after the last step.

    Raises:
        TypeError: the cell isn't one, the inputs have another dtype than its weights, or the state another form.
        ValueError: the inputs or the state have another shape, or there is no time step.
    """
    if not hasattr(cell, "initial_state"):
        raise TypeError(
            f"cell must be a cell of rnncourse.cells or rnncourse.recurrences, got {type(cell).__name__}; of a layer "
            "of torch.nn take LSTMCell.from_torch(module) or its like"
        )
    check_sequences(inputs, cell.input_size, cell.W_x)
    state = cell.initial_state(len(inputs)) if state is None else state
    check_state(state, cell, len(inputs))
    outputs = []
    for x in inputs.unbind(1):  # (B, I)
        state = cell(x, state)
        outputs.append(cell.hidden(state))
    return torch.stack(outputs, dim=1), state


def layer_inputs(module, inputs, layer):
    """What one layer of a recurrent module of ``torch.nn`` reads: the inputs, or the states of the layer below.

    The layers below are unrolled through our own cells; dropout between them is left out.

    Args:
        module: an ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``.
        inputs: (B, T, I).
        layer: which one, from 0 for the lowest.

    Returns:
        (B, T, I), or (B, T, D·H) where there is a layer below.

    Raises:
        TypeError: the module is another one.
        ValueError: the inputs have another shape.
    """
    cell_class = cell_class_for(module)
    check_sequences(inputs, module.input_size, module.weight_ih_l0)
    for below in range(layer):
        directions = []
        for reverse in (False, True)[: 2 if module.bidirectional else 1]:
            x = inputs.flip(1) if reverse else inputs
            states, _ = unroll(cell_class.from_torch(module, below, reverse), x)
            directions.append(states.flip(1) if reverse else states)
        inputs = torch.cat(directions, dim=2)
    return inputs
