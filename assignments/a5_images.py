"""Assignment 5: images as sequences, from scaling to a classifier that is judged on images nobody has seen."""

import hashlib
import itertools
import math

import torch

from rnncourse.grading import Assignment, Build, Choice, Mistake, Number, Open, Option, Property, Task, Wrong


def near(a, b):
    return a.shape == b.shape and torch.allclose(a, b, atol=1e-4)


def different(values):
    """True if no two of these numbers could be taken for each other."""
    ordered = sorted(values)
    return all(b - a > 0.01 * abs(b) for a, b in itertools.pairwise(ordered))


# --- scaling ----------------------------------------------------------------------------------------

AXES = {  # over which axes, in words and in code
    "column": ("each column (feature) by one pair of numbers, over all images and rows", "(0, 1)"),
    "row": ("each row (step) by one pair of numbers, over all images and columns", "(0, 2)"),
    "pixel": ("each pixel by a pair of its own, over all images", "0"),
}


def scaled(images, by, axes, unbiased, target):
    mean = by.mean(axes, keepdim=True)
    deviation = by.std(axes, keepdim=True, unbiased=unbiased)
    return torch.where(deviation > 0, target * (images - mean) / deviation.clamp(min=1e-9), torch.zeros_like(images))


def scaling_case(generator, constant):
    N, T, I = (int(torch.randint(4, 8, (), generator=generator)) for _ in range(3))  # noqa: E741
    train = 3 * torch.rand(N, T, I, generator=generator) + torch.arange(I)
    test = 5 * torch.rand(N + 2, T, I, generator=generator) - torch.arange(I)
    at = int(torch.randint(train.shape[constant], (), generator=generator))
    train.select(constant, at).fill_(2.0)  # a row or a column that is constant in training
    return train, test


