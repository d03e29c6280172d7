"""Checkpoints of a training run: written atomically, checked when read, the one before kept."""

import io
import warnings
import zipfile
from pathlib import Path

import torch

from .files import write_atomically


class CheckpointError(RuntimeError):
    """No checkpoint can be used although one is there; the message names the file and the remedy."""


class Checkpoint:
    """One place on disk that holds the newest state of a run, and the state before it.

    The state is any nest of dicts, lists, numbers, strings and tensors. The file is an ordinary
    ``torch.save`` file: a zip archive whose CRC-32 sums are checked before anything is read from it, and which
    is loaded with ``weights_only=True``, so that loading executes nothing.

    Args:
        path: the file of the newest state; the one before it is ``path`` with ``.previous`` added.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.previous = self.path.with_name(self.path.name + ".previous")

    def save(self, state):
        """Make ``state`` the newest one and keep the newest so far as the one before.

        Whenever the process is killed, one of the two files is whole.
        """
        buffer = io.BytesIO()
        torch.save(state, buffer)
        write_atomically(self.path, buffer.getvalue(), keep=self.previous)

    def load(self):
        """Return the newest state that is whole, or None where nothing was saved.

        Warns:
            RuntimeWarning: the newest file is damaged and the one before it is used.

        Raises:
            CheckpointError: there are files, and none can be used.
        """
        damage = []
        for path in (self.path, self.previous):
            if not path.exists():
                continue  # between the two renames of a save only the one before is there
            try:
                state = _read(path)
            except Exception as error:  # whatever a damaged or hostile file provokes, it must not be used
                damage.append(f"{path}: {type(error).__name__}: {str(error).splitlines()[0]}")
                continue
            if damage:
                warnings.warn(f"checkpoint damaged, going on from the one before it. {damage[0]}", RuntimeWarning, 2)
            return state
        if damage:
            raise CheckpointError(
                "no checkpoint can be used:\n  "
                + "\n  ".join(damage)
                + "\n  Delete the files to start from the beginning."
            )
        return None


def _read(path):
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as archive:
        damaged = archive.testzip()  # torch doesn't compare the sums by itself
    if damaged is not None:
        raise zipfile.BadZipFile(f"wrong CRC-32 of {damaged}")
    content.seek(0)
    return torch.load(content, weights_only=True, map_location="cpu")
