"""Run a finite-state machine."""

import torch

from . import Build, Property, Wrong


def case(generator):
    """No state answers as another one, and no symbol keeps the start: then every mistake shows."""
    states, inputs = 3, 4
    following = torch.randint(states, (states, inputs), generator=generator)
    following[0] = 1 + torch.randperm(inputs, generator=generator) % 2
    answers = torch.randint(5, (inputs,), generator=generator) + torch.arange(states)[:, None]
    symbols = torch.randint(inputs, (3, 7), generator=generator)
    symbols[:, 0] = torch.randperm(inputs, generator=generator)[:3]
    return following, answers, symbols


def starts(got, expected, following, answers, symbols):
    if not torch.equal(got[:, 0], expected[:, 0]):
        return (
            f"the first answers must be {expected[:, 0].tolist()}, those of state 0 for its symbols, "
            f"got {got[:, 0].tolist()}"
        )
    return None


def moves(got, expected, following, answers, symbols):
    if not torch.equal(got[:, 1], expected[:, 1]):
        return (
            f"the second answers must be {expected[:, 1].tolist()}, from the state after the first symbol, "
            f"got {got[:, 1].tolist()}"
        )
    return None


def goes_on(got, expected, following, answers, symbols):
    if not torch.equal(got, expected):
        return "the first two answers are right, a later one isn't"
    return None


exercise = Build(
    name="carry-run",
    chapter="carrying",
    title="Run the machine",
    minutes=15,
    statement=r"""
Write `run_machine(following, answers, symbols)`. The two tables have a row for each state and a column for each symbol: the next state, and the answer given on the way.
`symbols` (N, T) holds N sequences; each starts in state 0. Return the answers, (N, T).
""",
    function="run_machine",
    stub='''
def run_machine(following, answers, symbols):
    """Tables (K, S), symbols (N, T) → answers (N, T)."""
    ...
    return ...
''',
    solution='''
def run_machine(following, answers, symbols):
    """Tables (K, S), symbols (N, T) → answers (N, T)."""
    state = torch.zeros(len(symbols), dtype=torch.int64)
    said = torch.empty_like(symbols)
    for t in range(symbols.shape[1]):
        said[:, t] = answers[state, symbols[:, t]]
        state = following[state, symbols[:, t]]
    return said
''',
    case=case,
    cases=12,
    tolerance=0,
    properties=(
        Property(
            "start", starts,
            "First read the answer from the present state, then move. Which state is the present one at the first "
            "symbol?",
        ),
        Property(
            "one step", moves,
            "After the answer every sequence moves to a state of its own. Which table says where to?",
        ),
        Property(
            "every step", goes_on,
            "Every turn of the loop must do the same two things. Follow one sequence through three turns.",
        ),
    ),
    also_right=(
        '''
def run_machine(following, answers, symbols):
    rows = []
    for row in symbols.tolist():
        state, said = 0, []
        for symbol in row:
            said.append(int(answers[state, symbol]))
            state = int(following[state, symbol])
        rows.append(said)
    return torch.tensor(rows)
''',
    ),
    wrong=(
        Wrong(
            "the state moves before the answer is read", fails="start",
            edit=(
                "said[:, t] = answers[state, symbols[:, t]]\n        state = following[state, symbols[:, t]]",
                "state = following[state, symbols[:, t]]\n        said[:, t] = answers[state, symbols[:, t]]",
            ),
        ),
        Wrong("the start is state 1", fails="start", edit=("torch.zeros", "torch.ones")),
        Wrong("the tables are mixed up", fails="start", edit=("= answers[", "= following[")),
        Wrong("the state never moves", fails="one step", edit=("        state = following[state, symbols[:, t]]\n", "")),
        Wrong(
            "the answer is taken for the next state", fails="one step",
            edit=("state = following[state", "state = answers.clamp(max=2)[state"),
        ),
        Wrong(
            "all sequences share the state of the first one", fails="one step",
            edit=("state = following[state, symbols[:, t]]", "state = following[state, symbols[:, t]][:1].repeat(len(symbols))"),
        ),
        Wrong(
            "the state goes back to 0 every second step", fails="every step",
            edit=("state = following[state, symbols[:, t]]", "state = following[state, symbols[:, t]] * (1 - t % 2)"),
        ),
        Wrong("only the last answers are returned", fails="shape", edit=("return said", "return said[:, -1]")),
        Wrong(
            "the states are returned", fails="start",
            edit=("        state = following", "        said[:, t] = state\n        state = following"),
        ),
    ),
    explanation=r"""
A table can be indexed with two tensors of the same length, so one line serves all N sequences.
The answer belongs to the state *before* the move: such a machine is called a Mealy machine. The only loop is that over time, as in a recurrent network.
""",
)  # fmt: skip
