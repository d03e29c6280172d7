"""The ledger: the records of all runs, and what was published beside what was measured."""

import json
import statistics
from pathlib import Path

import numpy as np
from filelock import FileLock

from ..analysis.comparisons import mean_interval
from ..analysis.evaluation import Evaluation
from ..base.files import expanded, write_atomically
from ..datasets.images import DIGIT_CLASSES, FASHION_CLASSES
from .recipes import RECIPES, recipe

RESULTS = Path(__file__).parent.parent / "results"
CLASSES = {"mnist": DIGIT_CLASSES, "fashion_mnist": FASHION_CLASSES}
UNITS = {"seconds": "s"}  # beside the loss, which has its own; the others are fractions of 1
ADDITION, LENGTHS = "R3-add-", "R3-add-lengths-"
LENGTH_METRICS = tuple(
    f"{metric}_{width}" for width in (1, 10, 20, 1000) for metric in ("bit_accuracy", "exact_match")
)
SHOWN = ("test_accuracy", "test_loss", "macro_f1", "seconds")


def records(id, folder=RESULTS):
    """The records of one recipe, by seed.

    Raises:
        ValueError: a line of the file isn't a record; the message names file and line.
    """
    path = expanded(folder) / f"{id}.jsonl"
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}, line {number} is not a record: {error}; restore the file from git") from None
    return sorted(found, key=lambda record: record["seed"])


def find_record(id, seed, folder=RESULTS):
    """The record of a run in the ledger, or None."""
    return next((record for record in records(id, folder) if record["seed"] == seed), None)


def figures(id, metric="test_accuracy", folder=RESULTS):
    """One metric of a recipe's runs: seed → value, for the runs that have it.

    Args:
        id: the id of the recipe.
        metric: a name in the records' ``metrics``; accuracies are fractions of 1, losses in nats.
        folder: where the records are.
    """
    found = {record["seed"]: record["metrics"].get(metric) for record in records(id, folder)}
    return {seed: value for seed, value in found.items() if value is not None}


def add_record(record, folder=RESULTS):
    """Add one record to the file of its recipe: the file has it whole or not at all."""
    path = expanded(folder) / f"{record['id']}.jsonl"
    with FileLock(path.parent / ".partial" / f"{record['id']}.lock"):
        lines = [json.dumps(r, allow_nan=False) for r in (*records(record["id"], folder), record)]
        write_atomically(path, "".join(line + "\n" for line in lines).encode())


def ledger(ids=None, folder=RESULTS):
    """Published against ours: one row for each recipe and metric.

    Args:
        ids: ids of recipes; default all that have records. ``R3-add-lengths-…`` is ``R3-add-…`` on other widths.
        folder: where the records are.

    Returns:
        A list of dicts ``{id, metric, unit, published, runs, diverged, n, mean, sd, low, high}``; ``published`` is
        None where the report gives no figure. ``diverged`` of the ``runs`` ended with a loss that isn't a number.
        Such a run is a result of the recipe, and counts in the accuracy; it has no loss, so there ``n`` counts the
        other runs only. ``sd`` and the 95 % t interval ``low`` … ``high`` of the mean are None where n < 2.
    """
    rows = []
    for id in _all_ids() if ids is None else ids:
        r = recipe(id.replace(LENGTHS, ADDITION))
        runs = records(r.id, folder)
        found = [_figures(record, r.published) for record in runs]
        if not found and ids is None:
            continue
        metrics = LENGTH_METRICS if id.startswith(LENGTHS) else dict.fromkeys((*SHOWN, *r.published))
        for metric in metrics:
            if found and metric not in r.published and all(figures.get(metric) is None for figures in found):
                continue  # such as F1 where the targets are numbers, or the loss where every run diverged
            values = [figures[metric] for figures in found if figures.get(metric) is not None]
            low, high = mean_interval(values) if len(values) > 1 else (None, None)
            rows.append(
                {
                    "id": id, "metric": metric,
                    "unit": r.loss.unit if metric == "test_loss" else UNITS.get(metric, "1"),
                    "published": r.published.get(metric),
                    "runs": len(runs), "diverged": sum(run.get("diverged", False) for run in runs),
                    "n": len(values), "mean": statistics.fmean(values) if values else None,
                    "sd": statistics.stdev(values) if len(values) > 1 else None, "low": low, "high": high,
                }
            )  # fmt: skip
    return rows


def _all_ids():
    for id, r in RECIPES.items():
        yield id
        if r.widths:
            yield id.replace(ADDITION, LENGTHS)


def evaluation(record):
    """The :class:`~rnncourse.Evaluation` of a record of images, from its confusion matrix."""
    return Evaluation(CLASSES[record["recipe"]["data"]["name"]], np.array(record["confusion"]))


def _figures(record, published):
    """Metric → value of one record; those on other widths as ``bit_accuracy_20`` and so on.

    Where the report gives such figures, also ``recall of Shirt`` and so on, for each class.
    """
    others = {
        f"{metric}_{row['width']}": row[metric]
        for row in record.get("widths", ()) for metric in ("bit_accuracy", "exact_match")
    }  # fmt: skip
    if any(" of " in metric for metric in published):
        others |= {
            f"{title} of {row['class']}": row[key]
            for row in evaluation(record).per_class()
            for title, key in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))
        }  # fmt: skip
    return {**record["metrics"], **others}


def ledger_text(rows):
    """The rows of :func:`ledger` as a table in text: published → ours, mean ± sd (n), and how many runs diverged."""
    width = max(16, *(len(row["id"]) for row in rows))
    lines = [f"{'experiment':{width}}  {'metric':18}  {'published':>9} → ours"]
    for row in rows:
        digits = 1 if row["unit"] == "s" else 4
        published = "–" if row["published"] is None else f"{row['published']:.{digits}f}"
        ours = "not run yet" if row["runs"] == 0 else "–" if row["n"] == 0 else f"{row['mean']:.{digits}f}"
        ours += f" ± {row['sd']:.{digits}f}" if row["sd"] is not None else ""
        failed = f"; {row['diverged']} of {row['runs']} diverged" if row["diverged"] else ""
        lines.append(f"{row['id']:{width}}  {row['metric']:18}  {published:>9} → {ours} ({row['n']}{failed})")
    return "\n".join(lines)
