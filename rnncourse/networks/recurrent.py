"""The recurrent model: one class for every cell and readout."""

import bisect
from functools import partial

import torch
from torch import nn

from ..base.checks import check_name, check_probability, check_sequences, check_sizes, check_whole_number
from .recurrences import LinearRecurrence, LRUCell, MinGRUCell, MinLSTMCell

CELLS = {
    "rnn_tanh": partial(nn.RNN, nonlinearity="tanh", batch_first=True),
    "rnn_relu": partial(nn.RNN, nonlinearity="relu", batch_first=True),
    "lstm": partial(nn.LSTM, batch_first=True),
    "gru": partial(nn.GRU, batch_first=True),
    "mingru": partial(LinearRecurrence, MinGRUCell),
    "minlstm": partial(LinearRecurrence, MinLSTMCell),
    "lru": partial(LinearRecurrence, LRUCell),
}
READOUTS = ("last", "final", "mean", "mean_max", "every", "flatten")


class RecurrentModel(nn.Module):
    """A recurrent network and a linear readout of its hidden states.

    The recurrent layers turn the inputs x_1 … x_T into states h_1 … h_T of the top layer, D·H numbers at each
    step (of a linear recurrence: into its outputs y_t); a readout chooses what the linear layer sees:

    ============  =====================================================================  ============
    ``readout``   what is read                                                           output
    ============  =====================================================================  ============
    ``last``      the state at the last time step, h_T (of a bidirectional model of one  (B, O)
                  layer, the backward half has then seen only x_T)
    ``final``     each direction's state after its own last step, side by side            (B, O)
    ``mean``      the mean of h_t over time                                               (B, O)
    ``mean_max``  that mean, and beside it the maximum of each unit over time             (B, O)
    ``every``     h_t at every step: one output a step                                    (B, T, O)
    ``flatten``   all T states side by side; needs ``steps``                              (B, O)
    ============  =====================================================================  ============

    Args:
        cell: ``"rnn_tanh"`` or ``"rnn_relu"`` (Elman 1990), ``"lstm"`` (Hochreiter & Schmidhuber 1997; Gers et
            al. 2000) or ``"gru"`` (Cho et al. 2014); or a linear one with the layers of
            :class:`~rnncourse.recurrences.LinearRecurrence`, ``"mingru"`` or ``"minlstm"`` (Feng et al. 2024) or
            ``"lru"`` (Orvieto et al. 2023). The initial state is zero.
        input_size: I, features of one time step.
        hidden_size: H, units of one layer and direction.
        output_size: O, outputs, for instance one for each class.
        layers: layers on top of each other; each reads the states of the one below.
        bidirectional: if True, D = 2: a second network reads the sequence from its end (Schuster & Paliwal 1997).
        dropout: probability of zeroing a state on its way to the next layer and to the last linear layer, in
            training mode.
        readout: see above.
        steps: T, the number of time steps; for ``readout="flatten"`` only.
        dense: units of a layer with ReLU between what is read and the last linear layer; None for no such layer.

    Shape:
        inputs (B, T, I) → logits (B, O), or (B, T, O) with ``readout="every"``.

    Raises:
        ValueError: an unknown name, a size below 1, a dropout outside 0 … 1, ``steps`` missing or not needed.
    """

    def __init__(
        self, cell, input_size, hidden_size, output_size,
        layers=1, bidirectional=False, dropout=0.0, readout="last", steps=None, dense=None,
    ):  # fmt: skip
        super().__init__()
        check_name("cell", cell, CELLS)
        check_name("readout", readout, READOUTS)
        input_size, hidden_size, output_size, layers = check_sizes(
            input_size=input_size, hidden_size=hidden_size, output_size=output_size, layers=layers
        )
        dropout = check_probability("dropout", dropout)
        if (steps is None) == (readout == "flatten"):
            raise ValueError(f'steps is needed with readout="flatten" and only there, got {steps} with "{readout}"')
        self.cell, self.readout, self.output_size = cell, readout, output_size
        self.recurrent = CELLS[cell](
            input_size, hidden_size, layers, bidirectional=bidirectional,
            dropout=dropout if layers > 1 else 0.0,  # torch warns of dropout between the layers of one
        )  # fmt: skip
        width = hidden_size * (2 if bidirectional else 1)  # D·H
        if readout == "flatten":
            width *= check_whole_number("steps", steps, 1)
        elif readout == "mean_max":
            width *= 2
        self.width = width
        self.dense = None
        if dense is not None:
            dense = check_whole_number("dense", dense, 1)
            self.dense = nn.Sequential(nn.Linear(width, dense), nn.ReLU())
            width = dense
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(width, output_size)

    def forward(self, inputs):
        outputs, state = self._run(inputs)  # (B, T, D·H)
        read = self._read(outputs, state)  # (B, width) or (B, T, D·H)
        if self.dense is not None:
            read = self.dense(read)
        return self.linear(self.dropout(read))

    def states(self, inputs):
        """The hidden states of the top layer at every time step: (B, T, I) → (B, T, D·H)."""
        return self._run(inputs)[0]

    def _run(self, inputs):
        check_sequences(inputs, self.recurrent.input_size, self.linear.weight)
        return self.recurrent(inputs)

    def _read(self, outputs, state):
        match self.readout:
            case "last":
                return outputs[:, -1]
            case "final":
                h = state[0] if self.cell == "lstm" else state  # (layers·D, B, H)
                directions = 2 if self.recurrent.bidirectional else 1
                return torch.cat(list(h[-directions:]), dim=1)
            case "mean":
                return outputs.mean(1)
            case "mean_max":
                return torch.cat([outputs.mean(1), outputs.amax(1)], dim=1)
            case "every":
                return outputs
            case "flatten":
                flat = outputs.flatten(1)
                if flat.shape[1] != self.width:
                    steps = self.width // outputs.shape[2]
                    raise ValueError(f'readout="flatten" was made for {steps} steps, got {outputs.shape[1]}')
                return flat


def count_parameters(module):
    """The number of trainable numbers in a module."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def matched_hidden_size(parameters, cell, input_size, output_size, **options):
    """The hidden size whose :class:`RecurrentModel` comes closest to a number of parameters.

    Args:
        parameters: the number to come close to.
        cell, input_size, output_size, options: arguments of :class:`RecurrentModel`.

    Raises:
        ValueError: ``parameters`` isn't a whole number, or even one unit has more.
    """
    parameters = check_whole_number("parameters", parameters, 1)
    # not on the meta device: a single logarithm there makes torch load its compiler, which takes a second
    with torch.random.fork_rng(devices=[]), torch.device("cpu"):
        one, two, three = (
            count_parameters(RecurrentModel(cell, input_size, hidden_size, output_size, **options))
            for hidden_size in (1, 2, 3)
        )

    def count(hidden_size):
        """Every parameter is a vector or a matrix, so three networks decide this polynomial of degree two."""
        more = hidden_size - 1
        return one + more * (two - one) + more * (more - 1) // 2 * (three - 2 * two + one)

    if one > parameters:
        raise ValueError(f"parameters must be at least {one}, those of one unit, got {parameters}")
    above = 2
    while count(above) <= parameters:
        above *= 2
    # the count grows with the size: the last one that isn't above the number, or the one after it
    size = bisect.bisect_right(range(above), parameters, lo=1, key=count) - 1
    return min(size, size + 1, key=lambda candidate: abs(count(candidate) - parameters))
