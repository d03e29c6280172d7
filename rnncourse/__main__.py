"""The command line: ``python -m rnncourse COMMAND``, see its help."""

import argparse
import io
import json
import sys
from pathlib import Path

import torch

from . import datasets, plots, studies
from .augmentation import AUGMENTATIONS
from .checkpoint import CheckpointError
from .checks import check_name
from .console import console
from .datasets import DataError, raw
from .evaluation import evaluate
from .exercises import all_exercises, exercise
from .exercises._page import instructor_view
from .files import expanded_all, write_atomically
from .grading.assignment import load
from .grading.handout import release as release_notebooks
from .grading.isolation import IsolationError
from .grading.late import LateRule
from .grading.merge import merge as merge_tables
from .grading.report import by_hand
from .grading.run import grade_class
from .models import CELLS, READOUTS, RecurrentModel, count_parameters
from .schedules import SCHEDULES
from .studies.attempts import StudyError, say
from .training import OPTIMIZERS, fit

DATA = {"fashion-mnist": datasets.fashion_mnist, "mnist": datasets.mnist, "digits": datasets.digits}


def main(arguments=None):
    with console() as (out, _):
        options = _parser().parse_args(arguments)
        code = _run(argparse.Namespace(**expanded_all(vars(options))))
        out.flush()
        if out.lost:
            print(f"error: the output could not be written: {out.lost}", file=sys.stderr)
        return 1 if out.lost else code


def _run(options):
    try:
        return options.command(options)
    except (CheckpointError, DataError, IsolationError, OSError, StudyError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; run the same command again to go on", file=sys.stderr)
        return 130


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


def _parser():
    parser = argparse.ArgumentParser(prog="python -m rnncourse", description=sys.modules["rnncourse"].__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function):
        sub = commands.add_parser(
            function.__name__, help=function.__doc__, description=function.__doc__,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )  # fmt: skip
        sub.set_defaults(command=function)
        return sub

    sub = command(data)
    sub.add_argument("names", nargs="*", metavar="NAME", help="fetch fashion-mnist or mnist")

    sub = command(train)
    sub.add_argument("--data", choices=list(DATA), default="fashion-mnist")
    sub.add_argument("--scale", choices=datasets.images.SCALES, default="sample")
    sub.add_argument("--validation", type=float, default=0.1, help="fraction of the training images held out")
    sub.add_argument("--cell", choices=list(CELLS), default="lstm")
    sub.add_argument("--hidden", type=int, default=128, help="units of one layer and direction")
    sub.add_argument("--layers", type=int, default=1)
    sub.add_argument("--bidirectional", action="store_true")
    sub.add_argument("--dropout", type=float, default=0.0)
    sub.add_argument("--readout", choices=[name for name in READOUTS if name != "every"], default="last")
    sub.add_argument("--epochs", type=int, default=5)
    sub.add_argument("--batch-size", type=int, default=100)
    sub.add_argument("--lr", type=float, default=3e-3)
    sub.add_argument("--optimizer", choices=list(OPTIMIZERS), default="adam")
    sub.add_argument("--schedule", choices=list(SCHEDULES), default="one_cycle")
    sub.add_argument("--weight-decay", type=float, default=0.0)
    sub.add_argument("--clip-norm", type=float, help="largest norm of the gradient")
    sub.add_argument("--patience", type=int, help="epochs without a better validation loss before it stops")
    sub.add_argument("--augment", choices=list(AUGMENTATIONS), help="change the training images at random")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--device", help="cpu, cuda or mps; by default cuda where it can be used, else cpu")
    sub.add_argument("--out", default="run", help="folder of the results; the same command goes on there")

    sub = command(reproduce)
    sub.add_argument("ids", nargs="+", metavar="ID", help=", ".join(studies.RECIPES))
    sub.add_argument("--seeds", type=int, default=3)
    sub.add_argument("--jobs", type=int, help="runs at the same time; by default as many as there are cores")
    sub.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler, whose workers make the runs")
    sub.add_argument("--results", default=studies.RESULTS, help="folder of the records")

    sub = command(exercises)
    sub.add_argument("name", nargs="?", metavar="NAME")

    sub = command(release)
    sub.add_argument("assignment", metavar="ASSIGNMENT", help="source file, such as assignments/a1_cells.py")
    sub.add_argument("--students", required=True, metavar="CSV", help="the class: a CSV file with a column student")
    sub.add_argument("--out", required=True, help="folder of the notebooks")

    sub = command(grade)
    sub.add_argument("assignment", metavar="ASSIGNMENT", help="source file, such as assignments/a1_cells.py")
    sub.add_argument("submissions", metavar="SUBMISSIONS", help="folder of what was handed in")
    sub.add_argument("--students", required=True, metavar="CSV", help="the class: a CSV file with a column student")
    sub.add_argument("--out", required=True, help="folder of marks and pages")
    sub.add_argument("--jobs", type=int, help="submissions at the same time; by default as many as there are cores")
    sub.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler, whose workers grade")
    sub.add_argument("--unsafe", action="store_true", help="run the students' code without a sandbox")
    sub.add_argument(
        "--again", metavar="STUDENT", action="append", default=[],
        help="grade this student whatever the record says; may be given several times",
    )  # fmt: skip

    sub = command(merge)
    sub.add_argument("grades", metavar="GRADES", help="CSV file of marks, of the whole class")
    sub.add_argument("others", metavar="OTHER", nargs="+", help="CSV files whose marks replace its own")
    sub.add_argument("--out", required=True, help="CSV file to write")
    sub.add_argument("--late", type=float, metavar="PERCENT", help="off the score for each day in `late days`")
    sub.add_argument("--late-most", type=int, metavar="DAYS", help="with --late: after more days the score is 0")

    sub = command(ledger)
    sub.add_argument("ids", nargs="*", metavar="ID")
    sub.add_argument("--json", action="store_true")
    sub.add_argument("--results", default=studies.RESULTS, help="folder of the records")
    return parser


if __name__ == "__main__":
    sys.exit(main())
