"""Assignment 4: tasks that test memory, networks built by hand, and machines."""

import itertools

import torch

from rnncourse.grading import Assignment, Build, Choice, Mistake, Number, Open, Option, Property, Task, Wrong


def different(values):
    """True if no two of these numbers could be taken for each other."""
    ordered = sorted(values)
    return all(b - a > 0.01 * abs(b) for a, b in itertools.pairwise(ordered))


# --- what a network without memory reaches -----------------------------------------------------------


def no_memory(variant):
    while True:
        symbols, place, more = variant.integer(4, 20), variant.integer(3, 8), variant.integer(3, 16)
        longest = place + more
        lengths = longest - place + 1
        right = 1 / lengths + (1 - 1 / lengths) / symbols
        wrong = {
            "guessing": (1 / symbols, "in the shortest sequences the symbol is the last one, and that can be seen"),
            "the shortest only": (1 / lengths, "a guess is right now and then in the longer sequences, too"),
            "all lengths": (1 / longest + (1 - 1 / longest) / symbols, "only the lengths from the shortest on occur"),
            "one length missing": (1 / (lengths - 1) + (1 - 1 / (lengths - 1)) / symbols, "count the lengths again, both ends included"),
            "added": (1 / lengths + 1 / symbols, "the guess counts in the other lengths only"),
            "certain": (1.0, "in the longer sequences the symbol isn't the last one"),
        }
        if different([right, *(value for value, _ in wrong.values())]):
            break
    return Number(
        name="no-memory",
        chapter="remembering",
        title="Without memory",
        minutes=10,
        statement=f"""
Sequences of random symbols, each of {symbols} equally likely, have {place} to {longest} steps, every length equally often. The task is to name the symbol of step {place}.
A network without memory sees only the symbol of the *last* step; it doesn't know the length. Which accuracy does it reach, as a fraction of 1, if it always names the symbol that it sees? (No other rule is better.) Give four significant digits.
""",
        solution=f"answer = 1 / {lengths} + (1 - 1 / {lengths}) / {symbols}",
        digits=4,
        mistakes=tuple(Mistake(name, value, message) for name, (value, message) in wrong.items()),
        hints=("In which of the sequences is the symbol of that step the last one?",),
        explanation=f"""
There are {lengths} lengths. In the shortest the last symbol is the answer; in the others it is a random symbol, right once in {symbols}.
""",
    )


# --- the best constant ---------------------------------------------------------------------------------


def constant(variant):
    while True:
        low, high, factor = variant.integer(-7, 0), variant.integer(2, 9), variant.integer(2, 7)
        width = high - low
        right = width**2 / 12 * (1 + factor**2)
        mean = (1 + factor) * (low + high) / 2
        wrong = {
            "the mean": (mean, "that is the best constant itself, not its squared error"),
            "no factor": (width**2 / 6, "the second number is multiplied before it is added"),
            "factor not squared": (width**2 / 12 * (1 + factor), "a factor enters a variance squared"),
            "deviation": (right**0.5, "that is the standard deviation; the *squared* error was asked for"),
            "one number": (width**2 / 12 * factor**2, "both marked numbers vary"),
            "squared sum": (width**2 / 12 * (1 + factor) ** 2, "the two numbers are independent: their variances are added"),
            "zero": (right + mean**2, "that is the error of the answer 0"),
        }
        if mean and different([right, *(value for value, _ in wrong.values())]):
            break
    return Number(
        name="constant",
        chapter="how_long_is_long_term",
        title="The best constant",
        minutes=10,
        statement=f"""
An adding problem of your own: the numbers of a sequence are real numbers drawn uniformly between {low} and {high}; two of them are marked, and the target is the *first* marked number plus {factor} times the *second*.
What is the mean squared error of the best answer that is always the same number? Give four significant digits. Any network that has learned something must be below it.
""",
        solution=f"answer = ({high} - ({low})) ** 2 / 12 * (1 + {factor} ** 2)",
        digits=4,
        mistakes=tuple(Mistake(name, float(value), message) for name, (value, message) in wrong.items()),
        hints=("The best constant is the mean, and its squared error is the variance of the target.",),
        explanation=f"""
The variance of a number drawn uniformly from a range of {width} is {width}² / 12, and the two are independent: {width}² / 12 · (1 + {factor}²) = {right:.4g}.
""",
    )


