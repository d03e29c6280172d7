"""What real users hand over: each works, or the error names the argument, what came, and the remedy.

One table a kind: (what is done, the error, its message). The message is matched from the start.
"""

import copy
import json
import re
import warnings

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from support import same_weights, toy_data, toy_model
from torch import nn
from torch.nn.utils.rnn import pack_sequence

import rnncourse as rc
from rnncourse import CNN, MLP, Dataset, RecurrentModel, Split, evaluate, fit, mean_loss
from rnncourse.cells import GRUCell, LSTMCell, RNNCell, unroll
from rnncourse.networks.calling import check_batch_norm
from rnncourse.recurrences import LinearRecurrence, LRUCell, MinGRUCell, linear_scan, scan
from rnncourse.schedules import Cosine, HoldThenDecay, OneCycle, named_schedule
from rnncourse.training.augmentation import flip, shift

DATA, X = toy_data(), toy_data().train.x
TRAIN = dict(epochs=1, batch_size=16, lr=0.01, progress=False, device="cpu")
RAGGED = [torch.zeros(2, 3), torch.zeros(4, 3)]
PACKED = pack_sequence(RAGGED[::-1])
GRAPH = torch.zeros(4, 2, 3, requires_grad=True)


class Column:
    """What pandas' columns, frames and indexes have in common: they know how to become an array."""

    def __init__(self, values):
        self.values = np.asarray(values)
        self.values.flags.writeable = False  # as pandas hands them out

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def refused(do, error, message):
    with pytest.raises(error) as caught:
        do()
    assert re.match(message, str(caught.value)), str(caught.value)


# --- data ---


@pytest.mark.parametrize("kind", [np.asarray, Column, lambda part: part.tolist(), lambda part: np.asfortranarray(part)])
def test_arrays_columns_and_lists_are_as_good_as_tensors(kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # torch warns of arrays that may not be written to
        ours = Dataset(
            "toy",
            Column(["a", "b", "c", "d"]),
            *(Split(kind(part.x), kind(part.y)) for part in (DATA.train, DATA.validation, DATA.test)),
        )
    assert ours.classes == ("a", "b", "c", "d")
    models = [toy_model(), toy_model()]
    for model, data in zip(models, (DATA, ours), strict=True):
        fit(model, data, **TRAIN)
    assert same_weights(*(model.state_dict() for model in models))
    assert evaluate(models[0], ours.test, ours.classes).report()


@pytest.mark.parametrize("dtype", ["float64", "float16", ">f4", "float32"])
def test_numbers_of_numpy_become_float32(dtype):
    split = Split(np.ones((4, 2, 3), dtype), np.ones(4, dtype))
    assert (split.x.dtype, split.y.dtype) == (torch.float32, torch.float32)
    assert Split(X.double(), DATA.train.y).x.dtype == torch.float64  # a tensor's type is somebody's choice


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "bool", ">i4"])
def test_whole_numbers_of_any_type_are_labels(dtype):
    y = np.array([0, 1, 1, 0]).astype(dtype)
    assert Split(np.zeros((4, 2, 3)), y).y.tolist() == [0, 1, 1, 0]
    assert Split(np.zeros((4, 2, 3)), y, np.array([2, 2, 2, 2]).astype(dtype)).lengths.dtype == torch.int64
    if dtype in ("int8", "uint8", "int16", "int32", "bool"):
        assert Split(np.zeros((4, 2, 3)), torch.from_numpy(y)).y.dtype == torch.int64


def data_of(y, classes=("a", "b"), x=None):
    split = Split(np.zeros((4, 2, 3)) if x is None else x, y)
    return Dataset("x", classes, split, None, split)


