"""The ledger: the records of all runs, and what was published beside what was measured."""

import json
import statistics
from pathlib import Path

from filelock import FileLock

from ..evaluation import mean_interval
from ..files import write_atomically
from .recipes import RECIPES, recipe

RESULTS = Path(__file__).parent.parent / "results"
UNITS = {"seconds": "s", "test_loss": "nat", "parameters": "1", "epochs": "1"}  # the others are fractions of 1
SHOWN = ("test_accuracy", "test_loss", "macro_f1", "seconds")


def records(id, folder=RESULTS):
    """The records of one recipe, by seed.

    Raises:
        ValueError: a line of the file isn't a record; the message names file and line.
    """
    path = Path(folder) / f"{id}.jsonl"
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}, line {number} is not a record: {error}; restore the file from git") from None
    return sorted(found, key=lambda record: record["seed"])


def add_record(record, folder=RESULTS):
    """Add one record to the file of its recipe: the file has it whole or not at all."""
    path = Path(folder) / f"{record['id']}.jsonl"
    with FileLock(path.parent / ".partial" / f"{record['id']}.lock"):
        lines = [json.dumps(r) for r in (*records(record["id"], folder), record)]
        write_atomically(path, "".join(line + "\n" for line in lines).encode())


def ledger(ids=None, folder=RESULTS):
    """Published against ours: one row for each recipe and metric.

    Args:
        ids: ids of recipes; default all that have records.
        folder: where the records are.

    Returns:
        A list of dicts ``{id, metric, unit, published, n, mean, sd, low, high}``; ``published`` is None where
        the report gives no figure; ``sd`` and the 95 % t interval ``low`` … ``high`` of the mean are None where
        n < 2.
    """
    rows = []
    for r in map(recipe, RECIPES if ids is None else ids):
        metrics = [record["metrics"] for record in records(r.id, folder)]
        if not metrics and ids is None:
            continue
        for metric in dict.fromkeys((*SHOWN, *r.published)):
            values = [m[metric] for m in metrics]
            low, high = mean_interval(values) if len(values) > 1 else (None, None)
            rows.append(
                {
                    "id": r.id, "metric": metric, "unit": UNITS.get(metric, "1"), "published": r.published.get(metric),
                    "n": len(values), "mean": statistics.fmean(values) if values else None,
                    "sd": statistics.stdev(values) if len(values) > 1 else None, "low": low, "high": high,
                }
            )  # fmt: skip
    return rows


def ledger_text(rows):
    """The rows of :func:`ledger` as a table in text: published → ours, mean ± sd (n)."""
    lines = [f"{'experiment':16}  {'metric':18}  {'published':>9} → ours"]
    for row in rows:
        digits = 1 if row["unit"] == "s" else 4
        published = "–" if row["published"] is None else f"{row['published']:.{digits}f}"
        ours = "not run yet" if row["n"] == 0 else f"{row['mean']:.{digits}f}"
        ours += f" ± {row['sd']:.{digits}f}" if row["sd"] is not None else ""
        lines.append(f"{row['id']:16}  {row['metric']:18}  {published:>9} → {ours} ({row['n']})")
    return "\n".join(lines)
