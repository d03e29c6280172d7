"""What a target may be: at every step, of unequal sequences, not counted, weighted, several numbers."""

import copy
import json
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from support import Interruption, counted_steps, same_weights, toy_data, toy_model, without_times
from torch.nn import functional
from torch.testing import assert_close

from rnncourse import CheckpointError, Dataset, History, RecurrentModel, Split, evaluate, fit, mean_loss
from rnncourse.datasets.split import IGNORED
from rnncourse.losses import LOSSES, named_loss
from rnncourse.studies.ledger import records
from rnncourse.studies.recipes import RECIPES
from rnncourse.training.loop import epoch_batches

QUIET = dict(progress=False, device="cpu")
WEIGHTS = [1.0, 0.25, 3.0, 2.0]


def labelled(n, steps, every_step, unequal, ignored, classes=4, seed=0, dtype=torch.float64):
    """Random sequences and labels; some labels ignored, and nonsense where there is no step any more."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, steps, 3, generator=generator, dtype=dtype)
    y = torch.randint(classes, (n, steps) if every_step else (n,), generator=generator)
    y[torch.rand(y.shape, generator=generator) < ignored] = IGNORED
    y.view(n, -1)[0, 0] = 1  # one label counts
    lengths = torch.randint(1, steps + 1, (n,), generator=generator) if unequal else None
    if unequal:
        after = torch.arange(steps) >= lengths[:, None]
        x[after] = 0
        if every_step:
            y[after] = 999
    return Split(x, y, lengths)


def as_data(train, validation=None, classes="abcd"):
    return Dataset("x", list(classes), train, validation, train)


def one_by_one(model, split):
    """All counted labels with their outputs, each sequence run alone and cut by hand: (M, O), (M,)."""
    outputs, labels = [], []
    for i, x in enumerate(split.x):
        n = len(x) if split.lengths is None else int(split.lengths[i])
        outputs.append(model(x[None, :n]).reshape(-1, model.output_size))
        labels.append(split.y[i, :n] if split.y.ndim == 2 else split.y[i : i + 1])
    return torch.cat(outputs), torch.cat(labels)


@settings(deadline=None, max_examples=40)
@given(
    n=st.integers(1, 12), steps=st.integers(1, 5), every_step=st.booleans(), unequal=st.booleans(),
    ignored=st.sampled_from([0.0, 0.3, 0.9]), batch_size=st.integers(1, 13), seed=st.integers(0, 999),
    weights=st.none() | st.lists(st.floats(0.1, 10), min_size=4, max_size=4),
)  # fmt: skip
def test_the_mean_loss_is_that_of_torch_over_all(n, steps, every_step, unequal, ignored, batch_size, seed, weights):
    split = labelled(n, steps, every_step, unequal, ignored, seed=seed)
    model = toy_model(seed, readout="every" if every_step else "last").double()
    with torch.no_grad():
        outputs, labels = one_by_one(model, split)
    own = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    expected = functional.cross_entropy(outputs, labels, own, ignore_index=-100).item()
    counted = labels != -100
    accuracy = (outputs.argmax(1) == labels)[counted].double().mean().item()
    assert mean_loss(model, split, batch_size=batch_size, class_weights=weights) == pytest.approx(
        (expected, accuracy), abs=1e-12
    )
    found = evaluate(model, split, ["a", "b", "c", "d"], batch_size, class_weights=weights)
    assert (found.loss, found.accuracy) == pytest.approx((expected, accuracy), abs=1e-12)
    assert found.n == counted.sum()
    assert torch.equal(found.predicted[split.counted], outputs.argmax(1)[counted])


@pytest.mark.parametrize("name", ["binary_cross_entropy", "brier"])
def test_the_losses_of_bits_are_weighted_and_leave_labels_out_too(name):
    split = labelled(9, 4, True, True, 0.3, classes=2)
    model = toy_model(readout="every", output_size=1).double()
    with torch.no_grad():
        outputs, labels = one_by_one(model, split)
    s, y = outputs[labels != -100, 0], labels[labels != -100]
    each = (s.sigmoid() - y) ** 2 if name == "brier" else -torch.where(y == 1, s, -s).sigmoid().log()
    w = torch.tensor([0.5, 4.0], dtype=torch.float64)[y]
    expected = ((each * w).sum() / w.sum()).item()
    assert mean_loss(model, split, name, 2, [0.5, 4.0])[0] == pytest.approx(expected, abs=1e-12)
    assert evaluate(model, split, ["a", "b"], 2, name, [0.5, 4.0]).loss == pytest.approx(expected, abs=1e-12)


def test_exact_match_asks_for_every_label_that_counts():
    class Says(torch.nn.Module):
        def forward(self, x):
            return x

    answers = torch.tensor([[0, 1, 1], [1, 1, 0], [0, 0, 0], [1, 1, 1]])
    x = functional.one_hot(answers, 2).float()
    y = torch.tensor([[0, 1, -100], [1, 0, 0], [-100, -100, -100], [1, 9, 9]])
    x[3, 1:] = 0
    found = evaluate(Says(), Split(x, y, [3, 3, 3, 1]), ("a", "b"))
    assert (found.n, found.correct) == (6, 5)
    assert found.exact_match == pytest.approx(2 / 3)  # the third one has nothing to be right about
    assert found.predicted.tolist() == [[0, 1, 1], [1, 1, 0], [0, 0, 0], [1, -100, -100]]


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_fit_equals_a_loop_with_the_loss_of_torch(weights):
    train = labelled(50, 5, True, True, 0.3)
    data, ours = as_data(train, labelled(20, 5, True, True, 0.3, seed=1)), toy_model(readout="every").double()
    theirs = copy.deepcopy(ours)
    history = fit(
        ours, data, epochs=2, batch_size=8, lr=0.1, optimizer="sgd", class_weights=weights, seed=3, **QUIET
    )
    own = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    losses, accuracies = [], []
    for epoch in range(2):
        summed = weight = right = labels = 0.0
        for index in epoch_batches(3, epoch, train, 8):
            n = int(train.lengths[index[0]])
            y = train.y[index, :n].flatten()
            outputs = theirs(train.x[index, :n]).flatten(0, 1)
            counted = y != -100
            if not counted.any():
                continue  # torch's own loss would be NaN
            loss = functional.cross_entropy(outputs, y, own, ignore_index=-100)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            batch = (torch.ones(4) if own is None else own)[y[counted]].sum().item()
            summed, weight = summed + loss.item() * batch, weight + batch
            right, labels = right + (outputs.argmax(1) == y).sum().item(), labels + counted.sum().item()
        losses.append(summed / weight)
        accuracies.append(right / labels)
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_close(one, other, atol=1e-12, rtol=0)
    assert history["train_loss"] == pytest.approx(losses, abs=1e-12)
    assert history["train_accuracy"] == pytest.approx(accuracies, abs=1e-12)
    assert (history["validation_loss"][-1], history["validation_accuracy"][-1]) == pytest.approx(
        mean_loss(theirs, data.validation, class_weights=weights), abs=1e-10
    )


def test_a_batch_without_a_label_that_counts_changes_nothing():
    outputs, y = torch.randn(3, 4, requires_grad=True), torch.full((3,), IGNORED)
    for loss in (named_loss("cross_entropy"), named_loss("cross_entropy").weighted(WEIGHTS, outputs.detach())):
        error = loss.mean(outputs, y)
        (gradient,) = torch.autograd.grad(error, outputs)
        assert error.item() == 0
        assert not gradient.any()
    train = labelled(20, 3, False, False, 0.9, dtype=torch.float32)  # batches of one: most have no label
    model = toy_model()
    history = fit(model, as_data(train), epochs=1, batch_size=1, lr=0.01, **QUIET)
    assert math.isfinite(history["train_loss"][0])
    assert all(p.isfinite().all() for p in model.parameters())


def test_what_stands_after_the_end_of_a_sequence_is_never_read():
    split = labelled(30, 6, True, True, 0.2, dtype=torch.float32)
    other = split.y.clone()
    other[torch.arange(6) >= split.lengths[:, None]] = 0
    found = []
    for one in (split, Split(split.x, other, split.lengths)):
        model = toy_model(readout="every")
        history = fit(model, as_data(one, one), epochs=2, batch_size=4, lr=0.01, **QUIET)
        found.append((model.state_dict(), without_times(history), evaluate(model, one, list("abcd"))))
    assert same_weights(found[0][0], found[1][0])
    assert found[0][1] == found[1][1]
    assert found[0][2].confusion.tolist() == found[1][2].confusion.tolist()


def test_class_weights_turn_the_answers():
    """Nine tenths of the labels are one class, and the inputs say nothing: the weights decide what is answered."""
    y = torch.tensor([0] * 90 + [1] * 10)
    split = Split(torch.zeros(100, 2, 3), y)
    answers = []
    for weights in (None, [1, 20]):
        model = toy_model(output_size=2)
        fit(model, as_data(split, classes="ab"), epochs=20, batch_size=20, lr=0.05, class_weights=weights, **QUIET)
        answers.append(evaluate(model, split, ["a", "b"]).accuracy)
    assert answers == [0.9, 0.1]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 2, 3], r"class_weights must be 4 positive numbers, one for each class, got \[1, 2, 3\]"),
        ([1, 2, 3, 0], "class_weights must be 4 positive numbers"),
        ([1, 2, 3, math.nan], "class_weights must be 4 positive numbers"),
        ([1, 2, 3, math.inf], "class_weights must be 4 positive numbers"),
        (2.0, "class_weights must be 4 positive numbers"),
    ],
)
def test_unsound_class_weights_are_named(weights, message):
    data, model = toy_data(), toy_model()
    for use in (
        lambda: fit(model, data, epochs=1, batch_size=9, lr=0.1, class_weights=weights, **QUIET),
        lambda: evaluate(model, data.test, data.classes, class_weights=weights),
        lambda: mean_loss(toy_model(output_size=9), Split(data.test.x, data.test.y + 1), class_weights=weights),
    ):
        with pytest.raises(ValueError, match=message):
            use()
    numbers = Dataset("n", (), *[Split(data.train.x, data.train.x[:, 0, 0])] * 3)
    with pytest.raises(ValueError, match="class_weights must be None for targets that are numbers"):
        fit(toy_model(output_size=1), numbers, epochs=1, batch_size=9, lr=0.1, loss="squared_error",
            class_weights=[1.0], **QUIET)  # fmt: skip


# --- numbers ---


def sums(n, seed, form):
    """The sums of the features: of each sequence (N, 3), of each step (N, T, 3) or (N, T, 1); T = 3, too."""
    x = torch.randn(n, 3, 3, generator=torch.Generator().manual_seed(seed))
    return Split(x, {"K": x.sum(1), "step K": x.cumsum(1), "step": x.sum(2, keepdim=True), "one": x.sum((1, 2))}[form])


@pytest.mark.parametrize(("form", "outputs"), [("K", 3), ("step K", 3), ("step", 1), ("one", 1)])
def test_several_numbers_are_learned(form, outputs):
    train, test = sums(600, 0, form), sums(100, 1, form)
    data = Dataset("sums", [], train, test, test)
    model = toy_model(hidden_size=24, output_size=outputs, readout="every" if "step" in form else "last")
    history = fit(model, data, epochs=25, batch_size=20, lr=0.01, loss="squared_error", **QUIET)
    with torch.no_grad():
        expected = functional.mse_loss(model(test.x).reshape(test.y.shape), test.y).item()
    assert mean_loss(model, test, "squared_error")[0] == pytest.approx(expected, rel=1e-5)
    assert history["validation_loss"][-1] == pytest.approx(expected, rel=1e-5)
    assert expected < 0.15 * test.y.var().item()


def test_a_number_of_minus_100_counts_like_any_other():
    x = torch.randn(6, 2, 3)
    split = Split(x, torch.tensor([-100.0, 0, 0, -100, 0, 0]))
    model = toy_model(output_size=1)
    with torch.no_grad():
        expected = functional.mse_loss(model(x)[:, 0], split.y).item()
    assert mean_loss(model, split, "squared_error")[0] == pytest.approx(expected)
    data = Dataset("n", (), split, None, split)
    history = fit(model, data, epochs=1, batch_size=6, lr=1e-9, loss="squared_error", **QUIET)
    assert history["train_loss"] == pytest.approx([expected])


def test_numbers_at_every_step_of_unequal_sequences():
    split = labelled(20, 5, True, True, 0)
    y = split.x.sum(2, keepdim=True)
    y[torch.arange(5) >= split.lengths[:, None]] = math.nan  # nothing is known there
    split = Split(split.x, y, split.lengths)
    model = toy_model(output_size=1, readout="every").double()
    fit(model, Dataset("n", (), split, None, split), epochs=1, batch_size=4, lr=0.01, loss="squared_error", **QUIET)
    with torch.no_grad():
        errors = [
            (model(x[None, :n])[0] - t[:n]) ** 2 for x, t, n in zip(split.x, y, split.lengths, strict=True)
        ]
    expected = torch.cat(errors).mean().item()
    assert mean_loss(model, split, "squared_error", 3)[0] == pytest.approx(expected, abs=1e-12)


def test_as_many_numbers_as_steps_are_not_taken_for_one_at_each_step():
    split = Split(torch.randn(10, 3, 3), torch.randn(10, 3))
    data = Dataset("n", (), split, None, split)
    arguments = dict(epochs=1, batch_size=5, lr=0.1, loss="squared_error", **QUIET)
    message = (
        r"shape \(1, 3\) to match y, got \(1, 3, 1\); y of two axes is several numbers for each sequence; for one "
        r"number at each step give it a third one with y\[..., None\]"
    )
    with pytest.raises(ValueError, match=message):
        fit(toy_model(output_size=1, readout="every"), data, **arguments)
    fit(toy_model(output_size=3), data, **arguments)
    with pytest.raises(ValueError, match="an output for each of the 3 numbers of a target, got 4; set output_size=3"):
        fit(toy_model(output_size=4), data, **arguments)


@pytest.mark.parametrize("y", [torch.zeros(10, 4, 1), torch.zeros(10, 0), torch.zeros(9, 3), torch.zeros(10, 3, 1, 1)])
def test_numbers_of_a_shape_that_does_not_fit_are_named(y):
    split = Split(torch.randn(10, 3, 3), y)
    with pytest.raises(ValueError, match=r"train.y must have the shape \(10,\), \(10, K\) or \(10, 3, K\) to match x"):
        Dataset("n", (), split, None, split)


def test_the_splits_have_targets_of_one_form():
    x = torch.randn(10, 3, 3)
    for y, other in ((x.sum(1), x.sum((1, 2))), (x.sum(1), x.sum(1)[:, :2]), (x, x[..., :1])):
        with pytest.raises(ValueError, match=r"validation.y must have targets of the form of train.y, \(10, 3"):
            Dataset("n", (), Split(x, y), Split(x, other), Split(x, y))
    Dataset("n", (), Split(x, x), Split(x[:4], x[:4]), Split(x[:2], x[:2]))


# --- the history knows its loss ---


@pytest.fixture
def of_numbers():
    split = Split(torch.randn(20, 3, 3), 1000 * torch.randn(20))
    data = Dataset("n", (), split, split, split)
    yield fit(toy_model(output_size=1), data, epochs=2, batch_size=5, lr=0.1, loss="squared_error", **QUIET)
    plt.close("all")


def test_a_history_of_numbers_says_squared_error_and_shows_no_accuracy(of_numbers):
    (axes,) = of_numbers.plot(baselines={"loss": ("constant", 1e6)}).axes
    assert axes.get_ylabel() == "squared error"
    assert [line.get_label() for line in axes.lines] == ["training", "validation", "constant"]
    head, first, _ = str(of_numbers).splitlines()
    assert head.split() == ["epoch", "squared", "error", "validation", "squared", "error"]
    assert first.split() == ["1", f"{of_numbers['train_loss'][0]:.4g}", f"{of_numbers['validation_loss'][0]:.4g}"]
    assert "accuracy" not in str(of_numbers)
    (axes,) = of_numbers.plot(loss="error (m²)").axes
    assert axes.get_ylabel() == "error (m²)"


@pytest.mark.parametrize("name", ["cross_entropy", "binary_cross_entropy", "brier"])
def test_a_history_of_classes_names_its_loss(name):
    data = toy_data(classes=2, features=2)
    model = toy_model(input_size=2, output_size=named_loss(name).outputs(2))
    history = fit(model, data, epochs=1, batch_size=20, lr=0.1, loss=name, **QUIET)
    assert [axes.get_ylabel() for axes in history.plot().axes] == [LOSSES[name].label, "accuracy"]
    assert "accuracy" in str(history)
    weighted = fit(model, data, epochs=1, batch_size=20, lr=0.1, loss=name, class_weights=[1, 2], **QUIET)
    assert weighted.plot().axes[0].get_ylabel() == f"weighted {LOSSES[name].label}"
    plt.close("all")


def test_the_loss_is_kept_in_files_and_old_files_can_be_read(of_numbers, tmp_path):
    of_numbers.save(tmp_path / "history.json")
    assert History.load(tmp_path / "history.json") == of_numbers
    plain = json.loads((tmp_path / "history.json").read_text())
    assert (plain.pop("loss"), plain.pop("class_weights")) == ("squared_error", None)
    (tmp_path / "old.json").write_text(json.dumps(plain))
    old = History.load(tmp_path / "old.json")
    assert old.epochs == of_numbers.epochs
    assert [axes.get_ylabel() for axes in old.plot().axes] == ["loss", "accuracy"]  # which one isn't known


def test_the_histories_of_the_ledger_can_be_read():
    record = next(found[0] for id in RECIPES if (found := records(id)))
    history = History.from_dict(record["history"])
    assert len(history) == len(record["history"]["epochs"])
    assert str(history).count("\n") == len(history)


# --- and it resumes ---


def cut_run(checkpoint, stop_after, **options):
    """A run over labels at every step of unequal sequences, some ignored, weighted; cut after so many steps."""
    split = labelled(30, 4, True, True, 0.3, dtype=torch.float32)
    options = {"class_weights": WEIGHTS, **QUIET, **options}
    model = toy_model(readout="every", layers=2, dropout=0.3)
    with counted_steps(stop_after):
        history = fit(model, as_data(split, split), epochs=2, batch_size=4, lr=0.01, checkpoint=checkpoint, **options)
    return model.state_dict(), without_times(history)


@pytest.mark.parametrize("stop_after", [1, 5, 11])
def test_such_a_run_resumes_to_the_bit(tmp_path, stop_after):
    whole = cut_run(None, None)
    with pytest.raises(Interruption):
        cut_run(tmp_path / "c", stop_after, checkpoint_steps=1)
    weights, history = cut_run(tmp_path / "c", None)
    assert same_weights(whole[0], weights)
    assert whole[1] == history
    assert history["class_weights"] == WEIGHTS


def test_other_class_weights_are_another_run(tmp_path):
    cut_run(tmp_path / "c", None)
    with pytest.raises(CheckpointError, match="belongs to another run: its class_weights"):
        cut_run(tmp_path / "c", None, class_weights=None)


def test_the_readout_every_is_needed_for_labels_at_every_step():
    split = labelled(8, 4, True, False, 0, dtype=torch.float32)
    with pytest.raises(ValueError, match=r"shape \(1, 4, 4\) to match y, got \(1, 4\); choose another readout"):
        fit(RecurrentModel("gru", 3, 4, 4), as_data(split), epochs=1, batch_size=4, lr=0.1, **QUIET)