def scaling(variant):
    kind, unbiased = variant.choice(tuple(AXES)), variant.choice((False, True))
    target = variant.choice((0.25, 0.4, 0.5, 2, 2.5, 4, 5))
    words, code = AXES[kind]
    axes = {"column": (0, 1), "row": (0, 2), "pixel": 0}
    other = "column" if kind == "pixel" else "pixel"
    right = dict(axes=axes[kind], unbiased=unbiased, target=target)
    divisor = "$n - 1$" if unbiased else "$n$"

    def constant(got, expected, train, test):
        still = train.std(axes[kind], keepdim=True) == 0
        if any((torch.where(still, part, 0.0) != 0).any() for part in got):
            return "where the training images don't vary, the result must be 0, in the test images, too"
        return None

    def statistics(got, expected, train, test):
        varies = train.std(axes[kind], keepdim=True) > 0  # elsewhere the next property looks
        if near(got[1] * varies, scaled(test, test, **right) * varies):
            return "the test images are scaled by their own numbers"
        if near(got[1] * varies, test * varies):
            return "the test images aren't scaled"
        if near(got[0], scaled(train, torch.cat([train, test]), **right)):
            return "the mean and the deviation know the test images"
        return None

    def over(got, expected, train, test):
        others = [axes[name] for name in AXES if name != kind] + [(0, 1, 2)]
        if any(near(got[0], scaled(train, train, **{**right, "axes": one})) for one in others):
            return "the means are taken over other axes than those asked for"
        return None

    def deviation(got, expected, train, test):
        if near(got[0], scaled(train, train, **{**right, "unbiased": not unbiased})):
            return f"divide the sum of squares by {divisor}, where $n$ is the number of values"
        return None

    def size(got, expected, train, test):
        if any(near(got[0], scaled(train, train, **{**right, "target": one})) for one in (1, 1 / target)):
            return f"the standard deviation of the training images must be {target} afterwards"
        return None

    each = f"{target} * (part - mean) / deviation * varies"
    return Build(
        name="scaling",
        chapter="clothes_row_by_row",
        title="Scale, and don't look ahead",
        minutes=15,
        statement=rf"""
Write `scale(train, test)` for two tensors of images, $(N, T, I)$ and $(M, T, I)$. Both are shifted and multiplied so that the *training* images have mean 0 and standard deviation {target}:
{words}. For the standard deviation, divide the sum of the squares by {divisor}, where $n$ is the number of values.
Where the training images don't vary at all, the result is 0, in the test images, too. Return the two scaled tensors.
""",
        function="scale",
        stub='''
def scale(train, test):
    """Images (N, T, I) and (M, T, I), scaled by the training's numbers."""
    ...
    return ...
''',
        solution=f'''
def scale(train, test):
    """Images (N, T, I) and (M, T, I), scaled by the training's numbers."""
    mean = train.mean({code}, keepdim=True)
    deviation = train.std({code}, keepdim=True, unbiased={unbiased})
    varies = deviation > 0
    deviation = torch.where(varies, deviation, torch.ones_like(deviation))
    return tuple({each} for part in (train, test))
''',
        case=lambda generator: scaling_case(generator, 1 if kind == "row" else 2),
        tolerance=1e-3,
        properties=(
            Property(
                "training statistics", statistics,
                "Compute mean and deviation once, from the training images, and use them for both.",
            ),
            Property(
                "constant pixels", constant,
                "Where is the deviation 0 in training, and what must stand there in both results?",
            ),
            Property("axes", over, "With keepdim=True: which dimensions of mean and deviation should have the size 1?"),
            Property("deviation", deviation, "What does `std` divide by unless it is told otherwise?"),
            Property("size", size, "What is the standard deviation after dividing by it, and which factor makes it the one asked for?"),
        ),
        also_right=(
            f"""
def scale(train, test):
    from sklearn.preprocessing import StandardScaler
    turn = (lambda a: a.transpose(1, 2)) if {kind == "row"} else (lambda a: a)
    shape = (lambda a: a.reshape(len(a), -1)) if {kind == "pixel"} else (lambda a: a.reshape(-1, a.shape[-1]))
    columns = shape(turn(train.double())).numpy()
    scaler, n = StandardScaler().fit(columns), len(columns)
    still = torch.from_numpy(scaler.var_ == 0)
    def one(part):
        turned = turn(part.double())
        flat = torch.from_numpy(scaler.transform(shape(turned).numpy())) * {target} * ((n - {int(unbiased)}) / n) ** 0.5
        flat[:, still] = 0
        return turn(flat.reshape(turned.shape))
    return one(train), one(test)
""",
        ),
        wrong=(
            Wrong("the test images by their own numbers", fails="training statistics",
                  edit=(f"tuple({each} for part in (train, test))",
                        f"{each.replace('part', 'train')}, {target} * (test - test.mean({code}, keepdim=True)) / test.std({code}, keepdim=True, unbiased={unbiased}) * varies")),
            Wrong("numbers of all images together", fails="training statistics",
                  edit=("mean = train.mean", "both = torch.cat([train, test])\n    mean = both.mean"),
                  also=("deviation = train.std", "deviation = both.std")),
            Wrong("the test images as they are", fails="training statistics",
                  edit=(f"tuple({each} for part in (train, test))", f"{each.replace('part', 'train')}, test * varies")),
            Wrong("over other axes", fails="axes",
                  edit=(f"mean({code},", f"mean({AXES[other][1]},"), also=(f"std({code},", f"std({AXES[other][1]},")),
            Wrong("another denominator", fails="deviation", edit=(f"unbiased={unbiased}", f"unbiased={not unbiased}")),
            Wrong("a standard deviation of 1", fails="size", edit=(f"{target} * (part", "(part")),
            Wrong("divided where it must be multiplied", fails="size", edit=(f"{target} * (part", f"1 / {target} * (part")),
            Wrong("a division by zero", fails="constant pixels", edit=("/ deviation * varies", "/ (deviation * varies)")),
            Wrong("constant pixels only centred", fails="constant pixels", edit=(" / deviation * varies", " / deviation")),
            Wrong("divided by the variance", fails="value", edit=("/ deviation * varies", "/ deviation**2 * varies")),
            Wrong("divided before the mean is taken away", fails="value", edit=("(part - mean) / deviation", "(part / deviation - mean)")),
            Wrong("the training images only", fails="type", edit=(f"tuple({each} for part in (train, test))", each.replace("part", "train"))),
            Wrong("changed in place", fails="keeps its inputs", edit=("(part - mean) / deviation", "part.sub_(mean) / deviation")),
        ),
        hints=("First the mean is taken away, then the difference is divided.",),
        explanation=r"""
The numbers belong to the training, like the weights: a network in use gets one image and has no others to take a mean of.
A pixel that never varies in training has nothing to say; dividing by its deviation would give infinities as soon as a test image differs there.
""",
    )  # fmt: skip


