"""Train a model on a data set: one flat loop, resumable at every step."""

import functools
import math
import time
import warnings

import numpy as np
import torch
from torch import nn
from tqdm.auto import tqdm

from ..base.checks import check_name, check_number, check_whole_number
from ..base.lending import keeps_modes, lent
from ..datasets.core import Dataset
from ..datasets.split import counts
from ..networks.calling import check_batch_norm, check_trainable, run_model
from .augmentation import named_augmentation
from .identity import lines_of
from .losses import check_class_weights, check_outputs, mean_loss, named_loss
from .resume import Length, Position, Recorder, own_random_state
from .schedules import named_schedule

OPTIMIZERS = {
    "adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD,
    "momentum": functools.partial(torch.optim.SGD, momentum=0.9),
}  # fmt: skip

NO_PART_OF_A_RUN = (  # arguments of `fit` that don't decide its result, or are described otherwise
    "model", "data", "epochs", "device", "progress", "checkpoint", "checkpoint_steps", "checkpoint_seconds",
)  # fmt: skip


@keeps_modes
def fit(
    model, data, *, epochs, batch_size, lr,
    loss="cross_entropy", optimizer="adam", schedule="constant", weight_decay=0.0, clip_norm=None, patience=None,
    augment=None, class_weights=None, seed=0, device=None, progress=True,
    checkpoint=None, checkpoint_steps=None, checkpoint_seconds=60.0,
):  # fmt: skip
    """Train ``model`` in place by minimising a loss on ``data.train``.

    Only the weights and the buffers of the model change: afterwards it is on its own device, each of its modules is in
    the mode in which it was, and its gradients are those from before. For the training all modules are in training
    mode; a layer that must stay in evaluation mode says so in a ``train`` method of its own.

    Args:
        model: a module: inputs (B, T, I) → outputs (B, O) or (B, T, O), as the targets need it (see
            :class:`~rnncourse.datasets.Split`); it is moved to ``device`` for the training and back afterwards.
        data: a :class:`~rnncourse.datasets.Dataset`; ``data.validation`` may be None. The test split isn't touched.
        epochs: how often the training split is seen, each time in another order.
        batch_size: examples a step; the last batch of an epoch may be smaller. Where the sequences differ in
            length, each batch has one length. No example is dropped, so where a batch of one is left over, a model
            that normalises over the batch is refused: it has nothing to normalise by.
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
        augment: None, or the name of a function of :mod:`rnncourse.training.augmentation` that changes the training
            images of each batch at random: ``"flip"`` or ``"shift"``.
        class_weights: how much a target of each class counts in the loss, (C,) positive numbers, for instance
            more for a rare class; by default all count the same. The loss of a batch is Σ w·loss / Σ w over its
            targets, as torch has it, and so is that of an epoch and of the validation split over all of theirs.
            The accuracy isn't weighted.
        seed: decides the order of the examples, the dropout and the augmentation; the caller seeds the initial
            weights. The global random state is left as it was.
        device: ``"cpu"``, ``"cuda"``, ``"mps"``, …; by default CUDA where torch can use it, else the CPU.
        progress: show a progress bar (the environment variable TQDM_DISABLE=1 hides every one).
        checkpoint: a path where the state of the run is kept. Called again with the same arguments and a model that
            was built anew in the same way, `fit` goes on from there, or returns at once where the run was finished; on
            the CPU, the weights and the history (wall times aside) are then bit-identical to those of a run that was
            never interrupted. The network with its code and its initial weights, the data, the kind of device and all
            other arguments must be the same, see :mod:`rnncourse.training.identity`. Only ``epochs`` may change, where
            this changes nothing of what was done: with a schedule that doesn't depend on it, such as ``"constant"``.
        checkpoint_steps, checkpoint_seconds: save after so many steps, and when so much time has passed; None
            switches one off. The end of an epoch is always saved.

    Returns:
        The :class:`~rnncourse.History` of the run.

    Raises:
        TypeError, ValueError: an argument is unsound; the message names it.
        CheckpointError: the checkpoint belongs to another run, or to this model's own one (it is trained already), or
            is no checkpoint. No file is changed then.

    Warns:
        RuntimeWarning: the training loss became NaN or infinite; the run ends there.
    """
    epochs, batch_size, lr, weight_decay, clip_norm, patience, seed = _check_arguments(
        data, optimizer, epochs, batch_size, lr, weight_decay, clip_norm, patience, seed
    )
    checkpoint_steps = check_whole_number("checkpoint_steps", checkpoint_steps, 1, or_none=True)
    checkpoint_seconds = check_number("checkpoint_seconds", checkpoint_seconds, least=0, or_none=True)
    class_weights = check_class_weights(class_weights, named_loss(loss), len(data.classes))
    arguments = {name: value for name, value in locals().items() if name not in NO_PART_OF_A_RUN}
    _check_output(model, data, named_loss(loss))
    batches = epoch_batches(seed, 0, data.train, batch_size)
    check_batch_norm(model, data.train, batches)
    device = _device(default_device() if device is None else device)
    factor = named_schedule(schedule)
    changed = named_augmentation(augment)
    steps_per_epoch = len(batches)
    with lent(model, device), own_random_state(seed, device):
        data = data.to(device)
        loss_fn = named_loss(loss).weighted(class_weights, next(model.parameters()))
        update = OPTIMIZERS[optimizer](model.parameters(), lr=lr, weight_decay=weight_decay)
        scheduled = torch.optim.lr_scheduler.LambdaLR(update, lambda step: factor(step / steps_per_epoch, epochs))
        at, recorder = Position(), None
        if checkpoint is not None:
            learned = {"classes": data.classes, "train": data.train, "validation": data.validation}
            run = lines_of(**{**arguments, "schedule": factor}, device=device.type, data=learned, model=model)
            length = Length(epochs, steps_per_epoch, factor)
            parts = {"model": model, "optimizer": update, "schedule": scheduled}
            recorder = Recorder(checkpoint, checkpoint_steps, checkpoint_seconds, run, length, parts, device)
            at = recorder.resume() or at
        at.history.loss, at.history.class_weights = loss, class_weights
        bar = tqdm(
            total=epochs * steps_per_epoch, initial=at.epoch * steps_per_epoch + at.steps,
            unit="step", desc="training", **({} if progress else {"disable": True}),
        )  # fmt: skip
        with bar:
            while not _is_over(at, epochs, patience):
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
                    at.add(error, loss_fn.weights(y), loss_fn.right(outputs.detach(), y), counts(y))
                    bar.update()
                    if recorder and at.steps < steps_per_epoch:
                        at.seconds = time.perf_counter() - started
                        recorder.save_when_due(at)
                validation = None, None
                if data.validation:
                    validation = mean_loss(model, data.validation, loss, class_weights=class_weights)
                at.finish_epoch(scheduled.get_last_lr()[0], validation, time.perf_counter() - started)
                if patience is not None:
                    at.keep_best(model)
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


