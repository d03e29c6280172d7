"""One attempt at one run: claim it, run it, write its record."""

import errno
import sys
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout
from tqdm.auto import tqdm

from ..base.console import printable
from .ledger import add_record, find_record
from .runs import run

# EDQUOT: the user's share of the disk is used up; EFBIG: a file may not grow further
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StudyError(RuntimeError):
    """The runs can't be made as asked; the message says why, and the remedy."""


class Outcome(NamedTuple):
    """What became of one run: a record if it was made here, None if it is another process's."""

    id: str
    seed: int
    record: dict | None
    under_way: bool = False  # in another process, at this moment


def say(message):
    """Print a line at once, above a progress bar if there is one."""
    tqdm.write(printable(message, sys.stdout))
    sys.stdout.flush()


def claim(id, seed, folder):
    """The lock of a run, not yet taken. Whoever holds it makes the run; it ends with its holder, however that dies."""
    # not bound to a thread: what takes it and what gives it back may be two
    return FileLock(Path(folder) / ".partial" / f"{id}-{seed}.lock", timeout=0, thread_local=False)


def attempt(recipe, seed, folder, progress=False):
    """Make one run and add its record to the ledger, unless it is there or under way in another process.

    Returns:
        An :class:`Outcome`.

    Raises:
        StudyError: the disk is full.
    """
    partial = Path(folder) / ".partial"
    try:
        with claim(recipe.id, seed, folder):
            if find_record(recipe.id, seed, folder):
                return Outcome(recipe.id, seed, None)
            checkpoint = partial / f"{recipe.id}-{seed}.pt"
            record = run(recipe, seed, checkpoint=checkpoint, progress=progress)
            add_record(record, folder)
            for leftover in partial.glob(f"{checkpoint.name}*"):
                leftover.unlink()
            return Outcome(recipe.id, seed, record)
    except Timeout:
        return Outcome(recipe.id, seed, None, under_way=True)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise StudyError(
            f"the disk is full: {error}. Nothing that was finished is lost: make room, then run the same command "
            f"again. {recipe.id} with seed {seed} goes on from its checkpoint in {partial}"
        ) from error
