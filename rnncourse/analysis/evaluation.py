"""How good is a classifier, and how sure are we? scikit-learn computes the metrics, SciPy the intervals."""

from dataclasses import dataclass

import numpy as np
import torch

from ..base.arrays import class_names
from ..base.checks import check_whole_number
from ..base.lending import keeps_modes
from ..datasets.core import check_split
from ..datasets.split import IGNORED
from ..networks.calling import check_model, run_model
from ..training.losses import check_class_weights, check_outputs, named_loss


@dataclass(frozen=True)
class Evaluation:
    """A classifier's answers on one split, and what follows from them.

    Attributes:
        classes: the names of the classes.
        confusion: (C, C) int64 array; row i, column j counts the examples of class i taken for class j.
        loss: the mean loss, cross-entropy in nats unless :func:`evaluate` was told another; None where only
            the answers are known.
        predicted: (N,) int64 tensor, or (N, T): the answers, -100 after the end of a sequence; None where only the
            counts are known.
        exact_match: the fraction of sequences with every label right, of those that have one that counts; None where
            only the counts are known.
    """

    classes: tuple[str, ...]
    confusion: np.ndarray
    loss: float | None = None
    predicted: torch.Tensor | None = None
    exact_match: float | None = None

    @property
    def n(self):
        """How many labels were judged."""
        return int(self.confusion.sum())

    @property
    def correct(self):
        """How many of them were right."""
        return int(self.confusion.trace())

    @property
    def accuracy(self):
        """The fraction of right answers."""
        return self.correct / self.n

    @property
    def interval(self):
        """The 95 % interval of the accuracy: (low, high); see :func:`binomial_interval`."""
        return binomial_interval(self.correct, self.n)

    def average(self, kind):
        """Precision, recall and F1 averaged over the classes: a dict of three fractions.

        Args:
            kind: ``"macro"``, each class counts the same; ``"weighted"``, each class counts by its examples.
        """
        from sklearn.metrics import precision_recall_fscore_support

        if kind not in ("macro", "weighted"):
            raise ValueError(f'kind must be "macro" or "weighted", got {kind!r}')
        truth, predicted = self._pairs()
        precision, recall, f1, _ = precision_recall_fscore_support(truth, predicted, average=kind, zero_division=0.0)
        return {"precision": float(precision), "recall": float(recall), "f1": float(f1)}

    def per_class(self):
        """One dict a class: class, precision, recall, f1, n, and the 95 % interval of the recall (low, high)."""
        from sklearn.metrics import precision_recall_fscore_support

        truth, predicted = self._pairs()
        labels = range(len(self.classes))
        columns = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0.0)
        rows = []
        for name, precision, recall, f1, n, right in zip(
            self.classes, *columns, self.confusion.diagonal(), strict=True
        ):
            low, high = binomial_interval(int(right), int(n)) if n else (0.0, 1.0)
            rows.append(
                {"class": name, "precision": float(precision), "recall": float(recall), "f1": float(f1), "n": int(n),
                 "low": low, "high": high}
            )  # fmt: skip
        return rows

    def report(self):
        """The figures as a table in text: one line a class, then the averages and the accuracy."""
        width = max(len("weighted mean"), *(len(name) for name in self.classes))
        lines = [f"{'':{width}}  precision  recall  [95 % interval]     F1       n"]
        for row in self.per_class():
            lines.append(
                f"{row['class']:{width}}      {row['precision']:.3f}   {row['recall']:.3f}  "
                f"[{row['low']:.3f}, {row['high']:.3f}]  {row['f1']:.3f}  {row['n']:6,d}"
            )
        for kind in ("macro", "weighted"):
            precision, recall, f1 = self.average(kind).values()
            lines.append(f"{kind + ' mean':{width}}      {precision:.3f}   {recall:.3f}  {'':14}  {f1:.3f}")
        low, high = self.interval
        lines.append(
            f"accuracy {self.accuracy:.3f}, 95 % interval [{low:.3f}, {high:.3f}]: {self.correct:,} of {self.n:,}"
        )
        return "\n".join(lines)

    def _pairs(self):
        """(truth, predicted) label arrays that have this confusion matrix, for scikit-learn's functions."""
        truth, predicted = np.indices(self.confusion.shape).reshape(2, -1)
        counts = self.confusion.ravel()
        return truth.repeat(counts), predicted.repeat(counts)