# --- the weakest class --------------------------------------------------------------------------------


def weakest_case(generator, axis, enough):
    """No ties; one class with one too few, and nothing right. In every second case the weakest has just enough."""
    edge = generator.initial_seed() % 2 == 0  # the seeds of the cases follow one another
    while True:
        C = int(torch.randint(5, 8, (), generator=generator))
        confusion = torch.randint(1, 30, (C, C), generator=generator)
        confusion += torch.diag(torch.randint(20, 90, (C,), generator=generator))
        small, weak = torch.randperm(C, generator=generator)[:2].tolist()
        confusion.select(1 - axis, small).copy_(spread_out(generator, C, enough - 1, small))
        if edge:
            confusion.select(1 - axis, weak).copy_(spread_out(generator, C, enough, weak))
        answers = [weakest_of(confusion, axis, enough), weakest_of(confusion, axis, enough, 1 - axis)]
        right = confusion.diagonal().clone()
        right[small] = 1000  # more than any
        if None in answers or answers[0] == answers[1] or confusion.sum(1 - axis)[small] < enough:
            continue  # a look along the wrong axis must show
        if edge == (answers[0][0] == weak) and (edge or int(right.argmin()) != answers[0][0]):
            return (confusion,)


def spread_out(generator, classes, count, own):
    """So many counts, spread over all classes but one."""
    others = torch.randint(1, classes, (count,), generator=generator)
    return torch.bincount((own + others) % classes, minlength=classes)


def weakest_of(confusion, axis, enough, partner_axis=None):
    """The class of the lowest recall (axis 1) or precision (axis 0), and the class it is mixed up with; None for a tie."""
    partner_axis = axis if partner_axis is None else partner_axis
    counts = confusion.double()
    total = counts.sum(axis)
    share = torch.where(total >= enough, counts.diagonal() / total.clamp(min=1), torch.full_like(total, 2.0))
    row = int(share.argmin())
    others = counts[row].clone() if partner_axis == 1 else counts[:, row].clone()
    others[row] = -1
    ties = (share == share.min()).sum() > 1 or (others == others.max()).sum() > 1
    return None if ties else (row, int(others.argmax()))


