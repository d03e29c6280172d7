"""Each task is what its definition says, checked against a slower way to the same answer."""

import math

import numpy as np
import pytest
import torch

from rnncourse.datasets import adding, binary_addition, copy_memory, recall, temporal_order
from rnncourse.datasets.synthetic import add, shared

SMALL = dict(train=400, validation=80, test=120)
TASKS = {
    "recall": lambda **options: recall(**SMALL, **options),
    "addition": lambda **options: binary_addition(width=6, **SMALL, **options),
    "adding": lambda **options: adding(steps=20, **SMALL, **options),
    "copy": lambda **options: copy_memory(delay=5, length=4, **SMALL, **options),
    "order": lambda **options: temporal_order(steps=20, **SMALL, **options),
}


# what seed 0 gave when the tasks were written
FIRST = {
    "recall": [5, 2, 2, 6, 6, 6, 0, 3, 1, 7, 4, 5], "addition": [[1, 0, 0, 0, 1, 0, 1], [1, 1, 0, 1, 0, 0, 1]],
    "adding": [1.6424, 1.9313, 0.4578], "copy": [8, 8, 8, 8, 8, 8, 8, 8, 8, 2, 6, 5, 5],
    "order": [1, 3, 3, 1, 3, 0, 1, 0, 0, 1, 2, 1],
}  # fmt: skip


def tensors(data):
    return [tensor for part in (data.train, data.validation, data.test) for tensor in (part.x, part.y)]


@pytest.mark.parametrize("task", TASKS)
def test_a_seed_gives_the_same_data_and_leaves_the_global_generators_alone(task):
    torch.manual_seed(3)
    np.random.seed(3)
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()
    one, same, other = TASKS[task](seed=1), TASKS[task](seed=1), TASKS[task](seed=2)
    assert all(map(torch.equal, tensors(one), tensors(same)))
    assert not torch.equal(one.train.x, other.train.x)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]


def test_the_data_are_the_same_on_every_machine():
    assert TASKS["recall"]().train.y[:12].tolist() == FIRST["recall"]
    assert TASKS["addition"]().train.y[:2].tolist() == FIRST["addition"]
    assert [round(value, 4) for value in TASKS["adding"]().train.y[:3].tolist()] == FIRST["adding"]
    assert TASKS["copy"]().train.y[0].tolist() == FIRST["copy"]
    assert TASKS["order"]().train.y[:12].tolist() == FIRST["order"]


@pytest.mark.parametrize("task", TASKS)
def test_the_splits_have_their_sizes_and_share_nothing(task):
    data = TASKS[task]()
    assert (data.train.size, data.validation.size, data.test.size) == (400, 80, 120)
    parts = data.train, data.validation, data.test
    train, validation, test = ({x.numpy().tobytes() for x in part.x} for part in parts)
    assert not (train & validation or train & test or validation & test)
    assert shared(data) == 0


@pytest.mark.parametrize("task", TASKS)
def test_no_validation_is_possible(task):
    function = {"recall": recall, "addition": binary_addition, "adding": adding, "copy": copy_memory,
                "order": temporal_order}[task]  # fmt: skip
    assert function(train=100, validation=0, test=50).validation is None


