"""The benchmark of the rate of multiplications counts what is multiplied, and its ratios are what the blocks say."""

import json
import runpy
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import rnncourse as rc

benchmark = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "matmul_rate.py"))


def test_the_count_by_hand():
    # an RNN with 2 units, batch 3, 28 steps of 28 inputs, 10 classes
    forward = 28 * (3 * 28 * 2 + 3 * 2 * 2) + 3 * 2 * 10
    by_weights = forward
    by_states = 27 * 3 * 2 * 2 + 3 * 2 * 10  # the initial state needs no gradient
    assert benchmark["multiply_adds"]("rnn_tanh", 2, 3) == forward + by_weights + by_states == 10_584


@pytest.mark.parametrize("cell", benchmark["BLOCKS_OF_WEIGHTS"])
def test_the_count_is_that_of_torch(cell):
    # in double precision, for in single precision the LSTM may be one operation of oneDNN, which isn't counted
    model = rc.RecurrentModel(cell, 28, 7, 10).double()
    x, y = torch.rand(3, 28, 28).double(), torch.randint(10, (3,))
    with FlopCounterMode(display=False) as counter:
        nn.functional.cross_entropy(model(x), y).backward()
    assert counter.get_total_flops() == 2 * benchmark["multiply_adds"](cell, 7, 3)


def test_the_rate_of_a_product_counts_its_multiply_adds(monkeypatch):
    monkeypatch.setattr(benchmark["time"], "perf_counter", iter([5.0, 7.0]).__next__)
    assert benchmark["product_rate"](torch.ones(2, 3), torch.ones(3, 5), 4) == 4 * 2 * 3 * 5 / 2


def test_the_rate_of_fit_is_its_steps_by_its_seconds(monkeypatch):
    split = rc.Split(torch.rand(12, 28, 28), torch.zeros(12, dtype=torch.long))
    data = rc.Dataset("noise", tuple("0123456789"), split, None, split)
    calls = []

    def fit(model, data, **arguments):
        calls.append(arguments)
        return {"seconds": [1.5]}

    monkeypatch.setitem(benchmark["fit_rate"].__globals__, "fit", fit)
    assert benchmark["fit_rate"](None, data, 4) == 2
    assert (calls[0]["epochs"], calls[0]["batch_size"]) == (1, 4)


def test_a_case_holds_the_three_sides():
    case = json.loads(json.dumps(benchmark["measure"]("gru", 4, blocks=3, steps=2, batch=5, square=16)))
    assert case["multiply_adds"] == benchmark["multiply_adds"]("gru", 4, 5)
    assert list(case["blocks"]) == ["fit", "recurrent", "square"]
    for name, rates in case["blocks"].items():
        assert len(rates) == 3
        assert case["rates"][name] == sorted(rates)[1] > 0
    assert case["steps_per_second"] == pytest.approx(case["rates"]["fit"] * 1e9 / case["multiply_adds"])
    assert list(case["ratios"]) == ["recurrent", "square"]


def test_the_ratio_is_taken_within_each_block():
    # the machine is half as fast in the last blocks
    assert benchmark["ratio"]([1.0, 1.0, 0.5, 0.5], [2.0, 2.0, 1.0, 1.0]) == {"ratio": 0.5, "low": 0.5, "high": 0.5}


def test_the_command_writes_what_it_prints(tmp_path, capsys):
    out, threads = tmp_path / "new folder" / "result.json", torch.get_num_threads()
    benchmark["main"](
        ["--blocks", "2", "--steps", "1", "--hidden", "3", "5", "--square", "8", "--threads", str(threads),
         "--out", str(out)]
    )  # fmt: skip
    result = json.loads(out.read_text())
    assert (result["blocks"], result["steps"], result["square"]) == (2, 1, 8)
    assert result["machine"]["threads"] == threads
    cases = [(case["hidden_size"], case["cell"]) for case in result["cases"]]
    assert cases == [(size, cell) for size in (3, 5) for cell in ("rnn_tanh", "gru", "lstm")]
    assert benchmark["table"](result["cases"]) in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong", [["--blocks", "1"], ["--steps", "0"], ["--hidden", "0"], ["--square", "0"], ["--threads", "0"]]
)
def test_too_little_to_measure_is_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        benchmark["main"](wrong)
    assert "must be at least" in capsys.readouterr().err