def weakest(variant):
    measure, enough = variant.choice(("recall", "precision")), variant.integer(6, 20)
    axis = 1 if measure == "recall" else 0
    words = {
        "recall": "the class with the lowest *recall*, and the class for which its examples are most often taken",
        "precision": "the class with the lowest *precision*, and the class from which most of its false answers come",
    }[measure]
    counted = {"recall": "has fewer than {} examples", "precision": "is answered fewer than {} times"}[measure]
    left_out = counted.format(enough)

    def too_few(got, expected, confusion):
        if confusion.sum(axis)[int(got[0])] < enough:
            return f"class {int(got[0])} isn't to be chosen: it {left_out}"
        return None

    def right_measure(got, expected, confusion):
        return None if int(got[0]) == expected[0] else f"class {int(got[0])} doesn't have the lowest {measure}"

    def partner(got, expected, confusion):
        if int(got[1]) == int(got[0]):
            return "the second class must be another one than the first: right answers aren't mistakes"
        if int(got[1]) != expected[1]:
            return "the first class is right, the second isn't: rows are the true classes, columns the answers"
        return None

    lines, own = ("confusion.sum(1)", "confusion[worst]") if axis else ("confusion.sum(0)", "confusion[:, worst]")
    wrong_own = "confusion[:, worst]" if axis else "confusion[worst]"
    return Build(
        name="weakest",
        chapter="clothes_again",
        title="The weakest class",
        minutes=15,
        statement=rf"""
In a confusion matrix $(C, C)$ of counts, row $i$ and column $j$ count the examples of class $i$ that were taken for class $j$.
Write `weakest(confusion)`. It returns two whole numbers: {words}.
A class that {left_out} tells too little and isn't chosen. There are no ties.
""",
        function="weakest",
        stub='''
def weakest(confusion):
    """The weakest class, and the one it is mixed up with."""
    ...
    return ...  # two whole numbers
''',
        solution=f'''
def weakest(confusion):
    """The weakest class, and the one it is mixed up with."""
    total = {lines}
    share = confusion.diagonal() / total.clamp(min=1)
    share[total < {enough}] = 2  # more than any
    worst = int(share.argmin())
    others = {own}.clone()
    others[worst] = -1
    return worst, int(others.argmax())
''',
        case=lambda generator: weakest_case(generator, axis, enough),
        tolerance=0,
        properties=(
            Property(
                "too few", too_few,
                "Which totals belong to this measure, those of rows or of columns? A class with too small a total is "
                "left out before you look for the lowest share.",
            ),
            Property(
                "measure", right_measure,
                "First the total of each row or column; then the share of the diagonal entry in it; then the "
                "smallest.",
            ),
            Property(
                "mixed up with", partner,
                "Look along the same row or column as before, without the entry on the diagonal.",
            ),
        ),
        also_right=(
            f"""
def weakest(confusion):
    rows = (confusion if {axis == 1} else confusion.T).tolist()
    shares = {{k: row[k] / sum(row) for k, row in enumerate(rows) if sum(row) >= {enough}}}
    worst = min(shares, key=shares.get)
    return [worst, max((n, j) for j, n in enumerate(rows[worst]) if j != worst)[1]]
""",
        ),
        wrong=(
            Wrong("the other measure", fails="too few", edit=(lines, f"confusion.sum({1 - axis})")),
            Wrong("a class with too few wins", fails="too few", edit=(f"share[total < {enough}] = 2  # more than any", "")),
            Wrong("only classes with none at all are left out", fails="too few", edit=(f"total < {enough}", "total == 0")),
            Wrong("a class with just enough is left out", fails="measure", edit=(f"total < {enough}", f"total <= {enough}")),
            Wrong("the best class", fails="measure", edit=("share.argmin()", "(share * (share < 2)).argmax()")),
            Wrong("the fewest right answers", fails="measure",
                  edit=("share = confusion.diagonal() / total.clamp(min=1)", "share = confusion.diagonal().clone()"),
                  also=(f"share[total < {enough}] = 2", f"share[total < {enough}] = 10**6")),
            Wrong("the wrong direction of the mistakes", fails="mixed up with", edit=(f"others = {own}", f"others = {wrong_own}")),
            Wrong("the class itself", fails="mixed up with", edit=("others[worst] = -1", ""), also=("int(others.argmax())", "worst")),
            Wrong("both directions together", fails="mixed up with", edit=(f"others = {own}.clone()", f"others = {own} + 2 * {wrong_own}")),
            Wrong("only the class", fails="type", edit=("return worst, int(others.argmax())", "return worst")),
        ),
        explanation=rf"""
The {measure} of a class is its diagonal entry divided by the sum of its {"row" if axis else "column"}. The mistakes stand beside the diagonal in the same {"row" if axis else "column"}.
""",
    )  # fmt: skip


# --- two networks, two test sets ----------------------------------------------------------------------


def half_width(p, n):
    return 100 * 1.96 * math.sqrt(p * (1 - p) / n)


