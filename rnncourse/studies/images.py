"""Our own experiments on images: recipes that beat the reports, and the tests of what the reports say."""

import itertools

from ..checks import check_name
from ..models import matched_hidden_size
from ._recipe import Recipe

IMAGE = (28, 10)  # features of one time step, classes

# Claim 2, depth: R4's LSTMs trained three times as long. Claim 3, the failing ReLU networks: R4's, with one change
# each: the step size of the report's text, clipping, orthogonal recurrent weights.
_SGD = dict(optimizer="sgd", lr=0.1, batch_size=100, epochs=5)
_RELU = {
    "slow": ({"lr": 0.01}, {}), "clipped": ({"clip_norm": 1.0}, {}), "orthogonal": ({}, dict(name="orthogonal")),
}  # fmt: skip


def _depth():
    data = dict(name="mnist", validation=0)
    for layers in (1, 2, 3):
        model = dict(cell="lstm", hidden_size=100, layers=layers)
        yield Recipe(f"R4-lstm-{layers}-long", data, model, {**_SGD, "epochs": 15})
    for layers, (change, (train, initial)) in itertools.product((1, 2), _RELU.items()):
        model = dict(cell="rnn_relu", hidden_size=100, layers=layers)
        yield Recipe(f"R4-rnn-relu-{layers}-{change}", data, model, {**_SGD, **train}, initial)


# Claim 7, gates or size: four networks of 100,000 parameters on R3's digits, three learning rates of which the
# validation loss of seed 0 chooses.
MATCHED_RATES = (3e-4, 1e-3, 3e-3)
MATCHED_CELLS = {"rnn": "rnn_tanh", "rnn-orthogonal": "rnn_tanh", "gru": "gru", "lstm": "lstm"}
_DIGITS = dict(name="mnist", validation=10_000)


def _matched():
    for (variant, cell), rate in itertools.product(MATCHED_CELLS.items(), MATCHED_RATES):
        model = dict(cell=cell, hidden_size=matched_hidden_size(100_000, cell, *IMAGE))
        train = dict(optimizer="adam", lr=rate, batch_size=100, epochs=5, clip_norm=1.0)
        initial = dict(name="orthogonal") if variant == "rnn-orthogonal" else {}
        yield Recipe(f"matched-{variant}-{rate:g}", _DIGITS, model, train, initial)


# Claim 4, regularisation: R3's RNN with weight decay in Adam and in AdamW, and both of its rows four times as long.
DECAYS = {"adam": (1e-6, 1e-5, 1e-4), "adamw": (1e-3, 1e-2, 1e-1, 1.0)}


def _decay():
    model = dict(cell="rnn_tanh", hidden_size=128, layers=2)
    train = dict(lr=1e-3, batch_size=100, epochs=5)
    for optimizer, values in DECAYS.items():
        for value in values:
            settings = {"optimizer": optimizer, **train, "weight_decay": value}
            yield Recipe(f"decay-{optimizer}-{value:g}", _DIGITS, model, settings)
    for name, value in (("rnn", 0.0), ("rnn-reg", 1e-3)):
        long = {"optimizer": "adam", **train, "epochs": 20, "weight_decay": value}
        yield Recipe(f"R3-mnist-{name}-long", _DIGITS, model, long)


# Claim 19, the next steps that R1 names for its second network: gated cells and dropout. They are taken in the
# smaller one of the same training, R1-after-small, which is as accurate and trains in a fifth of the time.
def _next_steps():
    data = dict(name="fashion_mnist", validation=0, value_range=(-1.0, 1.0))
    train = dict(optimizer="adam", lr=5e-4, batch_size=64, epochs=15)
    size = dict(hidden_size=128, layers=2)
    for name, cell in (("gru", "gru"), ("lstm", "lstm"), ("dropout", "rnn_tanh")):
        dropout = {"dropout": 0.25} if name == "dropout" else {}
        yield Recipe(f"R1-after-small-{name}", data, dict(cell=cell, **size, **dropout), train)


# Claim 10, order: networks of 100,000 parameters on the rows, the columns, the shuffled rows and the shuffled
# pixels of clothes. The CNN has three quarters of the LSTM's multiplications; "mlp-wide" has as many, and so more
# parameters.
ORDERS = ("rows", "columns", "shuffled_rows", "shuffled")


