"""What identifies a run: no two models or data sets that differ in anything that counts have the same lines."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from support import toy_data, toy_model
from torch import nn

from rnncourse import Split
from rnncourse.training.identity import difference, is_tensor, lines_of

# a reader's own network, as a notebook holds it
SOURCE = '''
import functools, types
import numpy as np
import torch
from torch import nn

SCALE = 2.0
CONFIG = {"shift": 1.0, "sizes": [3, 4]}
KINDS = {"sum", "mean", "max"}
PAIRS = (1, 2.5, "a")

def helper(x):
    """Twice as much."""
    return x * SCALE + CONFIG["shift"] if "sum" in KINDS else x * PAIRS[0]

@functools.lru_cache
def cached(n):
    return n + 1

def offset(by):
    return lambda x: x + by

class Gate:
    def __init__(self, slope):
        self.slope = slope

    def __call__(self, x):
        return (self.slope * x).sigmoid()

class Base(nn.Module):
    bend = 0.5

    @property
    def exponent(self):
        return 3

    @staticmethod
    def squash(x):
        return x.tanh()

class Net(Base):
    """A network."""

    def __init__(self):
        super().__init__()
        self.cell = nn.RNN(3, 4, nonlinearity="tanh", batch_first=True)
        self.out = nn.Linear(4, 2)
        self.other = nn.Linear(4, 2)
        self.steps = 5
        self.mask = torch.ones(4)
        self.register_buffer("rate", torch.tensor(0.1))
        self.register_buffer("hidden_rate", torch.tensor(0.1), persistent=False)
        self.gate = Gate(1.0)
        self.shift = offset(1)
        self.act = np.tanh
        self.half = functools.partial(torch.mul, other=0.5)
        self.order = ["a", "b"]
        self.numbers = np.arange(3)

    def read(self, h, power=2):
        # how the states are read
        last = h[:, -1]
        return helper(last) ** power + cached(1)

    def forward(self, x):
        h, _ = self.cell(x)
        return self.out(self.squash(self.read(h)) + self.bend)

    @torch.no_grad()
    def watch(self, x):
        return x + 1

def make():
    torch.manual_seed(0)
    net = Net()
    net.out.weight.requires_grad_(True)
    net.cell.register_forward_hook(lambda module, inputs, output: None)
    net.out.bias.register_hook(lambda gradient: gradient * 1)
    net.extra = types.MethodType(lambda self, x: x - 1, net)
    net.train()
    return net
'''
COUNTS = [
    ('nonlinearity="tanh"', 'nonlinearity="relu"'),
    ("manual_seed(0)", "manual_seed(1)"),
    ("h[:, -1]", "h[:, 0]"),
    ("h[:, -1]", "h.mean(1)"),
    ("SCALE = 2.0", "SCALE = 2.5"),
    ('"shift": 1.0', '"shift": 1.5'),
    ("[3, 4]", "[3, 5]"),
    ('{"sum", "mean", "max"}', '{"sum", "mean", "min"}'),
    ('(1, 2.5, "a")', '(1, 2.5, "b")'),
    ("x * SCALE", "x / SCALE"),
    ("n + 1", "n + 2"),
    ("offset(1)", "offset(2)"),
    ("x + by", "x - by"),
    ("Gate(1.0)", "Gate(1.5)"),
    (".sigmoid()", ".tanh()"),
    ("bend = 0.5", "bend = 0.6"),
    ("return 3", "return 4"),
    ("return x.tanh()", "return x.sin()"),
    ("steps = 5", "steps = 6"),
    ("torch.ones(4)", "torch.zeros(4)"),
    ("torch.ones(4)", "torch.ones(2, 2)"),
    ("torch.ones(4)", "torch.ones(4, dtype=torch.float64)"),
    ('("rate", torch.tensor(0.1)', '("rate", torch.tensor(0.2)'),
    ('("hidden_rate", torch.tensor(0.1)', '("hidden_rate", torch.tensor(0.2)'),
    ("np.tanh", "np.sin"),
    ("other=0.5", "other=0.6"),
    ("torch.mul,", "torch.div,"),
    ('["a", "b"]', '["b", "a"]'),
    ("np.arange(3)", "np.arange(3) + 1"),
    ("power=2", "power=3"),
    ("return x + 1", "return x + 2"),
    ("requires_grad_(True)", "requires_grad_(False)"),
    ("output: None", "output: output"),
    ("gradient * 1", "gradient * 2"),
    ("x - 1, net", "x - 2, net"),
    ("net = Net()", "net = Net().bfloat16()"),
    ("net = Net()", "net = Net(); net.other = net.out"),
    ("net = Net()", "net = Net(); net.other.weight = net.out.weight"),
    ("net = Net()", "net = Net(); net.other.load_state_dict(net.out.state_dict())"),
    ("net = Net()", "net = Net(); nn.utils.parametrizations.weight_norm(net.other)"),
    ("net.train()", "net.forward = net.watch"),
]
COUNTS_NOT = [
    ('"""A network."""', '"""Another docstring."""'),
    ('"""Twice as much."""', '"""2 x."""'),
    ("# how the states are read", "# read\n\n"),
    ("last", "final"),
    ("net.train()", "net.eval()"),
    ("SCALE = 2.0", "SCALE = 2"),
    ('{"sum", "mean", "max"}', '{"max", "sum", "mean"}'),
    ("CONFIG = {", "UNUSED = 7\nCONFIG = {"),
]


def model_lines(change=("", "")):
    """The lines of the model that the source makes after a change."""
    assert change[0] in SOURCE
    names = {"__name__": "a_notebook"}
    exec(compile(SOURCE.replace(*change), "<a cell>", "exec"), names)
    return lines_of(model=names["make"]())


@pytest.fixture(scope="module")
def lines():
    return model_lines()


@pytest.mark.parametrize("change", COUNTS, ids=" → ".join)
def test_whatever_decides_a_result_counts(lines, change):
    assert difference(lines, model_lines(change)) is not None


@pytest.mark.parametrize("change", COUNTS_NOT, ids=" → ".join)
def test_what_decides_nothing_does_not_count(lines, change):
    assert difference(lines, model_lines(change)) is None


def test_the_order_of_sets_and_the_number_of_a_process_do_not_count():
    code = "import json, test_identity; print(json.dumps(test_identity.model_lines()))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=Path(__file__).parent, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, check=True,
        ).stdout for seed in ("1", "2")
    }  # fmt: skip
    assert len(printed) == 1


def test_hooks_that_were_there_before_do_not_count():
    one = toy_model()
    one.register_forward_hook(print)
    for _ in range(3):
        nn.Linear(1, 1).register_forward_hook(print)
    other = toy_model()
    other.register_forward_hook(print)
    assert difference(lines_of(model=one), lines_of(model=other)) is None


def split(x, y=None, lengths=None):
    return {"data": Split(x, torch.arange(len(x)) if y is None else y, lengths)}


X = torch.arange(24.0).reshape(4, 3, 2) - 12


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (split(X), split(X.reshape(4, 2, 3))),
        (split(X), split(X.reshape(4, 6, 1))),
        (split(X), split(X.double())),
        (split(X.bfloat16()), split(X.half())),
        (split(X), split(X + (X == 3))),
        (split(X), split(X, torch.arange(4).flip(0))),
        (split(X), split(X, torch.arange(4.0))),
        (split(X), split(X, torch.arange(4), torch.tensor([3, 3, 3, 3]))),
        (split(X, None, torch.tensor([3, 3, 3, 2])), split(X, None, torch.tensor([3, 3, 2, 3]))),
        (dict(classes=("a", "b")), dict(classes=("b", "a"))),
        (dict(lr=0.1), dict(lr=0.1 + 1e-16)),
        (dict(flag=True), dict(flag=1)),
        (dict(one=1), dict(one="1")),
        (dict(text="x" * 100 + "a"), dict(text="x" * 100 + "b")),
        (dict(rate=[torch.float32]), dict(rate=[torch.float64])),
    ],
)
def test_whatever_differs_in_data_and_arguments_counts(one, other):
    assert difference(lines_of(**one), lines_of(**other)) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (split(X), split(X.clone())),
        (split(X), split(X.transpose(0, 2).contiguous().transpose(0, 2))),
        (split(X.bfloat16()), split(X.bfloat16().clone())),
        (split(X[:0]), split(X[:0])),
        (dict(lr=np.float64(0.1), seed=np.int64(3)), dict(lr=0.1, seed=3)),
        (dict(augment=None), {}),
        (dict(data=toy_data()), dict(data=toy_data())),
        (dict(sparse=torch.eye(3).to_sparse()), dict(sparse=torch.eye(3).to_sparse())),
        (dict(view=torch.tensor([1j]).conj()), dict(view=torch.tensor([1j]).conj())),
        (dict(scalar=torch.tensor(2.0)), dict(scalar=torch.tensor(2.0))),
    ],
)
def test_what_is_the_same_in_data_and_arguments_is_the_same(one, other):
    assert difference(lines_of(**one), lines_of(**other)) is None


def test_a_model_built_anew_is_the_same():
    for options in (dict(cell="lstm", layers=2, dropout=0.1), dict(cell="lru"), dict(bidirectional=True, dense=3)):
        assert difference(lines_of(model=toy_model(**options)), lines_of(model=toy_model(**options))) is None


def test_a_setting_is_named_before_a_weight():
    one, other = toy_model(hidden_size=8, seed=0), toy_model(hidden_size=8, readout="mean", seed=1)
    assert difference(lines_of(model=one), lines_of(model=other)) == ("model.readout", "'last'", "'mean'")
    place, then, now = difference(lines_of(model=one), lines_of(model=toy_model(seed=1)))
    assert place == "model.recurrent.weight_ih_l0"
    assert is_tensor(then) and is_tensor(now)


def test_what_can_not_be_taken_apart_is_named_by_its_class():
    class Odd:
        def __init__(self):
            self.stream, self.rate = sys.stdout, 3

    odd = Odd()
    odd.me = odd  # a circle
    assert lines_of(odd=odd)["odd.rate"] == "3"
    assert lines_of(odd=odd)["odd.me"] == "the same as odd"