def test_recall_asks_for_the_symbol_at_the_place():
    data = recall(**SMALL, position=2, symbols=4)
    for part in (data.train, data.validation, data.test):
        for x, y, length in zip(part.x, part.y, part.lengths, strict=True):
            assert x[:length].sum(1).tolist() == [1] * length
            assert not x[length:].any()
            assert x[2].argmax() == y
        assert part.lengths.bincount()[3:].tolist() == [part.size // 8] * 8
    assert data.baselines["accuracy"] == ("chance", 0.25)


def test_recall_with_an_overlap_shares_what_chance_shares():
    """Of 1,000 sequences of length 3, 5,000 draws leave (1 - 1/1000)^5000 = 0.7 % out."""
    data = recall(train=5_000, validation=0, test=2_000, shortest=3, longest=3, overlap=True)
    assert shared(data) == pytest.approx(1 - 0.999**5_000, abs=0.01)
    assert shared(recall(train=5_000, validation=0, test=2_000, shortest=3, longest=3)) == 0


def test_addition_adds_as_python_does():
    data = binary_addition(width=9, **SMALL)
    for x, y in zip(data.test.x, data.test.y, strict=True):
        a, b = (sum(int(bit) << i for i, bit in enumerate(x[:, j])) for j in (0, 1))
        assert sum(int(bit) << i for i, bit in enumerate(y)) == a + b
    assert not data.test.x[:, -1].any()


def test_add_carries_through_a_thousand_places():
    ones = np.zeros((1, 1001, 2), dtype=np.int64)
    ones[0, :1000, 0] = ones[0, 0, 1] = 1  # 2^1000 - 1, plus 1
    assert add(ones)[0].tolist() == [0] * 1000 + [1]


def test_the_pairs_of_a_small_space_are_divided_by_share():
    data = binary_addition(width=5, train=40_000, validation=0, test=10_000)
    pairs = [len({row.numpy().tobytes() for row in part.x}) for part in (data.train, data.test)]
    assert pairs == [819, 205]  # 4/5 and 1/5 of 1,024
    assert shared(binary_addition(width=5, train=40_000, validation=0, test=10_000, overlap=True)) > 0.99


def test_the_baseline_of_addition_is_the_best_answer_without_memory():
    """Over all pairs of a width: for each place, the answer that is right more often given the place's two bits."""
    for width in (1, 3, 5):
        a, b = np.divmod(np.arange(4**width), 2**width)
        places = np.arange(width + 1)
        bits = np.stack([a[:, None] >> places & 1, b[:, None] >> places & 1], axis=-1)
        total, right = add(bits), 0
        for t in range(width + 1):
            symbol = bits[:, t, 0] + 2 * bits[:, t, 1]
            right += sum(max((total[symbol == s, t] == bit).sum() for bit in (0, 1)) for s in set(symbol))
        known = binary_addition(width=width, train=2, validation=0, test=2, overlap=True).baselines["accuracy"]
        assert known == ("no memory", pytest.approx(right / total.size))


def test_adding_marks_one_number_in_each_half():
    data = adding(steps=21, **SMALL)
    numbers, marks = data.train.x.unbind(-1)
    assert marks[:, :10].sum(1).tolist() == marks[:, 10:].sum(1).tolist() == [1] * 400
    torch.testing.assert_close((numbers * marks).sum(1), data.train.y)
    assert marks.sum(0).min() > 0  # every place is marked now and then
    assert ((numbers >= 0) & (numbers < 1)).all()
    many = adding(steps=4, train=200_000, validation=0, test=1).train.y
    assert data.baselines["loss"] == ("best constant", pytest.approx((many - 1).square().mean().item(), rel=0.02))


def test_copy_repeats_the_symbols_after_the_signal():
    data = copy_memory(delay=5, length=4, symbols=3, train=50, validation=5, test=20)
    assert data.steps == 13
    shown = data.train.x.argmax(-1)
    assert (shown[:, 4:8] == 3).all()
    assert (shown[:, 8] == 4).all()  # the signal, delay steps after the last symbol at step 3
    assert (shown[:, 9:] == 3).all()
    assert torch.equal(data.train.y[:, 9:], shown[:, :4])
    assert (data.train.y[:, :9] == 3).all()
    assert data.train.x.sum(-1).eq(1).all()
    guess = torch.full((20, 13, 4), -1e9)
    guess[:, :9, 3] = 0
    guess[:, 9:, :3] = 0
    loss = torch.nn.functional.cross_entropy(guess.flatten(0, 1), data.test.y.flatten()).item()
    assert data.baselines["loss"] == ("guessing", pytest.approx(loss))
    assert data.baselines["accuracy"][1] == pytest.approx((9 + 4 / 3) / 13)


def test_temporal_order_names_the_two_signals():
    data = temporal_order(steps=40, **SMALL)
    names = np.array(list("abcdXYEB"))
    for x, y in zip(data.test.x.argmax(-1), data.test.y, strict=True):
        text = "".join(names[x])
        assert (text[0], text[-1]) == ("E", "B")
        places = [i for i, letter in enumerate(text) if letter in "XY"]
        assert len(places) == 2
        assert 4 <= places[0] < 8
        assert 20 <= places[1] < 24
        assert data.classes[y] == text[places[0]] + text[places[1]]
    assert data.baselines["loss"] == ("chance", math.log(4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: recall(position=3), "position must lie below the shortest length, 3, got 3"),
        (lambda: recall(position=-1), "position must be a whole number of at least 0, got -1"),
        (lambda: recall(shortest=5, longest=4), "longest must be a whole number of at least 5, got 4"),
        (lambda: recall(symbols=1), "symbols must be a whole number of at least 2, got 1"),
        (lambda: recall(test=7), "each split must have at least one sequence of each of the 8 lengths, got 7"),
        (lambda: recall(train=0), "train must be a whole number of at least 1, got 0"),
        (lambda: recall(shortest=1, longest=1, position=0, symbols=2), "there are only 2 sequences of length 1, too"),
        (lambda: binary_addition(width=0), "width must be a whole number of at least 1, got 0"),
        (lambda: binary_addition(width=1, train=99, validation=0, test=1), "there are only 4 sequences of length 1"),
        (lambda: adding(steps=1), "steps must be a whole number of at least 2, got 1"),
        (lambda: copy_memory(delay=0), "delay must be a whole number of at least 1, got 0"),
        (lambda: copy_memory(length=1, symbols=2), "there are only 2 sequences of length 1, too few"),
        (lambda: temporal_order(steps=9), "steps must be a whole number of at least 10, got 9"),
        (lambda: temporal_order(steps=10, train=200_000), "sequences of 10 steps can't be drawn with no overlap"),
    ],
)
def test_unsound_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