def apart(variant):
    while True:
        n, m = variant.integer(12, 40) * 50, variant.integer(12, 40) * 50
        k, j = round(n * variant.decimal(0.75, 0.93, 3)), round(m * variant.decimal(0.6, 0.8, 3))
        one, other = half_width(k / n, n), half_width(j / m, m)
        right = math.hypot(one, other)
        pooled = (k + j) / (n + m)
        wrong = {
            "added": (one + other, "the variances are added, not the half-widths"),
            "the first": (one, "that is the half-width of the first accuracy alone"),
            "the second": (other, "that is the half-width of the second accuracy alone"),
            "one deviation": (right / 1.96, "that is one standard error; the interval has 1.96 of them on each side"),
            "whole width": (2 * right, "that is the whole width"),
            "fraction": (right / 100, "percentage points were asked for"),
            "all images": (half_width(pooled, n + m), "that is for one accuracy over all images together"),
        }
        if different([right, *(value for value, _ in wrong.values())]):
            break
    return Number(
        name="apart",
        chapter="clothes_again",
        title="How sure is a difference?",
        minutes=10,
        statement=rf"""
One network is right on {k:,} of {n:,} test images, another one on {j:,} of {m:,} *other* test images.
Take the textbook interval with 1.96 standard errors. What is the half-width of the 95 % interval of the *difference* of the two accuracies, in percentage points? Give four significant digits.
""",
        solution=f"""
p, n, q, m = {k} / {n}, {n}, {j} / {m}, {m}
answer = 100 * 1.96 * math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
""",
        digits=4,
        mistakes=tuple(Mistake(name, value, message) for name, (value, message) in wrong.items()),
        hints=("What is the variance of a difference of two independent numbers?",),
        explanation=rf"""
The accuracies are independent, so their variances are added: $\sqrt{{{one:.3f}^2 + {other:.3f}^2}} = {right:.3f}$.
For the *same* test images this would be wrong: then one counts the images on which only one of the two is right.
""",
    )


# --- which order makes no difference? -------------------------------------------------------------------

READERS = {
    "an MLP that gets all pixels of an image at once": "pixels",
    "an LSTM that reads an image row by row": "columns",
    "an LSTM that reads an image column by column": "rows",
}
CHANGES = {
    "pixels": "any fixed permutation of all pixels, the same for every image",
    "columns": "any fixed permutation of the columns, the same for every image",
    "rows": "any fixed permutation of the rows, the same for every image",
    "both": "any fixed permutation of the rows and another one of the columns, the same for every image",
    "each": "a new permutation of the pixels for every image",
}


def order(variant):
    reader = variant.choice(tuple(READERS))
    right = READERS[reader]
    why = {
        "pixels": "there is a first weight for every pixel, and these weights can be permuted along",
        "columns": "the entries of a row meet one weight each, which can be permuted along; the rows come one after the other",
        "rows": "the entries of a column meet one weight each, which can be permuted along; the columns come one after the other",
    }[right]
    smaller = "That makes no difference either, but there is a larger set."
    feedback = {
        "each": "Then no pixel has a meaning that stays, and no weights can follow.",
        "both": smaller if right == "pixels" else "Ask of each axis separately whether the first weights can follow the change.",
        "pixels": "Ask of each axis separately whether the first weights can follow the change.",
    }
    other = smaller if right == "pixels" else "Which axis is spread over the weights, and which over time?"
    options = [
        Option(text, f"Right: {why}." if key == right else feedback.get(key, other), right=key == right)
        for key, text in CHANGES.items()
    ]  # fmt: skip
    options = variant.sample(options, len(options))
    return Choice(
        name="order",
        chapter="does_order_matter",
        title="What it can't notice",
        minutes=5,
        statement=f"""
All images of a data set, for training and for the test, are changed in the same way before {reader} is trained.
Its first weights are drawn independently from one distribution. Some changes make *no* difference at all to how well it can learn. Which is the largest set of such changes?
""",
        options=tuple(options),
        hints=("For which change can you move the weights of the first layer along, so that every activation stays?",),
        explanation=f"The right answer is: {CHANGES[right]}. {why[0].upper()}{why[1:]}.",
    )


