"""The state after the last real step of sequences of different lengths."""

import torch

from . import Build, Property, Wrong

SOLUTION = '''
def last_states(inputs, lengths, W_x, W_h, b):
    """State after the last real step of each sequence: (B, H)."""
    h = inputs.new_zeros(len(inputs), len(W_h))
    states = []
    for x in inputs.unbind(1):
        h = torch.tanh(x @ W_x + h @ W_h + b)
        states.append(h)
    states = torch.stack(states, dim=1)  # (B, T, H)
    return states[torch.arange(len(inputs)), lengths - 1]
'''


def case(generator):
    B, T, I, H = (int(torch.randint(3, 7, (), generator=generator)) for _ in range(4))  # noqa: E741
    lengths = torch.randint(1, T, (B,), generator=generator)
    lengths[0], lengths[1] = T, 1  # the longest and the shortest are always there
    inputs = torch.randn(B, T, I, generator=generator)
    inputs[torch.arange(T) >= lengths[:, None]] = 0  # padding
    weights = (torch.randn(shape, generator=generator) for shape in ((I, H), (H, H), (H,)))
    return inputs, lengths, *weights


def states(inputs, W_x, W_h, b):
    h, found = inputs.new_zeros(len(inputs), len(W_h)), []
    for x in inputs.unbind(1):
        h = torch.tanh(x @ W_x + h @ W_h + b)
        found.append(h)
    return torch.stack([torch.zeros_like(h), *found], dim=1)  # h_0 … h_T


def padding(got, expected, inputs, lengths, W_x, W_h, b):
    if torch.allclose(got, states(inputs, W_x, W_h, b)[:, -1], atol=1e-5):
        return "every sequence was read to step T, so the short ones went on reading the padding"
    return None


def off_by_one(got, expected, inputs, lengths, W_x, W_h, b):
    found, each = states(inputs, W_x, W_h, b), torch.arange(len(inputs))
    if torch.allclose(got, found[each, lengths - 1], atol=1e-5):
        return "these are the states one step before the last real one"
    return None


def longest(got, expected, inputs, lengths, *_):
    whole = lengths == inputs.shape[1]
    if not torch.allclose(got[whole], expected[whole], atol=1e-5):
        return "even for a sequence without padding the last state is wrong"
    return None


exercise = Build(
    name="cell-lengths",
    chapter="recurrent_cell",
    title="Sequences of different lengths",
    minutes=15,
    statement=r"""
Sequences of different lengths go into one batch by *padding*: the short ones are filled up with zeros to the length $T$ of the longest.
But a step with the input 0 still changes the state.
Write `last_states(inputs, lengths, W_x, W_h, b)`, which starts from zero and returns for each sequence the state after its own last step, $(B, H)$.
The `inputs` are $(B, T, I)$; `lengths` is a tensor of $B$ whole numbers from 1 to $T$.
""",
    function="last_states",
    stub='''
def last_states(inputs, lengths, W_x, W_h, b):
    """State after the last real step of each sequence: (B, H)."""
    ...  # tanh(x @ W_x + h @ W_h + b) at each step
    return ...
''',
    solution=SOLUTION,
    case=case,
    properties=(
        Property(
            "padding", padding,
            "Keep all states, as `unroll` does, and choose afterwards: for each sequence one of its steps.",
        ),
        Property(
            "off by one", off_by_one,
            "In a list that begins with the state after step 1, at which place stands the state after step t?",
        ),
        Property(
            "full length", longest,
            "Take a single sequence without padding, follow it step by step, and compare its last state with yours.",
        ),
    ),
    also_right=(
        '''
def last_states(inputs, lengths, W_x, W_h, b):
    h = inputs.new_zeros(len(inputs), len(W_h))
    for t, x in enumerate(inputs.unbind(1)):
        new = torch.tanh(x @ W_x + h @ W_h + b)
        h = torch.where((t < lengths)[:, None], new, h)
    return h
''',
        '''
def last_states(inputs, lengths, W_x, W_h, b):
    found = []
    for x, length in zip(inputs, lengths):
        h = inputs.new_zeros(len(W_h))
        for t in range(length):
            h = torch.tanh(x[t] @ W_x + h @ W_h + b)
        found.append(h)
    return torch.stack(found)
''',
    ),
    wrong=(
        Wrong("the padding is read", fails="padding", edit=("states[torch.arange(len(inputs)), lengths - 1]", "h")),
        Wrong("one step too early", fails="off by one", edit=("        h = torch", "        states.append(h)\n        h = torch"),
              also=("b)\n        states.append(h)", "b)")),
        Wrong("one step too late", fails="runs", edit=("lengths - 1]", "lengths]")),
        Wrong("counted from the end", fails="full length", edit=("lengths - 1]", "-lengths]")),
        Wrong("the state isn't carried", fails="full length", edit=("h @ W_h", "0 * h @ W_h")),
        Wrong("the mean of all states", fails="full length",
              edit=("states[torch.arange(len(inputs)), lengths - 1]", "states.mean(1)")),
        Wrong("every state is returned", fails="shape",
              edit=("states[torch.arange(len(inputs)), lengths - 1]", "states")),
        Wrong("each row of states once for every length", fails="shape",
              edit=("states[torch.arange(len(inputs)), lengths - 1]", "states[:, lengths - 1]")),
        Wrong("the last step's state set to zero for short sequences", fails="value",
              edit=("states[torch.arange(len(inputs)), lengths - 1]",
                    "h * (lengths == inputs.shape[1])[:, None]")),
    ),
    hints=(
        "Choosing one step for each sequence needs two indices side by side: which sequence, and which step.",
    ),
    explanation=r"""
Run the loop over all $T$ steps, keep the states, and choose for each sequence the one after its last real step. The steps after it are computed for nothing, but do no harm.
Another way is to keep the old state wherever a sequence has ended.
`torch.nn.utils.rnn.pack_padded_sequence` does the same for `nn.RNN` without the useless steps.
""",
)  # fmt: skip