# --- what a readout can see ---------------------------------------------------------------------------


def seen(variant):
    T = variant.integer(20, 60)
    p = variant.integer(3, T - 4)
    options = variant.sample(
        (
            Option(f"both halves depend on the symbol of step {p}",
                   f"At step {T} the backward direction has read one symbol, the last."),
            Option(f"the backward half depends on the symbol of step {p}, the forward half only on that of step {T}",
                   f"It is the other way round: the forward direction has read all of the {T} symbols by then."),
            Option(f"neither half depends on the symbol of step {p}, because it lies {T - p} steps back",
                   "Whether training uses it is another question, but the forward state is a function of all symbols before it."),
            Option(f"the forward half depends on the symbols 1 to {p}, the backward half on {p} to {T}",
                   f"That would be the states at step {p}; the readout takes those of step {T}."),
            Option(f"the forward half depends on the symbol of step {p}, the backward half only on that of step {T}",
                   "Right: at the last step the backward direction has only begun.", right=True),
        ),
        5,
    )  # fmt: skip
    return Choice(
        name="seen",
        chapter="deeper_and_both_ways",
        title="What is in the last state?",
        minutes=5,
        statement=f"""
A bidirectional LSTM of one layer reads {T} symbols, and its readout takes the outputs at step {T}: both halves of them. The task is to name the symbol of step {p}. Which statement is right?
""",
        options=tuple(options),
        hints=("Which symbols has each direction read when it arrives at that step?",),
        explanation=f"""
The backward direction starts at step {T}, so its half knows one symbol there. The readout `final` would take the backward state after *its* last step, which is step 1.
""",
    )


# --- a network that adds and subtracts -------------------------------------------------------------------

SHAPES = ((3, 4), (4, 4), (4,), (4,))  # W_x, W_h, b, w_y
NAMES = ("W_x", "W_h", "b", "w_y")


def run(weights, x):
    """(W_x, W_h, b, w_y) and x (B, T, 3) → (B,), with ReLU units."""
    W_x, W_h, b, w_y = (torch.as_tensor(w, dtype=torch.float64) for w in weights)
    h = torch.zeros(len(x), 4, dtype=torch.float64)
    for step in x.double().unbind(1):
        h = (step @ W_x + h @ W_h + b).relu()
    return h @ w_y


