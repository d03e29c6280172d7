"""Files of a data set that somebody fetched by hand: found where they lie, unpacked, checked, put in their place."""

import gzip
import os
import shutil
import tempfile
import zlib
from pathlib import Path

from .core import DataError


def unpack(name, target, files, check, instead):
    """Put the files of a data set into their folder, of those that are missing there and lie packed nearby.

    A file is looked for as ``FILE.gz`` in the folder and in the one above, and as ``FILE`` in the one above. What is
    found is unpacked into a folder of this process's own and checked there; only when all of it is sound do the files
    appear. The packed files stay as they are.

    Args:
        name: what errors call the data set.
        target: the folder of the unpacked files.
        files: the names of the unpacked files.
        check: (path, where it is from in words); raises a DataError unless the file at the path is sound.
        instead: what errors say can be done without the files.

    Raises:
        DataError: a file that was found is damaged, isn't what its name says, or can't be read or stored.
    """
    found = {file: path for file in files if not _is_file(target / file) and (path := _packed(target, file))}
    if not found:
        return
    partial = None
    try:
        target.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=target.parent))
        for file, path in found.items():
            (partial / file).write_bytes(_content(path, instead))
            check(partial / file, f"{path.name} in {path.parent}, unpacked,")
        for file in found:
            os.replace(partial / file, target / file)
    except OSError as error:
        raise DataError(
            f"{name}, whose packed files are there, can't be unpacked into {target}: {error.strerror}.\n  Give "
            "yourself the right to read the files and to write there, free some room (about 60 MB), set "
            f"RNNCOURSE_DATA to another folder, or {instead}."
        ) from error
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)


def is_packed(target, files):
    """True if one of the files lies where :func:`unpack` looks."""
    return any(_packed(target, file) for file in files)


def _packed(target, file):
    """Where the file lies packed, or unpacked in the folder above; None for nowhere."""
    places = (target / f"{file}.gz", target.parent / f"{file}.gz", target.parent / file)
    return next(filter(_is_file, places), None)


def _is_file(path):
    try:
        return path.is_file()
    except OSError:  # a folder that may not be searched
        return False


def _content(path, instead):
    """The unpacked bytes of a file."""
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as stream:
            return stream.read()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        with path.open("rb") as stream:
            head = stream.read(4)
        what = f"is damaged ({error})"
        remedy = "Fetch it again"
        if isinstance(error, EOFError):
            what = f"ends too early, at {path.stat().st_size:,} bytes (an interrupted download?)"
        elif head[:2] == b"\0\0":
            what, remedy = "isn't packed, in spite of its name", f"Rename it to {path.stem}"
        elif head[:2] != b"\x1f\x8b":
            what = f"isn't a gzip file: it starts with {head!r}"
        raise DataError(f"{path.name} in {path.parent} {what}.\n  {remedy}, delete it, or {instead}.") from error
