"""Assignment 3: gradients that vanish, explode, or first do one and then the other."""

import itertools
import math

import torch

from rnncourse.grading import Assignment, Build, Choice, Mistake, Number, Open, Option, Property, Task, Wrong

CHAPTER = "vanishing_gradients"


def near(a, b):
    return a.shape == b.shape and torch.allclose(a, b, rtol=1e-3, atol=1e-6)


def different(values, apart):
    """True if no two of these numbers could be taken for each other."""
    ordered = sorted(values)
    return all(b - a > apart * max(abs(a), abs(b)) for a, b in itertools.pairwise(ordered))


def logit(p):
    return math.log(p / (1 - p))


# --- how many steps? ----------------------------------------------------------------------------------


def steps(variant):
    while True:
        rate, power = variant.decimal(0.7, 0.97, 3), variant.integer(3, 6)
        right = math.floor(power * math.log(10) / -math.log(rate)) + 1
        wrong = {
            "one step early": (right - 1, "after that many steps more than this share is left"),
            "loss by subtraction": (math.ceil(1 / (1 - rate)), "each step takes its share of what is left, not of the start"),
            "natural logarithm": (math.ceil(power / -math.log(rate)), "a power of ten needs the logarithm of 10"),
            "one power of ten": (math.ceil(math.log(10) / -math.log(rate)), "that is one power of ten; here are more"),
            "halves": (math.ceil(power * math.log(2) / -math.log(rate)), "a power of ten isn't a power of two"),
            "square root": (math.ceil(2 * right), "the factor itself acts at each step, not its root"),
        }
        if different([right, *(value for value, _ in wrong.values())], 1e-6):
            break
    return Number(
        name="steps",
        chapter=CHAPTER,
        title="How many steps?",
        minutes=5,
        statement=rf"""
At every step back the gradient of a unit is multiplied by {rate}. After how many steps is it for the first time *smaller* than $10^{{-{power}}}$ of what it was?
""",
        solution=f"answer = math.floor({power} * math.log(10) / -math.log({rate})) + 1",
        mistakes=tuple(Mistake(name, float(value), message) for name, (value, message) in wrong.items()),
        hints=("Take logarithms on both sides, and mind the sign of the logarithm of a number below 1.",),
        explanation=rf"""
${rate}^k < 10^{{-{power}}}$ means $k > {power} \ln 10 / (-\ln {rate}) = {power * math.log(10) / -math.log(rate):.2f}$.
""",
    )


# --- a bias for a wanted memory ---------------------------------------------------------------------


def two_biases(variant):
    while True:
        percent, n = variant.choice((30, 40, 60, 70, 80)), variant.integer(25, 150)
        share = percent / 100
        right = logit(share ** (1 / n)) / 2
        wrong = {
            "one bias": (2 * right, "the two biases are added, so this much twice is too much"),
            "one step": (logit(share) / 2, "that leaves the share after one step"),
            "sign": (-right, "that gate is nearly closed"),
            "lost": (logit((1 - share) ** (1 / n)) / 2, "that much is lost with these biases, not left"),
            "gate": (share ** (1 / n), "that is the gate; the question is for the biases"),
            "one step less": (logit(share ** (1 / (n - 1))) / 2, f"that is for {n - 1} steps"),
            "one step more": (logit(share ** (1 / (n + 1))) / 2, f"that is for {n + 1} steps"),
            "half of the steps": (logit(share ** (2 / n)) / 2, "each bias acts at every step, not at every second one"),
        }
        if different([right, *(value for value, _ in wrong.values())], 8e-4):
            break
    return Number(
        name="two-biases",
        chapter="lstm",
        title="One number for two biases",
        minutes=10,
        statement=rf"""
`nn.LSTM` has two biases for the forget gate. Somebody sets both to the same number $v$, and all the weights of the forget gate to zero.
For which $v$ are {percent} % of a cell state left after {n} steps, if nothing is written meanwhile? Give four significant digits.
""",
        solution=f"""
gate = {share} ** (1 / {n})
answer = math.log(gate / (1 - gate)) / 2
""",
        digits=4,
        mistakes=tuple(Mistake(name, value, message) for name, (value, message) in wrong.items()),
        hints=("Which gate, to the power of the steps, gives the share? Then invert the sigmoid.",),
        explanation=rf"""
The gate must be ${share}^{{1/{n}}} = {share ** (1 / n):.5f}$; its logit is {2 * right:.4f}, and each of the two biases is half of it, {right:.4f}.
""",
    )


