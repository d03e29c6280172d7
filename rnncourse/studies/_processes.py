"""Runs over the cores of this machine, one process a run at a time."""

import os
import signal
import threading
import time
from concurrent.futures.process import BrokenProcessPool

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from tqdm.auto import tqdm

from .attempts import Outcome, StudyError, attempt, say
from .ledger import find_record

BREAKDOWNS = 3  # in a row, without one new record

_at_work = threading.Lock()  # in a worker: held while a run is under way


def over_processes(missing, folder, jobs):
    """Make runs in ``jobs`` worker processes; yield an :class:`Outcome` for each, as they finish.

    A worker writes the record of its run itself, so a finished run outlives this process. When a worker dies, all
    are started anew and go on from their checkpoints.

    Args:
        missing: (id, seed) → recipe of the runs to make.
        folder: where the records are.
        jobs: number of worker processes, at least 2.

    Raises:
        StudyError: workers died three times without finishing a run, or the disk is full.
    """
    missing, breakdowns = dict(missing), 0
    try:
        while missing:
            try:
                for outcome in _pool(missing, folder, jobs):
                    del missing[outcome.id, outcome.seed]
                    breakdowns = 0 if outcome.record else breakdowns
                    yield outcome
            except BrokenProcessPool as error:
                breakdowns += 1
                for id, seed in list(missing):
                    # finished before the breakdown, or during it, without this process hearing of it
                    if record := find_record(id, seed, folder):
                        del missing[id, seed]
                        breakdowns = 0
                        yield Outcome(id, seed, record)
                if breakdowns == BREAKDOWNS:
                    raise StudyError(
                        f"worker processes died {BREAKDOWNS} times in a row before one run was finished. Most often "
                        f"the memory is full: run the same command again with fewer jobs than {jobs}"
                    ) from error
                if missing:
                    say("a worker process died; the runs under way go on from their checkpoints")
    finally:
        end_processes()


def _pool(missing, folder, jobs):
    yield from in_processes(attempt, [(recipe, seed, folder) for (_, seed), recipe in missing.items()], jobs)


def in_processes(work, arguments, jobs):
    """Call ``work(*each)`` for each of the arguments in worker processes; yield what it returns, as they finish.

    A worker outlives neither this process, nor an interrupt that this process hears, but it finishes what it is at.

    Args:
        work: a function of a module.
        arguments: tuples, taken as they are needed.
        jobs: number of worker processes, at least 2.

    Raises:
        BrokenProcessPool: a worker died.
    """
    # at least 2: with 1, joblib would make the runs, and what is meant for a worker, in this process
    settings = dict(inner_max_num_threads=1, initializer=_start_worker, initargs=(os.getpid(),))
    with parallel_config("loky", n_jobs=jobs, **settings):
        parallel = Parallel(return_as="generator_unordered", batch_size=1)
        try:
            yield from parallel(delayed(_work)(work, each, os.getpid()) for each in arguments)
        except Exception as error:
            if _while_interrupted(error):
                raise KeyboardInterrupt from error
            raise


def _while_interrupted(error):
    """True if an error came up while an interrupt was handled: joblib ends a pool that has hardly begun with others."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def end_processes():
    """End the worker processes, whatever they are at."""
    get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)


def _start_worker(parent):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process: the parent decides
    tqdm.set_lock(threading.RLock())  # its own one is a named semaphore, which a killed process leaves behind
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _work(work, arguments, parent):
    with _at_work:
        if _is_orphan(parent):
            os._exit(1)
        return work(*arguments)


def _end_after(parent):
    """When the parent is gone: let a run under way finish, then end this process."""
    while not _is_orphan(parent):
        time.sleep(1)
    with _at_work:
        os._exit(1)


def _is_orphan(parent):
    # Windows keeps the number of a parent that is gone; there a worker without work ends after five minutes
    return os.getppid() != parent
