"""The models against recurrences written out in NumPy, and their errors."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from rnncourse import RecurrentModel, count_parameters
from rnncourse.networks.recurrent import READOUTS, matched_hidden_size

GATES = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}  # the linear recurrences are in test_recurrences.py


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def states_by_hand(module, cell, x, layer=0, reverse=False):
    """h_1 … h_T of one layer and direction, (B, T, H), by a plain loop over time that uses only NumPy."""
    suffix = f"l{layer}" + ("_reverse" if reverse else "")
    W_x, W_h, b_x, b_h = (
        getattr(module, f"{name}_{suffix}").detach().numpy()
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    x = x[:, ::-1] if reverse else x
    h = c = np.zeros((len(x), W_h.shape[1]))
    states = []
    for t in range(x.shape[1]):
        a_x, a_h = x[:, t] @ W_x.T + b_x, h @ W_h.T + b_h
        if cell == "rnn_tanh":
            h = np.tanh(a_x + a_h)
        elif cell == "rnn_relu":
            h = np.maximum(a_x + a_h, 0)
        elif cell == "lstm":
            i, f, g, o = np.split(a_x + a_h, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        else:
            (r_x, z_x, n_x), (r_h, z_h, n_h) = np.split(a_x, 3, axis=1), np.split(a_h, 3, axis=1)
            z = sigmoid(z_x + z_h)
            h = (1 - z) * np.tanh(n_x + sigmoid(r_x + r_h) * n_h) + z * h
        states.append(h)
    states = np.stack(states, axis=1)
    return states[:, ::-1] if reverse else states


def model_and_inputs(cell, batch=3, steps=5, inputs=4, hidden=6, outputs=2, seed=0, **options):
    torch.manual_seed(seed)
    model = RecurrentModel(cell, inputs, hidden, outputs, **options).double().eval()
    return model, torch.randn(batch, steps, inputs, dtype=torch.float64)


@given(
    cell=st.sampled_from(sorted(GATES)), batch=st.integers(1, 4), steps=st.integers(1, 9), inputs=st.integers(1, 5),
    hidden=st.integers(1, 6), seed=st.integers(0, 999),
)  # fmt: skip
def test_states_follow_the_recurrence(cell, batch, steps, inputs, hidden, seed):
    model, x = model_and_inputs(cell, batch, steps, inputs, hidden, seed=seed)
    assert_close(model.states(x).detach().numpy(), states_by_hand(model.recurrent, cell, x.numpy()), atol=1e-12, rtol=0)


@pytest.mark.parametrize("cell", sorted(GATES))
def test_second_layer_reads_the_states_of_the_first(cell):
    model, x = model_and_inputs(cell, layers=2)
    first = states_by_hand(model.recurrent, cell, x.numpy())
    assert_close(model.states(x).detach().numpy(), states_by_hand(model.recurrent, cell, first, layer=1))


@pytest.mark.parametrize("readout", READOUTS)
@pytest.mark.parametrize("cell", sorted(GATES))
def test_every_readout_of_a_bidirectional_model(cell, readout):
    torch.manual_seed(0)
    model = RecurrentModel(
        cell, 4, 6, 2, bidirectional=True, readout=readout, steps=5 if readout == "flatten" else None
    ).double()
    x = torch.randn(3, 5, 4, dtype=torch.float64)
    forward = states_by_hand(model.recurrent, cell, x.numpy())
    backward = states_by_hand(model.recurrent, cell, x.numpy(), reverse=True)
    h = np.concatenate([forward, backward], axis=2)
    read = {
        "last": h[:, -1],
        "final": np.concatenate([forward[:, -1], backward[:, 0]], axis=1),
        "mean": h.mean(1),
        "mean_max": np.concatenate([h.mean(1), h.max(1)], axis=1),
        "every": h,
        "flatten": h.reshape(len(h), -1),
    }[readout]
    weight, bias = model.linear.weight.detach().numpy(), model.linear.bias.detach().numpy()
    assert_close(model(x).detach().numpy(), read @ weight.T + bias, atol=1e-12, rtol=0)


@pytest.mark.parametrize("cell", sorted(GATES))
@pytest.mark.parametrize(("layers", "bidirectional"), [(1, False), (3, False), (2, True)])
def test_parameter_count_follows_the_formula(cell, layers, bidirectional):
    model = RecurrentModel(cell, 28, 16, 10, layers=layers, bidirectional=bidirectional)
    directions = 2 if bidirectional else 1
    inputs = [28] + [16 * directions] * (layers - 1)
    recurrent = sum(directions * GATES[cell] * (i * 16 + 16 * 16 + 2 * 16) for i in inputs)
    assert count_parameters(model) == recurrent + (16 * directions + 1) * 10


def test_dropout_acts_in_training_mode_only():
    torch.manual_seed(0)
    model, x = RecurrentModel("gru", 4, 50, 2, dropout=0.5), torch.randn(3, 5, 4)
    assert not torch.equal(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x))


@pytest.mark.parametrize("readout", READOUTS)
def test_a_dense_layer_lies_between_what_is_read_and_the_last_one(readout):
    torch.manual_seed(0)
    x, steps = torch.randn(3, 5, 4, dtype=torch.float64), 5 if readout == "flatten" else None
    model = RecurrentModel("gru", 4, 6, 2, readout=readout, steps=steps, dense=7).double()
    h = states_by_hand(model.recurrent, "gru", x.numpy())
    read = {
        "last": h[:, -1], "final": h[:, -1], "mean": h.mean(1), "every": h, "flatten": h.reshape(len(h), -1),
        "mean_max": np.concatenate([h.mean(1), h.max(1)], axis=1),
    }[readout]  # fmt: skip
    W_d, b_d, W, b = (p.detach().numpy() for p in (*model.dense.parameters(), *model.linear.parameters()))
    logits = np.maximum(read @ W_d.T + b_d, 0) @ W.T + b
    assert_close(model(x).detach().numpy(), logits, atol=1e-12, rtol=0)
    without = RecurrentModel("gru", 4, 6, 2, readout=readout, steps=steps)
    width = read.shape[-1]
    assert count_parameters(model) - count_parameters(without) == (width + 1) * 7 + (7 + 1) * 2 - (width + 1) * 2


def test_dropout_comes_after_the_dense_layer():
    torch.manual_seed(0)
    model, x = RecurrentModel("gru", 4, 6, 2, dropout=0.5, dense=7), torch.randn(3, 5, 4)
    dense = torch.relu(model.dense[0](model.states(x)[:, -1]))
    torch.manual_seed(1)
    logits = model(x)
    torch.manual_seed(1)  # the same numbers, so the same mask
    assert_close(logits, model.linear(torch.nn.functional.dropout(dense, 0.5)))


def test_mean_and_maximum_at_states_that_are_known():
    model = RecurrentModel("rnn_relu", 2, 2, 4, readout="mean_max")
    with torch.no_grad():
        for weights in model.parameters():
            torch.nn.init.zeros_(weights)
        model.recurrent.weight_ih_l0.copy_(torch.eye(2))  # the state is the input
        model.linear.weight.copy_(torch.eye(4))  # the logits are what is read
    x = torch.tensor([[[1.0, 4.0], [5.0, 0.0], [0.0, 2.0]]])
    assert_close(model(x), torch.tensor([[2.0, 2.0, 5.0, 4.0]]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            dict(cell="transformer"),
            "cell must be one of rnn_tanh, rnn_relu, lstm, gru, mingru, minlstm, lru, got 'transformer'",
        ),
        (dict(readout="first"), "readout must be one of last, final, mean, mean_max, every, flatten, got 'first'"),
        (dict(hidden_size=0), "hidden_size must be a whole number of at least 1, got 0"),
        (dict(hidden_size=True), "hidden_size must be a whole number of at least 1, got True"),
        (dict(readout=["last"]), r"readout must be one of last, final, mean, mean_max, every, flatten, got \['last'\]"),
        (dict(input_size=2.5), "input_size must be a whole number of at least 1, got 2.5"),
        (dict(layers=0), "layers must be a whole number of at least 1, got 0"),
        (dict(dropout=1.0), "dropout must be a probability, 0 <= dropout < 1, got 1.0"),
        (dict(readout="flatten"), 'steps is needed with readout="flatten" and only there, got None'),
        (dict(dense=0), "dense must be a whole number of at least 1, got 0"),
        (dict(steps=28), 'steps is needed with readout="flatten" and only there, got 28'),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    sound = dict(cell="gru", input_size=4, hidden_size=6, output_size=2)
    with pytest.raises(ValueError, match=f"^{message.replace('(', '[(]')}"):
        RecurrentModel(**{**sound, **arguments})


@pytest.mark.parametrize("shape", [(3, 5, 7), (5, 4), (3, 0, 4)])
def test_inputs_of_a_wrong_shape_are_named(shape):
    with pytest.raises(ValueError, match=r"inputs must have the shape \(B, T, 4\) with T >= 1, got"):
        RecurrentModel("gru", 4, 6, 2)(torch.zeros(shape))


def test_flatten_needs_the_steps_that_it_was_made_for():
    model = RecurrentModel("gru", 4, 6, 2, readout="flatten", steps=5)
    with pytest.raises(ValueError, match='readout="flatten" was made for 5 steps, got 6'):
        model(torch.zeros(3, 6, 4))


@pytest.mark.parametrize("cell", ["rnn_tanh", "lstm", "gru"])
@pytest.mark.parametrize("options", [{}, dict(layers=2, bidirectional=True), dict(readout="flatten", steps=5)])
def test_the_matched_hidden_size_comes_closest(cell, options):
    def off(size):
        return abs(count_parameters(RecurrentModel(cell, 3, size, 4, **options)) - 3000)

    size = matched_hidden_size(3000, cell, 3, 4, **options)
    assert off(size) == min(off(one) for one in range(1, 60))


def test_too_few_parameters_for_one_unit_are_named():
    with pytest.raises(ValueError, match="parameters must be at least 36, those of one unit, got 20"):
        matched_hidden_size(20, "lstm", 3, 6)
