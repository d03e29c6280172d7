"""Each loss is its formula, reads its outputs as it says, and fits only its own kind of target."""

import math
from dataclasses import replace

import pytest
import torch
from support import Interruption, counted_steps, toy_data, toy_model

from rnncourse import Dataset, RecurrentModel, Split, datasets, evaluate, fit
from rnncourse.losses import LOSSES, mean_loss, named_loss

QUIET = dict(progress=False, device="cpu")


def test_the_losses_by_hand():
    bits, s = torch.tensor([[1, 0]]), torch.tensor([[[0.0], [math.log(3)]]])  # σ(s): 1/2 and 3/4
    assert named_loss("binary_cross_entropy").mean(s, bits).item() == pytest.approx((math.log(2) + math.log(4)) / 2)
    assert named_loss("brier").mean(s, bits).item() == pytest.approx((0.25 + 0.5625) / 2)
    assert named_loss("squared_error").mean(s, torch.tensor([[0.5, 0.0]])).item() == pytest.approx(
        (0.25 + math.log(3) ** 2) / 2
    )
    logits = torch.tensor([[0.0, math.log(3)]])
    assert named_loss("cross_entropy").mean(logits, torch.tensor([0])).item() == pytest.approx(math.log(4))


def test_one_logit_and_two_give_the_same_cross_entropy():
    s, bits = torch.randn(5, 7, 1), torch.randint(2, (5, 7))
    two = torch.cat([torch.zeros_like(s), s], dim=-1)
    one = named_loss("binary_cross_entropy").mean(s, bits)
    torch.testing.assert_close(one, named_loss("cross_entropy").mean(two, bits))


def test_what_counts_as_right():
    assert named_loss("brier").right(torch.tensor([[0.1], [-0.1]]), torch.tensor([1, 1])).tolist() == [True, False]
    numbers = torch.tensor([[1.0], [1.03], [0.95]])
    assert named_loss("squared_error").right(numbers, torch.ones(3)).tolist() == [True, True, False]
    assert named_loss("cross_entropy").right(torch.eye(3), torch.tensor([0, 1, 1])).tolist() == [True, True, False]


@pytest.mark.parametrize("name", ["binary_cross_entropy", "brier"])
def test_a_model_learns_bits(name):
    data = datasets.binary_addition(width=3, train=2_000, validation=100, test=200, overlap=True)
    torch.manual_seed(0)
    model = RecurrentModel("gru", 2, 8, 1, readout="every")
    history = fit(model, data, epochs=12, batch_size=50, lr=0.01, loss=name, **QUIET)
    result = evaluate(model, data.test, data.classes, loss=name)
    assert result.accuracy > 0.95 > data.baselines["accuracy"][1]
    assert (history["validation_loss"][-1], history["validation_accuracy"][-1]) == pytest.approx(
        mean_loss(model, data.validation, name)
    )
    with torch.no_grad():
        right = (model(data.test.x)[..., 0] > 0) == data.test.y
    assert result.accuracy == pytest.approx(right.double().mean().item())
    assert result.exact_match == pytest.approx(right.all(1).double().mean().item())


def test_a_model_learns_numbers():
    data = datasets.adding(steps=6, train=4_000, validation=200, test=500)
    torch.manual_seed(0)
    model = RecurrentModel("gru", 2, 16, 1)
    history = fit(model, data, epochs=15, batch_size=50, lr=0.01, loss="squared_error", **QUIET)
    loss, right = mean_loss(model, data.test, "squared_error")
    assert loss < 0.1 * data.baselines["loss"][1]
    assert history["train_accuracy"][0] < right


def test_sequences_of_several_lengths_are_read_to_their_ends_and_no_further():
    """The mean over batches of one length equals that over sequences taken one by one, cut by hand."""
    data = datasets.recall(train=64, validation=0, test=80)
    torch.manual_seed(0)
    model = RecurrentModel("lstm", 10, 5, 10, bidirectional=True, readout="final").double()
    test = Split(data.test.x.double(), data.test.y, data.test.lengths)
    with torch.no_grad():
        alone = torch.cat([model(x[None, :n]) for x, n in zip(test.x, test.lengths, strict=True)])
    expected = torch.nn.functional.cross_entropy(alone, test.y).item()
    assert mean_loss(model, test)[0] == pytest.approx(expected, abs=1e-12)
    mixed = test.take(torch.randperm(80, generator=torch.Generator().manual_seed(0)))
    result = evaluate(model, mixed, data.classes, batch_size=7)
    assert result.loss == pytest.approx(expected, abs=1e-12)
    assert (result.predicted == mixed.y).sum() == result.correct


