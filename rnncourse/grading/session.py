"""A process of a student's code, and the messages to and from it."""

import contextlib
import json
import math
import subprocess
import tempfile
import threading

from .isolation import import_paths
from .watch import Watch

START = 300.0  # seconds for Python and torch to load, on a busy machine
MOST = 6 * 2**20  # bytes of one message from a student's process, a tensor of 4 MB in base64
ENOUGH = 0.5  # of the computing that a request allows: who has had less by the clock wasn't too slow
KILL, XCPU = 9, 24  # signals: ended from outside, or for having computed too long


class StartError(RuntimeError):
    """The process didn't start: a fault of this machine, not of the submission."""


class EndedError(RuntimeError):
    """The process is gone, or what came from it was no answer; the message says which, for the student."""


class LateError(EndedError):
    """No answer in time, on the clock or in computing."""


class WaitedError(LateError):
    """No answer in time on the clock, in which it hardly computed: it waited, or this machine was busy. No verdict."""


class Session:
    """One process of a student's code.

    Use it in a ``with`` block: at its end the process is killed, with all that it may have started. Start it in a
    thread that lives on, since bubblewrap ends with the thread that started it.

    Args:
        isolation: a :class:`~rnncourse.grading.isolation.Bubblewrap`, or another like it.
        seconds: for which the process may compute, all its threads together.

    Raises:
        StartError: it can't be started.
    """

    def __init__(self, isolation, seconds):
        self._count, self._ended, self._watch = 0, False, None
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # where an unsafe one runs
        try:
            self._process = subprocess.Popen(
                isolation.command(), env=isolation.environment(), cwd=self._folder.name, start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            raise StartError(f"the process of a student's code can't be started: {error}") from error
        settings = {"paths": import_paths(), "cpu_seconds": math.ceil(seconds) + 10, "most": MOST}
        try:
            ready = self._exchange(settings, START)
        except EndedError as error:
            self.kill()
            self._process.wait()
            said = self._process.stderr.read(4000).decode(errors="replace").strip()
            self.close()
            raise StartError(f"the process of a student's code didn't start: {said or error}") from None
        if ready != {"ready": True}:
            self.close()
            raise StartError("the process of a student's code must say that it is ready")
        self._watch = Watch(self._process.pid, isolation.home, self.kill)

    def ask(self, request, seconds):
        """Send a request and return the answer, a dict.

        Raises:
            LateError: none came in time; the process is killed. A :class:`WaitedError` if it computed for less than
                half of the seconds that the request allows.
            EndedError: the process ended, or sent something else; it is killed.
        """
        self._count += 1
        reply = self._exchange({**request, "n": self._count}, seconds, ENOUGH * request.get("seconds", 0))
        if not isinstance(reply, dict) or reply.pop("n", None) != self._count:
            self.kill()
            raise EndedError("its process sent something that is no answer")
        return reply

    def _exchange(self, message, seconds, enough=0.0):
        late, before = threading.Event(), self.computed()

        def end():
            late.set()
            self.kill()

        # reading and writing both end when the process is killed, on every system
        timer = threading.Timer(max(seconds, 0), end)
        timer.daemon = True
        timer.start()
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline(MOST + 2)
        except (OSError, ValueError):  # a broken pipe, or one that was closed in the meantime
            line = b""
        finally:
            timer.cancel()
        if late.is_set():
            used = self.computed() - before
            if used < enough:
                raise WaitedError(f"no answer within {seconds:g} s, in which it computed for {used:.1f} s")
            raise LateError(f"no answer within {seconds:g} s")
        if not line:
            self._ended = True
            if self.broke:
                raise EndedError(self.broke)
            code = self._exit_code()
            if code == XCPU:
                raise LateError("it computed too long; is there a loop without an end?")
            raise EndedError(f"its process ended ({'killed' if code == KILL else f'exit status {code}'})")
        if not line.endswith(b"\n"):
            self.kill()
            raise EndedError("its process sent too much, or ended amid an answer")
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            self.kill()
            raise EndedError("its process sent something that is no answer") from None

    def _exit_code(self):
        """What the process ended with; of a signal its number. None where it only stopped answering."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return None
        return -code if code < 0 else code - 128 if code > 128 else code  # bubblewrap adds 128 to a signal's number

    def computed(self):
        """Seconds for which the process has computed since its start; infinite where that can't be known."""
        return self._watch.computed() if self._watch else 0.0

    @property
    def broke(self):
        """Which bound the process broke, so that it was ended, in words; None if it broke none."""
        return self._watch and self._watch.reason

    @property
    def alive(self):
        """True until the process has been killed, or has failed to answer."""
        return not self._ended and self._process.poll() is None

    def kill(self):
        """End the process and all others of its sandbox."""
        self._ended = True  # at once; the system takes its time
        self._process.kill()

    def close(self):
        """Kill the process and give back what it held."""
        if self._watch:
            self._watch.stop()
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):  # what was to be written has no reader any more
                stream.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
