"""The walls around a student's code: what reaches beyond the process, or takes memory that no limit counts, is refused.

Each attempt is made from inside, as a submission would, and its expression is true if it succeeds.
"""

import errno
import platform
import struct
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from grading_class import needs_sandbox

from rnncourse.grading import watch
from rnncourse.grading.inside import calls
from rnncourse.grading.isolation import Bubblewrap
from rnncourse.grading.session import EndedError, LateError, Session, WaitedError

START = """
import asyncio, ctypes, fcntl, os, resource, socket, struct, sys, tempfile, threading, time
libc = ctypes.CDLL(None, use_errno=True)
shared = os.__file__  # one file for all sandboxes, read-only
own = os.path.join(tempfile.mkdtemp(), "own")
open(own, "w").close()
def ok(value):
    if value < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return True
def asked(path, command, value=0):
    with open(path) as stream:
        fcntl.fcntl(stream, command, value)
    return True
def pair(*arguments):
    a, b = socket.socketpair(*arguments)
    a.sendall(b"x")
    return b.recv(1) == b"x"
"""
LOCK = "struct.pack('hhqqi', {kind}, 0, 0, 0, 0)"  # struct flock of 64-bit Linux: kind, whence, start, length, pid

# name → expression; each succeeds on the usual Linux for an ordinary user who isn't in a sandbox
REFUSED = {
    "a lease on a shared file": "asked(shared, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "a lease on a file of one's own": "asked(own, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "a lock on a shared file": "fcntl.flock(open(shared), fcntl.LOCK_EX) is None",
    "a shared lock on a shared file": "fcntl.flock(open(shared), fcntl.LOCK_SH) is None",
    "a lock on a part of a shared file": "fcntl.lockf(open(shared), fcntl.LOCK_SH) is None",
    "a waiting lock": f"asked(shared, 7, {LOCK.format(kind=0)})",
    "a lock of an open file": f"asked(shared, 37, {LOCK.format(kind=0)})",
    "a waiting lock of an open file": f"asked(shared, 38, {LOCK.format(kind=0)})",
    "a lock on a device": "fcntl.flock(open('/dev/null'), fcntl.LOCK_EX) is None",
    "signals for a file": "asked(own, fcntl.F_SETOWN, os.getpid())",
    "other signals for a file": "asked(own, fcntl.F_SETSIG, 10)",
    "news of a folder": "fcntl.fcntl(os.open('/usr', os.O_RDONLY), fcntl.F_NOTIFY, 1) == 0",
    "a large pipe": "fcntl.fcntl(os.pipe()[1], 1031, 2**20) > 0",
    "watches of files": "ok(libc.inotify_init1(0))",
    "a page of a shared file put out of memory": "os.posix_fadvise(os.open(shared, 0), 0, 0, 4) is None",
    "everything is written to the disks": "ok(libc.syncfs(os.open(shared, 0)))",
    "a socket to the network": "bool(socket.socket(socket.AF_INET))",
    "a socket to the new network": "bool(socket.socket(socket.AF_INET6))",
    "a socket to the machine below": "bool(socket.socket(socket.AF_VSOCK))",
    "a socket to the kernel": "bool(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))",
    "a socket by a path": "bool(socket.socket(socket.AF_UNIX))",
    "the first process by number": "os.pidfd_open(1) >= 0",
    "this process by number": "os.pidfd_open(os.getpid()) >= 0",
    "a set of semaphores": "ok(libc.semget(0, 1, 0o1600))",
    "shared memory": "ok(libc.shmget(0, 4096, 0o1600))",
    "a queue of messages": "ok(libc.msgget(0, 0o1600))",
    "memory without a name": "os.memfd_create('x') >= 0",
    "a symbolic link": "os.symlink('x' * 1000, own + '.symbolic') is None",
    "a second name of a file": "os.link(own, own + '.second') is None",
    "a named pipe": "os.mkfifo(own + '.pipe') is None",
    "another process": "os.waitpid(os.fork() or os._exit(0), 0)[1] == 0",
    "a namespace of users": "ok(libc.unshare(0x10000000))",
    "a filter of one's own": "ok(libc.prctl(38, 1, 0, 0, 0)) and ok(libc.prctl(22, 2, struct.pack('HxxxxxxP', 1, "
    "ctypes.cast(ctypes.c_char_p(struct.pack('HBBI', 6, 0, 0, 0x7fff0000)), ctypes.c_void_p).value)))",
    "rules of one's own": f"ok(libc.syscall({calls.FORBIDDEN['landlock_create_ruleset'][0]}, None, 0, 1))",
    "limits of the first process": "bool(resource.prlimit(os.getppid(), resource.RLIMIT_CORE))",
    "another personality": "ok(libc.personality(0x0040000))",
    "locked memory": "ok(libc.mlock(ctypes.create_string_buffer(8192), 4096))",
}  # fmt: skip

