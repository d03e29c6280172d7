r"""Linear recurrences: cells whose step is linear in the state, and the scan that takes all steps at once.

A linear cell computes from the input x_t alone two numbers for each unit, a factor λ_t and a drive u_t, and its step is

.. math::
    h_t = \lambda_t \odot h_{t-1} + u_t .

Two steps in a row are a step of the same form, with the factor λ_2 λ_1 and the drive λ_2 u_1 + u_2. This composition is
associative, so the steps may be joined in any order that keeps their sequence, many of them at the same time
(Blelloch 1990; Martin & Cundy 2018). ``unroll`` of :mod:`rnncourse.cells` takes the steps one by one; :func:`scan`
joins them; the results agree.
"""

import math

import torch
from torch import nn
from torch.nn.functional import logsigmoid

from ..base.checks import check_probability, check_sequences, check_sizes, check_state
from ._linear_cell import LinearCell
from ._scan import linear_scan

__all__ = ["LRUCell", "LinearCell", "LinearRecurrence", "MinGRUCell", "MinLSTMCell", "linear_scan", "scan"]


def scan(cell, inputs, state=None):
    """Run a linear cell over sequences, all time steps at once; arguments and results are those of ``unroll``.

    Args:
        cell: a :class:`LinearCell`.
        inputs: (B, T, I) with T at least 1.
        state: the state before the first step, (B, H); default zero.

    Returns:
        What the next layer sees after each step, (B, T, ``cell.width``), and the state after the last step.

    Raises:
        TypeError: the cell isn't linear in its state.
        ValueError: the inputs or the state have another shape.
    """
    if not isinstance(cell, LinearCell):
        names = ", ".join(one.__name__ for one in LinearCell.__subclasses__())
        raise TypeError(f"cell must be linear in its state ({names}), got {type(cell).__name__}; use cells.unroll")
    check_sequences(inputs, cell.input_size, cell.W_x)
    if state is not None:
        check_state(state, cell, len(inputs))
    states = linear_scan(*cell.coefficients(inputs), state)
    return cell.hidden(states), states[:, -1]


class MinGRUCell(LinearCell):
    r"""One time step of a minimal GRU (Feng et al. 2024): gate and candidate don't see the state.

    .. math::
        z  &= \sigma(x W_x^{z} + b^{z})        && \text{update gate: keep} \\
        n  &= x W_x^{n} + b^{n}                && \text{candidate, without tanh} \\
        h' &= z \odot h + (1 - z) \odot n

    The paper's z is our 1 - z; ours is that of :class:`~rnncourse.cells.GRUCell`.

    Args:
        input_size: I. hidden_size: H.
    Shape:
        x (B, I), h (B, H) → h' (B, H).
    """

    blocks = 2

    def coefficients(self, x):
        a_z, n = (x @ self.W_x + self.b).chunk(2, dim=-1)  # in the order z n
        z = a_z.sigmoid()
        return z, (1 - z) * n


class MinLSTMCell(LinearCell):
    r"""One time step of a minimal LSTM (Feng et al. 2024), in the form whose two gates are scaled to the sum 1.

    .. math::
        i, f &= \sigma(x W_x^{i,f} + b^{i,f})                            && \text{write, keep} \\
        g    &= x W_x^{g} + b^{g}                                        && \text{candidate, without tanh} \\
        h'   &= \frac{f}{f + i} \odot h + \frac{i}{f + i} \odot g

    There is no output gate and no second state.

    Args:
        input_size: I. hidden_size: H.
    Shape:
        x (B, I), h (B, H) → h' (B, H).
    """

    blocks = 3

    def coefficients(self, x):
        a_i, a_f, g = (x @ self.W_x + self.b).chunk(3, dim=-1)  # in torch's order i f g
        keep = (logsigmoid(a_f) - logsigmoid(a_i)).sigmoid()  # f / (f + i), also where both are 0 in floating point
        return keep, (1 - keep) * g