# --- what a bound says -------------------------------------------------------------------------------


def bound(variant):
    norm, radius, T = variant.decimal(0.75, 0.97, 2), variant.decimal(0.3, 0.6, 2), variant.integer(40, 90)
    mantissa, exponent = f"{norm**T:.1e}".split("e")
    most = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    options = variant.sample(
        (
            Option(rf"its length is about ${norm}^{{{T}}} \approx {most}$ of what it was",
                   "That is the most. The directions of the steps don't agree, and the slopes are below 1."),
            Option(rf"its length is at most ${norm}^{{{T}}} \approx {most}$ of what it was, and it may be far less",
                   "Right: each step stretches by the norm at most, for the slopes are at most 1.", right=True),
            Option(rf"its length is at most ${radius}^{{{T}}}$ of what it was",
                   "The spectral radius bounds no single step; with other slopes at each step it doesn't rule the product either."),
            Option("it may still explode, because the directions of the steps differ",
                   "Each factor shortens every vector, whatever its direction, so their product does."),
            Option(rf"it is at least ${radius}^{{{T}}}$ of what it was, for no direction shrinks faster than the spectral radius says",
                   "Slopes near zero can take everything, and the smallest singular value may be below the radius."),
        ),
        5,
    )  # fmt: skip
    return Choice(
        name="bound",
        chapter=CHAPTER,
        title="What is proved?",
        minutes=5,
        statement=rf"""
The recurrent matrix of a plain $\tanh$ network has $\lVert W_h \rVert_2 = {norm}$ and $\rho(W_h) = {radius}$. Which statement about a gradient is proved after {T} steps back?
""",
        options=tuple(options),
        hints=("What does the largest singular value say about one step, for every vector?",),
        explanation=rf"""
Each Jacobian is a diagonal matrix of slopes, at most 1, times $W_h^\top$. So each step stretches every vector by at most {norm}, and {T} steps by at most ${norm}^{{{T}}}$. Nothing keeps the gradient from being smaller.
""",
    )


# --- growth before decay ------------------------------------------------------------------------------


def powers(a, b, c, count=400):
    M = torch.tensor([[a, c], [0.0, b]], dtype=torch.float64)
    product, found = torch.eye(2, dtype=torch.float64), []
    for _ in range(count):
        product = product @ M
        found.append(product)
    return torch.stack(found)


def growth(variant):
    while True:
        a, b, c = variant.decimal(0.8, 0.94, 2), variant.decimal(0.6, 0.92, 2), variant.decimal(1.5, 4, 1)
        every = powers(a, b, c)
        norms = torch.linalg.matrix_norm(every, 2)
        best = int(norms.argmax())
        vector = torch.tensor([0.0, 1.0], dtype=torch.float64)
        wrong = {
            "one step": (norms[0].item(), "that is the norm of the matrix itself; its powers go on growing"),
            "radius": (max(a, b), "that is the spectral radius; it describes the long run"),
            "step": (best + 1, "that is the number of steps, not the stretch"),
            "bound": (norms[0].item() ** (best + 1), "that is a bound by the norm of one step, and it isn't reached"),
            "a vector": ((vector @ every.mT).norm(dim=1).max().item() / 2, "the vector must have the length 1"),
            "after many steps": (norms[99].item(), "after a hundred steps the growth is over"),
            "sum": (norms.sum().item(), "that is the sum over all steps, not the largest"),
        }
        if best >= 2 and different([norms[best].item(), *(value for value, _ in wrong.values())], 0.01):
            break
    return Number(
        name="growth",
        chapter=CHAPTER,
        title="First up, then down",
        minutes=15,
        kind="measure",
        statement=rf"""
A linear recurrence has the matrix $M = \begin{{pmatrix}} {a} & {c} \\ 0 & {b} \end{{pmatrix}}$. Its spectral radius is below 1, so $M^k$ goes to zero.
But before that a vector can grow. What is the largest $\lVert M^k \rVert_2$ over all $k \ge 1$? Give four significant digits. Then ask yourself what this means for a gradient whose network has a spectral radius below 1.
""",
        solution=f"""
M = torch.tensor([[{a}, {c}], [0.0, {b}]], dtype=torch.float64)
answer = max(torch.linalg.matrix_norm(torch.linalg.matrix_power(M, k), 2).item() for k in range(1, 150))
""",
        digits=4,
        mistakes=tuple(Mistake(name, float(value), message) for name, (value, message) in wrong.items()),
        hints=("Compute the norms of the first hundred powers and look at them.",),
        explanation=rf"""
The norms rise from {norms[0]:.3f} to {norms[best]:.3f} at $k = {best + 1}$ and then fall for ever. The upper right entry of $M^k$ is $c\,(a^k - b^k)/(a - b)$ (or $c\,k\,a^{{k-1}}$ for $a = b$): two decays that start together and part.
So a spectral radius below 1 doesn't exclude a gradient that is many times larger some steps back.
""",
    )


