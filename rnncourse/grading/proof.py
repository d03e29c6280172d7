"""Before anything is graded: try to break out, as a submission would."""

import os

from .isolation import REMEDY, IsolationError
from .session import EndedError, Session, StartError

SECONDS, WAIT = 60.0, 3.0  # of computing, and times that on the clock

# each leaves True in a variable of its own where a student's code could do what it must not
ATTEMPTS = {
    "sees files of yours": "found = any(map(os.path.lexists, hidden))",
    "starts a process": "found = os.fork() == 0 or True",
    "starts a program": "os.execv(sys.executable, [sys.executable, '-c', ''])",
    "sees other processes": "found = any(name.isdigit() and int(name) > 10 for name in os.listdir('/proc'))",
    "has a network": "found = any(':' in line and 'lo:' not in line for line in open('/proc/net/dev'))",
    "writes to the root folder": "found = bool(open('/attempt', 'w'))",
    "writes to Python's folders": "found = bool(open(os.path.dirname(os.__file__) + '/attempt', 'w'))",
    "writes to shared memory": "found = bool(open('/dev/shm/attempt', 'w'))",
    "writes to the kernel's settings": "found = bool(open('/proc/sys/kernel/hostname', 'w'))",
    "writes to another process": "found = bool(open('/proc/1/mem', 'r+b'))",
    "has rights": "found = any(int(line[7:], 16) for line in open('/proc/self/status') if 'CapEff' in line)",
    "sees the environment": "found = bool(open('/proc/1/environ').read())",
    "takes memory without limit": "found = bool(bytearray(2**36))",
    # of its own file, which nothing else would refuse, as it could of files that all sandboxes read
    "takes a lease on a file": "fcntl.fcntl(own, fcntl.F_SETLEASE, fcntl.F_RDLCK); found = True",
    "locks a file": "fcntl.flock(own, fcntl.LOCK_SH); found = True",
    "locks a part of a file": "fcntl.lockf(own, fcntl.LOCK_SH); found = True",
    "watches files": "found = libc.inotify_init() >= 0",
    "makes a socket": "found = bool(socket.socket(socket.AF_UNIX))",
    "shares memory": "found = max(libc.shmget(0, 4096, 0o1600), libc.semget(0, 1, 0o1600)) >= 0",
    "looks into another process": "found = libc.ptrace(16, 1, 0, 0) == 0 or os.pidfd_open(1) >= 0",
}  # fmt: skip
START = """
import ctypes, fcntl, os, socket, sys
libc = ctypes.CDLL(None)
open("own", "w").close()
own = open("own")
"""
# each takes what is only watched, and must end its process
WATCHED = {
    "makes files without limit": "for n in range(10**6): open(str(n), 'w').close()",
    "starts threads without limit": """
import threading, time
threading.stack_size(2**16)
for n in range(10**4): threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
""",
}


def prove(isolation, hidden=()):
    """Start a process like a student's and see every attempt fail.

    Args:
        isolation: the sandbox.
        hidden: files that a student's code must not see.

    Raises:
        IsolationError: the sandbox doesn't start here, or something gets out of it.
    """
    attempts = (f"try:\n    found = False\n    {code}\nexcept Exception:\n    pass" for code in ATTEMPTS.values())
    cells = [START + f"hidden = {[os.path.abspath(path) for path in hidden]!r}"]
    for n, attempt in enumerate(attempts):
        cells += [attempt, f"attempt_{n} = found"]
    try:
        with Session(isolation, SECONDS) as session:
            _run(session, cells)
            looks = [{"name": f"attempt_{n}", "seconds": SECONDS, "seed": 0} for n in range(len(ATTEMPTS))]
            replies = [session.ask(look, SECONDS) for look in looks]
        broken = [what for what, reply in zip(ATTEMPTS, replies, strict=True) if reply != {"value": False}]
        broken += [what for what, code in WATCHED.items() if not _ended(isolation, code)]
    except (StartError, EndedError) as error:
        raise IsolationError(
            f"the sandbox doesn't work here: {error}. Often the system forbids user namespaces: a container needs "
            "to be started with them allowed, Ubuntu 24.04 an AppArmor profile for bwrap or "
            f"`sysctl kernel.apparmor_restrict_unprivileged_userns=0`. {REMEDY}"
        ) from None
    if broken:
        raise IsolationError(f"the sandbox has a hole here: a student's code {', '.join(broken)}. {REMEDY}")


def _run(session, cells):
    session.ask({"cells": cells, "seconds": SECONDS, "wait": WAIT, "seed": 0}, WAIT * SECONDS)


def _ended(isolation, code):
    """True if a process that runs this code is ended by who watches it."""
    with Session(isolation, SECONDS) as session:
        try:
            _run(session, [code])
        except EndedError:
            return session.broke is not None
    return False
