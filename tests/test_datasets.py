"""What the data sets hold, how they are divided, and what unsound data are told."""

import os
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from support import toy_data

from rnncourse import Split, datasets
from rnncourse.datasets import raw
from rnncourse.datasets.core import check_split, hold_out
from rnncourse.training.loop import default_device


@pytest.fixture(scope="module")
def sample():
    """The shipped sample with its training images whole, on the scale of the bytes."""
    return datasets.fashion_mnist(validation=0, value_range=(0, 255))


def together(*splits):
    """The examples of several splits as sorted rows, each with its label at the end."""
    rows = torch.cat([torch.cat([s.x.flatten(1), s.y[:, None]], 1) for s in splits if s])
    return np.sort(rows.numpy().view([("", np.float32)] * rows.shape[1]), axis=0)


def counts(split):
    return split.y.bincount().tolist()


# --- the shipped sample ---


def test_the_sample_has_its_sizes_and_types(sample):
    assert sample.train.x.shape == (5000, 28, 28)
    assert sample.test.x.shape == (1000, 28, 28)
    assert (sample.steps, sample.input_size, len(sample.classes)) == (28, 28, 10)
    assert sample.validation is None
    for split in (sample.train, sample.test):
        assert split.x.dtype == torch.float32
        assert split.y.dtype == torch.int64


def test_the_sample_is_balanced(sample):
    assert counts(sample.train) == [500] * 10
    assert counts(sample.test) == [100] * 10


def test_the_sample_covers_all_greys(sample):
    for split in (sample.train, sample.test):
        assert (split.x.min(), split.x.max()) == (0, 255)


def test_the_sample_shows_each_image_once(sample):
    rows = together(sample.train, sample.test)
    assert len(np.unique(rows)) == len(rows)


def test_the_sample_equals_the_full_set_at_its_indices(sample):
    if not os.environ.get("RNNCOURSE_DATA"):
        pytest.skip("RNNCOURSE_DATA names no folder with the full data sets")
    full = datasets.fashion_mnist(scale="full", validation=0, value_range=(0, 255))
    assert (full.train.size, full.test.size) == (60000, 10000)
    arrays = np.load(os.path.join(os.path.dirname(raw.__file__), "fashion_mnist_sample.npz"))
    for part in ("train", "test"):
        index = torch.from_numpy(arrays[f"{part}_index"]).long()
        ours, theirs = getattr(sample, part), getattr(full, part)
        assert len(index.unique()) == len(index)
        assert torch.equal(ours.x, theirs.x[index])
        assert torch.equal(ours.y, theirs.y[index])


def test_the_full_mnist_has_its_sizes_and_class_counts():
    if not os.environ.get("RNNCOURSE_DATA"):
        pytest.skip("RNNCOURSE_DATA names no folder with the full data sets")
    full = datasets.mnist(validation=10_000)
    assert (full.train.size, full.validation.size, full.test.size) == (50000, 10000, 10000)
    # the test counts are those that LeCun et al. published with the set
    assert counts(full.test) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


# --- scales ---


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (2, 5)])
def test_black_and_white_become_the_ends_of_the_value_range(sample, low, high):
    data = datasets.fashion_mnist(validation=0, value_range=(low, high))
    expected = low + (high - low) * sample.train.x / 255
    torch.testing.assert_close(data.train.x, expected, atol=1e-6, rtol=0)
    assert data.test.x.min() == low
    assert data.test.x.max() == pytest.approx(high)
    digits = datasets.digits(value_range=(low, high)).train.x
    assert (digits.min(), digits.max()) == (low, pytest.approx(high))


@pytest.mark.parametrize("value_range", [(1.0, 0.0), (0.5, 0.5), (float("nan"), 1.0)])
def test_a_value_range_without_a_width_is_refused(value_range):
    with pytest.raises(ValueError, match=r"value_range must be \(low, high\) with low < high, got"):
        datasets.digits(value_range=value_range)


@pytest.mark.parametrize("load", [datasets.fashion_mnist, datasets.mnist])
def test_an_unknown_scale_is_told_the_known_ones(load):
    with pytest.raises(ValueError, match="scale must be one of sample, full, got 'small'"):
        load(scale="small")


