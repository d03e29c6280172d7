"""The rooms of the package: imports go one way, downwards; modules are short; public names are where they were."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import rnncourse

PACKAGE = Path(rnncourse.__file__).parent
ROOMS = [  # from top to bottom; a module imports from its own room and from those below
    "__main__", "commands", "grading", "exercises", "studies", "analysis", "training", "networks", "datasets",
    "display", "base",
]  # fmt: skip
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 250  # lines


def room_of(path):
    """The room of a module of the package; None for the front door, which shows all of them."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return None if first == "__init__" else first


def imported_rooms(source, depth):
    """The rooms that a module imports from, and "" for the package as a whole; its folders lie ``depth`` deep."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            if node.level == depth + 1:
                yield from [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
            elif node.level == 0 and node.module.split(".")[0] == "rnncourse":
                yield node.module.partition(".")[2].split(".")[0]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            yield from (name[1] if name[1:] else "" for name in names if name[0] == "rnncourse")


def against_the_order(room, source, depth):
    """What a module must not import: rooms above its own, names that aren't rooms, the package as a whole."""
    below = ROOMS[ROOMS.index(room) :]
    return [other for other in imported_rooms(source, depth) if other not in below]


def test_imports_go_downwards():
    assert {room_of(path) for path in MODULES} == {*ROOMS, None}
    wrong = {}
    for path in MODULES:
        if room := room_of(path):
            depth = len(path.relative_to(PACKAGE).parts) - 1
            if found := against_the_order(room, path.read_text(encoding="utf-8"), depth):
                wrong[path.relative_to(PACKAGE).as_posix()] = found
    # a solution is run with the whole package as rc, as in a chapter
    assert wrong == {"exercises/_kinds.py": [""]}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from ..training.loop import fit", ["training"]),
        ("from .. import studies", ["studies"]),
        ("import rnncourse.analysis.states", ["analysis"]),
        ("from rnncourse import fit", [""]),
        ("def f():\n    from ..grading import load", ["grading"]),
        ("from ..base.checks import check_name\nfrom ..datasets.core import Split\nfrom .cells import Cell", []),
        ("from torch import nn\nimport rnncourse_of_another", []),
    ],
)
def test_an_import_upwards_is_found(source, found):
    assert against_the_order("networks", source, 1) == found


def test_no_module_is_long():
    lengths = {p.relative_to(PACKAGE).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_public_modules_keep_their_short_names():
    for name in ("automaton", "cells", "diagrams", "factors", "gradients", "initial", "losses", "plots", "recurrences",
                 "schedules", "states", "widgets"):  # fmt: skip
        assert importlib.import_module(f"rnncourse.{name}") is getattr(rnncourse, name)
    code = "from rnncourse.cells import GRUCell; import rnncourse.plots; print(GRUCell.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "GRUCell\n"


def test_every_room_says_what_is_in_it():
    for room in ROOMS:
        assert importlib.import_module(f"rnncourse.{room}").__doc__.strip(), room


def test_the_front_door_loads_no_large_library_but_torch():
    """Whatever starts a process waits for it: a notebook, a command, each submission that is graded."""
    large = {
        "IPython", "ipywidgets", "matplotlib.pyplot", "pandas", "scipy.stats", "sklearn", "torch._dynamo",
        "torchvision",
    }  # fmt: skip
    code = "import sys, rnncourse; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    loaded = set(done.stdout.split())
    assert "torch" in loaded
    assert large & loaded == set()
