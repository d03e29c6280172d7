"""One run of a recipe, and the record that it leaves."""

import contextlib
import functools
import math
import os
import platform
import sys
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import torch

from ..analysis.evaluation import evaluate
from ..base.version import __version__
from ..datasets.synthetic import binary_addition, shared
from ..networks.recurrent import count_parameters
from ..training.loop import fit
from ..training.losses import mean_loss

PACKAGE = Path(__file__).parent.parent


def run(recipe, seed, scale="full", checkpoint=None, progress=False):
    """Run a recipe once and return its record, a dict of plain values.

    A run whose training loss becomes NaN or infinite ends there; its record says ``"diverged": true``, and what
    was NaN or infinite is None in it.

    Args:
        recipe: a :class:`Recipe`.
        seed: seed of the initial weights and of the order of the examples; for a synthetic task also of the data.
        scale: ``"full"`` or ``"sample"``.
        checkpoint: where the run keeps its state, so that it can be killed and run again.
        progress: show a progress bar.
    """
    data = recipe.load(scale, seed)
    model = recipe.build(data, seed)
    code = code_version()
    with _tiny_as_zero():
        history = fit(model, data, seed=seed, checkpoint=checkpoint, progress=progress, **recipe.train)
    loss = recipe.loss.name
    record = {
        "id": recipe.id, "seed": seed, "scale": scale, "recipe": asdict(recipe), "metrics": {},
        "history": history.as_dict(), "machine": machine(), "code": code,
    }  # fmt: skip
    metrics = record["metrics"]
    if data.classes:
        evaluation = evaluate(model, data.test, data.classes, loss=loss)
        record["confusion"] = evaluation.confusion.tolist()
        metrics.update(test_accuracy=evaluation.accuracy, test_loss=evaluation.loss)
        for kind in ("macro", "weighted"):
            metrics.update({f"{kind}_{name}": value for name, value in evaluation.average(kind).items()})
        if data.test.y.ndim == 2:
            metrics.update(bit_accuracy=evaluation.accuracy, exact_match=evaluation.exact_match)
    else:
        metrics["test_loss"], metrics["test_accuracy"] = mean_loss(model, data.test, loss)
    if data.baselines:  # a synthetic task, whose splits may overlap where its recipe says so
        metrics["shared"] = shared(data)
    else:  # images: with the weights that the test had, where the history has a mean over an epoch of changing weights
        metrics["train_loss"], metrics["train_accuracy"] = mean_loss(model, data.train, loss)
    metrics.update(seconds=sum(history["seconds"]), epochs=len(history), parameters=count_parameters(model))
    if recipe.widths:
        record["widths"] = [_on_width(model, width, loss, seed) for width in recipe.widths]
    record["diverged"] = not math.isfinite(history["train_loss"][-1])
    return _finite(record)


@contextlib.contextmanager
def _tiny_as_zero():
    """A context in which the processor takes numbers below 1e-38 for 0; afterwards it does as before.

    Weight decay can take the weights of a part that the network doesn't use that far down, where a processor needs ten
    times as long for each product. As zeros they cost nothing.
    """
    before = sys.float_info.min / 2 == 0  # torch sets this, but doesn't say how it is set
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def _finite(value):
    """The same plain value with None for NaN and infinity, which JSON can't hold."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _on_width(model, width, loss, seed):
    """How a model adds numbers of another width than those it was trained on."""
    data = binary_addition(width, train=1, validation=0, test=1000, overlap=True, seed=seed)
    evaluation = evaluate(model, data.test, data.classes, loss=loss)
    return {"width": width, "bit_accuracy": evaluation.accuracy, "exact_match": evaluation.exact_match}


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
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()
