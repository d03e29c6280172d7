"""The command `reproduce` with a small recipe, for test_runner.py to start, interrupt and kill.

Usage: runner_driver.py EPOCHS OPTION…
"""

import sys

from rnncourse import studies
from rnncourse.__main__ import main


def small(epochs):
    """Digits on 8 units: an epoch takes about a tenth of a second; workers need nothing but the package."""
    train = dict(epochs=epochs, batch_size=32, lr=0.01, device="cpu")
    return studies.Recipe("small", dict(name="digits"), dict(cell="gru", hidden_size=8), train)


if __name__ == "__main__":
    studies.RECIPES["small"] = small(int(sys.argv[1]))
    sys.exit(main(["reproduce", "small", *sys.argv[2:]]))