# --- a classifier, judged on hidden images ---------------------------------------------------------------

TRAIN, TEST, ASKED = 1200, 500, 0.85
ARGUMENTS = ("train_images", "train_labels", "test_images")
LAYOUTS = {  # order of the axes N, rows, columns; each undoes itself
    "(N, rows, 8)": (0, 1, 2), "(N, 8, rows)": (0, 2, 1), "(rows, N, 8)": (1, 0, 2),
}  # fmt: skip

# The same code makes the pictures that a student has to practise with and those that nobody has seen.
WEAVE = '''
def weave(bands, labels, places, signs, noise):
    """Pictures (N, rows, 8) of bands at their places, some negative."""
    images, each = torch.zeros(noise.shape), torch.arange(len(labels))
    images[each, places[:, 0]] = bands[labels // 2]
    images[each, places[:, 1]] = bands[labels % 2]
    return signs * images + 0.5 * noise
'''
RIBBONS = '''
def ribbons(generator, rows):
    """What classify gets, in its order; the labels of the test images."""
    draw = dict(generator=generator)
    bands = 2.0 * torch.randint(2, (2, 8), **draw) - 1
    while abs(bands[0] @ bands[1]) > 2:  # two bands that aren't alike
        bands = 2.0 * torch.randint(2, (2, 8), **draw) - 1
    labels = torch.randint(4, (1700,), **draw)  # AA, AB, BA or BB
    places = torch.rand(1700, rows, **draw).argsort(1)[:, :2].sort(1).values
    signs = 2.0 * torch.randint(2, (1700, 1, 1), **draw) - 1
    noise = torch.randn(1700, rows, 8, **draw)
    images = weave(bands, labels, places, signs, noise).permute{axes}
    train_images, test_images = images.contiguous().split([1200, 500])
    train_labels, test_labels = labels.split([1200, 500])
    return {arguments}, test_labels
'''
_names = {"torch": torch}
exec(WEAVE, _names)
weave = _names["weave"]
truth = {}  # digest of test images → their labels, which the arguments of a case don't hold


def digest(images):
    return hashlib.sha256(images.numpy().tobytes()).digest()


def hidden_ribbons(variant, seed, rows):
    """Pictures and labels; those of the test come from a stream from which nothing is drawn that a student sees."""
    draws, test, everything = variant.hidden("pictures", seed), variant.hidden("test labels", seed), TRAIN + TEST
    bands = 2.0 * draws.randint(2, 2, 8) - 1
    while abs(bands[0] @ bands[1]) > 2:
        bands = 2.0 * draws.randint(2, 2, 8) - 1
    labels = torch.cat([draws.randint(4, TRAIN), test.randint(4, TEST)])
    places = draws.rand(everything, rows).argsort(1)[:, :2].sort(1).values
    signs = 2.0 * draws.randint(2, everything, 1, 1) - 1
    return weave(bands, labels, places, signs, draws.randn(everything, rows, 8)), labels