def test_mnist_has_no_sample_and_says_where_to_go():
    with pytest.raises(ValueError, match=r'scale must be "full" for MNIST.*rnncourse\.datasets\.digits\(\)'):
        datasets.mnist(scale="sample")


# --- digits ---


def test_the_digits_are_those_of_scikit_learn():
    bunch = load_digits()
    data = datasets.digits(value_range=(0, 16))
    everything = Split(torch.from_numpy(bunch.images).float(), torch.from_numpy(bunch.target).long())
    assert (data.steps, data.input_size) == (8, 8)
    assert np.array_equal(together(data.train, data.validation, data.test), together(everything))


def test_the_test_digits_are_a_fifth_and_the_same_for_every_seed():
    one, two = datasets.digits(seed=0), datasets.digits(seed=1, validation=0)
    assert one.test.size == 360
    assert torch.equal(one.test.x, two.test.x)
    assert torch.equal(one.test.y, two.test.y)


# --- validation ---


@pytest.mark.parametrize(("validation", "held"), [(0.1, 500), (0.2, 1000), (750, 750)])
def test_validation_is_a_fraction_or_a_number(validation, held):
    data = datasets.fashion_mnist(validation=validation)
    assert data.validation.size == held
    assert data.train.size == 5000 - held
    assert counts(data.validation) == [held // 10] * 10
    assert counts(data.train) == [(5000 - held) // 10] * 10


def test_training_and_validation_divide_the_training_images(sample):
    data = datasets.fashion_mnist(validation=0.1, value_range=(0, 255))
    assert np.array_equal(together(data.train, data.validation), together(sample.train))
    assert torch.equal(data.test.x, sample.test.x)


def test_the_seed_decides_what_is_held_out():
    first, again, other = (datasets.digits(seed=seed) for seed in (3, 3, 4))
    for part in ("train", "validation"):
        assert torch.equal(getattr(first, part).x, getattr(again, part).x)
        assert torch.equal(getattr(first, part).y, getattr(again, part).y)
    assert not torch.equal(first.validation.x, other.validation.x)


def test_loading_leaves_the_random_state_alone():
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    datasets.digits()
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])


@given(
    counts=st.lists(st.integers(10, 40), min_size=2, max_size=5),
    percent=st.integers(20, 60),
    seed=st.integers(0, 9999),
)
def test_holding_out_keeps_the_shares_of_the_classes(counts, percent, seed):
    y = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    x = torch.arange(len(y), dtype=torch.float32).reshape(-1, 1, 1)  # each example is its own name
    rest, held = hold_out(Split(x, y), percent / 100, seed)
    assert sorted([*rest.x.flatten().tolist(), *held.x.flatten().tolist()]) == x.flatten().tolist()
    for split in (rest, held):
        assert torch.equal(split.y, y[split.x.flatten().long()])
        assert torch.equal(split.x, split.x.sort(0).values)  # the order of the files
    for label, n in enumerate(counts):
        assert abs((held.y == label).sum().item() - n * percent / 100) < 2


@pytest.mark.parametrize("validation", [-0.1, -3, 5000, 6000.0])
def test_what_can_not_be_held_out_is_refused(validation):
    with pytest.raises(ValueError, match=rf"validation must be 0, a fraction .* below 5000, got {validation}"):
        datasets.fashion_mnist(validation=validation)


def test_a_hold_out_without_room_for_every_class_is_refused():
    with pytest.raises(
        ValueError, match="at least one example of each of the 10 classes on both sides, got 5: 5 of 5000"
    ):
        datasets.fashion_mnist(validation=5)


# --- what a data set may be ---


def changed(part, **change):
    """The toy data set with one split changed."""
    data = toy_data()
    return replace(data, **{part: replace(getattr(data, part), **change)})


X, Y = toy_data().train  # (60, 5, 3) and (60,), four classes


def with_value(value):
    x = X.clone()
    x[[4, 9], 2, 1] = value
    return x


