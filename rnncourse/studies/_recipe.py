"""What a recipe is: an experiment as data."""

from dataclasses import dataclass, field, replace

import torch

from .. import datasets
from ..base.lending import one_thread
from ..networks.feedforward import CNN, MLP
from ..networks.initial import initialise
from ..networks.recurrent import RecurrentModel
from ..training.losses import named_loss
from ..training.resume import own_random_state

MODELS = {"recurrent": RecurrentModel, "cnn": CNN, "mlp": MLP}


@dataclass(frozen=True)
class Recipe:
    """One experiment, written down: everything but the seed.

    Args:
        id: its name in the ledger.
        data: ``name`` of a function in :mod:`rnncourse.datasets`, and its arguments; ``order`` for images read in
            another order, see :func:`rnncourse.datasets.reordered`.
        model: arguments of :class:`~rnncourse.RecurrentModel`, or of the class in ``MODELS`` that ``kind`` names; the
            sizes that the data set decides are left out.
        train: arguments of :func:`~rnncourse.fit`.
        initial: ``name`` of a function in :mod:`rnncourse.initial` that changes the initial weights, and its
            arguments; empty for torch's own.
        widths: for binary addition, the bits of other numbers on which the trained model is tested, 1,000 pairs each.
        published: metric → the figure that a report gives.
        source: key of the report in the book's references; ``"course"`` for an experiment of our own.
    """

    id: str
    data: dict
    model: dict
    train: dict
    initial: dict = field(default_factory=dict)
    widths: tuple[int, ...] = ()
    published: dict = field(default_factory=dict)
    source: str = "course"

    @property
    def loss(self):
        """The :class:`~rnncourse.losses.Loss` that the recipe trains with."""
        return named_loss(self.train.get("loss", "cross_entropy"))

    def changed(self, id, model=None, train=None, initial=None, data=None):
        """An experiment of our own: this one with some arguments of the data, the model or the training changed.

        Args:
            id: its name in the ledger.
            model, train, data: the arguments that change.
            initial: other initial weights; None keeps these.
        """
        return replace(
            self, id=id, data={**self.data, **(data or {})}, model={**self.model, **(model or {})},
            train={**self.train, **(train or {})}, initial=self.initial if initial is None else initial,
            published={}, source="course",
        )  # fmt: skip

    def load(self, scale="full", seed=0):
        """The data set of the recipe: images at full or at sample scale; for a synthetic task, drawn with ``seed``.

        MNIST has no sample, so scikit-learn's digits stand for it, with the same share held out.
        """
        arguments = dict(self.data)
        name, order = arguments.pop("name"), arguments.pop("order", "rows")
        if name == "mnist" and scale == "sample":
            data = datasets.digits(validation=arguments["validation"] / 60_000)
        elif name in ("mnist", "fashion_mnist"):
            data = getattr(datasets, name)(scale=scale, **arguments)
        else:
            data = getattr(datasets, name)(seed=seed, **arguments)
        return data if order == "rows" else datasets.reordered(data, order)

    def build(self, data, seed):
        """A new model of the recipe for a data set, its initial weights drawn with ``seed``.

        They are the same whatever the number of threads; the global random numbers go on as they were.
        """
        arguments = {
            **self.model, "input_size": data.input_size, "output_size": self.loss.outputs(len(data.classes)),
        }  # fmt: skip
        kind = arguments.pop("kind", "recurrent")
        if kind != "recurrent" or arguments.get("readout") == "flatten":
            arguments["steps"] = data.steps
        # a matrix that is made orthogonal in several threads has other last digits: another start, for a checkpoint
        with own_random_state(seed, torch.device("cpu")), one_thread():
            model = MODELS[kind](**arguments)
            if self.initial:
                initialise(model, **self.initial)
        return model
