r"""Slow feature analysis, the one linear factor model of the course that scikit-learn doesn't have.

Among all features :math:`y = (x - m) W` that have mean 0 and variance 1 and are uncorrelated with each other, the
first one changes least from step to step, the second one least among the rest, and so on
(Wiskott & Sejnowski 2002). The smallest possible mean squared difference is found by two eigenproblems: the first
one gives all directions the variance 1, the second one turns them so that their differences are uncorrelated, too.
"""

from dataclasses import dataclass

import numpy as np

from ..base.arrays import as_array
from ..base.checks import check_whole_number


@dataclass(frozen=True)
class SlowFeatures:
    """What :func:`slow_features` returns: K linear functions of x, the slowest one first.

    Attributes:
        mean: m (D,), of all steps of all sequences.
        weights: W (D, K), the sign of each feature such that its largest weight is positive.
        slowness: (K,), the mean of (y_t - y_{t-1})² for each feature, ascending: 0 for what never changes within a
            sequence, about 2 for white noise, 4 for a value that only flips its sign.
    """

    mean: np.ndarray
    weights: np.ndarray
    slowness: np.ndarray

    def transform(self, x):
        """The features of x: (..., D) → (..., K), also for sequences that weren't there before.

        Raises:
            ValueError: the last axis of ``x`` isn't D.
        """
        x = as_array("x", x, np.float64)
        if x.ndim == 0 or x.shape[-1] != len(self.mean):
            raise ValueError(f"x must have the shape (..., {len(self.mean)}), got {x.shape}")
        return (x - self.mean) @ self.weights


def slow_features(x, components=None):
    """The linear functions of x that change least from step to step, each with variance 1.

    Directions in which x doesn't vary are dropped. With about as many directions as steps, a slow feature is found
    in any noise: look at it on other sequences.

    Args:
        x: one sequence (T, D) or several of one length (N, T, D), T at least 2; differences are taken within
            each sequence only.
        components: K, how many features; default all, one for each direction in which x varies.

    Returns:
        :class:`SlowFeatures`.

    Raises:
        ValueError: x has another shape, isn't finite or is constant, or has fewer directions than ``components``.
    """
    x = as_array("x", x, np.float64)
    sequences = x[None] if x.ndim == 2 else x  # (N, T, D)
    if sequences.ndim != 3 or sequences.shape[1] < 2 or 0 in sequences.shape:
        raise ValueError(f"x must have the shape (T, D) or (N, T, D) with T >= 2, got {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError("x must be finite, got NaN or infinity; did a training run diverge?")
    mean = sequences.mean((0, 1))
    centred = (sequences - mean).reshape(-1, len(mean))  # (N·T, D)
    # The singular vectors of a table are the eigenvectors of its covariance, and more exact when found in this way.
    _, spread, directions = np.linalg.svd(centred, full_matrices=False)
    rounding = max(centred.shape) * np.finfo(float).eps * max(spread[0], np.abs(sequences).max())
    varies = spread > rounding
    if not varies.any():
        raise ValueError("x must vary, got the same values at every step")
    if components is None:
        components = int(varies.sum())
    components = check_whole_number("components", components, 1)
    if components > varies.sum():
        raise ValueError(f"components must be at most {varies.sum()}, the directions of x that vary, got {components}")

    white = directions[varies].T / spread[varies] * np.sqrt(len(centred))  # (D, K): every direction to variance 1
    differences = np.diff(sequences, axis=1).reshape(-1, len(mean)) @ white  # (N·(T-1), K)
    change, turn = np.linalg.eigh(differences.T @ differences / len(differences))  # ascending: the slowest one first
    weights = white @ turn[:, :components]  # (D, K)
    largest = np.abs(weights).argmax(0)
    weights *= np.sign(weights[largest, np.arange(components)])
    return SlowFeatures(mean, weights, change[:components].clip(0))
