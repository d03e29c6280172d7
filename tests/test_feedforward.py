"""The baselines without recurrence against the same computations written out, and their errors."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional
from torch.testing import assert_close

from rnncourse import CNN, MLP, count_parameters


def cnn_by_hand(model, x, dropout=0.0):
    """The CNN's logits from its weights alone: here LeakyReLU comes before the pooling, and borders are padded."""
    *pairs, hidden, last = zip(*[iter(model.parameters())] * 2, strict=True)  # (weight, bias) in order
    maps = x[:, None]
    for weight, bias in pairs:
        maps = functional.conv2d(functional.pad(maps, (1, 1, 1, 1)), weight, bias)
        maps = torch.where(maps > 0, maps, 0.1 * maps)
        rows, columns = maps.shape[2:]
        maps = functional.pad(maps, (0, columns % 2, 0, rows % 2), value=-math.inf)
        maps = maps.unfold(2, 2, 2).unfold(3, 2, 2).amax((4, 5))
        maps = functional.dropout(maps, dropout)
    a = maps.reshape(len(x), -1) @ hidden[0].T + hidden[1]
    return functional.dropout(torch.where(a > 0, a, 0.1 * a), dropout) @ last[0].T + last[1]


def cnn_parameters(rows, columns, outputs, filters, hidden):
    """The number of parameters by the formula."""
    convolutions = sum(9 * a * b + b for a, b in zip((1, *filters), filters, strict=False))
    for _ in filters:
        rows, columns = math.ceil(rows / 2), math.ceil(columns / 2)
    return convolutions + (filters[-1] * rows * columns + 1) * hidden + (hidden + 1) * outputs


@given(
    rows=st.integers(1, 11), columns=st.integers(1, 11), outputs=st.integers(1, 4),
    filters=st.lists(st.integers(1, 4), min_size=1, max_size=3), hidden=st.integers(1, 5), seed=st.integers(0, 999),
)  # fmt: skip
def test_the_cnn_is_the_computation_written_out(rows, columns, outputs, filters, hidden, seed):
    torch.manual_seed(seed)
    model = CNN(rows, columns, outputs, filters, hidden).double().eval()
    x = torch.randn(3, rows, columns, dtype=torch.float64)
    assert_close(model(x), cnn_by_hand(model, x), atol=1e-12, rtol=0)
    assert count_parameters(model) == cnn_parameters(rows, columns, outputs, filters, hidden)


def test_the_gradients_of_the_cnn_are_those_of_pooling_after_the_nonlinearity():
    torch.manual_seed(0)
    model, x = CNN(7, 5, 3, (2, 3), 4).double().eval(), torch.randn(4, 7, 5, dtype=torch.float64)
    ours = torch.autograd.grad(model(x).square().sum(), list(model.parameters()))
    theirs = torch.autograd.grad(cnn_by_hand(model, x).square().sum(), list(model.parameters()))
    assert_close(ours, theirs, atol=1e-12, rtol=1e-9)


def test_the_cnn_drops_after_each_block_and_after_the_hidden_layer():
    torch.manual_seed(0)
    model, x = CNN(6, 6, 3, (4, 8), 16, dropout=0.4), torch.randn(5, 6, 6)
    torch.manual_seed(1)
    ours = model(x)
    torch.manual_seed(1)  # the same numbers in the same order, so the same masks
    assert_close(ours, cnn_by_hand(model, x, dropout=0.4))
    assert not torch.equal(model(x), ours)
    model.eval()
    assert torch.equal(model(x), model(x))


def test_a_cnn_without_dropout_is_the_same_in_training():
    model, x = CNN(8, 8, 10, (2,), 4, dropout=0.0), torch.randn(3, 8, 8)
    assert torch.equal(model.train()(x), model.eval()(x))


@pytest.mark.parametrize(
    ("size", "sides"), [((28, 28), [(14, 14), (7, 7), (4, 4)]), ((8, 8), [(4, 4), (2, 2), (1, 1)]),
                        ((5, 9), [(3, 5), (2, 3), (1, 2)])],
)  # fmt: skip
def test_half_of_each_side_is_left_after_a_block_rounded_up(size, sides):
    model, seen = CNN(*size, 10), []
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.register_forward_hook(lambda module, inputs, output: seen.append(tuple(output.shape)))
    assert model(torch.zeros(2, *size)).shape == (2, 10)
    assert seen == [(2, n, *side) for n, side in zip((32, 64, 128), sides, strict=True)] + [(2, 128)]


def test_the_cnn_of_report_five_has_its_parameters():
    blocks = (9 + 1) * 32 + (9 * 32 + 1) * 64 + (9 * 64 + 1) * 128
    assert blocks + (128 * 4 * 4 + 1) * 128 + (128 + 1) * 10 == 356_234
    assert count_parameters(CNN(28, 28, 10)) == 356_234


def test_time_runs_downwards():
    model = CNN(8, 8, 10, (2,), 4).eval()
    with torch.no_grad():
        for weight in model.parameters():
            nn.init.zeros_(weight)
        model.blocks[0].weight[0, 0, 0, 1] = 1.0  # each pixel becomes the one before it in time
    x = torch.arange(64.0).reshape(1, 8, 8)
    before = model.blocks[0](x[:, None])[0, 0]
    assert torch.equal(before, torch.cat([torch.zeros(1, 8), x[0, :-1]]))


def test_mlp_by_hand():
    torch.manual_seed(0)
    model, x = MLP(5, 4, 6, 2), torch.randn(3, 5, 4)
    hidden = torch.tanh(x.reshape(3, 20) @ model.hidden.weight.T + model.hidden.bias)
    assert_close(model(x), hidden @ model.linear.weight.T + model.linear.bias)
    assert count_parameters(model) == 20 * 6 + 6 + 6 * 2 + 2


@pytest.mark.parametrize("model", [MLP(5, 4, 6, 2), CNN(5, 4, 2)])
@pytest.mark.parametrize("shape", [(3, 6, 4), (3, 4, 5), (5, 4), (3, 1, 5, 4)])
def test_inputs_of_another_shape_are_named(model, shape):
    with pytest.raises(ValueError) as caught:
        model(torch.zeros(shape))
    assert str(caught.value) == f"inputs must have the shape (B, 5, 4), got {shape}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(steps=0), "steps must be a whole number of at least 1, got 0"),
        (dict(input_size=2.5), "input_size must be a whole number of at least 1, got 2.5"),
        (dict(output_size=0), "output_size must be a whole number of at least 1, got 0"),
        (dict(hidden_size=True), "hidden_size must be a whole number of at least 1, got True"),
        (dict(filters=()), r"filters must name the filters of at least one block, such as \(32, 64\), got \(\)"),
        (dict(filters=(4, 0)), r"filters\[1\] must be a whole number of at least 1, got 0"),
        (dict(dropout=1.0), "dropout must be a probability, 0 <= dropout < 1, got 1.0"),
        (dict(dropout=-0.1), "dropout must be a probability, 0 <= dropout < 1, got -0.1"),
        (dict(dropout=math.nan), "dropout must be a probability, 0 <= dropout < 1, got nan"),
    ],
)
def test_bad_arguments_of_the_cnn_are_named(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        CNN(**{**dict(steps=8, input_size=8, output_size=10), **arguments})


@pytest.mark.parametrize("name", ["steps", "input_size", "hidden_size", "output_size"])
def test_bad_sizes_of_the_mlp_are_named(name):
    sound = dict(steps=5, input_size=4, hidden_size=6, output_size=2)
    with pytest.raises(ValueError, match=f"^{name} must be a whole number of at least 1, got 0"):
        MLP(**{**sound, name: 0})
