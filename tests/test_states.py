"""States and gates equal torch.nn's to 1e-10; a unit held at zero is zero for everybody; probes find what is there."""

import itertools
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support import toy_data
from torch import nn
from torch.testing import assert_close

from rnncourse import MLP, RecurrentModel, fit
from rnncourse.states import ablated, probe, unrolled

CELLS = ("rnn_tanh", "rnn_relu", "lstm", "gru")
SIZES = dict(
    cell=st.sampled_from(CELLS), batch=st.integers(1, 4), length=st.integers(1, 7), hidden=st.integers(1, 5),
    layers=st.integers(1, 3), bidirectional=st.booleans(), seed=st.integers(0, 9999),
)  # fmt: skip


def model_and_inputs(cell, batch=3, length=6, hidden=4, layers=1, bidirectional=False, seed=0, **options):
    torch.manual_seed(seed)
    model = RecurrentModel(cell, 2, hidden, 3, layers=layers, bidirectional=bidirectional, **options).double()
    return model.eval(), torch.randn(batch, length, 2, dtype=torch.float64)


def same(ours, theirs):
    assert_close(ours, theirs, atol=1e-10, rtol=0)


# --- states and gates over time --------------------------------------------------------------------


@given(**SIZES)
def test_the_hidden_states_equal_torchs(**sizes):
    model, x = model_and_inputs(**sizes)
    with torch.no_grad():
        same(unrolled(model, x).hidden, model.states(x))


def first_layers(module, count):
    """A torch module with the lowest layers of another one."""
    options = {"nonlinearity": module.nonlinearity} if isinstance(module, nn.RNN) else {}
    below = type(module)(
        module.input_size, module.hidden_size, count, batch_first=True, bidirectional=module.bidirectional,
        dtype=torch.float64, **options,
    )  # fmt: skip
    below.load_state_dict({name: module.state_dict()[name] for name in below.state_dict()})
    return below


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_below_can_be_looked_at(cell, bidirectional):
    model, x = model_and_inputs(cell, layers=3, bidirectional=bidirectional)
    with torch.no_grad():
        for layer in range(3):
            expected = first_layers(model.recurrent, layer + 1)(x)[0]
            same(unrolled(model, x, layer).hidden, expected)
            same(unrolled(model, x, layer - 3).hidden, expected)


@pytest.mark.parametrize("layers", [1, 2])
def test_the_cell_states_of_an_lstm_equal_torchs(layers):
    """nn.LSTM shows only its last cell state, so it reads every prefix, and for the backward half every suffix."""
    model, x = model_and_inputs("lstm", layers=layers, bidirectional=True)
    found = unrolled(model, x).cell
    with torch.no_grad():
        inputs = first_layers(model.recurrent, layers - 1)(x)[0] if layers > 1 else x
        top = nn.LSTM(inputs.shape[2], 4, bidirectional=True, batch_first=True, dtype=torch.float64)
        names = [name for name in model.recurrent.state_dict() if f"_l{layers - 1}" in name]
        top.load_state_dict({n.replace(f"l{layers - 1}", "l0"): model.recurrent.state_dict()[n] for n in names})
        for t in range(x.shape[1]):
            same(found[:, t, :4], top(inputs[:, : t + 1])[1][1][0])
            same(found[:, t, 4:], top(inputs[:, t:])[1][1][1])


def pre_activations(module, x, h, suffix="_l0"):
    """name of the block → what the inputs and what the states give to it, from torch's rows in torch's order."""
    from_x = x @ getattr(module, "weight_ih" + suffix).T + getattr(module, "bias_ih" + suffix)
    from_h = h @ getattr(module, "weight_hh" + suffix).T + getattr(module, "bias_hh" + suffix)
    names = "ifgo" if isinstance(module, nn.LSTM) else "rzn"
    return {k: (a, b) for k, a, b in zip(names, from_x.chunk(len(names), 2), from_h.chunk(len(names), 2), strict=True)}


def shifted(states):
    """The states before each step: h_0 = 0, h_1, …"""
    return torch.cat([torch.zeros_like(states[:, :1]), states[:, :-1]], dim=1)


