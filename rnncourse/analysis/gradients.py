r"""Backpropagation through time by hand, and how far back a gradient reaches.

Notation (page *Notation*): ∂⁺ is the immediate partial derivative, which holds the earlier states fixed; the total
derivative also follows the path through them. With :math:`\delta_t = \mathrm{d}L/\mathrm{d}h_t`,

.. math::
    \delta_t = \partial^+ L / \partial h_t + \delta_{t+1}\, \partial h_{t+1} / \partial h_t ,

and the gradient of a weight is the sum over t of what δ_t makes of the immediate derivative of the step
(Werbos 1990; Williams & Zipser 1989).
"""

from dataclasses import dataclass

import torch

from ..base.checks import check_like, check_sequences, check_state, check_tensor
from ..networks.cells import GRUCell, LSTMCell, RNNCell, cell_class_for, layer_inputs, unroll
from ..networks.recurrent import RecurrentModel
from .jacobians import product_singular_values, state_jacobians

__all__ = [
    "GradientByLag", "Gradients", "backpropagate", "gradient_by_lag", "last_layer", "product_singular_values",
    "state_jacobians",
]  # fmt: skip


@dataclass(frozen=True)
class Gradients:
    """What :func:`backpropagate` returns.

    Attributes:
        parameters: name of a weight of the cell → its gradient, in the weight's shape.
        inputs: dL/dx_t for every t, (B, T, I).
        states: dL/dh_t for every t, the total derivative, (B, T, H).
        cell_states: ∂L/∂c_t for every t with h_t held fixed, (B, T, H): what arrives through the later steps, h and c
            being the two coordinates of the state; None for a cell without one.
        initial: the gradient of the state before the first step, in its form: h or (h, c).
    """

    parameters: dict
    inputs: torch.Tensor
    states: torch.Tensor
    cell_states: torch.Tensor | None
    initial: torch.Tensor | tuple


@torch.no_grad()
def backpropagate(cell, inputs, immediate, state=None):
    """The gradients of a loss through all time steps, by the hand-written backward pass of the cell.

    Args:
        cell: a :class:`~rnncourse.cells.Cell`.
        inputs: x_1 … x_T, (B, T, I).
        immediate: ∂⁺L/∂h_t for every t, (B, T, H): what the loss asks of each hidden state directly.
        state: the state before the first step; default zero.

    Returns:
        :class:`Gradients`.

    Raises:
        TypeError: there is no backward pass for this cell.
        ValueError: ``immediate`` has another shape than the states.
    """
    if type(cell) not in _BACKWARD:
        raise TypeError(f"cell must be one of {', '.join(c.__name__ for c in _BACKWARD)}, got {type(cell).__name__}")
    check_sequences(inputs, cell.input_size, cell.W_x)
    states = [cell.initial_state(len(inputs)) if state is None else state]  # before step 1, after step 1, …
    check_state(states[0], cell, len(inputs))
    expected = (*inputs.shape[:2], cell.hidden_size)
    check_tensor("immediate", immediate, "(B, T, H)")
    check_like("immediate", immediate, cell.W_x)
    if immediate.shape != expected:
        raise ValueError(f"immediate must have the shape of the states, {expected}, got {tuple(immediate.shape)}")
    for x in inputs.unbind(1):
        states.append(cell(x, states[-1]))

    parameters = {name: torch.zeros_like(value) for name, value in cell.named_parameters()}
    inputs_grad, states_grad = torch.zeros_like(inputs), torch.zeros_like(immediate)
    cells_grad = torch.zeros_like(immediate) if isinstance(cell, LSTMCell) else None
    carried = cell.initial_state(len(inputs))  # dL/d(state) that arrives from the later steps: zero after step T
    for t in reversed(range(inputs.shape[1])):
        if cells_grad is None:
            delta = states_grad[:, t] = immediate[:, t] + carried
        else:
            states_grad[:, t], cells_grad[:, t] = immediate[:, t] + carried[0], carried[1]
            delta = states_grad[:, t], cells_grad[:, t]
        step, inputs_grad[:, t], carried = _BACKWARD[type(cell)](cell, inputs[:, t], *states[t : t + 2], delta)
        for name, gradient in step.items():
            parameters[name] += gradient
    return Gradients(parameters, inputs_grad, states_grad, cells_grad, carried)


# One step back. Each takes the input, the state before and after the step, and the total gradient of the state
# after it, and returns the gradients of the weights, of x, and of the state before.


def _rnn_backward(cell, x, before, after, delta):
    # h' = φ(a), and φ' follows from φ itself: 1 - h'² for tanh, 1 where h' > 0 for ReLU
    slope = 1 - after**2 if cell.nonlinearity == "tanh" else (after > 0).to(after)
    delta_a = delta * slope  # (B, H)
    weights = {"W_x": x.T @ delta_a, "W_h": before.T @ delta_a, "b": delta_a.sum(0)}
    return weights, delta_a @ cell.W_x.T, delta_a @ cell.W_h.T


