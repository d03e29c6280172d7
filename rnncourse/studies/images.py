"""Our own experiments on images: recipes that beat the reports, and the tests of what the reports say."""

import itertools

from ..base.checks import check_name
from ..networks.recurrent import matched_hidden_size
from ._recipe import Recipe
from .reports import REPORTS

IMAGE = (28, 10)  # features of one time step, classes
_REPORTED = {recipe.id: recipe for recipe in REPORTS}


# Claim 2, depth: R4's LSTMs trained three times as long.
def _depth():
    for id in ("R4-lstm-1", "R4-lstm-2", "R4-lstm-3"):
        yield _REPORTED[id].changed(f"{id}-long", train={"epochs": 15})


# Claim 7, gates or size: four networks of 100,000 parameters on R3's digits, three learning rates of which the
# validation loss of seed 0 chooses.
MATCHED_RATES = (3e-4, 1e-3, 3e-3)
MATCHED_CELLS = {"rnn": "rnn_tanh", "rnn-orthogonal": "rnn_tanh", "gru": "gru", "lstm": "lstm"}


def _matched():
    r3 = _REPORTED["R3-mnist-rnn"]
    for variant, cell in MATCHED_CELLS.items():
        model = dict(cell=cell, hidden_size=matched_hidden_size(100_000, cell, *IMAGE))
        initial = dict(name="orthogonal") if variant == "rnn-orthogonal" else {}
        for rate in MATCHED_RATES:
            train = {**r3.train, "lr": rate, "clip_norm": 1.0}
            yield Recipe(f"matched-{variant}-{rate:g}", r3.data, model, train, initial)


# Claim 4, regularisation: R3's RNN with weight decay in Adam and in AdamW, and both of its rows four times as long.
DECAYS = {"adam": (1e-6, 1e-5, 1e-4), "adamw": (1e-3, 1e-2, 1e-1, 1.0)}


def _decay():
    for optimizer, values in DECAYS.items():
        for value in values:
            settings = {"optimizer": optimizer, "weight_decay": value}
            yield _REPORTED["R3-mnist-rnn"].changed(f"decay-{optimizer}-{value:g}", train=settings)
    for id in ("R3-mnist-rnn", "R3-mnist-rnn-reg"):
        yield _REPORTED[id].changed(f"{id}-long", train={"epochs": 20})


# Claim 19, the next steps that R1 names for its second network: gated cells and dropout. They are taken in the
# smaller one of the same training, R1-after-small, which is as accurate and trains in a fifth of the time.
_NEXT_STEPS = {"gru": {"cell": "gru"}, "lstm": {"cell": "lstm"}, "dropout": {"dropout": 0.25}}


def _next_steps():
    for name, change in _NEXT_STEPS.items():
        yield _REPORTED["R1-after-small"].changed(f"R1-after-small-{name}", change)


# The training of our own recipes
_ONE_CYCLE = dict(optimizer="adamw", lr=3e-3, batch_size=128, schedule="one_cycle", weight_decay=0.01)

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
    train = {**_ONE_CYCLE, "epochs": 5}
    for (name, model), order in itertools.product(nets.items(), ORDERS):
        data = dict(name="fashion_mnist", validation=0.1, order=order)
        yield Recipe(f"order-{name}-{order}", data, model, train)


# Recipes that beat the reports, at most 620,000 parameters, chosen on validation: bidirectional LSTMs that read out
# mean and maximum over time, and R5's CNN, with one-cycle AdamW and changed pictures.
_DATA = {
    "digits": dict(name="mnist", validation=6_000), "clothes": dict(name="fashion_mnist", validation=0.1),
    "cnn": dict(name="fashion_mnist", validation=0.1),
}  # fmt: skip
_CNN = _REPORTED["R5-cnn"].model


def _both_ways(hidden_size, layers=1, dropout=0.0):
    return dict(
        cell="lstm", hidden_size=hidden_size, layers=layers, bidirectional=True, readout="mean_max", dropout=dropout
    )


