"""A plain layer that reads in both directions, and its final states."""

import torch

from . import Build, Property, Wrong

SOLUTION = '''
def both_ways(inputs, forward, backward):
    """Outputs (B, T, 2H) and each direction's end, (B, 2H)."""
    def run(inputs, W_x, W_h, b):
        h, states = inputs.new_zeros(len(inputs), len(W_h)), []
        for x in inputs.unbind(1):
            h = torch.tanh(x @ W_x + h @ W_h + b)
            states.append(h)
        return torch.stack(states, dim=1)  # (B, T, H)

    right = run(inputs, *forward)
    left = run(inputs.flip(1), *backward)
    ends = torch.cat([right[:, -1], left[:, -1]], dim=1)
    return torch.cat([right, left.flip(1)], dim=2), ends
'''


def case(generator):
    B, T, I, H = (int(torch.randint(2, 6, (), generator=generator)) for _ in range(4))  # noqa: E741

    def weights():
        shapes = ((I, H), (H, H), (H,))
        return tuple(torch.randn(shape, generator=generator) / H**0.5 for shape in shapes)

    return torch.randn(B, T, I, generator=generator), weights(), weights()


def near(a, b):
    return torch.allclose(a, b, atol=1e-5)


def forward_half(got, expected, inputs, forward, backward):
    H = len(forward[1])
    if not near(got[0][..., :H], expected[0][..., :H]):
        return f"the first {H} numbers of the outputs aren't the states of the forward direction"
    return None


def alignment(got, expected, inputs, forward, backward):
    H = len(forward[1])
    if near(got[0][..., H:], expected[0][..., H:].flip(1)):
        return (
            "the backward states stand in the order in which they were computed, not at the steps that they belong to"
        )
    return None


def direction(got, expected, inputs, forward, backward):
    W_x, W_h, b = backward
    first = torch.tanh(inputs[:, -1] @ W_x + b)  # from the zero state
    if not near(got[0][:, -1, len(W_h) :], first):
        return "the backward state at the last step isn't the one after one step from the zero state"
    return None


def own_end(got, expected, inputs, forward, backward):
    H = len(forward[1])
    if near(got[1][:, H:], expected[0][:, -1, H:]):
        return "the backward end is the state at step T, which has seen the last input only"
    return None


exercise = Build(
    name="deep-both-ways",
    chapter="deeper_and_both_ways",
    title="Both ways, with the right ends",
    minutes=15,
    statement=r"""
Write `both_ways(inputs, forward, backward)` for a plain $\tanh$ layer that starts from zero in each direction.
The `inputs` are $(B, T, I)$; `forward` and `backward` are tuples $(W_x, W_h, b)$ of the shapes $(I, H)$, $(H, H)$ and $(H)$.
Return a tuple: the outputs $(B, T, 2H)$, forward half first and both halves of the same step side by side,
and the state of each direction after its own last step, $(B, 2H)$.
""",
    function="both_ways",
    stub='''
def both_ways(inputs, forward, backward):
    """Outputs (B, T, 2H) and each direction's end, (B, 2H)."""
    ...  # W_x, W_h, b = forward
    return ...
''',
    solution=SOLUTION,
    case=case,
    properties=(
        Property(
            "forward half", forward_half,
            "The forward half comes first: the loop of a plain layer on the sequence as it is, with the first "
            "triple of weights.",
        ),
        Property(
            "alignment", alignment,
            "After the second call the first of the states belongs to step T. To where must it go in the outputs?",
        ),
        Property(
            "direction", direction,
            "The backward direction starts from zero, has weights of its own and reads step T first. Which "
            "dimension is time?",
        ),
        Property("own end", own_end, "After which step has the backward direction read the whole sequence?"),
    ),
    also_right=(
        '''
def both_ways(inputs, forward, backward):
    B, T, _ = inputs.shape
    H = len(forward[1])
    outputs = inputs.new_zeros(B, T, 2 * H)
    ends = []
    for n, (W_x, W_h, b) in enumerate((forward, backward)):
        h = inputs.new_zeros(B, H)
        for t in range(T) if n == 0 else range(T - 1, -1, -1):
            h = torch.tanh(inputs[:, t] @ W_x + h @ W_h + b)
            outputs[:, t, n * H:(n + 1) * H] = h
        ends.append(h)
    return outputs, torch.cat(ends, dim=1)
''',
        '''
def both_ways(inputs, forward, backward):
    I, H = forward[0].shape
    net = torch.nn.RNN(I, H, batch_first=True, bidirectional=True)
    with torch.no_grad():
        for end, (W_x, W_h, b) in (("_l0", forward), ("_l0_reverse", backward)):
            getattr(net, "weight_ih" + end).copy_(W_x.T)
            getattr(net, "weight_hh" + end).copy_(W_h.T)
            getattr(net, "bias_ih" + end).copy_(b)
            getattr(net, "bias_hh" + end).zero_()
        outputs, h = net(inputs)
    return outputs, torch.cat(list(h), dim=1)
''',
    ),
    wrong=(
        Wrong("the backward states aren't flipped back", fails="alignment", edit=("left.flip(1)]", "left]")),
        Wrong("the backward end is taken at step T", fails="own end", edit=("left[:, -1]]", "left[:, 0]]")),
        Wrong("the inputs aren't flipped", fails="direction", edit=("inputs.flip(1)", "inputs"),
              also=("left.flip(1)]", "left]")),
        Wrong("the inputs aren't flipped but the states are", fails="direction", edit=("inputs.flip(1)", "inputs")),
        Wrong("the batch is flipped instead of time", fails="direction", edit=("inputs.flip(1)", "inputs.flip(0)")),
        Wrong("the same weights in both directions", fails="direction", edit=("*backward)", "*forward)")),
        Wrong("the weights of the directions are exchanged", fails="forward half", edit=("*forward)", "*swap)"),
              also=("    def run", "    swap = backward\n    def run")),
        Wrong("the halves are exchanged", fails="forward half", edit=("[right, left.flip(1)]", "[left.flip(1), right]")),
        Wrong("the backward direction starts from the forward end", fails="direction",
              edit=("left = run(inputs.flip(1), *backward)",
                    "left = run(torch.cat([inputs, inputs.flip(1)], 1), *backward)[:, inputs.shape[1]:]")),
        Wrong("the halves are added, not joined", fails="shape",
              edit=("torch.cat([right, left.flip(1)], dim=2)", "right + left.flip(1)")),
        Wrong("the ends are exchanged", fails="value", edit=("[right[:, -1], left[:, -1]]", "[left[:, -1], right[:, -1]]")),
    ),
    hints=(
        "One loop that returns all its states is enough; call it twice, and take the end of each call before anything is flipped.",
    ),
    explanation=r"""
One loop serves both directions. The sequence is flipped on its way in and the states are flipped on their way out; the ends are taken *before* that.
Flipped or not, the shapes are the same, so only the values can tell whether it is right.
""",
)  # fmt: skip
