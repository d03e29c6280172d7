"""How long does it take to reach the accuracy of a report?

For each report, the whole of its recipe in its own kind of loop, beside the course's shortest recipe that reaches its
accuracy: both on this machine, in turns, from the files to the test accuracy. See README.md beside this file.
"""

import argparse
import json
import math
import statistics
import time
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from tqdm.auto import tqdm

from rnncourse import evaluate, fit
from rnncourse.base.files import write_atomically
from rnncourse.datasets._torchvision import torchvision_datasets
from rnncourse.datasets.raw import data_folder, fetch, is_present
from rnncourse.schedules import named_schedule
from rnncourse.studies import code_version, fast_choice, ledger, machine, recipe, records
from rnncourse.studies.choice import MARGIN
from rnncourse.studies.images import FAST
from rnncourse.training.loop import OPTIMIZERS

OUT = Path(__file__).parent / "results" / "time_to_accuracy.json"
IDS = tuple(FAST)
FILES = {"mnist": "MNIST", "fashion_mnist": "FashionMNIST"}
SEED = 0
WARM_UP = 3  # steps at the beginning of each block that aren't timed

cross_entropy = nn.functional.cross_entropy


@dataclass(frozen=True)
class Loop:
    """What is particular in the training loop of a report.

    Args:
        input_gradient: the images ask for a gradient, and tests are run without ``no_grad``.
        test_every: steps between two tests on all test images; None for one test at the end.
        validates: the held-out images are evaluated after each epoch.
    """

    input_gradient: bool = False
    test_every: int | None = None
    validates: bool = False


# R3 doesn't show its loop, and R5 trains with Keras: both get the plain one, each image decoded at each use.
LOOPS = {
    "pashkova": Loop(),
    "ee6132-lab4": Loop(),
    "harper2024": Loop(input_gradient=True, test_every=500),
    "dang": Loop(validates=True),
}


def images(name, train, transform):
    """torchvision's data set of the files that the course uses: one PIL image after the other."""
    if not is_present(FILES[name]):
        fetch(FILES[name])
    return getattr(torchvision_datasets(), FILES[name])(str(data_folder()), train=train, transform=transform)


