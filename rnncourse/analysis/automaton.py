"""From the hidden states of a trained network to a finite-state machine that can be read, checked and run."""

from dataclasses import dataclass

import numpy as np

from ..base.arrays import as_array
from ..base.checks import check_whole_number


@dataclass(frozen=True)
class Automaton:
    """A finite-state machine that answers at every step (a Mealy machine).

    Attributes:
        following: (K, S) int64; the state after state k has read the symbol s. State 0 is the start.
        answers: (K, S) int64; the answer that goes with it.
        agreement: the fraction of the observed steps, next state and answer, that the tables read off them repeat;
            a minimal machine keeps the figure of the one that it was made from.
    """

    following: np.ndarray
    answers: np.ndarray
    agreement: float = 1.0

    @property
    def size(self):
        """K, the number of states."""
        return len(self.following)

    def run(self, symbols):
        """Answer sequences of symbols, step by step from the start: (N, T) int64 → (N, T) int64."""
        state = np.zeros(len(symbols), dtype=np.int64)
        answers = np.empty(symbols.shape, dtype=np.int64)
        for t in range(symbols.shape[1]):
            answers[:, t] = self.answers[state, symbols[:, t]]
            state = self.following[state, symbols[:, t]]
        return answers

    def minimal(self):
        """The smallest machine that gives the same answers: states that no input can tell apart become one.

        Moore's (1956) refinement: start with the states that answer alike, and part those that lead to
        different parts, until nothing changes. States that the start doesn't lead to are dropped.
        """
        reached, open_ = [0], [0]
        while open_:
            found = {int(k) for k in self.following[open_.pop()]} - set(reached)
            reached += sorted(found)
            open_ += found
        part = {k: tuple(self.answers[k]) for k in reached}
        while True:
            finer = {k: (part[k], tuple(part[j] for j in self.following[k])) for k in reached}
            names = {signature: i for i, signature in enumerate(dict.fromkeys(finer[k] for k in reached))}
            refined = {k: names[finer[k]] for k in reached}
            if len(names) == len(set(part.values())):
                break
            part = refined
        chosen = [next(k for k in reached if refined[k] == i) for i in range(len(names))]
        following = np.array([[refined[int(j)] for j in self.following[k]] for k in chosen])
        return Automaton(following, self.answers[chosen], self.agreement)


def extract(states, symbols, answers, clusters, seed=0):
    """Read a finite-state machine off the hidden states of a network.

    The states are grouped by k-means (as in Omlin & Giles 1996, who used a grid); each group becomes a state
    of the machine, and the step most often seen from a group with a symbol becomes its rule. The initial
    state, before anything is read, is a group of its own, state 0.

    Args:
        states: (N, T, H); the hidden states of N sequences.
        symbols: (N, T) whole numbers; the symbol read at each step.
        answers: (N, T) whole numbers; the network's answer at each step.
        clusters: how many groups.
        seed: decides where k-means starts.

    Returns:
        An :class:`Automaton` of clusters + 1 states.

    Raises:
        ValueError: an argument is unsound, or some state was never seen to read some symbol: more sequences are
            needed, longer ones (a state may come at the end only), or fewer clusters.
    """
    from sklearn.cluster import KMeans

    clusters = check_whole_number("clusters", clusters, 1)
    seed = check_whole_number("seed", seed, 0)
    states, symbols, answers = as_array("states", states), as_array("symbols", symbols), as_array("answers", answers)
    if states.ndim != 3 or symbols.shape != states.shape[:2] or answers.shape != states.shape[:2]:
        raise ValueError(
            f"states must be (N, T, H), symbols and answers (N, T), got {states.shape}, {symbols.shape} and "
            f"{answers.shape}"
        )
    for name, values in (("symbols", symbols), ("answers", answers)):
        if values.dtype.kind not in "iu":
            raise TypeError(
                f'{name} must be whole numbers, got {values.dtype}; convert them with np.asarray({name}, "int64")'
            )
    if symbols.min() < 0 or answers.min() < 0:
        raise ValueError(f"symbols and answers must be at least 0, got {symbols.min()} and {answers.min()}")
    n, _, width = states.shape
    grouping = KMeans(clusters, n_init=10, random_state=seed).fit(states.reshape(-1, width))
    after = 1 + grouping.labels_.reshape(symbols.shape)
    before = np.concatenate([np.zeros((n, 1), dtype=after.dtype), after[:, :-1]], axis=1)
    seen = np.zeros((clusters + 1, symbols.max() + 1, clusters + 1, answers.max() + 1), dtype=np.int64)
    np.add.at(seen, (before, symbols, after, answers), 1)
    never = np.argwhere(seen.sum((2, 3)) == 0)
    if len(never):
        k, s = never[0]
        raise ValueError(
            f"state {k} was never seen to read symbol {s}, so it has no rule; give more or longer sequences, or "
            "fewer clusters"
        )
    flat = seen.reshape(*seen.shape[:2], -1)
    following, answer = np.divmod(flat.argmax(2), seen.shape[3])
    return Automaton(following, answer, float(flat.max(2).sum() / seen.sum()))
