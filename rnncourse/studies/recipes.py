"""The experiments of the source reports, and our own, as data."""

from dataclasses import dataclass, field

import torch

from .. import datasets
from ..checks import check_name
from ..models import RecurrentModel


@dataclass(frozen=True)
class Recipe:
    """One experiment, written down: everything but the seed.

    Args:
        id: its name in the ledger.
        data: ``name`` of a function in :mod:`rnncourse.datasets`, and its arguments.
        model: arguments of :class:`~rnncourse.RecurrentModel`; the sizes that the data set decides are left out.
        train: arguments of :func:`~rnncourse.fit`.
        published: metric → the figure that a report gives.
        source: key of the report in the book's references; ``"course"`` for an experiment of our own.
    """

    id: str
    data: dict
    model: dict
    train: dict
    published: dict = field(default_factory=dict)
    source: str = "course"

    def load(self, scale="full"):
        """The data set of the recipe, at full or at sample scale."""
        arguments = dict(self.data)
        return getattr(datasets, arguments.pop("name"))(scale=scale, **arguments)

    def build(self, data, seed):
        """A new model of the recipe for a data set, its initial weights drawn with ``seed``."""
        torch.manual_seed(seed)
        return RecurrentModel(input_size=data.input_size, output_size=len(data.classes), **self.model)


# R1, and its three changes (size, learning rate, epochs) made one at a time and undone one at a time
_R1_DATA = dict(name="fashion_mnist", validation=0, value_range=(-1.0, 1.0))
_SMALL, _LARGE = dict(hidden_size=128, layers=2), dict(hidden_size=256, layers=3)


def _r1(id, size, lr, epochs, published=None, source="course"):
    train = dict(optimizer="adam", lr=lr, batch_size=64, epochs=epochs)
    return Recipe(id, _R1_DATA, dict(cell="rnn_tanh", **size), train, published or {}, source)


RECIPES = {
    recipe.id: recipe
    for recipe in (
        _r1("R1-before", _SMALL, 1e-3, 5, source="pashkova"),
        _r1(
            "R1-after", _LARGE, 5e-4, 15, source="pashkova",
            published={
                "test_accuracy": 0.8570, "weighted_precision": 0.8633, "weighted_recall": 0.8570, "weighted_f1": 0.8582,
            },
        ),
        _r1("R1-before-large", _LARGE, 1e-3, 5),
        _r1("R1-before-slow", _SMALL, 5e-4, 5),
        _r1("R1-before-long", _SMALL, 1e-3, 15),
        _r1("R1-after-small", _SMALL, 5e-4, 15),
        _r1("R1-after-fast", _LARGE, 1e-3, 15),
        _r1("R1-after-short", _LARGE, 5e-4, 5),
    )
}  # fmt: skip


def recipe(id):
    """The recipe of that id.

    Raises:
        ValueError: there is none.
    """
    check_name("id", id, RECIPES)
    return RECIPES[id]