def test_training_sees_every_sequence_of_every_length_once_an_epoch():
    data = datasets.recall(train=210, validation=0, test=16)
    seen = []

    class Watch(RecurrentModel):
        def forward(self, x):
            if self.training:
                seen.append(x)
            return super().forward(x)

    fit(Watch("gru", 10, 4, 10), data, epochs=2, batch_size=16, lr=0.01, **QUIET)
    for epoch in (seen[: len(seen) // 2], seen[len(seen) // 2 :]):
        assert sum(len(x) for x in epoch) == 210
        rows = sorted(row.argmax(-1).tolist() for x in epoch for row in x)
        own = zip(data.train.x, data.train.lengths, strict=True)
        assert rows == sorted(x[:n].argmax(-1).tolist() for x, n in own)
    lengths = [x.shape[1] for x in seen]
    assert lengths != sorted(lengths)
    assert lengths[: len(lengths) // 2] != lengths[len(lengths) // 2 :]


def test_a_run_over_several_lengths_resumes_bit_identically(tmp_path):
    data = datasets.recall(train=130, validation=16, test=16)
    arguments = dict(epochs=2, batch_size=16, lr=0.01, **QUIET)

    def model():
        torch.manual_seed(0)
        return RecurrentModel("gru", 10, 4, 10)

    whole = model()
    fit(whole, data, **arguments)

    with pytest.raises(Interruption), counted_steps(14):
        fit(model(), data, checkpoint=tmp_path / "c", checkpoint_steps=1, **arguments)
    again = model()
    fit(again, data, checkpoint=tmp_path / "c", **arguments)
    assert all(map(torch.equal, again.parameters(), whole.parameters()))


NUMBERS = datasets.adding(steps=5, train=10, validation=0, test=5)
BITS = datasets.binary_addition(width=3, train=10, validation=0, test=5)


@pytest.mark.parametrize(
    ("data", "loss", "model", "message"),
    [
        (toy_data(), "mse", {}, "loss must be one of cross_entropy, binary_cross_entropy, brier, squared_error, got"),
        (toy_data(), "brier", {}, 'loss must suit targets of 4 classes, got "brier", which is for two; use "cross_ent'),
        (toy_data(), "squared_error", {}, 'loss must suit targets of 4 classes, got "squared_error"; use "cross_entr'),
        (
            NUMBERS, "cross_entropy", dict(input_size=2),
            r'loss must suit targets that are numbers, got "cross_entropy"; use "squared_error", or make labels of '
            r"classes whole numbers with torch.as_tensor\(y\).long\(\)",
        ),
        (
            NUMBERS, "squared_error", dict(input_size=2, output_size=2),
            'model must have one output for the loss "squared_error", got 2',
        ),
        (
            BITS, "brier", dict(input_size=2, output_size=2, readout="every"),
            'model must have one output for the loss "brier", got 2',
        ),
        (
            BITS, "brier", dict(input_size=2, output_size=1),
            r"model must give outputs of the shape \(1, 4, 1\) to match y, got \(1, 1\); choose another readout",
        ),
    ],
)  # fmt: skip
def test_a_loss_that_does_not_fit_is_named(data, loss, model, message):
    with pytest.raises(ValueError, match=message):
        fit(toy_model(**model), data, epochs=1, batch_size=5, lr=0.1, loss=loss, **QUIET)


def test_numbers_have_no_classes_to_evaluate():
    with pytest.raises(ValueError, match="classes must name the classes, got none; for targets that are numbers use"):
        evaluate(toy_model(input_size=2, output_size=1), NUMBERS.test, NUMBERS.classes)


def test_evaluation_refuses_a_loss_or_a_readout_that_does_not_fit():
    data = toy_data()
    for judge in (lambda **o: evaluate(toy_model(**o), data.test, data.classes, loss="brier"),
                  lambda **o: mean_loss(toy_model(**o), data.test, "brier")):  # fmt: skip
        with pytest.raises(ValueError, match=r'loss must suit targets of [34] classes, got "brier"'):
            judge(output_size=1)
    recall = datasets.recall(train=16, validation=0, test=16)
    every = RecurrentModel("gru", 10, 4, 10, readout="every")
    for judge in (lambda: evaluate(every, recall.test, recall.classes), lambda: mean_loss(every, recall.test)):
        with pytest.raises(ValueError, match=r"model must give outputs of the shape .* choose another readout"):
            judge()


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_differentiable(name):
    outputs = torch.randn(3, 1 if name != "cross_entropy" else 4, dtype=torch.float64, requires_grad=True)
    y = torch.rand(3).double() if name == "squared_error" else torch.tensor([0, 1, 1])
    assert torch.autograd.gradcheck(lambda s: named_loss(name).mean(s, y), outputs)


def test_a_batch_of_several_lengths_is_refused():
    split = datasets.recall(train=16, validation=0, test=16).train
    with pytest.raises(ValueError, match=r"index must name sequences of one length, got the lengths \[3, 4\]"):
        split.batch(torch.tensor([0, 2]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(lengths=torch.tensor([5, 5])), r"train.lengths must be an int64 tensor of the shape \(3,\) or None, got"),
        (dict(lengths=torch.tensor([0, 5, 5])), "train.lengths must lie in 1 … 5, got 0 … 5"),
        (dict(lengths=torch.tensor([4, 5, 5])), "train.x must be 0 after the length of each sequence, got other"),
        (dict(lengths=[[5], [5], [5]]), r"train.lengths must be an int64 tensor of the shape \(3,\) or None, got a"),
        (dict(lengths=[5.0, 5.0, 5.0]), r"train.lengths must be an int64 tensor of the shape \(3,\) or None, got a"),
        (dict(y=torch.zeros(3)), "train.y must be an int64 tensor"),
    ],
)
def test_unsound_lengths_are_named(change, message):
    sound = Split(torch.ones(3, 5, 2), torch.zeros(3).long())
    with pytest.raises((TypeError, ValueError), match=message):
        Dataset("x", ("a", "b"), replace(sound, **change), None, sound)
