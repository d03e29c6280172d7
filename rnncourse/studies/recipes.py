"""The experiments of the source reports, and our own, as data."""

import inspect
import itertools
import math
from dataclasses import dataclass, field

import torch

from .. import datasets
from ..checks import check_name
from ..initial import initialise
from ..losses import named_loss
from ..models import RecurrentModel, matched_hidden_size


@dataclass(frozen=True)
class Recipe:
    """One experiment, written down: everything but the seed.

    Args:
        id: its name in the ledger.
        data: ``name`` of a function in :mod:`rnncourse.datasets`, and its arguments.
        model: arguments of :class:`~rnncourse.RecurrentModel`; the sizes that the data set decides are left out.
        train: arguments of :func:`~rnncourse.fit`.
        initial: ``name`` of a function in :mod:`rnncourse.initial` that changes the initial weights, and its
            arguments; empty for torch's own.
        widths: for binary addition, the bits of other numbers on which the trained model is tested, 1,000 pairs each.
        published: metric → the figure that a report gives.
        source: key of the report in the book's references; ``"course"`` for an experiment of our own.
    """

    id: str
    data: dict
    model: dict
    train: dict
    initial: dict = field(default_factory=dict)
    widths: tuple[int, ...] = ()
    published: dict = field(default_factory=dict)
    source: str = "course"

    @property
    def loss(self):
        """The :class:`~rnncourse.losses.Loss` that the recipe trains with."""
        return named_loss(self.train.get("loss", "cross_entropy"))

    def load(self, scale="full", seed=0):
        """The data set of the recipe: images at full or at sample scale; for a synthetic task, drawn with ``seed``.

        MNIST has no sample, so scikit-learn's digits stand for it, with the same share held out.
        """
        arguments = dict(self.data)
        if arguments["name"] == "mnist" and scale == "sample":
            return datasets.digits(validation=arguments["validation"] / 60_000)
        function = getattr(datasets, arguments.pop("name"))
        if "scale" in inspect.signature(function).parameters:
            return function(scale=scale, **arguments)
        return function(seed=seed, **arguments)

    def build(self, data, seed):
        """A new model of the recipe for a data set, its initial weights drawn with ``seed``."""
        outputs = self.loss.outputs(len(data.classes))
        torch.manual_seed(seed)
        model = RecurrentModel(input_size=data.input_size, output_size=outputs, **self.model)
        if self.initial:
            initialise(model, **self.initial)
        return model


# R1, and its three changes (size, learning rate, epochs) made one at a time and undone one at a time
_R1_DATA = dict(name="fashion_mnist", validation=0, value_range=(-1.0, 1.0))
_SMALL, _LARGE = dict(hidden_size=128, layers=2), dict(hidden_size=256, layers=3)


def _r1(id, size, lr, epochs, published=None, source="course"):
    train = dict(optimizer="adam", lr=lr, batch_size=64, epochs=epochs)
    return Recipe(id, _R1_DATA, dict(cell="rnn_tanh", **size), train, published=published or {}, source=source)


# R2 and R4: plain SGD on all images, the last step read out; R2 doesn't give its training, so it is that of R4.
# R4's 3,000 iterations of batches of 100 are five epochs.
_SGD = dict(optimizer="sgd", lr=0.1, batch_size=100, epochs=5)
_R4_NETS = {
    "rnn-relu-1": ("rnn_relu", 1, 0.9212, 83), "rnn-relu-2": ("rnn_relu", 2, 0.6344, 122),
    "rnn-tanh-2": ("rnn_tanh", 2, 0.9514, 107), "lstm-1": ("lstm", 1, 0.9637, 71), "lstm-2": ("lstm", 2, 0.9574, 92),
    "lstm-3": ("lstm", 3, 0.9313, 118),
}  # fmt: skip


def _r2():
    data = dict(name="fashion_mnist", validation=0)
    for name, cell in (("rnn", "rnn_relu"), ("lstm", "lstm")):
        for layers in (1, 2):
            model = dict(cell=cell, hidden_size=100, layers=layers)
            yield Recipe(f"R2-{name}-{layers}", data, model, _SGD, source="blog-fashion")


def _r4():
    data = dict(name="mnist", validation=0)
    for name, (cell, layers, accuracy, seconds) in _R4_NETS.items():
        published = {"test_accuracy": accuracy, "seconds": seconds}
        model = dict(cell=cell, hidden_size=100, layers=layers)
        yield Recipe(f"R4-{name}", data, model, _SGD, published=published, source="harper2024")


# R3's digits: 10,000 of the training images held out; the regularisation is taken for weight decay
_R3_NETS = {
    "rnn": (dict(cell="rnn_tanh", hidden_size=128, layers=2), 0.899, 0.890),
    "gru": (dict(cell="gru", hidden_size=256, layers=2), 0.976, 0.945),
    "bilstm": (dict(cell="lstm", hidden_size=128, layers=2, bidirectional=True), 0.964, 0.938),
}


def _r3_mnist():
    data = dict(name="mnist", validation=10_000)
    train = dict(optimizer="adam", lr=1e-3, batch_size=100, epochs=5)
    for name, (model, plain, regularised) in _R3_NETS.items():
        id = f"R3-mnist-{name}"
        yield Recipe(id, data, model, train, published={"test_accuracy": plain}, source="ee6132-lab4")
        yield Recipe(
            f"{id}-reg", data, model, {**train, "weight_decay": 1e-3}, published={"test_accuracy": regularised},
            source="ee6132-lab4",
        )  # fmt: skip
        for layers in (1, 2):
            for size in (64, 128, 256):
                cell = {**model, "layers": layers, "hidden_size": size}
                yield Recipe(f"R3-grid-{name}-{layers}x{size}", data, cell, train)