@torch.no_grad()
@keeps_modes
def evaluate(model, split, classes, batch_size=1000, loss="cross_entropy", class_weights=None):
    """Judge a classifier on a split, in evaluation mode, in the order of the split.

    Labels that are -100 (:data:`rnncourse.datasets.split.IGNORED`), and those after the end of a sequence, aren't
    judged. Afterwards each module of the model is in the mode in which it was.

    Args:
        model: inputs (B, T, I) → outputs (B, O), or (B, T, O) for a label at every step.
        split: the :class:`~rnncourse.datasets.Split` to judge it on.
        classes: the names of the classes, C of them.
        batch_size: examples at once; it changes memory and speed, not the result.
        loss: the loss that the model was trained with, which decides how its outputs are read; see
            :func:`rnncourse.losses.named_loss`.
        class_weights: those that it was trained with, for the mean loss only; see :func:`rnncourse.fit`.

    Returns:
        An :class:`Evaluation`.

    Raises:
        TypeError, ValueError: the split is unsound or doesn't fit the model; the message names what is wrong.
    """
    from sklearn.metrics import confusion_matrix

    loss = named_loss(loss)
    check_model(model)
    batch_size = check_whole_number("batch_size", batch_size, 1)
    classes = class_names(classes)
    if len(classes) == 0:
        raise ValueError("classes must name the classes, got none; for targets that are numbers use mean_loss")
    check_split(split, "split", len(classes))
    like = next(model.parameters(), split.x)
    loss = loss.weighted(check_class_weights(class_weights, loss, len(classes)), like)
    model.eval()
    truth, counted = split.y.cpu(), split.counted.cpu()
    predicted = torch.full_like(truth, IGNORED)  # after the end of a sequence there is no answer
    weights = torch.zeros_like(truth, dtype=like.dtype)
    losses = torch.zeros_like(weights)
    for index in split.batches(torch.arange(split.size), batch_size):
        x, y = (tensor.to(like.device) for tensor in split.batch(index))
        outputs = run_model(model, x, "split")
        check_outputs(loss, outputs, y, len(classes))
        place = (index.cpu(), slice(y.shape[1])) if split.every_step else index.cpu()
        predicted[place] = loss.answer(outputs[..., : len(classes)]).cpu()
        weights[place] = loss.weights(y).to(weights)
        losses[place] = loss.each(outputs, y).to(losses)
    judged = counted.reshape(split.size, -1)
    right = (predicted == truth).reshape(judged.shape)
    exact = (right | ~judged)[judged.any(1)].all(1).double().mean().item()
    confusion = confusion_matrix(truth[counted], predicted[counted], labels=range(len(classes)))
    return Evaluation(classes, confusion, ((losses * weights).sum() / weights.sum()).item(), predicted, exact)


def binomial_interval(correct, n, confidence=0.95):
    """The interval of an accuracy of ``correct`` out of ``n`` independent examples: (low, high).

    Wilson's score interval (Wilson 1927), which stays inside 0 … 1 and holds its promise better than the
    textbook formula when the accuracy is near 1 (Brown, Cai & DasGupta 2001).
    """
    from scipy import stats

    n = check_whole_number("n", n, 1)
    correct = check_whole_number("correct", correct, 0)
    if correct > n:
        raise ValueError(f"correct must be at most n, {n}, got {correct}")
    interval = stats.binomtest(correct, n).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)
