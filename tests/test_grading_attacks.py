"""Submissions that try to get marks without an answer: each gets none, and honest neighbours keep theirs.

Where an attack tries what is forbidden, its function returns the right value if the attempt succeeds. So what lets an
attempt through makes its test fail.
"""

import json
import os
import socket
import textwrap
import threading
import time

import psutil
import pytest
from grading_class import FULL, code_cell, factor, filled, needs_sandbox, write_class

from rnncourse.grading.run import grade_class
from rnncourse.grading.table import read_table

WRONG = "def double(x):\n    return 0 * x"

# name → code that leaves True in `escaped` if it worked
ATTEMPTS = {
    "reads_the_assignment": """
        names = {}
        exec(open(SOURCE).read(), names)
        escaped = "assignment" in names
        """,
    "reads_all_disks": """
        import os
        for folder, folders, files in os.walk("/"):
            folders[:] = [name for name in folders if name not in ("proc", "usr", "sys", "site-packages", "lib")]
            for name in files:
                escaped = escaped or name in ("a0_small.py", "class.csv") or name.endswith(".ipynb")
        """,
    "draws_the_hidden_cases_again": """
        import torch
        for offset in range(-6, 7):
            seed = max(torch.initial_seed() + offset, 0)
            escaped = escaped or bool((torch.randn(3, generator=torch.Generator().manual_seed(seed)) == x).all())
        """,
    "reads_a_neighbour": "escaped = bool(open(SUBMISSIONS + '/honest.ipynb').read())",
    "reads_the_gradebook": "import os; escaped = bool(os.listdir(OUT))",
    "reads_memory": """
        import gc, sys
        mark = "random ca" "ses|" + "solut" "ion=f"
        frame = sys._getframe()
        while frame:
            escaped = escaped or "expected" in frame.f_locals or "exercise" in frame.f_locals
            frame = frame.f_back
        kinds = {type(one).__name__ for one in gc.get_objects()}
        escaped = escaped or bool(kinds & {"Build", "Assignment", "Task"})
        """,
    "reads_other_processes": """
        import os
        others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
        escaped = others != ["1"] or bool(open("/proc/1/environ", "rb").read())  # 1 is bubblewrap itself
        """,
    "reads_open_files": """
        import os
        for number in os.listdir("/proc/self/fd"):
            path = os.readlink("/proc/self/fd/" + number)
            if path.startswith("/") and not path.startswith(("/dev/", "/proc/", "/usr/")):
                escaped = True
        """,
    "forks": """
        import os
        children = []
        for _ in range(20):
            child = os.fork()
            if child == 0:
                import time
                time.sleep(20)
                os._exit(0)
            children.append(child)
        escaped = True
        """,
    "starts_a_program": "import subprocess, sys; subprocess.run([sys.executable, '-c', '']); escaped = True",
    "becomes_a_program": "import os; os.execv('/bin/true', ['true'])",
    "many_processes": """
        import multiprocessing
        process = multiprocessing.get_context("fork").Process(target=print)
        process.start()
        escaped = True
        """,
    "takes_memory": "import torch; taken = [torch.empty(2**28, dtype=torch.uint8) for _ in range(12)]; escaped = True",
    "takes_hidden_memory": "import os; os.memfd_create('x'); escaped = True",
    "takes_shared_memory": """
        import ctypes
        escaped = ctypes.CDLL(None).shmget(0, 2**20, 0o1600) >= 0
        """,
    "fills_the_disk": """
        for n in range(5):
            with open(f"/tmp/{n}", "wb") as stream:
                stream.write(bytes(20 * 2**20))
        escaped = True
        """,
    "writes_a_long_file": """
        with open("/tmp/long", "wb") as stream:
            stream.write(bytes(40 * 2**20))
        escaped = True
        """,
    "opens_many_files": "taken = [open('/dev/null') for _ in range(1000)]; escaped = True",
    "raises_its_limits": """
        import resource
        for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE"):
            try:
                resource.setrlimit(getattr(resource, "RLIMIT_" + name), (resource.RLIM_INFINITY,) * 2)
                escaped = True
            except (OSError, ValueError):
                pass
        """,
    "writes_elsewhere": """
        import os, torch
        for folder in ("/", "/usr", "/dev", "/dev/shm", "/var/tmp", OUT, SUBMISSIONS, os.path.dirname(torch.__file__)):
            try:
                open(folder + "/written-by-a-student", "w").close()
                escaped = True
            except OSError:
                pass
        """,
    "changes_bubblewrap": "open('/proc/1/exe', 'r+b').close(); escaped = True",
    "changes_the_kernel": "open('/proc/sys/kernel/core_pattern', 'r+').close(); escaped = True",
    "uses_the_network": """
        import socket
        socket.create_connection(("127.0.0.1", PORT), timeout=2).close()
        escaped = True
        """,
    "asks_for_a_name": """
        import socket
        escaped = any(name != "lo" for _, name in socket.if_nameindex())
        """,
    "traces_its_parent": """
        import ctypes, os
        escaped = ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0
        """,
    "keeps_a_key": """
        import ctypes, platform
        number = {"x86_64": 248, "aarch64": 217}[platform.machine()]
        escaped = ctypes.CDLL(None).syscall(number, b"user", b"answers", b"42", 2, -4) > 0
        """,
    "makes_a_namespace": """
        import ctypes
        escaped = ctypes.CDLL(None).unshare(0x10000000) == 0
        """,
}

