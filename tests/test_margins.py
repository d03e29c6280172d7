"""The table of margins, and the runs as other processors, on tiny notebooks."""

import ast
import json
import math
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook, new_output
from pytest import approx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import margins
import processors
from margin_recorder import Recorder, Rewriting, names


def notebook(folder, name, *cells):
    """The path of a notebook of (code, what it is said to print)."""
    made = [
        new_code_cell(code, execution_count=count, outputs=[new_output("stream", text=text)] if text else [])
        for count, (code, text) in enumerate(cells, start=1)
    ]
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=made), path)
    return path


def records(source, checked=True, **values):
    """[(kind, what was found), …] of some code, in the order of its places."""
    recorder = Recorder()
    exec(compile(Rewriting(1, checked).visit(ast.parse(source)), "cell", "exec"), names(recorder) | values)
    return [(record["kind"], record["found"]) for record in recorder.records.values()]


@pytest.mark.parametrize(
    ("source", "gap", "ratio"),
    [
        ("assert 2.0 < 8.0", 6, 4),
        ("assert 8.0 > 2.0", 6, 4),
        ("assert all(x < 8.0 for x in (1.0, 2.0))", 6, 4),
        ("assert (np.array([1.0, 2.0]) < 8).all()", 6, 4),
        ("assert bool((torch.tensor([1.0, 2.0]) < 8).all()) or 2.0 < 8.0", 6, 4),
        ("assert 3.0 < 1.0 or 2.0 < 8.0", 6, 4),
        ("assert (2.0 < 8.0) if True else (5.0 < 6.0)", 6, 4),
        ("assert 2 <= 7", 6, 3.5),  # counts: it fails at 8
    ],
)
def test_a_comparison_notes_the_nearest_it_came(source, gap, ratio):
    found = [values for kind, values in records(source, np=np, torch=torch) if kind == "gap"]
    assert found == ([] if "bool" in source else [approx([gap, math.log(ratio)])])


def test_both_halves_of_a_chain_and_of_an_and_are_noted():
    found = [values[0] for kind, values in records("assert 1.0 < 3.0 < 7.0 and 0.5 < 1.0") if kind == "gap"]
    assert found == [2, 4, 0.5]


@pytest.mark.parametrize(
    "source", ["assert not 3.0 < 2.0", "assert any(x < 2 for x in (1.0, 3.0))", "assert 'a' < 'b'"]
)
def test_what_an_assertion_does_not_need_to_be_true_is_not_noted(source):
    assert records(source) == [("verdict", [True])]


@pytest.mark.parametrize(
    ("source", "share"),
    [
        ("assert abs(1.5 - 1.0) < 2.0", 0.25),
        ("assert (torch.tensor([1.5, 1.1]) - 1.0).abs().max() < 2.0", 0.25),
        ("assert 2.0 > abs(1.5 - 1.0)", 0.25),
        ("assert np.isclose(1.5, 1.0, rtol=0, atol=2.0)", 0.25),
        ("assert np.allclose([1.5, 1.1], 1.0, rtol=1.5, atol=0.5)", 0.25),
        ("torch.testing.assert_close(torch.tensor(1.5), torch.tensor(1.0), atol=2.0, rtol=0)", 0.25),
        ("torch.testing.assert_close(torch.tensor(0.0), torch.tensor(0.0))", 0.0),
    ],
)
def test_a_tolerance_notes_its_share(source, share):
    assert [values for kind, values in records(source, np=np, torch=torch) if kind == "tolerance"] == [[approx(share)]]


def test_an_assertion_that_fails_is_noted_and_the_rest_runs():
    assert records("assert 3.0 < 1.0\nassert float('nan') < 1.0") == [
        ("gap", [-2, approx(math.log(1 / 3))]), ("verdict", [False]),
        ("gap", [-math.inf, approx(math.nan, nan_ok=True)]), ("verdict", [False]),
    ]  # fmt: skip


def test_a_printed_number_notes_the_distance_to_the_next():
    assert records("f'{0.1234:.3f} {0.5:.0%} {7:d} {0.2} {1.5!r:.3}'") == [
        ("printed", [approx((123.4, 0.1))]), ("printed", [approx((50.0, 0.5))]),
    ]  # fmt: skip
    assert records("f'{0.1234:.3f}'", checked=False) == []


