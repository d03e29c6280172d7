"""How much time do trainers take on top of a bare PyTorch loop?

Every side trains the same LSTM (28 → 100, last step → 10) from the same weights on the same images in the same
order, by SGD in batches of 100. See README.md beside this file.
"""

import argparse
import contextlib
import gc
import importlib.metadata
import io
import json
import multiprocessing
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from rnncourse import Dataset, RecurrentModel, Split, datasets, fit
from rnncourse.base.files import write_atomically
from rnncourse.datasets._torchvision import torchvision_datasets
from rnncourse.studies import code_version, machine
from rnncourse.training.loop import epoch_order

OUT = Path(__file__).parent / "results" / "trainer_overhead.json"
BATCH, RATE, SEED = 100, 0.1, 0
THREADS = (1, 2)
EXACT, CLOSE = 0.0, 1e-4  # how far the weights may end from those of the bare loop
PACKAGES = ("torchvision", "lightning", "skorch", "fastai", "keras")

cross_entropy = nn.functional.cross_entropy


@dataclass
class Task:
    """The images, (N, 28, 28) bytes, and the same ones as x (N, 28, 28) in [0, 1]; y (N,); order (N,)."""

    images: torch.Tensor
    x: torch.Tensor
    y: torch.Tensor
    order: torch.Tensor

    @classmethod
    def of_size(cls, samples):
        shipped = datasets.fashion_mnist(validation=0, value_range=(0, 255)).train
        index = torch.arange(samples) % shipped.size
        images = shipped.x[index].round().byte()
        x = images.float().div(255)  # rounded as torchvision's ToTensor does
        return cls(images, x, shipped.y[index], epoch_order(SEED, 0, samples))

    def model(self):
        torch.manual_seed(SEED)
        return RecurrentModel("lstm", 28, 100, 10)

    def model_and_optimizer(self):
        model = self.model()
        return model, torch.optim.SGD(model.parameters(), lr=RATE)

    def loader(self):
        return DataLoader(TensorDataset(self.x, self.y), batch_size=BATCH, sampler=self.order.tolist())


# Each side gets a task and returns the model and a function that trains it; only that function is timed.


