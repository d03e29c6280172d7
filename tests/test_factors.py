"""Slow feature analysis: hand-made cases, its defining properties, and an independent generalised eigenproblem."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.linalg import eigh

from rnncourse.factors import slow_features

SIZES = dict(
    sequences=st.integers(1, 4), steps=st.integers(2, 30), directions=st.integers(1, 5), seed=st.integers(0, 9999)
)


def walks(sequences, steps, directions, seed):
    """Correlated, mixed and shifted random walks: nothing about them is white or centred."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal((sequences, steps, directions)) * rng.uniform(0.2, 2, directions)
    return steps.cumsum(1) @ rng.standard_normal((directions, directions)) + rng.uniform(-5, 5, directions)


def flat(x):
    return x.reshape(-1, x.shape[-1])


def mean_square_change(y):
    return (np.diff(y, axis=-2) ** 2).reshape(-1, y.shape[-1]).mean(0)


def up_to_sign(ours, theirs, **tolerance):
    signs = np.sign((ours * theirs).sum(tuple(range(ours.ndim - 1))))
    assert_allclose(ours * signs, theirs, **tolerance)


def test_two_sources_by_hand():
    """Each source has mean 0 and variance 1, and they and their differences are uncorrelated."""
    slow, fast = [1, 1, -1, -1], [1, -1, -1, 1]  # differences 0, -2, 0 and -2, 0, 2
    sources = np.array([fast, slow]).T
    x = sources @ [[2.0, 1.0, 3.0], [1.0, 1.0, 0.0]] + [5.0, -3.0, 0.0]
    found = slow_features(x)
    assert_allclose(found.slowness, [4 / 3, 8 / 3], atol=1e-12)
    assert_allclose(found.mean, [5, -3, 0], atol=1e-12)
    up_to_sign(found.transform(x), sources[:, ::-1], atol=1e-12)


def test_waves_come_in_the_order_of_their_frequencies():
    angle = 2 * np.pi * (np.arange(400) + 0.5) / 400
    waves = np.cos(np.outer(angle / 2, [5, 2, 11]))  # half periods, so that the differences are uncorrelated, too
    x = waves @ np.random.default_rng(0).standard_normal((3, 3))
    found = slow_features(x)
    up_to_sign(found.transform(x), np.sqrt(2) * waves[:, [1, 0, 2]], atol=1e-9)
    expected = 4 * np.sin(np.pi * np.array([2, 5, 11]) / 800) ** 2
    assert_allclose(found.slowness, expected * 400 / 399, rtol=1e-9)


@given(**SIZES)
def test_features_are_white_and_so_are_their_differences(sequences, steps, directions, seed):
    x = walks(sequences, steps, directions, seed)
    found = slow_features(x)
    y = found.transform(x)
    assert y.shape == (sequences, steps, min(directions, sequences * steps - 1))
    assert_allclose(flat(y).mean(0), 0, atol=1e-6)
    assert_allclose(flat(y).T @ flat(y) / (sequences * steps), np.eye(y.shape[-1]), atol=1e-6)
    change = flat(np.diff(y, axis=1))
    assert_allclose(change.T @ change / len(change), np.diag(found.slowness), atol=1e-6)
    assert (np.diff(found.slowness) >= 0).all()
    assert (found.slowness >= 0).all()


@given(sequences=st.integers(1, 4), directions=st.integers(1, 5), seed=st.integers(0, 9999))
def test_it_solves_the_generalised_eigenproblem(sequences, directions, seed):
    x = walks(sequences, 40, directions, seed)
    centred, change = flat(x - x.mean((0, 1))), flat(np.diff(x, axis=1))
    values, vectors = eigh(change.T @ change / len(change), centred.T @ centred / len(centred))
    found = slow_features(x)
    assert_allclose(found.slowness, values, rtol=1e-6)
    up_to_sign(found.weights, vectors, rtol=1e-4, atol=1e-4 * np.abs(vectors).max())


