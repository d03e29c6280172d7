"""Intervals and tests over seeds, by hand and against SciPy's own ways to the same numbers."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rnncourse import difference_interval, mean_interval, rank_test, sign_flip_test


def test_the_interval_of_a_mean_by_hand():
    # mean 2, sd 1, n = 3: the 97.5 % point of t with 2 degrees of freedom is 4.302653
    assert mean_interval([1.0, 2.0, 3.0]) == pytest.approx((2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), abs=1e-6)
    assert mean_interval([2.0, 2.0]) == (2.0, 2.0)
    with pytest.raises(ValueError, match="at least two numbers"):
        mean_interval([1.0])


def test_the_interval_of_a_difference_by_hand():
    # means 2 and 0, spreads 1 and 0: Welch's freedom is that of the first alone, 2 (pooled, it would be 3)
    half = 4.302653 / 3**0.5
    assert difference_interval([1.0, 2.0, 3.0], [0.0, 0.0]) == pytest.approx((2 - half, 2 + half), abs=1e-6)
    # equal spreads and numbers: freedom 2 (n - 1) = 4, for which the 97.5 % and the 95 % point are 2.776445, 2.131847
    low, high = difference_interval([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])
    assert (low, high) == pytest.approx((-1 - 2.776445 * (2 / 3) ** 0.5, -1 + 2.776445 * (2 / 3) ** 0.5), abs=1e-6)
    assert difference_interval([1.0, 2.0, 3.0], [2.0, 3.0, 4.0], 0.9)[1] == pytest.approx(
        -1 + 2.131847 * (2 / 3) ** 0.5, abs=1e-6
    )
    assert difference_interval([2.0, 2.0], [1.5, 1.5]) == (0.5, 0.5)
    with pytest.raises(ValueError, match=r"one must be at least two numbers .* got 1"):
        difference_interval([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"other must be at least two numbers .* got 0"):
        difference_interval([1.0, 2.0], [])


def test_two_looks_share_the_five_per_cent():
    # the 98.75 % points of t with 2 and with 4 degrees of freedom are 6.205347 and 3.495406
    half = 6.205347 / 3**0.5
    assert mean_interval([1.0, 2.0, 3.0], looks=2) == pytest.approx((2 - half, 2 + half), abs=1e-6)
    half = 3.495406 * (2 / 3) ** 0.5
    assert difference_interval([1.0, 2.0, 3.0], [2.0, 3.0, 4.0], looks=2) == pytest.approx(
        (-1 - half, -1 + half), abs=1e-6
    )
    assert mean_interval([1.0, 2.0, 4.0], 0.9, looks=5) == pytest.approx(mean_interval([1.0, 2.0, 4.0], 0.98))
    for looks in (0, 1.5, True):
        with pytest.raises(ValueError, match="looks must be a whole number of at least 1"):
            mean_interval([1.0, 2.0], looks=looks)
        with pytest.raises(ValueError, match="looks must be a whole number of at least 1"):
            difference_interval([1.0, 2.0], [1.0, 3.0], looks=looks)


def test_who_stops_at_the_first_interval_without_zero_is_wrong_too_often_unless_the_looks_are_counted():
    """Three, five and ten runs of two ways that are equal: 300 such studies, each ended when it seems decided."""
    studies = np.random.default_rng(1).normal(size=(300, 10))

    def wrong(looks):
        return np.mean([
            any(math.prod(mean_interval(runs[:n], looks=looks)) > 0 for n in (3, 5, 10)) for runs in studies
        ])  # fmt: skip

    assert wrong(looks=1) > 0.08
    assert wrong(looks=3) < 0.05  # at most, but for the chance in 300 studies


def test_the_sign_flip_test_by_hand():
    # of 8 choices of signs of 1, 2 and 3 only +++ and --- reach a sum of 6
    assert sign_flip_test([1.0, 2.0, 3.0]) == 2 / 8
    # 1 + 3 - 2 = 2: not reached are the sums 0, of ++- and --+
    assert sign_flip_test([1.0, -2.0, 3.0]) == 6 / 8
    assert sign_flip_test([0.0, 1.0, 0.0, 2.0, 3.0]) == 2 / 8
    assert sign_flip_test([0.0, 0.0]) == sign_flip_test([]) == sign_flip_test([2.0]) == 1
    assert sign_flip_test([-0.1] * 6) == 2 / 64


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(-4, 4).map(lambda k: k / 10), min_size=2, max_size=9))
def test_the_sign_flip_test_is_that_of_all_signs_and_that_of_scipy(differences):
    means = [abs(np.dot(signs, differences)) for signs in itertools.product((1, -1), repeat=len(differences))]
    by_hand = np.mean(np.array(means) > abs(sum(differences)) - 1e-9)
    assert sign_flip_test(differences) == pytest.approx(by_hand)
    theirs = stats.permutation_test(
        (differences,), lambda d, axis: np.round(np.mean(d, axis=axis), 9), permutation_type="samples", vectorized=True,
        n_resamples=np.inf,
    )  # fmt: skip
    assert sign_flip_test(differences) == pytest.approx(theirs.pvalue)


def test_the_sign_flip_test_names_what_it_cannot_take():
    assert sign_flip_test([1.0] * 40) == pytest.approx(2 / 2**40)
    with pytest.raises(ValueError, match="at most 40 numbers other than zero, got 41"):
        sign_flip_test([1.0] * 41)
    with pytest.raises(ValueError, match=r"must be finite, got .*nan.*; give a run that failed its worst score"):
        sign_flip_test([1.0, math.nan])


def test_the_rank_test_by_hand():
    # of the 20 ways to deal six values to two threes, the two extreme ones are as far apart
    assert rank_test([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]) == pytest.approx(2 / 20)
    # five and five without overlap: 2 of 252; how far apart they lie doesn't matter, nor that failures are equal
    good, failed = [83.8, 81.0, 83.8, 82.6, 83.0], [10.0, 75.7, 10.0, 10.0, 10.0]
    assert rank_test(good, failed) == pytest.approx(2 / 252)
    assert rank_test(good, good) == 1
    assert rank_test([1.0, 1.0], [1.0, 1.0]) == 1
    with pytest.raises(ValueError, match="at least two numbers each, got 1 and 2"):
        rank_test([1.0], [1.0, 2.0])


@settings(deadline=None, max_examples=30)
@given(*[st.lists(st.integers(0, 40), min_size=2, max_size=6)] * 2)
def test_the_rank_test_without_ties_is_scipys_exact_one(one, other):
    values = dict.fromkeys(one + other)  # each once
    one, other = list(values)[::2], list(values)[1::2]
    if len(other) < 2:
        return
    assert rank_test(one, other) == pytest.approx(stats.mannwhitneyu(one, other, method="exact").pvalue)


def test_the_rank_test_draws_where_there_are_too_many_ways():
    one, other = np.arange(20.0), np.arange(20.0) + 6.5
    exact = stats.mannwhitneyu(one, other, method="exact").pvalue
    assert rank_test(one, other) == pytest.approx(exact, rel=0.2)
    assert rank_test(one, other) == rank_test(one, other)