@given(batch=st.integers(1, 4), length=st.integers(1, 7), hidden=st.integers(1, 5), seed=st.integers(0, 9999))
def test_the_gates_of_an_lstm_are_those_of_its_equations(batch, length, hidden, seed):
    model, x = model_and_inputs("lstm", batch, length, hidden, seed=seed)
    found = unrolled(model, x)
    with torch.no_grad():
        a = {k: sum(both) for k, both in pre_activations(model.recurrent, x, shifted(model.states(x))).items()}
    assert set(found.gates) == set("ifgo")
    for name in "ifo":
        same(found.gates[name], a[name].sigmoid())
    same(found.gates["g"], a["g"].tanh())
    i, f, g, o = (found.gates[name] for name in "ifgo")
    same(found.cell, f * shifted(found.cell) + i * g)
    same(found.hidden, o * found.cell.tanh())


@given(batch=st.integers(1, 4), length=st.integers(1, 7), hidden=st.integers(1, 5), seed=st.integers(0, 9999))
def test_the_gates_of_a_gru_are_those_of_its_equations(batch, length, hidden, seed):
    model, x = model_and_inputs("gru", batch, length, hidden, seed=seed)
    found = unrolled(model, x)
    with torch.no_grad():
        a = pre_activations(model.recurrent, x, shifted(model.states(x)))
    r, z, n = (found.gates[name] for name in "rzn")
    same(r, sum(a["r"]).sigmoid())
    same(z, sum(a["z"]).sigmoid())
    same(n, (a["n"][0] + r * a["n"][1]).tanh())
    same(found.hidden, (1 - z) * n + z * shifted(found.hidden))
    assert found.cell is None


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_of_the_backward_half_stand_at_their_own_time(cell):
    """The half that reads from the end: its gate at step t sees x_t and the state of step t + 1."""
    model, x = model_and_inputs(cell, bidirectional=True)
    found = unrolled(model, x)
    with torch.no_grad():
        h = shifted(found.hidden[..., 4:].flip(1)).flip(1)
        a = pre_activations(model.recurrent, x, h, "_l0_reverse")
    for name in "ifo" if cell == "lstm" else "rz":
        same(found.gates[name][..., 4:], sum(a[name]).sigmoid())


def test_a_plain_cell_has_neither_gates_nor_a_cell_state():
    found = unrolled(*model_and_inputs("rnn_tanh"))
    assert found.gates == {}
    assert found.cell is None


# --- a unit held at zero ---------------------------------------------------------------------------


def test_a_hand_made_network_without_one_unit():
    """Two tanh units, all weights 1: the first reads x and the second; what is left without the second one?"""
    model = RecurrentModel("rnn_tanh", 1, 2, 1, readout="every").double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
        for bias in ("bias_ih_l0", "bias_hh_l0"):
            getattr(model.recurrent, bias).copy_(torch.tensor([0.0, 0.5]))
        model.linear.bias.fill_(0.0)
        x = torch.tensor([[[0.2], [-0.4]]], dtype=torch.float64)
        h_1 = np.tanh(0.2)
        h_2 = np.tanh(-0.4 + h_1)
        out = ablated(model, [1])(x)
        assert out.flatten().tolist() == pytest.approx([h_1, h_2], abs=1e-12)
        # to hide the unit from the readout only is something else: the first unit still reads it
        hidden_only = model.states(x)[0, :, 0].tolist()
        assert hidden_only[0] == pytest.approx(h_1, abs=1e-12)
        assert abs(hidden_only[1] - h_2) > 0.1


def held_by_a_loop(model, x, layer, unit):
    """The top states with one unit set to zero after every single step, through torch's own one-step cells."""
    module, H = model.recurrent, model.recurrent.hidden_size
    with torch.no_grad():
        for k in range(module.num_layers):
            halves = []
            for reverse in (False, True)[: 1 + module.bidirectional]:
                suffix = f"_l{k}" + reverse * "_reverse"
                steps = x.flip(1) if reverse else x
                alone = type(module)(
                    x.shape[2], H, batch_first=True, dtype=torch.float64,
                    **({"nonlinearity": module.nonlinearity} if isinstance(module, nn.RNN) else {}),
                )  # fmt: skip
                alone.load_state_dict(
                    {name: getattr(module, name.replace("_l0", suffix)) for name in alone.state_dict()}
                )
                state, outputs = None, []
                for x_t in steps.split(1, dim=1):
                    _, state = alone(x_t, state)
                    h = state[0] if isinstance(state, tuple) else state  # (1, B, H)
                    if k == layer and unit // H == reverse:
                        h[..., unit % H] = 0
                    outputs.append(h[0])
                halves.append(torch.stack(outputs[::-1] if reverse else outputs, dim=1))
            x = torch.cat(halves, dim=2)
    return x


@given(**SIZES, which=st.integers(0, 999))
def test_a_held_unit_is_zero_at_every_step_for_everybody(which, **sizes):
    model, x = model_and_inputs(**sizes)
    width = sizes["hidden"] * (1 + sizes["bidirectional"])
    layer, unit = which % sizes["layers"], which // 7 % width
    held = ablated(model, [unit], layer)
    with torch.no_grad():
        same(held.states(x), held_by_a_loop(model, x, layer, unit))
    assert torch.equal(unrolled(held, x, layer).hidden[..., unit], torch.zeros(x.shape[:2], dtype=torch.float64))


@pytest.mark.parametrize(
    "options", [dict(readout="mean_max"), dict(readout="final"), dict(readout="flatten", steps=6), dict(dense=5)]
)
def test_every_readout_sees_the_held_units_as_zero(options):
    model, x = model_and_inputs("gru", **options)
    without = ablated(model, [0, 2])
    with torch.no_grad():
        states = without.states(x)
        assert torch.equal(states[..., [0, 2]], torch.zeros_like(states[..., [0, 2]]))
        assert (model(x) - without(x)).abs().max() > 1e-4


def test_the_model_itself_is_left_as_it_was():
    model, x = model_and_inputs("lstm")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.no_grad():
        expected = model(x)
        ablated(model, range(4))
        same(model(x), expected)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_without_any_unit_only_the_bias_is_left():
    model, x = model_and_inputs("gru", layers=2)
    with torch.no_grad():
        same(ablated(model, range(4))(x), model.linear.bias.expand(3, 3))
        same(ablated(model, [])(x), model(x))


def test_a_trained_model_can_be_taken_apart():
    data = toy_data()
    model = RecurrentModel("lstm", 3, 8, 4)
    fit(model, data, epochs=2, batch_size=20, lr=0.01, progress=False, device="cpu")
    with torch.no_grad():
        expected = model.states(data.test.x)
    assert_close(unrolled(model, data.test.x).hidden, expected, atol=1e-5, rtol=0)  # float32
    assert not unrolled(model, data.test.x).hidden.requires_grad
    with torch.no_grad():
        assert (ablated(model, [3])(data.test.x) - model(data.test.x)).abs().max() > 0


# --- probes ----------------------------------------------------------------------------------------


