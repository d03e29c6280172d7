"""Assignment 2: gradients through time, backwards and forwards."""

import itertools
import math

import torch

from rnncourse.grading import Assignment, Build, Choice, Mistake, Number, Open, Option, Property, Task, Wrong

CHAPTER = "backpropagation_through_time"


def near(a, b):
    return a.shape == b.shape and torch.allclose(a, b, atol=1e-4)


def different(values):
    """True if no two of these numbers could be taken for each other."""
    ordered = sorted(values)
    return all(b - a > 1e-3 * max(1.0, abs(a)) for a, b in itertools.pairwise(ordered))


# --- a scalar recurrence, by hand -------------------------------------------------------------------


def linear_states(w, h_0, inputs):
    states = [h_0]
    for x in inputs:
        states.append(w * states[-1] + x)
    return states


def derivative(w, states, t, first=1, factor=None):
    """dh_t/dw of h_t = w h_(t-1) + x_t by adding up the uses of w at the steps first … t."""
    factor = w if factor is None else factor
    return sum(states[s - 1] * factor ** (t - s) for s in range(first, t + 1))


def paths(variant):
    while True:
        w, h_0 = variant.choice((-3, -2, 2, 3)), variant.choice((-2, -1, 1, 2))
        x = [variant.choice((-2, -1, 0, 1, 2)) for _ in range(4)]
        p, q = variant.sample((1, 2, 3, 4), 2)
        h = linear_states(w, h_0, x)
        second, fourth = (derivative(w, h, t) for t in (2, 4))
        right = p * second + q * fourth
        wrong = {
            "last loss only": (q * fourth, "h_2 is a part of the loss, too"),
            "first loss only": (p * second, "h_4 is a part of the loss, too"),
            "no weights": (second + fourth, "the two parts of the loss have factors"),
            "immediate": (p * h[1] + q * h[3], "those are the immediate derivatives; the earlier uses of w are missing"),
            "no powers": (
                p * derivative(w, h, 2, factor=1) + q * derivative(w, h, 4, factor=1),
                "a path is multiplied by w for every step that it still has to go",
            ),
            "value": (p * h[2] + q * h[4], "that is the loss, not its derivative"),
            "one power too many": (w * right, "the use at the last step has no power of w"),
        }
        if different([right, *(value for value, _ in wrong.values())]):
            break
    return Number(
        name="paths",
        chapter=CHAPTER,
        title="All paths to two losses",
        minutes=10,
        statement=rf"""
Take $h_t = w\,h_{{t-1}} + x_t$ with $w = {w}$, $h_0 = {h_0}$ and $x_1, \dots, x_4 = {", ".join(map(str, x))}$.
The loss is $L = {p}\,h_2 + {q}\,h_4$. Compute $\mathrm{{d}}L/\mathrm{{d}}w$ on paper, by adding up all paths.
""",
        solution=f"""
w = torch.tensor({w}.0, dtype=torch.float64, requires_grad=True)
h, states = {h_0}, []
for x in {x}:
    h = w * h + x
    states.append(h)
(answer,) = torch.autograd.grad({p} * states[1] + {q} * states[3], w)
""",
        mistakes=tuple(Mistake(name, float(value), message) for name, (value, message) in wrong.items()),
        hints=("Make a table: a row for each use of w, a column for each part of the loss.",),
        explanation=rf"""
The states are {", ".join(map(str, h[1:]))}. $\mathrm{{d}}h_2/\mathrm{{d}}w = {second}$ and $\mathrm{{d}}h_4/\mathrm{{d}}w = {fourth}$, so the sum is ${p} \cdot {second} + {q} \cdot {fourth}$.
""",
    )


