"""Metrics on cases that can be computed by hand, and against scikit-learn on random ones."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from support import toy_data, toy_model

from rnncourse import Evaluation, Split, binomial_interval, evaluate

# 10 cats, 8 found; 30 dogs, 27 found: by hand, precision of cat 8/11, recall 8/10; of dog 27/29 and 27/30
CATS_AND_DOGS = Evaluation(("cat", "dog"), np.array([[8, 2], [3, 27]]))


def test_a_confusion_matrix_by_hand():
    e = CATS_AND_DOGS
    assert (e.n, e.correct, e.accuracy) == (40, 35, 35 / 40)
    cat, dog = e.per_class()
    assert (cat["precision"], cat["recall"], cat["n"]) == (8 / 11, 0.8, 10)
    assert (dog["precision"], dog["recall"], dog["n"]) == (27 / 29, 0.9, 30)
    assert cat["f1"] == pytest.approx(2 * 8 / (10 + 11))
    macro, weighted = e.average("macro"), e.average("weighted")
    assert macro["recall"] == pytest.approx((0.8 + 0.9) / 2)
    assert weighted["precision"] == pytest.approx((10 * 8 / 11 + 30 * 27 / 29) / 40)


@given(
    counts=st.integers(2, 6).flatmap(
        lambda c: st.lists(st.lists(st.integers(0, 20), min_size=c, max_size=c), min_size=c, max_size=c)
    )
)
def test_weighted_recall_is_accuracy(counts):
    counts = np.array(counts)
    if counts.sum():
        e = Evaluation(tuple(map(str, range(len(counts)))), counts)
        assert e.average("weighted")["recall"] == pytest.approx(e.accuracy)


@given(
    pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=80),
    kind=st.sampled_from(["macro", "weighted"]),
)
def test_averages_equal_those_of_the_labels_themselves(pairs, kind):
    truth, predicted = np.array(pairs).T
    e = Evaluation(tuple("abcd"), metrics.confusion_matrix(truth, predicted, labels=range(4)))
    expected = metrics.precision_recall_fscore_support(truth, predicted, average=kind, zero_division=0.0)[:3]
    assert list(e.average(kind).values()) == pytest.approx(expected)


def test_evaluate_a_model():
    data, model = toy_data(test=50), toy_model(dropout=0.5)
    e = evaluate(model, data.test, data.classes, batch_size=7)
    model.eval()
    with torch.no_grad():
        logits = model(data.test.x)
    assert torch.equal(e.predicted, logits.argmax(1))
    assert e.accuracy == pytest.approx((logits.argmax(1) == data.test.y).float().mean().item())
    log_p = torch.log_softmax(logits, 1)[torch.arange(50), data.test.y]
    assert e.loss == pytest.approx(-log_p.mean().item())
    expected = metrics.confusion_matrix(data.test.y, e.predicted, labels=range(4))
    assert e.confusion.tolist() == expected.tolist()


def test_evaluate_a_label_at_every_step():
    data, model = toy_data(), toy_model(readout="every")
    split = Split(data.test.x, data.test.x.argmax(2))
    e = evaluate(model, split, data.classes)
    assert e.n == split.y.numel()
    assert e.predicted.shape == split.y.shape


def test_a_split_without_some_class_has_the_full_confusion_matrix():
    data, model = toy_data(classes=4), toy_model()
    zeros = data.test.take(data.test.y == 0)
    assert evaluate(model, zeros, data.classes).confusion.shape == (4, 4)


def test_a_spare_output_is_never_an_answer():
    data, model = toy_data(), toy_model(output_size=6)
    with torch.no_grad():
        model.linear.bias[4:] = 100.0
    assert evaluate(model, data.test, data.classes).predicted.max() < 4


def test_evaluate_changes_nothing_in_the_model():
    data, model = toy_data(), toy_model(dropout=0.5)
    first = evaluate(model, data.test, data.classes)
    assert first.loss == evaluate(model, data.test, data.classes).loss
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize(
    ("split", "error", "message"),
    [
        (([], []), TypeError, r"split must be a Split\(x, y\), got tuple"),
        (Split(torch.zeros(0, 5, 3), torch.zeros(0).long()), ValueError, "split.x is empty"),
        (Split(torch.full((2, 5, 3), math.nan), torch.zeros(2).long()), ValueError, "NaN or infinity in 2 of 2"),
        (Split(torch.zeros(2, 5, 3), torch.tensor([0, 4])), ValueError, r"split.y must lie in 0 … 3 for 4 classes"),
        (Split(torch.zeros(2, 5, 7), torch.zeros(2).long()), ValueError, r"inputs must have the shape \(B, T, 3\)"),
        (Split(torch.zeros(2, 5, 3), torch.zeros(2, 5).long()), ValueError, r"model must give outputs of the shape"),
    ],
)
def test_unsound_splits_are_named(split, error, message):
    with pytest.raises(error, match=message):
        evaluate(toy_model(), split, tuple("abcd"))


def test_the_interval_of_an_accuracy_by_hand():
    # Wilson's score interval for 8 of 10: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.959964
    z, p, n = 1.959964, 0.8, 10
    centre, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    expected = ((centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n))
    assert binomial_interval(8, 10) == pytest.approx(expected, abs=1e-6)
    low, high = binomial_interval(10, 10)
    assert 0.7 < low < high == 1


def test_the_report_says_it_all():
    report = CATS_AND_DOGS.report()
    assert "cat                0.727   0.800  [0.490, 0.943]  0.762      10" in report
    assert report.endswith("accuracy 0.875, 95 % interval [0.739, 0.945]: 35 of 40")


def test_an_unknown_average_is_named():
    with pytest.raises(ValueError, match='kind must be "macro" or "weighted", got \'micro\''):
        CATS_AND_DOGS.average("micro")