# what a notebook needs, and must go on
ALLOWED = {
    "a pair of sockets": "pair()",
    "a loop of asyncio": "asyncio.run(asyncio.sleep(0)) is None",
    "a copy of a descriptor": "fcntl.fcntl(os.open(own, 0), fcntl.F_DUPFD_CLOEXEC, 0) > 0",
    "flags of a descriptor": "os.set_blocking(os.open(own, 0), False) is None",
    "a look at its limits": "resource.getrlimit(resource.RLIMIT_AS)[0] > 0",
    "a name for its thread": "libc.prctl(15, b'x', 0, 0, 0) == 0",
    "a thread": "threading.Thread(target=print).start() is None",
    "a file": "open(own, 'w').write('x') == 1",
}  # fmt: skip


@pytest.fixture(scope="module")
def inside():
    """function (expression) → what became of it in the sandbox: its value, or an error in words."""
    with Session(Bubblewrap(), 300) as session:
        code = START + textwrap.dedent("""
            def tried(expression):
                try:
                    return repr(eval(expression, globals()))
                except OSError as error:
                    return f"errno {error.errno}"
                except BaseException as error:
                    return repr(error)
            """)
        assert session.ask({"cells": [code], "seconds": 60, "wait": 20, "seed": 0}, 600) == {"errors": [None]}
        yield lambda expression: session.ask(
            {"name": "tried", "arguments": [expression], "seconds": 60, "seed": 0}, 600
        )["value"]


@needs_sandbox
@pytest.mark.parametrize("name", REFUSED)
def test_what_reaches_beyond_the_process_is_refused(inside, name):
    assert inside(REFUSED[name]) == f"errno {errno.EPERM}"


@needs_sandbox
@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_notebook_needs_goes_on(inside, name):
    assert inside(ALLOWED[name]) == "True"


@needs_sandbox
@pytest.mark.parametrize("name", calls.FORBIDDEN)
def test_each_forbidden_call_is_refused_by_the_filter(inside, name):
    """With arguments that make no sense: without the filter most of them would give another error."""
    number = calls.FORBIDDEN[name][calls.MACHINES[platform.machine()]]
    if number is not None:
        assert inside(f"ok(libc.syscall({number}, -1, -1, -1, -1, -1))") == f"errno {errno.EPERM}"


