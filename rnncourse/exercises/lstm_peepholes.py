"""A step with peepholes."""

import torch

from . import Build, Property, Wrong


def case(generator):
    B, I, H = (int(torch.randint(2, 5, (), generator=generator)) for _ in range(3))  # noqa: E741
    shapes = (B, I), (B, H), (B, H), (I, 4 * H), (H, 4 * H), (4 * H,), (3, H)
    return tuple(torch.randn(shape, generator=generator) for shape in shapes)


def near(a, b):
    return all(p.shape == q.shape and torch.allclose(p, q, atol=1e-5) for p, q in zip(a, b, strict=True))


def step(x, h, c, W_x, W_h, b, p, *, old=False, order=(0, 1, 2, 3), shown=torch.tanh):
    """The step, with one thing changed if asked: o sees the old c, the blocks' order, the output activation."""
    blocks = (x @ W_x + h @ W_h + b).chunk(4, dim=1)
    a_i, a_f, a_g, a_o = (blocks[place] for place in order)
    i, f = (a_i + p[0] * c).sigmoid(), (a_f + p[1] * c).sigmoid()
    new = f * c + i * a_g.tanh()
    o = (a_o + p[2] * (c if old else new)).sigmoid()
    return o * shown(new), new


def peepholes(got, expected, x, h, c, W_x, W_h, b, p):
    for n, gate in enumerate(("input", "forget", "output")):
        without = p.clone()
        without[n] = 0
        if near(got, step(x, h, c, W_x, W_h, b, without)):
            return f"the {gate} gate has no peephole"
    if near(got, step(x, h, c, W_x, W_h, b, 0 * p)):
        return "this is the step without any peephole"
    return None


def output_sees_new(got, expected, *arguments):
    if near(got, step(*arguments, old=True)):
        return "the output gate looks at the old cell state; when it decides, the new one is there already"
    return None


def order_of_blocks(got, expected, *arguments):
    if near(got, step(*arguments, order=(0, 1, 3, 2))) or near(got, step(*arguments, order=(1, 0, 2, 3))):
        return "the blocks stand in another order"
    return None


def shown_through_tanh(got, expected, *arguments):
    if near(got, step(*arguments, shown=lambda c: c)):
        return "the cell state is shown without its activation function"
    return None


exercise = Build(
    name="lstm-peepholes",
    chapter="lstm",
    title="Peepholes",
    minutes=15,
    statement=r"""
Write one LSTM step with peepholes. `p` has the shape $(3, H)$, one row for each of $i, f, o$ and one weight for each unit:

$$
\begin{aligned}
i_t &= \sigma(a^i_t + p_i \odot c_{t-1}), \\
f_t &= \sigma(a^f_t + p_f \odot c_{t-1}), \\
o_t &= \sigma(a^o_t + p_o \odot c_t) .
\end{aligned}
$$

All else is as in the chapter, with the blocks in the order $i, f, g, o$. Return $h_t$ and $c_t$.
""",
    function="peephole_step",
    stub='''
def peephole_step(x, h, c, W_x, W_h, b, p):
    """(B, I), (B, H), (B, H) → next h and c, each (B, H)."""
    ...
    return ...
''',
    solution='''
def peephole_step(x, h, c, W_x, W_h, b, p):
    """(B, I), (B, H), (B, H) → next h and c, each (B, H)."""
    a_i, a_f, a_g, a_o = (x @ W_x + h @ W_h + b).chunk(4, dim=1)
    i = torch.sigmoid(a_i + p[0] * c)
    f = torch.sigmoid(a_f + p[1] * c)
    c_new = f * c + i * torch.tanh(a_g)
    o = torch.sigmoid(a_o + p[2] * c_new)
    return o * torch.tanh(c_new), c_new
''',
    case=case,
    properties=(
        Property("peepholes", peepholes, "Each of the three gates has a row of p. Is each row used?"),
        Property(
            "new cell state", output_sees_new,
            "In which order must the four be computed, if one of the gates needs the new cell state?",
        ),
        Property(
            "order", order_of_blocks,
            "The blocks lie side by side in the order i, f, g, o. Which of them becomes a tanh?",
        ),
        Property(
            "output activation", shown_through_tanh,
            "What does the chapter do with the cell state before the output gate acts on it?",
        ),
    ),
    also_right=(
        '''
def peephole_step(x, h, c, W_x, W_h, b, p):
    H = c.shape[1]
    a = x @ W_x + h @ W_h + b
    a[:, :2 * H] += torch.cat([p[0] * c, p[1] * c], dim=1)
    c_new = a[:, H:2 * H].sigmoid() * c + a[:, :H].sigmoid() * a[:, 2 * H:3 * H].tanh()
    return (a[:, 3 * H:] + p[2] * c_new).sigmoid() * c_new.tanh(), c_new
''',
    ),
    wrong=(
        Wrong("the output gate has no peephole", fails="peepholes", edit=(" + p[2] * c_new", "")),
        Wrong("the input gate has no peephole", fails="peepholes", edit=(" + p[0] * c)", ")")),
        Wrong("no peephole at all", fails="peepholes", edit=("i = torch", "p = 0 * p\n    i = torch")),
        Wrong("the output gate sees the old cell state", fails="new cell state", edit=("p[2] * c_new", "p[2] * c")),
        Wrong("candidate and output gate exchanged", fails="order", edit=("a_i, a_f, a_g, a_o", "a_i, a_f, a_o, a_g")),
        Wrong("input and forget gate exchanged", fails="order", edit=("a_i, a_f, a_g", "a_f, a_i, a_g")),
        Wrong("no tanh before the output gate", fails="output activation",
              edit=("torch.tanh(c_new)", "c_new")),
        Wrong("the gates look at h", fails="value", edit=("p[0] * c)", "p[0] * h)")),
        Wrong("only the hidden state is returned", fails="type",
              edit=("return o * torch.tanh(c_new), c_new", "return o * torch.tanh(c_new)")),
        Wrong("h and c in the wrong order", fails="value",
              edit=("o * torch.tanh(c_new), c_new", "c_new, o * torch.tanh(c_new)")),
    ),
    hints=(
        "Go through the equations one by one: what does each gate look at? Then: which of the two results comes first?",
    ),
    explanation=r"""
The order of the lines is the point: the output gate comes last, because it looks at the new content.
A peephole has one weight for each unit and no matrix, so each gate sees the content of its own unit only: $3H$ more parameters.
""",
)  # fmt: skip
