"""A machine read off a trained network adds, and what is read off known states is what they were."""

import numpy as np
import pytest
import torch

import rnncourse as rc
from rnncourse.automaton import Automaton, extract
from rnncourse.datasets.synthetic import add

# a full adder, written down: with carry c and the bits a, b (symbol a + 2b), the sum bit and the next carry
FULL_ADDER = {(c, a, b): ((c + a + b) % 2, (c + a + b) // 2) for c in (0, 1) for a in (0, 1) for b in (0, 1)}


@pytest.fixture(scope="module")
def machine():
    """The machine of a small network that was trained on five-bit numbers only."""
    data = rc.datasets.binary_addition(width=5, train=20_000, validation=0, test=2_000)
    torch.manual_seed(0)
    model = rc.RecurrentModel("rnn_tanh", 2, 6, 1, readout="every")
    rc.fit(
        model, data, epochs=10, batch_size=100, lr=1e-2, schedule="one_cycle", loss="binary_cross_entropy",
        progress=False,
    )  # fmt: skip
    x = data.test.x
    with torch.no_grad():
        states, answers = model.states(x), (model(x)[..., 0] > 0).long()
    return extract(states, symbols(x), answers, clusters=8)


def symbols(x):
    """The two bits of a step as one of four symbols."""
    return (x[..., 0] + 2 * x[..., 1]).long().numpy()


def test_the_minimal_machine_is_the_full_adder(machine):
    small = machine.minimal()
    assert small.size == 2  # no carry, carry
    assert machine.agreement > 0.999
    for (c, a, b), (bit, carry) in FULL_ADDER.items():
        assert (small.answers[c, a + 2 * b], small.following[c, a + 2 * b]) == (bit, carry)


def test_the_machine_adds_numbers_of_a_thousand_bits(machine):
    bits = np.random.default_rng(0).integers(2, size=(200, 1001, 2))
    bits[:, -1] = 0
    numbers = [[sum(int(bit) << i for i, bit in enumerate(row[:, j])) for j in (0, 1)] for row in bits]
    for one in (machine, machine.minimal()):
        answers = one.run(symbols(torch.from_numpy(bits)))
        for (a, b), row in zip(numbers, answers, strict=True):
            assert sum(int(bit) << i for i, bit in enumerate(row)) == a + b  # Python's own sum of whole numbers
        assert np.array_equal(answers, add(bits))


def test_states_that_are_corners_give_back_the_machine_that_made_them():
    rng = np.random.default_rng(1)
    following = np.array([[1, 2], [1, 2], [3, 1], [1, 3]])  # state 0 is the start
    answers = np.array([[0, 1], [0, 1], [1, 1], [0, 0]])
    made = Automaton(following, answers)
    read = rng.integers(2, size=(300, 12))
    corners, state = np.empty((300, 12, 3)), np.zeros(300, dtype=int)
    for t in range(12):
        state = following[state, read[:, t]]
        corners[:, t] = np.eye(4)[state][:, 1:] + 0.05 * rng.standard_normal((300, 3))
    found = extract(corners, read, made.run(read), clusters=3)
    assert found.agreement == 1
    new = rng.integers(2, size=(50, 40))
    assert np.array_equal(found.run(new), made.run(new))
    assert np.array_equal(found.minimal().run(new), made.run(new))


def test_minimal_merges_states_that_answer_alike_and_drops_those_out_of_reach():
    # 0 and 2 are alike; 1 differs from them only two steps later; nothing leads to 3
    following = np.array([[1, 2], [0, 1], [1, 0], [3, 3]])
    answers = np.array([[0, 1], [0, 0], [0, 1], [1, 1]])
    small = Automaton(following, answers).minimal()
    assert small.size == 2
    assert small.following.tolist() == [[1, 0], [0, 1]]
    assert small.answers.tolist() == [[0, 1], [0, 0]]


def test_minimal_looks_more_than_one_step_ahead():
    # a line of states that all answer 0 until the last one: none can be merged
    following = np.array([[1, 0], [2, 0], [3, 0], [3, 3]])
    answers = np.array([[0, 0], [0, 0], [0, 0], [1, 1]])
    assert Automaton(following, answers).minimal().size == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(clusters=0), "clusters must be a whole number of at least 1, got 0"),
        (dict(states=np.zeros((4, 3))), r"states must be \(N, T, H\), symbols and answers \(N, T\), got \(4, 3\)"),
        (dict(symbols=np.zeros((4, 2), int)), r"got \(4, 3, 2\), \(4, 2\) and \(4, 3\)"),
        (dict(symbols=np.ones((4, 3), int)), "state 0 was never seen to read symbol 0, so it has no rule; give"),
        (dict(answers=np.full((4, 3), -1)), "symbols and answers must be at least 0, got 0 and -1"),
    ],
)
def test_unsound_arguments_are_named(arguments, message):
    states = np.random.default_rng(0).random((4, 3, 2))
    sound = dict(states=states, symbols=np.zeros((4, 3), int), answers=np.zeros((4, 3), int), clusters=2)
    with pytest.raises(ValueError, match=message):
        extract(**{**sound, **arguments})


def test_the_agreement_is_the_share_of_steps_that_the_tables_repeat():
    # answers 0 1 0 1; with one group all steps after the first have one rule, and 1 is right in two of these three
    states, symbols = np.zeros((2, 4, 1)), np.zeros((2, 4), dtype=int)
    states[..., 0] = [[0, 1, 2, 3], [0, 1, 2, 3]]
    found = extract(states, symbols, np.array([[0, 1, 0, 1]] * 2), clusters=1)
    assert found.agreement == pytest.approx(6 / 8)
    assert found.run(symbols).tolist() == [[0, 1, 1, 1]] * 2