def bare_loop(task):
    model, optimizer = task.model_and_optimizer()

    def run():
        for index in task.order.split(BATCH):
            loss = cross_entropy(model(task.x[index]), task.y[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return model, run


def rnncourse_fit(task):
    """With its progress bar and its history of losses and accuracies."""
    model, train = task.model(), Split(task.x, task.y)
    data = Dataset("images", datasets.images.FASHION_CLASSES, train, None, train.take(slice(0, 1)))
    return model, lambda: fit(
        model, data, epochs=1, batch_size=BATCH, lr=RATE, optimizer="sgd", seed=SEED, device="cpu"
    )


def data_loader(task):
    """The bare loop over torch's DataLoader and TensorDataset: images are picked one by one and joined."""
    model, optimizer = task.model_and_optimizer()
    loader = task.loader()

    def run():
        for x, y in loader:
            loss = cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return model, run


def report_loop(task):
    """The loop of report R4: torchvision makes a PIL image and then a tensor of every image at every use."""
    fashion_mnist, vision_dataset = torchvision_datasets().FashionMNIST, torchvision_datasets().VisionDataset
    from torchvision.transforms import ToTensor

    class Shipped(fashion_mnist):
        def __init__(self):
            vision_dataset.__init__(self, transform=ToTensor())
            self.data, self.targets = task.images, task.y

    model, optimizer = task.model_and_optimizer()
    loader = DataLoader(Shipped(), batch_size=BATCH, sampler=task.order.tolist())

    def run():
        for images, labels in loader:
            images = images.view(-1, 28, 28).requires_grad_()
            optimizer.zero_grad()
            loss = cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()

    return model, run


def lightning_trainer(task):
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.model = task.model()

        def training_step(self, batch, _):
            x, y = batch
            return cross_entropy(self.model(x), y)

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=RATE)

    module = Module()
    trainer = lightning.Trainer(
        accelerator="cpu", max_epochs=1, logger=False, enable_checkpointing=False, enable_model_summary=False
    )
    loader = task.loader()
    return module.model, lambda: trainer.fit(module, loader)


def skorch_net(task):
    from skorch import NeuralNetClassifier

    net = NeuralNetClassifier(
        task.model(), criterion=nn.CrossEntropyLoss, optimizer=torch.optim.SGD, lr=RATE, batch_size=BATCH,
        max_epochs=1, train_split=None, iterator_train__sampler=task.order.tolist(), warm_start=True,
    ).initialize()  # fmt: skip
    return net.module_, lambda: net.fit(task.x, task.y)


def fastai_learner(task):
    from fastai import basics

    class WithoutValidation(basics.Callback):
        def before_validate(self):
            raise basics.CancelValidException

    model = task.model()
    ordered = TensorDataset(task.x[task.order], task.y[task.order])
    loader = basics.DataLoader(ordered, bs=BATCH)
    learner = basics.Learner(
        basics.DataLoaders(loader, loader, device="cpu"), model, loss_func=cross_entropy, lr=RATE,
        opt_func=basics.partial(basics.OptimWrapper, opt=torch.optim.SGD),
        cbs=WithoutValidation(),
    )  # fmt: skip
    return model, lambda: learner.fit(1)


def keras_model(task):
    """Our LSTM in Keras's `fit`: what Keras's own layers cost isn't a matter of the trainer."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras

    model = task.model()
    wrapped = keras.Sequential([keras.Input((28, 28)), keras.layers.TorchModuleWrapper(model, output_shape=(10,))])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    wrapped.compile(optimizer=keras.optimizers.SGD(RATE), loss=loss)
    x, y = task.x[task.order].numpy(), task.y[task.order].numpy()
    return model, lambda: wrapped.fit(x, y, batch_size=BATCH, epochs=1, shuffle=False)


# name → side, and how far its weights may end from those of the bare loop
SIDES = {
    "bare": (bare_loop, EXACT),
    "fit": (rnncourse_fit, EXACT),
    "dataloader": (data_loader, EXACT),
    "report": (report_loop, EXACT),
    "lightning": (lightning_trainer, CLOSE),
    "skorch": (skorch_net, CLOSE),
    "fastai": (fastai_learner, CLOSE),
    "keras": (keras_model, CLOSE),
}


def train_once(side, task):
    """Train one new model: (seconds, weights); what the side prints is swallowed, but it is made."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        model, run = side(task)
        gc.collect()
        started = time.perf_counter()
        run()
        seconds = time.perf_counter() - started
    return seconds, nn.utils.parameters_to_vector(model.parameters()).detach()


def check_weights(name, weights, reference, start):
    """The largest difference between the trained weights of a side and those of the bare loop.

    Raises:
        RuntimeError: the side did other work than the bare loop.
    """
    allowed = SIDES[name][1]
    difference = (weights - reference).abs().max().item()
    moved = (reference - start).abs().max().item()
    if not difference <= allowed < moved:
        raise RuntimeError(
            f"{name} did other work than the bare loop: after training its weights differ by {difference:.2g}, "
            f"expected at most {allowed:.2g}; the bare loop moved them by {moved:.2g}"
        )
    return difference


def measure(names, threads, blocks, samples):
    """Time the sides in turn, block by block, after one untimed round that checks their work.

    Returns:
        A dict of plain values: ``threads``, ``machine``, one dict for each side, and why others were skipped.
    """
    torch.set_num_threads(threads)
    task = Task.of_size(samples)
    start = nn.utils.parameters_to_vector(task.model().parameters()).detach()
    _, reference = train_once(bare_loop, task)
    differences, skipped = {}, {}
    for name in dict.fromkeys(("bare", *names)):
        try:
            _, weights = train_once(SIDES[name][0], task)
        except ImportError as error:
            skipped[name] = str(error)
            continue
        differences[name] = check_weights(name, weights, reference, start)
    seconds = {name: [] for name in differences}
    for block in range(blocks):
        first = block % len(seconds)
        names = list(seconds)
        for name in names[first:] + names[:first]:
            seconds[name].append(train_once(SIDES[name][0], task)[0])
        print(f"{threads} thread(s): block {block + 1} of {blocks}", flush=True)
    sides = {name: summary(seconds[name], seconds["bare"], samples, differences[name]) for name in seconds}
    return {"threads": threads, "machine": machine(), "sides": sides, "skipped": skipped}


def summary(seconds, bare, samples, difference):
    """What the blocks of one side say: medians, and the quartiles of its ratio to the bare loop."""
    ratios = [ours / theirs for ours, theirs in zip(seconds, bare, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return {
        "microseconds_per_sample": statistics.median(seconds) / samples * 1e6,
        "ratio": middle, "low": low, "high": high, "weights_differ_by": difference, "seconds": seconds,
    }  # fmt: skip


def table(run):
    """One run of :func:`measure` as text."""
    lines = [
        f"{run['threads']} thread(s)",
        "side        µs/sample  × bare loop  [quartiles]     weights",
    ]
    for name, side in run["sides"].items():
        weights = "identical" if side["weights_differ_by"] == 0 else f"within {side['weights_differ_by']:.0e}"
        quartiles = f"[{side['low']:.3f}, {side['high']:.3f}]"
        lines.append(
            f"{name:11} {side['microseconds_per_sample']:9.1f}  {side['ratio']:11.3f}  {quartiles:15} {weights}"
        )
    lines += [f"{name:11} skipped: {reason}" for name, reason in run["skipped"].items()]
    return "\n".join(lines)


def versions():
    """The installed packages whose trainers are compared, with their versions."""
    found = {}
    for name in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def in_a_process(names, threads, blocks, samples):
    """:func:`measure` in a new process: the thread pools of libraries are sized when they are loaded."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ.pop("TQDM_DISABLE", None)  # progress bars are part of what is measured
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, names, threads, blocks, samples).result()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=15, help="how often each side is timed (default 15)")
    parser.add_argument("--samples", type=int, default=10_000, help="images a block (default 10000)")
    parser.add_argument("--only", nargs="+", choices=list(SIDES), default=list(SIDES), metavar="SIDE")
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file (default: beside this script)")
    options = parser.parse_args(arguments)
    if options.blocks < 2 or options.samples < 1:
        parser.error("--blocks must be at least 2, for the quartiles, and --samples at least 1")
    runs = [in_a_process(options.only, threads, options.blocks, options.samples) for threads in THREADS]
    result = {
        "blocks": options.blocks, "samples": options.samples, "batch_size": BATCH,
        "code": code_version(), "versions": versions(), "runs": runs,
    }  # fmt: skip
    write_atomically(options.out, json.dumps(result, indent=1).encode() + b"\n")
    print("\n\n".join(table(run) for run in runs))


if __name__ == "__main__":
    main()
