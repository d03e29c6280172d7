"""What a student's process may use. Taken away, it never comes back."""

import math
import sys
import time

MEMORY = 2 * 2**30  # bytes of address space beyond what is there when the limit is set
FILE = 32 * 2**20  # bytes of one file
FILES = 128  # open at once
SIGNALS = 64  # on their way at once, and timers


def apply(cpu_seconds):
    """Set all limits of this process and of its threads, for ever.

    On another system than Linux nothing is limited but the time, by who started this process.

    Raises:
        OSError: the system refuses.
    """
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as stream:
        used = int(stream.read().split()[0]) * resource.getpagesize()
    for limit, value in (
        (resource.RLIMIT_AS, used + MEMORY),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, SIGNALS),
    ):
        _, most = resource.getrlimit(limit)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(limit, (value, value))


def allow_computing(seconds):
    """End this process when it has computed for so many seconds more, however long that takes on a busy machine.

    A student's code can take this back, but neither the limit of :func:`apply` nor the clock of who waits.
    """
    if sys.platform != "linux":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(math.ceil(time.process_time() + seconds) + 1, most), most))
