"""What a training run leaves behind: one row of figures for each epoch."""

import json
from dataclasses import asdict, dataclass, field

from ..base.files import expanded, write_atomically
from ..display import plots
from .losses import LOSSES


@dataclass
class Epoch:
    """The figures of one epoch; losses are means over the targets, accuracies fractions of 1.

    An answer that is a number counts as right within 0.04, which means something for the course's own tasks only.
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
    validation loss under early stopping, else the last. ``loss`` and ``class_weights`` are the arguments of
    :func:`rnncourse.fit`, so that figures and tables call the loss by its name; ``loss`` is None in a file from
    before they were kept.
    """

    epochs: list[Epoch] = field(default_factory=list)
    best_epoch: int | None = None
    loss: str | None = None
    class_weights: list[float] | None = None

    def __len__(self):
        return len(self.epochs)

    def __getitem__(self, name):
        """One figure over the epochs: ``history["train_loss"]`` is a list with a value for each epoch."""
        return [getattr(epoch, name) for epoch in self.epochs]

    @property
    def label(self):
        """What figures and tables call the loss, with its unit."""
        label = "loss" if self.loss is None else LOSSES[self.loss].label
        return label if self.class_weights is None else f"weighted {label}"

    @property
    def has_accuracy(self):
        """False where the targets are numbers: then only the loss is shown."""
        return self.loss != "squared_error"

    def plot(self, **options):
        """Draw the loss over the epochs, and beside it the accuracy where there is one; returns the matplotlib figure.

        Args:
            options: ``baselines`` (such as ``data.baselines``) and ``loss``, another label, see
                :func:`rnncourse.plots.learning_curves`.
        """
        accuracies = "train_accuracy", "validation_accuracy"
        return plots.learning_curves(
            train_loss=self["train_loss"], validation_loss=self["validation_loss"],
            **{name: self[name] if self.has_accuracy else None for name in accuracies},
            **{"loss": self.label, **options},
        )  # fmt: skip

    def as_dict(self):
        """The history in plain numbers and lists, for JSON and for checkpoints."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain):
        """The inverse of :meth:`as_dict`; also of dicts from before the loss was kept."""
        epochs = [Epoch(**epoch) for epoch in plain["epochs"]]
        return cls(epochs, plain["best_epoch"], plain.get("loss"), plain.get("class_weights"))

    def save(self, path):
        """Write the history as JSON, atomically."""
        write_atomically(path, json.dumps(self.as_dict(), indent=1).encode())

    @classmethod
    def load(cls, path):
        """Read what :meth:`save` wrote."""
        return cls.from_dict(json.loads(expanded(path).read_text(encoding="utf-8")))

    def __str__(self):
        if not self.has_accuracy:
            return self._losses()
        rows = ["epoch  loss   accuracy  validation loss  validation accuracy"]
        for e in self.epochs:
            validation = (
                "–" if e.validation_loss is None else f"{e.validation_loss:.3f}            {e.validation_accuracy:.3f}"
            )
            rows.append(f"{e.epoch:5d}  {e.train_loss:.3f}  {e.train_accuracy:.3f}     {validation}")
        return "\n".join(rows)

    def _losses(self):
        """The table without accuracies; a squared error may be of any size, so with four digits that count."""
        rows = [f"epoch  {self.label}  validation {self.label}"]
        for e in self.epochs:
            validation = "–" if e.validation_loss is None else f"{e.validation_loss:.4g}"
            rows.append(f"{e.epoch:5d}  {e.train_loss:<{len(self.label)}.4g}  {validation}")
        return "\n".join(rows)