def cut(variant):
    while True:
        w, h_0 = variant.choice((-3, -2, 2, 3)), variant.choice((-2, -1, 1, 2))
        x = [variant.choice((-2, -1, 1, 2)) for _ in range(5)]
        k = variant.choice((2, 3))
        h = linear_states(w, h_0, x)
        right = derivative(w, h, 5, first=k + 1)
        wrong = {
            "full": (derivative(w, h, 5), "that is the full derivative; nothing was cut"),
            "cut too late": (derivative(w, h, 5, first=k + 2), "the use of w at the step after the cut still counts"),
            "cut too early": (derivative(w, h, 5, first=k), "that use of w lies before the cut"),
            "the other part": (derivative(w, h, 5) - right, "that is the part which the cut takes away"),
            "state set to zero": (
                derivative(w, linear_states(w, 0, x[k:]), 5 - k),
                "detaching cuts the gradient; the state keeps its value",
            ),
            "immediate": (h[4], "there are more uses of w after the cut than the last one"),
        }
        if different([right, *(value for value, _ in wrong.values())]):
            break
    return Number(
        name="cut",
        chapter=CHAPTER,
        title="What is left after a cut",
        minutes=10,
        statement=rf"""
Another one: $h_t = w\,h_{{t-1}} + x_t$ with $w = {w}$, $h_0 = {h_0}$, $x_1, \dots, x_5 = {", ".join(map(str, x))}$ and the loss $L = h_5$.
After step {k} the state is detached: step {k + 1} starts from `h.detach()`. Which number does `L.backward()` leave in `w.grad`?
""",
        solution=f"""
w = torch.tensor({w}.0, dtype=torch.float64, requires_grad=True)
h = torch.tensor({h_0}.0, dtype=torch.float64)
for t, x in enumerate({x}):
    h = w * (h.detach() if t == {k} else h) + x
h.backward()
answer = w.grad
""",
        mistakes=tuple(Mistake(name, float(value), message) for name, (value, message) in wrong.items()),
        hints=("Which uses of w can the gradient still reach? Add up their paths only.",),
        explanation=rf"""
The states are {", ".join(map(str, h[1:]))}; the cut doesn't change them. Only the uses of $w$ at the steps {k + 1} to 5 are reached: {", ".join(str(h[s - 1] * w ** (5 - s)) for s in range(k + 1, 6))}.
""",
    )


# --- what a cut does ----------------------------------------------------------------------------------


def chunks(variant):
    k, n = variant.integer(11, 29), variant.integer(5, 9)
    T = k * n
    options = variant.sample(
        (
            Option(f"the states are those of the uncut network, and the memory for the backward pass is about that of {T} steps",
                   "The graph of a chunk ends at the detached state, so it can be freed before the next chunk is read."),
            Option(f"each chunk starts from a zero state, and the memory for the backward pass is about that of {k} steps",
                   "Detaching keeps the value of the state; only the gradient stops there."),
            Option("the gradient is the full one, because the state is handed on from chunk to chunk",
                   "The state is handed on, but its derivative isn't."),
            Option(f"the states are those of the uncut network, and the memory for the backward pass is about that of {k} steps",
                   "Right: forwards nothing is cut, and each chunk's graph can be freed after its own backward pass.", right=True),
            Option(f"the gradient can't vanish any more, because no product of Jacobians has more than {k} factors",
                   "Each part that would have more factors isn't kept from vanishing: it is set to zero."),
        ),
        5,
    )  # fmt: skip
    return Choice(
        name="chunks",
        chapter=CHAPTER,
        title="Chunks",
        minutes=5,
        statement=f"""
A sequence of {T} steps is read in {n} chunks of {k} steps. After each chunk the loss of its steps is added up, `backward` is called, and the state is detached. Which statement is right?
""",
        options=tuple(options),
        hints=("Ask of the values and of the gradients separately: what does `detach` change?",),
        explanation=f"""
The forward pass is that of the uncut network. Each backward pass ends at the start of its chunk, so a graph of {k} steps is all that must be kept, and dependencies over more than {k} steps get no gradient.
""",
    )


# --- a backward pass of your own ------------------------------------------------------------------------


def residual_case(generator):
    B, T, I, H = (int(torch.randint(2, 5, (), generator=generator)) for _ in range(4))  # noqa: E741
    T += 3  # so that time can't be taken for the batch
    I += I == H  # noqa: E741
    shapes = (B, T, I), (B, T, H), (B, H), (I, H), (H, H), (H,)
    values = [0.8 * torch.randn(shape, generator=generator) for shape in shapes]
    values[4] /= torch.linalg.matrix_norm(values[4], 2)  # so that rounding errors stay small over all steps
    return tuple(values)


def residual_parts(gamma, inputs, immediate, h, W_x, W_h, b,
                   carry=1.0, from_later=True, asked=True, outer=None, slope=lambda u, new: 1 - u**2, turned=False):
    """Parts of dL/dW_h of each step, (T, H, H); the other arguments make typical mistakes."""
    outer = gamma if outer is None else outer
    before, squashed, after = [], [], []
    for x in inputs.unbind(1):
        before.append(h)
        squashed.append(torch.tanh(x @ W_x + h @ W_h + b))
        h = h + gamma * squashed[-1]
        after.append(h)
    delta, parts = torch.zeros_like(h), []
    for t in reversed(range(len(before))):
        delta = delta + (immediate[:, t] if asked or t == len(before) - 1 else 0)
        delta_a = outer * delta * slope(squashed[t], after[t])
        parts.append(before[t].T @ delta_a)
        through = delta_a @ (W_h if turned else W_h.T)
        delta = carry * delta + (through if from_later else 0)
    return torch.stack(parts[::-1])


