"""Is a difference between runs one of chance? Intervals over seeds, and tests that need no normal distribution."""

import numpy as np

from ..base.arrays import as_array
from ..base.checks import check_whole_number

MOST_FLIPS = 40  # differences; half of the signs of so many fill a few megabytes


def mean_interval(values, confidence=0.95, looks=1):
    """The t interval of the mean of independent values, one for each seed: (low, high).

    Args:
        values: at least two numbers.
        confidence: how often the interval holds the true mean.
        looks: how many intervals share the chance 1 - confidence of missing it (Bonferroni): 1 if the number of runs
            was fixed beforehand and this interval is judged alone; 2 if the interval was looked at before more runs
            were added, for two chances to leave zero out are more than one; and so many times as many as there are
            intervals that are judged together.

    Raises:
        ValueError: an argument is unsound.
    """
    from scipy.special import stdtrit  # the quantile of t: `scipy.stats` takes most of a second to import

    level = _level(confidence, looks)
    values = _several("values", values, "an interval")
    mean, error = np.mean(values), np.std(values, ddof=1) / np.sqrt(len(values))
    reach = stdtrit(len(values) - 1, (1 + level) / 2) * error
    return float(mean - reach), float(mean + reach)


def difference_interval(one, other, confidence=0.95, looks=1):
    """The interval of the difference of two means, ``one`` less ``other``: (low, high).

    Welch's (1947), which doesn't ask for equal spreads. For runs with the same seeds and the same data, the
    :func:`mean_interval` of the paired differences is the other choice.

    Args:
        one, other: at least two independent values each.
        confidence, looks: as in :func:`mean_interval`.

    Raises:
        ValueError: an argument is unsound.
    """
    from scipy import stats

    level = _level(confidence, looks)
    one, other = _several("one", one, "a spread"), _several("other", other, "a spread")
    if np.ptp(one) == np.ptp(other) == 0:
        gap = float(np.mean(one) - np.mean(other))
        return gap, gap
    interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval(level)
    return float(interval.low), float(interval.high)


def sign_flip_test(differences):
    """How probable a mean difference as far from zero as this is, if the two ways of each pair are equal: the p-value.

    If they are, each difference could as well have had the other sign. Their mean is compared with the means of all
    choices of signs (Fisher 1935). It needs no normal distribution, so it is for accuracies that end at 1 or fall into
    a few groups. Pairs without a difference change nothing; with five others or fewer it can't be below 0.05.

    Args:
        differences: one number for each pair; at most 40 other than zero.

    Raises:
        ValueError: there are more, or a difference isn't a finite number.
    """
    sizes = np.abs([d for d in differences if d != 0])
    if len(sizes) > MOST_FLIPS:
        raise ValueError(f"differences must be at most {MOST_FLIPS} numbers other than zero, got {len(sizes)}")
    if not np.isfinite(sizes).all():
        raise ValueError(f"differences must be finite, got {differences}; give a run that failed its worst score")
    # the sums of each half with all signs; for each of the left ones, the right ones that reach far enough
    left, right = (_signed_sums(half) for half in np.array_split(sizes, 2))
    right.sort()
    reach = abs(sum(differences)) - 1e-9 * sizes.sum()  # sums of the same numbers in another order count as equal
    far = (len(right) - np.searchsorted(right, reach - left)).sum()
    return min(1.0, 2 * float(far) / 2 ** len(sizes))


def rank_test(one, other):
    """How probable ranks as far apart as those of two samples are, if nothing distinguishes the two: the p-value.

    Wilcoxon's rank sum (1945; Mann & Whitney 1947) over all ways of dealing the values out, or 19,999 random ones where
    there are more. Only the order counts: a run that failed may stand with any score below all others, and then it
    counts as what it is, the worst. Equal values share their rank.

    Args:
        one, other: at least two numbers each.

    Raises:
        ValueError: one of them has fewer.
    """
    from scipy import stats

    if min(len(one), len(other)) < 2:
        raise ValueError(f"one and other must be at least two numbers each, got {len(one)} and {len(other)}")
    drawn = stats.PermutationMethod(n_resamples=19_999, random_state=0)
    return float(stats.mannwhitneyu(one, other, method=drawn).pvalue)


def _several(name, values, what):
    values = as_array(name, values, float)
    if values.ndim != 1 or len(values) < 2:
        got = len(values) if values.ndim == 1 else f"an array of the shape {values.shape}"
        raise ValueError(f"{name} must be at least two numbers to have {what}, got {got}")
    return values


def _level(confidence, looks):
    check_whole_number("looks", looks, 1)
    return 1 - (1 - confidence) / looks


def _signed_sums(values):
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums
