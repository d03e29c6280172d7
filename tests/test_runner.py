"""Whatever is killed, interrupted or full: no finished run is lost, none is made twice, no record is cut short."""

import contextlib
import errno
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import psutil
import pytest
import torch
from runner_driver import small
from support import HANGING

import rnncourse
from rnncourse import studies
from rnncourse.studies import _processes, runner
from rnncourse.studies.attempts import FULL, Outcome, StudyError, claim
from rnncourse.studies.ledger import find_record

DRIVER = Path(__file__).with_name("runner_driver.py")
PAGE = Path(__file__).parent.parent / "book" / "beyond_one_machine.md"
LIMIT = 150_000  # bytes of a file: a checkpoint of the small recipe fits in, the ledger of `filled` doesn't
EPOCHS = 15  # more than a second: what is done to a run comes before its end

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")


@pytest.fixture
def start(tmp_path):
    """A function that starts the runner in a process group of its own; what is left of it is killed at the end."""
    started = []

    def start(options, epochs=EPOCHS, limit=None, folder=tmp_path, **environment):
        def before():
            # what a shell starts in the background ignores the interrupt, and hands that down
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if limit:
                import resource

                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

        environment = {**os.environ, "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1", **environment}
        process = subprocess.Popen(
            [sys.executable, DRIVER, str(epochs), "--results", folder, *options.split()], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True, preexec_fn=before,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def end(process, code=0):
    """Wait for a process; return what it printed."""
    out, err = process.communicate(timeout=HANGING)
    assert process.returncode == code, out + err
    return out, err


def wait_for(condition):
    """Wait until a function returns something true, and return that."""
    limit = time.monotonic() + HANGING
    while not (value := condition()):
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.02)
    return value


def halted(process, folder):
    """Stop a runner and its workers when two runs have saved a checkpoint; return the seeds of these two.

    Each worker is stopped at its first checkpoint, so it waits for the other one, however slowly that starts.
    """

    def begun(worker):
        with contextlib.suppress(psutil.NoSuchProcess):
            for file in worker.open_files():  # the lock is open as long as the run is under way
                seed = re.fullmatch(r"small-(\d)\.lock", Path(file.path).name)
                if seed and (folder / ".partial" / f"small-{seed[1]}.pt").exists():
                    return int(seed[1])

    def both():
        for worker in workers_of(process):
            if worker not in stopped and begun(worker) is not None:
                worker.suspend()
                if (seed := begun(worker)) is None:
                    worker.resume()  # it had just finished
                else:
                    stopped[worker] = seed
        return len(stopped) == 2

    stopped = {}
    wait_for(both)
    os.killpg(process.pid, signal.SIGSTOP)
    return set(stopped.values())


def workers_of(process):
    return [child for child in psutil.Process(process.pid).children() if "LokyProcess" in " ".join(child.cmdline())]


def group_of(process):
    """The living processes of a process group."""
    found = []
    for other in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            if os.getpgid(other.pid) == process.pid and other.status() != psutil.STATUS_ZOMBIE:
                found.append(other)
    return found


def seeds(folder):
    return [record["seed"] for record in studies.records("small", folder)]


def made(output):
    """The seeds of the runs that a runner says it made."""
    return sorted(map(int, re.findall(r"^small seed (\d+): test accuracy", output, re.MULTILINE)))