# --- the gradient by lag, for an activation of your own --------------------------------------------------

SLOPES = {  # of the activation without its factor, from its value: code and function
    "sigmoid": ("h * (1 - h)", lambda h: h * (1 - h)),
    "softplus": ("(1 - torch.exp(-h))", lambda h: 1 - torch.exp(-h)),
    "arctangent": ("torch.cos(h) ** 2", lambda h: torch.cos(h) ** 2),
}
FORMULAS = {
    "sigmoid": r"\sigma({}\,a)",
    "softplus": r"\ln(1 + e^{{{}\,a}})",
    "arctangent": r"\arctan({}\,a)",
}
GAIN = {"sigmoid": 4.0, "softplus": 1.3, "arctangent": 1.3}  # of W_h: the gradients neither explode nor disappear
FORWARD = {"sigmoid": torch.sigmoid, "softplus": torch.nn.functional.softplus, "arctangent": torch.atan}


def lag_norms(slope, states, W_h, v, older=False, turned=False):
    delta, found = v, []
    for t in reversed(range(len(states))):
        found.append(delta.norm())
        at = states[t - 1] if older and t else states[t]
        delta = (delta * slope(at)) @ (W_h if turned else W_h.T)
    return torch.stack(found)


def lags(variant):
    name, factor = variant.choice(tuple(SLOPES)), variant.choice((0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6))
    code, without = f"{factor} * {SLOPES[name][0]}", SLOPES[name][1]

    def slope(h):
        return factor * without(h)

    def case(generator):
        T, H = int(torch.randint(5, 9, (), generator=generator)), int(torch.randint(3, 6, (), generator=generator))
        W_h, inputs = torch.randn(H, H, generator=generator), 1.5 * torch.randn(T, H, generator=generator)
        W_h *= GAIN[name] / factor / torch.linalg.matrix_norm(W_h, 2)
        h, states = torch.zeros(H), []
        for x in inputs:
            h = FORWARD[name](factor * (x + h @ W_h))
            states.append(h)
        return torch.stack(states), W_h, torch.randn(H, generator=generator)

    def start(got, expected, *_):
        if not torch.isclose(got[0], expected[0], rtol=1e-3):
            return "at lag 0 the gradient is v itself" if not near(got.flip(0), expected) else "lag 0 must come first"
        return None

    def slopes(got, expected, *arguments):
        for other, what in ((lambda h: 1 - h**2, "the slope of tanh"), (torch.ones_like, "no slope at all")):
            if near(got, lag_norms(other, *arguments)):
                return f"there is {what}; find the slope of your own activation function from its value"
        return None

    def inner(got, expected, *arguments):
        return f"the factor {factor} inside of φ has a derivative, too" if near(got, lag_norms(without, *arguments)) else None

    def which(got, expected, *arguments):
        if near(got, lag_norms(slope, *arguments, older=True)):
            return "the slope belongs to the newer state of each step: its activation function made it"
        return None

    def direction(got, expected, *arguments):
        return "a transpose is missing on the way back" if near(got, lag_norms(slope, *arguments, turned=True)) else None

    return Build(
        name="lags",
        chapter=CHAPTER,
        title="The gradient by lag",
        minutes=20,
        statement=rf"""
A plain network uses $\varphi(a) = {FORMULAS[name].format(factor)}$: $h_t = \varphi(x_t W_x + h_{{t-1}} W_h + b)$. The loss is $L = v \cdot h_T$.
Write `norms_by_lag(states, W_h, v)`. It gets the states $h_1, \dots, h_T$ of *one* sequence, $(T, H)$, the matrix $(H, H)$ and $v$ $(H)$,
and returns the lengths of $\mathrm{{d}}L/\mathrm{{d}}h_{{T-k}}$ for $k = 0, \dots, T - 1$, a tensor of shape $(T)$.
The pre-activations aren't given: express the slope $\varphi'(a)$ by the value $h = \varphi(a)$.
""",
        function="norms_by_lag",
        stub='''
def norms_by_lag(states, W_h, v):
    """Length of the gradient at lag 0, 1, …, T - 1: (T,)."""
    ...
    return ...
''',
        solution=f'''
def norms_by_lag(states, W_h, v):
    """Length of the gradient at lag 0, 1, …, T - 1: (T,)."""
    delta, found = v, []
    for h in states.flip(0):
        found.append(delta.norm())
        delta = (delta * ({code})) @ W_h.T
    return torch.stack(found)
''',
        case=case,
        tolerance=1e-5,
        properties=(
            Property(
                "lag 0", start,
                "What is the derivative of v · h_T with respect to h_T, and at which end of the result does it "
                "stand?",
            ),
            Property("slope", slopes, "Work out φ'(a) on paper, and write it with h instead of a."),
            Property("factor", inner, "φ is a function of a function here. What does the chain rule add?"),
            Property(
                "which state", which,
                "The step from h_(t-1) to h_t ends with φ. Which of the two states tells its slope?",
            ),
            Property(
                "direction", direction,
                "Forwards a row stands on the left of W_h. What leads a derivative back from the product to the "
                "row?",
            ),
        ),
        also_right=(
            f"""
def norms_by_lag(states, W_h, v):
    T, H = states.shape
    product, rows = torch.eye(H, dtype=torch.float64), []
    for k in range(T):
        rows.append((v.double() @ product).norm())
        h = states[T - 1 - k].double()
        product = product @ torch.diag({code}) @ W_h.double().T
    return torch.stack(rows)
""",
        ),
        wrong=(
            Wrong("the slope of tanh", fails="slope", edit=(f"({code})", "(1 - h**2)")),
            Wrong("no slope", fails="slope", edit=(f" * ({code})", "")),
            Wrong("the factor's derivative is forgotten", fails="factor", edit=(f"{factor} * ", "")),
            Wrong("the slope of the state before", fails="which state",
                  edit=("for h in states.flip(0):", "for h in torch.cat([states[:1], states[:-1]]).flip(0):")),
            Wrong("the matrix isn't transposed", fails="direction", edit=("W_h.T", "W_h")),
            Wrong("from the first step to the last", fails="lag 0", edit=("torch.stack(found)", "torch.stack(found[::-1])")),
            Wrong("one step too late", fails="lag 0",
                  edit=("        found.append(delta.norm())\n", ""), also=("W_h.T\n", "W_h.T\n        found.append(delta.norm())\n")),
            Wrong("squares of the lengths", fails="lag 0", edit=("delta.norm()", "delta.square().sum()")),
            Wrong("the gradients themselves", fails="shape", edit=("delta.norm()", "delta")),
            Wrong("the loss reads the length of the state", fails="lag 0", edit=("delta, found = v, []", "delta, found = states[-1], []")),
            Wrong("the sequence read forwards", fails="value", edit=("states.flip(0)", "states")),
        ),
        hints=(
            "Start with v at lag 0. To go back one step: first the slope, then the transposed matrix.",
        ),
        explanation=rf"""
The slope from the value is `{code}`. Starting with $v$, each step back multiplies by the slopes of the newer state and then by $W_h^\top$.
""",
    )  # fmt: skip