def classify(variant):
    rows, layout = variant.integer(12, 15), variant.choice(tuple(LAYOUTS))
    axes, order = LAYOUTS[layout], variant.sample(ARGUMENTS, 3)
    arguments = ", ".join(order)
    stub = WEAVE + "\n" + RIBBONS.format(axes=axes, arguments=arguments)
    head = f'''
def classify({arguments}):
    """Learn from the training images; labels of the test images."""
    train_images, test_images = train_images.permute{axes}, test_images.permute{axes}'''

    def case(generator):
        images, labels = hidden_ribbons(variant, generator.initial_seed(), rows)
        train_images, test_images = (part.permute(axes).contiguous() for part in images.split([TRAIN, TEST]))
        truth[digest(test_images)] = labels[TRAIN:]
        given = dict(train_images=train_images, train_labels=labels[:TRAIN].clone(), test_images=test_images)
        return tuple(given[name] for name in order)

    def true_labels(*arguments):
        return truth[digest(arguments[order.index("test_images")])]

    def labels(got, expected, *_):
        if got.shape != expected.shape:
            return f"expected one label for each test image, the shape {tuple(expected.shape)}, got {tuple(got.shape)}"
        if ((got < 0) | (got > 3)).any():
            return f"the labels must be 0, 1, 2 or 3, got {int(got.min())} to {int(got.max())}"
        return None

    def accuracy(got, expected, *_):
        share = (got == expected).double().mean().item()
        return f"{100 * share:.1f} % of the test images are right, at least {100 * ASKED:.0f} % were asked for" if share < ASKED else None

    return Build(
        name="classify",
        chapter="digits_three_ways",
        title="Woven ribbons",
        minutes=50,
        statement=rf"""
A loom weaves ribbons. Its pictures have {rows} rows and 8 columns, and two of the rows are *bands*, at any height. There are two patterns of bands, A and B.
The label says which bands a picture shows from top to bottom: AA (0), AB (1), BA (2) or BB (3). Half of the pictures are negatives, with black and white exchanged, and all of them are noisy.

Write `classify({arguments})`, with its arguments in this order: it learns from {TRAIN:,} labelled images and returns the labels of {TEST} others, a tensor of {TEST} whole numbers from 0 to 3.
Mind the axes: the images come as a tensor of the shape {layout}, where N is their number.
The patterns A and B are drawn anew each time, so nothing learned before helps: your function must do the training.
It is judged on data that you haven't seen. At least {100 * ASKED:.0f} % must be right, and it has 20 seconds on one processor core; a small recurrent network needs about two.
`ribbons` makes data of the same kind to practise with, for instance `ribbons(torch.Generator().manual_seed(1), {rows})`: your three arguments, and the labels of the test images.
Set a seed inside `classify`, so that it gives the same answer each time, and leave a margin: other data are a little harder.
""",
        function="classify",
        stub=stub.strip() + f'''


def classify({arguments}):
    """Learn from the training images; labels of the test images."""
    ...
    return ...
''',
        solution=head + '''
    torch.manual_seed(0)
    gru = torch.nn.GRU(8, 32, batch_first=True)
    readout = torch.nn.Linear(32, 4)
    weights, steps = [*gru.parameters(), *readout.parameters()], 15 * 24
    optimizer = torch.optim.Adam(weights)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=steps)
    for epoch in range(15):
        for some in torch.randperm(len(train_images)).split(50):
            scores = readout(gru(train_images[some])[0][:, -1])
            loss = torch.nn.functional.cross_entropy(scores, train_labels[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    with torch.no_grad():
        return readout(gru(test_images)[0][:, -1]).argmax(1)
''',
        case=case,
        cases=1,
        by_properties=True,
        known=true_labels,
        properties=(
            Property("labels", labels, "A network gives four scores for each image. Which number is the label?"),
            Property(
                "accuracy", accuracy,
                "Start with a GRU that reads the rows, and look at the accuracy on training and on test images of "
                "`ribbons`. If both are low, change the learning rate first; if only the second is, exchange black "
                "and white at random.",
            ),
        ),
        also_right=(
            head + """
    torch.manual_seed(1)
    model = rc.RecurrentModel("lstm", 8, 24, 4)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for some in torch.randperm(len(train_images)).split(40):
            signs = 2.0 * torch.randint(2, (len(some), 1, 1)) - 1  # more negatives
            loss = torch.nn.functional.cross_entropy(model(signs * train_images[some]), train_labels[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return model(test_images).argmax(1)
""",
        ),
        wrong=(
            Wrong("a linear model of the pixels", fails="accuracy", answer=head + """
    from sklearn.linear_model import LogisticRegression
    model = LogisticRegression(max_iter=300).fit(train_images.flatten(1), train_labels)
    return torch.from_numpy(model.predict(test_images.flatten(1)))
"""),
            Wrong("the five nearest neighbours", fails="accuracy", answer=head + """
    near = torch.cdist(test_images.flatten(1), train_images.flatten(1)).topk(5, largest=False).indices
    return train_labels[near].mode(1).values
"""),
            Wrong("always the most frequent label", fails="accuracy", answer=head + """
    return train_labels.mode().values.expand(len(test_images)).clone()
"""),
            Wrong("the rows in any order", fails="accuracy",
                  edit=("readout(gru(train_images[some])[0][:, -1])", "readout(gru(train_images[some][:, torch.randperm(train_images.shape[1])])[0][:, -1])")),
            Wrong("too little training", fails="accuracy", edit=("for epoch in range(15)", "for epoch in range(1)")),
            Wrong("only some of the images", fails="accuracy", edit=("torch.randperm(len(train_images))", "torch.randperm(100)")),
            Wrong("trained on the negatives' mean", fails="accuracy",
                  edit=("gru(train_images[some])", "gru(train_images[some].mean(1, keepdim=True))")),
            Wrong("scores, not labels", fails="labels", edit=(".argmax(1)", "")),
            Wrong("labels from 1 to 4", fails="labels", edit=(".argmax(1)", ".argmax(1) + 1")),
            Wrong("no training at all", fails="accuracy", edit=("for epoch in range(15)", "for epoch in range(0)")),
        ),
        explanation=r"""
A sum over pixels with fixed weights changes its sign in a negative while the label stays, so a linear model is lost: it reaches about 25 %, chance. Five nearest neighbours reach about 60 %, a plain MLP about 65 %.
A GRU of 32 units that reads the rows reaches 96 % and more in about one second; so does an LSTM. A plain $\tanh$ network stays near 90 %.
""",
    )  # fmt: skip


