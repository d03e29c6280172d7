"""Stepping and scanning agree to 1e-10 in float64, forward and backward, and with the equations written out."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support import Interruption, counted_steps, same_weights, toy_data, toy_model
from torch import nn
from torch.testing import assert_close

from rnncourse import RecurrentModel, count_parameters, fit, matched_hidden_size
from rnncourse.cells import GRUCell, unroll
from rnncourse.networks.recurrent import READOUTS
from rnncourse.recurrences import (
    LinearCell,
    LinearRecurrence,
    LRUCell,
    MinGRUCell,
    MinLSTMCell,
    linear_scan,
    scan,
)  # fmt: skip

CELLS = {"mingru": MinGRUCell, "minlstm": MinLSTMCell, "lru": LRUCell}
SIZES = dict(
    batch=st.integers(1, 4), steps=st.integers(1, 40), inputs=st.integers(1, 5), hidden=st.integers(1, 6),
    seed=st.integers(0, 9999),
)  # fmt: skip


def same(ours, theirs):
    assert_close(ours, theirs, atol=1e-10, rtol=0)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def loop(a, b, h):
    """The states by the definition, one step after the other."""
    states = []
    for t in range(b.shape[1]):
        h = a[:, t] * h + b[:, t]
        states.append(h)
    return torch.stack(states, dim=1)


def step_by_hand(kind, cell, x, h):
    """One step in NumPy, from the equations of the paper: x (B, I), h (B, H) → h'."""
    weights = {name: value.detach().numpy() for name, value in cell.named_parameters()}
    H = cell.hidden_size
    a = x @ weights["W_x"]
    if kind == "lru":
        modulus = np.exp(-np.exp(weights["nu"]))
        turned = modulus * (np.cos(weights["theta"]) + 1j * np.sin(weights["theta"])) * h
        return turned + np.sqrt(1 - modulus**2) * (a[:, :H] + 1j * a[:, H:])
    a = a + weights["b"]
    if kind == "mingru":
        z = sigmoid(a[:, :H])
        return z * h + (1 - z) * a[:, H:]
    i, f, g = sigmoid(a[:, :H]), sigmoid(a[:, H : 2 * H]), a[:, 2 * H :]
    return f / (f + i) * h + i / (f + i) * g


def random_state(cell, batch):
    return torch.randn(batch, cell.hidden_size, dtype=cell.initial_state(1).dtype)


# --- the bare scan ---------------------------------------------------------------------------------


@given(complex=st.booleans(), fixed=st.booleans(), **{k: v for k, v in SIZES.items() if k != "inputs"})
def test_the_scan_is_the_loop_forward_and_backward(complex, fixed, batch, steps, hidden, seed):
    torch.manual_seed(seed)
    kind = torch.complex128 if complex else torch.float64
    a = torch.randn(*([hidden] if fixed else [batch, steps, hidden]), dtype=kind)
    a = (a / a.abs().clamp(min=1)).requires_grad_()  # no factor above 1
    b = torch.randn(batch, steps, hidden, dtype=kind, requires_grad=True)
    h0 = torch.randn(batch, hidden, dtype=kind, requires_grad=True)
    weights = torch.randn(batch, steps, hidden, dtype=kind)
    ours, theirs = linear_scan(a, b, h0), loop(a.expand_as(b), b, h0)
    same(ours, theirs)
    grads = [torch.autograd.grad((weights * h).sum().abs() ** 2, [a, b, h0]) for h in (ours, theirs)]
    for our, their in zip(*grads, strict=True):
        assert_close(our, their, atol=1e-10, rtol=1e-10)


@pytest.mark.parametrize("kind", [torch.float64, torch.complex128])
@pytest.mark.parametrize("shape", [(2, 5, 3), (5, 3), (3,), (1, 5, 3)])
def test_the_first_and_the_second_derivative_are_right(kind, shape):
    torch.manual_seed(0)
    a, b, h0 = (torch.randn(*size, dtype=kind, requires_grad=True) for size in (shape, (2, 5, 3), (2, 3)))
    assert torch.autograd.gradcheck(linear_scan, (a, b, h0))
    assert torch.autograd.gradgradcheck(linear_scan, (a, b, h0))


