"""Other initial weights for a recurrent model than torch's uniform ones; each function changes a model in place."""

import torch
from torch import nn

from .checks import check_name

FORGET = 1  # the forget gate's block in torch's order of the LSTM's gates: input, forget, candidate, output


@torch.no_grad()
def orthogonal(model):
    """Make each recurrent matrix orthogonal, gate by gate: every singular value 1 (Saxe et al. 2014; Le et al. 2015).

    Args:
        model: a :class:`~rnncourse.RecurrentModel`; the recurrent weights of every layer and direction change.
    """
    for name, weights in model.recurrent.named_parameters():
        if name.startswith("weight_hh"):
            for block in weights.split(model.recurrent.hidden_size):  # (H, H) a gate
                nn.init.orthogonal_(block)


@torch.no_grad()
def forget_bias(model, value):
    """Set the bias of every forget gate of an LSTM, the sum of torch's two (Gers, Schmidhuber & Cummins 2000).

    Args:
        model: a :class:`~rnncourse.RecurrentModel` with ``cell="lstm"``.
        value: the bias b; with no input the gate is σ(b), and the cell state shrinks by that factor each step.

    Raises:
        ValueError: the model has no forget gates.
    """
    if model.cell != "lstm":
        raise ValueError(f'model must have cell="lstm" to have forget gates, got "{model.cell}"')
    for name, weights in model.recurrent.named_parameters():
        if name.startswith("bias"):
            block = weights.split(model.recurrent.hidden_size)[FORGET]
            block.fill_(value if name.startswith("bias_ih") else 0.0)


@torch.no_grad()
def keras(model):
    """Initialise as Keras does: Glorot-uniform weights, one orthogonal recurrent matrix, zero biases, forget bias 1.

    Kernels are Glorot & Bengio's (2010); a recurrent kernel of all gates together, (H, gates·H), is orthogonal;
    an LSTM's forget bias is 1 (Jozefowicz et al. 2015).

    Args:
        model: any module of linear, convolutional and recurrent layers.
    """
    for module in model.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.RNNBase):
            for name, weights in module.named_parameters():
                if name.startswith("weight_ih"):
                    nn.init.xavier_uniform_(weights)
                elif name.startswith("weight_hh"):
                    nn.init.orthogonal_(weights)
                else:
                    weights.zero_()
    if getattr(model, "cell", None) == "lstm":
        forget_bias(model, 1.0)


INITIAL = {"orthogonal": orthogonal, "forget_bias": forget_bias, "keras": keras}


def initialise(model, name, **arguments):
    """Change the initial weights of a model by the function of that name, one of this module's."""
    check_name("initial", name, INITIAL)
    INITIAL[name](model, **arguments)