class LRUCell(LinearCell):
    r"""One time step of a linear recurrent unit (Orvieto et al. 2023): complex units, each of which turns and shrinks.

    .. math::
        \lambda &= \exp(-\exp(\nu) + i\theta)             && |\lambda| < 1 \text{ whatever } \nu \text{ is} \\
        \gamma  &= \sqrt{1 - |\lambda|^2} \\
        h'      &= \lambda \odot h + \gamma \odot x (W_x^{\mathrm{re}} + i W_x^{\mathrm{im}})

    γ keeps the size of the state the same for every λ when the inputs are white noise. (The paper learns γ, from this
    value on, and the logarithm of θ.) The next layer sees real and imaginary parts side by side; the paper's output
    matrix is the layer's.

    Args:
        input_size: I. hidden_size: H, complex units, so 2H numbers.

    Attributes:
        nu, theta (H,): drawn so that λ lies evenly on the ring of the radii in ``RING``.

    Shape:
        x (B, I), h (B, H) complex → h' (B, H) complex; hidden: (B, 2H) real.
    """

    blocks = 2
    bias = False
    RING = (0.9, 0.999)

    def __init__(self, input_size, hidden_size):
        super().__init__(input_size, hidden_size)
        self.width = 2 * hidden_size
        low, high = self.RING
        area = torch.empty(hidden_size).uniform_(low**2, high**2)  # |λ|²: even in area
        self.nu = nn.Parameter((-area.log() / 2).log())
        self.theta = nn.Parameter(torch.empty(hidden_size).uniform_(0, 2 * math.pi))

    def initial_state(self, batch):
        """The zero state for a batch of that size: h (B, H) complex."""
        return super().initial_state(batch).to(self.W_x.dtype.to_complex())

    @staticmethod
    def hidden(state):
        """Real and imaginary parts: (…, H) complex → (…, 2H)."""
        return torch.cat([state.real, state.imag], dim=-1)

    @property
    def eigenvalues(self):
        """λ, (H,) complex."""
        return torch.polar((-self.nu.exp()).exp(), self.theta)

    def coefficients(self, x):
        gamma = (-torch.expm1(-2 * self.nu.exp())).sqrt()  # 1 - |λ|² without the loss of digits near 1
        real, imaginary = (x @ self.W_x).chunk(2, dim=-1)
        return self.eigenvalues, torch.complex(gamma * real, gamma * imaginary)


class _Layer(nn.Module):
    """One layer and direction of :class:`LinearRecurrence`: (B, T, I) → (B, T, H)."""

    def __init__(self, cell_class, input_size, hidden_size):
        super().__init__()
        self.cell = cell_class(input_size, hidden_size)
        self.mix = nn.Linear(self.cell.width, hidden_size)
        self.skip = nn.Linear(input_size, hidden_size, bias=False)

    def forward(self, inputs):
        states, _ = scan(self.cell, inputs)
        return self.skip(inputs) + self.mix(states).relu()


class LinearRecurrence(nn.Module):
    r"""Layers of a linear cell, called like ``torch.nn.GRU(…, batch_first=True)``.

    A linear recurrence needs something nonlinear after it, for two of them in a row can do no more than one, and
    something that lets the units see one another. Each layer ends with both, and with a way around them:

    .. math::
        y_t = x_t W_s + \max(0,\; h_t W_m + b_m) .

    Args:
        cell_class: the class of the cells, such as :class:`MinGRUCell`.
        input_size: I. hidden_size: H, units of a layer and direction, and numbers of its outputs y.
        num_layers: layers on top of each other; each reads the outputs of the one below.
        bidirectional: if True, D = 2: in each layer a second cell reads from the end.
        dropout: probability of zeroing an output on its way to the next layer, in training mode.

    Shape:
        inputs (B, T, I) → the outputs of the last layer (B, T, D·H), and the output of each layer and direction at
        its own last step, (layers·D, B, H), where torch gives the last state.
    """

    def __init__(self, cell_class, input_size, hidden_size, num_layers=1, bidirectional=False, dropout=0.0):
        super().__init__()
        if not (isinstance(cell_class, type) and issubclass(cell_class, LinearCell)):
            raise TypeError(f"cell_class must be a class of linear cells, such as MinGRUCell, got {cell_class!r}")
        input_size, hidden_size, num_layers = check_sizes(
            input_size=input_size, hidden_size=hidden_size, num_layers=num_layers
        )
        dropout = check_probability("dropout", dropout)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bidirectional = bidirectional
        directions = 2 if bidirectional else 1
        self.layers = nn.ModuleList()
        for layer in range(num_layers):
            features = directions * hidden_size if layer else input_size
            self.layers.append(
                nn.ModuleList(_Layer(cell_class, features, hidden_size) for _ in range(directions))
            )  # fmt: skip
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs):
        check_sequences(inputs, self.input_size, self.layers[0][0].mix.weight)
        last = []
        for number, directions in enumerate(self.layers):
            if number:
                inputs = self.dropout(inputs)
            outputs = []
            for reverse, layer in enumerate(directions):
                y = layer(inputs.flip(1) if reverse else inputs)
                last.append(y[:, -1])
                outputs.append(y.flip(1) if reverse else y)
            inputs = torch.cat(outputs, dim=2)
        return inputs, torch.stack(last)
