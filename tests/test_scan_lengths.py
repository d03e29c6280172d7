"""The benchmark of long sequences times the work that it names, and its memory grows with the sequences."""

import json
import runpy
import sys
from pathlib import Path

import pytest
import torch

benchmark = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "scan_lengths.py"))
SIDES = list(benchmark["SIDES"])


@pytest.mark.parametrize("side", SIDES)
def test_a_side_runs_over_all_steps_and_back(side):
    work = benchmark["prepared"](side, 5, 2, 3)
    outputs = work()
    assert outputs.shape == (2, 5, 6 if side.startswith("lru") else 3)
    assert torch.equal(work(), outputs)  # nothing is left over from the call before
    x = next(cell.cell_contents for cell in work.__closure__ if torch.is_tensor(cell.cell_contents))
    assert (x.grad.abs().sum((0, 2)) > 0).all()  # the backward pass reaches every step


def test_stepped_and_scanned_do_the_same_work():
    stepped, scanned = (benchmark["prepared"](f"mingru, {how}", 40, 2, 3)() for how in ("stepped", "scanned"))
    torch.testing.assert_close(stepped, scanned)


def test_other_work_is_noticed(monkeypatch):
    def other(hidden):
        return torch.nn.Identity(), lambda x: x + 1

    monkeypatch.setitem(benchmark["SIDES"], "mingru, scanned", other)
    with pytest.raises(RuntimeError, match="stepped and scanned states of 4 steps differ by"):
        benchmark["measure"](4, 2, 2, 3)


def test_a_case_holds_every_side():
    case = json.loads(json.dumps(benchmark["measure"](600, 3, batch=2, hidden=3)))
    assert (case["steps"], case["repeats"]) == (600, 1)
    for side in SIDES:
        assert len(case["blocks"][side]) == 3
        assert case["seconds"][side] == sorted(case["blocks"][side])[1] > 0
    assert case["ratios"]["gru"] == {"ratio": 1, "low": 1, "high": 1}


def test_the_ratio_is_taken_within_each_block():
    # the machine is half as fast in the last blocks
    assert benchmark["ratio"]([1.0, 1.0, 2.0, 2.0], [2.0, 2.0, 4.0, 4.0]) == {"ratio": 0.5, "low": 0.5, "high": 0.5}


def test_short_sequences_are_run_several_times(monkeypatch):
    monkeypatch.setattr(benchmark["time"], "perf_counter", iter([5.0, 7.0]).__next__)
    calls = []
    assert benchmark["seconds_of"](lambda: calls.append(1), 4) == 0.5
    assert len(calls) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is reset as Linux does it")
def test_memory_grows_with_the_sequences():
    # at least the outputs and their gradient: 2 · 8 · 4,000 · 64 numbers of 4 bytes
    short, long = (benchmark["memory"]("mingru, scanned", steps) for steps in (20, 4000))
    assert long > short + 16


def test_the_command_writes_what_it_prints(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(benchmark["main"].__globals__, "memory", lambda side, *sizes: None if side == "gru" else 1.5)
    out, threads = tmp_path / "new folder" / "result.json", torch.get_num_threads()
    benchmark["main"](
        ["--blocks", "2", "--lengths", "3", "5", "--batch", "2", "--hidden", "4", "--threads", str(threads),
         "--out", str(out)]
    )  # fmt: skip
    result = json.loads(out.read_text())
    assert (result["blocks"], result["batch_size"], result["hidden_size"]) == (2, 2, 4)
    assert result["machine"]["threads"] == threads
    assert [case["steps"] for case in result["cases"]] == [3, 5]
    assert all(set(case["megabytes"]) == set(SIDES) for case in result["cases"])
    printed = capsys.readouterr().out
    assert [line.split()[-1] for line in printed.splitlines()[1:5]] == ["–", "1.5", "1.5", "1.5"]
    for case in result["cases"]:
        assert benchmark["table"]([case]) in printed


@pytest.mark.parametrize(
    "wrong", [["--blocks", "1"], ["--lengths", "0"], ["--hidden", "0"], ["--batch", "0"], ["--threads", "0"]]
)
def test_too_little_to_measure_is_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        benchmark["main"](wrong)
    assert "--blocks must be at least 2, for the quartiles, and all other numbers at least 1" in capsys.readouterr().err
