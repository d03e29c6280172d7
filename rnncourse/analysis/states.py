r"""What a trained network holds in its states: every state and gate over time, linear probes, units held at zero."""

import copy
import numbers
from dataclasses import dataclass

import numpy as np
import torch

from ..base.arrays import as_array
from ..base.checks import check_number, check_whole_number
from ..networks.cells import GRUCell, LSTMCell, RNNCell, cell_class_for, layer_inputs
from ..networks.recurrent import RecurrentModel

# cell → which of its blocks of weights makes the candidate, the part that isn't a gate
_CANDIDATE = {RNNCell: 0, LSTMCell: 2, GRUCell: 2}


@dataclass(frozen=True)
class Unrolled:
    """What :func:`unrolled` returns: one layer at every time step, each part (B, T, D·H).

    Attributes:
        hidden: h_1 … h_T; of a bidirectional model both directions side by side, as in the model's own states.
        cell: c_1 … c_T; None for a cell without a cell state.
        gates: name → its values: i, f, g, o of an LSTM; r, z, n of a GRU, in PyTorch's form; none of a plain cell.
            The candidates g and n aren't gates, but stand beside them.
    """

    hidden: torch.Tensor
    cell: torch.Tensor | None
    gates: dict


@torch.no_grad()
def unrolled(model, inputs, layer=-1):
    """The states and the gates of one layer of a model at every time step.

    The layers are unrolled through our own cells, which equal PyTorch's; dropout between them is left out.

    Args:
        model: a :class:`~rnncourse.RecurrentModel`.
        inputs: (B, T, I).
        layer: which one, from 0 for the lowest; negative ones count from the top.

    Returns:
        :class:`Unrolled`.

    Raises:
        TypeError: the model is another one, or its recurrent layers are.
        ValueError: there is no such layer, or the inputs have another shape.
    """
    module, cell_class = _recurrent(model)
    layer = _layer(module, layer)
    inputs = layer_inputs(module, inputs, layer)
    parts = _one_direction(cell_class.from_torch(module, layer), inputs)
    if module.bidirectional:
        other = _one_direction(cell_class.from_torch(module, layer, reverse=True), inputs.flip(1))
        parts = {name: torch.cat([part, other[name].flip(1)], dim=2) for name, part in parts.items()}
    return Unrolled(parts.pop("hidden"), parts.pop("cell", None), parts)


def _one_direction(cell, inputs):
    """name → (B, T, H): hidden, cell where there is one, and the gates."""
    states = [cell.initial_state(len(inputs))]
    for x in inputs.unbind(1):
        states.append(cell(x, states[-1]))
    hidden = torch.stack([cell.hidden(state) for state in states], dim=1)  # h_0 … h_T
    parts = {"hidden": hidden[:, 1:]}
    if isinstance(cell, LSTMCell):
        parts["cell"] = torch.stack([c for _, c in states[1:]], dim=1)
    return parts | _gates(cell, inputs, hidden[:, :-1])


def _gates(cell, x, h):
    """The gates of all steps at once, from x_1 … x_T (B, T, I) and the states before them, h_0 … h_{T-1}."""
    H = cell.hidden_size
    if isinstance(cell, LSTMCell):
        a_i, a_f, a_g, a_o = (x @ cell.W_x + h @ cell.W_h + cell.b).split(H, dim=2)
        return {"i": a_i.sigmoid(), "f": a_f.sigmoid(), "g": a_g.tanh(), "o": a_o.sigmoid()}
    if isinstance(cell, GRUCell):
        x_r, x_z, x_n = (x @ cell.W_x + cell.b).split(H, dim=2)
        h_r, h_z, h_n = (h @ cell.W_h).split(H, dim=2)
        r = (x_r + h_r).sigmoid()
        return {"r": r, "z": (x_z + h_z).sigmoid(), "n": (x_n + r * (h_n + cell.b_h)).tanh()}
    return {}