def contributions(variant):
    gamma = variant.decimal(0.25, 0.85, 2)

    def order(got, expected, *arguments):
        return "the parts stand in the wrong order: step 1 comes first" if near(got, expected.flip(0)) else None

    def immediate_part(got, expected, *arguments):
        if near(got, residual_parts(gamma, *arguments, asked=False)):
            return "the loss asks something of every state; only what it asks of the last one was used"
        return None

    def last_part(got, expected, *arguments):
        if not near(got[-1], expected[-1]):
            return "the part of the last step is wrong already, and it needs no other step"
        return None

    def old_state(got, expected, *arguments):
        if near(got, residual_parts(gamma, *arguments, carry=0.0)):
            return "a state also goes into the next one directly, without a weight; this path is missing"
        if near(got, residual_parts(gamma, *arguments, from_later=False)):
            return "only the direct path from state to state was followed, not the one through W_h"
        return None

    def direction(got, expected, *arguments):
        if near(got, residual_parts(gamma, *arguments, turned=True)):
            return "on the way back the units change places: a transpose is missing"
        return None

    return Build(
        name="contributions",
        chapter=CHAPTER,
        title="Which step does the gradient come from?",
        minutes=30,
        statement=rf"""
A *residual* cell adds to its state: $h_t = h_{{t-1}} + \gamma\, u_t$ with $u_t = \tanh(x_t W_x + h_{{t-1}} W_h + b)$ and $\gamma = {gamma}$.
Write `contributions(inputs, immediate, h, W_x, W_h, b)`.
It gets the inputs $(B, T, I)$, the immediate derivatives $\partial^+ L/\partial h_t$ of a loss for every $t$, $(B, T, H)$, the first state $h_0$ $(B, H)$, and the weights.
It returns $(T, H, H)$: the part of $\mathrm{{d}}L/\mathrm{{d}}W_h$ that comes from the use of $W_h$ at each step $t$, summed over the batch.
The sum of all parts is the whole gradient: that is a way to check it with autograd.
""",
        function="contributions",
        stub='''
def contributions(inputs, immediate, h, W_x, W_h, b):
    """The part of dL/dW_h from every step: (T, H, H)."""
    ...
    return ...
''',
        solution=f'''
def contributions(inputs, immediate, h, W_x, W_h, b):
    """The part of dL/dW_h from every step: (T, H, H)."""
    before, u = [], []
    for x in inputs.unbind(1):
        before.append(h)
        u.append(torch.tanh(x @ W_x + h @ W_h + b))
        h = h + {gamma} * u[-1]
    parts, later = [], torch.zeros_like(h)
    for t in reversed(range(len(u))):
        delta = immediate[:, t] + later
        delta_a = {gamma} * delta * (1 - u[t] ** 2)
        parts.append(before[t].T @ delta_a)
        later = delta + delta_a @ W_h.T
    return torch.stack(parts[::-1])
''',
        case=residual_case,
        tolerance=2e-4,
        properties=(
            Property("order", order, "On the way back the last step comes first. Where must its part stand?"),
            Property(
                "immediate part", immediate_part,
                "Every state has its own part of the loss; what comes from later is added to it.",
            ),
            Property(
                "last part", last_part,
                "Take T = 1: nothing comes from later. Compare that one part with what autograd gives.",
            ),
            Property("paths", old_state, "h_(t-1) reaches h_t on two paths: directly, and through W_h."),
            Property(
                "direction", direction,
                "Forwards a row stands on the left of W_h. What leads a derivative back from the product to the "
                "row?",
            ),
        ),
        also_right=(
            f"""
def contributions(inputs, immediate, h, W_x, W_h, b):
    copies = [W_h.double().requires_grad_() for _ in range(inputs.shape[1])]
    h, loss = h.double(), 0
    for t, copy in enumerate(copies):
        h = h + {gamma} * torch.tanh(inputs[:, t].double() @ W_x.double() + h @ copy + b.double())
        loss = loss + (h * immediate[:, t].double()).sum()
    return torch.stack(torch.autograd.grad(loss, copies))
""",
        ),
        wrong=(
            Wrong("the steps from the last to the first", fails="order", edit=("parts[::-1]", "parts")),
            Wrong("only the last state has a loss", fails="immediate part",
                  edit=("immediate[:, t] + later", "(immediate[:, t] if t == len(u) - 1 else 0) + later")),
            Wrong("γ is forgotten on the way back", fails="last part", edit=(f"delta_a = {gamma} * delta", "delta_a = delta")),
            Wrong("no slope", fails="last part", edit=(" * (1 - u[t] ** 2)", "")),
            Wrong("1 - u for 1 - u²", fails="last part", edit=("u[t] ** 2", "u[t]")),
            Wrong("the newer state in the product", fails="last part", edit=("before[t].T", "(before + [h])[t + 1].T")),
            Wrong("transposed parts", fails="last part", edit=("before[t].T @ delta_a", "delta_a.T @ before[t]")),
            Wrong("a mean over the batch", fails="last part", edit=("before[t].T @ delta_a", "before[t].T @ delta_a / len(h)")),
            Wrong("the direct path is missing", fails="paths", edit=("later = delta + delta_a", "later = delta_a")),
            Wrong("the path through the weights is missing", fails="paths", edit=("delta + delta_a @ W_h.T", "delta")),
            Wrong("the matrix isn't transposed", fails="direction", edit=("W_h.T", "W_h")),
            Wrong("the parts are added up", fails="shape", edit=("torch.stack(parts[::-1])", "sum(parts)")),
            Wrong("sums over the later steps", fails="value",
                  edit=("torch.stack(parts[::-1])", "torch.stack(parts).cumsum(0).flip(0)")),
        ),
        hints=("Keep what each step needs on the way back: the state before it, and u.",),
        explanation=r"""
Let $\delta_t = \mathrm{d}L/\mathrm{d}h_t$. It is $\partial^+ L/\partial h_t$ plus what comes from the step after it, $\delta_{t+1} + \gamma\,(\delta_{t+1} \odot (1 - u_{t+1}^2))\, W_h^\top$.
The part of step $t$ is $h_{t-1}^\top\, \gamma\,(\delta_t \odot (1 - u_t^2))$.
The direct path has the factor 1 at each step, whatever the weights are. That is the idea behind residual networks, and behind the LSTM's cell state.
""",
    )  # fmt: skip