def ledger(variant):
    largest = variant.integer(2, 9)
    p, q = variant.sample((1, 2, 3, 4, 5), 2)

    def sequences(steps):
        draws = variant.hidden("sequences", steps)
        numbers = largest * draws.rand(30, steps)
        kind = draws.randint(4, 30, steps)  # plus, minus, nothing, nothing
        kind[0] = 2  # no mark at all
        kind[1], kind[1, -1] = 2, 0  # a plus at the last step
        kind[2], kind[2, -1] = 2, 1  # a minus at the last step
        x = torch.stack([numbers, (kind == 0).float(), (kind == 1).float()], dim=2)
        return x, (numbers * (p * (kind == 0) - q * (kind == 1))).double().sum(1)

    def case(generator):
        return (int(torch.randint(2, 60, (), generator=generator)),)

    def shapes(got, expected, steps):
        for name, weight, shape in zip(NAMES, got, SHAPES, strict=True):
            if tuple(torch.as_tensor(weight).shape) != shape:
                return f"{name} must have the shape {shape}, got {tuple(torch.as_tensor(weight).shape)}"
        return None

    def error(got, rows, steps):
        x, target = sequences(steps)
        off = (run(got, x[rows]) - target[rows]).abs().max().item()
        return off if not off <= 1e-4 * largest * max(p, q) * steps else None

    def silent(got, expected, steps):
        off = error(got, slice(0, 1), steps)
        return off and f"without any mark the answer must be 0 after {steps} steps, got {off:.4g}"

    def last(got, expected, steps):
        for row, what, factor in ((1, "plus", p), (2, "minus", -q)):
            off = error(got, slice(row, row + 1), steps)
            if off:
                return f"a {what} mark at the last step only: the answer must be {factor} times its number; it is off by {off:.4g}"
        return None

    def sums(got, expected, steps):
        off = error(got, slice(None), steps)
        return off and f"over {steps} steps with several marks the answer is off by up to {off:.4g}"

    return Build(
        name="ledger",
        chapter="how_long_is_long_term",
        title="A network that keeps accounts",
        minutes=30,
        statement=rf"""
Build a plain network of four ReLU units by hand that keeps accounts *exactly*: $h_t = \max(0,\, x_t W_x + h_{{t-1}} W_h + b)$, $h_0 = 0$, and the answer is $h_T\, w_y$.
The input $x_t$ is (number, plus, minus). The number lies between 0 and {largest}. Each mark is 0 or 1, never both at once, and any number of steps may be marked.
The answer is {p} times the sum of the numbers with a plus, minus {q} times the sum of the numbers with a minus.
Write `ledger(steps)`, which returns `W_x` (3, 4), `W_h` (4, 4), `b` (4,) and `w_y` (4,) as a tuple of tensors. It is told how many steps a sequence will have, but doesn't need it.
""",
        function="ledger",
        stub='''
def ledger(steps):
    """Weights of a ReLU network: W_x, W_h, b, w_y."""
    ...
    return ...
''',
        solution=f'''
def ledger(steps):
    """Weights of a ReLU network: W_x, W_h, b, w_y."""
    M, p, q = {largest}.0, {p}.0, {q}.0
    W_x = torch.tensor([[1.0, 1.0, 0.0, 0.0], [M, 0.0, 0.0, 0.0], [0.0, M, 0.0, 0.0]])
    b = torch.tensor([-M, -M, 0.0, 0.0])  # units 1, 2: the number if it is marked
    W_h = torch.tensor([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0],
                        [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    w_y = torch.tensor([p, -q, p, -q])  # the last step isn't in the sums yet
    return W_x, W_h, b, w_y
''',
        case=case,
        by_properties=True,
        properties=(
            Property(
                "shapes", shapes,
                "Rows of W_x are inputs, rows of W_h are units; b and w_y have one entry for each unit.",
            ),
            Property(
                "nothing marked", silent,
                "One unit for each mark: it must be the number where the mark is, and 0 elsewhere. Use the largest "
                "number.",
            ),
            Property(
                "last step", last,
                "The readout must see the number of the last step at once, with its factor and its sign.",
            ),
            Property("sums", sums, "ReLU can't keep a negative sum, but it can keep two sums that aren't negative."),
        ),
        also_right=(
            f"""
def ledger(steps):
    M, p, q = {largest}.0, {p}.0, {q}.0
    W_x, W_h = torch.zeros(3, 4), torch.zeros(4, 4)
    W_x[0, 2], W_x[1, 2], W_x[0, 3], W_x[2, 3] = p, 2 * p * M, q, 2 * q * M
    W_h[2, 0] = W_h[0, 0] = W_h[3, 1] = W_h[1, 1] = 1
    b = torch.tensor([0, 0, -2 * p * M, -2 * q * M])
    return W_x, W_h, b, torch.tensor([1.0, -1.0, 1.0, -1.0])
""",
        ),
        wrong=(
            Wrong("every number is added", fails="nothing marked", edit=("[-M, -M, 0.0, 0.0]", "[0.0, 0.0, 0.0, 0.0]")),
            Wrong("the threshold for numbers up to 1", fails="nothing marked", edit=(f"M, p, q = {largest}.0", "M, p, q = 1.0")),
            Wrong("the threshold is too high", fails="last step", edit=("[-M, -M, 0.0, 0.0]", "[-2 * M, -2 * M, 0.0, 0.0]")),
            Wrong("the last step isn't read", fails="last step", edit=("[p, -q, p, -q]", "[0.0, 0.0, p, -q]")),
            Wrong("minus isn't subtracted", fails="last step", edit=("[p, -q, p, -q]", "[p, q, p, q]")),
            Wrong("the factors are exchanged", fails="last step", edit=("[p, -q, p, -q]", "[q, -p, q, -p]")),
            Wrong("the sums aren't kept", fails="sums", edit=("[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])", "[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])")),
            Wrong("the sums leak", fails="sums", edit=("[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])", "[0.0, 0.0, 0.9, 0.0], [0.0, 0.0, 0.0, 0.9]])")),
            Wrong("only the sums, with the last step twice", fails="last step", edit=("[p, -q, p, -q]", "[2 * p, -2 * q, p, -q]")),
            Wrong("one account for both", fails="sums", edit=("[0.0, 0.0, 0.0, 1.0],\n", "[0.0, 0.0, -1.0, 0.0],\n")),
            Wrong("a readout with a second axis", fails="shapes", edit=("torch.tensor([p, -q, p, -q])", "torch.tensor([[p, -q, p, -q]])")),
        ),
        explanation=rf"""
$\max(0,\, x + {largest}\, m - {largest})$ is the number with the mark and 0 without it. Two more units add up what these two had a step before; the readout adds the last step.
A single account in one unit fails: as soon as the sum is negative, ReLU forgets by how much.
""",
    )  # fmt: skip


