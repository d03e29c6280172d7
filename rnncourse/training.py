"""Train a model on a data set: one flat loop, resumable at every step."""

import contextlib
import functools
import math
import time
import warnings

import numpy as np
import torch
from torch import nn
from tqdm.auto import tqdm

from .augmentation import named_augmentation
from .checks import check_name, check_whole_number
from .datasets.core import Dataset
from .losses import check_outputs, mean_loss, named_loss
from .resume import Position, Recorder, describe_run, own_random_state
from .schedules import named_schedule

OPTIMIZERS = {
    "adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD,
    "momentum": functools.partial(torch.optim.SGD, momentum=0.9),
}  # fmt: skip


def fit(
    model, data, *, epochs, batch_size, lr,
    loss="cross_entropy", optimizer="adam", schedule="constant", weight_decay=0.0, clip_norm=None, patience=None,
    augment=None, seed=0, device=None, progress=True,
    checkpoint=None, checkpoint_steps=None, checkpoint_seconds=60.0,
):  # fmt: skip
    """Train ``model`` in place by minimising a loss on ``data.train``.

    Args:
        model: inputs (B, T, I) → outputs (B, O) or (B, T, O); it is moved to ``device`` for the
            training and back afterwards.
        data: a :class:`~rnncourse.datasets.Dataset`; ``data.validation`` may be None. The test split isn't touched.
        epochs: how often the training split is seen, each time in another order.
        batch_size: examples a step; the last batch of an epoch may be smaller. Where the sequences differ in
            length, each batch has one length.
        lr: learning rate, the highest one of the schedule.
        loss: ``"cross_entropy"``, or another name of :func:`rnncourse.losses.named_loss`.
        optimizer: ``"adam"`` (Kingma & Ba 2015), ``"adamw"`` (Loshchilov & Hutter 2019), ``"sgd"``, or
            ``"momentum"``, SGD that keeps 0.9 of its last step (Polyak 1964).
        schedule: ``"constant"``, ``"cosine"``, ``"one_cycle"``, or one of :mod:`rnncourse.schedules`.
        weight_decay: added to the gradient as a multiple of the weights (Adam, SGD), or taken off the weights
            directly (AdamW).
        clip_norm: the largest norm of the whole gradient (Pascanu et al. 2013); None doesn't clip.
        patience: stop when the validation loss hasn't fallen for this many epochs, and go back to the best
            weights; None trains to the end.
        augment: None, or the name of a function of :mod:`rnncourse.augmentation` that changes the training images
            of each batch at random: ``"flip"`` or ``"shift"``.
        seed: decides the order of the examples, the dropout and the augmentation; the caller seeds the initial
            weights. The global random state is left as it was.
        device: ``"cpu"``, ``"cuda"``, …; by default CUDA, else MPS, else the CPU, whichever is there.
        progress: show a progress bar (the environment variable TQDM_DISABLE=1 hides every one).
        checkpoint: a path where the state of the run is kept. Called again with the same arguments, `fit` goes
            on from there; on the CPU, the weights and the history (wall times aside) are then bit-identical to
            those of a run that was never interrupted.
        checkpoint_steps, checkpoint_seconds: save after so many steps, and when so much time has passed; None
            switches one off. The end of an epoch is always saved.

    Returns:
        The :class:`~rnncourse.History` of the run.

    Raises:
        TypeError, ValueError: an argument is unsound; the message names it.
        CheckpointError: the checkpoint belongs to another run, or no checkpoint there can be used.

    Warns:
        RuntimeWarning: the training loss became NaN or infinite; the run ends there.
    """
    _check_arguments(model, data, loss, epochs, batch_size, lr, optimizer, weight_decay, clip_norm, patience, seed)
    device = _device(device or best_device())
    factor = named_schedule(schedule)
    loss_fn = named_loss(loss)
    changed = named_augmentation(augment)
    steps_per_epoch = len(epoch_batches(seed, 0, data.train, batch_size))
    with _moved(model, device), own_random_state(seed, device):
        data = data.to(device)
        update = OPTIMIZERS[optimizer](model.parameters(), lr=lr, weight_decay=weight_decay)
        scheduled = torch.optim.lr_scheduler.LambdaLR(update, lambda step: factor(step / steps_per_epoch, epochs))
        at, recorder = Position(), None
        if checkpoint is not None:
            run = describe_run(
                data, model, epochs=epochs, batch_size=batch_size, lr=lr, loss=loss, optimizer=optimizer,
                schedule=repr(factor), weight_decay=weight_decay, clip_norm=clip_norm, patience=patience,
                augment=augment, seed=seed,
            )  # fmt: skip
            parts = {"model": model, "optimizer": update, "schedule": scheduled}
            recorder = Recorder(checkpoint, checkpoint_steps, checkpoint_seconds, run, parts, device)
            at = recorder.resume() or at
        bar = tqdm(
            total=epochs * steps_per_epoch, initial=at.epoch * steps_per_epoch + at.steps,
            unit="step", desc="training", **({} if progress else {"disable": True}),
        )  # fmt: skip
        with bar:
            while not at.finished:
                model.train()
                started = time.perf_counter() - at.seconds
                for index in epoch_batches(seed, at.epoch, data.train, batch_size)[at.steps :]:
                    x, y = data.train.batch(index)
                    outputs = model(changed(x))
                    error = loss_fn.mean(outputs, y)
                    update.zero_grad(set_to_none=True)
                    error.backward()
                    if clip_norm is not None:
                        nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
                    update.step()
                    scheduled.step()
                    at.add(y, error, loss_fn.right(outputs.detach(), y))
                    bar.update()
                    if recorder and at.steps < steps_per_epoch:
                        at.seconds = time.perf_counter() - started
                        recorder.save_when_due(at)
                validation = mean_loss(model, data.validation, loss) if data.validation else (None, None)
                at.finish_epoch(scheduled.get_last_lr()[0], validation, time.perf_counter() - started)
                if patience is not None:
                    at.keep_best(model)
                at.finished = at.epoch == epochs or _has_diverged(at) or _has_stalled(at, patience)
                if recorder:
                    recorder.save(at)
                bar.set_postfix(loss=f"{at.history.epochs[-1].train_loss:.3f}")
        if at.best_weights is not None:
            model.load_state_dict(at.best_weights)
    return at.history


