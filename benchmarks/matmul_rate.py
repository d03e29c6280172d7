"""How close does ``fit`` come to the processor's own rate of matrix multiplication?

The multiplications that a training step needs are counted from its shapes and divided by the time that ``fit`` takes.
Beside it, in turns: the rate of the recurrent products alone and that of a large square product. See README.md beside
this file.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch

from rnncourse import Dataset, RecurrentModel, Split, fit
from rnncourse.base.files import write_atomically
from rnncourse.studies import code_version, machine

OUT = Path(__file__).parent / "results" / "matmul_rate.json"
INPUTS, STEPS, CLASSES, BATCH = 28, 28, 10, 128  # rows of an image; the batch of the course's recipes
BLOCKS_OF_WEIGHTS = {"rnn_tanh": 1, "gru": 3, "lstm": 4}  # (I + H) by H each
SIZES = (128, 256)
SQUARE = 1024
SIDES = ("fit", "recurrent", "square")


def multiply_adds(cell, hidden, batch):
    """The multiply-adds of one training step that no implementation can do without.

    Forward: T products (B, I + H) by (I + H, gH) and the readout. Backward: each matrix of weights needs its
    gradient, as many again; the states too, except the initial one; the images don't.
    """
    gates = BLOCKS_OF_WEIGHTS[cell]
    inputs = STEPS * batch * INPUTS * gates * hidden
    recurrent = batch * hidden * gates * hidden  # of one time step
    readout = batch * hidden * CLASSES
    forward = inputs + STEPS * recurrent + readout
    backward = inputs + (STEPS + STEPS - 1) * recurrent + 2 * readout
    return forward + backward


def fit_rate(model, data, batch):
    """Training steps in a second over one epoch of ``fit``."""
    history = fit(model, data, epochs=1, batch_size=batch, lr=1e-3, optimizer="adamw", device="cpu", progress=False)
    return data.train.size / batch / history["seconds"][0]


def product_rate(a, b, repeats):
    """Multiply-adds in a second of the product (m, k) by (k, n)."""
    started = time.perf_counter()
    for _ in range(repeats):
        torch.mm(a, b)
    return repeats * a.shape[0] * a.shape[1] * b.shape[1] / (time.perf_counter() - started)


def measure(cell, hidden, blocks, steps, batch=BATCH, square=SQUARE):
    """Time the three sides in turn, block by block; each block begins with another side.

    Args:
        cell: a name of ``BLOCKS_OF_WEIGHTS``.
        hidden: units H.
        blocks: how often each side is timed, at least 2.
        steps: training steps in a block.
        batch: sequences in a step.
        square: rows of the square matrices.

    Returns:
        A dict of plain values: the sizes, the count, and the rates in 10⁹ multiply-adds a second.
    """
    torch.manual_seed(0)
    gates, count = BLOCKS_OF_WEIGHTS[cell], multiply_adds(cell, hidden, batch)
    split = Split(torch.rand(steps * batch, STEPS, INPUTS), torch.randint(CLASSES, (steps * batch,)))
    data = Dataset("noise", tuple(map(str, range(CLASSES))), split, None, split.take(slice(0, 1)))
    model = RecurrentModel(cell, INPUTS, hidden, CLASSES)
    state, weights = torch.randn(batch, hidden), torch.randn(hidden, gates * hidden)
    one, other = torch.randn(square, square), torch.randn(square, square)
    # as many products as a block of training has, and about as much work in the large ones
    products, large = steps * (3 * STEPS - 1), max(1, round(steps * count / square**3))
    sides = {
        "fit": lambda: fit_rate(model, data, batch) * count,
        "recurrent": lambda: product_rate(state, weights, products),
        "square": lambda: product_rate(one, other, large),
    }
    for rate in sides.values():
        rate()  # the first call prepares
    found = {name: [] for name in SIDES}
    for block in range(blocks):
        first = block % len(SIDES)
        for name in SIDES[first:] + SIDES[:first]:
            found[name].append(sides[name]() / 1e9)
    return {
        "cell": cell, "hidden_size": hidden, "multiply_adds": count,
        "steps_per_second": statistics.median(found["fit"]) * 1e9 / count,
        "rates": {name: statistics.median(rates) for name, rates in found.items()},
        "ratios": {name: ratio(found["fit"], found[name]) for name in SIDES[1:]},
        "blocks": found,
    }  # fmt: skip


def ratio(ours, theirs):
    """Median and quartiles of the ratio in the same block."""
    low, middle, high = statistics.quantiles(
        [a / b for a, b in zip(ours, theirs, strict=True)], n=4, method="inclusive"
    )
    return {"ratio": middle, "low": low, "high": high}


def table(cases):
    """The cases of :func:`measure` as text."""
    lines = [
        "                               10⁹ multiply-adds/s         fit / recurrent        fit / square",
        "cell      units  fit: steps/s     fit  recurrent  square   ratio [quartiles]      ratio [quartiles]",
    ]
    for case in cases:
        rates = case["rates"]
        shares = (f"{r['ratio']:.3f} [{r['low']:.3f}, {r['high']:.3f}]" for r in case["ratios"].values())
        lines.append(
            f"{case['cell']:9} {case['hidden_size']:5} {case['steps_per_second']:13.1f} {rates['fit']:7.1f} "
            f"{rates['recurrent']:10.1f} {rates['square']:7.1f}   " + "   ".join(shares)
        )
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=15, help="how often each side is timed (default 15)")
    parser.add_argument("--steps", type=int, default=20, help="training steps in a block (default 20)")
    parser.add_argument("--threads", type=int, help="threads of torch (default: torch's own choice)")
    parser.add_argument("--hidden", type=int, nargs="+", default=list(SIZES), help="units (default 128 256)")
    parser.add_argument("--square", type=int, default=SQUARE, help=f"rows of the square matrices (default {SQUARE})")
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file (default: beside this script)")
    options = parser.parse_args(arguments)
    if options.blocks < 2 or min(options.steps, options.square, *options.hidden) < 1:
        parser.error("--blocks must be at least 2, for the quartiles, and --steps, --square and --hidden at least 1")
    if options.threads is not None:
        if options.threads < 1:
            parser.error(f"--threads must be at least 1, got {options.threads}")
        torch.set_num_threads(options.threads)
    cases = [
        measure(cell, hidden, options.blocks, options.steps, square=options.square)
        for hidden in options.hidden for cell in BLOCKS_OF_WEIGHTS
    ]  # fmt: skip
    result = {
        "blocks": options.blocks, "steps": options.steps, "batch_size": BATCH, "sequence_length": STEPS,
        "input_size": INPUTS, "square": options.square, "code": code_version(), "machine": machine(), "cases": cases,
    }  # fmt: skip
    write_atomically(options.out, json.dumps(result, indent=1).encode() + b"\n")
    print(table(cases))


if __name__ == "__main__":
    main()