# --- a machine that counts -------------------------------------------------------------------------------


def machine(variant):
    weights = variant.sample((1, 2, 3, 4, 5), 2)  # what two of the symbols add to the count

    def expected_answers(modulus, rest, rows):
        total = (rows == 0) * weights[0] + (rows == 1) * weights[1]
        return (total.cumsum(1) % modulus == rest).long()

    def run_machine(following, answers, rows):
        state, said = torch.zeros(len(rows), dtype=torch.int64), torch.empty_like(rows)
        for t in range(rows.shape[1]):
            said[:, t] = answers[state, rows[:, t]]
            state = following[state, rows[:, t]]
        return said

    def case(generator):
        modulus = int(torch.randint(3, 7, (), generator=generator))
        return modulus, int(torch.randint(modulus, (), generator=generator)), int(torch.randint(3, 6, (), generator=generator))

    def tables(got, expected, modulus, rest, symbols):
        for name, table in zip(("following", "answers"), got, strict=True):
            if table.ndim != 2 or table.shape[1] != symbols or table.shape != got[0].shape:
                return f"{name} must have a row for each state and {symbols} columns, got the shape {tuple(table.shape)}"
        if got[0].min() < 0 or got[0].max() >= len(got[0]):
            return f"the next states must be from 0 to {len(got[0]) - 1}, got {int(got[0].min())} to {int(got[0].max())}"
        return None

    def rows(symbols):
        return variant.hidden("rows", symbols).randint(symbols, 200, 40)

    def every(got, expected, modulus, rest, symbols):
        read = rows(symbols)
        wanted, said = expected_answers(modulus, rest, read), run_machine(*got, read)
        if torch.equal(wanted, said):
            return None
        if torch.equal(wanted[:, :-1], said[:, 1:]):
            return "the symbol that has just been read isn't counted yet when the answer is given"
        step = int((wanted != said).any(0).nonzero()[0]) + 1
        return f"for some sequence the answer at step {step} is wrong"

    def smallest(got, expected, modulus, rest, symbols):
        return f"{modulus} states are enough, got {len(got[0])}" if len(got[0]) != modulus else None

    return Build(
        name="machine",
        chapter="carrying",
        title="A machine that counts in circles",
        minutes=20,
        statement=rf"""
A machine reads symbols 0, 1, 2, … and answers at every step. Symbol 0 counts {weights[0]}, symbol 1 counts {weights[1]}, and all others count nothing.
The answer is 1 if the count of everything read so far, this symbol included, leaves the remainder `rest` when it is divided by `modulus`, else 0.
Write `counting_machine(modulus, rest, symbols)`. It returns a pair of tensors of whole numbers, both of shape (states, symbols):
the next state, and the answer that is given on the way. It starts in state 0, and has as few states as possible. `modulus` is 3 or more.
""",
        function="counting_machine",
        stub='''
def counting_machine(modulus, rest, symbols):
    """Tables (K, symbols): the next state, and the answer."""
    ...
    return ...
''',
        solution=f'''
def counting_machine(modulus, rest, symbols):
    """Tables (K, symbols): the next state, and the answer."""
    counts = torch.zeros(symbols, dtype=torch.int64)
    counts[0], counts[1] = {weights[0]}, {weights[1]}
    following = (torch.arange(modulus)[:, None] + counts) % modulus
    return following, (following == rest).long()
''',
        case=case,
        cases=8,
        by_properties=True,
        tolerance=0,
        properties=(
            Property(
                "tables", tables,
                "A row for each state, a column for each symbol, and states are counted from 0.",
            ),
            Property(
                "answers", every,
                "Follow a short sequence by hand: what does each symbol count, and to which count does the answer "
                "belong?",
            ),
            Property("few states", smallest, "What must the machine remember? One state for each value of that."),
        ),
        also_right=(
            f"""
def counting_machine(modulus, rest, symbols):
    name = [0, *range(modulus - 1, 0, -1)]  # the states in another order
    following, answers = torch.zeros(2, modulus, symbols, dtype=torch.int64)
    for count in range(modulus):
        for symbol in range(symbols):
            new = (count + {{0: {weights[0]}, 1: {weights[1]}}}.get(symbol, 0)) % modulus
            following[name[count], symbol] = name[new]
            answers[name[count], symbol] = int(new == rest)
    return following, answers
""",
        ),
        wrong=(
            Wrong("the answer for the count before the symbol", fails="answers",
                  edit=("(following == rest)", "(torch.arange(modulus)[:, None].expand_as(following) == rest)")),
            Wrong("both symbols count one", fails="answers", edit=(f"= {weights[0]}, {weights[1]}", "= 1, 1")),
            Wrong("the two symbols are exchanged", fails="answers", edit=("counts[0], counts[1]", "counts[1], counts[0]")),
            Wrong("every other symbol counts, too", fails="answers", edit=("torch.zeros(symbols", "torch.ones(symbols")),
            Wrong("it stops at the largest count", fails="answers",
                  edit=("(torch.arange(modulus)[:, None] + counts) % modulus", "(torch.arange(modulus)[:, None] + counts)"),
                  also=("    return following", "    following = torch.where(following < modulus, following, modulus - 1)\n    return following")),
            Wrong("the remainder 0, whatever was asked", fails="answers", edit=("following == rest", "following == 0")),
            Wrong("twice as many states", fails="few states",
                  edit=("torch.arange(modulus)[:, None] + counts) % modulus", "torch.arange(2 * modulus)[:, None] + counts) % (2 * modulus)"),
                  also=("following == rest", "following % modulus == rest")),
            Wrong("the tables are transposed", fails="tables", edit=("return following, (following == rest).long()", "return following.T, (following == rest).long().T")),
            Wrong("states from 1 on", fails="tables", edit=("return following,", "return following + 1,")),
            Wrong("the states only", fails="type", edit=("return following, (following == rest).long()", "return following")),
        ),
        explanation=r"""
Only the remainder has to be remembered, so there are `modulus` states. Fewer aren't enough: two different remainders lead to different answers sooner or later.
The table is $(k + \text{count of the symbol}) \bmod m$, and the answer is 1 where the new remainder is `rest`.
""",
    )  # fmt: skip