LABELS = [0, 1, 1, 0]
FLOATS = np.array(LABELS, dtype="float64")
NUMBER_THEM = (
    r".*; number the names: classes, y = np.unique\(y, return_inverse=True\), and give the classes to Dataset$"
)


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (
            lambda: data_of(["cat", "dog", "dog", "cat"]),
            TypeError,
            "y must be numbers, got list of <U3 such as" + NUMBER_THEM,
        ),
        (
            lambda: data_of(Column(np.array(["a", "b", "b", "a"], object))),
            TypeError,
            "y must be numbers, got Column of object such as 'a'" + NUMBER_THEM,
        ),
        (
            lambda: data_of(np.array([0, 1, None, 1], object)),
            TypeError,
            r"y must be numbers, got ndarray of object such as 0; convert it with np.asarray\(y, dtype=",
        ),
        (
            lambda: data_of(FLOATS),
            TypeError,
            (
                r"train.y must be an int64 tensor of class labels, got a tensor of torch.float32; convert it with "
                r"torch.as_tensor\(y\).long\(\), or"
            ),
        ),
        (
            lambda: data_of(LABELS, classes=()),
            TypeError,
            r"train.y must be a floating-point tensor of numbers, as there are no classes, got a tensor of "
            r"torch.int64; "
            r"convert it with torch.as_tensor\(y\).float\(\), or name the classes",
        ),
        (lambda: data_of([0, 1, 2, 1]), ValueError, "train.y must lie in 0 … 1 for 2 classes, got 0 … 2"),
        (lambda: data_of([0, -1, 1, 1]), ValueError, "train.y must lie in 0 … 1 for 2 classes, got -1 … 1; to leave"),
        (
            lambda: data_of(LABELS, x=np.zeros((4, 2, 3), "uint8")),
            TypeError,
            r'x must be floating-point numbers, got ndarray of uint8; convert it with np.asarray\(x, dtype="float32"\)',
        ),
        (
            lambda: data_of(LABELS, x=torch.zeros(4, 2, 3).int()),
            TypeError,
            r"train.x must be a floating-point tensor, got a tensor of torch.int32; convert it with x.float\(\)",
        ),
        (
            lambda: data_of(LABELS, x=np.zeros((4, 2, 3), complex)),
            TypeError,
            "x must be numbers, got ndarray of complex",
        ),
        (lambda: data_of(LABELS, x=np.full((4, 2, 3), np.nan)), ValueError, "train.x must be finite, got NaN or inf"),
        (lambda: data_of(LABELS[:0], x=np.zeros((0, 2, 3))), ValueError, r"train.x is empty, shape \(0, 2, 3\)"),
        (
            lambda: data_of(LABELS, x=RAGGED),
            ValueError,
            r"x must be one array of numbers, got a list that is none; sequences of different lengths are filled up",
        ),
        (
            lambda: data_of(LABELS, x=[[[1.0], [2.0]], [[1.0]]]),
            ValueError,
            "x must be one array of numbers, got a list",
        ),
        (
            lambda: data_of(LABELS, x=PACKED),
            TypeError,
            r"x must be an array of numbers, got a PackedSequence; unpack it with x, lengths = nn.utils.rnn.pad_packed",
        ),
        (lambda: data_of(LABELS, x="abc"), TypeError, "x must be an array of numbers .*, got str"),
        (
            lambda: data_of(LABELS, x=GRAPH),
            ValueError,
            r"x must be data, got a tensor that requires a gradient; take x.det",
        ),
        (lambda: data_of(LABELS, x=GRAPH * 2), ValueError, "x must be data, got a tensor that requires a gradient"),
        (lambda: data_of(GRAPH[:, 0, 0], ()), ValueError, r"y must be data, .* take y.detach\(\)"),
        (
            lambda: Dataset("x", ("a",) * 4, DATA.train, DATA.validation, Split(X.double(), DATA.train.y)),
            TypeError,
            (
                r"test.x must have the dtype of train.x, torch.float32, got torch.float64; convert it with "
                r"torch.as_tensor\(x\).to\(torch.float32"
            ),
        ),
        (
            lambda: data_of(LABELS, classes="ab"),
            TypeError,
            r"classes must be a sequence of names, got the string 'ab'; write tuple\('ab'\)",
        ),
        (
            lambda: data_of(LABELS, classes="cat dog"),
            TypeError,
            r'.* got the string \'cat dog\'; write \("cat dog",\) for',
        ),
        (lambda: data_of(LABELS, classes=2), TypeError, r"classes must be .*, got int; write range\(C\) for C classes"),
        (
            lambda: data_of(LABELS, classes={"a", "b"}),
            TypeError,
            "classes must be .*, got set; write a list, in the order",
        ),
        (lambda: data_of(LABELS, classes={"a": 0, "b": 1}), TypeError, "classes must be .*, got dict; write a list"),
        (
            lambda: data_of(LABELS, classes=np.array([["a", "b"]])),
            TypeError,
            r"classes must be names in one row, got .*1, 2",
        ),
        (
            lambda: evaluate(toy_model(), DATA.test, "abcd"),
            TypeError,
            "classes must be a sequence of names, got the string",
        ),
        (
            lambda: evaluate(toy_model(), (DATA.test.x, DATA.test.y), DATA.classes),
            TypeError,
            r"split must be a Split\(x, y",
        ),
        (lambda: mean_loss(toy_model(), (DATA.test.x, DATA.test.y)), TypeError, r"split must be a Split\(x, y"),
        (
            lambda: mean_loss(toy_model(), Split(X, DATA.train.y - 1)),
            ValueError,
            "split.y must be at least 0, got -1 … 1",
        ),
        (lambda: mean_loss(toy_model(), Split(X[:0], DATA.train.y[:0])), ValueError, "split.x is empty"),
        (lambda: fit(toy_model(), DATA.train, **TRAIN), TypeError, "data must be a rnncourse Dataset, got Split"),
        (lambda: rc.datasets.reordered(DATA.train, "rows"), TypeError, "data must be a rnncourse Dataset, got Split"),
        (
            lambda: rc.datasets.reordered(rc.datasets.recall(train=16, validation=0, test=16), "columns"),
            ValueError,
            "data must be images, one target for each",
        ),
        (
            lambda: rc.datasets.reordered(DATA, "shuffled", seed=-1),
            ValueError,
            "seed must be a whole number of at least 0",
        ),
        (
            lambda: rc.datasets.digits(value_range=3),
            ValueError,
            r"value_range must be \(low, high\) with low < high, got 3",
        ),
        (lambda: rc.datasets.digits(seed="a"), ValueError, "seed must be a whole number of at least 0, got 'a'"),
        (lambda: rc.datasets.adding(seed=-1), ValueError, "seed must be a whole number of at least 0, got -1"),
    ],
)
def test_data_that_are_none_are_named(do, error, message):
    refused(do, error, message)