def test_real_factors_of_complex_states_keep_a_real_gradient():
    torch.manual_seed(0)
    a = torch.rand(2, 5, 3, dtype=torch.float64, requires_grad=True)
    b = torch.randn(2, 5, 3, dtype=torch.complex128, requires_grad=True)
    assert torch.autograd.gradcheck(linear_scan, (a, b))


def test_the_scan_by_hand():
    # 0·2 + 1 = 1, 2·1 + 3 = 5, 10·5 + 1 = 51
    a, b = torch.tensor([[[7.0], [2.0], [10.0]]]), torch.tensor([[[1.0], [3.0], [1.0]]])
    assert linear_scan(a, b).flatten().tolist() == [1, 5, 51]
    assert linear_scan(a, b, torch.tensor([[2.0]])).flatten().tolist() == [15, 33, 331]


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 63, 64, 65])
def test_the_rounds_are_the_logarithm_of_the_steps(steps, monkeypatch):
    import rnncourse.networks._scan as module

    calls, joined = [], module._joined
    monkeypatch.setattr(module, "_joined", lambda a, b: calls.append(b.shape[1]) or joined(a, b))
    linear_scan(torch.ones(1, steps, 1), torch.ones(1, steps, 1))
    assert len(calls) - 1 == int(np.floor(np.log2(steps)))  # the first call is the whole sequence
    assert calls == [steps >> k for k in range(len(calls))]


def test_the_inputs_of_the_scan_are_left_as_they_are():
    a, b = torch.rand(2, 6, 3), torch.rand(2, 6, 3)
    before = a.clone(), b.clone()
    linear_scan(a, b).zero_()
    assert torch.equal(a, before[0])
    assert torch.equal(b, before[1])
    one = torch.ones(1, 1, 1)
    linear_scan(one, one).zero_()
    assert one.item() == 1


def test_factors_that_vanish_do_no_harm_over_many_steps():
    # 0.1 to the power of 5,000 underflows; the states don't, and the gradient isn't NaN
    a = torch.full((1, 5000, 1), 0.1, requires_grad=True)
    h = linear_scan(a, torch.ones(1, 5000, 1))
    assert_close(h[0, -1], torch.tensor([1 / 0.9]))
    (grad,) = torch.autograd.grad(h.sum(), a)
    assert grad.isfinite().all()


@pytest.mark.parametrize(
    ("a", "b", "h0", "message"),
    [
        ((2, 5, 3), (2, 0, 3), None, r"drives must have the shape \(B, T, H\) with T >= 1, got \(2, 0, 3\)"),
        ((5, 3), (5, 3), None, r"drives must have the shape \(B, T, H\) with T >= 1, got \(5, 3\)"),
        ((2, 4, 3), (2, 5, 3), None, r"factors must broadcast to the shape of drives, \(2, 5, 3\), got \(2, 4, 3\)"),
        (
            (1, 2, 5, 3),
            (2, 5, 3),
            None,
            r"factors must broadcast to the shape of drives, \(2, 5, 3\), got \(1, 2, 5, 3\)",
        ),
        ((2, 5, 3), (2, 5, 3), (3,), r"h0 must have the shape \(B, H\) = \(2, 3\), got \(3,\)"),
    ],
)
def test_shapes_that_do_not_fit_are_named(a, b, h0, message):
    with pytest.raises(ValueError, match=message):
        linear_scan(torch.ones(a), torch.ones(b), None if h0 is None else torch.ones(h0))


# --- the cells -------------------------------------------------------------------------------------