@pytest.fixture(scope="module")
def whole():
    """The test losses of the small recipe with seeds 0 to 3, never interrupted, in one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    losses = [studies.run(small(EPOCHS), seed)["metrics"]["test_loss"] for seed in range(4)]
    torch.set_num_threads(threads)
    return losses


def is_whole(folder, whole, count):
    """True if the ledger has the runs with seeds 0 to count - 1 once each, as if nothing had interrupted them."""
    losses = [(record["seed"], record["metrics"]["test_loss"]) for record in studies.records("small", folder)]
    return losses == list(enumerate(whole[:count]))


@pytest.fixture
def filled(tmp_path):
    """A ledger that has outgrown LIMIT."""
    path = tmp_path / "small.jsonl"
    path.write_text(json.dumps({"id": "small", "seed": 99, "filling": "x" * LIMIT}) + "\n")
    return path


def test_runs_over_processes(start, tmp_path, whole):
    out, err = end(start("--seeds 3 --jobs 2", TQDM_DISABLE=""))
    assert made(out) == [0, 1, 2]
    assert is_whole(tmp_path, whole, 3)
    assert {record["machine"]["threads"] for record in studies.records("small", tmp_path)} == {1}
    assert list((tmp_path / ".partial").glob("*.pt*")) == []
    assert re.search(r"runs: +67%.* 2/3 \[\d+:\d+<\d+:\d+", err), "no bar with an estimate of the time left"
    assert "Warning" not in err


def test_killed_parent(start, tmp_path, whole):
    process = start("--seeds 4 --jobs 2")
    begun = halted(process, tmp_path) | set(seeds(tmp_path))
    process.kill()
    os.killpg(process.pid, signal.SIGCONT)
    wait_for(lambda: not group_of(process))
    assert set(seeds(tmp_path)) == begun  # the workers finished what was under way, and began nothing new
    assert list((tmp_path / ".partial").glob("*.pt*")) == []
    assert made(end(start("--seeds 4 --jobs 2"))[0]) == sorted(set(range(4)) - begun)
    assert is_whole(tmp_path, whole, 4)


def test_killed_worker(start, tmp_path, whole):
    process = start("--seeds 3 --jobs 2")
    halted(process, tmp_path)
    workers_of(process)[0].kill()
    os.killpg(process.pid, signal.SIGCONT)
    out, _ = end(process)
    assert out.count("a worker process died; the runs under way go on from their checkpoints") == 1
    assert made(out) == [0, 1, 2]
    assert is_whole(tmp_path, whole, 3)


@pytest.mark.parametrize("moment", ["start", "under way"])
def test_interrupted_from_the_keyboard(start, tmp_path, moment):
    process = start("--seeds 4 --jobs 2", epochs=1000)
    wait_for(lambda: len(workers_of(process)) == 2)
    if moment == "under way":
        halted(process, tmp_path)
        os.killpg(process.pid, signal.SIGCONT)
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to every process
    _, err = end(process, 130)
    assert "stopped; run the same command again to go on" in err.splitlines()
    if moment == "under way":  # a worker that had hardly begun may say that its parent is gone
        assert err.endswith("to go on\n") and "Traceback" not in err
        assert len(list((tmp_path / ".partial").glob("small-?.pt"))) == 2
    wait_for(lambda: not group_of(process))
    assert seeds(tmp_path) == []


@pytest.mark.parametrize("interrupted", [True, False])
def test_an_interrupt_is_one_although_a_pool_that_has_hardly_begun_can_not_be_ended(monkeypatch, interrupted):
    def begin(pool, jobs):
        try:
            raise KeyboardInterrupt if interrupted else OSError("no memory")
        finally:  # as joblib does, whatever came
            raise RuntimeError("cannot join thread before it is started")

    monkeypatch.setattr(_processes.Parallel, "__call__", begin)
    with pytest.raises(KeyboardInterrupt if interrupted else RuntimeError):
        list(_processes.in_processes(abs, [(-1,)], 2))


def test_full_disk(start, tmp_path, filled, whole):
    before = filled.read_bytes()
    _, err = end(start("--seeds 2 --jobs 2", limit=LIMIT), 1)
    assert err.startswith("error: the disk is full: ")
    assert "make room, then run the same command again" in err
    assert filled.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == [".partial"]
    saved = [torch.load(path) for path in sorted((tmp_path / ".partial").glob("small-?.pt"))]
    finished = [state for state in saved if state["position"]["epoch"] == state["epochs"]]
    assert finished
    filled.unlink()
    end(start("--seeds 2 --jobs 2"))
    assert is_whole(tmp_path, whole, 2)
    for state in finished:
        record = find_record("small", int(state["run"]["seed"]), tmp_path)
        assert record["history"] == state["position"]["history"]  # not trained again


def test_two_runners_on_one_ledger(start, tmp_path, whole):
    first = start("--seeds 3 --jobs 2")
    begun = halted(first, tmp_path)
    second, _ = end(start("--seeds 3 --jobs 2"))
    for seed in begun:
        assert f"small with seed {seed} is under way in another process: left to it" in second
    os.killpg(first.pid, signal.SIGCONT)
    assert sorted(made(second) + made(end(first)[0])) == [0, 1, 2]
    assert is_whole(tmp_path, whole, 3)


def _breaking_pool(monkeypatch, records):
    """Make every pool break at once; before it breaks, it adds the next of the records, if that isn't None."""
    calls = []

    def pool(missing, folder, jobs):
        calls.append(sorted(missing))
        record = records.pop(0) if records else None
        if record is not None:
            studies.add_record(record, folder)
        raise BrokenProcessPool
        yield

    monkeypatch.setattr(_processes, "_pool", pool)
    return calls


def test_it_gives_up_after_three_breakdowns_in_a_row(tmp_path, monkeypatch):
    calls = _breaking_pool(monkeypatch, [])
    with pytest.raises(StudyError, match=r"died 3 times in a row .* with fewer jobs than 2"):
        list(_processes.over_processes({("small", 0): None}, tmp_path, 2))
    assert len(calls) == 3


