"""What a training run leaves behind: one row of figures for each epoch."""

import json
from dataclasses import asdict, dataclass, field

from . import plots
from .files import expanded, write_atomically


@dataclass
class Epoch:
    """The figures of one epoch; losses are means over the examples, accuracies fractions of 1.

    The training figures are the running means over the epoch's batches, taken while the weights changed and
    with dropout on; the validation figures are taken after the epoch (None without a validation split).
    ``seconds`` is wall time, training and validation.
    """

    epoch: int
    lr: float
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float


@dataclass
class History:
    """The epochs of one run of :func:`rnncourse.fit`, in order.

    ``best_epoch`` is the epoch whose weights the model was left with, counted from 1: the one with the lowest
    validation loss under early stopping, else the last.
    """

    epochs: list[Epoch] = field(default_factory=list)
    best_epoch: int | None = None

    def __len__(self):
        return len(self.epochs)

    def __getitem__(self, name):
        """One figure over the epochs: ``history["train_loss"]`` is a list with a value for each epoch."""
        return [getattr(epoch, name) for epoch in self.epochs]

    def plot(self, **options):
        """Draw loss and accuracy over the epochs; returns the matplotlib figure.

        Args:
            options: ``baselines`` (such as ``data.baselines``) and ``loss``, see
                :func:`rnncourse.plots.learning_curves`.
        """
        return plots.learning_curves(
            train_loss=self["train_loss"], validation_loss=self["validation_loss"],
            train_accuracy=self["train_accuracy"], validation_accuracy=self["validation_accuracy"],
            **options,
        )  # fmt: skip

    def as_dict(self):
        """The history in plain numbers and lists, for JSON and for checkpoints."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain):
        """The inverse of :meth:`as_dict`."""
        return cls([Epoch(**epoch) for epoch in plain["epochs"]], plain["best_epoch"])

    def save(self, path):
        """Write the history as JSON, atomically."""
        write_atomically(path, json.dumps(self.as_dict(), indent=1).encode())

    @classmethod
    def load(cls, path):
        """Read what :meth:`save` wrote."""
        return cls.from_dict(json.loads(expanded(path).read_text(encoding="utf-8")))

    def __str__(self):
        rows = ["epoch  loss   accuracy  validation loss  validation accuracy"]
        for e in self.epochs:
            validation = (
                "–" if e.validation_loss is None else f"{e.validation_loss:.3f}            {e.validation_accuracy:.3f}"
            )
            rows.append(f"{e.epoch:5d}  {e.train_loss:.3f}  {e.train_accuracy:.3f}     {validation}")
        return "\n".join(rows)