# --- do two machines do the same? -------------------------------------------------------------------------


def random_machine(generator, states, symbols):
    following = torch.randint(states, (states, symbols), generator=generator)
    return following, torch.randint(2, (states, symbols), generator=generator)


def shortest_difference(f, a, g, b):
    """Length of the shortest sequence on which the answers differ, or 0 if there is none, by breadth-first search.

    Both start in state 0.
    """
    known, layer, length = {(0, 0)}, [(0, 0)], 1
    while layer:
        if any(a[i, s] != b[j, s] for i, j in layer for s in range(f.shape[1])):
            return length
        after = {(int(f[i, s]), int(g[j, s])) for i, j in layer for s in range(f.shape[1])}
        layer = sorted(after - known)
        known |= after
        length += 1
    return 0


def renamed(following, answers, order):
    """The same machine with its states in another order."""
    return order.argsort()[following[order]], answers[order]


def difference_case(generator, start, start_2):
    """In turn: the same machine with its states renamed, one answer changed in it, and one step changed in it."""
    kind = generator.initial_seed() % 3  # the seeds of the cases follow one another: each kind comes
    while True:
        states, symbols = int(torch.randint(4, 8, (), generator=generator)), int(torch.randint(2, 4, (), generator=generator))
        f, a = random_machine(generator, states, symbols)
        a[:-1] = a[0]  # states that look alike for a while
        g, b = f.clone(), a.clone()
        if kind == 1:
            b[-1, 0] = 1 - b[-1, 0]
        if kind == 2:
            g[-2, 0] = (g[-2, 0] + 1) % states
        found = shortest_difference(f, a, g, b)
        if (found == 0) == (kind == 0) and (kind == 0 or found >= 3):
            others, zero = 1 + torch.randperm(states - 1, generator=generator), torch.zeros(1, dtype=torch.int64)
            f, a = renamed(f, a, torch.cat([torch.arange(1, start + 1), zero, torch.arange(start + 1, states)]))
            return f, a, *renamed(g, b, torch.cat([others[:start_2], zero, others[start_2:]]))