# per task: name → (model, changes of the training, initial weights)
_FLIP, _FASTER = {"augment": "flip"}, {"lr": 1e-2, "batch_size": 64}
_SLOWER, _KERAS = {"lr": 2e-3}, dict(name="keras")
_TRIED = {
    "digits": {"digits-plain": (_both_ways(96), {}, {}), "digits-shift": (_both_ways(96), {"augment": "shift"}, {})},
    "clothes": {
        "clothes-1x96": (_both_ways(96), {**_FLIP, "epochs": 15}, {}),
        "clothes-1x96-faster": (_both_ways(96), {**_FLIP, **_FASTER, "epochs": 15}, {}),
        "clothes-1x128-faster": (_both_ways(128, dropout=0.25), {**_FLIP, **_FASTER, "epochs": 20}, {}),
    },
    "cnn": {
        "cnn-plain": (_CNN, {}, {}), "cnn-flip": (_CNN, _FLIP, {}), "cnn-keras": (_CNN, _SLOWER, _KERAS),
        "cnn-light": ({**_CNN, "dropout": 0.1}, {**_FLIP, **_SLOWER, "batch_size": 64, "epochs": 15}, _KERAS),
        "cnn-longer": (_CNN, {**_FLIP, **_SLOWER, "batch_size": 64, "epochs": 20}, _KERAS),
    },
}
COURSE = {task: tuple(tried) for task, tried in _TRIED.items()}


def _course():
    for task, tried in _TRIED.items():
        for name, (model, changes, initial) in tried.items():
            yield Recipe(f"course-{name}", _DATA[task], model, {**_ONE_CYCLE, "epochs": 12, **changes}, initial)


# The shortest training that reaches a report's accuracy. A higher learning rate and smaller batches learn more in one
# epoch; so does a CNN without dropout. For a single epoch, batches three times as large with a rate three times as high
# learn as much and take less time.
_QUICK = {**_ONE_CYCLE, **_FASTER}
_ROWS = dict(cell="lstm", readout="mean_max")
# name → data, model, training, initial weights; hidden units and epochs, from the cheapest on
_LADDERS = {
    "digits": (_DATA["digits"], _ROWS, _QUICK, {}, ((64, 1), (64, 2), (128, 2), (128, 3))),
    "digits-large": (
        _DATA["digits"], _ROWS, {**_QUICK, "lr": 3e-2, "batch_size": 192}, {}, ((32, 1), (48, 1), (64, 1), (64, 2)),
    ),
    "clothes": (_DATA["clothes"], _ROWS, _QUICK, {}, ((64, 1), (64, 2), (128, 2), (128, 4), (128, 6), (128, 8))),
    "cnn": (_DATA["cnn"], {**_CNN, "dropout": 0.0}, {**_QUICK, **_SLOWER}, _KERAS, ((128, 4), (128, 6), (128, 8))),
}  # fmt: skip
FAST = {
    "R1-after": "clothes", "R3-mnist-gru": "digits", "R4-lstm-1": "digits-large", "R5-gru": "clothes", "R5-cnn": "cnn",
}  # fmt: skip


def fast_ids(id):
    """The ids of the recipes that are to reach the accuracy of a report's recipe, from the cheapest on."""
    check_name("id", id, FAST)
    return [_fast_id(FAST[id], *size) for size in _LADDERS[FAST[id]][-1]]


def _fast_id(ladder, units, epochs):
    return f"fast-{ladder}-{units}x{epochs}"


def _fast():
    for ladder, (data, model, train, initial, sizes) in _LADDERS.items():
        for units, epochs in sizes:
            id = _fast_id(ladder, units, epochs)
            yield Recipe(id, data, {**model, "hidden_size": units}, {**train, "epochs": epochs}, initial)


IMAGES = (*_depth(), *_matched(), *_decay(), *_next_steps(), *_order(), *_course(), *_fast())