@given(kind=st.sampled_from(sorted(CELLS)), **SIZES)
def test_the_step_and_the_scan_of_a_cell_agree(kind, batch, steps, inputs, hidden, seed):
    torch.manual_seed(seed)
    cell = CELLS[kind](inputs, hidden).double()
    x = torch.randn(batch, steps, inputs, dtype=torch.float64, requires_grad=True)
    state = random_state(cell, batch)
    weights = torch.randn(batch, steps, cell.width, dtype=torch.float64)
    grads = []
    for outputs, end in ((ours := scan(cell, x, state)), (theirs := unroll(cell, x, state))):
        loss = (weights * outputs).sum() + end.abs().square().sum()
        grads.append(torch.autograd.grad(loss, [x, *cell.parameters()]))
    same(ours[0], theirs[0])
    same(ours[1], theirs[1])
    for our, their in zip(*grads, strict=True):
        assert_close(our, their, atol=1e-10, rtol=1e-10)


@given(kind=st.sampled_from(sorted(CELLS)), **SIZES)
@settings(max_examples=30)
def test_a_step_is_that_of_the_paper(kind, batch, steps, inputs, hidden, seed):
    torch.manual_seed(seed)
    cell = CELLS[kind](inputs, hidden).double()
    x = torch.randn(batch, inputs, dtype=torch.float64)
    h = random_state(cell, batch)
    same(cell(x, h).detach().numpy(), step_by_hand(kind, cell, x.numpy(), h.numpy()))


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_the_initial_state_is_zero(kind):
    cell = CELLS[kind](3, 4)
    x = torch.randn(2, 5, 3)
    for run in (scan, unroll):
        assert_close(run(cell, x)[0], run(cell, x, cell.initial_state(2))[0])
    assert not cell.initial_state(2).any()


@pytest.mark.parametrize("kind", sorted(CELLS))
@given(scale=st.floats(0.01, 1000), seed=st.integers(0, 99))
def test_no_factor_is_above_1_whatever_the_weights(kind, scale, seed):
    torch.manual_seed(seed)
    cell = CELLS[kind](3, 8).double()
    with torch.no_grad():
        for weights in cell.parameters():
            weights.normal_(std=scale)
        a, b = cell.coefficients(torch.randn(5, 3, dtype=torch.float64))
    assert a.abs().max() <= 1
    assert torch.view_as_real(b).isfinite().all() if b.is_complex() else b.isfinite().all()


def test_the_lru_is_strictly_stable():
    cell = LRUCell(1, 5).double()
    with torch.no_grad():
        cell.nu.copy_(torch.tensor([-20.0, -5.0, 0.0, 3.0, 7.0]))
    radii = cell.eigenvalues.abs()
    assert (radii < 1).all()
    assert (radii.diff() <= 0).all()
    assert radii[0] > 1 - 1e-8


def test_the_lru_starts_evenly_on_its_ring():
    torch.manual_seed(0)
    found = LRUCell(1, 20_000).eigenvalues.detach()
    low, high = LRUCell.RING
    area = (found.abs() ** 2 - low**2) / (high**2 - low**2)
    assert -1e-4 < area.min() < 0.01
    assert 0.99 < area.max() < 1 + 1e-4
    assert area.mean().item() == pytest.approx(0.5, abs=0.01)
    angle = found.angle() % (2 * np.pi)
    assert angle.mean().item() == pytest.approx(np.pi, abs=0.05)
    assert angle.std().item() == pytest.approx(2 * np.pi / 12**0.5, rel=0.02)


def test_gamma_keeps_the_size_of_the_state_under_white_noise():
    torch.manual_seed(0)
    cell = LRUCell(1, 40).double()
    states = unroll(cell, torch.randn(200, 1, 1, dtype=torch.float64))[1]  # after one step |h|² is γ² |W_x x|²
    drive = states.abs().square().mean(0) / (1 - cell.eigenvalues.abs() ** 2)
    outputs, _ = scan(cell, torch.randn(20, 8000, 1, dtype=torch.float64))
    re, im = outputs[:, 4000:].chunk(2, dim=2)  # the slowest unit has forgotten the start after 4,000 steps
    power = (re**2 + im**2).mean((0, 1))
    assert (power / drive).log().abs().median() < 0.3


