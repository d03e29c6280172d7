"""What a function of the package borrows, a model's modes or the random numbers, is as before when it returns."""

import random
import sys
from contextlib import nullcontext

import matplotlib.pyplot as plt
import numpy as np
import pytest
import runner_driver
import torch
from support import Interruption, counted_steps, toy_data, toy_model
from torch import nn

import rnncourse as rc
from rnncourse.base.lending import one_thread
from rnncourse.studies import runs


class Frozen(nn.Module):
    """A network of which the user keeps one layer in evaluation mode."""

    def __init__(self, error=False):
        super().__init__()
        torch.manual_seed(0)
        self.error = error
        self.norm, self.drop, self.linear = nn.BatchNorm1d(15), nn.Dropout(0.3), nn.Linear(15, 4)

    def forward(self, x):
        if self.error:
            raise ArithmeticError("in the model")
        return self.linear(self.drop(self.norm(x.flatten(1))))


DATA = toy_data()
CALLS = {
    "evaluate": lambda model: rc.evaluate(model, DATA.test, DATA.classes),
    "mean_loss": lambda model: rc.mean_loss(model=model, split=DATA.test),
    "fit": lambda model: rc.fit(model, DATA, epochs=1, batch_size=20, lr=0.01, progress=False, device="cpu"),
}


def modes(model):
    return [one.training for one in model.modules()]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("error", [False, True])
@pytest.mark.parametrize("training", [True, False])
def test_every_module_is_in_its_own_mode_again(call, error, training):
    model = Frozen(error).train(training)
    model.norm.train(not training)
    before = modes(model)
    if error:
        with pytest.raises(ArithmeticError, match="in the model"):
            CALLS[call](model)
    else:
        CALLS[call](model)
    assert modes(model) == before == [training, not training, training, training]


def test_fit_trains_in_training_mode_and_judges_in_evaluation_mode():
    seen, model = [], Frozen().eval()
    model.linear.register_forward_hook(lambda *_: seen.append(modes(model)))
    CALLS["fit"](model)
    assert seen == [[False] * 4, [True] * 4, [True] * 4, [True] * 4, [False] * 4]  # a try, 60 in batches of 20, a look


@pytest.mark.parametrize("broken_off", [False, True])
def test_fit_leaves_the_modes_and_the_gradients_that_were_there(broken_off):
    model = Frozen().eval()
    model.drop.train()
    model.linear.weight.grad = torch.ones(4, 15)
    with pytest.raises(Interruption) if broken_off else nullcontext(), counted_steps(1 if broken_off else None):
        CALLS["fit"](model)
    assert modes(model) == [False, False, True, False]
    assert model.linear.weight.grad.equal(torch.ones(4, 15))
    assert model.linear.bias.grad is None


def test_fit_leaves_what_is_frozen_frozen():
    model = Frozen()
    model.linear.bias.requires_grad_(False)
    bias = model.linear.bias.clone()
    CALLS["fit"](model)
    assert model.linear.bias.equal(bias)
    assert [name for name, one in model.named_parameters() if not one.requires_grad] == ["linear.bias"]


def global_state():
    """What a function could change for everybody."""
    return {
        "python": random.getstate(), "numpy": repr(np.random.get_state()), "torch": torch.get_rng_state().tolist(),
        "dtype": torch.get_default_dtype(), "threads": torch.get_num_threads(), "gradients": torch.is_grad_enabled(),
        "tiny numbers": sys.float_info.min / 2, "rcParams": dict(plt.rcParams), "figures": plt.get_fignums(),
    }  # fmt: skip


def careless(*_):
    """A reader's function that seeds everything, and changes a default."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)


MODEL, LSTM, RECIPE = Frozen(), toy_model(cell="lstm", layers=2), runner_driver.small(1)
LEAVES_ALL = {
    **{name: lambda call=call: call(MODEL) for name, call in CALLS.items()},
    "check": lambda: rc.check("sequences-adding", careless),
    "gradient_by_lag": lambda: rc.gradients.gradient_by_lag(LSTM, DATA.test.x),
    "unrolled": lambda: rc.states.unrolled(LSTM, DATA.test.x),
    "ablated": lambda: rc.states.ablated(LSTM, [0]),
    "probe": lambda: rc.states.probe((DATA.train.x[:, 0], DATA.train.y), (DATA.test.x[:, 0], DATA.test.y)),
    "slow_features": lambda: rc.factors.slow_features(DATA.train.x.numpy()),
    "extract": lambda: rc.automaton.extract(DATA.train.x, torch.zeros(60, 5).long(), torch.zeros(60, 5).long(), 1),
    "datasets": lambda: (rc.datasets.digits(), rc.datasets.adding(steps=5, train=9, validation=9, test=9)),
    "reordered": lambda: rc.datasets.reordered(rc.datasets.digits(), "shuffled_rows"),
    "matched_hidden_size": lambda: rc.matched_hidden_size(500, "gru", 3, 4),
    "plots": lambda: plt.close(rc.plots.curves({"a": [1, 2], "b": [2, 1]}, [1, 2], "x", "y")),
    "flipbook": lambda: rc.widgets.flipbook(lambda _: plt.figure(), [1, 2], label="n", describe=str),
    "recipe": lambda: RECIPE.build(RECIPE.load(), 0),
    "run": lambda: runs.run(RECIPE, 0),
}


@pytest.mark.parametrize("name", LEAVES_ALL)
def test_no_global_state_is_changed(name):
    before = global_state()
    LEAVES_ALL[name]()
    after = global_state()
    assert [what for what in before if before[what] != after[what]] == []


@pytest.mark.parametrize("flush", [True, False])
def test_a_run_leaves_the_treatment_of_tiny_numbers_as_it_was(flush):
    if not torch.set_flush_denormal(flush):
        pytest.skip("this processor treats them in one way only")
    try:
        runs.run(RECIPE, 0)
        assert (sys.float_info.min / 2 == 0) == flush
    finally:
        torch.set_flush_denormal(False)


def test_one_thread_is_for_a_while_only():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(ArithmeticError), one_thread():
            assert torch.get_num_threads() == 1
            raise ArithmeticError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