# --- the other direction -------------------------------------------------------------------------------


def forward_states(keep, x, w, u):
    h, states = 0.0, []
    for one in x.tolist():
        h = keep * h + math.tanh(w * h + u * one)
        states.append(h)
    return states


def forward_wrong(keep, x, w, u, through_w=True, through_keep=True, slope=True, start=0.0):
    h, d, found = start, 0.0, []
    for one in x.tolist():
        new = math.tanh(w * h + u * one)
        d = (keep * d if through_keep else 0.0) + (1 - new**2 if slope else 1) * (h + (w * d if through_w else 0.0))
        h = keep * h + new
        found.append(d)
    return torch.tensor(found)


def forward_case(generator):
    T = int(torch.randint(5, 9, (), generator=generator))
    x = torch.randn(T, generator=generator)
    w, u = (0.3 + 0.5 * torch.rand(2, generator=generator)).tolist()
    return x, w, u


def forwards(variant):
    keep = variant.decimal(0.25, 0.75, 2)

    def first(got, expected, x, w, u):
        if abs(got[0]) > 1e-6:
            return "before the first step the state is 0 and has never met w, so h_1 doesn't depend on w"
        return None

    def earlier(got, expected, *arguments):
        if near(got, forward_wrong(keep, *arguments, through_w=False, through_keep=False)):
            return "those are the immediate derivatives of each step; what w did in the steps before is missing"
        if near(got, forward_wrong(keep, *arguments, through_keep=False)):
            return "the old state also goes into the new one directly; this path is missing"
        if near(got, forward_wrong(keep, *arguments, through_w=False)):
            return "the old state also goes into the new one through tanh; this path is missing"
        return None

    def slope(got, expected, *arguments):
        return "the slope of tanh is missing" if near(got, forward_wrong(keep, *arguments, slope=False)) else None

    def total(got, expected, *arguments):
        if near(got, expected.cumsum(0)):
            return "the derivatives are added up; each state has its own"
        return None

    return Build(
        name="forwards",
        chapter=CHAPTER,
        title="Carry the derivative along",
        minutes=20,
        statement=rf"""
A derivative can also travel *with* the state, forwards in time. One unit follows $h_t = c\,h_{{t-1}} + \tanh(w\,h_{{t-1}} + u\,x_t)$ with $c = {keep}$ and $h_0 = 0$.
Write `carried_derivatives(x, w, u)` for a tensor `x` of $T$ inputs and two numbers: it returns $\mathrm{{d}}h_t/\mathrm{{d}}w$ for $t = 1, \dots, T$, a tensor of shape $(T)$.
Read the inputs once, and don't keep old states: after each step you need $h_t$ and $\mathrm{{d}}h_t/\mathrm{{d}}w$ only.
""",
        function="carried_derivatives",
        stub='''
def carried_derivatives(x, w, u):
    """dh_t/dw for every step: (T,)."""
    ...
    return ...
''',
        solution=f'''
def carried_derivatives(x, w, u):
    """dh_t/dw for every step: (T,)."""
    h, d, found = 0.0, 0.0, []
    for one in x.tolist():
        new = math.tanh(w * h + u * one)
        d = {keep} * d + (1 - new**2) * (h + w * d)
        h = {keep} * h + new
        found.append(d)
    return torch.tensor(found)
''',
        case=forward_case,
        tolerance=1e-4,
        properties=(
            Property("first step", first, "Write h_1 out. Where does w stand in it, and what does it multiply?"),
            Property(
                "earlier steps", earlier,
                "Differentiate the equation of one step with respect to w. In how many places does the old state "
                "stand?",
            ),
            Property("slope", slope, "Which factor does the chain rule bring where something passes through tanh?"),
            Property("sum", total, "Each state has a derivative of its own; nothing is added up at the end."),
        ),
        also_right=(
            f"""
def carried_derivatives(x, w, u):
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    h, found = torch.zeros((), dtype=torch.float64), []
    for one in x.double():
        h = {keep} * h + torch.tanh(w * h + u * one)
        found.append(torch.autograd.grad(h, w, retain_graph=True, allow_unused=True)[0])
    return torch.stack([torch.zeros(()).double() if d is None else d for d in found])
""",
        ),
        wrong=(
            Wrong("immediate derivatives only", fails="earlier steps", edit=("(h + w * d)", "h"), also=(f"{keep} * d + ", "")),
            Wrong("the direct path is missing", fails="earlier steps", edit=(f"{keep} * d + ", "")),
            Wrong("the path through tanh is missing", fails="earlier steps", edit=("(h + w * d)", "h")),
            Wrong("no slope", fails="slope", edit=("(1 - new**2) * ", "")),
            Wrong("a running sum", fails="sum", edit=("torch.tensor(found)", "torch.tensor(found).cumsum(0)")),
            Wrong("the derivative for u", fails="first step", edit=("(h + w * d)", "(one + w * d)")),
            Wrong("the new state in place of the old one", fails="first step",
                  edit=("        d = ", f"        h = {keep} * h + new\n        d = "),
                  also=(f"(h + w * d)\n        h = {keep} * h + new", "(h + w * d)")),
            Wrong("only the last one", fails="shape", edit=("torch.tensor(found)", "torch.tensor(found[-1])")),
            Wrong("the first derivative is one", fails="first step", edit=("0.0, 0.0, []", "0.0, 1.0, []")),
            Wrong("the slope at the whole state", fails="value",
                  edit=("(1 - new**2)", f"(1 - ({keep} * h + new)**2)")),
        ),
        hints=(
            "Differentiate the equation of one step with respect to w, and keep the old state's own derivative in it.",
        ),
        explanation=rf"""
$\mathrm{{d}}h_t/\mathrm{{d}}w = c\,\mathrm{{d}}h_{{t-1}}/\mathrm{{d}}w + (1 - \tanh^2 a_t)\,(h_{{t-1}} + w\,\mathrm{{d}}h_{{t-1}}/\mathrm{{d}}w)$ with $c = {keep}$.
This is real-time recurrent learning (Williams & Zipser 1989). Its memory doesn't grow with $T$; but with $H$ units there are $H$ derivatives for each of about $H^2$ weights, which is why nobody trains large networks so.
""",
    )  # fmt: skip