# --- biases for a range of memories -------------------------------------------------------------------


def spread(variant):
    percent = variant.choice((*range(15, 46), *range(55, 81)))
    share = percent / 100

    def case(generator):
        longest = float(20 + 200 * torch.rand((), generator=generator))
        return float(1 + 4 * torch.rand((), generator=generator)), longest, int(torch.randint(4, 9, (), generator=generator))

    def times(biases):
        """After how many steps the share is left, for each bias."""
        return math.log(share) / torch.nn.functional.logsigmoid(biases.double())

    def increasing(got, expected, *_):
        return "the memories must rise from the shortest to the longest" if (got.diff() <= 0).any() else None

    def ends(got, expected, shortest, longest, units):
        for which, bias, wanted in (("first", got[:1], shortest), ("last", got[-1:], longest)):
            found = times(bias).item()
            if abs(found - wanted) > 1e-2 * wanted:
                return f"the {which} unit keeps {percent} % over {found:.4g} steps, expected {wanted:.4g}"
        return None

    def ratios(got, expected, *_):
        found = times(got)
        ratio = found[1:] / found[:-1]
        if (ratio / ratio[0] - 1).abs().max() > 1e-2:
            return "from one unit to the next the number of steps must grow by the same factor"
        return None

    return Build(
        name="spread",
        chapter="lstm",
        title="Memories of many lengths",
        minutes=20,
        statement=rf"""
The units of an LSTM are to remember over different times. Say that a unit *lasts* $\tau$ steps if {percent} % of its cell state are left after $\tau$ steps, with the forget gate $\sigma(b)$ at every step and nothing written.
Write `memory_biases(shortest, longest, units)`: the biases $b$ of `units` units, a tensor of shape `(units,)`, in rising order. `units` is 2 or more.
The first unit lasts `shortest` steps, the last one `longest` steps, and from one unit to the next the time grows by the same factor.
""",
        function="memory_biases",
        stub='''
def memory_biases(shortest, longest, units):
    """Forget-gate biases: (units,)."""
    ...
    return ...
''',
        solution=f'''
def memory_biases(shortest, longest, units):
    """Forget-gate biases: (units,)."""
    times = shortest * (longest / shortest) ** torch.linspace(0, 1, units, dtype=torch.float64)
    gate = {share} ** (1 / times)
    return torch.log(gate / (1 - gate))
''',
        case=case,
        tolerance=1e-3,
        properties=(
            Property("order", increasing, "Does a unit that lasts longer have a larger forget gate or a smaller one?"),
            Property(
                "shortest and longest", ends,
                "First the times, then the gate of each, then the inverse of the sigmoid.",
            ),
            Property("factor", ratios, "Equal factors are equal differences of the logarithms. Of which quantity?"),
        ),
        also_right=(
            f"""
def memory_biases(shortest, longest, units):
    steps = np.geomspace(shortest, longest, units)
    return torch.tensor([-math.log(math.expm1(-math.log({share}) / t)) for t in steps])
""",
        ),
        wrong=(
            Wrong("from the longest to the shortest", fails="order", edit=("torch.log(gate / (1 - gate))", "torch.log(gate / (1 - gate)).flip(0)")),
            Wrong("half-lives", fails="shortest and longest", edit=(f"{share} **", "0.5 **")),
            Wrong("what is lost, not what is left", fails="shortest and longest", edit=(f"{share} **", f"{round(1 - share, 2)} **")),
            Wrong("the chrono start, ln τ", fails="shortest and longest", edit=("torch.log(gate / (1 - gate))", "torch.log(times)")),
            Wrong("the gates", fails="shortest and longest", edit=("torch.log(gate / (1 - gate))", "gate")),
            Wrong("the wrong sign", fails="order", edit=("torch.log(gate / (1 - gate))", "torch.log((1 - gate) / gate)")),
            Wrong("equal differences of the times", fails="factor",
                  edit=("shortest * (longest / shortest) ** torch.linspace(0, 1, units, dtype=torch.float64)",
                        "torch.linspace(shortest, longest, units, dtype=torch.float64)")),
            Wrong("equal differences of the biases", fails="factor",
                  edit=("torch.log(gate / (1 - gate))", "torch.lerp(torch.log(gate / (1 - gate))[0], torch.log(gate / (1 - gate))[-1], torch.linspace(0, 1, units, dtype=torch.float64))")),
            Wrong("one bias only", fails="shape", edit=("torch.log(gate / (1 - gate))", "torch.log(gate / (1 - gate))[:1]")),
        ),
        explanation=rf"""
A unit lasts $\tau$ steps if $\sigma(b)^\tau = {share}$, so its gate is ${share}^{{1/\tau}}$ and its bias the logit of that.
Starting a network so gives it units for short and for long memories, whatever the length of the task turns out to be. It is a start; training may move the biases.
""",
    )  # fmt: skip


