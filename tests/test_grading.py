"""Assignments, notebooks, rosters, files, tables and pages: what grading rests on, without running students' code."""

import dataclasses
import json
import math
import os
import sys

import nbformat
import numpy as np
import pytest
import torch
from grading_class import ASSIGNMENT, SOURCE, code_cell, factor, filled, right_answers
from hypothesis import given
from hypothesis import strategies as st
from support import HANGING

from rnncourse.__main__ import main
from rnncourse.exercises import Build, Open
from rnncourse.grading import Task, Variant, load
from rnncourse.grading.assignment import from_source, seed_of
from rnncourse.grading.feedback import page
from rnncourse.grading.firstlook import try_on
from rnncourse.grading.handout import notebook
from rnncourse.grading.inside import cells, values
from rnncourse.grading.isolation import PACKAGE, Bubblewrap, IsolationError
from rnncourse.grading.judge import Graded, Mark
from rnncourse.grading.session import MOST, EndedError, LateError, Session, StartError
from rnncourse.grading.submission import parse

# --- assignments and variants ---------------------------------------------------------------------


def test_draws_are_the_same_for_the_same_names_and_within_their_bounds():
    draws = [Variant("a", "b", "c").integer(3, 9) for _ in range(2)]
    assert draws[0] == draws[1]
    many = Variant("x")
    assert {many.integer(3, 9) for _ in range(200)} == set(range(3, 10))
    assert {many.choice("pqr") for _ in range(100)} == set("pqr")
    assert sorted(many.sample(range(5), 5)) == list(range(5))
    assert {many.decimal(0.1, 0.3, 1) for _ in range(50)} == {0.1, 0.2, 0.3}


def test_a_seed_is_the_same_on_every_machine():
    assert seed_of("a1", "units", "alice") == 4484355939445799958
    assert seed_of("ab", "c") != seed_of("a", "bc")


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda v: v.integer(3, 2), "high must be at least low, got low 3 and high 2"),
        (lambda v: v.choice([]), "options must hold at least one, got none"),
        (lambda v: v.sample("ab", 3), "count must be a whole number of at most 2"),
    ],
)
def test_an_unsound_draw_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw(Variant("x"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('name="a0-small"|name="A 0"', "name of an assignment must be words of small letters and digits"),
        ('Task("pick", 3, pick)|Task("count", 3, pick)', "tasks must have one name each, got count, count"),
        ('Task("pick", 3, pick)|Task("pick", 0, pick)', "points of the task pick must be a whole number of at least 1"),
        ("assignment = Assignment|other = Assignment", "must hold `assignment = Assignment"),
        ("import torch|import torch, nothing_at_all", "can't be loaded: ModuleNotFoundError"),
    ],
)
def test_an_unsound_source_is_named(tmp_path, change, message):
    path = tmp_path / "a0.py"
    path.write_text(SOURCE.replace(*change.split("|")))
    with pytest.raises(ValueError, match=message):
        load(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('function="shift"|function="double"', "task shift: another task asks for a function double"),
        ("(1, |(5, ", "task essay: the points of the rubric must have the sum 2"),
        ("def pick(variant):|def pick(variant):\n    return 3", "task pick: make must return one of Choice"),
    ],
)
def test_an_unsound_task_is_named(change, message):
    unsound = from_source(SOURCE.replace(*change.split("|")), "a0.py")
    with pytest.raises(ValueError, match=message):
        unsound.exercises("ann")


def test_students_have_different_numbers():
    statements = {ASSIGNMENT.exercises(f"s{n}")["count"].statement for n in range(50)}
    assert len(statements) == 50


def test_hidden_cases_differ_with_the_seed():
    one = ASSIGNMENT.exercises("ann")["shift"]
    seen = []
    for seed in (0, 10**9):
        assert one.judge(lambda x: seen.append(x) or x + 1, seed=seed).right
    assert not torch.equal(seen[0], seen[one.cases])


# --- the student's notebook -----------------------------------------------------------------------


def run_as_student(data):
    """What the notebook prints, all cells run."""
    printed, names = [], {"print": lambda *parts: printed.append(" ".join(map(str, parts)))}
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            exec(cells.plain_python("".join(cell["source"])), names)
    return printed


