"""Each way to initialise does what its paper says, and nothing else."""

import copy
import math

import pytest
import torch
from torch import nn

from rnncourse import CNN, MLP, RecurrentModel, initial


def model(cell="lstm", **options):
    torch.manual_seed(0)
    return RecurrentModel(cell, 3, 6, 2, **options)


@pytest.mark.parametrize("cell", ["rnn_tanh", "lstm", "gru"])
def test_orthogonal_makes_every_recurrent_block_orthogonal(cell):
    net = model(cell, layers=2, bidirectional=True)
    before = copy.deepcopy(net)
    initial.orthogonal(net)
    for (name, new), old in zip(net.named_parameters(), before.parameters(), strict=True):
        if "weight_hh" in name:
            for block in new.split(6):
                torch.testing.assert_close(block @ block.T, torch.eye(6), atol=1e-5, rtol=0)
        else:
            assert torch.equal(new, old)


def test_the_forget_bias_is_the_sum_of_the_two():
    net = model(layers=2, bidirectional=True)
    before = copy.deepcopy(net)
    initial.forget_bias(net, 2.5)
    old = dict(before.named_parameters())
    for layer in ("l0", "l1", "l0_reverse", "l1_reverse"):
        i, h = (getattr(net.recurrent, f"bias_{part}_{layer}") for part in ("ih", "hh"))
        assert (i + h)[6:12].tolist() == [2.5] * 6
    for name, new in net.named_parameters():
        kept = [0, 2, 3] if "bias_" in name else range(4)
        for block in kept if "recurrent" in name else []:
            assert torch.equal(new.split(6)[block], old[name].split(6)[block])
    assert torch.equal(net.linear.bias, before.linear.bias)


def test_a_gate_with_only_its_bias_forgets_at_that_rate():
    net = model()
    for weights in net.parameters():
        torch.nn.init.zeros_(weights)
    initial.forget_bias(net, 2.0)
    state = torch.zeros(1, 1, 6), torch.ones(1, 1, 6)
    _, (_, c) = net.recurrent(torch.zeros(1, 10, 3), state)
    torch.testing.assert_close(c, torch.sigmoid(torch.tensor(2.0)).pow(10).expand(1, 1, 6))


def assert_uniform(weights, fan_in, fan_out):
    """Glorot and Bengio's distribution: uniform within ±√(6 / (fan-in + fan-out)), variance 2 / (fan-in + fan-out)."""
    bound, n = math.sqrt(6 / (fan_in + fan_out)), weights.numel()
    w = weights.detach().double()
    assert w.abs().max() <= bound * (1 + 1e-6)
    assert w.abs().max() > bound * (1 - 12 / n)  # below it once in 160,000
    assert abs(w.mean()) < 5 * bound / math.sqrt(3 * n)
    assert w.square().mean().item() == pytest.approx(2 / (fan_in + fan_out), rel=5 * math.sqrt(0.8 / n))


@pytest.mark.parametrize(("cell", "gates"), [("rnn_tanh", 1), ("rnn_relu", 1), ("gru", 3), ("lstm", 4)])
def test_keras_gives_a_recurrent_network_its_weights(cell, gates):
    torch.manual_seed(0)
    net = RecurrentModel(cell, 30, 20, 10, layers=2, bidirectional=True, readout="mean_max", dense=25)
    initial.keras(net)
    for name, weights in net.recurrent.named_parameters():
        if "weight_ih" in name:
            assert_uniform(weights, weights.shape[1], gates * 20)  # 30 inputs, or the 40 states of the layer below
        elif "weight_hh" in name:
            assert weights.shape == (gates * 20, 20)
            torch.testing.assert_close(weights.T @ weights, torch.eye(20), atol=1e-5, rtol=0)
        elif "bias_ih" in name and cell == "lstm":
            assert weights.tolist() == [0.0] * 20 + [1.0] * 20 + [0.0] * 40
        else:
            assert "bias" in name
            assert not weights.any()
    assert_uniform(net.dense[0].weight, 80, 25)
    assert_uniform(net.linear.weight, 25, 10)
    assert not net.dense[0].bias.any()
    assert not net.linear.bias.any()


def test_keras_gives_the_baselines_their_weights():
    torch.manual_seed(0)
    cnn, mlp = CNN(28, 28, 10), MLP(28, 28, 50, 10)
    initial.keras(cnn)
    initial.keras(mlp)
    kernels = [module.weight for module in cnn.modules() if isinstance(module, nn.Conv2d)]
    for kernel, (before, after) in zip(kernels, [(1, 32), (32, 64), (64, 128)], strict=True):
        assert_uniform(kernel, 9 * before, 9 * after)
    assert_uniform(cnn.hidden[0].weight, 2048, 128)
    assert_uniform(cnn.linear.weight, 128, 10)
    assert_uniform(mlp.hidden.weight, 784, 50)
    assert_uniform(mlp.linear.weight, 50, 10)
    for net in (cnn, mlp):
        assert not any(weights.any() for name, weights in net.named_parameters() if name.endswith("bias"))


def test_keras_takes_any_module_and_leaves_its_other_layers():
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Linear(4, 3, bias=False))
    net = nn.Sequential(nn.Embedding(5, 4), nn.LayerNorm(4), inner, nn.Linear(3, 2))
    before = copy.deepcopy(net)
    initial.keras(net)
    for place in (0, 1):
        assert all(torch.equal(a, b) for a, b in zip(net[place].parameters(), before[place].parameters(), strict=True))
    assert not torch.equal(net[2][0].weight, before[2][0].weight)
    assert not torch.equal(net[3].weight, before[3].weight)
    assert not net[3].bias.any()


def test_the_global_generator_decides_the_weights_of_keras():
    nets = [model(), model(), model()]
    for net, seed in zip(nets, (1, 1, 2), strict=True):
        torch.manual_seed(seed)
        initial.initialise(net, "keras")
    weights = [torch.cat([p.flatten() for p in net.parameters()]) for net in nets]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_unsound_arguments_are_named():
    with pytest.raises(ValueError, match='model must have cell="lstm" to have forget gates, got "gru"'):
        initial.forget_bias(model("gru"), 1.0)
    with pytest.raises(ValueError, match="initial must be one of keras, orthogonal, forget_bias, got 'he'"):
        initial.initialise(model(), "he")


@pytest.mark.parametrize("cell", ["mingru", "minlstm", "lru"])
def test_a_linear_recurrence_is_refused_and_left_as_it_is(cell):
    net = model(cell)
    before = copy.deepcopy(net.state_dict())
    with pytest.raises(ValueError, match=f'recurrent matrices to make orthogonal, got cell="{cell}"'):
        initial.orthogonal(net)
    with pytest.raises(ValueError, match="must have layers that Keras has, too, got a linear recurrence"):
        initial.keras(net)
    assert all(torch.equal(weights, before[name]) for name, weights in net.state_dict().items())
