"""The cells equal torch.nn to 1e-10 in float64: outputs, final states and all gradients."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from rnncourse.cells import GRUCell, LSTMCell, RNNCell, unroll

PAIRS = {
    "rnn_tanh": (RNNCell, nn.RNN, {}),
    "rnn_relu": (RNNCell, nn.RNN, {"nonlinearity": "relu"}),
    "lstm": (LSTMCell, nn.LSTM, {}),
    "gru": (GRUCell, nn.GRU, {}),
}
SIZES = dict(
    batch=st.integers(1, 5), steps=st.integers(1, 12), inputs=st.integers(1, 7), hidden=st.integers(1, 9),
    seed=st.integers(0, 9999),
)  # fmt: skip


def reference_and_cell(kind, inputs, hidden, seed):
    torch.manual_seed(seed)
    cell_class, torch_class, options = PAIRS[kind]
    reference = torch_class(inputs, hidden, batch_first=True, dtype=torch.float64, **options)
    return reference, cell_class.from_torch(reference)


def random_state(kind, batch, hidden):
    h, c = torch.randn(2, batch, hidden, dtype=torch.float64)
    return ((h, c), (h[None], c[None])) if kind == "lstm" else (h, h[None])


def parts(state):
    return state if isinstance(state, tuple) else (state,)


def same(ours, theirs):
    assert_close(ours, theirs, atol=1e-10, rtol=0)


@given(kind=st.sampled_from(sorted(PAIRS)), **SIZES)
def test_a_cell_equals_torch(kind, batch, steps, inputs, hidden, seed):
    reference, cell = reference_and_cell(kind, inputs, hidden, seed)
    x = torch.randn(batch, steps, inputs, dtype=torch.float64, requires_grad=True)
    ours_state, theirs_state = random_state(kind, batch, hidden)
    weights = torch.randn(batch, steps, hidden, dtype=torch.float64)

    ours, our_end = unroll(cell, x, ours_state)
    theirs, their_end = reference(x, theirs_state)
    same(ours, theirs)
    for a, b in zip(parts(our_end), parts(their_end), strict=True):
        same(a, b[0])

    def loss(outputs, end):
        return (weights * outputs).sum() + sum((part**2).sum() for part in parts(end))

    ours = torch.autograd.grad(loss(ours, our_end), [x, *cell.parameters()])
    theirs = torch.autograd.grad(loss(theirs, their_end), [x, *reference.parameters()])
    same(ours[0], theirs[0])
    ours = dict(zip([name for name, _ in cell.named_parameters()], ours[1:], strict=True))
    W_x, W_h, b_x, b_h = theirs[1:]
    same(ours["W_x"], W_x.T)
    same(ours["W_h"], W_h.T)
    same(ours["b"], b_x)
    same(ours["b_h"] if kind == "gru" else ours["b"], b_h[2 * hidden :] if kind == "gru" else b_h)


@pytest.mark.parametrize("kind", sorted(PAIRS))
def test_the_initial_state_is_zero(kind):
    reference, cell = reference_and_cell(kind, 3, 4, 0)
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    same(unroll(cell, x)[0], reference(x)[0])


@pytest.mark.parametrize("kind", sorted(PAIRS))
def test_weights_go_to_torch_and_back(kind):
    cell_class, torch_class, options = PAIRS[kind]
    torch.manual_seed(0)
    cell = cell_class(3, 4, **options).double()
    module = torch_class(3, 4, batch_first=True, dtype=torch.float64, **options)
    cell.to_torch(module)
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    same(unroll(cell, x)[0], module(x)[0])
    for name, value in cell_class.from_torch(module).state_dict().items():
        same(value, cell.state_dict()[name])


@pytest.mark.parametrize("kind", sorted(PAIRS))
def test_any_layer_and_direction_can_be_taken(kind):
    cell_class, torch_class, options = PAIRS[kind]
    torch.manual_seed(0)
    module = torch_class(3, 4, num_layers=2, bidirectional=True, batch_first=True, dtype=torch.float64, **options)
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    states = x
    for layer in (0, 1):
        forward = unroll(cell_class.from_torch(module, layer), states)[0]
        backward = unroll(cell_class.from_torch(module, layer, reverse=True), states.flip(1))[0].flip(1)
        states = torch.cat([forward, backward], dim=2)
    same(states, module(x)[0])


def unit_by_unit(x, W, h, U, b):
    """The pre-activation of each unit: one product and one sum at a time."""
    return [
        sum(x[i] * W[i, j] for i in range(len(x))) + sum(h[k] * U[k, j] for k in range(len(h))) + b[j]
        for j in range(len(b))
    ]


@settings(max_examples=15)  # a loop over single units is slow
@given(**{**SIZES, "steps": st.integers(1, 4), "hidden": st.integers(1, 4), "inputs": st.integers(1, 3)})
def test_the_gru_that_torch_lacks_equals_a_loop_over_single_units(batch, steps, inputs, hidden, seed):
    """The form of Cho et al. 2014, written out unit by unit from the paper's equations."""
    torch.manual_seed(seed)
    cell = GRUCell(inputs, hidden, reset="before").double()
    x = torch.randn(batch, steps, inputs, dtype=torch.float64)
    W = {g: cell.W_x[:, k * hidden : (k + 1) * hidden] for k, g in enumerate("rzn")}
    U = {g: cell.W_h[:, k * hidden : (k + 1) * hidden] for k, g in enumerate("rzn")}
    b = {g: cell.b[k * hidden : (k + 1) * hidden] for k, g in enumerate("rzn")}
    expected = torch.zeros(batch, steps, hidden, dtype=torch.float64)
    for s in range(batch):
        h = [torch.zeros((), dtype=torch.float64)] * hidden
        for t in range(steps):
            a = {gate: unit_by_unit(x[s, t], W[gate], h, U[gate], b[gate]) for gate in "rz"}
            r, z = ([torch.sigmoid(unit) for unit in a[gate]] for gate in "rz")
            reset = [r[k] * h[k] for k in range(hidden)]
            n = [torch.tanh(unit) for unit in unit_by_unit(x[s, t], W["n"], reset, U["n"], b["n"])]
            h = [z[j] * h[j] + (1 - z[j]) * n[j] for j in range(hidden)]
            expected[s, t] = torch.stack(h)
    same(unroll(cell, x)[0], expected)