NOT_FLOAT, NOT_INT64 = "x must be a floating-point tensor, got", "y must be an int64 tensor of class labels, got"
TO_FLOAT, TO_LONG = (
    "; convert it with x.float()",
    "; convert it with torch.as_tensor(y).long(), or leave classes empty if the targets are numbers",
)
NOT_FINITE = "x must be finite, got NaN or infinity in 2 of 60 examples"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (dict(x=X.long()), TypeError, f"{NOT_FLOAT} a tensor of torch.int64{TO_FLOAT}"),
        (dict(y=Y.float()), TypeError, f"{NOT_INT64} a tensor of torch.float32{TO_LONG}"),
        (
            dict(x=X[:, :, 0]),
            ValueError,
            "x must have the shape (N, T, I), got (60, 5); for one feature a step, give it a third axis with "
            "x[..., None]",
        ),
        (dict(x=X[:0], y=Y[:0]), ValueError, "x is empty, shape (0, 5, 3): at least one example is needed"),
        (dict(x=X[:, :0]), ValueError, "x is empty, shape (60, 0, 3): at least one example is needed"),
        (dict(y=Y[:-1]), ValueError, "y must have the shape (60,) or (60, 5) to match x, got (59,)"),
        (
            dict(y=Y[:, None].expand(60, 4)),
            ValueError,
            "y must have the shape (60,) or (60, 5) to match x, got (60, 4)",
        ),
        (dict(x=with_value(float("nan"))), ValueError, NOT_FINITE),
        (dict(x=with_value(-float("inf"))), ValueError, NOT_FINITE),
        (dict(y=Y[:, None]), ValueError, "y must have the shape (60,) or (60, 5) to match x, got (60, 1); drop the "
         "last axis with y[:, 0]"),
        (dict(y=Y.clamp(0, 1) - 1), ValueError, "y must lie in 0 … 3 for 4 classes, got -1 … 0; to leave labels out "
         "of the count, set them to -100"),
        (dict(y=Y.clamp(1, 2) + 2), ValueError, "y must lie in 0 … 3 for 4 classes, got 3 … 4"),
        (dict(y=(Y + 1) ** 2), ValueError, "y must lie in 0 … 3 for 4 classes, got 1 … 9; if they are counted from 1, "
         "take y - 1"),
        (dict(y=Y * 0 - 100), ValueError, "y must have a label that counts, got -100 only, which means: don't count"),
    ],
)
def test_unsound_training_data_are_refused(change, error, message):
    with pytest.raises(error) as caught:
        changed("train", **change)
    assert str(caught.value) == f"train.{message}"


@pytest.mark.parametrize("part", ["validation", "test"])
def test_the_other_splits_are_checked_too(part):
    data = toy_data()
    split = getattr(data, part)
    for value in (float("nan"), float("inf")):
        x = split.x.clone()
        x[0, 0, 0] = value
        with pytest.raises(ValueError, match=f"{part}.x must be finite, got NaN or infinity in 1 of 30"):
            changed(part, x=x)
    with pytest.raises(ValueError, match=rf"{part}.x must have the shape \('N', 5, 3\) of the train.*\(30, 4, 3\)"):
        changed(part, x=split.x[:, :4])
    with pytest.raises(TypeError, match=rf"{part} must be a Split\(x, y\), got tuple"):
        replace(data, **{part: tuple(split)})


def test_only_the_validation_split_may_be_left_out():
    data = toy_data()
    assert replace(data, validation=None).validation is None
    for part in ("train", "test"):
        with pytest.raises(TypeError, match=rf"{part} must be a Split\(x, y\), got NoneType"):
            replace(data, **{part: None})


def test_a_label_for_every_step_is_sound():
    y = torch.zeros(60, 5, dtype=torch.int64)
    check_split(Split(X, y), "train", classes=4)


def test_a_data_set_says_what_it_holds():
    assert repr(toy_data()) == ("Dataset(toy: train 60, validation 30, test 30; 5 steps of 3 features, 4 classes)")
    assert "no validation" in repr(toy_data(validation=0))


def test_a_data_set_moves_as_a_whole():
    device, data = default_device(), toy_data()
    moved = data.to(device)
    for part in ("train", "validation", "test"):
        for ours, theirs in zip(getattr(data, part), getattr(moved, part), strict=True):
            assert theirs.device.type == device
            assert torch.equal(ours, theirs.cpu())
    assert toy_data(validation=0).to(device).validation is None


