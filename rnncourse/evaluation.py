"""How good is a classifier, and how sure are we? scikit-learn computes the metrics, SciPy the intervals."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import stats
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from .datasets.core import check_split
from .losses import check_outputs, named_loss


@dataclass(frozen=True)
class Evaluation:
    """A classifier's answers on one split, and what follows from them.

    Attributes:
        classes: the names of the classes.
        confusion: (C, C) int64 array; row i, column j counts the examples of class i taken for class j.
        loss: the mean loss, cross-entropy in nats unless :func:`evaluate` was told another; None where only
            the answers are known.
        predicted: (N,) int64 tensor, or (N, T): the answers; None where only the counts are known.
        exact_match: the fraction of sequences with every label right; None where only the counts are known.
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
        if kind not in ("macro", "weighted"):
            raise ValueError(f'kind must be "macro" or "weighted", got {kind!r}')
        truth, predicted = self._pairs()
        precision, recall, f1, _ = precision_recall_fscore_support(truth, predicted, average=kind, zero_division=0.0)
        return {"precision": float(precision), "recall": float(recall), "f1": float(f1)}

    def per_class(self):
        """One dict a class: class, precision, recall, f1, n, and the 95 % interval of the recall (low, high)."""
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
def evaluate(model, split, classes, batch_size=1000, loss="cross_entropy"):
    """Judge a classifier on a split, in evaluation mode, in the order of the split.

    Args:
        model: inputs (B, T, I) → outputs (B, O), or (B, T, O) for a label at every step.
        split: the :class:`~rnncourse.datasets.Split` to judge it on.
        classes: the names of the classes, C of them.
        batch_size: examples at once; it changes memory and speed, not the result.
        loss: the loss that the model was trained with, which decides how its outputs are read; see
            :func:`rnncourse.losses.named_loss`.

    Returns:
        An :class:`Evaluation`.

    Raises:
        TypeError, ValueError: the split is unsound or doesn't fit the model; the message names what is wrong.
    """
    loss = named_loss(loss)
    if len(classes) == 0:
        raise ValueError("classes must name the classes, got none; for targets that are numbers use mean_loss")
    check_split(split, "split", len(classes))
    model.eval()
    device = next(model.parameters()).device
    groups = split.batches(torch.arange(split.size), batch_size)
    found = []
    for index in groups:
        x, y = split.batch(index)
        found.append(model(x.to(device)).cpu())
        check_outputs(loss, found[-1], y, len(classes))
    found = torch.cat(found)
    outputs = torch.empty_like(found)
    outputs[torch.cat(groups).cpu()] = found  # back in the order of the split, where lengths differ
    truth = split.y.cpu()
    predicted = loss.answer(outputs[..., : len(classes)])
    counts = confusion_matrix(truth.flatten(), predicted.flatten(), labels=range(len(classes)))
    exact = (predicted == truth).reshape(split.size, -1).all(1).double().mean().item()
    return Evaluation(tuple(classes), counts, loss.mean(outputs, truth).item(), predicted, exact)


def binomial_interval(correct, n, confidence=0.95):
    """The interval of an accuracy of ``correct`` out of ``n`` independent examples: (low, high).

    Wilson's score interval (Wilson 1927), which stays inside 0 … 1 and holds its promise better than the
    textbook formula when the accuracy is near 1 (Brown, Cai & DasGupta 2001).
    """
    interval = stats.binomtest(correct, n).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)