@torch.no_grad()
def ablated(model, units, layer=-1):
    """A copy of a model in which some units are zero at every time step, as if they had never been there.

    It isn't enough to hide a unit from the readout: the other units read it too. The copy has the weights, from
    the inputs and from the states, of the unit's candidate set to 0. The candidate then is 0, and since the state
    starts at 0 and gates only multiply, the state of the unit stays at exactly 0.

    Args:
        model: a :class:`~rnncourse.RecurrentModel`; it isn't changed.
        units: their numbers in the layer's states, 0 … D·H - 1; of a bidirectional model the second half is the
            direction that reads from the end.
        layer: which one, from 0 for the lowest; negative ones count from the top.

    Raises:
        TypeError: the model is another one, or its recurrent layers are.
        ValueError: there is no such layer or unit.
    """
    module, cell_class = _recurrent(model)
    layer = _layer(module, layer)
    H = module.hidden_size
    width = 2 * H if module.bidirectional else H
    held = copy.deepcopy(model)
    for unit in as_array("units", units).reshape(-1):
        if unit not in range(width):
            raise ValueError(f"units must lie in 0 … {width - 1}, got {unit}")
        reverse, place = divmod(int(unit), H)
        row = _CANDIDATE[cell_class] * H + place  # PyTorch has the units in rows
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(held.recurrent, f"{name}_l{layer}" + reverse * "_reverse")[row] = 0
    return held


@dataclass(frozen=True)
class Probe:
    """What :func:`probe` returns: accuracies, as fractions of 1.

    Attributes:
        accuracy: on the test examples.
        train_accuracy: on the training examples.
        control: for each shuffling of the labels, on the test examples.
        train_control: the same on the training examples: how much a probe of this kind can learn by heart.
    """

    accuracy: float
    train_accuracy: float
    control: tuple
    train_control: tuple

    @property
    def selectivity(self):
        """The test accuracy less the mean one of the controls (Hewitt & Liang 2019)."""
        return self.accuracy - float(np.mean(self.control))


def probe(train, test, controls=3, strength=1.0, seed=0):
    """Can a linear classifier read the labels off the states? With the same question for shuffled labels.

    The features are scaled to mean 0 and variance 1 by the training examples; the classifier is a multinomial
    logistic regression with an L2 penalty. Each control shuffles the labels among the training examples, and
    among the test examples, so that only the link between state and label is lost.

    Args:
        train, test: (features (N, F), labels (N,)), tensors or arrays; fitted on the one, judged on the other.
        controls: how many shufflings; at least 1.
        strength: the inverse of the weight of the penalty, scikit-learn's C.
        seed: decides the shufflings.

    Returns:
        :class:`Probe`.

    Raises:
        ValueError: shapes don't fit, a feature isn't finite, or the training labels have one value only.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    controls = check_whole_number("controls", controls, 1)
    seed = check_whole_number("seed", seed, 0)
    strength = check_number("strength", strength, positive=True)
    x, y = _examples("train", train)
    x_test, y_test = _examples("test", test)
    if x.shape[1] != x_test.shape[1]:
        raise ValueError(f"test must have the {x.shape[1]} features of train, got {x_test.shape[1]}")
    if len(np.unique(y)) < 2:
        raise ValueError(f"train must have labels of at least two classes, got only {y[0]}")
    rng = np.random.default_rng(seed)

    def accuracies(y, y_test):
        classifier = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=2000)).fit(x, y)
        return classifier.score(x_test, y_test), classifier.score(x, y)

    found = accuracies(y, y_test)
    shuffled = [accuracies(rng.permutation(y), rng.permutation(y_test)) for _ in range(controls)]
    return Probe(*found, *zip(*shuffled, strict=True))


def _examples(name, pair):
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"{name} must be a pair: features (N, F) and labels (N,), got {type(pair).__name__}")
    x = as_array(f"the features of {name}", pair[0])
    y = np.asarray(pair[1].detach().cpu() if isinstance(pair[1], torch.Tensor) else pair[1])  # names will do, too
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise ValueError(f"{name} must be features (N, F) and labels (N,), got the shapes {x.shape} and {y.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} must have finite features, got NaN or infinity in {(~np.isfinite(x)).sum()} places")
    if y.dtype.kind == "f" and (y % 1 != 0).any():  # NaN isn't whole either
        raise ValueError(f"{name} must have labels of classes, got numbers that aren't whole")
    return x, y


def _recurrent(model):
    """The recurrent module of a model, and the class of our cell for it."""
    if not isinstance(model, RecurrentModel):
        raise TypeError(f"model must be a RecurrentModel, got {type(model).__name__}")
    return model.recurrent, cell_class_for(model.recurrent)


def _layer(module, layer):
    if not isinstance(layer, numbers.Integral) or layer not in range(-module.num_layers, module.num_layers):
        raise ValueError(f"layer must lie in 0 … {module.num_layers - 1}, or count from the top, got {layer!r}")
    return int(layer) % module.num_layers
