"""What do time and memory do as sequences get longer: nn.GRU, a linear recurrence step by step, and scanned?

Forward and backward of one layer of equal size, in turns; memory in a process of its own for each case. See README.md
beside this file.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch
from torch import nn

from rnncourse.base.files import write_atomically
from rnncourse.cells import unroll
from rnncourse.recurrences import LRUCell, MinGRUCell, scan
from rnncourse.studies import code_version, machine

OUT = Path(__file__).parent / "results" / "scan_lengths.json"
LENGTHS = (28, 64, 256, 1024, 4096, 16384)
BATCH, HIDDEN = 8, 64
STEPS_AT_ONCE = 1024  # shorter sequences are run several times for one measurement
YARDSTICK = "gru"


def _gru(hidden):
    module = nn.GRU(hidden, hidden, batch_first=True)
    return module, lambda x: module(x)[0]


def _linear(cell_class, run):
    def make(hidden):
        cell = cell_class(hidden, hidden)
        return cell, lambda x: run(cell, x)[0]

    return make


SIDES = {
    "gru": _gru,  # torch's own, step by step in C++
    "mingru, stepped": _linear(MinGRUCell, unroll),
    "mingru, scanned": _linear(MinGRUCell, scan),
    "lru, scanned": _linear(LRUCell, scan),
}


def prepared(side, steps, batch, hidden):
    """A function without arguments that makes one forward and one backward pass of a side, and returns its outputs."""
    torch.manual_seed(0)
    module, run = SIDES[side](hidden)
    x = torch.randn(batch, steps, hidden, requires_grad=True)  # as above another layer

    def work():
        module.zero_grad()
        x.grad = None
        outputs = run(x)
        outputs.square().mean().backward()
        return outputs.detach()

    return work


def seconds_of(work, repeats):
    """Seconds for one call of a function, as the mean of some in a row."""
    started = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - started) / repeats


def measure(steps, blocks, batch=BATCH, hidden=HIDDEN):
    """Time all sides at one length in turn, block by block; each block begins with another side.

    Args:
        steps: T.
        blocks: how often each side is timed, at least 2.
        batch: sequences at once.
        hidden: inputs and units.

    Returns:
        A dict of plain values: seconds and their ratio to the GRU's in the same block.

    Raises:
        RuntimeError: stepped and scanned results differ.
    """
    works = {side: prepared(side, steps, batch, hidden) for side in SIDES}
    stepped, scanned = (works[f"mingru, {how}"]() for how in ("stepped", "scanned"))
    difference = (stepped - scanned).abs().max().item()
    if not difference < 1e-4:
        raise RuntimeError(f"stepped and scanned states of {steps} steps differ by {difference:.2g}")
    for work in works.values():
        work()  # the first call prepares
    repeats = max(1, STEPS_AT_ONCE // steps)
    found, names = {side: [] for side in SIDES}, list(SIDES)
    for block in range(blocks):
        first = block % len(names)
        for side in names[first:] + names[:first]:
            found[side].append(seconds_of(works[side], repeats))
    return {
        "steps": steps, "repeats": repeats, "seconds": {side: statistics.median(s) for side, s in found.items()},
        "ratios": {side: ratio(s, found[YARDSTICK]) for side, s in found.items()}, "blocks": found,
    }  # fmt: skip


def ratio(ours, theirs):
    """Median and quartiles of the ratio in the same block."""
    low, middle, high = statistics.quantiles(
        [a / b for a, b in zip(ours, theirs, strict=True)], n=4, method="inclusive"
    )
    return {"ratio": middle, "low": low, "high": high}


def resident(name):
    """VmRSS, what this process holds now, or VmHWM, the most it has held; in MB of 10⁶ bytes. Linux only."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024 / 1e6


def own_memory(side, steps, batch, hidden):
    """How many MB this process holds at most during one forward and backward pass, above what it held before."""
    prepared(side, 2, batch, hidden)()  # what the first pass of any length needs
    work = prepared(side, steps, batch, hidden)
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak of the imports is forgotten
    before = resident("VmRSS")
    work()
    return resident("VmHWM") - before


def memory(side, steps, batch=BATCH, hidden=HIDDEN):
    """:func:`own_memory` in a new process, where nothing of earlier passes lies about; None on other than Linux."""
    if sys.platform != "linux":
        return None
    command = [sys.executable, __file__, "--memory-of", side, "--lengths", str(steps)]
    command += ["--batch", str(batch), "--hidden", str(hidden), "--threads", str(torch.get_num_threads())]
    return float(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)


def table(cases):
    """The cases as text."""
    lines = ["steps  side                 ms      × gru  [quartiles]       MB"]
    for case in cases:
        for side, seconds in case["seconds"].items():
            r = case["ratios"][side]
            lines.append(
                f"{case['steps']:5}  {side:16} {seconds * 1e3:9.2f} {r['ratio']:8.3f}"
                f"  [{r['low']:.3f}, {r['high']:.3f}] "
                + ("       –" if case["megabytes"][side] is None else f"{case['megabytes'][side]:8.1f}")
            )
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=9, help="how often each side is timed (default 9)")
    parser.add_argument("--lengths", type=int, nargs="+", default=list(LENGTHS), help="time steps (default 28 … 16384)")
    parser.add_argument("--batch", type=int, default=BATCH, help=f"sequences at once (default {BATCH})")
    parser.add_argument("--hidden", type=int, default=HIDDEN, help=f"inputs and units (default {HIDDEN})")
    parser.add_argument("--threads", type=int, help="threads of torch (default: torch's own choice)")
    parser.add_argument("--memory-of", choices=list(SIDES), help="print only the memory of this side, in MB")
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file (default: beside this script)")
    options = parser.parse_args(arguments)
    threads = [] if options.threads is None else [options.threads]
    if options.blocks < 2 or min(*options.lengths, options.batch, options.hidden, *threads) < 1:
        parser.error("--blocks must be at least 2, for the quartiles, and all other numbers at least 1")
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    sizes = options.batch, options.hidden
    if options.memory_of:
        print(own_memory(options.memory_of, options.lengths[0], *sizes))
        return
    cases = []
    for steps in options.lengths:
        case = measure(steps, options.blocks, *sizes)
        cases.append({**case, "megabytes": {side: memory(side, steps, *sizes) for side in SIDES}})
        print(table(cases[-1:]), flush=True)
    result = {
        "blocks": options.blocks, "batch_size": options.batch, "hidden_size": options.hidden, "code": code_version(),
        "machine": machine(), "cases": cases,
    }  # fmt: skip
    write_atomically(options.out, json.dumps(result, indent=1).encode() + b"\n")


if __name__ == "__main__":
    main()
