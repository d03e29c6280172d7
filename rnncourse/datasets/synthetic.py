"""Tasks that test memory. Each is drawn from its own generator: a seed gives the same data on every machine."""

import math

import numpy as np
import torch

from ..base.checks import check_sizes, check_whole_number
from ._drawing import apart, as_dataset, check_counts, draw_rows, generator, one_hot, share
from .core import Split


def recall(
    train=40_000, validation=2_000, test=10_000, shortest=3, longest=10, position=1, symbols=10, overlap=False, seed=0
):
    """Which symbol stood at ``position``? Sequences of random symbols, of several lengths.

    Args:
        train, validation, test: sequences of each split, shared out evenly over the lengths; no validation with 0.
        shortest, longest: the range of the lengths.
        position: the place to recall, counted from 0.
        symbols: S, how many symbols there are.
        overlap: draw every split from all sequences. Without it no sequence of the training split is in the
            others: where a length has few sequences, they are divided between the splits.
        seed: decides everything.

    Returns:
        A :class:`Dataset`; x (N, longest, S) one-hot, y (N,) the symbol at ``position``, ``lengths`` (N,).
        Its baseline is chance: 1 in S.

    Raises:
        ValueError: a size is too small, ``position`` lies beyond the shortest sequence, or a length has too few
            sequences to keep the splits apart.
    """
    counts = check_counts(train, validation, test)
    shortest = check_whole_number("shortest", shortest, 1)
    longest = check_whole_number("longest", longest, shortest)
    symbols = check_whole_number("symbols", symbols, 2)
    position = check_whole_number("position", position, 0)
    if position >= shortest:
        raise ValueError(f"position must lie below the shortest length, {shortest}, got {position}")
    lengths = range(shortest, longest + 1)
    if min(filter(None, counts)) < len(lengths):
        raise ValueError(f"each split must have at least one sequence of each of the {len(lengths)} lengths, "
                         f"got {min(filter(None, counts))}")  # fmt: skip
    rng = generator(seed)
    drawn = [
        draw_rows(rng, symbols, length, [share(count, len(lengths), i) for count in counts], overlap)
        for i, length in enumerate(lengths)
    ]

    def split(part):
        rows = [digits[part] for digits in drawn]
        sizes = torch.tensor([len(some) for some in rows])
        x = torch.zeros(int(sizes.sum()), longest, symbols)
        for some, start in zip(rows, sizes.cumsum(0) - sizes, strict=True):
            x[start : start + len(some), : some.shape[1]] = one_hot(some, symbols)
        y = torch.from_numpy(np.concatenate([some[:, position] for some in rows]))
        return Split(x, y, torch.tensor(lengths).repeat_interleave(sizes))

    names = tuple(str(symbol) for symbol in range(symbols))
    baselines = {"accuracy": ("chance", 1 / symbols), "loss": ("chance", math.log(symbols))}
    return as_dataset(f"recall of place {position}", names, split, counts, baselines)


def binary_addition(width=5, train=40_000, validation=2_000, test=10_000, overlap=False, seed=0):
    """The sum of two binary numbers, bit by bit, the least significant bit first.

    At each step the two bits of one place come in and the bit of the sum at that place is asked for; one more
    step, with the input 0, 0, asks for the last carry.

    Args:
        width: bits of each number.
        train, validation, test: pairs of each split; no validation with 0.
        overlap: draw every split from all pairs. Without it no pair of the training split is in the others:
            where there are few pairs, they are divided between the splits.
        seed: decides everything.

    Returns:
        A :class:`Dataset`; x (N, width + 1, 2), y (N, width + 1). Its baseline is the best accuracy without
        memory: the bit that is right more often, given the two bits of this step.

    Raises:
        ValueError: ``width`` or a size is too small, or there are too few pairs to keep the splits apart.
    """
    counts = check_counts(train, validation, test)
    width = check_whole_number("width", width, 1)
    rows = draw_rows(generator(seed), 4, width, counts, overlap)  # a digit below 4 is a pair of bits

    def split(part):
        places = np.pad(rows[part], ((0, 0), (0, 1)))
        bits = np.stack([places & 1, places >> 1], axis=-1)
        return Split(torch.from_numpy(bits).float(), torch.from_numpy(add(bits)))

    # a carry comes into place t with probability (1 - 2^-t)/2 < 1/2: without memory, take it for none
    right = np.mean([1 - (1 - 0.5**t) / 2 for t in range(width + 1)])
    return as_dataset(
        f"addition of {width}-bit numbers", ("0", "1"), split, counts, {"accuracy": ("no memory", float(right))}
    )


def add(bits):
    """The bits of sums: (N, T, 2) bits, the least significant first → (N, T); a carry out of the last place is lost."""
    total, carry = np.empty(bits.shape[:2], dtype=np.int64), 0
    for t in range(bits.shape[1]):
        place = bits[:, t].sum(1) + carry
        total[:, t], carry = place & 1, place >> 1
    return total