@given(**SIZES)
def test_no_other_direction_is_slower(sequences, steps, directions, seed):
    x = walks(sequences, steps, directions, seed)
    y = x @ np.random.default_rng(seed + 1).standard_normal((directions, 20))
    y = y[..., flat(y).std(0) > 1e-6]
    assert (mean_square_change(y / flat(y).std(0)) >= slow_features(x).slowness[0] * (1 - 1e-6)).all()


def test_a_mixture_has_the_same_features():
    x = walks(3, 50, 4, 0)
    mixed = x @ np.random.default_rng(1).standard_normal((4, 4)) + 7
    up_to_sign(slow_features(mixed).transform(mixed), slow_features(x).transform(x), atol=1e-8)


def test_differences_do_not_cross_sequences():
    x = np.repeat([[[0.0]], [[10.0]], [[3.0]]], 5, axis=1)  # three sequences, each of them constant
    assert_allclose(slow_features(x).slowness, [0], atol=1e-12)
    assert slow_features(x.reshape(15, 1)).slowness[0] > 0.1


def test_one_sequence_needs_no_axis_of_its_own():
    x = walks(1, 30, 3, 0)
    assert_allclose(slow_features(x[0]).weights, slow_features(x).weights)
    assert slow_features(x[0]).transform(x[0]).shape == (30, 3)


def test_directions_without_variance_are_dropped():
    x = walks(2, 40, 3, 0)
    wider = np.concatenate([x, x[..., :1] - 2 * x[..., 1:2], np.full((2, 40, 1), 1e6)], axis=2)
    found = slow_features(wider)
    assert found.weights.shape == (5, 3)
    assert_allclose(found.slowness, slow_features(x).slowness, rtol=1e-6)


def test_the_first_components_are_those_of_all():
    x = walks(2, 40, 4, 0)
    some, every = slow_features(x, components=2), slow_features(x)
    assert_allclose(some.weights, every.weights[:, :2])
    assert_allclose(some.slowness, every.slowness[:2])


def test_new_sequences_are_transformed_with_the_old_weights():
    x, new = walks(2, 40, 3, 0), walks(5, 7, 3, 1)
    found = slow_features(x)
    y = found.transform(new)
    assert_allclose(y, (new - found.mean) @ found.weights)
    assert_allclose(found.transform(new[2, 3]), y[2, 3])


@given(**SIZES)
def test_the_largest_weight_is_positive(sequences, steps, directions, seed):
    W = slow_features(walks(sequences, steps, directions, seed)).weights
    assert (W.max(0) >= -W.min(0)).all()


def test_tensors_and_single_precision_are_taken():
    x = walks(2, 40, 3, 0)
    found = slow_features(torch.from_numpy(x).float())
    assert found.weights.dtype == np.float64
    assert_allclose(found.slowness, slow_features(x).slowness, rtol=1e-4)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros(5), r"x must have the shape \(T, D\) or \(N, T, D\) with T >= 2, got \(5,\)"),
        (np.zeros((1, 5)), r"with T >= 2, got \(1, 5\)"),
        (np.zeros((0, 5, 2)), r"with T >= 2, got \(0, 5, 2\)"),
        (np.zeros((5, 0)), r"with T >= 2, got \(5, 0\)"),
        (np.array([[1.0], [np.nan]]), "x must be finite, got NaN or infinity"),
        (np.full((7, 3, 2), 0.1), "x must vary, got the same values at every step"),
    ],
)
def test_a_bad_x_is_named(x, message):
    with pytest.raises(ValueError, match=message):
        slow_features(x)


@pytest.mark.parametrize(
    ("components", "message"),
    [
        (0, "components must be a whole number of at least 1, got 0"),
        (2.0, "components must be a whole number of at least 1, got 2.0"),
        (4, "components must be at most 3, the directions of x that vary, got 4"),
    ],
)
def test_bad_components_are_named(components, message):
    with pytest.raises(ValueError, match=message):
        slow_features(walks(2, 40, 3, 0), components)


@pytest.mark.parametrize("x", [np.zeros((2, 4)), np.float64(1)])
def test_another_number_of_directions_is_named(x):
    with pytest.raises(ValueError, match=r"x must have the shape \(\.\.\., 3\), got"):
        slow_features(walks(2, 40, 3, 0)).transform(x)