# --- clipping that leaves out a broken step ------------------------------------------------------------


def safe_clip(variant):
    kind, factor = variant.choice(("norm", "rms")), 10 * variant.integer(2, 20)
    words = {
        "norm": "their common norm, the root of the *sum* of all squares",
        "rms": "their common root mean square, the root of the *mean* of all squares",
    }[kind]
    code = {"norm": "flat.norm()", "rms": "flat.square().mean().sqrt()"}
    size, another = code[kind], code["rms" if kind == "norm" else "norm"]

    def measure(tensors):
        flat = torch.cat([g.flatten() for g in tensors])
        return (flat.norm() if kind == "norm" else flat.square().mean().sqrt()).item()

    def case(generator):
        """A long gradient, a short one, one that is nearly broken, and one that is."""
        gradients = (torch.randn(3, 2, generator=generator), 3 * torch.randn(4, generator=generator))
        which = generator.initial_seed() % 4  # the seeds of the cases follow one another: each kind comes
        return gradients, measure(gradients) * (0.6, 1.4, 1.02 / factor, 0.98 / factor)[which]

    def broken(got, expected, gradients, limit):
        zeros = all((g == 0).all() for g in got)
        if measure(gradients) > factor * limit and not zeros:
            return f"the size is more than {factor} times the limit, so all of it must become 0"
        if measure(gradients) <= factor * limit and zeros:
            return f"the size isn't more than {factor} times the limit, so the step mustn't be left out"
        return None

    def short(got, expected, gradients, limit):
        if measure(gradients) <= limit and not all(torch.allclose(a, b) for a, b in zip(got, gradients, strict=True)):
            return "a gradient that is small enough must stay as it is"
        return None

    def size_of(got, expected, gradients, limit):
        found = measure(got)
        if limit < measure(gradients) <= factor * limit and abs(found - limit) > 1e-3 * limit:
            return f"the size of what came is {found:.4g}, expected {limit:.4g}"
        return None

    return Build(
        name="safe-clip",
        chapter=CHAPTER,
        title="Clip, or leave the step out",
        minutes=15,
        statement=rf"""
Write `safe_clip(gradients, limit)` for a tuple of tensors of different shapes. Their *size* is {words}, over all entries of all tensors together.
If the size is at most `limit`, they stay as they are. If it is more, all are multiplied by one number so that the size is exactly `limit`.
But if it is more than {factor} times the limit, something went wrong in this step, and it is left out: all entries of the result are 0.
Return a tuple of tensors, and don't change what you are given.
""",
        function="safe_clip",
        stub='''
def safe_clip(gradients, limit):
    """The gradients, limited together, or zeros."""
    ...
    return ...
''',
        solution=f'''
def safe_clip(gradients, limit):
    """The gradients, limited together, or zeros."""
    flat = torch.cat([g.flatten() for g in gradients])
    size = {size}
    if size > {factor} * limit:
        return tuple(torch.zeros_like(g) for g in gradients)
    if size <= limit:
        return tuple(gradients)
    return tuple(g * (limit / size) for g in gradients)
''',
        case=case,
        cases=12,
        tolerance=1e-4,
        properties=(
            Property("broken step", broken, "There are three cases. With which two numbers must the size be compared?"),
            Property("small gradients", short, "Which of the three cases multiplies nothing?"),
            Property(
                "size", size_of,
                "Flatten everything into one long tensor: how is its size defined, and which factor turns it into "
                "the limit?",
            ),
        ),
        also_right=(
            """
def safe_clip(gradients, limit):
    total = sum(float(g.double().pow(2).sum()) for g in gradients)
    size = math.sqrt(total{mean})
    factor = 0.0 if size > {factor} * limit else min(1.0, limit / size)
    return [g * factor for g in gradients]
""".replace("{mean}", "" if kind == "norm" else " / sum(g.numel() for g in gradients)").replace("{factor}", str(factor)),
        ),
        wrong=(
            Wrong("a broken step is clipped", fails="broken step", edit=(f"size > {factor} * limit", "False")),
            Wrong("every large step is left out", fails="broken step", edit=(f"size > {factor} * limit", "size > limit")),
            Wrong("the factor is taken of the size", fails="broken step", edit=(f"size > {factor} * limit", f"{factor} * size > limit")),
            Wrong("short gradients are lengthened", fails="small gradients", edit=("size <= limit", "False")),
            Wrong("nothing is clipped", fails="size", edit=("size <= limit", "True")),
            Wrong("each tensor by itself", fails="size",
                  edit=("return tuple(g * (limit / size) for g in gradients)",
                        "return tuple(g * (limit / g.norm()) for g in gradients)")),
            Wrong("the scale is the wrong way round", fails="size", edit=("limit / size", "size / limit")),
            Wrong("another measure of the size", fails="size", edit=(size, another)),
            Wrong("changed in place", fails="keeps its inputs", edit=("g * (limit / size)", "g.mul_(limit / size)")),
            Wrong("only the first tensor", fails="type", edit=("return tuple(gradients)", "return gradients[0]")),
        ),
        explanation=r"""
One factor for all tensors keeps the direction of the step. A step that is a hundred times too long comes from a cliff of the loss or from a broken batch, and then its direction is worth little; leaving it out does little harm.
If it happens often, the cause has to be found. A gradient that isn't a number must be left out as well: no factor mends it.
""",
    )  # fmt: skip