def test_a_notebook_is_valid_and_has_nbgraders_metadata():
    data = notebook(ASSIGNMENT, "ann")
    nbformat.validate(nbformat.from_dict(data))
    ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in data["cells"]]
    assert len(set(ids)) == len(ids)
    graded = [cell["metadata"]["nbgrader"] for cell in data["cells"] if cell["metadata"]["nbgrader"]["grade"]]
    assert [cell["points"] for cell in graded] == [5, 3, 6, 4, 2]
    for cell in data["cells"]:
        meta = cell["metadata"]["nbgrader"]
        assert meta["schema_version"] == 3
        assert meta["solution"] != meta["locked"]
        # nbgrader's rule: a graded markdown cell is the answer itself
        assert meta["grade"] == meta["solution"] or cell["cell_type"] == "code"


def test_a_right_answer_is_told_so_where_it_can_be_checked_at_once():
    printed = run_as_student(filled("ann"))
    assert printed == ["answer_count: a good form", "answer_pick: a good form", "right", "right", "right", "right"]


def test_a_wrong_answer_is_told_at_once_and_a_wrong_number_is_not():
    printed = run_as_student(
        filled("ann", count="answer_count = 'x'", pick="answer_pick = 'z'", double="def double(x):\n    return x")
    )
    assert printed[:2] == [
        "answer_count: expected one finite number", "answer_pick: expected one letter of a, b, in quotes",
    ]  # fmt: skip
    assert printed[2:] == ["wrong", "wrong", "right", "right"]
    assert run_as_student(filled("ann", count="answer_count = 1"))[0] == "answer_count: a good form"


def test_what_only_the_grader_would_have_seen_is_told_at_once():
    array = "import numpy as np\ndef double(x):\n    return np.array(x.tolist())"
    in_place = "def shift(x):\n    x += 1\n    return x"
    printed = run_as_student(filled("ann", double=array, shift=in_place))
    assert printed[2:4] == ["wrong: expected tensor and got ndarray"] * 2
    assert printed[4:] == ["it changed its input x; work on a copy"] * 2
    nearly = f"def double(x):\n    return {factor('ann')} * x + 2"
    assert run_as_student(filled("ann", double=nearly))[2:4] == ["wrong"] * 2


def test_of_many_right_answers_the_form_is_looked_at(capsys):
    def pair(x):
        return torch.zeros(2), 3

    examples = [((torch.ones(2),), ...)]
    for wanted, function, said in (
        (("tensor", "number"), pair, "a good form; whether it is right is said later:"),
        (("tensor", "number"), lambda x: [x, torch.tensor(3)], "a good form"),
        (("tensor", "tensor"), pair, "wrong: expected ('tensor', 'tensor') and got ('tensor', 'number')"),
        (("tensor", "tensor"), lambda x: x.tolist(), "wrong: expected ('tensor', 'tensor') and got ('number',"),
        ("number", lambda x: x[:1], "a good form"),
        ("number", lambda x: x, "wrong: expected number and got tensor"),
        ("tensor", lambda x: x.numpy(), "wrong: expected tensor and got ndarray"),
    ):
        try_on(examples, function, wanted, 1e-6)
        assert capsys.readouterr().out.startswith(said)


def test_the_untouched_notebook_runs():
    assert run_as_student(notebook(ASSIGNMENT, "ann"))[0] == "answer_count: expected one finite number"


def test_a_notebook_holds_no_answer():
    text = json.dumps(notebook(ASSIGNMENT, "ann"))
    exercises = ASSIGNMENT.exercises("ann")
    answer = 3 * int(exercises["count"].statement.split()[-1][:-1])
    assert str(answer) not in text
    assert "x + 1" not in text
    assert right_answers("ann")["double"].split("return ")[1] not in text


def test_examples_of_all_kinds_of_values_are_literals():
    kinds = (
        torch.tensor([[1.23456789, math.inf]]), torch.tensor([1, 2]), torch.zeros(0, 3), [1, 2.5], "x", True, None,
        np.array([0.5, math.nan]),
    )  # fmt: skip
    one = dataclasses.replace(
        ASSIGNMENT.exercises("ann")["shift"], case=lambda generator: kinds,
        solution="def shift(*values):\n    return list(values)", stub="def shift(*values):\n    return ...",
    )  # fmt: skip
    changed = dataclasses.replace(ASSIGNMENT, tasks=(Task("shift", 4, lambda variant: one, examples=1),))
    code = "".join(notebook(changed, "ann")["cells"][-1]["source"])
    names = {"torch": torch, "np": np, "shift": lambda *got: got, "try_on": lambda *given, **options: None}
    exec(code, names)
    ((arguments, _),) = names["examples"]
    assert torch.allclose(arguments[0], torch.tensor([[1.2346, math.inf]]))
    assert torch.equal(arguments[1], kinds[1])
    assert arguments[2].shape == (0, 3)
    assert arguments[3:7] == kinds[3:7]
    assert np.isnan(arguments[7][1])


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (lambda generator: (object(),), "a case must hold numbers, texts, .* got a object"),
        (lambda generator: (torch.randn(9000, generator=generator),), "examples must be short, got .* set examples=0"),
    ],
)
def test_examples_that_can_not_be_shown_are_named(case, message):
    one = dataclasses.replace(ASSIGNMENT.exercises("ann")["shift"], case=case, solution="def shift(x):\n    return 1")
    changed = dataclasses.replace(ASSIGNMENT, tasks=(Task("shift", 4, lambda variant: one),))
    with pytest.raises(ValueError, match=message):
        notebook(changed, "ann")


