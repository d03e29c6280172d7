"""The Jacobians of a cell's steps, and the singular values of their products; part of :mod:`rnncourse.gradients`."""

import torch

from ..base.checks import check_sequences, check_state, check_tensor
from ..networks.cells import Cell


def state_jacobians(cell, inputs, state=None):
    """The Jacobian of each step, J_t = ∂s_t/∂s_{t-1} with the newer state in the rows, for every t.

    s is the whole state: h, or of an LSTM h and c side by side (S = 2H).

    Args:
        cell: a :class:`~rnncourse.cells.Cell`.
        inputs: (B, T, I).
        state: the state before the first step; default zero.

    Returns:
        (B, T, S, S). The product J_T … J_{T-k+1} is ∂s_T/∂s_{T-k}.
    """
    if not isinstance(cell, Cell):
        raise TypeError(f"cell must be a Cell of rnncourse.cells, got {type(cell).__name__}")
    H = cell.hidden_size
    check_sequences(inputs, cell.input_size, cell.W_x)
    state = cell.initial_state(len(inputs)) if state is None else state
    check_state(state, cell, len(inputs))

    def step(x, flat):
        """The step of one sample on a flat state: (S,) → (S,)."""
        after = cell(x[None], _unflatten(flat[None], H))
        return _flatten(after)[0]

    jacobian = torch.func.vmap(torch.func.jacrev(step, argnums=1))
    found = []
    with torch.no_grad():
        for x in inputs.unbind(1):
            flat = _flatten(state)  # (B, S)
            found.append(jacobian(x, flat))
            state = cell(x, state)
    return torch.stack(found, dim=1)


def product_singular_values(jacobians):
    """Singular values of the products J_T … J_{T-k+1}, for k = 1 … T, largest first: (B, T, S, S) → (B, T, S).

    The largest one at k is at most the product of the largest ones of the k factors: a bound, not a prediction,
    because the factors' directions need not agree.
    """
    check_tensor("jacobians", jacobians, "(B, T, S, S)")
    if jacobians.ndim != 4 or jacobians.shape[1] == 0 or jacobians.shape[2] != jacobians.shape[3]:
        raise ValueError(f"jacobians must have the shape (B, T, S, S) with T >= 1, got {tuple(jacobians.shape)}")
    product, found = None, []
    for J in reversed(jacobians.unbind(1)):
        product = J if product is None else product @ J
        found.append(torch.linalg.svdvals(product))
    return torch.stack(found, dim=1)


def _flatten(state):
    return torch.cat(state, dim=1) if isinstance(state, tuple) else state


def _unflatten(flat, H):
    return flat if flat.shape[1] == H else (flat[:, :H], flat[:, H:])
