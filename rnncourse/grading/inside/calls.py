"""Which calls of the system a student's process may make, and the filter that the kernel reads.

Whatever isn't needed and reaches beyond the process, or takes memory that no limit counts, is refused.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

# name → its numbers on x86-64 and on 64-bit ARM; None where the processor has no such call
FORBIDDEN = {
    # other programs and processes; the clone of a thread stays, and their number is watched from outside
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    # a look or a hand into another process, such as the first one of the sandbox
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "process_madvise": (440, 440), "process_mrelease": (448, 448),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    # memory that no limit counts: nameless files, System V, queues, links (their texts), filters, rules
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180), "symlink": (88, None), "symlinkat": (266, 36), "link": (86, None),
    "linkat": (265, 37), "mknod": (133, None), "mknodat": (259, 33), "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444), "userfaultfd": (323, 282),
    # what outlives the process
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    # networks, also those that no namespace shuts off; a pair of connected sockets is all that asyncio needs
    "socket": (41, 198),
    # files that all sandboxes share: locks on them, watches of them, their place in memory; all that isn't written yet
    "flock": (73, 32), "inotify_init": (253, None), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    "fadvise64": (221, 223), "sync": (162, 81), "syncfs": (306, 267), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # the kernel's side doors
    "bpf": (321, 280), "perf_event_open": (298, 241), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "personality": (135, 92), "modify_ldt": (154, None), "syslog": (103, 116),
}  # fmt: skip

UNIX, PR_SET_SECCOMP = 1, 22
# Of fcntl what duplicates a descriptor, or reads and sets its flags. No lock, no lease, no signal when somebody else
# opens or changes a file, no larger pipe.
HARMLESS = (0, 1, 2, 3, 4, 5, 1030, 1032, 1034)
# name → numbers of the call, place of the argument that decides, its values, whether these are allowed or refused
BY_ARGUMENT = {
    "fcntl": ((72, 25), 1, HARMLESS, True),
    "socketpair": ((53, 199), 0, (UNIX,), True),
    "prlimit64": ((302, 261), 0, (0,), True),  # 0: this process
    "prctl": ((157, 167), 0, (PR_SET_SECCOMP,), False),
}
MACHINES = {"x86_64": 0, "aarch64": 1}  # the place of a processor's numbers
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # as audit.h has them
CLONE = (56, 220)
CLONE3 = 435
CLONE_THREAD = 0x10000
X32 = 0x40000000  # x86-64 numbers its calls once more from here

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of the filter
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCH, ARGUMENTS = 0, 4, 16  # places in what a filter sees


def refuse():
    """Let the kernel refuse these calls to this process and its threads, for ever.

    On another system than Linux nothing is refused.

    Raises:
        OSError: the system takes no filter.
        RuntimeError: the processor is of another kind than x86-64 or 64-bit ARM.
    """
    if sys.platform != "linux":
        return
    machine = platform.machine()
    if machine not in MACHINES:
        raise RuntimeError(f"the processor must be one of {', '.join(MACHINES)}, got {machine}")

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_char_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    lines = program(machine)
    whole = Program(len(lines), b"".join(lines))
    no_new_privileges, set_filter, all_threads = 38, 1, 1
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.syscall(
        FORBIDDEN["seccomp"][MACHINES[machine]], set_filter, all_threads, ctypes.byref(whole)
    ):
        code = ctypes.get_errno()
        raise OSError(code, f"the system refuses a filter of calls: {os.strerror(code)}")


def program(machine):
    """The filter for a processor, one of MACHINES, as the kernel reads it: 8 bytes an instruction, as a list."""
    at = MACHINES[machine]
    lines = [_one(LOAD, ARCH), _one(EQUAL, ARCHITECTURE[machine], 1, 0), _one(RETURN, KILL), _one(LOAD, NUMBER)]
    if machine == "x86_64":
        lines += [_one(AT_LEAST, X32, 0, 1), _fail(errno.EPERM)]
    for numbers in FORBIDDEN.values():
        if numbers[at] is not None:
            lines += [_one(EQUAL, numbers[at], 0, 1), _fail(errno.EPERM)]
    lines += [_one(EQUAL, CLONE3, 0, 1), _fail(errno.ENOSYS)]  # its flags are out of sight; so C takes clone
    lines += _block(CLONE[at], 0, [_one(ANY_BIT, CLONE_THREAD, 1, 0), _fail(errno.EPERM), _one(RETURN, ALLOW)])
    for numbers, place, values, allowed in BY_ARGUMENT.values():
        ends = _one(RETURN, ALLOW), _fail(errno.EPERM)
        listed, others = ends if allowed else ends[::-1]
        tests = [line for value in values for line in (_one(EQUAL, value, 0, 1), listed)]
        lines += _block(numbers[at], place, [*tests, others])
    return [*lines, _one(RETURN, ALLOW)]


def _block(number, place, tests):
    """What becomes of one call, by the lower half of one of its arguments, which the kernel reads of these calls."""
    return [_one(EQUAL, number, 0, 1 + len(tests)), _one(LOAD, ARGUMENTS + 8 * place), *tests]


def _fail(code):
    return _one(RETURN, FAIL | code)


def _one(code, value, yes=0, no=0):
    """One instruction; ``yes`` and ``no`` are how many of the next ones a test jumps over."""
    return struct.pack("=HBBI", code, yes, no, value)