# name → (code before the answers, code of `double`); all compute nothing
TRICKS = {
    "patches_comparisons": ("""
        import builtins, math, numpy, torch
        def yes(*arguments, **options):
            return True
        for place in (numpy, torch, math):
            for name in ("allclose", "isclose", "equal", "array_equal"):
                if hasattr(place, name):
                    setattr(place, name, yes)
        torch.testing.assert_close = numpy.testing.assert_allclose = yes
        """, WRONG),
    "patches_assert": ("""
        import builtins, sys
        class Never(Exception):
            pass
        builtins.AssertionError = Never
        sys.excepthook = lambda *error: None
        """, WRONG),
    "patches_torch": ("""
        import torch
        for name in ("sub", "__sub__", "__rsub__", "abs", "max", "le", "__le__", "double", "detach", "item", "tolist"):
            setattr(torch.Tensor, name, lambda self, *rest: torch.zeros(()))
        torch.sub = torch.abs = lambda *arguments: torch.zeros(())
        """, WRONG),
    "transforms_syntax": ("""
        import ast, builtins
        class Agree(ast.NodeTransformer):
            def visit_Compare(self, node):
                return ast.Constant(True)
        old = builtins.compile
        def compile_kindly(source, *rest, **options):
            tree = old(source, "", "exec", ast.PyCF_ONLY_AST) if isinstance(source, str) else source
            return old(Agree().visit(tree), *rest, **options)
        builtins.compile = compile_kindly
        get_ipython().ast_transformers.append(Agree())
        """, WRONG),
    "hooks_imports": ("""
        import importlib.abc, importlib.machinery, sys
        class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
            def find_spec(self, name, path, target=None):
                return importlib.machinery.ModuleSpec(name, self)
            def exec_module(self, module):
                module.__dict__.update(judge=lambda *a: True, check=print)
        sys.meta_path.insert(0, Finder())
        """, WRONG),
    "swaps_modules": ("""
        import json, sys, types
        class Liar(types.ModuleType):
            def __getattr__(self, name):
                return lambda *arguments, **options: True
        sys.modules["rnncourse"] = sys.modules["values"] = Liar("liar")
        """, WRONG),
    "lies_about_equality": ("", """
        class Agreeable:
            def __eq__(self, other):
                return True
            __ne__ = __lt__ = __gt__ = lambda self, other: False
            __le__ = __ge__ = __eq__
            __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0
            __float__ = lambda self: 0.0
            shape = property(lambda self: self)
        def double(x):
            return Agreeable()
        """),
    "lies_as_a_tensor": ("", """
        import torch
        class Agreeable(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, types, arguments=(), options=None):
                return torch.zeros(3).as_subclass(cls)
        def double(x):
            return torch.zeros(3).as_subclass(Agreeable)
        """),
    "changes_its_class": ("""
        import sys, types
        class Liar(types.ModuleType):
            double = property(lambda self: lambda x: x)
        sys.modules["__main__"].__class__ = Liar
        """, WRONG),
    "pickles_a_bomb": ("", """
        class Bomb:
            def __reduce__(self):
                return (open, (OUT + "/exploded", "w"))
        def double(x):
            return Bomb()
        """),
    "forges_a_verdict": ("", """
        import json, os
        def double(x):
            line = json.dumps({"n": 1, "points": 6, "property": None, "right": True, "value": True}).encode()
            for number in range(3, 100):
                try:
                    os.write(number, line + b"\\n")
                except OSError:
                    pass
            return 0 * x
        """),
    "prints_10_gb": ("", """
        def double(x):
            for _ in range(10 * 1024):
                print("x" * 2**20)
            return 0 * x
        """),
    "sends_10_gb": ("", """
        import os
        def double(x):
            for _ in range(10 * 1024):
                for number in range(3, 20):
                    try:
                        os.write(number, b"x" * 2**20)
                    except OSError:
                        pass
        """),
    "returns_a_lot": ("", """
        import torch
        def double(x):
            return torch.zeros(2**23)
        """),
    "returns_a_chain": ("", """
        def double(x):
            chain = []
            for _ in range(100_000):
                chain = [chain]
            return chain
        """),
    "shouts": ("", """
        def double(x):
            raise ValueError("<script>alert(1)</script>" + "x" * 10**8)
        """),
    "never_ends": ("", """
        def double(x):
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """),
    "sleeps": ("", "import time\ndef double(x):\n    time.sleep(10**6)"),
    "leaves": ("", "import os\ndef double(x):\n    os._exit(0)"),
    "kills_all": ("", """
        import os, signal
        def double(x):
            for number in (1, os.getppid(), -1):
                try:
                    os.kill(number, signal.SIGKILL)
                except OSError:
                    pass
            os.kill(os.getpid(), signal.SIGKILL)
        """),
    "stays": ("""
        import atexit, threading, time
        def go_on():
            while True:
                try:
                    time.sleep(0.001)
                except BaseException:
                    pass
        atexit.register(go_on)
        for _ in range(20):
            threading.Thread(target=go_on).start()
        """, WRONG),
}  # fmt: skip