# --- an open question ---------------------------------------------------------------------------------


def blame(variant):
    T, share = variant.choice((60, 80, 100)), variant.choice(("a tenth", "a quarter", "half"))
    return Open(
        name="blame",
        chapter="do_gates_help",
        title="Is it really the gradient?",
        minutes=60,
        statement=f"""
A friend's plain RNN fails to recall the first of {T} symbols, and he says: "the gradient vanishes, so it can't learn". An LSTM that remembers after {share} of the training time is his proof.
List three other explanations for what he saw. For two of them, plan and run an experiment (a smaller length is enough) whose result would be different if it were the gradient.
Measure the gradient against lag as well, before and after training. Say what your results support, and what they leave open.
""",
        rubric=(
            (3, "three other explanations that fit what was seen, such as size, learning rate, too little training, or the start"),
            (3, "two experiments that can tell them apart, with equal conditions otherwise and at least three seeds"),
            (2, "the gradient by lag, before and after training, in one figure with a logarithmic axis"),
            (2, "a conclusion no stronger than the results, and what remains open"),
        ),
        explanation="""
Among the others: the two networks have different numbers of parameters; each may need another learning rate; the plain network may need more updates; its start matters (an orthogonal or identity start changes the reach of the gradient and nothing else).
A network can learn although its gradient is small at the start, for it grows during training; and a trained network that latches has a vanishing gradient and a perfect memory. So a gradient after training is no proof either.
""",
    )


assignment = Assignment(
    name="a3-vanishing",
    title="Vanishing gradients",
    chapters={
        "vanishing_gradients": "Vanishing and exploding gradients",
        "lstm": "The LSTM",
        "do_gates_help": "Do gates help?",
    },
    minutes=150,
    introduction="""
How fast does a gradient vanish, what sets this rate, what does a bound prove, and what helps? The last question asks whether it was the gradient at all.
""",
    goals=(
        "compute how long a decaying gradient or memory lasts, and set it by a bias",
        "say what follows from a norm, and what doesn't follow from a spectral radius",
        "write the gradient by lag for an activation function of your own",
        "start the units of a network with memories of many lengths",
        "clip gradients, and handle a step that went wrong",
        "tell a vanishing gradient from other reasons for a failure",
    ),
    tasks=(
        Task("steps", 4, steps), Task("two-biases", 5, two_biases), Task("bound", 3, bound), Task("growth", 6, growth),
        Task("lags", 14, lags), Task("spread", 10, spread), Task("safe-clip", 8, safe_clip, examples=4), Task("blame", 10, blame),
    ),
)  # fmt: skip
