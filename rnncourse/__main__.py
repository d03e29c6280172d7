"""The command line: ``python -m rnncourse COMMAND``, see its help."""

import argparse
import sys

from . import commands, datasets, studies
from .base.console import console
from .base.files import expanded_all
from .datasets import DataError
from .grading.isolation import IsolationError
from .networks.recurrent import CELLS, READOUTS
from .studies.attempts import StudyError
from .training.augmentation import AUGMENTATIONS
from .training.checkpoint import CheckpointError
from .training.loop import OPTIMIZERS
from .training.schedules import SCHEDULES


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


def _parser():
    parser = argparse.ArgumentParser(prog="python -m rnncourse", description=sys.modules["rnncourse"].__doc__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function):
        sub = subparsers.add_parser(
            function.__name__, help=function.__doc__, description=function.__doc__,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )  # fmt: skip
        sub.set_defaults(command=function)
        return sub

    sub = command(commands.data)
    sub.add_argument("names", nargs="*", metavar="NAME", help="fetch fashion-mnist or mnist")

    sub = command(commands.train)
    sub.add_argument("--data", choices=list(commands.DATA), default="fashion-mnist")
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

    sub = command(commands.reproduce)
    sub.add_argument("ids", nargs="+", metavar="ID", help=", ".join(studies.RECIPES))
    sub.add_argument("--seeds", type=int, default=3)
    sub.add_argument("--jobs", type=int, help="runs at the same time; by default as many as there are cores")
    sub.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler, whose workers make the runs")
    sub.add_argument("--results", default=studies.RESULTS, help="folder of the records")

    sub = command(commands.exercises)
    sub.add_argument("name", nargs="?", metavar="NAME")

    sub = command(commands.release)
    sub.add_argument("assignment", metavar="ASSIGNMENT", help="source file, such as assignments/a1_cells.py")
    sub.add_argument("--students", required=True, metavar="CSV", help="the class: a CSV file with a column student")
    sub.add_argument("--out", required=True, help="folder of the notebooks")

    sub = command(commands.grade)
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

    sub = command(commands.merge)
    sub.add_argument("grades", metavar="GRADES", help="CSV file of marks, of the whole class")
    sub.add_argument("others", metavar="OTHER", nargs="+", help="CSV files whose marks replace its own")
    sub.add_argument("--out", required=True, help="CSV file to write")
    sub.add_argument("--late", type=float, metavar="PERCENT", help="off the score for each day in `late days`")
    sub.add_argument("--late-most", type=int, metavar="DAYS", help="with --late: after more days the score is 0")

    sub = command(commands.ledger)
    sub.add_argument("ids", nargs="*", metavar="ID")
    sub.add_argument("--json", action="store_true")
    sub.add_argument("--results", default=studies.RESULTS, help="folder of the records")
    return parser


if __name__ == "__main__":
    sys.exit(main())
