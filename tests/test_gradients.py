"""The hand-written backward passes against autograd and against finite differences, in float64."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from rnncourse import RecurrentModel
from rnncourse.cells import Cell, GRUCell, LSTMCell, RNNCell, unroll
from rnncourse.gradients import (
    backpropagate,
    gradient_by_lag,
    last_layer,
    product_singular_values,
    state_jacobians,
)

CELLS = {
    "rnn_tanh": lambda *sizes: RNNCell(*sizes),
    "rnn_relu": lambda *sizes: RNNCell(*sizes, "relu"),
    "lstm": lambda *sizes: LSTMCell(*sizes),
    "gru_after": lambda *sizes: GRUCell(*sizes),
    "gru_before": lambda *sizes: GRUCell(*sizes, "before"),
}


def parts(state):
    return state if isinstance(state, tuple) else (state,)


def case(kind, batch, steps, inputs, hidden, seed):
    """A cell with a loss Σ_t ‖w_t ⊙ h_t‖² / 2 and what autograd says of it."""
    torch.manual_seed(seed)
    cell = CELLS[kind](inputs, hidden).double()
    x = torch.randn(batch, steps, inputs, dtype=torch.float64)
    start = tuple(torch.randn(batch, hidden, dtype=torch.float64) for _ in parts(cell.initial_state(1)))
    weights = torch.randn(batch, steps, hidden, dtype=torch.float64)
    return cell, x, start if kind == "lstm" else start[0], weights


def coordinates(state):
    """The state with h and c as nodes of their own: h_t isn't computed from this c_t, only the next state is."""
    return tuple(part.clone() for part in state) if isinstance(state, tuple) else state


def loss(cell, x, start, weights):
    return 0.5 * ((weights * unroll(cell, x, start)[0]) ** 2).sum()


SIZES = dict(
    batch=st.integers(1, 3), steps=st.integers(1, 8), inputs=st.integers(1, 4), hidden=st.integers(1, 5),
    seed=st.integers(0, 9999),
)  # fmt: skip


@given(kind=st.sampled_from(sorted(CELLS)), **SIZES)
def test_every_gradient_equals_autograd(kind, batch, steps, inputs, hidden, seed):
    cell, x, start, weights = case(kind, batch, steps, inputs, hidden, seed)
    with torch.no_grad():
        immediate = weights**2 * unroll(cell, x, start)[0]
    ours = backpropagate(cell, x, immediate, start)

    x.requires_grad_()
    leaves = tuple(part.clone().requires_grad_() for part in parts(start))
    state, hidden_states, cell_states = leaves if kind == "lstm" else leaves[0], [], []
    for x_t in x.unbind(1):
        state = coordinates(cell(x_t, state))
        hidden_states.append(cell.hidden(state))
        cell_states.append(parts(state)[-1])
    total = 0.5 * ((weights * torch.stack(hidden_states, 1)) ** 2).sum()
    wanted = [x, *leaves, *cell.parameters(), *hidden_states, *cell_states]
    theirs = torch.autograd.grad(total, wanted, allow_unused=True)  # nothing uses the last c
    theirs = [torch.zeros_like(w) if g is None else g for w, g in zip(wanted, theirs, strict=True)]

    def same(a, b):
        assert_close(a, b, atol=1e-8, rtol=1e-8)

    same(ours.inputs, theirs.pop(0))
    for part in parts(ours.initial):
        same(part, theirs.pop(0))
    for name, _ in cell.named_parameters():
        same(ours.parameters[name], theirs.pop(0))
    same(ours.states, torch.stack(theirs[:steps], 1))
    if kind == "lstm":
        same(ours.cell_states, torch.stack(theirs[steps:], 1))
    else:
        assert ours.cell_states is None


@settings(max_examples=15)
@given(kind=st.sampled_from(sorted(set(CELLS) - {"rnn_relu"})), seed=st.integers(0, 9999))
def test_the_gradients_of_the_weights_equal_finite_differences(kind, seed):
    cell, x, start, weights = case(kind, 2, 4, 3, 3, seed)
    with torch.no_grad():
        ours = backpropagate(cell, x, weights**2 * unroll(cell, x, start)[0], start).parameters
        for name, parameter in cell.named_parameters():
            flat, found = parameter.view(-1), ours[name].view(-1)
            for k in range(0, len(flat), 5):
                # five points: the error of the difference itself is of the order step⁴
                value, step, at = flat[k].item(), 1e-3, {}
                for n in (-2, -1, 1, 2):
                    flat[k] = value + n * step
                    at[n] = loss(cell, x, start, weights).item()
                flat[k] = value
                difference = (at[-2] - 8 * at[-1] + 8 * at[1] - at[2]) / (12 * step)
                assert found[k].item() == pytest.approx(difference, abs=1e-8, rel=1e-8)


def test_one_tanh_step_by_hand():
    """h_1 = tanh(0.5), h_2 = tanh(0.5 h_1) with w = 0.5, x = (0.5, 0) and W_x = 1; L = h_2."""
    cell = RNNCell(1, 1).double()
    with torch.no_grad():
        cell.W_x.fill_(1.0), cell.W_h.fill_(0.5), cell.b.zero_()
    x = torch.tensor([[[0.5], [0.0]]], dtype=torch.float64)
    found = backpropagate(cell, x, torch.tensor([[[0.0], [1.0]]], dtype=torch.float64))
    h_1 = 0.46211715726
    slope_2 = 1 - 0.22703261**2  # h_2 = tanh(0.23105858)
    assert found.states[0, :, 0].tolist() == pytest.approx([0.5 * slope_2, 1.0], abs=1e-6)
    # dL/dw = ∂⁺h_2/∂w = slope_2 · h_1, and nothing from step 1, whose state before is zero
    assert found.parameters["W_h"].item() == pytest.approx(slope_2 * h_1, abs=1e-6)
    assert found.parameters["b"].item() == pytest.approx(slope_2 * (1 + 0.5 * (1 - h_1**2)), abs=1e-6)


