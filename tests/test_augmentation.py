"""Changed images are the ones that are allowed, as often as they should be, and only where they should be."""

import math

import pytest
import torch
from support import same_weights, toy_data, toy_model
from torch import nn

from rnncourse import fit
from rnncourse.training import augmentation
from rnncourse.training.augmentation import flip, named_augmentation, shift

OFFSETS = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
QUIET = dict(progress=False, device="cpu")


def pictures(count, rows=6, columns=7, low=0.25):
    """Images whose pixels all differ; all are above ``low`` but for one pixel of the batch, which is ``low``."""
    x = 1 + torch.arange(count * rows * columns, dtype=torch.float32).reshape(count, rows, columns)
    x[0, 0, 0] = low
    return x


def mirrored(image):
    rows, columns = image.shape
    return torch.tensor([[image[i, columns - 1 - j] for j in range(columns)] for i in range(rows)])


def moved(image, down, right, border):
    rows, columns = image.shape
    out = torch.full((rows, columns), border)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i + down < rows and 0 <= j + right < columns:
                out[i + down, j + right] = image[i, j]
    return out


def offset(image, new, border):
    """The offset by which an image was moved; an error if there is none."""
    (found,) = [o for o in OFFSETS if torch.equal(new, moved(image, *o, border))]
    return found


@pytest.mark.parametrize("size", [(6, 7), (7, 4), (1, 5)])
def test_flip_mirrors_an_image_or_leaves_it(size):
    torch.manual_seed(0)
    x = pictures(40, *size)
    for image, new in zip(x, flip(x), strict=True):
        assert torch.equal(new, image) or torch.equal(new, mirrored(image))


def test_half_of_the_images_are_mirrored():
    torch.manual_seed(0)
    x = torch.arange(2.0).expand(10_000, 3, 2)
    share = (flip(x)[:, 0, 0] == 1).float().mean().item()
    assert abs(share - 0.5) < 4 * 0.5 / math.sqrt(10_000)


@pytest.mark.parametrize("size", [(6, 7), (7, 4), (3, 5)])
def test_shift_moves_a_whole_image(size):
    torch.manual_seed(0)
    x = pictures(60, *size)
    for image, new in zip(x, shift(x), strict=True):
        offset(image, new, border=0.25)


def test_all_twenty_five_shifts_come_equally_often():
    torch.manual_seed(0)
    image = pictures(1, 5, 5)[0]
    counts = dict.fromkeys(OFFSETS, 0)
    for new in shift(image.expand(2500, 5, 5)):
        counts[offset(image, new, border=0.25)] += 1
    assert sum((n - 100) ** 2 / 100 for n in counts.values()) < 51.2  # chi-squared, 24 degrees: 99.9 %


@pytest.mark.parametrize("low", [0.0, -1.0, 0.25])
def test_what_comes_in_is_the_darkest_value(low):
    torch.manual_seed(0)
    x = pictures(50, low=low)
    new = shift(x)
    came_in = ~torch.isin(new, x[x > low])
    assert came_in.any()
    assert (new[came_in] == low).all()


def test_no_pixel_comes_in_again_on_the_other_side():
    torch.manual_seed(0)
    x = pictures(50)
    for new in shift(x):
        seen = new[new > 0.25]
        assert len(seen.unique()) == len(seen)


@pytest.mark.parametrize("name", ["flip", "shift"])
def test_the_global_generator_decides_and_each_call_draws_anew(name):
    change, x = augmentation.AUGMENTATIONS[name], pictures(50)
    before = x.clone()
    torch.manual_seed(1)
    first, second = change(x), change(x)
    torch.manual_seed(1)
    assert torch.equal(change(x), first)
    assert not torch.equal(first, second)
    assert torch.equal(x, before)
    assert (first.shape, first.dtype) == (x.shape, x.dtype)
    assert change(x.double()).dtype == torch.float64


def test_by_name():
    x = pictures(3)
    state = torch.get_rng_state()
    assert named_augmentation(None)(x) is x
    assert torch.equal(state, torch.get_rng_state())
    assert (named_augmentation("flip"), named_augmentation("shift")) == (flip, shift)


@pytest.mark.parametrize("name", ["rotate", "", ["flip"], flip])
def test_an_unknown_name_is_named(name):
    with pytest.raises(ValueError, match=r"^augment must be one of flip, shift, got "):
        fit(toy_model(), toy_data(), epochs=1, batch_size=16, lr=0.01, augment=name, **QUIET)


# --- through fit ---


class Spy(nn.Module):
    """A model that keeps what it has seen, in training and in evaluation mode."""

    def __init__(self):
        super().__init__()
        self.inner, self.trained, self.judged = toy_model(), [], []

    def forward(self, inputs):
        (self.trained if self.training else self.judged).append(inputs.clone())
        return self.inner(inputs)


@pytest.mark.parametrize("name", ["flip", "shift"])
def test_fit_changes_the_training_images_anew_in_each_epoch_and_no_others(name):
    data, model = toy_data(train=40), Spy()
    kept = [part.clone() for split in (data.train, data.validation, data.test) for part in split]
    fit(model, data, epochs=2, batch_size=40, lr=0.01, augment=name, **QUIET)
    now = [part for split in (data.train, data.validation, data.test) for part in split]
    assert all(torch.equal(a, b) for a, b in zip(kept, now, strict=True))

    low, epochs = data.train.x.amin().item(), []
    assert len(model.trained) == 2
    for seen in model.trained:
        changes = []
        for image in data.train.x:
            allowed = [mirrored(image), image]
            if name == "shift":
                allowed = [moved(image, *o, low) for o in OFFSETS]
            matches = [[i for i, one in enumerate(allowed) if torch.equal(one, new)] for new in seen]
            (match,) = [m for m in matches if m]  # each training image is there once, in an allowed form
            changes.append(match[0])
        assert len(set(changes)) > 1
        epochs.append(changes)
    assert epochs[0] != epochs[1]

    first, *validation = model.judged  # the first example of the training split, to check the model's outputs
    assert torch.equal(first, data.train.x[:1])
    assert len(validation) == 2
    assert all(torch.equal(seen, data.validation.x) for seen in validation)


def test_the_seed_of_fit_decides_the_changes():
    def weights(seed, noise, **options):
        model = toy_model()
        torch.manual_seed(noise)
        fit(model, toy_data(), epochs=1, batch_size=60, lr=0.01, seed=seed, **options, **QUIET)
        return model.state_dict()

    assert same_weights(weights(3, 1, augment="shift"), weights(3, 2, augment="shift"))
    assert not same_weights(weights(3, 1, augment="shift"), weights(4, 1, augment="shift"))
    assert not same_weights(weights(3, 1, augment="shift"), weights(3, 1))
