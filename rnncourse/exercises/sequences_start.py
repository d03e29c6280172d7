"""The loop of a recurrent network, from an initial state that isn't zero."""

import torch

from . import Build, Property, Wrong

SOLUTION = '''
def run_from(h, x, W_x, W_h, b):
    """States of a recurrent network that starts from h."""
    states = []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ W_x + h @ W_h + b)
        states.append(h)
    return torch.stack(states, dim=1)
'''


def case(generator):
    B, T, I, H = (int(torch.randint(2, 6, (), generator=generator)) for _ in range(4))  # noqa: E741
    H += H == I  # so that a matrix the wrong way round doesn't fit
    shapes = (B, H), (B, T, I), (I, H), (H, H), (H,)
    return tuple(torch.randn(shape, generator=generator) for shape in shapes)


def first_step(got, expected, *_):
    if not torch.allclose(got[:, 0], expected[:, 0], atol=1e-5):
        return "the first state isn't tanh(x_1 W_x + h W_h + b) with the h that was given"
    return None


def later_steps(got, expected, *_):
    if not torch.allclose(got[:, 1:], expected[:, 1:], atol=1e-5):
        return "the first state is right, but a later one isn't computed from the state before it"
    return None


exercise = Build(
    name="sequences-start",
    chapter="sequences_and_memory",
    title="Start somewhere else",
    minutes=10,
    statement=r"""
Our loop starts from $h_0 = 0$. Write `run_from(h, x, W_x, W_h, b)`, which starts from a given state $h_0$ of shape $(B, H)$
and returns the states $h_1, \dots, h_T$, of shape $(B, T, H)$.
(A network needs this to go on reading where it stopped.)
""",
    function="run_from",
    stub='''
def run_from(h, x, W_x, W_h, b):
    """States of a recurrent network that starts from h."""
    ...  # (B, H), (B, T, I) → (B, T, H)
    return ...
''',
    solution=SOLUTION,
    case=case,
    properties=(
        Property(
            "first step", first_step,
            "Take the loop `run` of the chapter. Which of its lines makes the initial state?",
        ),
        Property(
            "later steps", later_steps,
            "Follow h through two turns of the loop: is each state computed from the one before it?",
        ),
    ),
    also_right=(
        '''
def run_from(h, x, W_x, W_h, b):
    cell = torch.nn.RNN(x.shape[2], h.shape[1], batch_first=True)
    with torch.no_grad():
        cell.weight_ih_l0.copy_(W_x.T)
        cell.weight_hh_l0.copy_(W_h.T)
        cell.bias_ih_l0.copy_(b)
        cell.bias_hh_l0.zero_()
    return cell(x, h[None])[0]
''',
        '''
def run_from(h, x, W_x, W_h, b):
    states = x.new_empty(x.shape[0], x.shape[1], h.shape[1])
    a_x = x @ W_x + b
    for t in range(x.shape[1]):
        states[:, t] = torch.tanh(a_x[:, t] + (states[:, t - 1] if t else h) @ W_h)
    return states
''',
    ),
    wrong=(
        Wrong("the bias is missing", fails="first step", edit=(" + b)", ")")),
        Wrong("the given state is ignored", fails="first step", edit=("states = []", "states = []; h = 0 * h")),
        Wrong("the state isn't updated", fails="later steps", edit=("        h = torch", "        new = torch"),
              also=("append(h)", "append(new)")),
        Wrong("the recurrent matrix is transposed", fails="first step", edit=("@ W_h", "@ W_h.T")),
        Wrong("only the last state is returned", fails="shape", edit=("torch.stack(states, dim=1)", "h")),
        Wrong("time comes first", fails="shape", edit=("dim=1", "dim=0")),
        Wrong("the states before the update are returned", fails="first step",
              edit=("        h = torch", "        states.append(h)\n        h = torch"),
              also=("b)\n        states.append(h)", "b)")),
        Wrong("no tanh", fails="first step", edit=("torch.tanh(", "(")),
        Wrong("the sequence is read from its end", fails="first step", edit=("x[:, t]", "x[:, -1 - t]")),
        Wrong("the given state is overwritten", fails="keeps its inputs",
              edit=("        h = torch.tanh(x[:, t] @ W_x + h @ W_h + b)",
                    "        h.copy_(torch.tanh(x[:, t] @ W_x + h @ W_h + b))")),
        Wrong("a list instead of a tensor", fails="type", edit=("torch.stack(states, dim=1)", "states")),
    ),
    explanation=r"""
It is the loop of the chapter without the line that makes the zero state.
""",
)  # fmt: skip
