"""Other initial weights for a recurrent model than torch's uniform ones; each function changes a model in place."""

import torch
from torch import nn

from ..base.checks import check_name, check_number
from .recurrences import LinearRecurrence
from .recurrent import RecurrentModel

FORGET = 1  # the forget gate's block in torch's order of the LSTM's gates: input, forget, candidate, output


@torch.no_grad()
def orthogonal(model):
    """Make each recurrent matrix orthogonal, gate by gate: every singular value 1 (Saxe et al. 2014).

    Args:
        model: a :class:`~rnncourse.RecurrentModel`; the recurrent weights of every layer and direction change.

    Raises:
        TypeError: the model is another one.
        ValueError: the cells have no recurrent matrices.
    """
    _check_recurrent(model)
    if not isinstance(model.recurrent, nn.RNNBase):
        raise ValueError(f'model must have recurrent matrices to make orthogonal, got cell="{model.cell}"')
    for name, weights in model.recurrent.named_parameters():
        if name.startswith("weight_hh"):
            for block in weights.split(model.recurrent.hidden_size):  # (H, H) a gate
                nn.init.orthogonal_(block)


@torch.no_grad()
def forget_bias(model, value):
    """Set the bias of every forget gate of an LSTM, the sum of torch's two (Gers, Schmidhuber & Cummins 2000).

    Args:
        model: a :class:`~rnncourse.RecurrentModel` with ``cell="lstm"``.
        value: the bias b; with no input and h = 0 the gate is σ(b), the factor by which the cell state shrinks.

    Raises:
        TypeError: the model is another one.
        ValueError: the model has no forget gates, or the value isn't a number.
    """
    _check_recurrent(model)
    value = check_number("value", value)
    if model.cell != "lstm":
        raise ValueError(f'model must have cell="lstm" to have forget gates, got "{model.cell}"')
    _set_forget_bias(model.recurrent, value)


def _check_recurrent(model):
    if not isinstance(model, RecurrentModel):
        raise TypeError(f"model must be a RecurrentModel, got {type(model).__name__}")


def _set_forget_bias(lstm, value):
    for name, weights in lstm.named_parameters():
        if name.startswith("bias"):
            block = weights.split(lstm.hidden_size)[FORGET]
            block.fill_(value if name.startswith("bias_ih") else 0.0)


@torch.no_grad()
def keras(model):
    """The initial weights that Keras gives its layers, where torch draws all from one narrow uniform distribution.

    Kernels of linear, convolutional and recurrent layers uniform by fan-in and fan-out (Glorot & Bengio 2010), the
    recurrent kernel orthogonal over all its gates together, biases 0, but 1 for the forget gate of an LSTM.

    Args:
        model: any module; its linear, two-dimensional convolutional and recurrent layers change.

    Raises:
        ValueError: it has linear recurrences, which Keras doesn't have.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    if any(isinstance(layer, LinearRecurrence) for layer in model.modules()):
        raise ValueError("model must have layers that Keras has, too, got a linear recurrence")
    for layer in model.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.RNNBase):
            for name, weights in layer.named_parameters():
                if name.startswith("weight_ih"):
                    nn.init.xavier_uniform_(weights)  # (gates·H, I): Keras's kernel, transposed
                elif name.startswith("weight_hh"):
                    nn.init.orthogonal_(weights)  # (gates·H, H): orthonormal columns
                elif name.startswith("bias"):
                    nn.init.zeros_(weights)
            if isinstance(layer, nn.LSTM):
                _set_forget_bias(layer, 1.0)


INITIAL = {"keras": keras, "orthogonal": orthogonal, "forget_bias": forget_bias}


def initialise(model, name, **arguments):
    """Change the initial weights of a model by the function of that name, one of this module's."""
    check_name("initial", name, INITIAL)
    INITIAL[name](model, **arguments)