@pytest.mark.parametrize(
    "classes", [np.array(list("abcd")), range(4), list("abcd"), Column(list("abcd")), (1, 2, 3, 4)]
)
def test_names_of_classes_come_in_many_forms(classes):
    data = Dataset("toy", classes, DATA.train, DATA.validation, DATA.test)
    assert all(type(name) is str for name in data.classes)
    assert len(data.classes) == 4
    assert repr(data).endswith("4 classes)")
    result = evaluate(toy_model(), data.test, classes)
    assert result.classes == data.classes
    assert result.classes[0] in result.report()
    rc.plots.confusion(result.confusion, classes)


# --- models ---


class Returns(nn.Module):
    """A model with one weight that returns whatever it is told."""

    def __init__(self, what):
        super().__init__()
        self.weight, self.what = nn.Parameter(torch.ones(1)), what

    def forward(self, x):
        return self.what(x)


def frozen():
    model = toy_model()
    for weights in model.parameters():
        weights.requires_grad_(False)
    return model


def uses(model):
    """The three ways of using a model, each with the error of its data's dtype."""
    return (
        lambda: fit(model, DATA, **TRAIN),
        lambda: evaluate(model, DATA.test, DATA.classes),
        lambda: mean_loss(model, DATA.test),
    )


READS_OUT = r'use RecurrentModel\("{}", input_size, hidden_size, output_size\), which reads them out'


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            nn.LSTM(3, 4, batch_first=True),
            "model must return one tensor of outputs, got an nn.LSTM, .*" + READS_OUT.format("lstm"),
        ),
        (nn.GRU(3, 4), "model must return one tensor of outputs, got an nn.GRU, .*" + READS_OUT.format("gru")),
        (nn.RNN(3, 4, nonlinearity="relu"), "model must .* got an nn.RNN, .*" + READS_OUT.format("rnn_relu")),
        (
            nn.Sequential(nn.LSTM(3, 4), nn.Linear(4, 4)),
            "model must .* got an nn.LSTM in an nn.Sequential, .*" + READS_OUT.format("lstm"),
        ),
        (Returns(lambda x: (x, None)), "model must return one tensor of outputs, got tuple; return only what is to be"),
        (RecurrentModel, r"model must be an object, got the class RecurrentModel; make one, RecurrentModel\("),
        (lambda x: x, "model must be a torch.nn.Module, such as a RecurrentModel, got function"),
        (
            toy_model().double(),
            r"(data.train|split).x must have the dtype of the model, torch.float64, got torch.float32; convert "
            r"the data with torch.as_tensor\(x\).to\(torch.float64\), or the model with model.to\(torch.float32\)",
        ),
        (
            RecurrentModel("mingru", 3, 4, 4).double(),
            r"(data.train|split).x must have the dtype of the model, torch.float64",
        ),
        (
            nn.Sequential(nn.Flatten(), nn.Linear(15, 4)).double(),
            r"(data.train|split).x must have the dtype of the model",
        ),
    ],
)
def test_what_is_no_model_is_told_the_remedy(model, message):
    for use in uses(model):
        refused(use, TypeError, message)


def test_an_error_of_the_model_keeps_its_words_and_says_what_it_was_given():
    def broken(x):
        raise KeyError("own words")

    for use in uses(Returns(broken)):
        with pytest.raises(KeyError, match="own words") as caught:
            use()
        assert re.match(
            r"The model was called with inputs \(B, T, I\) of (data.train|split), \(\d+, 5, 3\)",
            caught.value.__notes__[0],
        )


@pytest.mark.parametrize("model", [frozen(), nn.Flatten()])
def test_a_model_with_nothing_to_train_can_be_judged_but_not_trained(model):
    refused(lambda: fit(model, DATA, **TRAIN), ValueError, "model must have weights that can be trained .*, got none")
    data = DATA if model.__class__ is RecurrentModel else toy_data(classes=15, features=3)
    assert 0 <= evaluate(model, data.test, data.classes).accuracy <= 1
    assert evaluate(model, data.test, data.classes).loss == pytest.approx(mean_loss(model, data.test)[0], rel=1e-5)


def test_a_model_half_frozen_is_trained_in_its_other_half():
    model = toy_model()
    for weights in model.recurrent.parameters():
        weights.requires_grad_(False)
    before = copy.deepcopy(model)
    fit(model, DATA, **TRAIN)
    assert same_weights(model.recurrent.state_dict(), before.recurrent.state_dict())
    assert not torch.equal(model.linear.weight, before.linear.weight)


class Normed(nn.Module):
    """A network that normalises over the batch, or over batch and time."""

    def __init__(self, over_time):
        super().__init__()
        self.over_time, self.norm, self.linear = over_time, nn.BatchNorm1d(3), nn.Linear(3, 4)

    def forward(self, x):
        return self.linear(self.norm(x.mT).mean(2) if self.over_time else self.norm(x.mean(1)))


