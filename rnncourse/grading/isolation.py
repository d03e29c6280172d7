"""How a student's code is shut in: the command that starts its process, and the proof that it holds."""

import os
import shutil
import site
import sys
from pathlib import Path

import matplotlib
import torch

INSIDE = Path(__file__).with_name("inside")
PACKAGE = Path(__file__).parents[1]
SPACE = 64 * 2**20  # bytes of the one folder that can be written
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
HOME = "/tmp"
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "HOME": HOME, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MPLBACKEND": "agg", "MPLCONFIGDIR": f"{HOME}/matplotlib",
    "TQDM_DISABLE": "1",
}  # fmt: skip
REMEDY = (
    "Grade on a Linux machine, or in a container or virtual machine with Linux, that has bubblewrap "
    "(`apt-get install bubblewrap`), or say --unsafe: then a submission can read and change every file of yours"
)


class IsolationError(RuntimeError):
    """A student's code can't be shut in here; the message says why, and the remedy."""


class Bubblewrap:
    """A sandbox made by bubblewrap: no network, no files but Python's own, no other process in sight.

    Args:
        private: files and folders that a student's code must not see.

    Raises:
        IsolationError: there is no bubblewrap, or a private path lies in a folder that Python needs.

    Attributes:
        home: the folder that a student's code can write, and nobody else.
    """

    home = HOME

    def __init__(self, private=()):
        self._program = shutil.which("bwrap")
        if sys.platform != "linux" or self._program is None:
            raise IsolationError(f"a sandbox needs Linux and its program bwrap, which isn't here. {REMEDY}")
        for folder in map(Path, python_folders()):
            for path in map(Path, private):
                if path.resolve().is_relative_to(folder.resolve()):
                    raise IsolationError(
                        f"{path} lies in {folder}, which a student's code must be able to read, since Python is "
                        "there. Move it elsewhere"
                    )

    def command(self):
        """What to start, as a list."""
        parts = [self._program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
        parts.append("--clearenv")
        for name, value in ENVIRONMENT.items():
            parts += ["--setenv", name, value]
        parts += ["--size", str(SPACE), "--tmpfs", HOME]  # before the folders, one of which may lie in it
        for path in SYSTEM:
            if os.path.islink(path):
                parts += ["--symlink", os.readlink(path), path]
            elif os.path.exists(path):
                parts += ["--ro-bind", path, path]
        for folder in python_folders():
            parts += ["--ro-bind", folder, folder]
        # --dev and the root itself are memory without a limit, and under /proc lie switches of the whole machine,
        # which a root without rights can still write: so all three become read-only
        parts += ["--proc", "/proc", "--dev", "/dev"]
        for fonts in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):  # else each process searches for seconds
            parts += ["--ro-bind", str(fonts), f"{HOME}/matplotlib/{fonts.name}"]
        parts += ["--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
        return [*parts, "--", *python_command()]

    def environment(self):
        """The environment of the program itself: empty, since a student's code could read it in /proc/1."""
        return {}


class Unsafe:
    """No sandbox: a process of its own with limits, which sees every file and the network."""

    home = None

    def command(self):
        """What to start, as a list."""
        return python_command()

    def environment(self):
        """The environment of the program."""
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
        return {**ENVIRONMENT, **kept}


def python_command():
    """Start the process of a student's code."""
    return [sys.executable, "-I", "-B", str(INSIDE)]


def python_folders():
    """The folders that Python, torch and this package are read from, in the order to show them, without repeats."""
    folders = [sys.base_prefix, sys.prefix, *import_paths()[1:], str(PACKAGE)]
    resolved = [os.path.dirname(os.path.dirname(os.path.realpath(sys.executable)))]
    kept = []
    for folder in [*resolved, *folders]:
        if not any(Path(folder).is_relative_to(known) for known in (*kept, "/usr")):
            kept.append(folder)
    return kept


def import_paths():
    """Where a student's code imports from, first the folder of this package."""
    packages = [*site.getsitepackages(), str(Path(torch.__file__).parents[1])]
    return [str(PACKAGE.parent), *dict.fromkeys(packages)]