# --- an open question ------------------------------------------------------------------------------------


def report(variant):
    other = variant.choice(("a plain tanh network", "an MLP with one hidden layer", "a small CNN"))
    return Open(
        name="report",
        chapter="clothes_again",
        title="Was it the memory?",
        minutes=55,
        statement=f"""
Compare your classifier of the ribbons with {other} of about the same number of parameters, on at least five data sets from `ribbons` with different seeds.
Write half a page: what you compared and what was equal, a table of all accuracies, the interval of the paired differences, and what the result says and doesn't say about memory.
Then look at the mistakes of your classifier. Which pictures does it get wrong, and is it the picture or the network?
""",
        rubric=(
            (3, "a fair comparison: parameters counted, equal tuning, the same data for both, nothing chosen on the test images"),
            (2, "all accuracies in a table, with the interval of the paired differences"),
            (2, "a conclusion that the interval carries, and another explanation of the difference than memory"),
            (3, "mistakes looked at in pictures, with a test of one guess about them, for instance by the distance of the bands or the noise"),
        ),
        explanation="""
The data differ from seed to seed more than the networks do, so the differences should be paired. Both networks should have had the same number of attempts at a learning rate.
An MLP needs a weight for every place of a band, a recurrent network only one set for all of them: so the reason may be sharing weights over the rows rather than memory as such. A CNN with a global maximum shares them, too, but must learn the order.
""",
    )


assignment = Assignment(
    name="a5-images",
    title="Images as sequences",
    chapters={
        "clothes_row_by_row": "Clothes, row by row",
        "digits_three_ways": "Handwritten digits three ways",
        "clothes_again": "Clothes again: LSTM, GRU and the CNN",
        "does_order_matter": "Does the order matter?",
    },
    minutes=150,
    introduction="""
You write what stands around a classifier, scaling and judging, and then a classifier that has to learn from scratch, in seconds, from data that neither you nor your instructor have seen.
""",
    goals=(
        "scale data without a look at the test set",
        "read a confusion matrix by rows and by columns",
        "give the interval of a difference",
        "say which orders of the pixels a network can't notice",
        "train a recurrent classifier within a limit of time, and leave a margin",
        "compare two classifiers fairly, and look at their mistakes",
    ),
    tasks=(
        Task("scaling", 10, scaling, examples=1), Task("weakest", 10, weakest), Task("apart", 5, apart), Task("order", 3, order),
        Task("classify", 22, classify, examples=0, seconds=45.0), Task("report", 10, report),
    ),
)  # fmt: skip
