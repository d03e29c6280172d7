"""Run the code cells of a notebook, one after the other, whatever they do."""

import __future__

import ast
import asyncio
import inspect
import linecache
import re
import signal
import sys
import textwrap
import time
import types

TIMED = re.compile(r"^(\s*(?:[\w, ]+=\s*)?)%time\s+(.*)$")  # `%time answer = f()`: what is timed counts
MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")  # `%pip …`, `!ls`, `?thing`, `thing?`
ASSIGNED_MAGIC = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*$")  # `files = !ls`
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # as in a notebook
LATER_FLAGS = __future__.annotations.compiler_flag  # what one cell says for those after it, too
AFTER = 1.0  # seconds for each cell that is left when the time of all is over


class TimeIsUp(BaseException):
    """Raised in a cell that takes too long; not an Exception, so that few handlers catch it."""


class NoShell:
    """Stands for IPython's shell: whatever it is asked to do, it does nothing."""

    def __getattr__(self, name):
        return lambda *values, **options: None


def plain_python(source, name="<cell>", flags=0):
    """A cell's code without what only a notebook understands.

    Args:
        source: the cell's text.
        name: what error messages call the cell; its lines can be looked up under this name afterwards.
        flags: of the compiler, from the cells before.

    Raises:
        SyntaxError: what is left isn't Python.
    """
    lines = textwrap.dedent(source).split("\n")
    while True:
        text = "\n".join(lines)
        linecache.cache[name] = (len(text), None, [line + "\n" for line in lines], name)
        try:
            return compile(text, name, "exec", flags=FLAGS | flags, dont_inherit=True)
        except SyntaxError as error:
            # only the line that isn't Python: another may just look like a magic
            if not _replaced(lines, (error.lineno or 0) - 1):
                raise


def _replaced(lines, at):
    """Take the magic out of one line; False if there is none."""
    line = lines[at] if 0 <= at < len(lines) else ""
    plain = TIMED.sub(r"\1\2", line)
    if plain == line:
        while line.endswith("\\") and at + 1 < len(lines):  # the command goes on in the next line
            line = line[:-1] + lines.pop(at + 1)
        # `pass` keeps a block that holds nothing else
        plain = ASSIGNED_MAGIC.sub(r"\1None", MAGIC.sub(r"\1pass", line))
    if plain == line:
        return False
    lines[at] = plain
    return True


def new_namespace():
    """The names that a notebook starts with, those of a module ``__main__``."""
    module = types.ModuleType("__main__")
    module.display = lambda *values, **options: None  # IPython gives these to every notebook
    module.get_ipython = NoShell
    sys.modules["__main__"] = module
    return module.__dict__


class Absent:
    """Stands for what couldn't be imported: whatever it is asked to do, it does nothing."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *values, **options):
        return self


def run(cells, names, seconds, wait):
    """Run cells of code in order; an error ends its cell, and the next one runs.

    An import that fails doesn't end its cell, if it is one of the cell's own statements: what is imported there for
    another machine, such as Colab's drive, would take all that stands below it.

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
    start, errors, flags = (time.process_time(), time.monotonic()), [], 0
    for number, source in enumerate(cells, start=1):
        left = max(AFTER, start[0] + seconds - time.process_time())
        left_on_clock = max(AFTER * wait, start[1] + seconds * wait - time.monotonic())
        try:
            with _Alarm(left, left_on_clock):
                code = plain_python(source, f"<cell {number}>", flags)
                flags |= code.co_flags & LATER_FLAGS
                missing = _execute(code, names, flags)
            errors.append(missing and described(missing))
        except TimeIsUp:
            errors.append({"type": "TimeIsUp", "text": f"stopped; all cells together have {seconds:g} s"})
        except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, not the notebook
            errors.append(described(error))
    return errors


def _execute(code, names, flags):
    """Run a cell's code; return the first import in it that failed, or None."""
    missing = None
    while code:
        try:
            result = eval(code, names)
            if inspect.iscoroutine(result):
                asyncio.run(result)
            return missing
        except ImportError as error:
            code = _after_import(error, code.co_filename, names, flags)
            if code is None:
                raise
            missing = missing or error
    return missing


def _after_import(error, name, names, flags):
    """The code below the import of a cell that failed, whose names now stand for nothing; None if it was no such."""
    trace = error.__traceback__
    while trace and (trace.tb_frame.f_code.co_filename, trace.tb_frame.f_code.co_name) != (name, "<module>"):
        trace = trace.tb_next
    if trace is None:
        return None
    line, _, column, _ = list(trace.tb_frame.f_code.co_positions())[trace.tb_lasti // 2]
    tree = compile("".join(linecache.cache[name][2]), name, "exec", flags=FLAGS | flags | ast.PyCF_ONLY_AST)
    for at, statement in enumerate(tree.body):
        here = statement.lineno == line and column in (statement.col_offset, None)
        if here and isinstance(statement, (ast.Import, ast.ImportFrom)):
            for one in statement.names:
                names.setdefault(one.asname or one.name.partition(".")[0], Absent())
            tree.body = tree.body[at + 1 :]
            return compile(tree, name, "exec", flags=FLAGS | flags, dont_inherit=True)
    return None


def described(error):
    """An exception as plain text: its class's name, its message, the line of the cell."""
    try:
        # the number of the cell, which its own message gives, is counted in another way than in the notebook
        text = str(error.msg if isinstance(error, SyntaxError) else error)[:300]
    except BaseException:  # a message of a student's own making
        text = "(without a message)"
    line = None
    if isinstance(error, SyntaxError):
        line = error.lineno
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.startswith("<cell"):
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