def test_release_writes_a_notebook_for_each_student(tmp_path, capsys):
    (tmp_path / "a0.py").write_text(SOURCE)
    (tmp_path / "class.csv").write_text("Student,Name\nann,Ann A\nbob,Bob B\n")
    command = [
        "release", str(tmp_path / "a0.py"), "--students", str(tmp_path / "class.csv"), "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    assert main(command) == 0
    assert "2 notebooks are in" in capsys.readouterr().out
    path = tmp_path / "out" / "ann" / "a0-small" / "a0-small.ipynb"
    assert json.loads(path.read_text()) == json.loads(json.dumps(notebook(ASSIGNMENT, "ann")))
    assert main(command) == 0
    path.write_text("{}")
    assert main(command) == 1
    assert "out must be a folder without other notebooks" in capsys.readouterr().err
    assert path.read_text() == "{}"


# --- files ----------------------------------------------------------------------------------------


class Script:
    """Instead of a student's process, one that runs a few lines of code."""

    home = None

    def __init__(self, code):
        self._code = f"import sys, time\nsay = sys.stdout.write\nsys.stdin.readline()\n{code}\nsys.stdout.flush()"

    def command(self):
        return [sys.executable, "-c", self._code]

    def environment(self):
        return dict(os.environ)


READY = """say('{"ready": true}\\n'); sys.stdout.flush(); sys.stdin.readline()\n"""


@pytest.mark.parametrize(
    ("code", "error", "message"),
    [
        (f"say('x' * {3 * MOST}); sys.stdout.flush(); time.sleep({10 * HANGING})", EndedError, "sent too much"),
        ("say('{\"n\": 2}\\n')", EndedError, "is no answer"),
        ("say('[' * 100000 + '\\n')", EndedError, "is no answer"),
        ("say('1' * 10000 + '\\n')", EndedError, "is no answer"),
        ("say('[]\\n')", EndedError, "is no answer"),
        ("say('{\"n\": 1}')", EndedError, "ended amid an answer"),
        ("sys.exit(3)", EndedError, "exit status 3"),
        (f"time.sleep({10 * HANGING})", LateError, "no answer within 2 s"),
    ],
)
def test_whatever_a_process_sends_is_no_trouble(code, error, message):
    with Session(Script(READY + code), HANGING) as session:
        with pytest.raises(error, match=message):
            session.ask({}, 2 if error is LateError else HANGING)
        assert not session.alive


@pytest.mark.parametrize(
    ("code", "message"),
    [("sys.exit('no such folder')", "didn't start: no such folder"), ("say('{}\\n')", "must say that it is ready")],
)
def test_a_process_that_does_not_start_says_why(code, message):
    with pytest.raises(StartError, match=message):
        Session(Script(code), 10)


def test_cells_are_read_as_any_editor_writes_them():
    data = {"cells": [code_cell(["a = 1\n", "b = 2"]), code_cell("%%bash\nls"), code_cell("%%time\nc = 3")]}
    data["cells"] += [code_cell("# not run when graded: it takes an hour\nd = 4"), {"cell_type": "raw", "source": "x"}]
    data["cells"].append({"cell_type": "markdown", "source": ["<!--answer: essay-->\n", "Because."]})
    submission = parse(b"\xef\xbb\xbf" + json.dumps(data).encode())
    assert submission.cells == ("a = 1\nb = 2", "c = 3")
    assert submission.texts == {"essay": "Because."}


def test_half_a_character_is_no_trouble():
    submission = parse(b'{"cells": [{"cell_type": "code", "source": "a = \'\\ud800\'"}]}')
    assert submission.cells == ("a = '?'",)


def test_lines_that_only_a_notebook_understands_are_dropped():
    names = {}
    code = "%pip install x\n!ls\nif True:\n    %matplotlib inline\nfiles = !ls\nprint?\nx = 7"
    exec(cells.plain_python(code), names)
    assert (names["files"], names["x"]) == (None, 7)
    # what is Python already stays as it is
    untouched = {}
    exec(cells.plain_python('x = """\n%pip\n"""\ny = 7 \\\n    % 4'), untouched)
    assert (untouched["x"], untouched["y"]) == ("\n%pip\n", 3)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("%time answer = 3 + 4", 7),
        ("answer = %time 3 + 4", 7),
        ("%matplotlib inline\nanswer = (17\n    % 10)", 7),
        ('!pip install x\nanswer = len("""\n%d items\n""")', 10),
        ("!pip install \\\n    x y\nanswer = 7", 7),
        ("?torch.nn\nanswer = 7", 7),
        ("    answer = 3\n    answer += 4", 7),
        ("import asyncio\nawait asyncio.sleep(0)\nanswer = 7", 7),
        ("get_ipython().run_line_magic('matplotlib', 'inline')\nanswer = 7", 7),
        ("import inspect\ndef f():\n    return 1\nanswer = inspect.getsource(f)", "def f():\n    return 1\n"),
    ],
)
def test_a_cell_works_as_in_a_notebook(code, value, monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # it is given back at the end
    names = cells.new_namespace()
    assert cells.run([code], names, 60, 2) == [None]
    assert names["answer"] == value


def test_what_one_cell_says_of_annotations_holds_for_the_next():
    names = {}
    code = ["from __future__ import annotations", "def f(x: unknown):\n    pass"]
    assert cells.run(code, names, 60, 2) == [None, None]


def test_what_is_not_python_is_named_with_its_line():
    names = {}
    (error,) = cells.run(["x = 1\n%time\ny = = 2"], names, 10, 2)
    assert error == {"type": "SyntaxError", "text": "invalid syntax (line 3)"}


def test_an_error_ends_its_cell_and_no_other():
    names = {}
    errors = cells.run(["x = 1\nraise ValueError('so')", "import sys; sys.exit(2)", "y = 2", "1 +"], names, 10, 2)
    assert (names["x"], names["y"]) == (1, 2)
    assert errors[0] == {"type": "ValueError", "text": "so (line 2)"}
    assert errors[1]["type"] == "SystemExit"
    assert errors[2] is None
    assert errors[3]["type"] == "SyntaxError"


@pytest.mark.skipif(os.name == "nt", reason="there is no alarm on Windows")
def test_a_cell_that_takes_too_long_is_stopped_and_the_next_one_runs():
    names = {}
    for slow in (f"import time; time.sleep({HANGING})", "while True: pass"):
        errors = cells.run([slow, "y = 2"], names, 0.2, 20)  # on the clock, 20 s or more for the second cell
        assert errors[0] == {"type": "TimeIsUp", "text": "stopped; all cells together have 0.2 s"}
        assert names.pop("y") == 2


# --- values ---------------------------------------------------------------------------------------

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(plain)
def test_plain_values_come_back(value):
    back = values.decode(json.loads(json.dumps(values.encode(value))))
    assert repr(back) == repr(value)


@given(st.sampled_from(list(values.TENSORS)), st.lists(st.integers(0, 3), max_size=3), st.integers(0, 99))
def test_tensors_come_back(dtype, shape, seed):
    tensor = torch.randn(shape, generator=torch.Generator().manual_seed(seed)).mul(50).to(values.TENSORS[dtype])
    back = values.decode(json.loads(json.dumps(values.encode(tensor))))
    assert back.dtype == tensor.dtype
    assert torch.equal(back, tensor)


@pytest.mark.parametrize("dtype", values.ARRAYS)
def test_arrays_come_back(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    back = values.decode(json.loads(json.dumps(values.encode(array))))
    assert back.dtype == array.dtype
    assert np.array_equal(back, array)


def test_what_is_not_plain_comes_back_as_its_name():
    assert repr(values.decode(values.encode(object()))) == "an object of the class object"
    assert values.decode(values.encode(...)) is ...
    leaf = torch.ones(2, requires_grad=True)
    assert values.decode(values.encode(leaf)).requires_grad
    assert torch.equal(values.decode(values.encode(torch.eye(2).to_sparse())), torch.eye(2))
    assert torch.equal(values.decode(values.encode(torch.arange(6).reshape(2, 3).T)), torch.arange(6).reshape(2, 3).T)


@pytest.mark.parametrize(
    "data",
    [
        [], {}, {"unknown": 1}, {"tensor": "AAAA", "dtype": "float32", "shape": [1]},
        {"tensor": "", "dtype": "float32", "shape": [2**40]}, {"tensor": "", "dtype": "float32", "shape": [-1]},
        {"tensor": "", "dtype": "object", "shape": [0]}, {"tensor": "", "dtype": ["float32"], "shape": [0]},
        {"tensor": "!", "dtype": "uint8", "shape": [1]}, {"tensor": "", "dtype": "uint8", "shape": [True]},
        {"array": "AA==", "dtype": "object", "shape": [1]}, {"array": 3, "dtype": "uint8", "shape": [1]},
        {"tensor": "", "dtype": "float32", "shape": [0, 2**62]}, {"tensor": "", "dtype": "uint8", "shape": 1},
        {"dict": [[1]]}, {"dict": [[{"list": []}, 1]]}, {"list": 1},
        {"tensor": "AA==", "dtype": "uint8", "shape": [1] * 64},
        {"tensor": "", "dtype": "float32", "shape": [10**7, 0]}, {"dict": [[str(n), 1] for n in range(1001)]},
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused(data):
    with pytest.raises(values.ValueFormError):
        values.decode(data)


def test_values_too_deep_are_refused():
    deep = data = {"list": []}
    chain = []
    for _ in range(values.DEPTH):
        deep, chain = {"list": [deep]}, [chain]
    for refused in (lambda: values.decode(deep), lambda: values.encode(chain)):
        with pytest.raises(values.ValueFormError, match="at most 20 deep"):
            refused()
    assert values.decode(data) == []


def test_a_bool_is_0_or_1():
    tensor = values.decode({"tensor": "BwA=", "dtype": "bool", "shape": [2]})
    assert tensor.view(torch.uint8).tolist() == [1, 0]


# --- pages ----------------------------------------------------------------------------------------


def test_a_page_says_what_was_found():
    marks = (Mark("units", 0, 10, "one bias", "got 3"), Mark("essay", None, 5, "open", "by hand", "Because."))
    text = page(ASSIGNMENT, "ann", Graded(marks, None, ((2, "NameError: x"),)), "two files")
    for part in ("A small assignment", "ann", "one bias", "got 3", "0 of 10", "– of 5", "Because.", "NameError"):
        assert part in text
    assert "0 of 15 points" in text


def test_a_page_shows_what_students_wrote_as_text():
    mark = Mark("units", 0, 10, "runs", "<img src=x>\u202eevil\x00\x1b[31m" + "y" * 10**6, "<script>")
    text = page(ASSIGNMENT, "ann", Graded((mark,)))
    assert "<img" not in text
    assert "<script" not in text
    assert not set("\u202e\x00\x1b") & set(text)
    assert len(text) < 5000


# --- the sandbox's own rules ----------------------------------------------------------------------


@pytest.mark.skipif(not os.path.exists("/usr/bin/bwrap"), reason="needs bubblewrap")
def test_a_package_below_the_folder_for_temporary_files_stays_in_sight(monkeypatch):
    monkeypatch.setattr("rnncourse.grading.isolation.python_folders", lambda: ["/tmp/course/package"])
    monkeypatch.setattr("rnncourse.grading.isolation.shutil.which", lambda name: "/usr/bin/bwrap")
    if sys.platform == "linux":
        command = Bubblewrap().command()
        assert command.index("--tmpfs") < command.index("/tmp/course/package")


def test_what_must_stay_secret_may_not_lie_where_python_is():
    with pytest.raises(IsolationError, match=r"lies in .*, which a student's code must be able to read"):
        Bubblewrap([PACKAGE / "assignments" / "a1.py"])


def test_without_bubblewrap_grading_is_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("shutil.which", lambda name: None)
    (tmp_path / "a0.py").write_text(SOURCE)
    (tmp_path / "class.csv").write_text("student\nann\n")
    arguments = [str(tmp_path / "a0.py"), str(tmp_path), "--students", str(tmp_path / "class.csv")]
    assert main(["grade", *arguments, "--out", str(tmp_path / "out")]) == 1
    message = capsys.readouterr().err
    assert "apt-get install bubblewrap" in message
    assert "--unsafe" in message


def test_kinds_of_task():
    exercises = ASSIGNMENT.exercises("ann")
    assert isinstance(exercises["shift"], Build)
    assert isinstance(exercises["essay"], Open)