def test_a_last_batch_of_one_under_batch_normalisation_is_refused_before_the_training():
    model = Normed(over_time=False)
    before = copy.deepcopy(model.state_dict())
    refused(
        lambda: fit(model, DATA, **{**TRAIN, "batch_size": 59}),
        ValueError,
        "batch_size must leave no batch of one example over for a model with batch normalisation, got batches of "
        "1, 59; choose another batch_size",
    )
    assert same_weights(model.state_dict(), before)
    fit(model, DATA, **{**TRAIN, "batch_size": 58})
    over_time = Normed(over_time=True)
    before = copy.deepcopy(over_time.state_dict())
    check_batch_norm(over_time, DATA.train, [torch.tensor([0])])  # several steps are enough to normalise by
    assert same_weights(over_time.state_dict(), before)
    fit(over_time, DATA, **{**TRAIN, "batch_size": 59})
    fit(toy_model(), DATA, **{**TRAIN, "batch_size": 59})
    unequal = rc.datasets.recall(train=16, validation=0, test=16, shortest=3, longest=5)  # 6, 5 and 5 of a length
    refused(
        lambda: check_batch_norm(Sized(), unequal.train, unequal.train.batches(torch.arange(16), 5)),
        ValueError,
        "batch_size must leave no batch of one example over .* got batches of 1, 5",
    )


class Sized(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(10)

    def forward(self, x):
        return self.norm(x.mean(1))


SIZES = dict(input_size=np.int64(3), hidden_size=np.int32(4), output_size=np.uint8(2))
STEPS = torch.zeros(2, 5, 3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: RecurrentModel("lstm", **SIZES, layers=np.int64(2), dropout=np.float32(0.5), dense=np.int64(3)),
        lambda: RecurrentModel("minlstm", **SIZES, layers=np.int64(2), readout="flatten", steps=np.int64(5)),
        lambda: MLP(np.int64(5), **SIZES),
        lambda: CNN(np.int64(5), np.int64(3), np.int64(2), np.array([2, 4]), np.int64(4), np.float64(0.1)),
        lambda: RecurrentModel("gru", 3, rc.matched_hidden_size(np.int64(900), "gru", np.int64(3), np.int64(2)), 2),
    ],
)
def test_sizes_of_numpy_are_sizes(make):
    model = make()
    assert model(STEPS).shape == (2, 2)
    json.dumps([model.output_size, getattr(model, "width", 0)])  # Python's own numbers


def test_numbers_of_numpy_train_as_pythons_own(tmp_path):
    """Also through a checkpoint, which can't hold NumPy's numbers, and with a schedule made of them."""
    one, other = toy_model(), toy_model()
    plain = dict(
        epochs=2,
        batch_size=16,
        lr=0.5,
        weight_decay=0.25,
        clip_norm=0.5,
        patience=2,
        seed=3,
        checkpoint_steps=1,
        checkpoint_seconds=1.0,
    )
    kinds = dict(
        epochs=np.int64,
        batch_size=np.int32,
        lr=np.float32,
        weight_decay=np.float64,
        clip_norm=np.float16,
        patience=np.int8,
        seed=np.uint64,
        checkpoint_steps=np.int64,
        checkpoint_seconds=np.float64,
    )
    quiet = dict(progress=False, device="cpu")
    fit(one, DATA, **plain, schedule=OneCycle(0.25), checkpoint=tmp_path / "c", **quiet)
    theirs = {name: kinds[name](value) for name, value in plain.items()}
    fit(other, DATA, **theirs, schedule=OneCycle(np.float64(0.25)), checkpoint=tmp_path / "d", **quiet)
    assert same_weights(one.state_dict(), other.state_dict())
    runs = [torch.load(tmp_path / name, weights_only=True)["run"] for name in "cd"]
    assert runs[0] == runs[1]
    fit(toy_model(), DATA, **theirs, schedule=OneCycle(np.float64(0.25)), checkpoint=tmp_path / "c", **quiet)


def test_numbers_of_numpy_draw_the_same_tasks():
    n = np.int64
    for one, other in (
        (
            rc.datasets.recall(16, 0, 16, 3, 4, 1, 5, seed=2),
            rc.datasets.recall(n(16), n(0), n(16), n(3), n(4), n(1), n(5), seed=n(2)),
        ),
        (rc.datasets.adding(5, 8, 0, 4, 1), rc.datasets.adding(n(5), n(8), n(0), n(4), n(1))),
        (
            rc.datasets.copy_memory(3, 25, 8, 8, 0, 4, 1),
            rc.datasets.copy_memory(n(3), n(25), n(8), n(8), n(0), n(4), n(1)),
        ),
        (rc.datasets.temporal_order(12, 8, 0, 4, 1), rc.datasets.temporal_order(n(12), n(8), n(0), n(4), n(1))),
        (
            rc.datasets.binary_addition(40, 8, 0, 4, seed=1),
            rc.datasets.binary_addition(n(40), n(8), n(0), n(4), seed=n(1)),
        ),
        (rc.datasets.digits(0.25, (0, 1), 1), rc.datasets.digits(np.float64(0.25), np.array([0, 1]), n(1))),
        (rc.datasets.digits(100), rc.datasets.digits(n(100))),
    ):
        assert torch.equal(one.train.x, other.train.x)
        assert torch.equal(one.test.y, other.test.y)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(checkpoint_steps=0), "checkpoint_steps must be a whole number of at least 1, or None, got 0"),
        (dict(checkpoint_seconds="60"), "checkpoint_seconds must be a number of at least 0 or None, got '60'"),
        (dict(schedule=Cosine), r"schedule must be a schedule, got the class Cosine; write Cosine\(\)"),
        (dict(epochs=np.float64(2)), "epochs must be a whole number of at least 1, got np.float64"),
        (dict(lr=torch.tensor(0.1)), "lr must be a positive number, got tensor"),
        (dict(device=0), "device must be one that torch can use here, such as cpu, got 0"),
    ],
)
def test_other_arguments_of_fit_are_named(change, message):
    refused(lambda: fit(toy_model(), DATA, **{**TRAIN, **change}), ValueError, message)


