"""Grade a class: whatever stops it, no mark is lost, and the same command goes on."""

import contextlib
import functools
import hashlib
import itertools
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout
from joblib import cpu_count
from tqdm.auto import tqdm

from ..base.checks import check_whole_number
from ..studies._processes import end_processes, in_processes
from .assignment import from_source
from .collect import collect
from .contents import read
from .identity import normal
from .isolation import Bubblewrap, IsolationError, Unsafe
from .judge import Graded, grade
from .likeness import pairs, write_pairs
from .proof import prove
from .records import Records
from .report import write_report
from .roster import read_roster
from .submission import UnreadableError

SAMPLE = 20  # submissions that the proof of the sandbox tries to see
MEMORY = 8 * 2**30  # bytes of address space of a process that grades, so that no answer fills the machine's


class Summary(NamedTuple):
    """What became of a class: the table's path, how many rows have which status, how many pairs are nearly the same."""

    table: Path
    counts: dict[str, int]
    alike: int


class Job(NamedTuple):
    """All that is needed to grade one submission, also on another machine."""

    source: str
    path: str
    student: str
    content: bytes | UnreadableError
    unsafe: bool


def grade_class(path, submissions, students, out, jobs=None, dask=None, unsafe=False, again=(), progress=True):
    """Grade all submissions of an assignment; what was graded before, and is unchanged, isn't graded again.

    Args:
        path: the assignment's source file.
        submissions: folder of what was handed in, see :func:`~rnncourse.grading.collect.collect`.
        students: CSV file of the class, see :func:`~rnncourse.grading.roster.read_roster`.
        out: folder for the table, the pages and the records.
        jobs: submissions at the same time; by default as many as there are cores.
        dask: address of a Dask scheduler, whose workers grade; jobs is then their number.
        unsafe: run the students' code without a sandbox.
        again: students whose submissions are graded whatever the record says.
        progress: show a progress bar.

    Returns:
        A :class:`Summary`.

    Raises:
        IsolationError: there is no sandbox that holds.
        OSError: a file can't be read or written.
        StudyError: no cluster answers.
        ValueError: an argument is unsound, or another process grades into the same folder.
    """
    if jobs is not None:
        check_whole_number("jobs", jobs, 1)
        if dask is not None:
            raise ValueError(f"jobs must be left out with dask, whose workers decide, got {jobs}")
    source = Path(path).read_text(encoding="utf-8")
    assignment, roster, out = from_source(source, str(path)), read_roster(students), Path(out)
    found, strays = collect(submissions, assignment, roster)
    known = {normal(student): student for student in roster.students}
    if strangers := [student for student in again if normal(student) not in known]:
        raise ValueError(f"again must name students of the class, got {', '.join(strangers)}")
    again = {known[normal(student)] for student in again}
    if dask is None and not unsafe:
        hidden = [path, students, *(one.path for one in list(found.values())[:SAMPLE])]
        prove(Bubblewrap((path, submissions, students, out)), hidden)
    records = Records(out / "records" / assignment.name, source, unsafe)
    graded, failed = {}, {}
    bar = tqdm(total=len(found), unit="submission", desc=assignment.name, **({} if progress else {"disable": True}))
    with _alone(out), bar:
        pending, late = _pending(found, records, Job(source, str(path), "", b"", unsafe), graded, again, bar), []
        for job, result in itertools.chain(_results(pending, jobs, dask), _once_more(late, jobs, dask)):
            if isinstance(result, Graded):
                records.write(job, result)
                graded[job.student] = result
                if not result.final and job not in late:
                    late.append(job)
                    bar.total += 1
            else:
                failed[job.student] = result
            bar.update()
        alike = write_pairs(out / f"{assignment.name}.alike.csv", pairs(graded))
        return Summary(*write_report(assignment, roster, found, strays, graded, failed, out, unsafe), alike)


@contextlib.contextmanager
def _alone(out):
    """Nobody else grades into a folder meanwhile; the system ends this when the process ends.

    Raises:
        ValueError: somebody does.
    """
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(
            f"out must be a folder that no other `grade` writes to, and one writes to {out}; wait until it has ended, "
            "or choose another"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _pending(found, records, template, graded, again, bar):
    """The jobs without a record, or to be graded again, one after the other; the others go to ``graded``."""
    for student, one in found.items():
        try:
            content = one.problem or read(one.piece)
        except UnreadableError as error:
            content = error
        job = template._replace(student=student, content=content)
        if student not in again and (record := records.read(job)):
            graded[student] = record
            bar.update()
        else:
            yield job


def _once_more(late, jobs, dask):
    """The results of those that couldn't be graded in time, now that nobody else is graded."""
    if late:
        yield from _results(iter(tuple(late)), jobs, dask)


def _results(pending, jobs, dask):
    """(job, Graded or why it failed), as they finish."""
    jobs = cpu_count() if jobs is None else jobs
    if dask is not None:
        yield from _over_cluster(list(pending), dask)
    elif jobs == 1:
        yield from map(_work, pending)
    else:
        yield from _over_processes(pending, jobs)


def _over_processes(pending, jobs):
    waiting = {}

    def arguments():
        for job in pending:
            waiting[job.student] = job
            yield job, True

    try:
        with contextlib.suppress(BrokenProcessPool):
            for job, result in in_processes(_work, arguments(), jobs):
                del waiting[job.student]
                yield job, result
        for job in (*waiting.values(), *pending):  # a worker died; one at a time shows under which submission
            try:
                yield from in_processes(_work, [(job, True)], jobs)
            except BrokenProcessPool:
                yield job, "the process that graded it died, most often because the memory is full"
    finally:
        end_processes()


def _over_cluster(jobs, address):
    if not jobs:
        return
    from ..studies._cluster import connect, over_workers  # needs an optional extra

    left = {job.student: job for job in jobs}
    with connect(address) as client:
        for result in over_workers(client, _work_elsewhere, [(job,) for job in jobs]):
            if not isinstance(result, BaseException):
                del left[result[0].student]
                yield result
            elif isinstance(result, IsolationError):
                raise result
    for job in left.values():
        yield job, "no worker of the cluster finished it"


def _work(job, limited=False):
    """Grade one submission. What fails on this machine comes back as text, so that the others go on."""
    if limited:
        _limit_memory()
    isolation = Unsafe() if job.unsafe else Bubblewrap()
    try:
        assignment = _assignment(job.source, job.path)
        salt = hashlib.sha256(job.source.encode()).hexdigest()
        return job, grade(assignment, salt, job.student, job.content, isolation)
    except Exception as error:  # of this machine, or of the assignment's own code
        return job, f"{type(error).__name__}: {error}"


def _work_elsewhere(job):
    if not job.unsafe:
        _proven()
    return _work(job)


_assignment = functools.lru_cache(maxsize=2)(from_source)


@functools.cache
def _proven():
    """Once in each process: see that the sandbox holds.

    Raises:
        IsolationError: it doesn't.
    """
    prove(Bubblewrap())


@functools.cache
def _limit_memory():
    with contextlib.suppress(ImportError, ValueError, OSError):  # where the system has no such limit
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
