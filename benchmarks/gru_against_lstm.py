"""How long does a step of training take in an LSTM and in a GRU?

Forward and backward of one layer of ``torch.nn.LSTM`` and ``torch.nn.GRU`` on the CPU, at equal hidden size and at
an equal number of parameters. See README.md beside this file.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch
from torch import nn

from rnncourse import count_parameters
from rnncourse.base.files import write_atomically
from rnncourse.studies import machine

OUT = Path(__file__).parent / "results" / "gru_against_lstm.json"
INPUTS, STEPS, BATCH = 28, 28, 100  # the rows of an image, as in the course
SIZES = (64, 128, 256)
PRECISIONS = {"single": torch.float32, "double": torch.float64}
SIDES = ("lstm", "gru", "gru_equal_parameters")


def equal_parameters(hidden):
    """The hidden size at which a GRU has as nearly as possible the parameters of an LSTM with ``hidden`` units."""
    wanted = count_parameters(nn.LSTM(INPUTS, hidden))
    sizes = range(hidden, 2 * hidden + 1)
    return min(sizes, key=lambda size: abs(count_parameters(nn.GRU(INPUTS, size)) - wanted))


def modules(hidden, precision):
    """name of a side → its module, from a fixed seed."""
    torch.manual_seed(0)
    options = {"batch_first": True, "dtype": PRECISIONS[precision]}
    return {
        "lstm": nn.LSTM(INPUTS, hidden, **options),
        "gru": nn.GRU(INPUTS, hidden, **options),
        "gru_equal_parameters": nn.GRU(INPUTS, equal_parameters(hidden), **options),
    }


def seconds(module, x, steps):
    """The time of ``steps`` times forward and backward."""
    started = time.perf_counter()
    for _ in range(steps):
        module.zero_grad(set_to_none=True)
        module(x)[0].sum().backward()
    return time.perf_counter() - started


def measure(hidden, precision, blocks, steps, batch):
    """Time the sides in turn, block by block; each block begins with another side.

    Returns:
        A dict of plain values: the sizes, and one dict for each side.
    """
    sides = modules(hidden, precision)
    x = torch.randn(batch, STEPS, INPUTS, dtype=PRECISIONS[precision])
    for module in sides.values():
        seconds(module, x, 1)  # the first call prepares
    found = {name: [] for name in SIDES}
    for block in range(blocks):
        first = block % len(SIDES)
        for name in SIDES[first:] + SIDES[:first]:
            found[name].append(seconds(sides[name], x, steps))
    return {
        "hidden_size": hidden, "precision": precision,
        "sides": {name: summary(sides[name], found[name], found["lstm"], steps) for name in SIDES},
    }  # fmt: skip


def summary(module, times, lstm, steps):
    """What the blocks of one side say: the median, and the quartiles of its ratio to the LSTM in the same block."""
    low, middle, high = statistics.quantiles(
        [ours / theirs for ours, theirs in zip(times, lstm, strict=True)], n=4, method="inclusive"
    )
    return {
        "units": module.hidden_size, "parameters": count_parameters(module),
        "milliseconds": statistics.median(times) / steps * 1e3,
        "ratio": middle, "low": low, "high": high, "seconds": times,
    }  # fmt: skip


def table(cases):
    """The cases of :func:`measure` as text."""
    lines = ["precision  side                  units  parameters  ms/step  × LSTM  [quartiles]"]
    for case in cases:
        for name, side in case["sides"].items():
            lines.append(
                f"{case['precision']:9}  {name:20} {side['units']:6} {side['parameters']:11,} "
                f"{side['milliseconds']:8.2f} {side['ratio']:7.3f}  [{side['low']:.3f}, {side['high']:.3f}]"
            )
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=31, help="how often each side is timed (default 31)")
    parser.add_argument("--steps", type=int, default=5, help="training steps in a block (default 5)")
    parser.add_argument("--batch", type=int, default=BATCH, help=f"sequences in a batch (default {BATCH})")
    parser.add_argument("--hidden", type=int, nargs="+", default=list(SIZES), help="units of the LSTM")
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file (default: beside this script)")
    options = parser.parse_args(arguments)
    if options.blocks < 2 or min(options.steps, options.batch, *options.hidden) < 1:
        parser.error("--blocks must be at least 2, for the quartiles, and --steps, --batch and --hidden at least 1")
    cases = [
        measure(hidden, precision, options.blocks, options.steps, options.batch)
        for precision in PRECISIONS for hidden in options.hidden
    ]  # fmt: skip
    result = {
        "blocks": options.blocks, "steps": options.steps, "batch_size": options.batch,
        "sequence_length": STEPS, "input_size": INPUTS, "machine": machine(), "cases": cases,
    }  # fmt: skip
    write_atomically(options.out, json.dumps(result, indent=1).encode() + b"\n")
    print(table(cases))


if __name__ == "__main__":
    main()
