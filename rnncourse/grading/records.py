"""What was graded, kept so that it is there whole or not at all."""

import hashlib
import json

from ..base.files import write_atomically
from ..base.version import __version__
from .identity import normal
from .judge import Graded


class Records:
    """One file a student. It holds for one content, one source of the assignment, one version of the package.

    Args:
        folder: where they are.
        source: text of the assignment's source file.
        unsafe: True where the students' code runs without a sandbox.
    """

    def __init__(self, folder, source, unsafe):
        self._folder, self._source, self._unsafe = folder, source, unsafe

    def _key(self, job):
        content = job.content if isinstance(job.content, bytes) else str(job.content).encode()
        parts = self._source.encode(), normal(job.student).encode(), content, __version__.encode(), b"%d" % self._unsafe
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()

    def _path(self, job):
        return self._folder / f"{normal(job.student)}.json"

    def read(self, job):
        """The :class:`Graded` of an earlier call, or None."""
        try:
            record = json.loads((self._path(job)).read_bytes())
            return Graded.from_dict(record["graded"]) if record["key"] == self._key(job) else None
        except (OSError, ValueError, KeyError, TypeError):  # none, or damaged: grade again
            return None

    def write(self, job, graded):
        """Keep what became of a job, if it is final; else forget what was kept before."""
        if not graded.final:
            self._path(job).unlink(missing_ok=True)
            return
        record = {"key": self._key(job), "student": job.student, "graded": graded.as_dict()}
        write_atomically(self._path(job), json.dumps(record, indent=1).encode())
