"""How many seeds each study was planned for, and where more were added after its results had been looked at.

Whoever looks at an interval, adds seeds and looks again has two chances to see it leave zero out. So the numbers of
seeds stand here *before* the runs, and a study that is extended gets one number more. :func:`looks` counts them, and
the intervals and tests of the chapters share their 5 % among so many looks: see
:func:`~rnncourse.analysis.comparisons.mean_interval`.
"""

# id, or the beginning of ids with a "-" at its end → the numbers of runs of a recipe at which its results were looked
# at, each planned before the next runs were made. Where seed 0 makes a choice, it is one of them.
PLAN = {
    # R1: three seeds each; after a look five of the four recipes that take the least time
    "R1-": (3,), "R1-before": (3, 5), "R1-before-slow": (3, 5), "R1-before-long": (3, 5), "R1-after-small": (3, 5),
    "R2-": (5,),
    # R3's digits: regularisation was looked at with three seeds, with five, and in the plain RNN with ten
    "R3-mnist-": (3, 5), "R3-mnist-rnn": (3, 5, 10), "R3-mnist-rnn-reg": (3, 5, 10), "decay-": (3, 5, 10),
    "R3-mnist-rnn-long": (3,), "R3-mnist-rnn-reg-long": (3,), "R3-grid-": (5,),
    "R3-recall-": (20,), "R3-add-": (20,),
    # the same trained for longer: ten seeds
    **{f"R3-recall-h{size}-{readout}-long": (10,) for size in (2, 5, 10) for readout in ("last", "final")},
    **{f"R3-add-{loss}-h{size}-{cell}-long": (10,)
       for loss in ("mse", "bce") for size in (2, 5, 10) for cell in ("rnn", "lstm")},
    "R4-": (5,), "R4-rnn-relu-": (5, 10),  # by the plan in relu.py
    "R5-": (3,), "R5-gru-nodropout": (3, 5),
    "matched-": (5,), "order-": (3,), "course-": (3,), "fast-": (3,),
    "lag-": (4, 13),  # one seed chose among three rates and three were reported; then three choose, ten are reported
    "modern-": (4, 9),  # three seeds beside the one that chooses, then eight
}  # fmt: skip


def looks(*ids, paired=False):
    """How often the results of a comparison were looked at, the last time included.

    Args:
        ids: of the recipes that are compared.
        paired: whether runs of the same seed are compared; then later runs of one recipe alone change nothing.

    Raises:
        ValueError: no plan covers one of the ids.
    """
    return (min if paired else max)(len(planned(id)) for id in ids)


def planned(id):
    """The numbers of runs of a recipe at which its results were to be looked at, by the longest beginning that fits.

    Raises:
        ValueError: no plan covers the id.
    """
    fits = [key for key in PLAN if id == key or (key.endswith("-") and id.startswith(key))]
    if not fits:
        raise ValueError(f"id must have a number of seeds in PLAN, got {id!r}; write it into rnncourse/studies/plan.py")
    return PLAN[max(fits, key=len)]
