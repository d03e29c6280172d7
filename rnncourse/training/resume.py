"""Where a training run stands, and how it is saved and put back so that it goes on bit-identically."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from .checkpoint import Checkpoint, CheckpointError
from .history import Epoch, History
from .identity import difference, is_tensor, lines_of


@dataclass
class Position:
    """Everything that the continuation of a run depends on, apart from weights and generators.

    ``steps``, ``labels``, ``weight``, ``loss``, ``correct`` and ``seconds`` belong to the epoch under way: the targets
    that counted so far and the sum of their weights; ``loss`` (weighted) and ``correct`` are sums over them.
    """

    epoch: int = 0  # whole epochs done
    steps: int = 0
    labels: torch.Tensor | int = 0
    weight: torch.Tensor | float = 0  # a whole number as long as all count the same
    loss: torch.Tensor | float = 0.0
    correct: torch.Tensor | float = 0.0
    seconds: float = 0.0
    best_weights: dict | None = None
    history: History = field(default_factory=History)

    def add(self, loss, weights, right, counted):
        """Count one training step in; the sums stay on the device, since reading them would make a GPU wait.

        Args:
            loss: the mean loss of the step's targets.
            weights, right, counted: of each target, how much it counts, whether its answer is right, and whether it
                counts at all.
        """
        weight = weights.sum()
        self.steps += 1
        self.labels = self.labels + counted.sum()
        self.weight = self.weight + weight
        self.loss = self.loss + loss.detach() * weight
        self.correct = self.correct + right.sum()

    def finish_epoch(self, lr, validation, seconds):
        """Turn the sums into a row of the history and start the next epoch."""
        self.epoch += 1
        train = float(self.loss) / float(self.weight), float(self.correct) / float(self.labels)
        self.history.epochs.append(Epoch(self.epoch, lr, *train, *validation, seconds))
        self.history.best_epoch = self.history.best_epoch if self.best_weights else self.epoch
        self.steps, self.labels, self.weight, self.loss, self.correct, self.seconds = 0, 0, 0, 0.0, 0.0, 0.0

    def keep_best(self, model):
        """Keep the weights if this epoch has the lowest validation loss so far."""
        losses = self.history["validation_loss"]
        if losses[-1] == min(losses):
            self.history.best_epoch = self.epoch
            self.best_weights = {name: value.detach().clone() for name, value in model.state_dict().items()}


class Recorder:
    """Saves a run now and then, and puts it back.

    Args:
        path: where the :class:`~rnncourse.training.checkpoint.Checkpoint` lies.
        steps, seconds: how often :meth:`save_when_due` saves; None for never.
        run: everything that must be the same for a run to be continued, see
            :func:`rnncourse.training.identity.lines_of`.
        length: the :class:`Length` of the run, which may change where this changes nothing of what was done.
        parts: name → object with ``state_dict`` and ``load_state_dict``; one of them is the model.
        device: the device whose generator is saved beside the CPU's.
    """

    def __init__(self, path, steps, seconds, run, length, parts, device):
        self.checkpoint = Checkpoint(path)
        self.steps, self.seconds, self.run, self.length = steps, seconds, run, length
        self.parts, self.device = parts, device
        self.steps_since, self.saved_at = 0, time.monotonic()

    def save_when_due(self, at):
        """Called after each step: save if enough steps or seconds have passed since the last time."""
        self.steps_since += 1
        due = self.steps is not None and self.steps_since >= self.steps
        if due or (self.seconds is not None and time.monotonic() - self.saved_at >= self.seconds):
            self.save(at)

    def save(self, at):
        """Save the run as it stands."""
        parts = {name: part.state_dict() for name, part in self.parts.items()}
        position = {**vars(at), "history": at.history.as_dict()}
        self.checkpoint.save(
            {
                "run": self.run, "epochs": self.length.epochs, "position": position, "parts": parts,
                "random": _random_state(self.device),
            }
        )  # fmt: skip
        self.steps_since, self.saved_at = 0, time.monotonic()

    def resume(self):
        """Put the saved parts and generators back and return the position; None where nothing was saved.

        Raises:
            CheckpointError: the checkpoint belongs to another run, or can't be used.
        """
        state = self.checkpoint.load()
        if state is None:
            return None
        try:
            at = Position(**{**state["position"], "history": History.from_dict(state["position"]["history"])})
            self._check_run(state, at)
            self.length.check(state["epochs"], at, self.checkpoint.path)
            for name, part in self.parts.items():
                part.load_state_dict(state["parts"][name])
            _set_random_state(state["random"], self.device)
        except (AttributeError, KeyError, TypeError) as error:
            raise CheckpointError(f"{self.checkpoint.path} isn't whole: {type(error).__name__}: {error}") from error
        for name in ("labels", "weight", "loss", "correct"):
            value = getattr(at, name)
            setattr(at, name, value.to(self.device) if isinstance(value, torch.Tensor) else value)
        return at

    def _check_run(self, state, at):
        found = difference(state["run"], self.run)
        if found is None:
            return
        place, then, now = found
        weights = place.startswith("model.") and is_tensor(now)
        trained = (at.best_weights, state["parts"]["model"]) if weights else ()
        if any(_same(one, self.parts["model"].state_dict()) for one in trained):
            raise CheckpointError(
                f"{self.checkpoint.path} is of this model's own training: the model holds its result already.\n  Build "
                "the model anew, with the same initial weights, to go on or to have the history; to train this one "
                "further, use another path."
            )
        hint = " (other initial weights: another seed, or a model that was trained meanwhile?)" if weights else ""
        raise CheckpointError(
            f"{self.checkpoint.path} belongs to another run: its {place} is {then}, now it is {now}{hint}.\n  Use "
            "another path (on the command line, another --out), or delete the file to start from the beginning."
        )


@dataclass(frozen=True)
class Length:
    """How long a run is to be, and whether a run that was meant to be of another length can be gone on with.

    Args:
        epochs: its length.
        steps: training steps of an epoch.
        factor: the schedule, see :mod:`rnncourse.schedules`.
    """

    epochs: int
    steps: int
    factor: Callable

    def rate(self, step, epochs):
        """What the learning rate is multiplied by at a step of a run of so many epochs."""
        return self.factor(step / self.steps, epochs)

    def check(self, epochs, at, path):
        """Raise a CheckpointError unless all that was done up to a position is the same at both lengths.

        Args:
            epochs: the length of the run that was saved.
            at: its :class:`Position`.
            path: of its checkpoint.
        """
        change = f"{path} belongs to another run: its epochs is {epochs}, now it is {self.epochs}"
        remedy = "\n  Use another path (on the command line, another --out), or the same number of epochs."
        if at.epoch + (at.steps > 0) > self.epochs:
            raise CheckpointError(f"{change}, and it has done {at.epoch} epochs and {at.steps} steps.{remedy}")
        done = at.epoch * self.steps + at.steps
        if epochs != self.epochs and any(
            self.rate(step, epochs) != self.rate(step, self.epochs) for step in range(done + 1)
        ):
            raise CheckpointError(
                f"{change}. Its schedule depends on the number of epochs, so a longer run has other learning rates "
                f"from the beginning; only with one such as constant can a run be made longer.{remedy}"
            )


def _same(weights, others):
    return weights is not None and lines_of(weights=dict(weights)) == lines_of(weights=dict(others))


@contextlib.contextmanager
def own_random_state(seed, device):
    """A context whose random numbers come from ``seed``; the caller's generators are put back at its end.

    Only the generators of the CPU and of ``device`` are used, so those of other devices go on as they were.
    """
    before = _random_state(device)
    fresh = {one.type: torch.Generator(one).manual_seed(seed).get_state() for one in (torch.device("cpu"), device)}
    _set_random_state(fresh, device)
    try:
        yield
    finally:
        _set_random_state(before, device)


def _random_state(device):
    state = {"cpu": torch.get_rng_state()}
    if device.type != "cpu":
        state[device.type] = torch.get_device_module(device).get_rng_state(*_number(device))
    return state


def _set_random_state(state, device):
    torch.set_rng_state(state["cpu"])
    if device.type != "cpu":
        torch.get_device_module(device).set_rng_state(state[device.type], *_number(device))


def _number(device):
    return () if device.type == "mps" else (device,)  # of which there is one
