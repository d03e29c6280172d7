"""What a student's process may use, and which calls of the system it may make. Taken away, it never comes back."""

import ctypes
import errno
import math
import os
import platform
import struct
import sys
import time

MEMORY = 2 * 2**30  # bytes of address space beyond what is there when the limit is set
FILE = 32 * 2**20  # bytes of one file
FILES = 128  # open at once

# Who makes no process can't make many; no exec, so no other program. The others are ways around a limit or the
# sandbox: memory that no limit counts (memfd, System V), keys and queues that outlive the process, the kernel's own
# side doors. The clone of a thread stays: the limit of memory bounds those.
FORBIDDEN = {
    "x86_64": dict(
        fork=57, vfork=58, execve=59, execveat=322, ptrace=101, process_vm_readv=310, process_vm_writev=311,
        unshare=272, setns=308, mount=165, umount2=166, pivot_root=155, open_tree=428, move_mount=429, fsopen=430,
        fsconfig=431, fsmount=432, fspick=433, mount_setattr=442, memfd_create=319, memfd_secret=447, shmget=29,
        msgget=68, mq_open=240, add_key=248, request_key=249, keyctl=250, bpf=321, perf_event_open=298,
        userfaultfd=323, io_uring_setup=425, io_uring_enter=426, io_uring_register=427, personality=135,
    ),
    "aarch64": dict(
        execve=221, execveat=281, ptrace=117, process_vm_readv=270, process_vm_writev=271, unshare=97, setns=268,
        mount=40, umount2=39, pivot_root=41, open_tree=428, move_mount=429, fsopen=430, fsconfig=431, fsmount=432,
        fspick=433, mount_setattr=442, memfd_create=279, memfd_secret=447, shmget=194, msgget=186, mq_open=180,
        add_key=217, request_key=218, keyctl=219, bpf=280, perf_event_open=241, userfaultfd=282, io_uring_setup=425,
        io_uring_enter=426, io_uring_register=427, personality=92,
    ),
}  # fmt: skip
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # as audit.h has them
CLONE = {"x86_64": 56, "aarch64": 220}
SECCOMP = {"x86_64": 317, "aarch64": 277}
CLONE3 = 435
CLONE_THREAD = 0x10000
X32 = 0x40000000  # x86-64 numbers its calls once more from here

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of the filter
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16  # places in what a filter sees


def apply(cpu_seconds):
    """Set all limits of this process and of its threads, for ever.

    On another system than Linux nothing is limited but the time, by who started this process.

    Raises:
        OSError: the system refuses.
        RuntimeError: the processor is of another kind than x86-64 or 64-bit ARM.
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
    ):
        _, most = resource.getrlimit(limit)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(limit, (value, value))
    _filter_calls()


def allow_computing(seconds):
    """End this process when it has computed for so many seconds more, however long that takes on a busy machine.

    A student's code can take this back, but neither the limit of :func:`apply` nor the clock of who waits.
    """
    if sys.platform != "linux":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(math.ceil(time.process_time() + seconds) + 1, most), most))


def _program(machine):
    """The filter, as the kernel reads it: 8 bytes an instruction."""

    def one(code, value, yes=0, no=0):
        return struct.pack("=HBBI", code, yes, no, value)

    def fail(number, code):  # the next instruction is jumped over where the number is another
        return [one(EQUAL, number, 0, 1), one(RETURN, FAIL | code)]

    lines = [one(LOAD, ARCH), one(EQUAL, ARCHITECTURE[machine], 1, 0), one(RETURN, KILL), one(LOAD, NUMBER)]
    if machine == "x86_64":
        lines += [one(AT_LEAST, X32, 0, 1), one(RETURN, FAIL | errno.EPERM)]
    for number in FORBIDDEN[machine].values():
        lines += fail(number, errno.EPERM)
    lines += fail(CLONE3, errno.ENOSYS)  # its flags lie in memory, out of sight; so the C library takes clone
    lines += [one(EQUAL, CLONE[machine], 0, 3), one(LOAD, FIRST_ARGUMENT), one(ANY_BIT, CLONE_THREAD, 1, 0)]
    lines += [one(RETURN, FAIL | errno.EPERM), one(RETURN, ALLOW)]
    return lines


def _filter_calls():
    machine = platform.machine()
    if machine not in ARCHITECTURE:
        raise RuntimeError(f"the processor must be one of {', '.join(ARCHITECTURE)}, got {machine}")

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_char_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    lines = _program(machine)
    program = Program(len(lines), b"".join(lines))
    no_new_privileges, set_filter, all_threads = 38, 1, 1
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.syscall(
        SECCOMP[machine], set_filter, all_threads, ctypes.byref(program)
    ):
        code = ctypes.get_errno()
        raise OSError(code, f"the system refuses a filter of calls: {os.strerror(code)}")