def test_a_margin_is_judged_on_the_scale_that_fits():
    of = lambda *gaps: [(gap, math.nan) for gap in gaps]  # noqa: E731
    assert margins.used_of_gaps(of(0.10, 0.08, 0.11)) == approx(0.2)
    assert margins.used_of_gaps(of(0.10, -0.05, 0.10)) == approx(1.5)
    assert margins.used_of_gaps(of(-0.1, 0.1, -0.1)) == math.inf
    assert margins.used_of_gaps(of(0.0, 0.0)) == 0
    logarithms = [(1e-2, 6.0), (1e-4, 4.0), (1e-5, 3.0)]  # far from the limit, at very different distances
    assert margins.used_of_gaps(logarithms) == approx(0.25)


def test_a_tolerance_is_used_by_its_largest_error_unless_it_is_the_same_in_all_runs():
    assert margins.used_of_tolerance([0.2, 0.7, 0.1]) == 0.7
    assert margins.used_of_tolerance([0.7, 0.7, 0.7001]) == 0
    assert margins.used_of_tolerance([1.2, 1.2]) == 1.2


def test_a_printed_number_is_used_by_what_other_processors_change():
    assert margins.used_of_prints([(123.4, 0.1), (50.0, 0.5)], [(123.42, 0.08), (50.0, 0.5)]) == approx(0.2)
    assert margins.used_of_prints([(123.4, 0.1)], [(123.4, 0.1), (1.0, 0.5)]) == math.inf


def test_the_table_names_what_seeds_change_and_leaves_the_book_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(margins, "PROCESSORS", {"sse4.1": processors.PROCESSORS["sse4.1"]})
    draw = "import numpy as np, torch\nx = torch.rand(1, generator=torch.Generator().manual_seed(0)).item()\n"
    draw += "y, z = torch.manual_seed(0) and torch.rand(1).item(), np.random.default_rng([0, 1]).random()"
    close = "\n".join(f"first_{name} = {value!r}\nassert abs({name} - first_{name}) < 0.01" for name, value in FIRST)
    path = notebook(tmp_path, "a", (draw, ""), ("assert x < 9", ""), (close, ""), ("print(f'{x:.2f}')", ""))
    before = path.read_bytes()
    assert margins.main([str(path), "--seeds", "2"]) == 1
    said = capsys.readouterr().out
    assert [name for name, _ in FIRST if f"abs({name} - first_{name})" in said] == ["x", "y", "z"]
    assert "x < 9" not in said and "inf  cell 3" in said
    assert path.read_bytes() == before


torch.manual_seed(0)
FIRST = [
    ("x", torch.rand(1, generator=torch.Generator().manual_seed(0)).item()),
    ("y", torch.rand(1).item()),
    ("z", np.random.default_rng([0, 1]).random()),
]  # what these seeds give where they aren't moved

SHOW = "import os, torch\nprint(torch.backends.cpu.get_cpu_capability(), os.environ['OMP_NUM_THREADS'])"


def test_a_run_as_another_processor_says_what_differs(tmp_path, capsys):
    same = notebook(tmp_path, "same", (SHOW, "DEFAULT 2\n"))
    other = notebook(tmp_path, "other", ("x = 1", ""), (SHOW, "AVX2 2\n"))
    assert processors.main([str(same), str(other), "--only", "sse4.1", "--threads", "2", "--workers", "1"]) == 1
    said = capsys.readouterr().out
    assert said.rstrip().endswith("sse4.1: other.ipynb (Cell 1) differs")
    assert "DEFAULT 2" in said


def test_variables_of_another_processor_replace_those_that_are_set(monkeypatch):
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    monkeypatch.setenv("GLIBC_TUNABLES", "mine")
    assert "ATEN_CPU_CAPABILITY" not in processors.environment()
    found = processors.environment("avx2", threads=2)
    assert (found["ATEN_CPU_CAPABILITY"], found["OMP_NUM_THREADS"]) == ("avx2", "2") and "GLIBC_TUNABLES" not in found


def test_a_chapter_that_ends_early_is_an_error(tmp_path):
    path = notebook(tmp_path, "a", ("import os\nos._exit(3)", ""))
    with pytest.raises(RuntimeError, match=r"a.ipynb as None with offset 0 ended early"):
        margins.recorded(path, None, 0)


def test_records_can_be_stored():
    recorder = Recorder()
    recorder.compare("here", "a < b", False, [names(recorder)["_Lt"]], np.float32(1), torch.tensor(2))
    assert json.loads(json.dumps(recorder.records))["here 0"]["found"] == approx([1, math.log(2)])