@pytest.mark.parametrize("seed", [-1, 1.5, "a"])
def test_a_seed_of_another_kind_is_named(seed):
    with pytest.raises(ValueError, match=f"seed must be a whole number of at least 0, got {seed!r}"):
        datasets.digits(seed=seed)


@pytest.mark.parametrize("amount", [True, "a", float("nan"), 2.0])
def test_an_amount_of_another_kind_is_named(amount):
    with pytest.raises(ValueError, match=f"validation must be 0, a fraction below 1, or .* got {amount!r}"):
        datasets.digits(validation=amount)


def test_too_small_a_fraction_is_named():
    with pytest.raises(
        ValueError, match=r"at least one example of each of the 10 classes on both sides, got 0\.0001: 0 of"
    ):
        datasets.digits(validation=0.0001)


# --- other orders of the pixels ---

ORDERS = ("rows", "columns", "shuffled_rows", "shuffled", "pixels", "shuffled_pixels")


def pictures(rows, columns):
    """A data set of two classes, 4, 2 and 3 images; the first image of each split says which pixel is where."""

    def split(n):
        x = torch.randn(n, rows, columns)
        x[0] = torch.arange(rows * columns).reshape(rows, columns)
        return Split(x, torch.arange(n) % 2)

    torch.manual_seed(0)
    return datasets.Dataset("pictures", ("a", "b"), split(4), split(2), split(3))


def read_slowly(image, order, rows_order, pixel_order):
    """The sequence of one image by the words of the docstring, pixel by pixel."""
    rows, columns = image.shape
    if order in ("shuffled", "shuffled_pixels"):
        flat = [image[p // columns, p % columns].item() for p in pixel_order]
        image = torch.tensor([flat[i * columns : (i + 1) * columns] for i in range(rows)])
    if order == "columns":
        return torch.tensor([[image[i, j] for i in range(rows)] for j in range(columns)])
    if order == "shuffled_rows":
        return torch.stack([image[i] for i in rows_order])
    if order.endswith("pixels"):
        return torch.tensor([[image[i, j]] for i in range(rows) for j in range(columns)])
    return image


@pytest.mark.parametrize("size", [(3, 3), (3, 5), (6, 4)])
@pytest.mark.parametrize("order", ORDERS)
def test_each_order_is_the_one_that_its_name_says(order, size):
    data = pictures(*size)
    # the random orders, read off the images that say which pixel is where
    rows_order = (datasets.reordered(data, "shuffled_rows").train.x[0, :, 0] / size[1]).long().tolist()
    pixel_order = datasets.reordered(data, "shuffled").train.x[0].flatten().long().tolist()
    assert sorted(rows_order) == list(range(size[0]))
    assert sorted(pixel_order) == list(range(size[0] * size[1]))
    assert pixel_order != sorted(pixel_order)
    new = datasets.reordered(data, order)
    assert (new.name, new.classes) == (f"pictures, {order.replace('_', ' ')}", ("a", "b"))
    for part in ("train", "validation", "test"):
        before, after = getattr(data, part), getattr(new, part)
        expected = torch.stack([read_slowly(image, order, rows_order, pixel_order) for image in before.x])
        assert torch.equal(after.x, expected)
        assert torch.equal(after.y, before.y)


@pytest.mark.parametrize("order", ORDERS)
def test_the_seed_decides_the_random_orders_and_no_other(order):
    data = pictures(8, 8)
    state = torch.get_rng_state()
    first, again, other = (datasets.reordered(data, order, seed=seed).test.x for seed in (0, 0, 1))
    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(first, again)
    assert torch.equal(first, other) == (not order.startswith("shuffled"))


def test_reordered_keeps_a_missing_validation_split_missing_and_the_data_as_they_were():
    data = datasets.digits(validation=0)
    before = data.train.x.clone()
    new = datasets.reordered(data, "shuffled_pixels")
    assert new.validation is None
    assert (new.steps, new.input_size) == (64, 1)
    assert torch.equal(data.train.x, before)


@pytest.mark.parametrize("order", ["diagonal", "", None, ["rows"]])
def test_an_unknown_order_is_told_the_known_ones(order):
    known = "rows, columns, shuffled_rows, shuffled, pixels, shuffled_pixels"
    with pytest.raises(ValueError, match=f"^order must be one of {known}, got "):
        datasets.reordered(datasets.digits(), order)
