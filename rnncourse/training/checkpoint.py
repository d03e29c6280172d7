"""Checkpoints of a training run: written atomically, checked when read, the one before kept."""

import io
import warnings
import zipfile

import torch

from ..base.files import expanded, write_atomically

ARCHIVE = b"PK\3\4"  # how every file of torch.save begins
FORMAT = "rnncourse checkpoint 2"  # another number wherever an older file can't be gone on with


class CheckpointError(RuntimeError):
    """No checkpoint can be used although one is there; the message names the file and the remedy."""


class Checkpoint:
    """One place on disk that holds the newest state of a run, and the state before it.

    The state is any nest of dicts, lists, numbers, strings and tensors. The file is an ordinary
    ``torch.save`` file: a zip archive whose CRC-32 sums are checked before anything is read from it, and which
    is loaded with ``weights_only=True``, so that loading executes nothing. It says its format, so that no other file
    is taken for one of these, or overwritten.

    Args:
        path: the file of the newest state; the one before it is ``path`` with ``.previous`` added. ``~`` is the home
            folder.
    """

    def __init__(self, path):
        self.path = expanded(path)
        self.previous = self.path.with_name(self.path.name + ".previous")

    def save(self, state):
        """Make ``state`` the newest one and keep the newest so far as the one before.

        Whenever the process is killed, one of the two files is whole.
        """
        buffer = io.BytesIO()
        torch.save({"format": FORMAT, **state}, buffer)
        write_atomically(self.path, buffer.getvalue(), keep=self.previous)

    def load(self):
        """Return the newest state that is whole, or None where nothing was saved.

        Warns:
            RuntimeWarning: the newest file is damaged and the one before it is used.

        Raises:
            CheckpointError: there are files, and none can be used; or one is no checkpoint of this format.
        """
        damage = []
        for path in (self.path, self.previous):
            if not path.exists():
                continue  # between the two renames of a save only the one before is there
            content = _content(path)
            try:
                _check_sums(content)
            except Exception as error:  # whatever a damaged archive provokes, it must not be used
                damage.append(f"{path}: {_in_a_line(error)}")
                continue
            state = _state(path, content)
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


def _content(path):
    """The bytes of a file that begins as a checkpoint does, or is empty, as one may be after a crash."""
    if path.is_dir():
        raise CheckpointError(f"checkpoint must be a file, and {path} is a folder; give the path of a file in it")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} can't be read: {error.strerror}; give yourself the right to") from error
    if not ARCHIVE.startswith(content[: len(ARCHIVE)]):
        raise _foreign(path, "it is no archive of torch.save")
    return content


def _check_sums(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        damaged = archive.testzip()  # torch doesn't compare the sums by itself
    if damaged is not None:
        raise zipfile.BadZipFile(f"wrong CRC-32 of {damaged}")


def _state(path, content):
    try:
        state = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
    except Exception as error:  # an archive of something else, or one that would execute code
        raise _foreign(path, _in_a_line(error)) from None
    found = state.pop("format", None) if isinstance(state, dict) else None
    if found != FORMAT:
        before = isinstance(state, dict) and {"run", "position"} <= state.keys()
        raise _foreign(path, "another version wrote it" if before else "it holds something else")
    return state


def _foreign(path, reason):
    return CheckpointError(
        f"{path} isn't a checkpoint of this version of rnncourse: {reason}. It was left as it is.\n  Use another path "
        "(on the command line, another --out), or move the file away to start from the beginning."
    )


def _in_a_line(error):
    return f"{type(error).__name__}: {error}".splitlines()[0]
