"""Run the code cells of a notebook, one after the other, whatever they do."""

import re
import signal
import sys
import time
import types

MAGIC = re.compile(r"^(\s*)(?:[%!].*|[\w.]+\?{1,2}\s*)$")  # `%pip …`, `!ls`, `thing?`
ASSIGNED_MAGIC = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*$")  # `files = !ls`
AFTER = 1.0  # seconds for each cell that is left when the time of all is over


class TimeIsUp(BaseException):
    """Raised in a cell that takes too long; not an Exception, so that few handlers catch it."""


def plain_python(source):
    """A cell's code without what only a notebook understands.

    Raises:
        SyntaxError: what is left isn't Python.
    """
    try:
        return compile(source, "<cell>", "exec", dont_inherit=True)
    except SyntaxError:
        lines = []
        for line in source.split("\n"):
            # `pass` keeps a block that holds nothing else
            line = MAGIC.sub(r"\1pass", line)
            lines.append(ASSIGNED_MAGIC.sub(r"\1None", line))
        return compile("\n".join(lines), "<cell>", "exec", dont_inherit=True)


def new_namespace():
    """The names that a notebook starts with, those of a module ``__main__``."""
    module = types.ModuleType("__main__")
    module.display = lambda *values, **options: None  # IPython gives it to every notebook
    sys.modules["__main__"] = module
    return module.__dict__


def run(cells, names, seconds, wait):
    """Run cells of code in order; an error ends its cell, and the next one runs.

    The cell that runs when the time is over is stopped. Those after it still get a second each, so that a long
    training takes no answer with it.

    Args:
        cells: their code.
        names: where the code's variables are.
        seconds: of computing, for all together.
        wait: the time on the clock, in multiples of that; for a cell that sleeps, or a busy machine.

    Returns:
        For each cell None, or what went wrong in it (see :func:`described`).
    """
    start, errors = (time.process_time(), time.monotonic()), []
    for source in cells:
        left = max(AFTER, start[0] + seconds - time.process_time())
        left_on_clock = max(AFTER * wait, start[1] + seconds * wait - time.monotonic())
        try:
            with _Alarm(left, left_on_clock):
                exec(plain_python(source), names)
            errors.append(None)
        except TimeIsUp:
            errors.append({"type": "TimeIsUp", "text": f"stopped; all cells together have {seconds:g} s"})
        except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, not the notebook
            errors.append(described(error))
    return errors


def described(error):
    """An exception as plain text: its class's name, its message, the line of the cell."""
    try:
        text = str(error)[:300]
    except BaseException:  # a message of a student's own making
        text = "(without a message)"
    line = None
    if isinstance(error, SyntaxError):
        line = error.lineno
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<cell>":
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f" (line {line})" if isinstance(line, int) else ""
    return {"type": str(type(error).__name__)[:80], "text": text + where}


class _Alarm:
    """Raises :class:`TimeIsUp` in the block when its time is over; where there is no alarm, nothing happens."""

    def __init__(self, seconds, on_clock):
        self._timers = {}
        if hasattr(signal, "setitimer"):
            self._timers = {signal.ITIMER_PROF: seconds, signal.ITIMER_REAL: on_clock}

    def __enter__(self):
        for timer, seconds in self._timers.items():
            signal.signal(signal.SIGPROF if timer == signal.ITIMER_PROF else signal.SIGALRM, self._ring)
            signal.setitimer(timer, seconds)

    def __exit__(self, *_):
        for timer in self._timers:
            signal.setitimer(timer, 0)

    @staticmethod
    def _ring(*_):
        raise TimeIsUp
