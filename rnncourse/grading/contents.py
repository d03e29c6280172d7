"""Get the notebook out of whatever was handed in: a file, an archive, a script, a folder; in memory, with limits."""

import io
import os
import re
import stat
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

from .scripts import cells_of
from .submission import UnreadableError, as_notebook, without_outputs

LARGEST_FILE = 64 * 2**20  # bytes of a file, outputs and all
MOST_FILES = 300  # of one student
DEEPEST = 4  # folders within folders
LEFT_OUT = (".", "__", "~$")  # beginnings of the names of what isn't handed in, such as .git and __MACOSX
FEEDBACK = "Feedback Attachment(s)"  # Sakai's folder beside the submission's
SUBMISSION = "Submission attachment(s)"
NOTEBOOK_LIKE = re.compile(r"[^.]*|.*\.(ipynb|py|json|zip|7z|rar|tar|t?gz)(\..*|\b.*)?", re.IGNORECASE | re.DOTALL)
SCRIPT = re.compile(r".*\.py(\.txt)?", re.IGNORECASE | re.DOTALL)
ZIP, MEMBER = b"PK\x03\x04", b"PK\x01\x02"
ARCHIVES = (b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


class Piece(NamedTuple):
    """One file that may be a student's notebook.

    Attributes:
        path: where it is.
        member: its name within a zip archive, or "".
        problem: why it can't be read, an :class:`UnreadableError`, or None where that isn't known yet.
        nested: True if it lies deeper than a notebook is expected to.
    """

    path: Path
    member: str = ""
    problem: UnreadableError | None = None
    nested: bool = False

    @property
    def name(self):
        """Its own name, without folders."""
        return re.split(r"[/\\]", self.member)[-1] or self.path.name

    @property
    def label(self):
        """Its name and, of a member, that of its archive."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name

    @property
    def like_a_notebook(self):
        """True if the name is that of a notebook, an archive or a script."""
        return NOTEBOOK_LIKE.fullmatch(self.name) is not None


def read(piece):
    """The bytes of the notebook, without outputs.

    Raises:
        UnreadableError: there is none.
    """
    if piece.problem:
        raise piece.problem
    content = read_bytes(piece.path)
    if piece.member:
        content = _member(content, piece.member)
    if content.startswith(ZIP):
        raise UnreadableError("it is an archive within an archive; unpack it" if piece.member else "it has no notebook")
    if content.startswith(ARCHIVES):
        raise UnreadableError("it is an archive of a kind that isn't opened here; unpack it, or hand in the notebook")
    if not content.strip():
        raise UnreadableError("it is empty")
    if SCRIPT.fullmatch(piece.name) and not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return as_notebook(cells_of(content.decode("utf-8-sig", "replace")))
    return without_outputs(content)


def read_bytes(path):
    """The content of a file, which must be an ordinary one of at most 64 MB and no link.

    Raises:
        UnreadableError: it isn't.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if os.path.islink(path):  # for the message, and for systems without O_NOFOLLOW
        raise UnreadableError("it is a link, not a file; hand in the notebook itself")
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise UnreadableError(f"it can't be opened: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("it isn't an ordinary file; hand in the notebook itself")
            if status.st_size > LARGEST_FILE:
                raise UnreadableError(
                    f"it has {status.st_size / 2**20:.0f} MB, more than {LARGEST_FILE // 2**20}; clear its outputs "
                    "and hand it in again"
                )
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnreadableError(f"it can't be read: {error.strerror}") from None


def pieces_of_file(path):
    """The notebooks that a file holds: itself, or those in a zip archive."""
    try:
        content = read_bytes(path)
        if not content.startswith(ZIP):
            return [Piece(path)]
        members = [info.filename for info in _members(content) if not _left_out(info.filename)]
    except UnreadableError as error:
        return [Piece(path, problem=error)]
    pieces = [Piece(path, member) for member in members]
    pieces = [piece for piece in pieces if piece.like_a_notebook]
    return pieces or [Piece(path, problem=UnreadableError("the archive holds no notebook (.ipynb)"))]


def pieces_of_folder(folder, assignment):
    """The notebooks in a student's folder: in that of the assignment, where there is one, else in all."""
    own = folder / assignment
    if own.is_symlink() or own.is_dir():
        folder = own
    pieces = list(_walk(folder, 0, False))
    if len(pieces) > MOST_FILES:
        return [Piece(folder, problem=UnreadableError(f"the folder holds more than {MOST_FILES} files"))]
    return pieces or [Piece(folder, problem=UnreadableError("the folder holds no notebook (.ipynb)"))]


def _walk(folder, depth, nested):
    if folder.is_symlink():
        yield Piece(folder, problem=UnreadableError("it is a link, not a file; hand in the notebook itself"))
        return
    try:
        with os.scandir(folder) as entries:
            entries = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Piece(folder, problem=UnreadableError(f"the folder can't be opened: {error.strerror}"))
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(LEFT_OUT) or entry.name == FEEDBACK:
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _walk(path, depth + 1, nested or entry.name != SUBMISSION)
        elif Piece(path).like_a_notebook:
            yield from (piece._replace(nested=nested) for piece in pieces_of_file(path))


def _members(content):
    """What a zip archive lists.

    Raises:
        UnreadableError: it lists too much, or is damaged.
    """
    if content.count(MEMBER) > MOST_FILES:
        raise UnreadableError(f"the archive holds more than {MOST_FILES} files")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise UnreadableError(f"the archive can't be read: {str(error)[:100]}") from None


def _member(content, name):
    """The bytes of one file of a zip archive, which must be at most 64 MB.

    Raises:
        UnreadableError: they can't be had.
    """
    try:
        info = next(info for info in _members(content) if info.filename == name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others may take memory at will
            raise UnreadableError("the archive is compressed in a way that isn't read here; make an ordinary zip")
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(info) as stream:
            plain = stream.read(LARGEST_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError, StopIteration) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"the archive can't be read: {str(error)[:100]}") from None
    if len(plain) > LARGEST_FILE:  # whatever the archive says of the size
        raise UnreadableError(f"in the archive it has more than {LARGEST_FILE // 2**20} MB; clear its outputs")
    return plain


def _left_out(member):
    return any(part.startswith(LEFT_OUT) for part in re.split(r"[/\\]", member) if part not in ("", ".", ".."))