def difference(variant):
    none = variant.choice((0, -1))
    start, start_2 = variant.sample((0, 1, 2, 3), 2)

    def same(got, expected, *_):
        if expected == none and got != none:
            return f"these two machines give the same answers to every sequence: {none} was asked for"
        return None

    def missed(got, expected, *_):
        if expected != none and got == none:
            return f"there is a sequence of {int(expected)} symbols on which the answers differ; it wasn't found"
        return None

    def shortest(got, expected, *_):
        return f"the shortest such sequence has {int(expected)} symbols, got {int(got)}" if got != expected else None

    return Build(
        name="difference",
        chapter="carrying",
        title="Do two machines do the same?",
        minutes=35,
        statement=rf"""
Two machines are given as tables, `following` and `answers`, $(K, S)$, and a second pair $(K', S)$. The first starts in state **{start}**, the second in state **{start_2}**. They may have their states in different orders and still do the same.
Write `first_difference(following, answers, following_2, answers_2)`: the length of the *shortest* sequence of symbols whose last answers differ, a whole number;
**{none}** if there is no such sequence. It must be certain: trying random sequences isn't enough.
""",
        function="first_difference",
        stub='''
def first_difference(following, answers, following_2, answers_2):
    """Length of the shortest sequence with different answers."""
    ...
    return ...
''',
        solution=f'''
def first_difference(following, answers, following_2, answers_2):
    """Length of the shortest sequence with different answers."""
    known, pairs, length = {{({start}, {start_2})}}, [({start}, {start_2})], 1
    while pairs:
        found = set()
        for i, j in pairs:
            if not torch.equal(answers[i], answers_2[j]):
                return length
            found |= set(zip(following[i].tolist(), following_2[j].tolist()))
        pairs = sorted(found - known)
        known |= found
        length += 1
    return {none}
''',
        case=lambda generator: difference_case(generator, start, start_2),
        cases=12,
        tolerance=0,
        properties=(
            Property(
                "the same", same,
                "Compare what the machines answer, not how their tables look: run both at once, as one machine of "
                "pairs.",
            ),
            Property(
                "a difference missed", missed,
                "Run both machines at once: the state of the two together is a pair. Is every pair tried that can "
                "be reached, with every symbol?",
            ),
            Property(
                "shortest", shortest,
                "Go through the pairs in the order of the number of symbols that lead to them, and never visit a "
                "pair twice.",
            ),
        ),
        also_right=(
            f"""
def first_difference(following, answers, following_2, answers_2):
    K, L = len(following), len(following_2)
    apart = (answers[:, None] != answers_2[None]).any(2).long()  # pairs told apart by one symbol
    apart[apart == 0] = 10**6
    for _ in range(K * L):  # by one symbol more each time
        after = apart[following[:, None], following_2[None]].amin(2) + 1
        apart = torch.minimum(apart, after)
    n = int(apart[{start}, {start_2}])
    return n if n < 10**6 else {none}
""",
        ),
        wrong=(
            Wrong("the tables are compared", fails="the same", answer=f"""
def first_difference(following, answers, following_2, answers_2):
    same = torch.equal(following, following_2) and torch.equal(answers, answers_2)
    return {none} if same else 3
"""),
            Wrong("random sequences of ten symbols", fails="shortest", answer=f"""
def first_difference(following, answers, following_2, answers_2):
    generator = torch.Generator().manual_seed(0)
    for _ in range(100):
        i, j = {start}, {start_2}
        for length, s in enumerate(torch.randint(following.shape[1], (10,), generator=generator).tolist(), 1):
            if answers[i, s] != answers_2[j, s]:
                return length
            i, j = int(following[i, s]), int(following_2[j, s])
    return {none}
"""),
            Wrong("only one symbol ahead", fails="a difference missed", edit=("pairs = sorted(found - known)", "pairs = []")),
            Wrong("one too few", fails="shortest", edit=("], 1", "], 0")),
            Wrong("one too many", fails="shortest", edit=("], 1", "], 2")),
            Wrong("the other number for none", fails="the same", edit=(f"return {none}", f"return {-1 - none}")),
            Wrong("only the first symbol is tried", fails="a difference missed", edit=("following[i].tolist(), following_2[j].tolist()", "following[i].tolist()[:1], following_2[j].tolist()[:1]")),
            Wrong("only one pair is followed", fails="a difference missed",
                  edit=("pairs = sorted(found - known)", "pairs = sorted(found - known)[:1]")),
            Wrong("a yes or no", fails="type", edit=("return length", "return True"), also=(f"return {none}", "return False")),
        ),
        explanation=rf"""
The pair of states is a machine of its own with at most $K \cdot K'$ states. A breadth-first search visits every pair that can be reached, those of the shortest sequences first.
If no pair gives different answers, no sequence does. So {none} is a proof, which random sequences never give.
""",
    )  # fmt: skip