# R3's synthetic tasks. What the report leaves open is run both ways: the readout of recall, the cell of addition.
# "-apart": training and test sequences apart, where the report's overlap. "-long": one-cycle schedule, five times
# the epochs, so that what is left at its end isn't a matter of stopping early.
SIZES = (2, 5, 10)
WIDTHS = (*range(1, 5), *range(6, 21), 50, 100, 200, 500, 1000)  # 5 is what they are trained on
_LONG = dict(schedule="one_cycle", lr=1e-2)


def _r3_recall():
    published = {2: 0.470, 5: 0.958, 10: 1.000}
    data = dict(name="recall", train=40_000, validation=0, test=10_000)
    train = dict(optimizer="adam", lr=5e-3, batch_size=50, epochs=3)
    for size in SIZES:
        for readout in ("last", "final"):
            id = f"R3-recall-h{size}-{readout}"
            model = dict(cell="lstm", hidden_size=size, bidirectional=True, readout=readout)
            overlapping = {**data, "overlap": True}
            yield Recipe(
                id, overlapping, model, train, published={"test_accuracy": published[size]}, source="ee6132-lab4",
            )  # fmt: skip
            yield Recipe(f"{id}-apart", data, model, train)
            yield Recipe(f"{id}-long", overlapping, model, {**train, **_LONG, "epochs": 15})


def _r3_add():
    published = {("bce", 2): 0.809, ("bce", 5): 0.989}
    losses = {"bce": "binary_cross_entropy", "mse": "brier"}
    data = dict(name="binary_addition", width=5, train=40_000, validation=0, test=10_000)
    for name, loss in losses.items():
        for size in SIZES:
            for cell in ("rnn_tanh", "lstm"):
                id = f"R3-add-{name}-h{size}-{cell.removesuffix('_tanh')}"
                model = dict(cell=cell, hidden_size=size, readout="every")
                train = dict(loss=loss, optimizer="adam", lr=5e-3, batch_size=100, epochs=5)
                overlapping = {**data, "overlap": True}
                yield Recipe(
                    id, overlapping, model, train, widths=WIDTHS,
                    published={"bit_accuracy": published.get((name, size), 1.0)}, source="ee6132-lab4",
                )  # fmt: skip
                yield Recipe(f"{id}-apart", data, model, train, widths=WIDTHS)
                yield Recipe(f"{id}-long", overlapping, model, {**train, **_LONG, "epochs": 25}, widths=WIDTHS)


# How far back can a cell learn to look? Three tasks, each at three lags (steps for adding and temporal order, the
# delay for copying, where each symbol is kept for delay + length steps), five variants of about 4,700 parameters,
# three learning rates of which seed 0 chooses.
LAGS = {"adding": (20, 40, 80), "copy": (5, 15, 40), "order": (20, 40, 80)}
LAG_RATES = (1e-3, 3e-3, 1e-2)
LAG_CELLS = {"rnn": "rnn_tanh", "rnn-orthogonal": "rnn_tanh", "gru": "gru", "lstm": "lstm", "lstm-forget": "lstm"}
_LAG_TASKS = {
    "adding": (lambda lag: dict(name="adding", steps=lag), "squared_error", "last", (2, 1)),
    "copy": (lambda lag: dict(name="copy_memory", delay=lag, length=5), "cross_entropy", "every", (10, 9)),
    "order": (lambda lag: dict(name="temporal_order", steps=lag), "cross_entropy", "last", (8, 4)),
}


def _lag():
    for task, (data, loss, readout, sizes) in _LAG_TASKS.items():
        for variant, cell in LAG_CELLS.items():
            model = dict(cell=cell, hidden_size=matched_hidden_size(4_700, cell, *sizes), readout=readout)
            for lag, rate in itertools.product(LAGS[task], LAG_RATES):
                initial = {
                    "rnn-orthogonal": dict(name="orthogonal"),
                    "lstm-forget": dict(name="forget_bias", value=round(math.log(lag - 1), 3)),  # σ(b) = 1 - 1/lag
                }.get(variant, {})  # fmt: skip
                train = dict(loss=loss, optimizer="adam", lr=rate, batch_size=50, epochs=10, clip_norm=1.0)
                yield Recipe(f"lag-{task}-{lag}-{variant}-{rate:g}", data(lag), model, train, initial)


RECIPES = {
    recipe.id: recipe
    for recipe in (
        _r1("R1-before", _SMALL, 1e-3, 5, source="pashkova"),
        _r1(
            "R1-after", _LARGE, 5e-4, 15, source="pashkova",
            published={
                "test_accuracy": 0.8570, "weighted_precision": 0.8633, "weighted_recall": 0.8570, "weighted_f1": 0.8582,
            },
        ),
        _r1("R1-before-large", _LARGE, 1e-3, 5),
        _r1("R1-before-slow", _SMALL, 5e-4, 5),
        _r1("R1-before-long", _SMALL, 1e-3, 15),
        _r1("R1-after-small", _SMALL, 5e-4, 15),
        _r1("R1-after-fast", _LARGE, 1e-3, 15),
        _r1("R1-after-short", _LARGE, 5e-4, 5),
        *_r2(),
        *_r4(),
        *_r3_mnist(),
        *_r3_recall(),
        *_r3_add(),
        *_lag(),
    )
}  # fmt: skip


def recipe(id):
    """The recipe of that id.

    Raises:
        ValueError: there is none.
    """
    check_name("id", id, RECIPES)
    return RECIPES[id]
