"""Where a training run stands, and how it is saved and put back so that it goes on bit-identically."""

import contextlib
import time
import zlib
from dataclasses import dataclass, field

import torch

from .checkpoint import Checkpoint, CheckpointError
from .history import Epoch, History


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
    finished: bool = False
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
        path: where the :class:`~rnncourse.checkpoint.Checkpoint` lies.
        steps, seconds: how often :meth:`save_when_due` saves; None for never.
        run: plain values that must be the same for a run to be continued; see :func:`describe_run`.
        parts: name → object with ``state_dict`` and ``load_state_dict``.
        device: the device whose generator is saved beside the CPU's.
    """

    def __init__(self, path, steps, seconds, run, parts, device):
        self.checkpoint = Checkpoint(path)
        self.steps, self.seconds, self.run, self.parts, self.device = steps, seconds, run, parts, device
        self.steps_since, self.saved_at = 0, time.monotonic()

    def save_when_due(self, at):
        """Called after each step: save if enough steps or seconds have passed since the last time."""
        self.steps_since += 1
        due = self.steps is not None and self.steps_since >= self.steps
        if due or (self.seconds is not None and time.monotonic() - self.saved_at >= self.seconds):
            self.save(at)

    def save(self, at):
        """Save the run as it stands."""
        state = {name: part.state_dict() for name, part in self.parts.items()}
        position = {**vars(at), "history": at.history.as_dict()}
        self.checkpoint.save({"run": self.run, "position": position, "random": _random_state(self.device), **state})
        self.steps_since, self.saved_at = 0, time.monotonic()

    def resume(self):
        """Put the saved parts and generators back and return the position; None where nothing was saved.

        Raises:
            CheckpointError: the checkpoint belongs to another run, or can't be used.
        """
        state = self.checkpoint.load()
        if state is None:
            return None
        for name, value in self.run.items():
            if state["run"].get(name) != value:
                raise CheckpointError(
                    f"{self.checkpoint.path} belongs to another run: its {name} is {state['run'].get(name)!r}, now it "
                    f"is {value!r}.\n  Use another path (on the command line, another --out), or delete the file "
                    "to start from the beginning."
                )
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        _set_random_state(state["random"], self.device)
        position = {"weight": state["position"]["labels"], **state["position"]}  # weights came after the first files
        for name in ("labels", "weight", "loss", "correct"):
            if isinstance(position[name], torch.Tensor):
                position[name] = position[name].to(self.device)
        return Position(**{**position, "history": History.from_dict(position["history"])})


def describe_run(data, model, **arguments):
    """What must be the same for a checkpoint to be continued: model, data (by checksum) and arguments."""
    shapes = {name: list(value.shape) for name, value in model.named_parameters()}
    checksum = 0
    for split in filter(None, (data.train, data.validation)):
        for tensor in (split.x, split.y, *([] if split.lengths is None else [split.lengths])):
            checksum = zlib.crc32(tensor.cpu().contiguous().numpy().data, checksum)
    # the arguments first: where several things differ, an argument is what a reader can recognise
    return {**arguments, "model": f"{model} {shapes}", "data": f"CRC-32 {checksum:08x}"}


@contextlib.contextmanager
def own_random_state(seed, device):
    """A context whose random numbers come from ``seed``; the caller's generators are put back at its end."""
    before = _random_state(device)
    torch.manual_seed(seed)
    try:
        yield
    finally:
        _set_random_state(before, device)


def _random_state(device):
    state = {"cpu": torch.get_rng_state()}
    if device.type != "cpu":
        state[device.type] = torch.get_device_module(device).get_rng_state()
    return state


def _set_random_state(state, device):
    torch.set_rng_state(state["cpu"])
    if device.type != "cpu":
        torch.get_device_module(device).set_rng_state(state[device.type])