def points(n, seed, noise=0.1):
    """Three classes, far apart in two of five features."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=n)
    x = rng.normal(size=(n, 5))
    x[:, :2] = np.array([[0, 4], [4, 0], [-4, -4]])[y] + noise * rng.normal(size=(n, 2))
    return x, y


def test_a_probe_reads_what_is_there_and_no_shuffled_labels():
    found = probe(points(300, 0), points(3000, 1), controls=6)
    assert found.accuracy == found.train_accuracy == 1
    assert len(found.control) == len(found.train_control) == 6
    assert len(set(found.train_control)) > 1  # another shuffling each
    assert all(abs(value - 1 / 3) < 0.06 for value in found.control)
    assert found.selectivity == pytest.approx(1 - np.mean(found.control))


def test_a_control_shuffles_the_labels_of_both_splits():
    """Its labels are the same ones in another order: with one class of nine tenths, it can guess that class."""
    rng = np.random.default_rng(0)
    train, test = ((rng.normal(size=(n, 3)), np.arange(n) % 10 == 0) for n in (200, 1000))
    assert probe(train, test).control == pytest.approx([0.9] * 3, abs=0.02)
    # with more features than examples every labelling can be learned by heart: only the test shows that
    many = probe((rng.normal(size=(40, 400)), np.arange(40) % 2), (rng.normal(size=(800, 400)), np.arange(800) % 2))
    assert many.train_control == (1, 1, 1)
    assert all(abs(value - 0.5) < 0.1 for value in many.control)


def test_a_probe_is_linear():
    """Exclusive or: all is there in two features, and no line can tell the classes apart."""
    corners = np.array(list(itertools.product((-1.0, 1.0), repeat=2)) * 50)
    assert probe((corners, corners.prod(1) > 0), (corners, corners.prod(1) > 0)).accuracy <= 0.75


def test_the_scale_of_the_features_does_not_matter():
    (x, y), test = points(200, 0, noise=3.0), points(500, 1, noise=3.0)
    scale, shift = np.array([1e-3, 10, 1, 5, 100]), np.arange(5)
    other = probe((x * scale + shift, y), (test[0] * scale + shift, test[1]))
    assert other.accuracy == pytest.approx(probe((x, y), test).accuracy, abs=1e-9)


def test_a_weaker_probe_learns_less_by_heart():
    train, test = ((np.random.default_rng(k).normal(size=(60, 40)), np.arange(60) % 2) for k in (0, 1))
    strong, weak = (np.mean(probe(train, test, strength=s).train_control) for s in (1.0, 1e-4))
    assert weak < strong


def test_the_seed_decides_the_shufflings():
    train, test = points(100, 0, noise=3.0), points(400, 1, noise=3.0)
    again = probe(train, test, seed=1)
    assert probe(train, test, seed=1) == again
    assert probe(train, test, seed=2).control != again.control
    assert probe(train, test, seed=2).accuracy == again.accuracy


def test_states_can_be_given_as_tensors_and_warn_of_nothing():
    model, x = model_and_inputs("lstm", batch=60)
    h = unrolled(model, x).hidden[:, -1]
    y = (x[:, -1, 0] > 0).long()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert probe((h[:40], y[:40]), (h[40:], y[40:])).train_accuracy > 0.8


# --- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m, x: unrolled(m, x, 2), r"layer must lie in 0 … 1, or count from the top, got 2"),
        (lambda m, x: unrolled(m, x, -3), r"layer must lie in 0 … 1, or count from the top, got -3"),
        (lambda m, x: ablated(m, [0], 2), r"layer must lie in 0 … 1, or count from the top, got 2"),
        (lambda m, x: unrolled(m, x[..., :1]), r"inputs must have the shape \(B, T, 2\) with T >= 1, got \(3, 6, 1\)"),
        (lambda m, x: unrolled(m, x[:, :0]), r"inputs must have the shape \(B, T, 2\) with T >= 1, got \(3, 0, 2\)"),
        (lambda m, x: ablated(m, [4]), r"units must lie in 0 … 3, got 4"),
        (lambda m, x: ablated(m, [-1]), r"units must lie in 0 … 3, got -1"),
        (lambda m, x: probe((x, x), (x, x)), r"train must be features \(N, F\) and labels \(N,\), got the shapes"),
        (lambda m, x: probe(points(9, 0), points(9, 0)[::-1]), r"test must be features \(N, F\) and labels \(N,\)"),
        (lambda m, x: probe(points(9, 0), (np.ones((9, 4)), np.ones(9))), r"test must have the 5 features of train"),
        (lambda m, x: probe((np.ones((9, 5)), np.ones(9)), points(9, 0)), r"at least two classes, got only 1.0"),
        (lambda m, x: probe((np.full((2, 1), np.nan), [0, 1]), ([[1]], [1])), r"train must have finite features"),
        (lambda m, x: probe(points(9, 0), points(9, 1), controls=0), r"controls must be a whole number of at least 1"),
        (lambda m, x: probe(points(9, 0), points(9, 1), strength=0), r"strength must be a positive number, got 0"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(*model_and_inputs("gru", layers=2))


@pytest.mark.parametrize("use", [lambda m: unrolled(m, torch.zeros(1, 8, 8)), lambda m: ablated(m, [0])])
def test_a_model_of_another_kind_is_named(use):
    with pytest.raises(TypeError, match="model must be a RecurrentModel, got MLP"):
        use(MLP(8, 8, 4, 10))


def test_recurrent_layers_without_a_cell_of_ours_are_named():
    model = RecurrentModel("gru", 2, 4, 3)
    model.recurrent = nn.Linear(2, 4)
    with pytest.raises(TypeError, match=r"model must have the recurrent layers of torch\.nn, got Linear"):
        ablated(model, [0])