def test_the_minimal_lstm_is_a_minimal_gru_with_two_numbers_in_its_gate():
    torch.manual_seed(0)
    lstm, x = MinLSTMCell(3, 4).double(), torch.randn(2, 9, 3, dtype=torch.float64)
    keep, write = lstm.coefficients(x)
    a_i, a_f, g = (x @ lstm.W_x + lstm.b).chunk(3, dim=2)
    same(keep, a_f.sigmoid() / (a_f.sigmoid() + a_i.sigmoid()))
    same(write, (1 - keep) * g)


@pytest.mark.parametrize("kind", ["mingru", "minlstm"])
def test_a_minimal_cell_stays_between_its_candidates(kind):
    torch.manual_seed(0)
    cell = CELLS[kind](3, 4).double()
    x = torch.randn(5, 30, 3, dtype=torch.float64)
    candidates = (x @ cell.W_x + cell.b)[..., -4:]
    states = scan(cell, x)[0]
    high = candidates.clamp(min=0).cummax(1).values  # the initial state, 0, is one of them
    low = candidates.clamp(max=0).cummin(1).values
    assert ((low - 1e-12 <= states) & (states <= high + 1e-12)).all()


def test_a_cell_that_is_not_linear_can_not_be_scanned():
    with pytest.raises(TypeError, match=r"cell must be linear in its state \(MinGRUCell, .*\), got GRUCell; use cells"):
        scan(GRUCell(3, 4), torch.zeros(2, 5, 3))


@pytest.mark.parametrize("kind", sorted(CELLS))
@pytest.mark.parametrize("run", [scan, unroll])
def test_inputs_of_a_wrong_shape_are_named(kind, run):
    for shape in ((2, 0, 3), (2, 5, 4), (5, 3)):
        with pytest.raises(ValueError, match=r"inputs must have the shape \(B, T, 3\) with T >= 1, got"):
            run(CELLS[kind](3, 4), torch.zeros(shape))


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_sizes_below_1_are_named(kind):
    with pytest.raises(ValueError, match="input_size must be a whole number of at least 1, got 0"):
        CELLS[kind](0, 4)
    with pytest.raises(ValueError, match=r"hidden_size must be a whole number of at least 1, got 2\.0"):
        CELLS[kind](3, 2.0)


def test_a_linear_cell_must_say_its_coefficients():
    class Nothing(LinearCell):
        blocks = 1

    with pytest.raises(NotImplementedError, match="Nothing must say how factor and drive follow from the input"):
        Nothing(1, 1)(torch.zeros(1, 1), torch.zeros(1, 1))


# --- layers, models, training ----------------------------------------------------------------------


def layer_by_hand(layer, kind, x):
    """Skip and mixed states in NumPy, with the states step by step."""
    weights = {name: value.detach().numpy() for name, value in layer.named_parameters()}
    h, outputs = np.zeros((len(x), layer.cell.hidden_size)), []
    for t in range(x.shape[1]):
        h = step_by_hand(kind, layer.cell, x[:, t], h)
        seen = np.concatenate([h.real, h.imag], axis=1) if kind == "lru" else h
        mixed = seen @ weights["mix.weight"].T + weights["mix.bias"]
        outputs.append(x[:, t] @ weights["skip.weight"].T + np.maximum(mixed, 0))
    return np.stack(outputs, axis=1)