@pytest.mark.parametrize("kind", sorted(PAIRS))
def test_new_weights_are_drawn_as_torch_draws_them(kind):
    cell_class, _, options = PAIRS[kind]
    torch.manual_seed(0)
    for parameter in cell_class(50, 100, **options).parameters():
        assert parameter.abs().max() <= 0.1
        assert parameter.std().item() == pytest.approx(0.1 / 3**0.5, rel=0.15)


def test_a_gru_with_the_reset_gate_before_the_product_has_no_place_in_torch():
    cell = GRUCell(3, 4, reset="before")
    with pytest.raises(ValueError, match=r'torch\.nn\.GRU has the form reset="after"'):
        cell.to_torch(nn.GRU(3, 4))


def test_the_two_forms_of_the_gru_differ():
    torch.manual_seed(0)
    before, after = GRUCell(3, 4, reset="before"), GRUCell(3, 4)
    with torch.no_grad():
        after.load_state_dict({**before.state_dict(), "b_h": torch.zeros(4)})
        x = torch.randn(2, 6, 3)
        assert (unroll(before, x)[0] - unroll(after, x)[0]).abs().max() > 1e-3


@pytest.mark.parametrize("cell", [RNNCell(3, 4), LSTMCell(3, 4), GRUCell(3, 4)])
@pytest.mark.parametrize("shape", [(2, 0, 3), (2, 5, 4), (5, 3)])
def test_an_empty_sequence_or_a_wrong_shape_is_named(cell, shape):
    with pytest.raises(ValueError, match=r"inputs must have the shape \(B, T, 3\) with T >= 1, got"):
        unroll(cell, torch.zeros(shape))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RNNCell(0, 4), "input_size must be a whole number of at least 1, got 0"),
        (lambda: LSTMCell(3, 2.0), "hidden_size must be a whole number of at least 1, got 2.0"),
        (lambda: RNNCell(3, 4, "sigmoid"), 'nonlinearity must be "tanh" or "relu", got \'sigmoid\''),
        (lambda: GRUCell(3, 4, "never"), 'reset must be "after" or "before", got \'never\''),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_module_of_another_class_is_named():
    with pytest.raises(TypeError, match=r"module must be a torch.nn.LSTM for a LSTMCell, got GRU"):
        LSTMCell.from_torch(nn.GRU(3, 4))