# --- sequences, cells, states ---

LSTM, LINEAR = LSTMCell(3, 4), MinGRUCell(3, 4)
MODEL = toy_model()
WRONG_SEQUENCES = [
    (
        STEPS.numpy(),
        TypeError,
        r"inputs must be a tensor .*, got ndarray; convert it with torch.as_tensor\(inputs, dtype=torch.float32",
    ),
    (STEPS.tolist(), TypeError, "inputs must be a tensor .*, got list; convert it with torch.as_tensor"),
    (
        PACKED,
        TypeError,
        r"inputs must be a tensor .*, got PackedSequence; unpack it: inputs, lengths = nn.utils.rnn.pad_packed",
    ),
    ((STEPS, None), TypeError, "inputs must be a tensor .*, got tuple; hand over the one that is meant"),
    (
        STEPS.double(),
        TypeError,
        r"inputs must have the dtype of the weights, torch.float32, got torch.float64; convert it with "
        r"inputs.to\(torch.float32\)",
    ),
    (STEPS.long(), TypeError, "inputs must have the dtype of the weights, torch.float32, got torch.int64"),
    (
        STEPS.to("meta"),
        ValueError,
        r'inputs must be on the device of the weights, cpu, got meta; move it with inputs.to\("cpu"\)',
    ),
    (STEPS[0], ValueError, r"inputs must have the shape \(B, .*3\).*, got \(5, 3\)"),
    (STEPS[..., :2], ValueError, r"inputs must have the shape \(B, .*3\).*, got \(2, 5, 2\)"),
]


@pytest.mark.parametrize(
    "use",
    [
        MODEL,
        MODEL.states,
        RecurrentModel("lru", 3, 4, 2),
        RecurrentModel("minlstm", 3, 4, 2, layers=2),
        MLP(5, 3, 4, 2),
        CNN(5, 3, 2, (2,), 4),
        LinearRecurrence(MinGRUCell, 3, 4),
        lambda x: unroll(LSTM, x),
        lambda x: unroll(LINEAR, x),
        lambda x: scan(LINEAR, x),
        lambda x: scan(LRUCell(3, 4), x),
        lambda x: rc.gradients.state_jacobians(LSTM, x),
        lambda x: rc.gradients.gradient_by_lag(MODEL, x),
        lambda x: rc.gradients.last_layer(MODEL, x),
        lambda x: rc.gradients.backpropagate(LSTM, x, torch.zeros(2, 5, 4)),
        lambda x: rc.states.unrolled(MODEL, x),
        lambda x: rc.cells.layer_inputs(MODEL.recurrent, x, 0),
        lambda x: rc.cells.layer_inputs(MODEL.recurrent, x, 1),
    ],
)
@pytest.mark.parametrize(("inputs", "error", "message"), WRONG_SEQUENCES)
def test_inputs_that_are_no_sequences_are_named(use, inputs, error, message):
    use(STEPS.clone().requires_grad_())  # with a graph they are inputs like any others
    refused(lambda: use(inputs), error, message)


@pytest.mark.parametrize("cell", [RNNCell(3, 4), LSTM, GRUCell(3, 4), LINEAR, LRUCell(3, 4)])
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (np.zeros((2, 3)), TypeError, "x must be a tensor .*, got ndarray"),
        (
            torch.zeros(2, 3).double(),
            TypeError,
            "x must have the dtype of the weights, torch.float32, got torch.float64",
        ),
        (torch.zeros(2, 4), ValueError, r"x must have the shape \(B, 3\) of one step, got \(2, 4\)"),
        (
            STEPS,
            ValueError,
            r"x must have the shape \(B, 3\) of one step, .*; run whole sequences with unroll\(cell, inputs",
        ),
    ],
)
def test_a_step_of_another_form_is_named(cell, x, error, message):
    refused(lambda: cell(x, cell.initial_state(2)), error, message)


