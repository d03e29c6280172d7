"""How the synthetic tasks draw their examples, and keep those of one split out of the others."""

import numpy as np
import torch

from ..base.checks import check_whole_number
from .core import Dataset

ENUMERABLE = 2**20  # spaces up to this size are divided between the splits; larger ones are drawn from
PARTS = ("train", "validation", "test")


def generator(seed):
    """The generator that a task is drawn from."""
    return np.random.default_rng(check_whole_number("seed", seed, 0))


def check_counts(train, validation, test):
    """How many examples each split has, if these are whole numbers."""
    counts = (train, validation, test)
    return tuple(
        check_whole_number(name, count, least) for name, count, least in zip(PARTS, counts, (1, 0, 1), strict=True)
    )


def as_dataset(name, classes, split, counts, baselines):
    """The data set whose splits ``split(part)`` makes, part by part; no validation split with a count of 0."""
    train, validation, test = (split(part) if counts[part] else None for part in range(3))
    return Dataset(name, classes, train, validation, test, baselines)


def share(count, groups, i):
    """The i-th of ``groups`` parts of ``count`` that differ by at most 1."""
    return count // groups + (i < count % groups)


def draw_rows(rng, base, length, counts, overlap):
    """For each count an array (count, length) of digits below ``base``; no row in two of them without ``overlap``."""
    space = base**length
    if overlap:
        return [rng.integers(base, size=(count, length)) for count in counts]
    if space > ENUMERABLE:
        return apart(lambda n: rng.integers(base, size=(n, length)), counts)
    # few rows: each split gets a part of them, as large as its share of the examples, and draws from it
    ends = np.rint(np.cumsum(counts) / sum(counts) * space).astype(int)
    pools = np.split(rng.permutation(space), ends[:-1])
    if any(count and not len(pool) for count, pool in zip(counts, pools, strict=True)):
        raise ValueError(
            f"there are only {space} sequences of length {length}, too few to share between splits of {counts} "
            "without an overlap; make the sequences longer or set overlap=True where the task has it"
        )
    numbers = [rng.choice(pool, count) if count else pool[:0] for pool, count in zip(pools, counts, strict=True)]
    return [n[:, None] // base ** np.arange(length) % base for n in numbers]


def apart(draw, counts, attempts=100):
    """Draw ``count`` rows for each count so that no row of a later split is in an earlier one."""
    taken, parts = set(), []
    for count in counts:
        rows = draw(count)
        for _ in range(attempts):
            again = [i for i, row in enumerate(rows) if row.tobytes() in taken]
            if not again:
                break
            rows[again] = draw(len(again))
        else:
            raise ValueError(
                f"{sum(counts)} sequences of {rows.shape[1]} steps can't be drawn with no overlap between the splits; "
                "make the sequences longer or the splits smaller"
            )
        taken.update(row.tobytes() for row in rows)
        parts.append(rows)
    return parts


def one_hot(symbols, count):
    """(N, T) whole numbers below ``count`` → (N, T, count) float32."""
    return torch.eye(count)[torch.from_numpy(symbols)]
