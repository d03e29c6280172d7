"""The benchmark's sides do the same work, and its figures are what the blocks say."""

import json
import runpy
from pathlib import Path

import pytest
import torch

benchmark = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "trainer_overhead.py"))
OURS = ["fit", "dataloader", "report"]  # these need no more than the course does


def weights_after(name, task):
    return benchmark["train_once"](benchmark["SIDES"][name][0], task)[1]


@pytest.mark.parametrize("name", OURS)
def test_a_side_ends_with_the_weights_of_the_bare_loop(name):
    task = benchmark["Task"].of_size(350)  # the last batch is smaller
    assert torch.equal(weights_after(name, task), weights_after("bare", task))


def test_the_run_holds_every_side_and_becomes_json_and_a_table(capsys):
    run = json.loads(json.dumps(benchmark["measure"](OURS, torch.get_num_threads(), blocks=3, samples=100)))
    assert list(run["sides"]) == ["bare", *OURS]
    assert run["skipped"] == {}
    assert run["machine"]["threads"] == run["threads"]
    for side in run["sides"].values():
        assert len(side["seconds"]) == 3
        assert side["weights_differ_by"] == 0
        assert side["low"] <= side["ratio"] <= side["high"]
    assert run["sides"]["bare"]["ratio"] == 1
    header, columns, *rows = benchmark["table"](run).splitlines()
    assert header == f"{run['threads']} thread(s)"
    assert "× bare loop" in columns
    assert [row.split()[0] for row in rows] == ["bare", *OURS]
    assert all(row.endswith("identical") for row in rows)
    assert "block 3 of 3" in capsys.readouterr().out


def test_the_ratio_is_taken_within_each_block():
    # the machine is half as fast in the last blocks: the side takes 1.5 times as long throughout
    side = benchmark["summary"]([3.0, 3.0, 6.0, 6.0], [2.0, 2.0, 4.0, 4.0], samples=1_000_000, difference=0.0)
    assert (side["low"], side["ratio"], side["high"]) == (1.5, 1.5, 1.5)
    assert side["microseconds_per_sample"] == 4.5


def test_other_work_is_noticed():
    start, reference = torch.zeros(3), torch.tensor([0.1, 0.2, 0.3])
    check = benchmark["check_weights"]
    assert check("fit", reference.clone(), reference, start) == 0
    assert check("skorch", reference + 5e-5, reference, start) == pytest.approx(5e-5, rel=0.01)
    for name, weights in (("fit", reference + 5e-5), ("skorch", reference + 1e-3), ("skorch", reference * torch.nan)):
        with pytest.raises(RuntimeError, match=f"{name} did other work than the bare loop"):
            check(name, weights, reference, start)
    with pytest.raises(RuntimeError, match="the bare loop moved them by 0"):
        check("fit", start, start, start)  # nobody trained


def test_a_side_that_can_not_be_imported_is_named_with_the_reason(monkeypatch):
    def missing(task):
        raise ImportError("No module named 'skorch'")

    monkeypatch.setitem(benchmark["SIDES"], "skorch", (missing, 0.0))
    run = benchmark["measure"](["skorch"], torch.get_num_threads(), blocks=2, samples=100)
    assert run["skipped"] == {"skorch": "No module named 'skorch'"}
    assert "skorch      skipped: No module named 'skorch'" in benchmark["table"](run)


def test_the_command_writes_what_it_prints(monkeypatch, tmp_path, capsys):
    # both runs in this process: a second one would take longer to start than to measure
    functions = benchmark["main"].__globals__
    here = torch.get_num_threads()
    monkeypatch.setitem(functions, "in_a_process", functions["measure"])
    monkeypatch.setitem(functions, "THREADS", (here,))
    out = tmp_path / "new folder" / "result.json"
    benchmark["main"](["--blocks", "2", "--samples", "100", "--only", "fit", "--out", str(out)])
    result = json.loads(out.read_text())
    assert (result["blocks"], result["samples"], result["batch_size"]) == (2, 100, 100)
    assert [run["threads"] for run in result["runs"]] == [here]
    assert benchmark["table"](result["runs"][0]) in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--blocks", "1"], ["--samples", "0"]])
def test_too_little_to_measure_is_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        benchmark["main"](wrong)
    assert "--blocks must be at least 2, for the quartiles, and --samples at least 1" in capsys.readouterr().err