@pytest.mark.parametrize(
    ("cell", "state", "error", "message"),
    [
        (
            LSTM,
            torch.zeros(2, 4),
            TypeError,
            r"state must be a pair \(h, c\), each \(2, 4\), got a tensor \(2, 4\)",
        ),  # 2 = B
        (LSTM, (torch.zeros(2, 4),), TypeError, r"state must be a pair \(h, c\), each \(2, 4\), got a tuple of 1"),
        (
            LSTM,
            (torch.zeros(2, 4), torch.zeros(1, 4)),
            ValueError,
            r"state must be a pair .*, got a tuple of 2: .*\(1, 4\)",
        ),
        (LSTM, nn.LSTM(3, 4, batch_first=True)(STEPS)[1], ValueError, r"state must be a pair .* a tensor \(1, 2, 4\)"),
        (
            GRUCell(3, 4),
            (torch.zeros(2, 4), torch.zeros(2, 4)),
            TypeError,
            r"state must be a tensor \(2, 4\), got a tuple of 2",
        ),
        (GRUCell(3, 4), torch.zeros(4), ValueError, r"state must be a tensor \(2, 4\), got a tensor \(4,\)"),
        (GRUCell(3, 4), np.zeros((2, 4)), TypeError, r"state must be a tensor \(2, 4\), got ndarray"),
        (LINEAR, torch.zeros(2, 5), ValueError, r"state must be a tensor \(2, 4\), got a tensor \(2, 5\)"),
    ],
)
def test_a_state_of_another_form_is_named(cell, state, error, message):
    ways = [lambda: unroll(cell, STEPS, state)]
    if np.ndim(state[0]) != 3:  # with axes of its own a step is left to the cell: several networks may be stacked
        ways.append(lambda: cell(STEPS[:, 0], state))
    if cell is LINEAR:
        ways.append(lambda: scan(cell, STEPS, state))
    else:
        ways += [
            lambda: rc.gradients.state_jacobians(cell, STEPS, state),
            lambda: rc.gradients.backpropagate(cell, STEPS, torch.zeros(2, 5, 4), state),
        ]
    for way in ways:
        refused(way, error, message)


def test_networks_can_be_stacked_in_one_cell():
    one, other = LSTMCell(3, 4), LSTMCell(3, 4)
    both = LSTMCell(3, 4)
    for name in ("W_x", "W_h"):
        setattr(both, name, nn.Parameter(torch.stack([getattr(one, name), getattr(other, name)])))
    both.b = nn.Parameter(torch.stack([one.b, other.b])[:, None])  # (2, 1, 4H)
    zero = torch.zeros(2, 2, 4)  # (networks, B, H)
    for state in (None, (zero, zero)):
        found = unroll(both, STEPS + 1, state)[0]  # (networks, T, B, H)
        for cell, states in zip((one, other), found, strict=True):
            torch.testing.assert_close(states.transpose(0, 1), unroll(cell, STEPS + 1)[0])