@pytest.mark.skipif(sys.platform != "linux", reason="needs the calls of Linux")
def test_outside_most_of_the_refused_attempts_succeed():
    """So a refusal shows the wall and not a mistake in the attempt. A machine may lack some of them."""
    lines = [START, "worked = 0"]
    lines += [f"try:\n    worked += bool({code})\nexcept (OSError, AttributeError): pass" for code in REFUSED.values()]
    program = "\n".join([*lines, "print(worked)"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")
    assert int(done.stdout) > len(REFUSED) / 2, done.stderr


# --- the filter, read as the kernel reads it ------------------------------------------------------


def result(machine, number, *arguments):
    """What the filter says of a call."""
    lines, at, loaded = [struct.unpack("=HBBI", line) for line in calls.program(machine)], 0, 0
    seen = {calls.NUMBER: number, calls.ARCH: calls.ARCHITECTURE[machine]}
    seen |= {calls.ARGUMENTS + 8 * n: value & 0xFFFFFFFF for n, value in enumerate(arguments)}
    while True:
        code, yes, no, value = lines[at]
        at += 1
        if code == calls.LOAD:
            loaded = seen[value]
        elif code == calls.RETURN:
            return value
        else:
            tests = {calls.EQUAL: loaded == value, calls.AT_LEAST: loaded >= value, calls.ANY_BIT: loaded & value}
            at += yes if tests[code] else no


REFUSAL = calls.FAIL | errno.EPERM
F_SETLEASE, F_SETLK, F_GETFL, AF_INET = 1024, 6, 3, 2


@pytest.mark.parametrize("machine", calls.MACHINES)
def test_both_processors_refuse_the_same_calls(machine):
    at = calls.MACHINES[machine]
    for name, numbers in calls.FORBIDDEN.items():
        if numbers[at] is None:
            only_x86 = {"fork", "vfork", "symlink", "link", "mknod", "inotify_init", "modify_ldt"}
            assert machine == "aarch64" and name in only_x86  # ARM has the newer form alone
        else:
            assert result(machine, numbers[at], *[0] * 6) == REFUSAL
    number = {name: numbers[at] for name, (numbers, *_) in calls.BY_ARGUMENT.items()}
    for name, arguments, wanted in (
        ("fcntl", (3, F_SETLEASE, 0), REFUSAL), ("fcntl", (3, F_SETLK, 0), REFUSAL),
        ("fcntl", (3, F_GETFL, 0), calls.ALLOW), ("socketpair", (calls.UNIX, 1, 0), calls.ALLOW),
        ("socketpair", (AF_INET, 1, 0), REFUSAL), ("prlimit64", (0, 0, 0), calls.ALLOW),
        ("prlimit64", (1, 0, 0), REFUSAL), ("prctl", (calls.PR_SET_SECCOMP, 2), REFUSAL),
        ("prctl", (15, 0), calls.ALLOW),
    ):  # fmt: skip
        assert result(machine, number[name], *arguments) == wanted, (name, arguments)
    assert result(machine, calls.CLONE[at], 0x3D0F00) == calls.ALLOW  # a thread
    assert result(machine, calls.CLONE[at], 0x1200011) == REFUSAL  # a process
    assert result(machine, calls.CLONE3, 0) == calls.FAIL | errno.ENOSYS
    read = {"x86_64": 0, "aarch64": 63}[machine]
    assert result(machine, read, 0, 0, 0) == calls.ALLOW


def test_the_other_numbers_of_x86_are_refused():
    assert result("x86_64", calls.X32 | 0) == REFUSAL


def test_no_number_stands_twice():
    for at in calls.MACHINES.values():
        numbers = [numbers[at] for numbers in calls.FORBIDDEN.values() if numbers[at] is not None]
        numbers += [numbers[at] for numbers, *_ in calls.BY_ARGUMENT.values()] + [calls.CLONE[at], calls.CLONE3]
        assert len(set(numbers)) == len(numbers)


# --- what is watched from outside -----------------------------------------------------------------


def ended(code):
    """Why a process that runs the code is ended."""
    with Session(Bubblewrap(), 300) as session, pytest.raises(EndedError) as caught:
        session.ask({"cells": [code], "seconds": 60, "wait": 5, "seed": 0}, 400)
    assert not isinstance(caught.value, LateError)
    return str(caught.value)


@needs_sandbox
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("for n in range(10**7): open(f'{n:0250}', 'w').close()", "its process made more than 5,000 files"),
        ("import os\nfor n in range(10**7): os.mkdir(f'{n:0250}')", "its process made more than 5,000 files"),
        (
            "import threading, time\nthreading.stack_size(2**16)\n"
            "for _ in range(10**4): threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()",
            "its process had more than 200 threads",
        ),
    ],
)
def test_who_takes_what_no_limit_counts_is_ended(code, reason):
    assert ended(code) == reason


@needs_sandbox
def test_computing_is_measured_from_outside_and_goes_on_counting_what_has_ended():
    with Session(Bubblewrap(), 300) as session:
        before = session.computed()
        code = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 2: pass"
        session.ask({"cells": [code], "seconds": 60, "wait": 20, "seed": 0}, 600)
        used = session.computed() - before
        session.ask({"cells": ["import time\ntime.sleep(1)"], "seconds": 60, "wait": 20, "seed": 0}, 600)
        assert 1.8 < used < 4
        assert session.computed() - before - used < 1
        session.kill()
        assert session.computed() >= before + used


@needs_sandbox
@pytest.mark.parametrize(
    ("code", "waited"),
    [("import time\ntime.sleep(600)", True), ("while True: pass", False)],
    ids=["sleeps", "computes"],
)
def test_late_on_the_clock_is_no_verdict_where_little_was_computed(code, waited):
    with Session(Bubblewrap(), 300) as session:
        function = "def f():\n" + textwrap.indent(code, "    ")
        session.ask({"cells": [function], "seconds": 60, "wait": 20, "seed": 0}, 600)
        with pytest.raises(WaitedError if waited else LateError) as caught:
            # what computes is ended by its own processor time, however long that takes on the clock
            session.ask({"name": "f", "arguments": [], "seconds": 2, "seed": 0}, 5 if waited else 600)
    assert isinstance(caught.value, WaitedError) == waited
    assert ("in which it computed for 0" in str(caught.value)) == waited


@needs_sandbox
def test_nobody_watches_any_more_when_the_process_is_closed(monkeypatch):
    monkeypatch.setattr(watch, "PERIOD", 0.01)
    before = threading.active_count()
    with Session(Bubblewrap(), 300):
        assert threading.active_count() > before
    deadline = time.monotonic() + 60
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before