@pytest.mark.parametrize("kind", sorted(CELLS))
@pytest.mark.parametrize("bidirectional", [False, True])
def test_layers_and_directions_follow_the_equations(kind, bidirectional):
    torch.manual_seed(0)
    module = LinearRecurrence(CELLS[kind], 3, 4, num_layers=2, bidirectional=bidirectional).double()
    x = torch.randn(2, 7, 3, dtype=torch.float64)
    outputs, last = module(x)
    y, ends = x.numpy(), []
    for directions in module.layers:
        found = [layer_by_hand(layer, kind, y[:, ::-1] if k else y) for k, layer in enumerate(directions)]
        ends += [one[:, -1] for one in found]
        y = np.concatenate([one[:, ::-1] if k else one for k, one in enumerate(found)], axis=2)
    same(outputs.detach().numpy(), y)
    same(last.detach().numpy(), np.stack(ends))


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_the_shapes_are_those_of_a_gru(kind):
    options = dict(num_layers=3, bidirectional=True)
    ours = LinearRecurrence(CELLS[kind], 3, 4, **options)(torch.randn(2, 7, 3))
    theirs = nn.GRU(3, 4, batch_first=True, **options)(torch.randn(2, 7, 3))
    assert [one.shape for one in ours] == [one.shape for one in theirs]


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_dropout_lies_between_the_layers(kind):
    torch.manual_seed(0)
    module, x = LinearRecurrence(CELLS[kind], 3, 50, num_layers=2, dropout=0.5), torch.randn(2, 7, 3)
    assert not torch.equal(module(x)[0], module(x)[0])
    assert torch.equal(module(x)[1][0], module(x)[1][0])  # the first layer has none before it
    module.eval()
    assert torch.equal(module(x)[0], module(x)[0])


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_a_step_depends_on_the_past_alone(kind):
    torch.manual_seed(0)
    model, x = RecurrentModel(kind, 3, 4, 2, layers=2, readout="every"), torch.randn(2, 9, 3)
    changed = x.clone()
    changed[:, 5] += 1
    before, after = model(x), model(changed)
    assert_close(before[:, :5], after[:, :5])
    assert (before[:, 5:] - after[:, 5:]).abs().amax((0, 2)).min() > 0


@pytest.mark.parametrize("kind", sorted(CELLS))
@pytest.mark.parametrize("bidirectional", [False, True])
def test_every_readout_reads_the_outputs(kind, bidirectional):
    x = torch.randn(2, 7, 3)
    for readout in READOUTS:
        torch.manual_seed(0)
        model = RecurrentModel(
            kind, 3, 4, 2, bidirectional=bidirectional, readout=readout, steps=7 if readout == "flatten" else None
        )
        y = model.states(x)
        read = {
            "last": y[:, -1], "final": torch.cat([y[:, -1, :4], y[:, 0, 4:]], dim=1), "mean": y.mean(1),
            "mean_max": torch.cat([y.mean(1), y.amax(1)], dim=1), "every": y, "flatten": y.flatten(1),
        }[readout]  # fmt: skip
        assert_close(model(x), model.linear(read))


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_parameters_are_counted_and_matched(kind):
    H, blocks = 5, {"mingru": 2, "minlstm": 3, "lru": 2}[kind]
    own = blocks * H  # the biases, or ν and θ
    width = 2 * H if kind == "lru" else H
    layers = [blocks * H * inputs + own + width * H + H + H * inputs for inputs in (3, H)]
    model = RecurrentModel(kind, 3, H, 2, layers=2)
    assert count_parameters(model) == sum(layers) + 2 * (H + 1)
    sizes = [count_parameters(RecurrentModel(kind, 3, size, 2, layers=2)) for size in range(1, 40)]
    size = matched_hidden_size(2_000, kind, 3, 2, layers=2)
    assert abs(sizes[size - 1] - 2_000) == min(abs(one - 2_000) for one in sizes)


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_a_model_learns_and_a_killed_training_resumes(kind, tmp_path):
    data, arguments = toy_data(), dict(batch_size=16, lr=0.01, device="cpu", progress=False)
    whole = toy_model(cell=kind)
    history = fit(whole, data, epochs=6, **arguments)
    assert history["train_loss"][-1] < 0.8 * history["train_loss"][0]

    with counted_steps(stop_after=14), pytest.raises(Interruption):
        fit(toy_model(cell=kind), data, epochs=6, checkpoint=tmp_path / "c", checkpoint_steps=1, **arguments)
    again = toy_model(cell=kind)
    fit(again, data, epochs=6, checkpoint=tmp_path / "c", checkpoint_steps=1, **arguments)
    assert same_weights(again.state_dict(), whole.state_dict())