class Report:
    """The recipe of a report in its own kind of loop: made once, then trained in short blocks.

    Args:
        recipe: a :class:`~rnncourse.studies.Recipe`.
        data: a data set with the sizes of its images, by which the model is built.
        epochs: how long the report trains.
    """

    def __init__(self, recipe, data, epochs):
        started = time.perf_counter()
        self.loop, self.train = LOOPS[recipe.source], recipe.train
        train, test = (self._images(recipe, split) for split in (True, False))
        held = recipe.data["validation"]
        self.held = round(held * len(train)) if isinstance(held, float) else held
        if self.held:
            train = Subset(train, range(len(train) - self.held))
        self.loader = DataLoader(train, self.train["batch_size"], shuffle=True)
        self.test_loader = DataLoader(test, self.train["batch_size"])
        self.model = recipe.build(data, SEED)
        self.optimizer = OPTIMIZERS[self.train["optimizer"]](self.model.parameters(), lr=self.train["lr"])
        self.batches = chain.from_iterable(repeat(self.loader))  # epoch after epoch, each shuffled anew
        self.prepared = time.perf_counter() - started
        self.steps, self.evaluations = self._work(epochs)

    def _images(self, recipe, train):
        # as the reports do it: ToTensor, and for R1 (x - 0.5) / 0.5
        from torchvision.transforms import Compose, Normalize, ToTensor

        low, high = recipe.data.get("value_range", (0.0, 1.0))
        change = ToTensor()
        if (low, high) != (0.0, 1.0):
            change = Compose([change, Normalize((-low / (high - low),), (1 / (high - low),))])
        return images(recipe.data["name"], train, change)

    def _work(self, epochs):
        """(steps of training, batches evaluated in all tests and validations together) of so many epochs."""
        steps = epochs * len(self.loader)
        tests = steps // self.loop.test_every if self.loop.test_every else 1
        batches = tests * len(self.test_loader)
        if self.loop.validates:
            batches += epochs * math.ceil(self.held / self.train["batch_size"])
        return steps, batches

    def train_steps(self, count):
        """Seconds for so many steps of training."""
        self.model.train()
        started = time.perf_counter()
        for _ in range(count):
            x, y = next(self.batches)
            x = x.squeeze(1)  # (B, 1, T, I) → (B, T, I)
            if self.loop.input_gradient:
                x.requires_grad_()
            self.optimizer.zero_grad()
            loss = cross_entropy(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            loss.item()  # what is printed
        return time.perf_counter() - started

    def evaluate_batches(self, count):
        """Seconds for the evaluation of so many batches of test images, or of all if they are fewer; and how many."""
        self.model.eval()
        done, started = 0, time.perf_counter()
        with torch.set_grad_enabled(self.loop.input_gradient):
            for x, y in self.test_loader:
                (self.model(x.squeeze(1)).argmax(1) == y).sum().item()
                done += 1
                if done == count:
                    break
        return time.perf_counter() - started, done

    def block(self, steps):
        """Seconds for one step of training and for one batch of a test, from a short block of each."""
        self.train_steps(WARM_UP)
        training = self.train_steps(steps) / steps
        seconds, done = self.evaluate_batches(steps)
        return training, seconds / done

    def total(self, training, evaluation, epochs):
        """Seconds for so many epochs, when a step and a batch of a test take so long."""
        steps, evaluations = self._work(epochs)
        return self.prepared + steps * training + evaluations * evaluation


class Pauses:
    """A schedule that lets the other side have a block at ``count`` places of a run, evenly from its start to its end.

    Args:
        schedule: the schedule of the run.
        count: blocks, at least 2.
        block: what is called there; it leaves torch's random numbers as they were.
    """

    def __init__(self, schedule, count, block):
        self.schedule, self.count, self.block = named_schedule(schedule), count, block
        self.found, self.seconds = [], 0.0

    def __call__(self, position, total):
        if len(self.found) < self.count and position >= len(self.found) / (self.count - 1) * total:
            started = time.perf_counter()
            with torch.random.fork_rng(devices=[]):
                self.found.append(self.block())
            self.seconds += time.perf_counter() - started
        return self.schedule(position, total)


def epochs_of(report):
    """How many epochs a report's recipe takes: with early stopping the mean of the ledger's runs; and its source."""
    if "patience" not in report.train:
        return report.train["epochs"], "the recipe"
    found = [record["metrics"]["epochs"] for record in records(report.id)]
    if not found:
        raise ValueError(
            f"{report.id} stops early, so the ledger must hold a run of it; "
            f"run `python -m rnncourse reproduce {report.id} --seeds 1`"
        )
    return round(statistics.fmean(found)), f"mean of {len(found)} run(s) of the ledger, which stopped early"


def epochs_to_goal(report):
    """The first epoch at which the ledger's runs of a recipe beat the published accuracy on validation, on average.

    By the margin with which the course's recipe is chosen; None where nothing is held out, or no epoch does.
    """
    runs = [record["history"]["epochs"] for record in records(report.id)]
    goal = report.published["test_accuracy"] + MARGIN
    if not report.data["validation"]:
        return None
    for k in range(min(map(len, runs), default=0)):
        if statistics.fmean(run[k]["validation_accuracy"] for run in runs) >= goal:
            return k + 1
    return None


def measure(report, course, epochs, blocks, steps, goal_epochs=None, scale="full"):
    """Both sides of one report: the course's run as a whole, the report's in blocks spread over it.

    Args:
        report, course: recipes.
        epochs: of the report.
        blocks: how often the report's loop is timed.
        steps: training steps in a block, and at most so many batches of a test.
        goal_epochs: after how many epochs the report's recipe is as good as published; None if that isn't known.
        scale: of the course's data, ``"full"`` or ``"sample"``.

    Returns:
        A dict of plain values.
    """
    torchvision_datasets()  # imported before the clock starts
    started = time.perf_counter()
    data = course.load(scale)
    model = course.build(data, SEED)
    prepared = time.perf_counter() - started
    other = Report(report, data, epochs)
    pauses = Pauses(course.train.get("schedule", "constant"), blocks, lambda: other.block(steps))
    started = time.perf_counter()
    fit(model, data, seed=SEED, device="cpu", **{**course.train, "schedule": pauses})
    accuracy = evaluate(model, data.test, data.classes).accuracy
    seconds = prepared + time.perf_counter() - started - pauses.seconds
    totals = [other.total(*block, epochs) for block in pauses.found]
    low, _, high = statistics.quantiles(totals, n=4, method="inclusive")
    training, evaluation = (statistics.median(kind) for kind in zip(*pauses.found, strict=True))
    total = other.total(training, evaluation, epochs)
    to_goal = goal_epochs and other.total(training, evaluation, goal_epochs)
    return {
        "id": report.id, "source": report.source,
        "report": {
            "epochs": epochs, "steps": other.steps, "test_batches": other.evaluations,
            "timed_steps": blocks * steps, "milliseconds_per_step": training * 1e3,
            "milliseconds_per_test_batch": evaluation * 1e3, "seconds_to_prepare": other.prepared,
            "seconds": total, "low": low, "high": high, "blocks": pauses.found,
        },
        "course": {
            "id": course.id, "epochs": course.train["epochs"], "seconds": seconds, "seconds_to_load": prepared,
            "test_accuracy": accuracy,
        },
        "ratio": total / seconds, "ratio_low": low / seconds, "ratio_high": high / seconds,
        "goal_epochs": goal_epochs, "ratio_to_goal": to_goal and to_goal / seconds,
    }  # fmt: skip


def accuracy_in_ledger(id):
    """Mean and number of runs of a recipe in the ledger."""
    row = next(row for row in ledger([id]) if row["metric"] == "test_accuracy")
    return {"test_accuracy": row["mean"], "n": row["n"]}


def compare(id, blocks, steps):
    """:func:`measure` for one report at full scale, and what was published and what the ledger holds beside it."""
    report, course = recipe(id), recipe(fast_choice(id))
    epochs, source = epochs_of(report)
    found = measure(report, course, epochs, blocks, steps, epochs_to_goal(report))
    found["report"]["epochs_from"] = source
    found["published"] = report.published["test_accuracy"]
    found["report"]["ledger"] = accuracy_in_ledger(report.id)
    found["course"]["ledger"] = accuracy_in_ledger(course.id)
    return found


def table(rows):
    """What :func:`compare` found, as text."""
    lines = [
        "                 test accuracy, %                              seconds",
        "report        published  re-run (n)  course: here  mean (n)   report  course  ratio  (quartiles)  to goal",
    ]
    for row in rows:
        report, course = row["report"], row["course"]
        rerun, mean = (_mean(side["ledger"]) for side in (report, course))
        lines.append(
            f"{row['id']:13} {100 * row['published']:9.2f} {rerun:>11} {100 * course['test_accuracy']:13.2f} "
            f"{mean:>9} {report['seconds']:8.1f} {course['seconds']:7.1f} {row['ratio']:6.1f}  "
            f"({row['ratio_low']:.1f} to {row['ratio_high']:.1f})  "
            + ("–" if row["ratio_to_goal"] is None else f"{row['ratio_to_goal']:.1f} ({row['goal_epochs']})")
        )
    lines.append("Quartiles: of the report's blocks. To goal: its epochs only until its re-run passes the goal.")
    lines.append("The report's seconds are computed from timed steps:")
    lines += [
        f"  {row['id']}: {row['report']['steps']:,} steps, of which {row['report']['timed_steps']:,} were timed, in "
        f"{row['report']['epochs']} epochs ({row['report']['epochs_from']}); the course's is {row['course']['id']}"
        for row in rows
    ]
    return "\n".join(lines)


def _mean(row):
    return "–" if row["n"] == 0 else f"{100 * row['test_accuracy']:.2f} ({row['n']})"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ids", nargs="*", metavar="ID", default=list(IDS), help=f"of {', '.join(IDS)} (default: all)")
    parser.add_argument("--blocks", type=int, default=11, help="how often a report's loop is timed (default 11)")
    parser.add_argument("--steps", type=int, default=30, help="training steps in a block (default 30)")
    parser.add_argument("--threads", type=int, help="threads of torch (default: torch's own choice)")
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file (default: beside this script)")
    options = parser.parse_args(arguments)
    if options.blocks < 2 or options.steps < 1:
        parser.error("--blocks must be at least 2, for the start and the end of a run, and --steps at least 1")
    if unknown := set(options.ids) - set(IDS):
        parser.error(f"ID must be one of {', '.join(IDS)}, got {', '.join(sorted(unknown))}")
    if options.threads is not None:
        if options.threads < 1:
            parser.error(f"--threads must be at least 1, got {options.threads}")
        torch.set_num_threads(options.threads)
    rows = [compare(id, options.blocks, options.steps) for id in tqdm(options.ids, unit="report")]
    result = {
        "blocks": options.blocks, "steps": options.steps, "code": code_version(), "machine": machine(),
        "reports": rows,
    }  # fmt: skip
    write_atomically(options.out, json.dumps(result, indent=1).encode() + b"\n")
    print(table(rows))


if __name__ == "__main__":
    main()
