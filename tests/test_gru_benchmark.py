"""The benchmark of GRU and LSTM compares what it says, and its figures are what the blocks say."""

import json
import runpy
from pathlib import Path

import pytest
import torch
from torch import nn

from rnncourse import count_parameters

benchmark = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "gru_against_lstm.py"))


@pytest.mark.parametrize("hidden", benchmark["SIZES"])
def test_equal_parameters_are_as_equal_as_they_can_be(hidden):
    wanted = count_parameters(nn.LSTM(28, hidden))
    found = benchmark["equal_parameters"](hidden)

    def distance(size):
        return abs(count_parameters(nn.GRU(28, size)) - wanted)

    assert distance(found) <= min(distance(found - 1), distance(found + 1))
    assert distance(found) < 0.02 * wanted


@pytest.mark.parametrize("precision", ["single", "double"])
def test_a_case_holds_the_three_sides(precision):
    case = json.loads(json.dumps(benchmark["measure"](4, precision, blocks=3, steps=2, batch=2)))
    sides = case["sides"]
    assert list(sides) == ["lstm", "gru", "gru_equal_parameters"]
    assert sides["lstm"]["units"] == sides["gru"]["units"] == 4
    assert 4 * sides["gru"]["parameters"] == 3 * sides["lstm"]["parameters"]
    assert sides["gru_equal_parameters"]["units"] == benchmark["equal_parameters"](4)
    assert sides["lstm"]["ratio"] == sides["lstm"]["low"] == sides["lstm"]["high"] == 1
    for side in sides.values():
        assert len(side["seconds"]) == 3
        assert side["low"] <= side["ratio"] <= side["high"]
        assert side["milliseconds"] > 0
    modules = benchmark["modules"](4, precision)
    expected = {"single": torch.float32, "double": torch.float64}[precision]
    assert {p.dtype for module in modules.values() for p in module.parameters()} == {expected}


def test_the_ratio_is_taken_within_each_block():
    # the machine is half as fast in the last blocks: the side takes 1.5 times as long throughout
    side = benchmark["summary"](nn.GRU(1, 1), [3.0, 3.0, 6.0, 6.0], [2.0, 2.0, 4.0, 4.0], steps=10)
    assert (side["low"], side["ratio"], side["high"]) == (1.5, 1.5, 1.5)
    assert side["milliseconds"] == 450


def test_each_step_is_a_forward_and_a_backward_pass():
    module, calls = nn.GRU(28, 3, batch_first=True), []
    module.register_forward_hook(lambda *_: calls.append("forward"))
    module.weight_hh_l0.register_hook(lambda gradient: calls.append("backward"))
    assert benchmark["seconds"](module, torch.randn(2, 4, 28), steps=2) > 0
    assert calls == ["forward", "backward"] * 2


def test_the_command_writes_what_it_prints(tmp_path, capsys):
    out = tmp_path / "new folder" / "result.json"
    benchmark["main"](["--blocks", "2", "--steps", "1", "--batch", "2", "--hidden", "3", "5", "--out", str(out)])
    result = json.loads(out.read_text())
    assert (result["blocks"], result["steps"], result["batch_size"]) == (2, 1, 2)
    assert result["machine"]["threads"] == torch.get_num_threads()
    cases = [(case["precision"], case["hidden_size"]) for case in result["cases"]]
    assert cases == [("single", 3), ("single", 5), ("double", 3), ("double", 5)]
    assert benchmark["table"](result["cases"]) in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--blocks", "1"], ["--steps", "0"], ["--batch", "0"], ["--hidden", "0"]])
def test_too_little_to_measure_is_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        benchmark["main"](wrong)
    assert "--blocks must be at least 2, for the quartiles" in capsys.readouterr().err
