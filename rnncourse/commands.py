"""What each command of the command line does; each function takes the parsed arguments and returns an exit status."""

import io
import json
from pathlib import Path

import torch

from . import datasets, studies
from .analysis.evaluation import evaluate
from .base.checks import check_name
from .base.files import write_atomically
from .datasets import DataError, raw
from .display import plots
from .exercises import all_exercises, exercise
from .exercises._page import instructor_view
from .grading.assignment import load
from .grading.handout import release as release_notebooks
from .grading.late import LateRule
from .grading.merge import merge as merge_tables
from .grading.report import by_hand
from .grading.run import grade_class
from .networks.recurrent import RecurrentModel, count_parameters
from .studies.attempts import say
from .training.loop import fit

DATA = {"fashion-mnist": datasets.fashion_mnist, "mnist": datasets.mnist, "digits": datasets.digits}


def data(options):
    """Fetch and verify what was asked for, then show what is there."""
    names = {command: name for name, command in raw.COMMAND_NAMES.items()}
    for command in options.names:
        check_name("NAME", command, names)
    for command in options.names:
        print(f"{command}: whole, in {raw.fetch(names[command])}")
    if options.names:
        return 0
    print("fashion-mnist (sample): comes with the course\ndigits: comes with scikit-learn")
    print(f"full data sets, in {raw.data_folder()}:")
    damaged = False
    for command, name in names.items():
        if not raw.is_present(name):
            print(f"  {command}: not there; `python -m rnncourse data {command}` fetches it (about 30 MB)")
            continue
        try:
            print(f"  {command}: whole, in {raw.prepare(name)}")
        except DataError as error:
            damaged = True
            print(f"  {command}: {error}")
    return int(damaged)


def train(options):
    """Train one model on one data set; leave metrics, curves and weights in a folder."""
    arguments = {"validation": options.validation, "seed": options.seed}
    if options.data != "digits":
        arguments["scale"] = options.scale
    elif options.scale != "sample":
        raise ValueError(
            'scale must be "sample" for digits, which has no larger version; for the full set use --data mnist'
        )
    everything = DATA[options.data](**arguments)
    torch.manual_seed(options.seed)
    model = RecurrentModel(
        options.cell, everything.input_size, options.hidden, len(everything.classes), layers=options.layers,
        bidirectional=options.bidirectional, dropout=options.dropout, readout=options.readout,
        steps=everything.steps if options.readout == "flatten" else None,
    )  # fmt: skip
    print(f"{everything}\n{options.cell}, {count_parameters(model):,} parameters")
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)  # an unsuitable folder is told before the training, not after it
    history = fit(
        model, everything, epochs=options.epochs, batch_size=options.batch_size, lr=options.lr,
        optimizer=options.optimizer, schedule=options.schedule, weight_decay=options.weight_decay,
        clip_norm=options.clip_norm, patience=options.patience, augment=options.augment, seed=options.seed,
        device=options.device, checkpoint=out / "checkpoint.pt",
    )  # fmt: skip
    result = evaluate(model, everything.test, everything.classes)
    history.save(out / "history.json")
    metrics = {"test_accuracy": result.accuracy, "test_loss": result.loss, "per_class": result.per_class()}
    write_atomically(out / "metrics.json", json.dumps(metrics, indent=1).encode())
    weights = io.BytesIO()
    torch.save(model.state_dict(), weights)
    write_atomically(out / "weights.pt", weights.getvalue())
    history.plot().savefig(out / "curves.png")
    plots.confusion(result.confusion, result.classes).savefig(out / "confusion.png")
    print(f"{history}\n\n{result.report()}\ntest accuracy {result.accuracy:.4f}")
    print(f"metrics, curves and weights are in {out}")
    return 0


def reproduce(options):
    """Run recipes of the source reports at full scale; go on where an earlier call stopped."""
    runs = studies.reproduce(options.ids, options.seeds, options.results, options.jobs, options.dask)
    for id, seed, record in runs:
        metrics = record["metrics"]
        say(f"{id} seed {seed}: test accuracy {metrics['test_accuracy']:.4f}, {metrics['seconds']:.0f} s")
    return 0


def ledger(options):
    """Print what was published beside what was measured."""
    rows = studies.ledger(options.ids or None, options.results)
    if not rows:
        raise ValueError(f"results must be a folder with records, found none in {options.results}")
    print(json.dumps(rows, indent=1) if options.json else studies.ledger_text(rows))
    return 0


def exercises(options):
    """List the exercises, or show one as an instructor sees it: solution, typical wrong answers, rubric."""
    if options.name:
        print(instructor_view(exercise(options.name)), end="")
        return 0
    for one in all_exercises().values():
        print(f"{one.chapter:26} {one.name:22} {one.kind:10} {one.minutes:3} min  {one.title}")
    return 0


def release(options):
    """Make the notebook of an assignment for each student, with numbers of the student's own."""
    count = release_notebooks(load(options.assignment), options.students, options.out)
    print(f"{count} notebooks are in {options.out}")
    return 0


def grade(options):
    """Grade what a class handed in; go on where an earlier call stopped."""
    summary = grade_class(
        options.assignment, options.submissions, options.students, options.out, options.jobs, options.dask,
        options.unsafe, options.again,
    )  # fmt: skip
    print(", ".join(f"{status}: {count}" for status, count in summary.counts.items()))
    print(f"marks are in {summary.table}, a page for each student is in {Path(options.out) / 'feedback'}")
    if by_hand(summary.table).exists():
        print(f"fill in the marks of the open questions in {by_hand(summary.table)}, and merge it")
    if summary.alike:
        print(f"{summary.alike} pairs of answers are nearly the same: see {summary.table.with_suffix('.alike.csv')}")
    return int(bool({"failed", "try again"} & set(summary.counts)))


def merge(options):
    """Replace marks by late, regraded or hand-given ones, task by task."""
    merged = merge_tables(options.grades, options.others, options.out, LateRule.of(options.late, options.late_most))
    print(*merged.replaced, f"{merged.changed} marks changed; all are in {options.out}", sep="\n")
    return 0