POINTS = (np.random.default_rng(0).normal(size=(20, 3)), np.arange(20) % 2)


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (
            lambda: unroll(nn.LSTM(3, 4), STEPS),
            TypeError,
            r"cell must be a cell of rnncourse.cells .* got LSTM; of a layer of",
        ),
        (lambda: scan(LSTM, STEPS), TypeError, "cell must be linear in its state .*, got LSTMCell; use cells.unroll"),
        (
            lambda: LSTMCell.from_torch(nn.GRU(3, 4)),
            TypeError,
            "module must be a torch.nn.LSTM for a LSTMCell, got GRU",
        ),
        (
            lambda: linear_scan(np.ones((1, 2, 3)), torch.ones(1, 2, 3)),
            TypeError,
            "factors must be a tensor .* got ndarray",
        ),
        (lambda: linear_scan(torch.ones(3), [[[1.0]]]), TypeError, r"drives must be a tensor \(B, T, H\), got list"),
        (
            lambda: linear_scan(torch.ones(3), torch.ones(1, 2, 3), 0.0),
            TypeError,
            r"h0 must be a tensor \(B, H\), got float",
        ),
        (
            lambda: LinearRecurrence(LSTMCell, 3, 4),
            TypeError,
            "cell_class must be a class of linear cells, such as MinGRUCell",
        ),
        (
            lambda: LinearRecurrence(MinGRUCell, 3, 4, 0),
            ValueError,
            "num_layers must be a whole number of at least 1, got 0",
        ),
        (lambda: LinearRecurrence(MinGRUCell, 3, 4, dropout=1), ValueError, "dropout must be a probability, .* got 1"),
        (lambda: RecurrentModel("gru", 3, 4, 2, dropout="x"), ValueError, "dropout must be a probability, .* got 'x'"),
        (
            lambda: CNN(5, 3, 2, 32),
            ValueError,
            r"filters must name the filters of at least one block, such as \(32, 64\), got 32",
        ),
        (lambda: rc.gradients.backpropagate(LSTM, STEPS, np.zeros((2, 5, 4))), TypeError, "immediate must be a tensor"),
        (
            lambda: rc.gradients.backpropagate(LSTM, STEPS, torch.zeros(2, 5, 4).double()),
            TypeError,
            "immediate must have the dtype of the weights, torch.float32, got torch.float64",
        ),
        (
            lambda: rc.gradients.gradient_by_lag(nn.LSTM(3, 4), STEPS),
            TypeError,
            "model must be a RecurrentModel, got LSTM",
        ),
        (lambda: rc.gradients.last_layer(nn.LSTM(3, 4), STEPS), TypeError, "model must be a RecurrentModel, got LSTM"),
        (
            lambda: rc.gradients.product_singular_values(torch.ones(2, 3, 3)),
            ValueError,
            r"jacobians must have the shape \(B, T, S, S\) with T >= 1, got \(2, 3, 3\)",
        ),
        (
            lambda: rc.gradients.product_singular_values([np.eye(2)]),
            TypeError,
            "jacobians must be a tensor .* got list",
        ),
        (lambda: rc.states.unrolled(nn.LSTM(3, 4), STEPS), TypeError, "model must be a RecurrentModel, got LSTM"),
        (
            lambda: rc.states.unrolled(MODEL, STEPS, 0.0),
            ValueError,
            "layer must lie in 0 … 0, or count from the top, got 0.0",
        ),
        (lambda: rc.states.ablated(MODEL, ["a"]), TypeError, "units must be numbers, got list of"),
        (lambda: rc.states.ablated(MODEL, [1.5]), ValueError, "units must lie in 0 … 7, got 1.5"),
        (lambda: rc.states.probe(POINTS[0], POINTS), TypeError, r"train must be a pair: features \(N, F\) and labels"),
        (
            lambda: rc.states.probe(POINTS, POINTS, strength="1"),
            ValueError,
            "strength must be a positive number, got '1'",
        ),
        (
            lambda: rc.states.probe((POINTS[0], POINTS[0][:, 0]), POINTS),
            ValueError,
            "train must have labels of classes, got",
        ),
        (lambda: rc.states.probe((["a"], [1]), POINTS), TypeError, "the features of train must be numbers"),
        (lambda: rc.factors.slow_features([["a"]]), TypeError, "x must be numbers, got list of"),
        (
            lambda: rc.factors.slow_features(RAGGED),
            ValueError,
            "x must be one array of numbers, got a list that is none",
        ),
        (
            lambda: rc.automaton.extract(np.zeros((1, 2, 3)), np.zeros((1, 2)), np.zeros((1, 2), int), 1),
            TypeError,
            r"symbols must be whole numbers, got float64; convert them with np.asarray\(symbols, \"int64\"\)",
        ),
        (lambda: rc.initial.orthogonal(nn.LSTM(3, 4)), TypeError, "model must be a RecurrentModel, got LSTM"),
        (lambda: rc.initial.forget_bias(nn.LSTM(3, 4), 1.0), TypeError, "model must be a RecurrentModel, got LSTM"),
        (lambda: rc.initial.forget_bias(toy_model(cell="lstm"), "1"), ValueError, "value must be a number, got '1'"),
        (lambda: rc.initial.forget_bias(toy_model(cell="lstm"), np.nan), ValueError, "value must be a number, got nan"),
        (lambda: rc.initial.keras(3), TypeError, "model must be a torch.nn.Module, got int"),
        (lambda: OneCycle("0.3"), ValueError, "warmup must be a fraction between 0 and 1, got '0.3'"),
        (lambda: HoldThenDecay(-1), ValueError, "hold must be a number of at least 0, got -1"),
        (lambda: HoldThenDecay(1, 0), ValueError, "rate must be a positive number, got 0"),
        (
            lambda: named_schedule(OneCycle),
            ValueError,
            r"schedule must be a schedule, got the class OneCycle; write OneCycle",
        ),
        (lambda: flip(np.zeros((2, 3, 4))), TypeError, r"x must be a tensor \(B, T, I\), got ndarray"),
        (
            lambda: shift(torch.zeros(2, 3)),
            ValueError,
            r"x must be images as sequences of rows, \(B, T, I\), got \(2, 3\)",
        ),
        (lambda: rc.binomial_interval(8.5, 10), ValueError, "correct must be a whole number of at least 0, got 8.5"),
        (lambda: rc.binomial_interval(11, 10), ValueError, "correct must be at most n, 10, got 11"),
        (lambda: rc.mean_interval(["a", "b"]), TypeError, "values must be numbers, got list of"),
        (
            lambda: rc.mean_interval(3.0),
            ValueError,
            r"values must be at least two numbers .*, got an array of the shape \(\)",
        ),
        (
            lambda: rc.mean_interval([GRAPH[0, 0, 0], GRAPH[0, 0, 1]]),
            ValueError,
            ".* take the numbers out of their graph: .item",
        ),
    ],
)
def test_what_the_other_functions_can_not_take_is_named(do, error, message):
    refused(do, error, message)


def test_tensors_with_a_graph_and_numbers_of_numpy_are_taken_where_arrays_are():
    x, y = torch.tensor(POINTS[0], requires_grad=True), torch.tensor(POINTS[1])
    assert rc.states.probe((x, y), (x * 1, y), np.int64(2), np.float64(1), np.int64(0)) == rc.states.probe(
        POINTS, POINTS, 2, 1.0, 0
    )
    named = np.array(["no", "yes"])[POINTS[1]]
    assert rc.states.probe((x, named), (x, named)).accuracy == rc.states.probe(POINTS, POINTS).accuracy
    slow = rc.factors.slow_features(x, np.int64(2))
    assert np.allclose(slow.slowness, rc.factors.slow_features(POINTS[0], 2).slowness)
    assert np.allclose(slow.transform(x), slow.transform(POINTS[0]))
    held = rc.states.ablated(MODEL, torch.tensor([1, 2]))
    assert same_weights(held.state_dict(), rc.states.ablated(MODEL, [1, 2], np.int64(0)).state_dict())
    states = torch.randn(4, 6, 2, requires_grad=True)
    bits = torch.randint(2, (4, 6), generator=torch.Generator().manual_seed(0))
    assert rc.automaton.extract(states, bits, bits, np.int64(1), np.int64(0)).size == 2
    assert rc.mean_interval(torch.tensor([1.0, 2.0, 3.0])) == rc.mean_interval((1, 2, 3))
    assert rc.difference_interval(np.arange(3), torch.arange(3)) == rc.difference_interval([0, 1, 2], [0, 1, 2])
    assert rc.binomial_interval(np.int64(8), np.int64(10)) == rc.binomial_interval(8, 10)
    one, other = toy_model(cell="lstm"), toy_model(cell="lstm")
    rc.initial.forget_bias(one, np.float64(1.5))
    rc.initial.forget_bias(other, 1.5)
    assert same_weights(one.state_dict(), other.state_dict())