def _lstm_backward(cell, x, before, after, delta):
    (h, c), (_, c_new) = before, after
    delta_h, delta_c = delta
    i, f, g, o = _lstm_gates(cell, x, h)
    tanh_c = c_new.tanh()
    delta_c = delta_c + delta_h * o * (1 - tanh_c**2)  # the total dL/dc': through the later c, and through h'
    delta_a = torch.cat(
        [
            delta_c * g * i * (1 - i),  # σ' = σ (1 - σ)
            delta_c * c * f * (1 - f),
            delta_c * i * (1 - g**2),
            delta_h * tanh_c * o * (1 - o),
        ],
        dim=1,
    )  # (B, 4H)
    weights = {"W_x": x.T @ delta_a, "W_h": h.T @ delta_a, "b": delta_a.sum(0)}
    return weights, delta_a @ cell.W_x.T, (delta_a @ cell.W_h.T, delta_c * f)


def _lstm_gates(cell, x, h):
    a_i, a_f, a_g, a_o = (x @ cell.W_x + h @ cell.W_h + cell.b).chunk(4, dim=1)
    return a_i.sigmoid(), a_f.sigmoid(), a_g.tanh(), a_o.sigmoid()


def _gru_backward(cell, x, h, after, delta):
    H = cell.hidden_size
    W_h_gates, W_h_n = cell.W_h[:, : 2 * H], cell.W_h[:, 2 * H :]
    a_x = x @ cell.W_x + cell.b
    r, z = (a_x[:, : 2 * H] + h @ W_h_gates).sigmoid().chunk(2, dim=1)
    resets_after = cell.reset == "after"
    recurrent = h @ W_h_n + cell.b_h if resets_after else (r * h) @ W_h_n
    n = (a_x[:, 2 * H :] + (r * recurrent if resets_after else recurrent)).tanh()

    delta_z = delta * (h - n) * z * (1 - z)
    delta_n = delta * (1 - z) * (1 - n**2)
    delta_before = delta * z  # the direct path of the state
    if resets_after:
        delta_recurrent = delta_n * r
        delta_r = delta_n * recurrent * r * (1 - r)
        delta_before = delta_before + delta_recurrent @ W_h_n.T
        W_h_n_grad = h.T @ delta_recurrent
    else:
        delta_reset = delta_n @ W_h_n.T  # of r ⊙ h
        delta_r = delta_reset * h * r * (1 - r)
        delta_before = delta_before + delta_reset * r
        W_h_n_grad = (r * h).T @ delta_n
    delta_gates = torch.cat([delta_r, delta_z], dim=1)  # (B, 2H)
    delta_before = delta_before + delta_gates @ W_h_gates.T
    delta_a = torch.cat([delta_gates, delta_n], dim=1)  # (B, 3H)
    weights = {
        "W_x": x.T @ delta_a,
        "W_h": torch.cat([h.T @ delta_gates, W_h_n_grad], dim=1),
        "b": delta_a.sum(0),
    }
    if resets_after:
        weights["b_h"] = delta_recurrent.sum(0)
    return weights, delta_a @ cell.W_x.T, delta_before


_BACKWARD = {RNNCell: _rnn_backward, LSTMCell: _lstm_backward, GRUCell: _gru_backward}


@dataclass(frozen=True)
class GradientByLag:
    """Norms of the gradient k steps before the end, for k = 0 … T-1.

    Attributes:
        hidden: mean over the batch of each sample's ‖∂L/∂h_{T-k}‖, (T,).
        cell: the same for the cell state c_{T-k}, (T,), which is 0 at lag 0; None for a cell without one.
    """

    hidden: torch.Tensor
    cell: torch.Tensor | None


def gradient_by_lag(model, inputs):
    """How much of a gradient is left k steps back, for every k, at the last layer of a model.

    The loss is L = ½‖h_T‖², so at lag 0 the gradient is h_T itself. ∂L/∂h_{T-k} is the total derivative that
    arrives through the later states of the same layer and direction, with the layer's inputs held as they are.
    Of a bidirectional model it is the forward direction.

    Args:
        model: a :class:`~rnncourse.RecurrentModel`.
        inputs: (B, T, I).

    Returns:
        :class:`GradientByLag`.
    """
    with torch.no_grad():
        cell, inputs = last_layer(model, inputs)
        outputs, _ = unroll(cell, inputs)
        immediate = torch.zeros_like(outputs)
        immediate[:, -1] = outputs[:, -1]
    found = backpropagate(cell, inputs, immediate)

    def by_lag(gradients):
        return None if gradients is None else gradients.norm(dim=2).mean(0).flip(0)

    return GradientByLag(by_lag(found.states), by_lag(found.cell_states))


def last_layer(model, inputs):
    """The last layer of a model, forward direction, as one of our cells, and what this layer reads.

    Args:
        model: a :class:`~rnncourse.RecurrentModel`; dropout between its layers is left out.
        inputs: (B, T, I).

    Returns:
        The cell, and the states of the layer below (B, T, D·H), or the inputs where there is none below.

    Raises:
        TypeError: the model's recurrent layers aren't those of ``torch.nn``.
    """
    if not isinstance(model, RecurrentModel):
        raise TypeError(f"model must be a RecurrentModel, got {type(model).__name__}")
    module, top = model.recurrent, model.recurrent.num_layers - 1
    return cell_class_for(module).from_torch(module, top), layer_inputs(module, inputs, top)
