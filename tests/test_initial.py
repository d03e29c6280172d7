"""Each way to initialise does what its paper says, and nothing else."""

import copy

import pytest
import torch

from rnncourse import RecurrentModel, initial


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


def test_unsound_arguments_are_named():
    with pytest.raises(ValueError, match='model must have cell="lstm" to have forget gates, got "gru"'):
        initial.forget_bias(model("gru"), 1.0)
    with pytest.raises(ValueError, match="initial must be one of orthogonal, forget_bias, got 'he'"):
        initial.initialise(model(), "he")
