"""Assignment 1: cells, counted, computed by hand and built."""

import itertools
import math

import torch

from rnncourse.grading import Assignment, Build, Choice, Mistake, Number, Open, Option, Property, Task, Wrong

CHAPTER = "recurrent_cell"


def near(a, b):
    return a.shape == b.shape and torch.allclose(a, b, atol=1e-5)


# --- how many parameters? ---------------------------------------------------------------------------


def parameters(variant):
    I, O = variant.integer(11, 29), variant.integer(3, 10)  # noqa: E741
    H_1, H_2 = variant.integer(40, 70), variant.integer(31, 39)
    lstm, gru, readout = 4 * H_1 * (I + H_1 + 2), 3 * H_2 * (H_1 + H_2 + 2), O * (H_2 + 1)
    total = lstm + gru + readout
    return Number(
        name="parameters",
        chapter="lstm",
        title="Count the parameters",
        minutes=10,
        statement=rf"""
A network reads sequences of $I = {I}$ features. Its first layer is an LSTM of {H_1} units.
A GRU of {H_2} units reads the states of the LSTM, and a linear layer with a bias turns the GRU's last state into {O} outputs.
All three are PyTorch's modules as they come, `nn.LSTM`, `nn.GRU` and `nn.Linear`.
How many trainable parameters has the network?
""",
        solution=f"""
I, H_1, H_2, O = {I}, {H_1}, {H_2}, {O}
lstm = 4 * H_1 * (I + H_1 + 2)  # two biases for each of the four blocks
gru = 3 * H_2 * (H_1 + H_2 + 2)
answer = lstm + gru + O * (H_2 + 1)
""",
        mistakes=(
            Mistake("one bias", total - 4 * H_1 - 3 * H_2, "PyTorch keeps two biases for each block"),
            Mistake("no bias", total - 8 * H_1 - 6 * H_2 - O, "the biases are parameters, too"),
            Mistake("no gates", total - 3 * lstm // 4 - 2 * gru // 3, "an LSTM has four blocks and a GRU three"),
            Mistake("blocks", total + gru // 3, "four blocks are right for the LSTM; the GRU has fewer"),
            Mistake("no second input", total - 3 * H_2 * (H_1 - I), "the GRU doesn't read the features of the input"),
            Mistake("readout", lstm + gru, "the linear layer has parameters, too"),
            Mistake("layer 1", lstm + O * (H_2 + 1), "the GRU is missing"),
        ),
        hints=("Write down one block of each layer: what it reads, what it keeps, and its biases.",),
        explanation=rf"""
The LSTM has $4 \cdot {H_1} \cdot ({I} + {H_1} + 2) = {lstm}$ parameters, the GRU $3 \cdot {H_2} \cdot ({H_1} + {H_2} + 2) = {gru}$, the readout ${O} \cdot ({H_2} + 1) = {readout}$.
""",
    )


# --- three steps of a leaky unit, by hand -----------------------------------------------------------


def leaky_unit(alpha, w, u, b, inputs, squash=math.tanh, start=0.0):
    h = start
    for x in inputs:
        h = (1 - alpha) * h + alpha * squash(w * h + u * x + b)
    return h


def leaky(variant):
    while True:
        alpha, w = variant.choice((0.2, 0.3, 0.4, 0.6, 0.7)), variant.choice((-1.5, -0.8, 0.7, 1.2))
        u, b = variant.choice((0.5, 0.9, 1.4)), variant.choice((-0.3, 0.1, 0.4))
        x = tuple(variant.choice(some) for some in ((1.0, 1.5, 2.0), (-0.5, 0.5, 0.8), (-2.0, -1.0, 0.2)))
        inside = 0.0
        for one in x:
            inside = math.tanh((1 - alpha) * inside + alpha * (w * inside + u * one + b))
        right = leaky_unit(alpha, w, u, b, x)
        wrong = {
            "no leak": (leaky_unit(1, w, u, b, x), "that is a plain unit; the leak is missing"),
            "leak the wrong way round": (leaky_unit(1 - alpha, w, u, b, x), "α weights the new part, not the old"),
            "leak inside": (inside, "the old state is added outside of tanh"),
            "one step too few": (leaky_unit(alpha, w, u, b, x[:2]), "that is the state after two steps"),
            "no bias": (leaky_unit(alpha, w, u, 0.0, x), "the bias is missing"),
            "order": (leaky_unit(alpha, w, u, b, x[::-1]), "the inputs were read from the last to the first"),
            "no tanh": (leaky_unit(alpha, w, u, b, x, lambda a: a), "tanh is missing"),
        }
        ordered = sorted([right, *(value for value, _ in wrong.values())])
        if abs(right) > 0.05 and all(later - value > 2e-3 for value, later in itertools.pairwise(ordered)):
            break
    return Number(
        name="leaky",
        chapter=CHAPTER,
        title="Three steps of a leaky unit",
        minutes=10,
        statement=rf"""
A *leaky* unit keeps a part of its old state at every step:
$h_t = (1 - \alpha)\, h_{{t-1}} + \alpha \tanh(w\, h_{{t-1}} + u\, x_t + b)$.
It starts from $h_0 = 0$, and $\alpha = {alpha}$, $w = {w}$, $u = {u}$, $b = {b}$.
The inputs are $x_1 = {x[0]}$, $x_2 = {x[1]}$, $x_3 = {x[2]}$. What is $h_3$? Give four significant digits.
""",
        solution=f"""
h = 0.0
for x in {x}:
    h = (1 - {alpha}) * h + {alpha} * math.tanh({w} * h + {u} * x + {b})
answer = h
""",
        digits=4,
        mistakes=tuple(Mistake(name, value, message) for name, (value, message) in wrong.items()),
        hints=("Compute one state after the other, and keep all digits until the end.",),
        explanation=rf"""
The three states are {leaky_unit(alpha, w, u, b, x[:1]):.4f}, {leaky_unit(alpha, w, u, b, x[:2]):.4f} and {leaky_unit(alpha, w, u, b, x):.4f}.
""",
    )


# --- which shapes? ----------------------------------------------------------------------------------


def shapes(variant):
    B, T, I = variant.integer(30, 60), variant.integer(12, 25), variant.integer(5, 9)  # noqa: E741
    H, L = variant.integer(61, 99), variant.choice((3, 4))
    right = f"`outputs` {(B, T, 2 * H)}, `h_n` {(2 * L, B, H)}"
    options = variant.sample(
        (
            Option(f"`outputs` {(B, T, H)}, `h_n` {(2 * L, B, H)}", "The outputs of two directions stand side by side."),
            Option(f"`outputs` {(B, T, 2 * H)}, `h_n` {(B, 2 * L, H)}", "`batch_first` doesn't change the order in `h_n`."),
            Option(right, "Right: both directions side by side at each step; one row of `h_n` for each layer and direction.",
                   right=True),
            Option(f"`outputs` {(B, T, 2 * H * L)}, `h_n` {(2 * L, B, H)}", "The outputs are those of the top layer only."),
            Option(f"`outputs` {(T, B, 2 * H)}, `h_n` {(2 * L, B, H)}", "With `batch_first=True` the outputs begin with the batch."),
        ),
        5,
    )
    return Choice(
        name="shapes",
        chapter="deeper_and_both_ways",
        title="Which shapes?",
        minutes=5,
        statement=f"""
`nn.LSTM({I}, {H}, num_layers={L}, batch_first=True, bidirectional=True)` reads {B} sequences of {T} steps.
It returns `outputs, (h_n, c_n)`. What are the shapes of `outputs` and `h_n`? Think first; you may run it afterwards.
""",
        options=tuple(options),
        hints=("Which of the two holds every step of one layer, and which one step of every layer?",),
        explanation=f"The right answer is: {right}. Even with `batch_first=True`, the batch is the second axis of `h_n`.",
    )


# --- a leaky cell with an activation of your own -------------------------------------------------------

ACTIVATIONS = {  # code, the same in words, and the function
    "softsign": ("a / (1 + a.abs())", r"\frac{a}{1 + |a|}", lambda a: a / (1 + a.abs())),
    "arctangent": ("torch.atan(a) / (math.pi / 2)", r"\tfrac{2}{\pi} \arctan(a)", lambda a: torch.atan(a) / (math.pi / 2)),
    "clipped": ("a.clamp(-1, 1)", r"\max(-1, \min(1, a))", lambda a: a.clamp(-1, 1)),
    "tanh": ("torch.tanh(a)", r"\tanh(a)", torch.tanh),
}
OWN = tuple(name for name in ACTIVATIONS if name != "tanh")


def step_case(generator):
    B, I, H = (int(torch.randint(3, 7, (), generator=generator)) for _ in range(3))  # noqa: E741
    H += H == I  # so that an input matrix the wrong way round doesn't fit
    shapes = (B, I), (B, H), (I, H), (H, H), (H,)
    return tuple(0.6 * torch.randn(shape, generator=generator) for shape in shapes)  # few pre-activations beyond 1


def leaky_cell(variant):
    name, alpha = variant.choice(OWN), round(variant.choice((0.0, 0.5)) + variant.decimal(0.11, 0.39, 2), 2)
    code, formula, squash = ACTIVATIONS[name]

    def step(x, h, W_x, W_h, b, squash=squash, alpha=alpha):
        return (1 - alpha) * h + alpha * squash(x @ W_x + h @ W_h + b)

    def activation(got, expected, *arguments):
        others = [other for key, (_, _, other) in ACTIVATIONS.items() if key != name] + [lambda a: a]
        if any(near(got, step(*arguments, squash=other)) for other in others):
            return "everything but the activation function is right"
        return None

    def leak(got, expected, *arguments):
        if near(got, step(*arguments, alpha=1 - alpha)):
            return "α weights the new part and 1 - α the old state; here it is the other way round"
        if near(got, step(*arguments, alpha=1.0)):
            return "the old state isn't kept at all"
        if near(got, expected + alpha * arguments[1]):
            return "the whole old state is kept, not its share"
        return None

    def bias(got, expected, x, h, W_x, W_h, b):
        return "the bias is missing" if near(got, step(x, h, W_x, W_h, 0 * b)) else None

    def recurrent_matrix(got, expected, x, h, W_x, W_h, b):
        if near(got, step(x, h, W_x, W_h.T, b)):
            return "W_h is used the wrong way round; it is square, so no shape complains"
        if near(got, step(x, h, W_x, 0 * W_h, b)):
            return "the old state doesn't enter the pre-activation"
        return None

    return Build(
        name="leaky-cell",
        chapter=CHAPTER,
        title="A leaky cell",
        minutes=15,
        statement=rf"""
Write one step of a leaky cell with another activation function than that of `nn.RNN`:
$h' = (1 - \alpha)\, h + \alpha\, \varphi(x W_x + h W_h + b)$ with $\alpha = {alpha}$ and $\varphi(a) = {formula}$, entry by entry.
The function `leaky_cell(x, h, W_x, W_h, b)` gets $(B, I)$, $(B, H)$, $(I, H)$, $(H, H)$ and $(H)$, and returns $h'$, $(B, H)$.
It mustn't change what it is given.
""",
        function="leaky_cell",
        stub='''
def leaky_cell(x, h, W_x, W_h, b):
    """One step: (B, I), (B, H) → (B, H)."""
    return ...
''',
        solution=f'''
def leaky_cell(x, h, W_x, W_h, b):
    """One step: (B, I), (B, H) → (B, H)."""
    a = x @ W_x + h @ W_h + b
    new = {code}
    return (1 - {alpha}) * h + {alpha} * new
''',
        case=step_case,
        properties=(
            Property(
                "activation", activation,
                "Compute the pre-activation on a line of its own; then the φ of the statement, entry by entry.",
            ),
            Property("leak", leak, "Put α = 0 into the equation, then α = 1: what must be left each time?"),
            Property("bias", bias, "Write the pre-activation out. How many terms does it have?"),
            Property(
                "recurrent matrix", recurrent_matrix,
                "A state is a row and stands on the left of W_h. In how many places of the equation does h stand?",
            ),
        ),
        also_right=(
            f"""
def leaky_cell(x, h, W_x, W_h, b):
    a = torch.addmm(b, torch.cat([x, h], dim=1), torch.cat([W_x, W_h]))
    return torch.lerp(h, {code}, {alpha})
""",
        ),
        wrong=(
            Wrong("tanh, as everywhere", fails="activation", edit=(f"new = {code}", "new = torch.tanh(a)")),
            Wrong("no activation", fails="activation", edit=(f"new = {code}", "new = a")),
            Wrong("the leak is the wrong way round", fails="leak",
                  edit=(f"(1 - {alpha}) * h + {alpha} * new", f"{alpha} * h + (1 - {alpha}) * new")),
            Wrong("no leak", fails="leak", edit=(f"(1 - {alpha}) * h + {alpha} * new", "new")),
            Wrong("all of the old state is kept", fails="leak", edit=(f"(1 - {alpha}) * h", "h")),
            Wrong("no bias", fails="bias", edit=(" + b\n", "\n")),
            Wrong("the recurrent matrix is transposed", fails="recurrent matrix", edit=("h @ W_h", "h @ W_h.T")),
            Wrong("the old state enters only through the leak", fails="recurrent matrix", edit=(" + h @ W_h", "")),
            Wrong("the input matrix is transposed", fails="runs", edit=("x @ W_x", "x @ W_x.T")),
            Wrong("the state is overwritten", fails="keeps its inputs",
                  edit=(f"return (1 - {alpha}) * h", f"return h.mul_(1 - {alpha})")),
            Wrong("only the first sequence", fails="shape", edit=("* new", "* new[:1]"), also=("* h +", "* h[:1] +")),
            Wrong("the mean over the batch is added", fails="value", edit=("h @ W_h", "h.mean(0) @ W_h")),
        ),
        hints=("Compute the pre-activation first, on a line of its own; then φ; then the mixture.",),
        explanation=r"""
The leak is a fixed gate: the same mixture as in the GRU, with a number that is chosen and not computed.
So a state forgets at the rate $1 - \alpha$ at least, and the gradient has a path that no weight matrix stands on.
""",
    )  # fmt: skip


# --- an LSTM whose two gates are coupled ---------------------------------------------------------------


def coupled_case(generator):
    B, T, I, H = (int(torch.randint(2, 6, (), generator=generator)) for _ in range(4))  # noqa: E741
    T += 4  # so that time can't be taken for the batch
    return tuple(torch.randn(shape, generator=generator) for shape in ((B, T, I), (I, 3 * H), (H, 3 * H), (3 * H,)))


def coupled_states(
    inputs, W_x, W_h, b, order, offset, write=lambda f: 1 - f, keep=lambda f: f, show=torch.tanh, carry=1.0, opened="f",
):  # fmt: skip
    """States (B, T, H) and the last cell state, of the cell asked for or, with other arguments, of a wrong one."""
    h = c = inputs.new_zeros(len(inputs), len(W_h))
    states = []
    for x in inputs.unbind(1):
        a = dict(zip(order, (x @ W_x + carry * (h @ W_h) + b).chunk(3, dim=1), strict=True))
        a[opened] = a[opened] + offset
        f, g, o = a["f"].sigmoid(), a["g"].tanh(), a["o"].sigmoid()
        c = keep(f) * c + write(f) * g
        h = o * show(c)
        states.append(h)
    return torch.stack(states, dim=1), c


def coupled_lstm(variant):
    order, offset = variant.choice(("fog", "gfo", "gof", "ofg", "ogf")), variant.decimal(0.5, 2.5, 1)
    names = ", ".join(f"a_{letter}" for letter in order)
    swapped = ", ".join(f"a_{letter}" for letter in order[1::-1] + order[2])

    def matches(got, *arguments, **changes):
        return near(got[0], coupled_states(*arguments, **{"order": order, "offset": offset, **changes})[0])

    def blocks(got, expected, *arguments):
        for other in itertools.permutations(order):
            if other != tuple(order) and matches(got, *arguments, order="".join(other)):
                return "the three blocks of the matrices are taken in another order than the one asked for"
        return None

    def opening(got, expected, *arguments):
        if matches(got, *arguments, offset=0.0):
            return f"in the forget gate {offset} is added before the sigmoid; here it isn't"
        if matches(got, *arguments, offset=-offset):
            return f"in the forget gate {offset} is added, not subtracted"
        if matches(got, *arguments, opened="o"):
            return f"{offset} is added in the forget gate, not in the output gate"
        return None

    def coupling(got, expected, *arguments):
        if matches(got, *arguments, write=lambda f: f):
            return "what is written must be 1 - f, not f"
        if matches(got, *arguments, write=lambda f: f, keep=lambda f: 1 - f):
            return "f must say what is kept; here it says what is written"
        if matches(got, *arguments, write=torch.ones_like):
            return "the candidate is written in full, whatever the gate says"
        return None

    def output(got, expected, *arguments):
        return "what the output gate lets through is tanh(c), not c" if matches(got, *arguments, show=lambda c: c) else None

    def previous_state(got, expected, *arguments):
        return "h doesn't go into the next step" if matches(got, *arguments, carry=0.0) else None

    def cell_state(got, expected, *arguments):
        if near(got[0], expected[0]) and not near(got[1], expected[1]):
            return "the states are right; the second result must be the cell state c after the last step"
        return None

    return Build(
        name="coupled-lstm",
        chapter="lstm",
        title="An LSTM with coupled gates",
        minutes=25,
        statement=rf"""
In a *coupled* LSTM there is no input gate: what isn't kept is written, so $1 - f$ stands in its place.

$$c_t = f_t \odot c_{{t-1}} + (1 - f_t) \odot g_t, \qquad h_t = o_t \odot \tanh(c_t)$$

with $f_t = \sigma(a^f_t + {offset})$, so that the network starts with an open forget gate, $o$ by the sigmoid and $g$ by $\tanh$. The pre-activations $a_t = x_t W_x + h_{{t-1}} W_h + b$ hold three blocks of $H$ columns, in **this order**: ${", ".join(order)}$.
Write `coupled_lstm(inputs, W_x, W_h, b)`, with the shapes $(B, T, I)$, $(I, 3H)$, $(H, 3H)$ and $(3H)$.
It starts from zero and returns a pair: all states $h_1 \dots h_T$, $(B, T, H)$, and the last cell state $c_T$, $(B, H)$.
""",
        function="coupled_lstm",
        stub='''
def coupled_lstm(inputs, W_x, W_h, b):
    """States (B, T, H) and the last cell state (B, H)."""
    ...
    return ...
''',
        solution=f'''
def coupled_lstm(inputs, W_x, W_h, b):
    """States (B, T, H) and the last cell state (B, H)."""
    h = inputs.new_zeros(len(inputs), len(W_h))
    c = torch.zeros_like(h)
    states = []
    for x in inputs.unbind(1):
        {names} = (x @ W_x + h @ W_h + b).chunk(3, dim=1)
        f, g, o = (a_f + {offset}).sigmoid(), a_g.tanh(), a_o.sigmoid()
        c = f * c + (1 - f) * g
        h = o * c.tanh()
        states.append(h)
    return torch.stack(states, dim=1), c
''',
        case=coupled_case,
        properties=(
            Property(
                "blocks", blocks,
                "`chunk(3, dim=1)` gives the blocks in the order in which they stand; name them in your order.",
            ),
            Property("open gate", opening, "Which gate decides what is kept? The number is added before its sigmoid."),
            Property("coupling", coupling, "Let f be 1, then 0: what is kept and what is written each time?"),
            Property("output", output, "Read the second equation once more: what does the output gate multiply?"),
            Property(
                "previous state", previous_state,
                "Two rows enter a pre-activation. Where does the h of one turn go in the next?",
            ),
            Property(
                "cell state", cell_state,
                "Two things are carried from step to step. Which of them is the second result?",
            ),
        ),
        also_right=(
            f"""
def coupled_lstm(inputs, W_x, W_h, b):
    H = W_h.shape[0]
    lstm = torch.nn.LSTM(inputs.shape[2], H, batch_first=True).double()
    place = {{name: slice(k * H, (k + 1) * H) for k, name in enumerate("{order}")}}
    pick = lambda m: torch.cat([-m[..., place["f"]], *(m[..., place[n]] for n in "fgo")], dim=-1)
    with torch.no_grad():  # the sigmoid of -a is 1 minus the sigmoid of a
        lstm.weight_ih_l0.copy_(pick(W_x).T)
        lstm.weight_hh_l0.copy_(pick(W_h).T)
        lstm.bias_ih_l0.copy_(pick(b))
        lstm.bias_hh_l0.copy_(torch.tensor([-{offset}, {offset}, 0, 0]).repeat_interleave(H))
        states, (_, c) = lstm(inputs.double())
    return states, c[0]
""",
        ),
        wrong=(
            Wrong("two blocks are mistaken for each other", fails="blocks", edit=(names, swapped)),
            Wrong("the gate isn't opened", fails="open gate", edit=(f"(a_f + {offset})", "a_f")),
            Wrong("the gate is closed", fails="open gate", edit=(f"a_f + {offset}", f"a_f - {offset}")),
            Wrong("the other gate is opened", fails="open gate",
                  edit=(f"(a_f + {offset})", "a_f"), also=("a_o.sigmoid()", f"(a_o + {offset}).sigmoid()")),
            Wrong("f both keeps and writes", fails="coupling", edit=("(1 - f) * g", "f * g")),
            Wrong("the two gates are the wrong way round", fails="coupling", edit=("f * c + (1 - f) * g", "(1 - f) * c + f * g")),
            Wrong("everything is written", fails="coupling", edit=("(1 - f) * g", "g")),
            Wrong("the cell state is shown without tanh", fails="output", edit=("o * c.tanh()", "o * c")),
            Wrong("h isn't carried on", fails="previous state", edit=(" + h @ W_h", "")),
            Wrong("the hidden state for the cell state", fails="cell state", edit=("dim=1), c", "dim=1), h")),
            Wrong("only the last state", fails="shape", edit=("torch.stack(states, dim=1)", "h")),
            Wrong("time before the batch", fails="shape", edit=("torch.stack(states, dim=1)", "torch.stack(states)")),
            Wrong("the cell state is missing", fails="type", edit=("dim=1), c", "dim=1)")),
            Wrong("the cell state isn't carried on", fails="value", edit=("f * c + (1 - f)", "(1 - f)")),
            Wrong("the candidate by the sigmoid", fails="value", edit=("a_g.tanh()", "a_g.sigmoid()")),
        ),
        hints=("Take the loop of the chapter on the LSTM and change one line.",),
        explanation=r"""
It is the chapter's loop with $1 - f$ in place of the input gate. PyTorch's own LSTM can check it: with $-W^f$ and $-b^f$ as the input gate's weights, its input gate is $\sigma(-a^f) = 1 - f$.
The cell state is now a mixture of its old value and a candidate between −1 and 1, so it can't leave this range: the coupled LSTM can't count.
""",
    )  # fmt: skip


# --- an open question ------------------------------------------------------------------------------------


def tests(variant):
    pairs = ("a batch of one sequence", "a sequence of one step", "as many units as features", "a bias of zero",
             "a symmetric recurrent matrix", "inputs of zero")  # fmt: skip
    one, other = variant.sample(pairs, 2)
    return Open(
        name="tests",
        chapter=CHAPTER,
        title="A test that can't fail",
        minutes=25,
        statement=f"""
A friend tests a recurrent cell against PyTorch with *{one}*, and another friend with *{other}*.
For each of the two tests: name a mistake in a cell that it can't notice, show it by running a wrong cell that passes,
and say how to change the test so that it notices. Then write down one test for your coupled LSTM, with your reason why it notices more.
""",
        rubric=(
            (2, f"a mistake that isn't noticed with {one}, with a wrong cell that passes when it is run"),
            (2, f"a mistake that isn't noticed with {other}, with a wrong cell that passes when it is run"),
            (2, "a changed test for each of them, shown to fail on that wrong cell"),
            (2, "a test of the coupled LSTM whose sizes all differ, with random weights, compared with an independent source"),
        ),
        explanation="""
A batch of one hides a mean over the batch and states that are shared between sequences. One step hides everything about the recurrent matrix, for the first state is zero.
As many units as features hide a transposed input matrix. A bias of zero hides that it is missing, or used twice. A symmetric matrix hides its transpose.
Inputs of zero hide all of the input matrix. A good test has sizes that all differ, several steps, random weights of every kind, and it compares gradients, too.
""",
    )


assignment = Assignment(
    name="a1-cells",
    title="Cells",
    chapters={
        "recurrent_cell": "A recurrent cell from scratch",
        "lstm": "The LSTM",
        "deeper_and_both_ways": "Deeper, both ways, and reading out",
    },
    minutes=90,
    introduction="""
You count a network, compute a state by hand, and build two cells that PyTorch doesn't have.
Compare what you build with something independent before you hand it in: that is what the last question asks about.
""",
    goals=(
        "count the parameters of stacked layers in PyTorch's convention",
        "compute the states of a changed cell by hand",
        "read the shapes that a bidirectional, stacked module returns",
        "write a step and a whole loop from equations, and prove them right",
        "say what a test can't notice",
    ),
    tasks=(
        Task("parameters", 5, parameters), Task("leaky", 6, leaky), Task("shapes", 4, shapes),
        Task("leaky-cell", 10, leaky_cell), Task("coupled-lstm", 17, coupled_lstm), Task("tests", 8, tests),
    ),
)  # fmt: skip
