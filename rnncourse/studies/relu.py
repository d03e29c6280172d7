"""R4's two plain ReLU networks: is there a reading of the report under which both figures are likely?

The report gives 92.12 % with one layer and 63.44 % with two, and shows neither the code nor a second run. Its text has
the learning rate 0.01, the code of its LSTMs 0.1. The tutorial that it names as its source trains both ReLU networks at
0.01, its tanh networks and its LSTMs at 0.1, and prints 71 and 69 % for the former.

The plan, made before the runs of this module:

1. A run is *near* a published accuracy if its share of wrong images differs from the published share by at most a
   quarter of it: 90.15 to 94.09 % for one layer, 54.30 to 72.58 % for two. A run that diverged is a run like any other.
2. Every reading is first run with one layer and the seeds 0 to 4; none of five near excludes it. (If every second run
   came out near, this would exclude it in 3 % of the cases.)
3. The readings that are left are run with two layers and the same seeds, and judged in the same way.
4. What is left then gets five new seeds, 5 to 9, which alone decide: both figures are likely under a reading if at
   least one of the five is near, for each of the two.

The plan was carried out in full: every reading has its five runs with one layer, every reading with a near run among
them has five with two, and what is left has its five new seeds. The chapter on handwritten digits shows the runs.

The report's lists end at iteration 3,000, which is the end of the fifth epoch, and its table has the last figure of
each list: neither another number of iterations nor the best of a list is a reading. A notebook's training cell that is
run again goes on with the trained network, though, and prints its 3,000 iterations and their seconds anew.
"""

from dataclasses import replace

from .reports import REPORTS

ROWS = {1: "R4-rnn-relu-1", 2: "R4-rnn-relu-2"}  # layers → id of the report's row
NEAR = 0.25  # of the published share of wrong images
NEW_SEEDS = range(5, 10)  # which decide
_REPORTED = {recipe.id: recipe for recipe in REPORTS}
_NORMALISED = (-0.1307 / 0.3081, (1 - 0.1307) / 0.3081)  # MNIST's own mean and standard deviation

# name → what changes in the report's recipe, which has the rate of the LSTMs' code. "twice": the training cell is
# run again, for plain gradient descent the same as twice the epochs.
_CHANGES = {
    "slow": dict(train={"lr": 0.01}),
    **{f"lr{rate:g}": dict(train={"lr": rate}) for rate in (0.02, 0.03, 0.05, 0.07)},
    "clipped": dict(train={"clip_norm": 1.0}),
    "orthogonal": dict(initial=dict(name="orthogonal")),
    "slow-keras": dict(train={"lr": 0.01}, initial=dict(name="keras")),
    "slow-normalised": dict(train={"lr": 0.01}, data={"value_range": _NORMALISED}),
    "slow-momentum": dict(train={"lr": 0.01, "optimizer": "momentum"}),
    "slower-momentum": dict(train={"lr": 0.001, "optimizer": "momentum"}),
    "slow-twice": dict(train={"lr": 0.01, "epochs": 10}),
}

# A reading: what it is → (change with one layer, with two); "" is the report's recipe with the rate 0.1. A cell of the
# notebook may have been run again for one network and not for the other; everything else is the same for both.
READINGS = {
    "rate 0.1, as in the LSTMs' code": ("", ""),
    "rate 0.1, clipped": ("clipped", "clipped"),
    "rate 0.1, orthogonal weights": ("orthogonal", "orthogonal"),
    **{f"rate {rate:g}": (f"lr{rate:g}",) * 2 for rate in (0.07, 0.05, 0.03, 0.02)},
    "rate 0.01, as in the text": ("slow", "slow"),
    "rate 0.01, Keras's weights": ("slow-keras", "slow-keras"),
    "rate 0.01, normalised images": ("slow-normalised", "slow-normalised"),
    "rate 0.01, momentum 0.9": ("slow-momentum", "slow-momentum"),
    "rate 0.001, momentum 0.9": ("slower-momentum", "slower-momentum"),
    "rate 0.01, both trained twice": ("slow-twice", "slow-twice"),
    "rate 0.01, the first trained twice": ("slow-twice", "slow"),
}
LIKELY = "rate 0.01, the first trained twice"  # the reading that is left, under which both figures are likely


def reading_id(layers, change):
    """The id of a recipe of a reading.

    Args:
        layers: 1 or 2.
        change: a name in a pair of ``READINGS``.
    """
    return f"{ROWS[layers]}-{change}" if change else ROWS[layers]


def is_near(published, accuracy):
    """Whether an accuracy has nearly the published share of wrong images; fractions of 1."""
    return abs(published - accuracy) <= NEAR * (1 - published)


def _relu():
    for layers, name in ((layers, name) for layers in ROWS for name in _CHANGES):
        row = _REPORTED[ROWS[layers]]
        recipe = row.changed(reading_id(layers, name), **_CHANGES[name])
        if READINGS[LIKELY][layers - 1] == name:  # a second reading of the report's row
            recipe = replace(recipe, published={"test_accuracy": row.published["test_accuracy"]})
        yield recipe


RELU = tuple(_relu())