# --- memory against recomputation --------------------------------------------------------------------


def kept(T, k):
    return math.ceil(T / k) + k


def checkpoints(variant):
    T = variant.integer(300, 20_000)
    while True:  # so that no mistake happens to be right
        best = min(kept(T, k) for k in range(1, 1000))
        wrong = {
            "every state": (T, "that keeps every state; the backward pass may compute some of them again"),
            "the distance": (min(range(1, 1000), key=lambda k, T=T: kept(T, k)), "that is a distance k, not the number of states"),
            "root": (math.isqrt(T), "that counts the kept states, or those of a segment, but both are there at once"),
            "half": (T // 2 + 2, "that is for the distance 2"),
            "logarithm": (math.ceil(math.log2(T)) + 1, "with one level of kept states a logarithm can't be reached"),
            "segments twice": (2 * best, "no state is stored twice"),
        }
        if different([best, *(value for value, _ in wrong.values())]):
            break
        T += 1
    return Number(
        name="checkpoints",
        chapter=CHAPTER,
        title="Keep some, compute the rest again",
        minutes=15,
        kind="measure",
        statement=rf"""
To save memory, a program keeps only the states before the steps $1, k + 1, 2k + 1, \dots$ of a sequence: $\lceil T/k \rceil$ of them.
On the way back it computes the $k$ states of one segment again from the state before it, uses them, and forgets them before it goes on to the next segment.
So at most $\lceil T/k \rceil + k$ states are stored at once. Here $T = {T}$. With the best $k$, how many are stored at once?
""",
        solution=f"""
T = {T}
answer = min(math.ceil(T / k) + k for k in range(1, T + 1))
""",
        mistakes=tuple(Mistake(name, float(value), message) for name, (value, message) in wrong.items()),
        hints=("Try all k, or find the minimum of T/k + k by its derivative and look around it.",),
        explanation=rf"""
$T/k + k$ is smallest for $k = \sqrt T$, where it is $2\sqrt T = {2 * math.sqrt(T):.2f}$; with whole numbers it is {best}.
Each state is computed twice, so the price is about one more forward pass.
""",
    )


# --- an open question ------------------------------------------------------------------------------------


def compare(variant):
    T, k = variant.choice((60, 80, 100)), variant.choice((4, 5, 8))
    return Open(
        name="compare",
        chapter=CHAPTER,
        title="How wrong is a truncated gradient?",
        minutes=40,
        statement=f"""
Take the residual cell of your task *contributions* and a plain `tanh` cell, each with 16 units, and random sequences of {T} steps with a loss on the last state.
How large a share of the gradient of $W_h$ do the last {k} steps give, in each of the two cells? Write down what you expect and why; then measure it over at least five random networks,
for two scales of the weights. Show one figure, and say for which of the cells you would truncate, and what you would look at first in a task of your own.
""",
        rubric=(
            (2, "an expectation with a reason from the two recurrences, written before the measurement"),
            (3, "a measurement over at least five networks and two scales, with the spread, and the measure of the share defined"),
            (2, "a figure with labelled axes that answers the question"),
            (3, "a conclusion that follows from the figure, and a limit of the experiment, such as random inputs or untrained weights"),
        ),
        explanation="""
Each part of the gradient in the plain cell is multiplied by one more Jacobian for each step back; with usual weights the last steps give nearly everything.
In the residual cell the direct path has the factor 1, so the steps far back give as much as the near ones. A truncation takes away most of the gradient there.
The share has to be defined with care: parts may point in different directions, so norms of parts don't add up to the norm of the whole.
""",
    )


assignment = Assignment(
    name="a2-bptt",
    title="Backpropagation through time",
    chapters={
        "recurrent_cell": "A recurrent cell from scratch",
        "backpropagation_through_time": "Backpropagation through time",
    },
    minutes=130,
    introduction="""
Gradients travel back through time; here you follow them by hand, write the backward pass of a cell that has none yet, and let a derivative travel forwards.
Check your two functions with autograd before you hand them in.
""",
    goals=(
        "add up all paths by which a weight reaches a loss, and say which of them a cut removes",
        "write a backward pass with several paths between two states, part by part",
        "carry a derivative forwards, and compare its cost with the way back",
        "trade memory for computing time",
        "measure how much a truncated gradient leaves out",
    ),
    tasks=(
        Task("paths", 5, paths), Task("cut", 6, cut), Task("chunks", 3, chunks), Task("contributions", 18, contributions),
        Task("forwards", 12, forwards), Task("checkpoints", 6, checkpoints), Task("compare", 10, compare),
    ),
)  # fmt: skip
