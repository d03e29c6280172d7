"""Printing that never ends a command, whatever the console can't show and whoever has stopped reading."""

import contextlib
import os
import sys


def printable(text, stream):
    """A text in which what the encoding of a stream lacks is written as an escape, such as ``\\u2192`` for an arrow."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


class Console:
    """A stream that takes every text and raises no error.

    Args:
        stream: where it writes; None, as Python has it where there is no console, for nowhere.

    Attributes:
        lost: the error after which nothing more could be written, such as a full disk; None as long as all is well,
            and where a reader, such as ``head``, has had enough.
    """

    def __init__(self, stream):
        self._stream, self.lost = stream or _nowhere(), None

    def write(self, text):
        self._try(lambda: self._stream.write(printable(text, self._stream)))
        return len(text)

    def flush(self):
        self._try(self._stream.flush)

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def _try(self, action):
        try:
            action()
        except (OSError, ValueError) as error:  # ValueError: it was closed
            self.lost = None if isinstance(error, BrokenPipeError) else error
            with contextlib.suppress(OSError), _nowhere() as nowhere:
                # what the stream still holds is written when Python ends, and must not be an error then
                os.dup2(nowhere.fileno(), self._stream.fileno())
            self._stream = _nowhere()


def _nowhere():
    return open(os.devnull, "w", encoding="utf-8")


@contextlib.contextmanager
def console():
    """A context in which standard output and standard error are each a :class:`Console`; yields the two."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = consoles = tuple(map(Console, before))
    try:
        yield consoles
    finally:
        for one in consoles:
            one.flush()
        sys.stdout, sys.stderr = before
