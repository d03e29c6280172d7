"""Draw the Fashion-MNIST sample that ships with the course from the full data set.

Usage: RNNCOURSE_DATA=… python tools/make_sample.py
500 training and 100 test images of each class, drawn without replacement with a fixed seed from the training
and the test set respectively; `train_index` and `test_index` say which images they are.
"""

import sys
from pathlib import Path

import numpy as np

from rnncourse.datasets import images

TARGET = Path(images.__file__).with_name("fashion_mnist_sample.npz")


def draw(split, per_class, rng):
    labels = split.y.numpy()
    chosen = [rng.choice(np.flatnonzero(labels == label), per_class, replace=False) for label in range(10)]
    index = np.sort(np.concatenate(chosen)).astype(np.int32)
    return split.x.numpy()[index], labels[index].astype(np.uint8), index


def main():
    rng = np.random.default_rng(20170825)
    train, test = images._full("FashionMNIST")
    arrays = {}
    for part, split, per_class in (("train", train, 500), ("test", test, 100)):
        arrays[f"{part}_x"], arrays[f"{part}_y"], arrays[f"{part}_index"] = draw(split, per_class, rng)
    np.savez_compressed(TARGET, **arrays)
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