@pytest.mark.parametrize("cell", ["rnn_tanh", "rnn_relu", "lstm", "gru"])
@pytest.mark.parametrize(("layers", "bidirectional"), [(1, False), (3, False), (2, True)])
def test_the_gradient_by_lag_equals_autograd_at_every_lag(cell, layers, bidirectional):
    torch.manual_seed(0)
    model = RecurrentModel(cell, 3, 5, 2, layers=layers, bidirectional=bidirectional, dropout=0.3).double().eval()
    x = torch.randn(4, 7, 3, dtype=torch.float64)
    found = gradient_by_lag(model, x)
    assert_close(found.hidden[0], model.states(x)[:, -1, :5].norm(dim=1).mean())  # L = ½‖h_T‖²: the gradient is h_T

    ours, below = last_layer(model, x)
    state, states = ours.initial_state(4), []
    for x_t in below.unbind(1):
        state = ours(x_t, state)
        if not states:  # nothing before it needs a gradient, so the graph starts here
            start = tuple(part.detach().requires_grad_() for part in parts(state))
            state = start if cell == "lstm" else start[0]
        state = coordinates(state)
        states.append(parts(state))
    end = 0.5 * (ours.hidden(state) ** 2).sum()
    for k in range(7):
        gradients = torch.autograd.grad(end, states[-1 - k], retain_graph=True, allow_unused=True)
        assert_close(found.hidden[k], gradients[0].norm(dim=1).mean())
        if cell == "lstm":
            assert_close(found.cell[k], (0 * found.cell[k] if k == 0 else gradients[1].norm(dim=1).mean()))
    if cell != "lstm":
        assert found.cell is None


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_the_jacobians_multiply_to_the_jacobian_of_the_whole(kind):
    cell, x, start, _ = case(kind, 2, 5, 3, 4, 0)
    J = state_jacobians(cell, x, start)
    flat = torch.cat(parts(start), dim=1)

    def whole(s):
        state = s.split(4, dim=1)
        return torch.cat(parts(unroll(cell, x, state if kind == "lstm" else state[0])[1]), dim=1)

    expected = torch.autograd.functional.jacobian(whole, flat)
    for n in range(2):
        product = J[n, 4] @ J[n, 3] @ J[n, 2] @ J[n, 1] @ J[n, 0]
        assert_close(product, expected[n, :, n], atol=1e-10, rtol=0)


def test_the_jacobian_of_a_tanh_step_is_the_formula():
    cell, x, start, _ = case("rnn_tanh", 2, 3, 3, 4, 1)
    J = state_jacobians(cell, x, start)
    h = unroll(cell, x, start)[0]
    for n in range(2):
        for t in range(3):
            assert_close(J[n, t], torch.diag(1 - h[n, t] ** 2) @ cell.W_h.T.detach(), atol=1e-12, rtol=0)


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_the_singular_values_obey_their_bound(kind):
    cell, x, start, _ = case(kind, 3, 6, 3, 4, 2)
    J = state_jacobians(cell, x, start)
    found = product_singular_values(J)
    largest = torch.linalg.svdvals(J)[..., 0].flip(1).cumprod(1)  # (B, T)
    assert (found[..., 0] <= largest * (1 + 1e-9)).all()
    assert_close(found[:, 0], torch.linalg.svdvals(J[:, -1]))
    assert_close(found[:, 2], torch.linalg.svdvals(J[:, 5] @ J[:, 4] @ J[:, 3]))
    if kind == "rnn_tanh":  # max|φ'| = 1, so the gain σ_max(W_h) bounds every step
        steps = torch.arange(1, 7, dtype=torch.float64)
        assert (found[..., 0] <= torch.linalg.svdvals(cell.W_h.detach())[0] ** steps + 1e-12).all()


def test_wrong_arguments_are_named():
    cell, x = LSTMCell(3, 4), torch.zeros(2, 5, 3)
    with pytest.raises(ValueError, match=r"immediate must have the shape of the states, \(2, 5, 4\), got \(2, 4\)"):
        backpropagate(cell, x, torch.zeros(2, 4))
    with pytest.raises(TypeError, match="cell must be one of RNNCell, LSTMCell, GRUCell, got Linear"):
        backpropagate(torch.nn.Linear(3, 4), x, torch.zeros(2, 5, 4))
    with pytest.raises(TypeError, match="model must be a RecurrentModel, got LSTM"):
        gradient_by_lag(torch.nn.LSTM(3, 4), x)
    with pytest.raises(TypeError, match=r"must have the recurrent layers of torch\.nn, got LinearRecurrence"):
        gradient_by_lag(RecurrentModel("lru", 3, 4, 2), x)
    with pytest.raises(TypeError, match=r"cell must be a Cell of rnncourse\.cells, got LSTM"):
        state_jacobians(torch.nn.LSTM(3, 4), x)
    assert issubclass(LSTMCell, Cell)