# --- an open question ----------------------------------------------------------------------------------


def learned(variant):
    modulus, rest = variant.choice((3, 4)), variant.choice((0, 1))
    return Open(
        name="learned",
        chapter="carrying",
        title="Does a network find the machine?",
        minutes=70,
        statement=f"""
Train a small recurrent network on the task of your machine with `modulus` {modulus}, `rest` {rest}, three symbols and sequences of at most 12 steps; at least three seeds.
Does it answer sequences of 200 steps? Read a machine off its states with `rc.automaton.extract`, make it minimal, and compare it with yours by `first_difference`; `torch.from_numpy` turns its tables into tensors.
Report how many of the networks hold the machine, what the others do instead, and what you may and may not conclude from the accuracy on short sequences.
""",
        rubric=(
            (2, "training with at least three seeds, with the accuracy on short sequences and on 200 steps for each"),
            (3, "machines read off the networks, minimal, compared by first_difference, with the number of clusters said and varied"),
            (3, "an explanation of at least one failure by the machine or the states themselves"),
            (2, "what follows for lengths that weren't tested, for networks with and without the right machine"),
        ),
        explanation="""
A network that holds the machine in clearly separated states goes on for ever; one that is right on short sequences only may count in a state that drifts. The accuracy on short sequences doesn't tell the two apart.
The number of clusters is a choice: too few merge states, too many split them, and only the second is mended by making the machine minimal.
""",
    )


assignment = Assignment(
    name="a4-synthetic",
    title="Tasks, networks and machines",
    chapters={
        "remembering": "Remembering",
        "carrying": "Carrying",
        "how_long_is_long_term": "How long is long-term?",
    },
    minutes=180,
    introduction="""
Synthetic tasks have the advantage that we know what a right answer needs. You compute what can be had without memory, build a network and a machine that are right by construction, and decide whether two machines do the same.
""",
    goals=(
        "compute what an answer without memory scores",
        "say what a readout can see",
        "build a network by hand that is exact for every length",
        "write a finite-state machine with as few states as possible",
        "decide whether two machines agree on every sequence",
        "tell a network that has found the machine from one that is only right on short sequences",
    ),
    tasks=(
        Task("no-memory", 5, no_memory), Task("constant", 5, constant), Task("seen", 3, seen), Task("ledger", 14, ledger),
        Task("machine", 10, machine), Task("difference", 13, difference), Task("learned", 10, learned),
    ),
)  # fmt: skip