def _device(name):
    """The device of that name, if torch can use it here."""
    try:
        torch.zeros(1, device=name)
    except (AssertionError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"device must be one that torch can use here, such as cpu, got {name!r}: {reason}") from None
    return torch.device(name)


def best_device():
    """The name of the fastest device that torch can use here: ``"cuda"``, ``"mps"`` or ``"cpu"``."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def epoch_order(seed, epoch, count):
    """The order of the examples in one epoch, (count,) int64: the same for the same seed on every machine."""
    return torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(count))


def epoch_batches(seed, epoch, split, batch_size):
    """The batches of one epoch, a list of tensors of positions; each has sequences of one length."""
    batches = split.batches(epoch_order(seed, epoch, split.size), batch_size)
    if split.lengths is not None:  # else the short sequences would come first in every epoch
        np.random.default_rng([seed, epoch, 1]).shuffle(batches)
    return batches


@contextlib.contextmanager
def _moved(model, device):
    """A context in which the model is on another device."""
    home = next(model.parameters()).device
    model.to(device)
    try:
        yield
    finally:
        model.to(home)


def _has_diverged(at):
    loss = at.history.epochs[-1].train_loss
    if math.isfinite(loss):
        return False
    warnings.warn(
        f"the training loss is {loss} after epoch {at.epoch}, so training ends here; lower lr or set clip_norm",
        RuntimeWarning, stacklevel=3,
    )  # fmt: skip
    return True


def _has_stalled(at, patience):
    return patience is not None and at.epoch - at.history.best_epoch >= patience


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _check_arguments(model, data, loss, epochs, batch_size, lr, optimizer, weight_decay, clip_norm, patience, seed):
    if not isinstance(data, Dataset):
        raise TypeError(f"data must be a rnncourse Dataset, got {type(data).__name__}")
    for name, value, least in (("epochs", epochs, 1), ("batch_size", batch_size, 1), ("seed", seed, 0)):
        check_whole_number(name, value, least)
    if not _is_number(lr) or lr <= 0:
        raise ValueError(f"lr must be a positive number, got {lr!r}")
    check_name("optimizer", optimizer, OPTIMIZERS)
    if not _is_number(weight_decay) or weight_decay < 0:
        raise ValueError(f"weight_decay must be a number of at least 0, got {weight_decay!r}")
    if clip_norm is not None and (not _is_number(clip_norm) or clip_norm <= 0):
        raise ValueError(f"clip_norm must be a positive number or None, got {clip_norm!r}")
    if patience is not None and data.validation is None:
        raise ValueError(
            "patience needs a validation split, and data.validation is None; hold one out, or leave patience"
        )
    if patience is not None and (not isinstance(patience, int) or isinstance(patience, bool) or patience < 1):
        raise ValueError(f"patience must be a whole number of epochs of at least 1, or None, got {patience!r}")
    _check_output(model, data, named_loss(loss))


@torch.no_grad()
def _check_output(model, data, loss):
    """One example through the model, in evaluation mode so that no random number is drawn."""
    training = model.training
    x, y = data.train.batch(torch.tensor([0]))
    outputs = model.eval()(x.to(next(model.parameters()).device))
    model.train(training)
    check_outputs(loss, outputs, y, len(data.classes))