def adding(steps=100, train=10_000, validation=1_000, test=2_000, seed=0):
    """The adding problem: the sum of the two marked numbers of a sequence.

    Hochreiter & Schmidhuber (1997, section 5.4), in the form of Le, Jaitly & Hinton (2015): numbers drawn
    uniformly from 0 … 1, one mark in each half of the sequence, the target is the plain sum.

    Args:
        steps: T, at least 2.
        train, validation, test: sequences of each split; no validation with 0.
        seed: decides everything.

    Returns:
        A :class:`Dataset`; x (N, T, 2): the numbers and the marks; y (N,) float32, the sum. The numbers are
        continuous, so no sequence comes twice. Its baseline is the best constant, 1, whose squared error is 1/6.

    Raises:
        ValueError: a size is too small.
    """
    counts = check_counts(train, validation, test)
    steps = check_whole_number("steps", steps, 2)
    rng = generator(seed)

    def split(part):
        n, half = counts[part], steps // 2
        numbers = rng.random((n, steps))
        places = np.stack([rng.integers(half, size=n), half + rng.integers(steps - half, size=n)], axis=1)
        marks = np.zeros((n, steps))
        np.put_along_axis(marks, places, 1, axis=1)
        total = (numbers * marks).sum(1)
        return Split(torch.from_numpy(np.stack([numbers, marks], axis=-1)).float(), torch.from_numpy(total).float())

    return as_dataset(f"adding over {steps} steps", (), split, counts, {"loss": ("best constant", 1 / 6)})


def copy_memory(delay=50, length=10, symbols=8, train=10_000, validation=1_000, test=2_000, seed=0):
    """The copy task: repeat a string of symbols after a delay.

    Arjovsky, Shah & Bengio (2016, section 4.1), after Hochreiter & Schmidhuber (1997): ``length`` symbols, then
    blanks, then, ``delay`` steps after the last symbol, a signal, and from the step after it on the symbols are
    to be repeated while blanks come in. The target before that is blank.

    Args:
        delay: steps from the last symbol to the signal; at least 1.
        length: K, symbols of a string.
        symbols: S, how many symbols there are.
        train, validation, test: strings of each split, no string in two of them; no validation with 0.
        seed: decides everything.

    Returns:
        A :class:`Dataset`; x (N, T, S + 2) one-hot with T = delay + 2K, y (N, T). The blank is the class S, the
        signal the input S + 1. Its baseline is a model that counts steps but remembers no symbol: it says blank
        and at the end guesses, with a mean loss of K ln S / T.

    Raises:
        ValueError: a size is too small, or there are too few strings to keep the splits apart.
    """
    counts = check_counts(train, validation, test)
    delay, length = check_sizes(delay=delay, length=length)
    symbols = check_whole_number("symbols", symbols, 2)
    rows = draw_rows(generator(seed), symbols, length, counts, overlap=False)
    steps = delay + 2 * length

    def split(part):
        shown = np.full((counts[part], steps), symbols)
        asked = shown.copy()
        shown[:, :length] = asked[:, -length:] = rows[part]
        shown[:, -length - 1] = symbols + 1
        return Split(one_hot(shown, symbols + 2), torch.from_numpy(asked))

    names = (*(str(symbol) for symbol in range(symbols)), "blank")
    right = (steps - length + length / symbols) / steps
    baselines = {"accuracy": ("guessing", right), "loss": ("guessing", length * math.log(symbols) / steps)}
    return as_dataset(f"copy after {delay} steps", names, split, counts, baselines)


def temporal_order(steps=100, train=10_000, validation=1_000, test=2_000, seed=0):
    """In which order did the two signals come? (Hochreiter & Schmidhuber 1997, section 5.6, task 6a.)

    A sequence starts with E and ends with B; two signals, each X or Y, stand at random places in the second
    tenth and the sixth tenth of it; everything else is drawn from a, b, c, d.

    Args:
        steps: T, at least 10. (The paper draws it from 100 … 110.)
        train, validation, test: sequences of each split, no sequence in two of them; no validation with 0.
        seed: decides everything.

    Returns:
        A :class:`Dataset`; x (N, T, 8) one-hot in the order a b c d X Y E B, y (N,) one of XX, XY, YX, YY.
        Its baseline is chance: 1 in 4.

    Raises:
        ValueError: ``steps`` is below 10, or there are too few sequences to keep the splits apart.
    """
    counts = check_counts(train, validation, test)
    steps = check_whole_number("steps", steps, 10)
    rng = generator(seed)

    def draw(n):
        rows = rng.integers(4, size=(n, steps))
        rows[:, 0], rows[:, -1] = 6, 7
        for start, stop in ((steps // 10, 2 * steps // 10), (5 * steps // 10, 6 * steps // 10)):
            places = rng.integers(start, stop, size=(n, 1))
            np.put_along_axis(rows, places, 4 + rng.integers(2, size=(n, 1)), axis=1)
        return rows

    parts = apart(draw, counts)

    def split(part):
        rows = parts[part]
        signals = rows[(rows == 4) | (rows == 5)].reshape(-1, 2) - 4
        return Split(one_hot(rows, 8), torch.from_numpy(2 * signals[:, 0] + signals[:, 1]))

    baselines = {"accuracy": ("chance", 0.25), "loss": ("chance", math.log(4))}
    return as_dataset(f"temporal order in {steps} steps", ("XX", "XY", "YX", "YY"), split, counts, baselines)


def shared(data):
    """The fraction of the test examples of a data set that are also in its training split."""
    known = set(_keys(data.train))
    return float(np.mean([key in known for key in _keys(data.test)]))


def _keys(split):
    lengths = [split.x.shape[1]] * split.size if split.lengths is None else split.lengths.tolist()
    return ((length, row.tobytes()) for length, row in zip(lengths, split.x.numpy(), strict=True))
