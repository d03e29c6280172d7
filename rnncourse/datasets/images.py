"""Images read as sequences: row t of the image is the input at time step t."""

from importlib import resources

import numpy as np
import torch

from ..base.checks import check_name, check_number, check_whole_number
from . import raw
from .core import Dataset, Split, hold_out

FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
DIGIT_CLASSES = tuple("0123456789")
SCALES = ("sample", "full")
ORDERS = ("rows", "columns", "shuffled_rows", "shuffled", "pixels", "shuffled_pixels")


def fashion_mnist(scale="sample", validation=0.1, value_range=(0.0, 1.0), seed=0):
    """Fashion-MNIST (Xiao, Rasul & Vollgraf 2017): 28×28 grey images of ten kinds of clothes.

    Args:
        scale: ``"sample"``, 5,000 training and 1,000 test images, balanced over the classes, which come with
            the course; or ``"full"``, all 60,000 and 10,000, which :func:`rnncourse.datasets.raw.fetch`
            downloads once (about 30 MB) unless ``RNNCOURSE_DATA`` names a folder that holds them.
        validation: how much of the training images to hold out: a fraction, a number of images, or 0 for none.
        value_range: what black (0) and white (255) become.
        seed: decides which images are held out.

    Returns:
        A :class:`Dataset`; x (N, 28, 28) float32, row t of the image at time step t.

    Raises:
        ValueError: ``scale`` is unknown, or ``validation`` can't be held out.
        DataError: the full data set can't be had; see :mod:`rnncourse.datasets.raw`.
    """
    check_name("scale", scale, SCALES)
    images = _fashion_sample() if scale == "sample" else _full("FashionMNIST")
    return _dataset(f"Fashion-MNIST ({scale})", FASHION_CLASSES, *images, 255, validation, value_range, seed)


def mnist(scale="full", validation=0.1, value_range=(0.0, 1.0), seed=0):
    """MNIST (LeCun et al. 1998): 28×28 grey images of handwritten digits, 60,000 and 10,000 of them.

    The course ships no sample of it: :func:`digits` is the small set of handwritten digits.
    Arguments, shapes and errors are those of :func:`fashion_mnist`.
    """
    if scale == "sample":
        raise ValueError('scale must be "full" for MNIST; for a small set of digits use rnncourse.datasets.digits()')
    check_name("scale", scale, SCALES)
    return _dataset("MNIST (full)", DIGIT_CLASSES, *_full("MNIST"), 255, validation, value_range, seed)


def digits(validation=0.1, value_range=(0.0, 1.0), seed=0):
    """scikit-learn's handwritten digits: 1,797 grey images of 8×8, of which a fifth is the test split.

    Arguments and errors are those of :func:`fashion_mnist`.

    Returns:
        A :class:`Dataset`; x (N, 8, 8) float32.
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    everything = Split(torch.from_numpy(bunch.images), torch.from_numpy(bunch.target).long())
    train, test = hold_out(everything, 0.2, seed=0)  # the test split is the same whatever the seed
    return _dataset("Digits", DIGIT_CLASSES, train, test, 16, validation, value_range, seed)


def reordered(data, order, seed=0):
    """The same images read in another order: another sequence with the same numbers in it.

    ====================  ====================================================================  ==============
    ``order``             the input at time step t                                               x of 28×28
    ====================  ====================================================================  ==============
    ``rows``              row t, from the top: the data set as it is                             (N, 28, 28)
    ``columns``           column t, from the left                                                (N, 28, 28)
    ``shuffled_rows``     the rows in one random order                                           (N, 28, 28)
    ``shuffled``          row t after all pixels have been shuffled in one random order          (N, 28, 28)
    ``pixels``            pixel t, row by row                                                    (N, 784, 1)
    ``shuffled_pixels``   pixel t of the shuffled image (Le, Jaitly & Hinton 2015)               (N, 784, 1)
    ====================  ====================================================================  ==============

    Args:
        data: a :class:`Dataset` of images.
        order: see above; the random orders are the same for all images of all splits.
        seed: decides the random orders.

    Raises:
        TypeError: ``data`` isn't a data set.
        ValueError: ``order`` is unknown, or the data aren't images.
    """
    check_name("order", order, ORDERS)
    seed = check_whole_number("seed", seed, 0)
    if not isinstance(data, Dataset):
        raise TypeError(f"data must be a rnncourse Dataset, got {type(data).__name__}")
    if data.train.every_step or data.train.lengths is not None:
        raise ValueError("data must be images, one target for each: got a target at each step, or several lengths")
    rows, columns = data.train.x.shape[1:]
    places = torch.arange(rows * columns).reshape(rows, columns)  # where each number comes from
    generator = torch.Generator().manual_seed(seed)
    if order == "columns":
        places = places.T
    elif order == "shuffled_rows":
        places = places[torch.randperm(rows, generator=generator)]
    elif order.startswith("shuffled"):
        places = places.flatten()[torch.randperm(rows * columns, generator=generator)].reshape(rows, columns)
    if order.endswith("pixels"):
        places = places.reshape(-1, 1)
    parts = {part: getattr(data, part) for part in ("train", "validation", "test")}
    parts = {part: split and Split(split.x.flatten(1)[:, places], split.y) for part, split in parts.items()}
    return Dataset(f"{data.name}, {order.replace('_', ' ')}", data.classes, **parts)


def _dataset(name, classes, train, test, white, validation, value_range, seed):
    if np.shape(value_range) != (2,) or not value_range[0] < value_range[1]:
        raise ValueError(f"value_range must be (low, high) with low < high, got {value_range}")
    low, high = (check_number("value_range", edge) for edge in value_range)

    def scaled(split):
        return Split(split.x.float().mul_((high - low) / white).add_(low), split.y)

    train, held = hold_out(train, validation, seed)
    return Dataset(name, classes, scaled(train), held and scaled(held), scaled(test))


def _full(name):
    if not raw.is_present(name):
        raw.fetch(name)
    folder = raw.prepare(name)
    read = raw.torchvision_datasets().mnist
    return (
        Split(
            read.read_image_file(str(folder / raw.TRAIN_IMAGES)), read.read_label_file(str(folder / raw.TRAIN_LABELS))
        ),
        Split(read.read_image_file(str(folder / raw.TEST_IMAGES)), read.read_label_file(str(folder / raw.TEST_LABELS))),
    )


def _fashion_sample():
    with resources.files(__package__).joinpath("fashion_mnist_sample.npz").open("rb") as stream:
        arrays = np.load(stream, allow_pickle=False)
        parts = {name: torch.from_numpy(arrays[name]) for name in ("train_x", "train_y", "test_x", "test_y")}
    return Split(parts["train_x"], parts["train_y"].long()), Split(parts["test_x"], parts["test_y"].long())