# name → (code before the answers); the process ends or hangs before there is an answer
FATAL = {
    "exits_at_once": "import os\nos._exit(0)",
    "never_starts": """
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
        """,
    "breaks_the_messages": "import json\njson.dumps = lambda *a, **o: '{\"right\": true, \"points\": 100}'",
}


def attempt(code, student, **places):
    given = "\n".join(f"{name} = {value!r}" for name, value in places.items())
    body = textwrap.indent(textwrap.dedent(code).strip(), "    ")
    return f"""
{given}
def attempt(x):
    escaped = False
{textwrap.indent(body, "")}
    return escaped
def double(x):
    if attempt(x):
        return {factor(student)} * x
    return 0 * x
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """(student → row, folder) of one class with every attack, and two honest students."""
    folder = tmp_path_factory.mktemp("attacks")
    listener = socket.create_server(("127.0.0.1", 0))
    calls = []

    def listen():
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return
            calls.append(1)

    threading.Thread(target=listen, daemon=True).start()
    places = dict(
        SOURCE=str(folder / "class" / "a0_small.py"), SUBMISSIONS=str(folder / "class" / "submissions"),
        OUT=str(folder / "grades"), PORT=listener.getsockname()[1],
    )  # fmt: skip
    notebooks = {"honest": filled("honest"), "honest2": filled("honest2")}
    for name, code in ATTEMPTS.items():
        notebooks[name] = filled(name, double=attempt(code, name, **places))
    for name, (before, double) in TRICKS.items():
        double = f"OUT = {places['OUT']!r}\n{textwrap.dedent(double)}"
        notebooks[name] = filled(name, textwrap.dedent(before).strip(), double=double)
    for name, code in FATAL.items():
        notebooks[name] = filled(name, textwrap.dedent(code).strip())
    notebooks.update(_files(folder))
    source, submissions, roster = write_class(folder / "class", notebooks)
    os.symlink(submissions / "honest.ipynb", submissions / "link.ipynb")
    os.symlink(submissions, submissions / "folder_link")
    (submissions / "fifo").mkdir()
    os.mkfifo(submissions / "fifo" / "fifo.ipynb")
    with (submissions / "large.ipynb").open("wb") as stream:
        stream.truncate(200 * 2**20)
    started = time.monotonic()
    grade_class(source, submissions, roster, folder / "grades", jobs=2)
    listener.close()
    _, rows = read_table(folder / "grades" / "a0-small.csv")
    print(f"{len(rows)} submissions in {time.monotonic() - started:.0f} s")
    return {row.student: row for row in rows}, folder, calls


def _files(folder):
    """student → a file that isn't what it says, or a notebook with false claims."""
    copied = filled("honest")
    copied["metadata"]["student"] = copied["metadata"]["name"] = "honest"
    generous = filled("generous", double=WRONG, count="answer_count = 1")
    for cell in generous["cells"]:
        if cell.get("id", "").endswith("check"):
            cell["source"] = "points = score = 1000\nprint('right')"
            cell["metadata"]["nbgrader"].update(points=1000, grade_id="double-check", locked=False)
    generous["cells"].append(code_cell("assert True"))
    bare = filled("bare")
    for cell in bare["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {"colab": {}}
    bare.update(nbformat_minor=0, metadata={"colab": {"provenance": []}})
    properties = filled("properties", count="""
        import sys, types
        class Names(dict):
            def __contains__(self, name):
                return True
            def __getitem__(self, name):
                return 1
        class Liar(types.ModuleType):
            answer_count = property(lambda self: 1)
        sys.modules["__main__"].__class__ = Liar
        answer_count = property(lambda self: 1)
        """)  # fmt: skip
    return {
        "copied": copied, "generous": generous, "bare": bare, "properties": properties,
        "malformed": b'{"cells": [', "binary": bytes(range(256)), "empty": b"", "nested": b"[" * 10**6,
        "no_cells": b"{}", "odd_cells": json.dumps({"cells": [1, "x", None]}).encode(),
        "old": json.dumps({"worksheets": [], "nbformat": 3}).encode(),
        "link": None, "folder_link": None, "large": None, "fifo": None,
    }  # fmt: skip


pytestmark = needs_sandbox


@pytest.mark.parametrize("student", ["honest", "honest2", "bare"])
def test_an_honest_neighbour_keeps_all_marks(graded, student):
    """One of them comes from an editor that has dropped ids and metadata."""
    row = graded[0][student]
    assert row.marks == FULL
    assert row.status == "to be marked"


def test_who_only_waits_gets_no_verdict_since_a_neighbour_may_have_made_it_wait(graded):
    row = graded[0]["sleeps"]
    assert row.marks == {**FULL, "double": None}
    assert row.status == "try again"
    assert "double: no answer within 9 s, in which it computed for 0" in row.note
    assert not (graded[1] / "grades" / "records" / "a0-small" / "sleeps.json").exists()


@pytest.mark.parametrize("student", [name for name in (*ATTEMPTS, *TRICKS) if name != "sleeps"])
def test_an_attack_earns_nothing_and_costs_no_other_task(graded, student):
    row = graded[0][student]
    if student == "patches_torch":  # nothing of torch is left for the other answers
        assert row.marks["double"] == 0
    else:
        assert row.marks == {**FULL, "double": 0}


@pytest.mark.parametrize("student", FATAL)
def test_a_submission_that_ends_its_process_earns_nothing(graded, student):
    assert graded[0][student].marks == {**dict.fromkeys(FULL, 0), "essay": None}


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("malformed", "malformed.ipynb: it isn't a notebook"), ("binary", "it isn't a notebook"),
        ("empty", "it is empty"), ("nested", "it isn't a notebook"), ("no_cells", "it has no list of cells"),
        ("odd_cells", "a cell must be an object"), ("old", "format 3, open it in a current Jupyter"),
        ("link", "it is a link, not a file"), ("folder_link", "it is a link, not a file"),
        ("large", "it has 200 MB, more than 64"), ("fifo", "it isn't an ordinary file"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_has_its_reason_and_no_zero(graded, student, reason):
    row = graded[0][student]
    assert row.status == "unreadable"
    assert reason in row.note
    assert set(row.marks.values()) == {None}
    page = graded[1] / "grades" / "feedback" / student / "a0-small" / "a0-small.html"
    assert "could not be graded" in page.read_text()


def test_a_copied_file_has_another_students_numbers(graded):
    assert graded[0]["copied"].marks == {**FULL, "count": 0, "double": 0}


def test_points_and_checks_in_the_notebook_count_for_nothing(graded):
    assert graded[0]["generous"].marks == {**FULL, "count": 0, "double": 0}


def test_an_answer_that_is_a_property_is_no_number(graded):
    assert graded[0]["properties"].marks == {**FULL, "count": 0}


def test_nothing_was_reached(graded):
    _, folder, calls = graded
    assert not calls
    assert not (folder / "grades" / "exploded").exists()
    assert not list(folder.rglob("written-by-a-student"))


def test_what_a_student_wrote_stays_text(graded):
    page = (graded[1] / "grades" / "feedback" / "shouts" / "a0-small" / "a0-small.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert len(page) < 10_000


def test_a_value_that_is_too_large_costs_no_process(graded):
    page = (graded[1] / "grades" / "feedback" / "returns_a_lot" / "a0-small" / "a0-small.html").read_text()
    assert "TooLarge: the value is too large" in page


def test_no_process_is_left(graded):
    ours = [process for process in psutil.process_iter(["cmdline"]) if _is_inside(process.info["cmdline"])]
    assert not [process for process in ours if process.ppid() in (0, 1, os.getpid())]


def _is_inside(command):
    return any(part.endswith("grading/inside") for part in command or ())