def default_device():
    """The name of the device that `fit` uses unless told otherwise: ``"cuda"`` where torch can use it, else ``"cpu"``.

    Apple's ``"mps"`` must be asked for. It wasn't measured for this course, and others found single layers of this kind
    slower there than on the CPU (for instance PyTorch's issues 123148 and 138898).
    """
    return "cuda" if torch.cuda.is_available() else "cpu"


def epoch_order(seed, epoch, count):
    """The order of the examples in one epoch, (count,) int64: the same for the same seed on every machine."""
    return torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(count))


def epoch_batches(seed, epoch, split, batch_size):
    """The batches of one epoch, a list of tensors of positions; each has sequences of one length."""
    batches = split.batches(epoch_order(seed, epoch, split.size), batch_size)
    if split.lengths is not None:  # else the short sequences would come first in every epoch
        np.random.default_rng([seed, epoch, 1]).shuffle(batches)
    return batches


def _is_over(at, epochs, patience):
    """Decided anew from the epochs done, since a run may go on with more of them than were planned."""
    return at.epoch > 0 and (_has_diverged(at) or at.epoch == epochs or _has_stalled(at, patience))


def _has_diverged(at):
    loss = at.history.epochs[-1].train_loss
    if math.isfinite(loss):
        return False
    warnings.warn(
        f"the training loss is {loss} after epoch {at.epoch}, so training ends here; lower lr or set clip_norm",
        RuntimeWarning, stacklevel=5,
    )  # fmt: skip
    return True


def _has_stalled(at, patience):
    return patience is not None and at.epoch - at.history.best_epoch >= patience


def _check_arguments(data, optimizer, epochs, batch_size, lr, weight_decay, clip_norm, patience, seed):
    """The numbers among the arguments as Python's own: a checkpoint can't hold NumPy's."""
    if not isinstance(data, Dataset):
        raise TypeError(f"data must be a rnncourse Dataset, got {type(data).__name__}")
    check_name("optimizer", optimizer, OPTIMIZERS)
    if patience is not None and data.validation is None:
        raise ValueError(
            "patience needs a validation split, and data.validation is None; hold one out, or leave patience"
        )
    return (
        check_whole_number("epochs", epochs, 1),
        check_whole_number("batch_size", batch_size, 1),
        check_number("lr", lr, positive=True),
        check_number("weight_decay", weight_decay, least=0),
        check_number("clip_norm", clip_norm, positive=True, or_none=True),
        check_whole_number("patience", patience, 1, "whole number of epochs", or_none=True),
        check_whole_number("seed", seed, 0),
    )


@torch.no_grad()
@keeps_modes
def _check_output(model, data, loss):
    """One example through the model, in evaluation mode so that no random number is drawn."""
    check_trainable(model)
    x, y = data.train.batch(torch.tensor([0]))
    outputs = run_model(model.eval(), x.to(next(model.parameters()).device), "data.train")
    check_outputs(loss, outputs, y, len(data.classes))
