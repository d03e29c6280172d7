"""List the closest numeric assertions of chapters: how much of its margin each one uses up.

    python tools/margins.py book/vanishing_gradients.ipynb …
    python tools/margins.py --seeds 5 --all book/vanishing_gradients.ipynb

Each chapter is executed as this machine's processor, as the ones of ``processors.py``, and again with other seeds (all
of the chapter's seeds are moved by the same number). Every comparison that an assertion needs is recorded in every run.
*Used / allowed* is, over these runs,

- of ``value < limit``: how far the nearest run is from the median one, as a share of the median run's distance to the
  limit. The distance is the difference or the logarithm of the ratio, whichever gives less: what differs by orders of
  magnitude is judged by the logarithm;
- of a tolerance, ``abs(a - b) < limit`` or ``allclose``: the largest difference as a share of the limit, if any run
  changes it; if none does, it is a fact and not an error;
- of a printed number: how far any run on another processor is from the one here, as a share of the distance to the
  next number that is printed otherwise. Seeds are left out, for they change what is printed.

Above 1 an assertion fails in some run. Above one half it should be mended: by a larger effect, more steps, more seeds
or a weaker claim, not by a looser number.
"""

import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from processors import PROCESSORS, ROOT, environment

STEP = 1000  # between two offsets of the seeds, more than any chapter's own range of seeds
SAME = 1e-3  # a difference that changes by a smaller share is the same in all runs


def runs_of(seeds):
    """(processor, offset of the seeds) of all runs of a chapter."""
    return [(None, 0), *((processor, 0) for processor in PROCESSORS), *((None, STEP * n) for n in range(1, seeds))]


def recorded(path, processor, offset):
    """What ``margin_recorder.py`` found in a run of the notebook at ``path``.

    Raises:
        RuntimeError: the run ended early, with what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "records.json"
        command = [sys.executable, ROOT / "tools" / "margin_recorder.py", path.resolve(), out, str(offset)]
        variables = environment(processor) | {"TQDM_DISABLE": "1", "MPLBACKEND": "agg"}
        said = subprocess.run(command, env=variables, capture_output=True, encoding="utf-8", errors="replace")
        if said.returncode:
            raise RuntimeError(f"{path.name} as {processor} with offset {offset} ended early:\n{said.stderr}")
        return json.loads(out.read_text(encoding="utf-8"))


def used_of_gaps(pairs):
    """Share of the margin that the nearest of some runs uses; ``pairs``: (difference, log of the ratio) of each."""
    shares = []
    for gaps in zip(*pairs, strict=True):
        middle, nearest = statistics.median(gaps), min(gaps)
        if any(map(math.isnan, gaps)):  # there is no logarithm
            continue
        if middle == nearest and nearest >= 0:
            shares.append(0.0)
        elif middle <= 0 or math.isinf(middle):
            shares.append(math.inf if nearest < 0 else 0.0)
        else:
            shares.append((middle - nearest) / middle)
    return min(shares, default=math.inf)


def used_of_tolerance(shares):
    """The largest share of a tolerance in some runs, or 0 if no run changes it and it holds."""
    largest, least = max(shares), min(shares)
    return 0.0 if largest <= 1 and largest - least < SAME * largest else largest


def used_of_prints(first, *others):
    """Share of the distance to another printed number; each argument is a run: (value, distance) of each number."""
    if any(len(run) != len(first) for run in others):
        return math.inf
    moved = [(abs(other[0] - own[0]), own[1]) for run in others for own, other in zip(first, run, strict=True)]
    return max((change / distance if change else 0.0 for change, distance in moved), default=0.0)


def margins(found):
    """[(used, place, text), …] of one chapter, the closest first; ``found``: (processor, offset) → its records."""
    listed = []
    own = found[None, 0]["records"]
    places = {place: record for run in found.values() for place, record in run["records"].items()}
    for place, record in places.items():
        runs = {key: run["records"][place]["found"] for key, run in found.items() if place in run["records"]}
        if record["kind"] == "gap":
            used = used_of_gaps(runs.values())
        elif record["kind"] == "tolerance":
            used = used_of_tolerance([share for (share,) in runs.values()])
        elif record["kind"] == "printed":
            others = [run for (_, offset), run in runs.items() if not offset]
            used = used_of_prints(own[place]["found"], *others) if place in own else 0.0
        else:  # an assertion as a whole; what it compares is listed by itself
            used = 0.0 if all(holds for (holds,) in runs.values()) else math.inf
        if record["kind"] != "verdict" or used:
            listed.append((used, place, record["text"]))
    return sorted(listed, key=lambda one: -one[0])


def main(arguments=None):
    parser = argparse.ArgumentParser(description="List the closest numeric assertions of chapters.")
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=3, help="of the chapter: its own and other ones, by default 3")
    parser.add_argument("--all", action="store_true", help="list every margin, not only those above one half")
    parser.add_argument("--jobs", type=int, default=2, help="runs at the same time, 2 by default")
    options = parser.parse_args(arguments)
    close = False
    with ThreadPoolExecutor(options.jobs) as pool:
        tasks = {
            path: {run: pool.submit(recorded, path, *run) for run in runs_of(options.seeds)}
            for path in options.notebooks
        }
        for path, runs in tasks.items():
            found = {run: task.result() for run, task in runs.items()}
            for (processor, offset), run in found.items():
                if run["raised"]:
                    cells = ", ".join(map(str, run["raised"]))
                    print(f"{path.name}: as {processor or 'this processor'} with offset {offset} cells {cells} raised")
                    close = True
            listed = margins(found)
            print(f"{path.name}: {len(listed)} numbers", flush=True)
            for used, place, text in listed:
                if used > 0.5 or options.all:
                    print(f"  {used:5.2f}  {place}: {text}", flush=True)
            close |= any(used > 0.5 for used, _, _ in listed)
    return int(close)


if __name__ == "__main__":
    sys.exit(main())