def test_a_finished_run_starts_the_count_anew_and_is_reported(tmp_path, monkeypatch):
    (tmp_path / ".partial").mkdir()
    record = {"id": "small", "seed": 1}
    calls = _breaking_pool(monkeypatch, [None, None, record])
    outcomes = []
    with pytest.raises(StudyError, match="died 3 times in a row"):
        outcomes.extend(_processes.over_processes({("small", 0): None, ("small", 1): None}, tmp_path, 2))
    assert [len(missing) for missing in calls] == [2, 2, 2, 1, 1, 1]


def test_by_default_there_are_as_many_jobs_as_cores_and_no_more_than_runs(tmp_path, monkeypatch):
    monkeypatch.setitem(studies.RECIPES, "small", small(1))
    monkeypatch.setattr(runner, "cpu_count", lambda: 3)
    asked = []

    def over_processes(missing, folder, jobs):
        asked.append(jobs)
        return (Outcome(*key, {"metrics": {}}) for key in missing)

    monkeypatch.setattr(runner, "over_processes", over_processes)
    for runs in (2, 5):
        assert [seed for _, seed, _ in studies.reproduce(["small", "small"], runs, tmp_path)] == list(range(runs))
    assert asked == [2, 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(jobs=0), "jobs must be a whole number of at least 1, got 0"),
        (dict(jobs=2, dask="tcp://127.0.0.1:1"), "jobs must be left out with dask, whose workers decide, got 2"),
    ],
)
def test_unsound_arguments(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        next(studies.reproduce(["R1-before"], 1, tmp_path, **options))


# --- on a cluster: a real scheduler and real workers, started with the commands of the page ----------


def _commands():
    """The commands of the page that start with `dask`: scheduler, worker."""
    return re.findall(r"^dask .*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


class Cluster:
    """A scheduler on a free port of this machine, and the workers that are started for it."""

    def __init__(self, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes = []
        self.scheduler = self._start(_commands()[0], **environment)

    def _start(self, command, **environment):
        command = command.replace("192.168.1.10", "127.0.0.1").replace("8786", str(self.port))
        process = subprocess.Popen(
            [sys.executable, "-m", *command.split()], env={**os.environ, **environment}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=PAGE.parent,  # `python -m` would load the package from this folder first
        )  # fmt: skip
        self.processes.append(process)
        return process

    def start_workers(self, command=None, **environment):
        self._start(command or _commands()[1], **environment)

    def stop(self):
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster():
    """A scheduler with two worker processes."""
    distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
    cluster = Cluster()
    cluster.start_workers()
    with distributed.Client(cluster.address, timeout=HANGING, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=HANGING)
    yield cluster
    cluster.stop()


@pytest.fixture
def own_cluster():
    """A scheduler that gives a run up when one worker has died under it, and a function that starts one worker."""
    pytest.importorskip("distributed", reason="needs the extra [cluster]")
    cluster = Cluster(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")

    def start_worker(threads=1, **environment):
        command = _commands()[1].replace("--nworkers 2 --nthreads 1", f"--nworkers 1 --nthreads {threads}")
        cluster.start_workers(command, **environment)
        return cluster.address

    cluster.start_worker = start_worker
    yield cluster
    cluster.stop()


@pytest.fixture
def in_this_process(monkeypatch, tmp_path):
    """A function that runs the small recipe on a cluster, with this process as the parent."""
    pytest.importorskip("distributed", reason="needs the extra [cluster]")
    from rnncourse.studies import _cluster

    def run(address, seeds, epochs=EPOCHS, patience=120):
        monkeypatch.setattr(_cluster, "PATIENCE", patience)
        monkeypatch.setitem(studies.RECIPES, "small", small(epochs))
        return studies.reproduce(["small"], seeds, tmp_path, dask=address)

    return run


def dask_workers(cluster):
    """The worker processes that compute, not the two that watch over them."""
    found = psutil.Process(cluster.processes[1].pid).children(recursive=True)
    return [process for process in found if "spawn_main" in " ".join(process.cmdline())]


def test_a_killed_worker_of_a_cluster(cluster, in_this_process, tmp_path, whole):
    runs = in_this_process(cluster.address, 4)
    made = [next(runs)]
    dask_workers(cluster)[0].kill()
    made.extend(runs)
    assert sorted(seed for _, seed, _ in made) == [0, 1, 2, 3]
    assert is_whole(tmp_path, whole, 4)
    assert {record["code"] for _, _, record in made} == {studies.code_version()}
    assert {record["machine"]["threads"] for _, _, record in made} == {1}


def test_a_killed_parent_of_a_cluster(cluster, start, in_this_process, tmp_path, whole):
    process = start(f"--seeds 4 --dask {cluster.address}")
    before = wait_for(lambda: seeds(tmp_path))
    process.kill()
    process.wait()
    made = [seed for _, seed, _ in in_this_process(cluster.address, 4)]
    assert 0 < len(made) <= 4 - len(before)
    assert is_whole(tmp_path, whole, 4)


def test_a_run_of_a_cluster_that_is_under_way_elsewhere(cluster, in_this_process, tmp_path, capsys):
    (tmp_path / ".partial").mkdir()
    with claim("small", 0, tmp_path):
        assert [seed for _, seed, _ in in_this_process(cluster.address, 2)] == [1]
    assert "small with seed 0 is under way in another process: left to it" in capsys.readouterr().out


def test_a_record_from_a_cluster_waits_for_a_full_disk(cluster, start, tmp_path, filled, whole):
    import resource

    if not hasattr(resource, "prlimit"):
        pytest.skip("needs prlimit, which only Linux has")
    process = start(f"--seeds 1 --dask {cluster.address}", limit=LIMIT)
    line = process.stdout.readline()
    assert line.startswith("the disk is full (")
    assert "the record of small with seed 0 waits. Make room" in line
    assert seeds(tmp_path) == [99]
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert made(end(process)[0]) == [0]
    assert seeds(tmp_path) == [0, 99]


def test_a_run_that_dask_gives_up_takes_no_other_with_it(own_cluster, in_this_process, tmp_path, capsys):
    runs = in_this_process(own_cluster.start_worker(), 4)
    next(runs)
    dask_workers(own_cluster)[0].kill()
    with pytest.raises(StudyError, match=r"[12] of 4 runs failed \(.*first failure was KilledWorker") as caught:
        list(runs)  # 2 where a second one waited on that worker
    assert "a run failed: KilledWorker" in capsys.readouterr().out
    assert len(seeds(tmp_path)) == 4 - int(str(caught.value)[0])


def test_a_killed_scheduler(own_cluster, in_this_process, tmp_path):
    runs = in_this_process(own_cluster.start_worker(), 3)
    next(runs)
    own_cluster.scheduler.kill()
    with pytest.raises(StudyError, match=r"runs failed \(small with seed"):
        list(runs)
    assert seeds(tmp_path)


def test_a_scheduler_without_workers(own_cluster, in_this_process):
    wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", own_cluster.port)) == 0)
    for patience in (2, 20, 200):  # a scheduler on a busy machine may not answer at once
        with pytest.raises(StudyError) as caught:
            next(in_this_process(own_cluster.address, 1, patience=patience))
        if "none answers" not in str(caught.value):
            break
    assert "has no worker; start some on each machine with `dask worker tcp://" in str(caught.value)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://", "tcp://no-such-machine.invalid:8786"])
def test_no_scheduler(in_this_process, address):
    with pytest.raises(StudyError, match=f"none answers at {address} .*Start one with `dask scheduler`"):
        next(in_this_process(address, 1, patience=1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("\n# another version\n", r"has rnncourse [\d.]+\+\w+, here it is .* install the same version on all machines"),
        ("\nraise ImportError('broken')\n", r"can't load rnncourse \(.*\); install .* there"),
    ],
)
def test_a_worker_with_other_code(own_cluster, in_this_process, tmp_path, change, message):
    copy = tmp_path / "other" / "rnncourse"
    shutil.copytree(Path(rnncourse.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__", ".partial"))
    with (copy / "__init__.py").open("a") as stream:
        stream.write(change)
    address = own_cluster.start_worker(PYTHONPATH=str(copy.parent))
    with pytest.raises(StudyError, match=message):
        next(in_this_process(address, 1))
    assert seeds(tmp_path) == []


def test_a_worker_with_two_threads(own_cluster, in_this_process):
    address = own_cluster.start_worker(threads=2)
    with pytest.raises(StudyError, match=r"has 2 threads, .* start it with one: `dask worker .* --nthreads 1`"):
        next(in_this_process(address, 1))


def test_without_the_extra(monkeypatch, tmp_path):
    monkeypatch.delitem(sys.modules, "rnncourse.studies._cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StudyError, match=r"not installed here .* `pip install -e \"\.\[cluster\]\"`"):
        next(studies.reproduce(["R1-before"], 1, tmp_path, dask="tcp://127.0.0.1:1"))


def test_the_full_disk_errors_are_those_of_the_system():
    assert {errno.ENOSPC, errno.EDQUOT} <= set(FULL)
