"""The experiments of the five reports, and the changes to them that test what the reports say."""

import itertools

from ..base.checks import check_name
from ._recipe import Recipe

# R1, and its three changes (size, learning rate, epochs) made one at a time and undone one at a time
_R1_DATA = dict(name="fashion_mnist", validation=0, value_range=(-1.0, 1.0))
_SMALL, _LARGE = dict(hidden_size=128, layers=2), dict(hidden_size=256, layers=3)


def _r1(id, size, lr, epochs, published=None, source="course"):
    train = dict(optimizer="adam", lr=lr, batch_size=64, epochs=epochs)
    return Recipe(id, _R1_DATA, dict(cell="rnn_tanh", **size), train, published=published or {}, source=source)


R1 = (
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
)  # fmt: skip


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


def r3_grid(name):
    """R3's grid of one kind of network: ``"2x64"`` (layers, hidden units) → id.

    One cell of each grid is the network of the report's own row; it has that row's id.

    Args:
        name: ``"rnn"``, ``"gru"`` or ``"bilstm"``.
    """
    check_name("name", name, _R3_NETS)
    model = _R3_NETS[name][0]
    row = (model["layers"], model["hidden_size"])
    return {
        f"{layers}x{size}": f"R3-mnist-{name}" if (layers, size) == row else f"R3-grid-{name}-{layers}x{size}"
        for layers, size in itertools.product((1, 2), (64, 128, 256))
    }


def _r3_mnist():
    data = dict(name="mnist", validation=10_000)
    train = dict(optimizer="adam", lr=1e-3, batch_size=100, epochs=5)
    for name, (model, plain, regularised) in _R3_NETS.items():
        id = f"R3-mnist-{name}"
        whole = Recipe(id, data, model, train, published={"test_accuracy": plain}, source="ee6132-lab4")
        yield whole
        yield Recipe(
            f"{id}-reg", data, model, {**train, "weight_decay": 1e-3}, published={"test_accuracy": regularised},
            source="ee6132-lab4",
        )  # fmt: skip
        for cell, cell_id in r3_grid(name).items():
            if cell_id != id:
                layers, size = map(int, cell.split("x"))
                yield whole.changed(cell_id, dict(layers=layers, hidden_size=size))


# R5: Keras's initial weights; Adam's learning rate and the rate of its decay are Keras's usual ones. LeakyReLU after
# a layer with ReLU changes nothing, so it is left out. The filters of the second and third block aren't given.
_R5_NETS = {
    "gru": (
        dict(cell="gru", hidden_size=128, readout="flatten", dense=128, dropout=0.25),
        {
            "test_accuracy": 0.897, "test_loss": 0.296, "recall of Shirt": 0.71, "F1 of Shirt": 0.74,
            "F1 of Sneaker": 0.98, "precision of Trouser": 0.98, "recall of Trouser": 0.97,
        },
    ),
    "cnn": (
        dict(kind="cnn", filters=[32, 64, 128], hidden_size=128, dropout=0.25),
        {
            "test_accuracy": 0.919, "test_loss": 0.243, "recall of Shirt": 0.70, "F1 of Shirt": 0.78,
            "F1 of Trouser": 0.98, "F1 of Bag": 0.99,
        },
    ),
}  # fmt: skip


def _r5():
    data = dict(name="fashion_mnist", validation=0.2)
    train = dict(optimizer="adam", lr=1e-3, batch_size=128, epochs=20, schedule="hold_then_decay", patience=2)
    for name, (model, published) in _R5_NETS.items():
        whole = Recipe(f"R5-{name}", data, model, train, dict(name="keras"), published=published, source="dang")
        yield whole
        yield whole.changed(f"R5-{name}-nodropout", dict(dropout=0.0))


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


REPORTS = (*R1, *_r2(), *_r4(), *_r3_mnist(), *_r5(), *_r3_recall(), *_r3_add())
