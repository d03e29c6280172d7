"""Runs on the workers of a Dask cluster, which share no folder with this machine."""

import contextlib
import time

from filelock import Timeout
from joblib import Parallel, delayed, parallel_config
from joblib._dask import DaskDistributedBackend

from ..base.lending import one_thread
from .attempts import FULL, Outcome, StudyError, claim, say
from .ledger import add_record, find_record
from .runs import code_version, run

try:
    from distributed import Client
except ModuleNotFoundError as error:
    raise StudyError(
        f"dask needs packages that are not installed here ({error}): install them with "
        '`pip install "rnncourse[cluster]"`, in a clone of the course `pip install -e ".[cluster]"`'
    ) from None

PATIENCE = 30  # seconds for a scheduler to answer, and for its first worker
PAUSE = 5  # seconds before a record is written again to a disk that was full


def over_cluster(missing, folder, address):
    """Make runs on the workers of a scheduler; yield an :class:`Outcome` for each, as they finish.

    This process claims the runs, and writes each record when it arrives.

    Args:
        missing: (id, seed) → recipe of the runs to make.
        folder: where the records are, on this machine.
        address: of the scheduler, such as ``tcp://192.168.1.10:8786``.

    Raises:
        StudyError: no scheduler or worker answers, a worker has other code or several threads, or runs failed.
    """
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(connect(address))
        tasks, claims, failures = [], {}, []
        for (id, seed), recipe in missing.items():
            try:
                claims[id, seed] = stack.enter_context(claim(id, seed, folder))
            except Timeout:
                yield Outcome(id, seed, None, under_way=True)
                continue
            if find_record(id, seed, folder):
                claims.pop((id, seed)).release()
                yield Outcome(id, seed, None)
                continue
            tasks.append((recipe, seed))
        if not tasks:
            return
        for record in over_workers(client, run, tasks):
            if isinstance(record, BaseException):
                failures.append(record)
                say(f"a run failed: {_first_line(record)}")
                continue
            _write(record, folder)
            claims.pop((record["id"], record["seed"])).release()
            yield Outcome(record["id"], record["seed"], record)
    if failures:
        names = ", ".join(f"{id} with seed {seed}" for id, seed in claims)
        raise StudyError(
            f"{len(failures)} of {len(tasks)} runs failed ({names}); the others are in the ledger. "
            f"The first failure was {_first_line(failures[0])}. Remove its cause, then run the same command again"
        ) from failures[0]


def over_workers(client, work, arguments):
    """Call ``work(*each)`` for each of the arguments on a cluster's workers, as they finish.

    Yields:
        What it returned, or the exception that it raised or that Dask gave up with.
    """
    code = code_version()
    with parallel_config(_Backend(client=client)):
        # all at once, so that workers that join later find work
        parallel = Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="all")
        yield from parallel(delayed(_checked)(work, each, code) for each in arguments)


def connect(address):
    """A client of a scheduler whose workers all have this code, and one thread each.

    Raises:
        StudyError: no scheduler or worker answers, or a worker has other code or several threads.
    """
    client = _client(address)
    try:
        _check_workers(client, address)
    except BaseException:
        client.close()
        raise
    return client


class _Backend(DaskDistributedBackend):
    """joblib's Dask backend, with every failure as a result, so that one takes no other run with it.

    By itself joblib isn't told when Dask gives a task up, as it does when one worker after another dies under it,
    and would wait for ever.
    """

    def effective_n_jobs(self, n_jobs):
        # with 1 joblib would make the runs in this process; with "all" dispatched at once no other number matters
        return max(2, super().effective_n_jobs(n_jobs))

    def submit(self, func, callback=None):
        future = super().submit(func, callback)
        future.add_done_callback(lambda done: done.exception() is None or callback(done.exception()))
        return future

    def retrieve_result_callback(self, out):
        if isinstance(out, BaseException):
            return [out]
        try:
            return super().retrieve_result_callback(out)
        except Exception as error:
            return [error]


def _checked(work, arguments, code):
    if code_version() != code:  # a worker that came after the check of all
        raise StudyError(f"a worker has rnncourse {code_version()}, expected {code}; install it on all machines")
    with one_thread():
        return work(*arguments)


def _client(address):
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StudyError(
            f"dask must be the address of a running scheduler, such as tcp://127.0.0.1:8786, and none answers at "
            f"{address} ({_first_line(error)}). Start one with `dask scheduler`: it prints its address"
        ) from error


def _check_workers(client, address):
    """Every worker must run this code, since the record says which code made it, and one run at a time."""
    start = f"`dask worker {address} --nworkers 2 --nthreads 1`"
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise StudyError(
            f"the scheduler at {address} has no worker; start some on each machine with {start}"
        ) from None
    here = code_version()
    for worker, there in client.run(code_version, on_error="return").items():
        if isinstance(there, BaseException):
            raise StudyError(f"the worker {worker} can't load rnncourse ({_first_line(there)}); install {here} there")
        if there != here:
            raise StudyError(
                f"the worker {worker} has rnncourse {there}, here it is {here}. A record must say which code made it: "
                "install the same version on all machines and start the workers again"
            )
    for worker, threads in client.nthreads().items():
        if threads != 1:
            raise StudyError(
                f"the worker {worker} has {threads} threads, and runs in one process would share their random "
                f"numbers; start it with one: {start}"
            )


def _write(record, folder):
    """Add a record to the ledger; the only copy of it is here, so a full disk is waited for."""
    while True:
        try:
            return add_record(record, folder)
        except OSError as error:
            if error.errno not in FULL:
                raise
            say(
                f"the disk is full ({error}): the record of {record['id']} with seed {record['seed']} waits. Make room "
                f"and leave this process running; it tries again every {PAUSE} s"
            )
            time.sleep(PAUSE)


def _first_line(error):
    return f"{type(error).__name__}: {error}".splitlines()[0].rstrip(".")