def _order():
    lstm = dict(cell="lstm", hidden_size=matched_hidden_size(100_000, "lstm", *IMAGE))
    work = 28 * 4 * lstm["hidden_size"] * (28 + lstm["hidden_size"])  # multiplications for one image
    nets = {
        "lstm": lstm,
        "cnn": dict(kind="cnn", filters=[16, 32, 64], hidden_size=74),
        "mlp": dict(kind="mlp", hidden_size=round(100_000 / (28 * 28 + 1 + 10))),
        "mlp-wide": dict(kind="mlp", hidden_size=round(work / (28 * 28 + 10))),
    }
    train = dict(optimizer="adamw", lr=3e-3, batch_size=128, epochs=5, schedule="one_cycle", weight_decay=0.01)
    for (name, model), order in itertools.product(nets.items(), ORDERS):
        data = dict(name="fashion_mnist", validation=0.1, order=order)
        yield Recipe(f"order-{name}-{order}", data, model, train)


# Recipes that beat the reports, at most 620,000 parameters, chosen on validation: bidirectional LSTMs that read out
# mean and maximum over time, and R5's CNN, with one-cycle AdamW and changed pictures.
_ONE_CYCLE = dict(optimizer="adamw", lr=3e-3, batch_size=128, schedule="one_cycle", weight_decay=0.01)
COURSE = {
    "digits": ("digits-plain", "digits-shift"),
    "clothes": ("clothes-1x96", "clothes-1x96-dropout", "clothes-2x128-dropout"),
    "cnn": ("cnn-plain", "cnn-flip"),
}


def _course():
    def lstm(hidden_size, layers=1, dropout=0.0):
        return dict(
            cell="lstm", hidden_size=hidden_size, layers=layers, bidirectional=True, readout="mean_max",
            dropout=dropout,
        )  # fmt: skip

    clothes, flipped = dict(name="fashion_mnist", validation=0.1), {**_ONE_CYCLE, "epochs": 15, "augment": "flip"}
    digits = dict(name="mnist", validation=6_000)
    cnn = dict(kind="cnn", filters=[32, 64, 128], hidden_size=128, dropout=0.25)
    yield Recipe("course-digits-plain", digits, lstm(96), {**_ONE_CYCLE, "epochs": 12})
    yield Recipe("course-digits-shift", digits, lstm(96), {**_ONE_CYCLE, "epochs": 12, "augment": "shift"})
    yield Recipe("course-clothes-1x96", clothes, lstm(96), flipped)
    yield Recipe("course-clothes-1x96-dropout", clothes, lstm(96, dropout=0.25), flipped)
    yield Recipe("course-clothes-2x128-dropout", clothes, lstm(128, layers=2, dropout=0.25), flipped)
    yield Recipe("course-cnn-plain", clothes, cnn, {**_ONE_CYCLE, "epochs": 12})
    yield Recipe("course-cnn-flip", clothes, cnn, {**_ONE_CYCLE, "epochs": 12, "augment": "flip"})


# The shortest training that reaches a report's accuracy: hidden units and epochs, from the cheapest on. A higher
# learning rate and smaller batches learn more in one epoch.
_QUICK = {**_ONE_CYCLE, "lr": 1e-2, "batch_size": 64}
_SIZES = {
    "digits": ((64, 1), (64, 2), (128, 2), (128, 3)),
    "clothes": ((64, 1), (64, 2), (128, 2), (128, 4), (128, 6), (128, 8)),
    "cnn": ((128, 4), (128, 6), (128, 8)),
}  # fmt: skip
FAST = {"R1-after": "clothes", "R3-mnist-gru": "digits", "R4-lstm-1": "digits", "R5-gru": "clothes", "R5-cnn": "cnn"}


def fast_ids(id):
    """The ids of the recipes that are to reach the accuracy of a report's recipe, from the cheapest on."""
    check_name("id", id, FAST)
    return [f"fast-{FAST[id]}-{units}x{epochs}" for units, epochs in _SIZES[FAST[id]]]


def _fast():
    data = {
        "digits": dict(name="mnist", validation=6_000), "clothes": dict(name="fashion_mnist", validation=0.1),
        "cnn": dict(name="fashion_mnist", validation=0.1),
    }  # fmt: skip
    for task, sizes in _SIZES.items():
        for units, epochs in sizes:
            model, train = dict(cell="lstm", hidden_size=units, readout="mean_max"), _QUICK
            if task == "cnn":
                model = dict(kind="cnn", filters=[32, 64, 128], hidden_size=units, dropout=0.25)
                train = _ONE_CYCLE
            yield Recipe(f"fast-{task}-{units}x{epochs}", data[task], model, {**train, "epochs": epochs})


IMAGES = (*_depth(), *_matched(), *_decay(), *_next_steps(), *_order(), *_course(), *_fast())
