"""Where a file is, and how it is written so that it is there whole or not at all."""

import os
from pathlib import Path


def expanded(path):
    """A path as the user means it: ``~`` is the home folder."""
    return Path(os.path.expanduser(path))


def expanded_all(options):
    """Options with ``~`` as the home folder: a shell replaces it in ``--out ~/run``, but not in ``--out=~/run``."""
    if isinstance(options, dict):
        return {name: expanded_all(value) for name, value in options.items()}
    if isinstance(options, list):
        return [expanded_all(one) for one in options]
    return os.path.expanduser(options) if isinstance(options, str) else options


def write_atomically(path, content, keep=None):
    """Write bytes to ``path`` through a temporary file beside it and one rename.

    A reader sees the old content or the new, never a part; after a kill or on a full disk the old content is
    still there. One process at a time may write to one path.

    Args:
        path: the file to write; its folder is made where it is missing.
        content: bytes.
        keep: where the old file goes, if there is one; by default it is replaced.
    """
    path = expanded(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # one name for every attempt: what a killed process left behind is overwritten, not collected
    temporary = path.with_name(f".{path.name}.partial")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if keep is not None and path.exists():
            os.replace(path, keep)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
