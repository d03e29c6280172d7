"""A student's answers, held by a process of their own and asked for from here."""

import time

import numpy as np
import torch

from .inside import values
from .session import EndedError, LateError, Session, WaitedError

LEEWAY = 2.0  # times the time that a student is told, in seconds of computing, since this machine may be slower
WAIT = 3.0  # times that on the clock, since this machine may be busy
LOOK = 10.0  # seconds to say what a variable holds
MOST_EXTRA = 60.0  # seconds for the cells after the time of all is over


class RemoteError(Exception):
    """The student's function raised an error; made anew with the error's name as the class's."""


class Answers:
    """The processes of one submission: one, and another where it died and tasks are left.

    Attributes:
        waited: why a missing or wrong answer says nothing: the clock stopped a cell although the cells had hardly
            computed. Else None.
    """

    def __init__(self, assignment, cells, isolation):
        self._assignment, self._cells, self._isolation = assignment, cells, isolation
        self._session, self._errors, self._fatal = None, [], None
        self._start, self._computed, self.waited = time.monotonic(), 0.0, None

    def session(self):
        """A process in which all cells have run.

        Raises:
            EndedError: the cells end it.
        """
        if self._session and self._session.alive:
            return self._session
        if self._fatal:
            raise self._fatal
        self.close()
        seconds = self._assignment.seconds
        cells = LEEWAY * seconds + min(MOST_EXTRA, len(self._cells)) + 1
        tasks = sum(LEEWAY * task.seconds + LOOK for task in self._assignment.tasks)
        if time.monotonic() - self._start > WAIT * cells + tasks:  # of cells that sleep, each new process takes as long
            late = WaitedError if self._computed < seconds else LateError
            raise late("there is no time left to start its process again")
        self._session = Session(self._isolation, cells + tasks)
        try:
            request = {"cells": self._cells, "seconds": LEEWAY * seconds, "wait": WAIT, "seed": 0}
            before, started = self._session.computed(), time.monotonic()
            reply = self._session.ask(request, WAIT * cells)
            used, took = self._session.computed() - before, time.monotonic() - started
            self.waited = None
            if took > WAIT * LEEWAY * seconds and used < seconds:
                self.waited = f"its cells were stopped after {took:.0f} s, in which they computed for {used:.1f} s"
        except EndedError as error:
            # the next process would run the same cells and end the same way
            self._fatal = type(error)(f"while the cells ran: {error}")
            raise self._fatal from None
        errors = reply.get("errors")
        self._errors = errors if isinstance(errors, list) else []
        return self._session

    def complaints(self, numbers):
        """(number, what went wrong, in words) of each cell that failed; ``numbers`` are those of all cells."""
        return tuple((n, said(error)) for n, error in zip(numbers, self._errors, strict=False) if error is not None)

    def close(self):
        """End the process, if there is one."""
        if self._session:
            self._computed += self._session.computed()
            self._session.close()
            self._session = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Function:
    """Stands for a student's function: called here, it runs there, and gives the plain value that came back."""

    def __init__(self, session, seed, task, name):
        self._session, self._seed, self._task, self._name = session, seed, task, name
        self.late = None  # the LateError of a call

    def __call__(self, *arguments):
        request = {"name": self._name, "seed": self._seed, "seconds": LEEWAY * self._task.seconds}
        request["arguments"] = [values.encode(argument) for argument in arguments]
        try:
            # a second more than who waits for this call, so that he is the one who calls it late
            reply = self._session.ask(request, WAIT * LEEWAY * self._task.seconds + 1)
        except LateError as error:
            self.late = type(error)(f"{self._name}: {error}")
            raise
        if "error" in reply:
            name, text = _parts(reply["error"])
            raise type(name, (RemoteError,), {})(text)
        changed = reply.get("changed")
        for place, new in (changed if isinstance(changed, dict) else {}).items():
            if place.isdecimal() and int(place) < len(arguments):
                _change(arguments[int(place)], values.decode(new))
        return values.decode(reply.get("value"))


def _change(old, new):
    """Make an argument what the student's function made of its own copy."""
    if isinstance(old, torch.Tensor) and isinstance(new, torch.Tensor):
        old.data = new.detach().to(old.dtype)
    elif isinstance(old, list) and isinstance(new, list):
        old[:] = new
    elif isinstance(old, dict) and isinstance(new, dict):
        old.clear()
        old.update(new)
    elif isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
        old[...] = new
    elif isinstance(old, tuple) and isinstance(new, tuple):
        for one, other in zip(old, new, strict=False):
            _change(one, other)


def _parts(error):
    """Class name and message of an error that came back, whatever really came."""
    error = error if isinstance(error, dict) else {}
    name, text = error.get("type"), error.get("text")
    plain = name if isinstance(name, str) and name.isidentifier() else "Error"
    return plain[:80], text[:400] if isinstance(text, str) else "(without a message)"


def said(error):
    """An error that came back, in words."""
    return "{}: {}".format(*_parts(error))