# --- figures ---

CONFUSION, IMAGES = np.eye(2, dtype=int), np.zeros((2, 4, 4))


def figure(value):
    return Figure(figsize=(1, 1))


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (lambda: rc.plots.curves([1, 2], [0, 1], "x", "y"), TypeError, "series must be a dict name → values, got list"),
        (
            lambda: rc.plots.curves({"a": [1, 2, 3]}, [0, 1], "x", "y"),
            ValueError,
            r"series\['a'\] must have 2 values, as x has, got",
        ),
        (
            lambda: rc.plots.curves({"a": (X[:2, 0, 0], [0], [1, 2])}, [0, 1], "x", "y"),
            ValueError,
            r"series\['a'\] must have 2 val",
        ),
        (
            lambda: rc.plots.curves({"a": ["b", "c"]}, [0, 1], "x", "y"),
            TypeError,
            r"series\['a'\] must be numbers, got list",
        ),
        (
            lambda: rc.plots.curves({"a": [GRAPH[0, 0, 0], GRAPH[0, 0, 1]]}, [0, 1], "x", "y"),
            ValueError,
            (
                r"series\['a'\] must be one array of numbers, .*; take the numbers out of their graph: .item\(\) of "
                r"one number"
            ),
        ),
        (lambda: rc.plots.forest([(1, 0, 2)], "x"), TypeError, r"rows must be a dict name → \(value, low, high\)"),
        (lambda: rc.plots.forest({"a": 1}, "x"), TypeError, "rows must be a dict name"),
        (lambda: rc.plots.forest({}, "x"), TypeError, "rows must be a dict name .* with one row at least"),
        (
            lambda: rc.plots.confusion(CONFUSION, ["a"]),
            ValueError,
            r"counts must have the shape \(1, 1\) for 1 classes, got \(2, 2",
        ),
        (lambda: rc.plots.confusion(CONFUSION, "ab"), TypeError, "classes must be a sequence of names, got the string"),
        (lambda: rc.plots.gallery(IMAGES[0], [0], [0], "a"), TypeError, "classes must be a sequence of names"),
        (
            lambda: rc.plots.gallery(IMAGES[0], [0], [0], ["a"]),
            ValueError,
            r"images must have the shape \(N, height, width\) with N",
        ),
        (
            lambda: rc.plots.gallery(IMAGES, [0], [0, 0], ["a"]),
            ValueError,
            "predicted must be 2 class numbers, one for each image",
        ),
        (lambda: rc.plots.gallery(IMAGES, [0, 0], [0, 1], ["a"]), ValueError, "truth must lie in 0 … 0, got 0 … 1"),
        (lambda: rc.plots.gallery(IMAGES, [0.5, 0], [0, 0], ["a"]), ValueError, "predicted must be 2 class numbers"),
        (
            lambda: rc.plots.gallery(IMAGES, [0, 0], [0, 0], ["a"], columns=0),
            ValueError,
            "columns must be a whole number",
        ),
        (
            lambda: rc.widgets.flipbook(figure, 3, label="x", describe=str),
            TypeError,
            "values must be a list of values, got 3",
        ),
        (
            lambda: rc.widgets.flipbook(figure, "abc", label="x", describe=str),
            TypeError,
            "values must be a list of values, got 'abc'",
        ),
        (
            lambda: rc.widgets.flipbook(figure(1), [1, 2], label="x", describe=str),
            TypeError,
            "draw must be a function of a value, got Fig",
        ),
        (
            lambda: rc.widgets.flipbook(figure, [1, 2], label="x", describe="y"),
            TypeError,
            "describe must be a function of a value, got str",
        ),
        (
            lambda: rc.widgets.flipbook(figure, [1, 2], label=3, describe=str),
            TypeError,
            "label must be a string, got int",
        ),
    ],
)
def test_what_can_not_be_drawn_is_named(do, error, message):
    refused(do, error, message)


def test_tensors_can_be_drawn_as_they_are():
    values = torch.arange(3.0, requires_grad=True)
    (axes,) = rc.plots.curves({"a": values, "b": (values, values - 1, 5.0)}, torch.arange(3), "x", "y").axes
    assert axes.lines[0].get_ydata().tolist() == [0, 1, 2]
    rc.plots.confusion(torch.eye(2), range(2))
    rc.plots.gallery(
        torch.zeros(2, 4, 4, requires_grad=True), torch.tensor([0, 1]), torch.tensor([1, 1]), Column(["a", "b"])
    )
    rc.widgets.flipbook(figure, np.arange(2), label="x", describe=str)
