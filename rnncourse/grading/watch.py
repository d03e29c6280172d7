"""What a student's processes use, seen from outside, where nothing that they do can change it."""

import math
import os
import sys
import threading
from pathlib import Path

PERIOD = 0.05  # seconds between two looks
MOST_THREADS = 200
MOST_FILES = 5000  # files and folders: each takes about 1 kB of the kernel's memory, which no limit counts


class Watch:
    """Looks at a process and those below it, and ends them where they have too many threads or files.

    These are the two kinds of memory that no limit of a process counts. Only Linux can be looked at so.

    Args:
        pid: of the process.
        home: the folder that processes below it can write, if it is theirs alone.
        end: function () that ends all of them.

    Attributes:
        reason: why it was ended, or None.
    """

    def __init__(self, pid, home, end):
        self.reason = None
        self._pid, self._home, self._end = pid, home, end
        self._computed, self._stop = 0.0, threading.Event()
        if sys.platform == "linux":
            threading.Thread(target=self._look_often, daemon=True).start()
        else:
            self._computed = math.inf

    def computed(self):
        """Seconds for which the processes have computed so far; infinite where nobody can tell."""
        self._look()
        return self._computed

    def stop(self):
        """Look no longer."""
        self._stop.set()

    def _look_often(self):
        while not self._stop.wait(PERIOD):
            self._look()
            if self.reason:
                self._end()

    def _look(self):
        if sys.platform != "linux":
            return
        below = _below(self._pid)
        used = [_used(pid) for pid in (self._pid, *below)]
        # who has ended isn't seen any more
        self._computed = max(self._computed, sum(seconds for seconds, _ in used))
        if sum(threads for _, threads in used) > MOST_THREADS:
            self.reason = f"its process had more than {MOST_THREADS} threads"
        elif self._home and max(map(self._files, below), default=0) > MOST_FILES:
            self.reason = f"its process made more than {MOST_FILES:,} files"

    def _files(self, pid):
        try:
            status = os.statvfs(f"/proc/{pid}/root{self._home}")
        except OSError:  # it has ended; that the sandbox can be looked into is proved before anything is graded
            return 0
        return status.f_files - status.f_ffree


def _used(pid):
    """(seconds of computing, threads) of a process."""
    try:
        # the name of the program, in brackets, may hold anything
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:  # it has ended
        return 0.0, 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(fields[17])


def _below(pid):
    """The processes that a process has started, and those that they have."""
    found, left = [], [str(pid)]
    while left:
        at = left.pop()
        try:
            below = Path(f"/proc/{at}/task/{at}/children").read_text(encoding="utf-8").split()
        except OSError:
            continue
        found += below
        left += below
    return found
