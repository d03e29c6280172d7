"""Calling a model that came from outside: what is no model for sequences is told so, with the remedy."""

import copy

import torch
from torch import nn


def check_model(model):
    """Raise a TypeError that names the remedy, unless ``model`` can be a model: inputs (B, T, I) → one tensor."""
    if isinstance(model, type):
        raise TypeError(f"model must be an object, got the class {model.__name__}; make one, {model.__name__}(…)")
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, such as a RecurrentModel, got {type(model).__name__}")
    parts = list(model) if isinstance(model, nn.Sequential) else [model]
    for part in parts:
        if isinstance(part, nn.RNNBase):
            name = type(part).__name__
            cell = f"rnn_{part.nonlinearity}" if isinstance(part, nn.RNN) else name.lower()
            where = " in an nn.Sequential" if part is not model else ""
            raise TypeError(
                f"model must return one tensor of outputs, got an nn.{name}{where}, which returns its states and its "
                f'last state; use RecurrentModel("{cell}", input_size, hidden_size, output_size), which reads them out'
            )


def run_model(model, x, argument):
    """The outputs of a model; its errors say what it was given.

    Args:
        model, x: the model and its inputs.
        argument: what the caller's user calls the split that x is of.

    Raises:
        TypeError: the model isn't one, returns no tensor, or is of another dtype than the inputs.
    """
    check_model(model)
    try:
        outputs = model(x)
    except Exception as error:
        weights = next(model.parameters(), x)
        if weights.dtype != x.dtype:
            raise TypeError(
                f"{argument}.x must have the dtype of the model, {weights.dtype}, got {x.dtype}; convert the data "
                f"with torch.as_tensor(x).to({weights.dtype}), or the model with model.to({x.dtype})"
            ) from error
        error.add_note(f"The model was called with inputs (B, T, I) of {argument}, {tuple(x.shape)}.")
        raise
    if not isinstance(outputs, torch.Tensor):
        raise TypeError(
            f"model must return one tensor of outputs, got {type(outputs).__name__}; return only what is to be "
            "compared with y, or use a RecurrentModel"
        )
    return outputs


def check_trainable(model):
    """Raise an error unless ``model`` is one with weights that can be trained."""
    check_model(model)
    if not any(weights.requires_grad for weights in model.parameters()):
        raise ValueError("model must have weights that can be trained (requires_grad=True), got none")


def check_batch_norm(model, split, batches):
    """Raise a ValueError if the model normalises over a batch, and there is one with nothing to normalise by."""
    alone = [index for index in batches if len(index) == 1]
    if not alone or not any(isinstance(part, nn.modules.batchnorm._BatchNorm) for part in model.modules()):
        return
    trial = copy.deepcopy(model).train()  # the model itself would count this batch in
    x, _ = split.batch(alone[0])
    try:
        with torch.random.fork_rng(), torch.no_grad():
            trial(x.to(next(model.parameters()).device))
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise ValueError(
            "batch_size must leave no batch of one example over for a model with batch normalisation, got batches of "
            f"{', '.join(map(str, sorted({len(index) for index in batches})))}; choose another batch_size, or leave an "
            "example out with split.take"
        ) from error
