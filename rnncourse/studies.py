"""The experiments of the source reports as data, the runner that repeats them, and the ledger of the results."""

import functools
import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import torch
from filelock import FileLock, Timeout

from . import datasets
from .checks import check_name, check_whole_number
from .evaluation import evaluate, mean_interval
from .files import write_atomically
from .models import RecurrentModel, count_parameters
from .training import fit
from .version import __version__

PACKAGE = Path(__file__).parent
RESULTS = PACKAGE / "results"
UNITS = {"seconds": "s", "test_loss": "nat", "parameters": "1", "epochs": "1"}  # the others are fractions of 1
SHOWN = ("test_accuracy", "test_loss", "macro_f1", "seconds")


@dataclass(frozen=True)
class Recipe:
    """One experiment, written down: everything but the seed.

    Args:
        id: its name in the ledger.
        data: ``name`` of a function in :mod:`rnncourse.datasets`, and its arguments.
        model: arguments of :class:`~rnncourse.RecurrentModel`; the sizes that the data set decides are left out.
        train: arguments of :func:`~rnncourse.fit`.
        published: metric → the figure that a report gives.
        source: key of the report in the book's references; ``"course"`` for an experiment of our own.
    """

    id: str
    data: dict
    model: dict
    train: dict
    published: dict = field(default_factory=dict)
    source: str = "course"

    def load(self, scale="full"):
        """The data set of the recipe, at full or at sample scale."""
        arguments = dict(self.data)
        return getattr(datasets, arguments.pop("name"))(scale=scale, **arguments)

    def build(self, data, seed):
        """A new model of the recipe for a data set, its initial weights drawn with ``seed``."""
        torch.manual_seed(seed)
        return RecurrentModel(input_size=data.input_size, output_size=len(data.classes), **self.model)


# R1, and its three changes (size, learning rate, epochs) made one at a time and undone one at a time
_R1_DATA = dict(name="fashion_mnist", validation=0, value_range=(-1.0, 1.0))
_SMALL, _LARGE = dict(hidden_size=128, layers=2), dict(hidden_size=256, layers=3)


def _r1(id, size, lr, epochs, published=None, source="course"):
    train = dict(optimizer="adam", lr=lr, batch_size=64, epochs=epochs)
    return Recipe(id, _R1_DATA, dict(cell="rnn_tanh", **size), train, published or {}, source)


RECIPES = {
    recipe.id: recipe
    for recipe in (
        _r1("R1-before", _SMALL, 1e-3, 5, source="pashkova"),
        _r1(
            "R1-after", _LARGE, 5e-4, 15, source="pashkova",
            published={
                "test_accuracy": 0.8570, "weighted_precision": 0.8633, "weighted_recall": 0.8570, "weighted_f1": 0.8582,
            },
        ),
        _r1("R1-before-large", _LARGE, 1e-3, 5),
        _r1("R1-before-slow", _SMALL, 5e-4, 5),
        _r1("R1-before-long", _SMALL, 1e-3, 15),
        _r1("R1-after-small", _SMALL, 5e-4, 15),
        _r1("R1-after-fast", _LARGE, 1e-3, 15),
        _r1("R1-after-short", _LARGE, 5e-4, 5),
    )
}  # fmt: skip


def recipe(id):
    """The recipe of that id.

    Raises:
        ValueError: there is none.
    """
    check_name("id", id, RECIPES)
    return RECIPES[id]


def run(recipe, seed, scale="full", checkpoint=None, progress=False):
    """Run a recipe once and return its record, a dict of plain values.

    Args:
        recipe: a :class:`Recipe`.
        seed: seed of the initial weights and of the order of the examples.
        scale: ``"full"`` or ``"sample"``.
        checkpoint: where the run keeps its state, so that it can be killed and run again.
        progress: show a progress bar.
    """
    data = recipe.load(scale)
    model = recipe.build(data, seed)
    code = code_version()
    history = fit(model, data, seed=seed, checkpoint=checkpoint, progress=progress, **recipe.train)
    evaluation = evaluate(model, data.test, data.classes)
    averages = {
        f"{kind}_{name}": value for kind in ("macro", "weighted") for name, value in evaluation.average(kind).items()
    }
    return {
        "id": recipe.id, "seed": seed, "scale": scale, "recipe": asdict(recipe),
        "metrics": {
            "test_accuracy": evaluation.accuracy, "test_loss": evaluation.loss, **averages,
            "seconds": sum(history["seconds"]), "epochs": len(history), "parameters": count_parameters(model),
        },
        "confusion": evaluation.confusion.tolist(), "history": history.as_dict(), "machine": machine(), "code": code,
    }  # fmt: skip


def reproduce(ids, seeds, folder=RESULTS, progress=True):
    """Run recipes with seeds 0 … seeds - 1 at full scale; what the ledger already holds isn't run again.

    A run that was killed goes on from its checkpoint. A run that another process has under way is left to it.

    Args:
        ids: ids of recipes.
        seeds: runs of each.
        folder: where the records are kept, one JSON line a run in one file a recipe.

    Yields:
        (id, seed, record) of each run that was made here, when it is done.
    """
    folder = Path(folder)
    recipes = [recipe(id) for id in ids]
    check_whole_number("seeds", seeds, 1)
    partial = folder / ".partial"
    partial.mkdir(parents=True, exist_ok=True)
    for seed in range(seeds):
        for r in recipes:
            try:
                with FileLock(partial / f"{r.id}-{seed}.lock", timeout=0):
                    if any(record["seed"] == seed for record in records(r.id, folder)):
                        continue
                    checkpoint = partial / f"{r.id}-{seed}.pt"
                    record = run(r, seed, checkpoint=checkpoint, progress=progress)
                    add_record(record, folder)
                    for leftover in partial.glob(f"{checkpoint.name}*"):
                        leftover.unlink()
            except Timeout:
                print(f"{r.id} with seed {seed} is under way in another process: left to it")
                continue
            yield r.id, seed, record


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


def machine():
    """What a figure depends on besides the code: versions, processor, threads."""
    return {
        "python": platform.python_version(), "system": platform.system(), "processor": _processor(),
        "cores": os.cpu_count(), "threads": torch.get_num_threads(),
        "versions": {name: version(name) for name in ("torch", "numpy", "scikit-learn")},
    }  # fmt: skip


@functools.cache  # what this process has loaded, also if a file is edited meanwhile
def code_version():
    """The version of the package with a digest of its source, so that a record says which code made it."""
    digest = sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"


def _processor():
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()
