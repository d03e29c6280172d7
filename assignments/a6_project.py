"""Assignment 6: an open project, with the statistics that it needs."""

import itertools
import math

import torch
from scipy import stats

from rnncourse.grading import Assignment, Build, Mistake, Number, Open, Property, Task, Wrong

CHAPTER = "craft_of_training"


def near(a, b):
    return a.shape == b.shape and torch.allclose(a, b, atol=1e-5, rtol=1e-4)


def different(values):
    """True if no two of these numbers could be taken for each other."""
    ordered = sorted(values)
    return all(b - a > 1e-6 * abs(b) for a, b in itertools.pairwise(ordered))


# --- the interval of paired differences ------------------------------------------------------------------


def interval_case(generator):
    """Two networks on the same seeds: what a seed does to both is larger than the difference."""
    seeds = int(torch.randint(5, 12, (), generator=generator))
    luck = 0.05 * torch.randn(seeds, generator=generator)
    one, other = 0.01 * torch.randn(2, seeds, generator=generator) + luck + 0.8
    return one + 0.02, other


def interval(variant):
    percent = variant.choice((*range(80, 95), *range(96, 100)))
    confidence = percent / 100

    def mean(got, expected, one, other):
        if near(got[:1], -expected[:1]):
            return "the difference is the first network minus the second"
        if not near(got[:1], expected[:1]):
            return f"the mean difference must be {expected[0]:.5f}, got {got[0]:.5f}"
        return None

    def middle(got, expected, one, other):
        if not near(got[1:2] + got[2:3], 2 * got[:1]) or got[1] > got[2]:
            return "return the mean, the lower end and the upper end; the mean stands in the middle"
        return None

    def paired(got, expected, one, other):
        gap = one.double() - other.double()
        unpaired = ((one.double().var() + other.double().var()) / len(gap)).sqrt()
        if got[2] - got[1] > 2 * (expected[2] - expected[1]) and unpaired > 2 * gap.std() / len(gap) ** 0.5:
            return "the interval is much too wide: take the differences first, seed by seed, then their deviation"
        return None

    def quantile(got, expected, one, other):
        ratio = ((got[2] - got[1]) / (expected[2] - expected[1])).item()
        n = len(one)
        right = stats.t.ppf((1 + confidence) / 2, n - 1)
        others = {
            "the normal distribution's quantile; with so few seeds it must be Student's t": stats.norm.ppf((1 + confidence) / 2),
            "a one-sided quantile": stats.t.ppf(confidence, n - 1),
            "95 %; another confidence was asked for": stats.t.ppf(0.975, n - 1),
            "n degrees of freedom, not n - 1": stats.t.ppf((1 + confidence) / 2, n),
        }
        for words, value in others.items():
            if abs(ratio - value / right) < 1e-4:
                return f"it looks like {words}"
        return None

    def error(got, expected, one, other):
        ratio, n = ((got[2] - got[1]) / (expected[2] - expected[1])).item(), len(one)
        for value, words in ((math.sqrt((n - 1) / n), "n - 1 belongs into the denominator of the variance"),
                             (math.sqrt(n), "the standard error of a mean has the root of n in its denominator"),
                             (0.5, "that is half of the interval's width")):  # fmt: skip
            if abs(ratio - value) < 1e-4 * value:
                return words
        return None

    return Build(
        name="interval",
        chapter=CHAPTER,
        title="The interval of paired differences",
        minutes=20,
        statement=rf"""
Two networks were trained with the same $n$ seeds; `one` and `other` hold their accuracies, $(n)$, in the order of the seeds.
Write `paired_interval(one, other)`. It returns a tensor of three numbers: the mean of the differences (`one` minus `other`), and the lower and the upper end of its **{percent} %** interval by Student's $t$ distribution with $n - 1$ degrees of freedom.
SciPy has its quantiles: `scipy.stats.t.ppf`. You will use the function in your report.
""",
        function="paired_interval",
        stub='''
def paired_interval(one, other):
    """Mean difference, lower end, upper end: a tensor of three."""
    from scipy import stats
    ...
    return ...
''',
        solution=f'''
def paired_interval(one, other):
    """Mean difference, lower end, upper end: a tensor of three."""
    from scipy import stats
    gap = (one - other).double()
    n = len(gap)
    half = stats.t.ppf((1 + {confidence}) / 2, n - 1) * gap.std() / n**0.5
    return torch.stack([gap.mean(), gap.mean() - half, gap.mean() + half]).float()
''',
        case=interval_case,
        tolerance=1e-5,
        properties=(
            Property("mean", mean, "First the differences, one for each seed, in the order that was asked for."),
            Property("order", middle, "Three numbers: the mean, then what lies one half-width below and above it."),
            Property(
                "standard error", error,
                "How does the error of a mean follow from the deviation of the single values? And which denominator "
                "has the variance?",
            ),
            Property(
                "paired", paired,
                "First the differences, one for each seed; after that the two networks aren't needed any more.",
            ),
            Property(
                "quantile", quantile,
                "How much does the interval leave out on each side, and how many degrees of freedom do n "
                "differences have?",
            ),
        ),
        also_right=(
            f"""
def paired_interval(one, other):
    gap = (one.double() - other.double()).tolist()
    return torch.tensor([sum(gap) / len(gap), *rc.mean_interval(gap, {confidence})])
""",
        ),
        wrong=(
            Wrong("the second minus the first", fails="mean", edit=("(one - other)", "(other - one)")),
            Wrong("the ends are exchanged", fails="order", edit=("gap.mean() - half, gap.mean() + half", "gap.mean() + half, gap.mean() - half")),
            Wrong("the interval around zero", fails="order", edit=("gap.mean() - half, gap.mean() + half", "-half, half")),
            Wrong("not paired", fails="paired", edit=("* gap.std()", "* (one.var() + other.var()).sqrt().double()")),
            Wrong("the normal quantile", fails="quantile", edit=(f"stats.t.ppf((1 + {confidence}) / 2, n - 1)", f"stats.norm.ppf((1 + {confidence}) / 2)")),
            Wrong("a one-sided quantile", fails="quantile", edit=(f"(1 + {confidence}) / 2", f"{confidence}")),
            Wrong("95 %", fails="quantile", edit=(f"(1 + {confidence}) / 2", "0.975")),
            Wrong("n degrees of freedom", fails="quantile", edit=("/ 2, n - 1)", "/ 2, n)")),
            Wrong("n in the variance", fails="standard error", edit=("gap.std()", "gap.std(unbiased=False)")),
            Wrong("the deviation, not the error of the mean", fails="standard error", edit=(" / n**0.5", "")),
            Wrong("half of the width", fails="standard error", edit=(" / n**0.5", " / n**0.5 / 2")),
            Wrong("the ends only", fails="shape", edit=("[gap.mean(), gap.mean() - half", "[gap.mean() - half")),
        ),
        explanation=rf"""
The seeds shift both networks alike, so the differences vary much less than the accuracies. Their mean has the standard error $s / \sqrt n$, and the quantile is that of $(1 + {confidence}) / 2$.
""",
    )  # fmt: skip


# --- a decision by a rule that was written down before ---------------------------------------------------------

WORDS = ("better", "worse", "no matter", "undecided")


def decided(low, high, margin):
    """The word for an interval (low, high) of the difference."""
    if low > margin:
        return "better"
    if high < -margin:
        return "worse"
    return "no matter" if -margin <= low and high <= margin else "undecided"


def verdict(variant):
    margin = variant.decimal(0.005, 0.025, 3)

    def case(generator):
        kind = generator.initial_seed() % 7  # the seeds of the cases follow one another: each kind comes
        u, w = (0.2 + 0.6 * torch.rand(2, generator=generator)).tolist()
        if generator.initial_seed() // 7 % 2:  # in every second round the ends lie close to the margin
            u, w = 0.02 + 0.01 * u, 0.98 + 0.01 * w
        ends = (
            (1 + u, 2 + w), (-2 - w, -1 - u), (-u, w), (0.1 * u, 0.9 * w + 0.1 * u), (0.5 + 0.4 * u, 1.5 + w), (-1 - u, w), (-1 - u, 1 + w)
        )[kind]  # fmt: skip
        return ends[0] * margin, ends[1] * margin

    def ignores_margin(got, expected, low, high):
        if got == decided(low, high, 0.0):
            return f"a difference below {margin} doesn't matter, even where zero lies outside of the interval"
        return None

    def known(got, expected, *_):
        return f"expected one of {', '.join(map(repr, WORDS))}, got {got!r}" if got not in WORDS else None

    def certain(got, expected, low, high):
        if expected == "undecided" and got != expected:
            return "part of the interval says one thing and part another: then nothing is decided"
        return None

    return Build(
        name="verdict",
        chapter="five_reports_rerun",
        title="A rule before the runs",
        minutes=15,
        statement=rf"""
Before the runs, a group agrees that a difference of accuracies below {margin} doesn't matter. Write `verdict(low, high)` for the interval of a difference; it returns one of four words:
`"better"` if the whole interval lies above {margin}; `"worse"` if it all lies below −{margin}; `"no matter"` if it all lies from −{margin} to {margin}; else `"undecided"`.
""",
        function="verdict",
        stub='''
def verdict(low, high):
    """One of "better", "worse", "no matter", "undecided"."""
    ...
    return ...
''',
        solution=f'''
def verdict(low, high):
    """One of "better", "worse", "no matter", "undecided"."""
    margin = {margin}
    if low > margin:
        return "better"
    if high < -margin:
        return "worse"
    if -margin <= low and high <= margin:
        return "no matter"
    return "undecided"
''',
        case=case,
        cases=14,
        properties=(
            Property("word", known, "The four words stand in the statement, in quotes."),
            Property(
                "undecided", certain,
                "Draw the line with −margin, 0 and margin on it, and lay the interval on it in every way. Where "
                "does all of it lie in one part?",
            ),
            Property(
                "margin", ignores_margin,
                "Each end is compared with the margin or with its negative, never with 0.",
            ),
        ),
        also_right=(
            f"""
def verdict(low, high):
    places = [(-1 if x < -{margin} else 1 if x > {margin} else 0) for x in (low, high)]
    return {{(1, 1): "better", (-1, -1): "worse", (0, 0): "no matter"}}.get(tuple(places), "undecided")
""",
        ),
        wrong=(
            Wrong("no margin", fails="margin", edit=(f"margin = {margin}", "margin = 0.0")),
            Wrong("only the middle counts", fails="undecided", edit=("if low > margin", "if (low + high) / 2 > margin")),
            Wrong("one end is enough", fails="undecided", edit=("if low > margin", "if high > margin")),
            Wrong("zero inside means no matter", fails="value", edit=("if -margin <= low and high <= margin:", "if low < 0 < high:")),
            Wrong("all else doesn't matter", fails="undecided", edit=('return "undecided"', 'return "no matter"')),
            Wrong("worse and better exchanged", fails="value", edit=('return "better"', 'return "worse"')),
            Wrong("another word", fails="word", edit=('"no matter"\n    return', '"equal"\n    return')),
            Wrong("nothing is ever decided", fails="value", edit=("if low > margin", "if False"), also=("if high < -margin", "if False")),
        ),
        hints=(
            "Draw the line with −margin, 0 and margin on it, and lay the interval on it in every way.",
        ),
        explanation="""
The rule separates "there is no difference that matters" from "we can't tell". A test of the difference zero alone mixes the two up: with few seeds nothing differs, with many seeds everything does.
""",
    )  # fmt: skip


# --- how many seeds? -------------------------------------------------------------------------------------


def seeds(variant):
    while True:
        deviation, half = variant.decimal(0.6, 2.4, 1), variant.decimal(0.2, 0.5, 2)
        right = math.ceil((1.96 * deviation / half) ** 2)
        wrong = {
            "one too few": (right - 1, "with that many the interval is still wider"),
            "not squared": (math.ceil(1.96 * deviation / half), "the width shrinks with the root of the number"),
            "one-sided": (math.ceil((1.645 * deviation / half) ** 2), "1.96 was given: the interval has two sides"),
            "whole width": (math.ceil((2 * 1.96 * deviation / half) ** 2), "the half-width was given, not the width"),
            "no quantile": (math.ceil((deviation / half) ** 2), "that is for one standard error on each side"),
            "two networks": (math.ceil(2 * (1.96 * deviation / half) ** 2), "the deviation is that of the differences already"),
        }
        if right > 8 and different([right, *(value for value, _ in wrong.values())]):
            break
    return Number(
        name="seeds",
        chapter="five_reports_rerun",
        title="How many seeds?",
        minutes=10,
        statement=f"""
From a first few runs you know that the paired differences of your two networks have a standard deviation of about {deviation} percentage points.
You want a 95 % interval of their mean with a half-width of at most {half} points. How many seeds do you need at least, by the normal quantile 1.96?
""",
        solution=f"answer = math.ceil((1.96 * {deviation} / {half}) ** 2)",
        mistakes=tuple(Mistake(name, float(value), message) for name, (value, message) in wrong.items()),
        hints=("The half-width is the quantile times the standard error of the mean.",),
        explanation=rf"""
$1.96 \cdot {deviation} / \sqrt n \le {half}$ means $n \ge {(1.96 * deviation / half) ** 2:.2f}$. With few seeds the quantile of $t$ is larger, so a few more are needed.
""",
    )


# --- the project -------------------------------------------------------------------------------------------

QUESTIONS = (
    "Does an orthogonal start help a plain network more than gates do?",
    "How far beyond the lengths of its training does a network go on being right?",
    "Does a network read images better by rows, by columns, or in both ways?",
    "Which of two ways of training is better within one minute of computing?",
    "Does a smaller state force a network to find a simpler machine?",
)


def plan(variant):
    examples = variant.sample(QUESTIONS, 3)
    listed = "\n".join(f"- {question}" for question in examples)
    return Open(
        name="plan",
        chapter="five_reports_rerun",
        title="The question and the plan",
        minutes=60,
        statement=f"""
Choose a question about recurrent networks that an experiment on your own machine can answer. Take one of these, or one of your own:

{listed}

Before you run anything, write down: the question in one sentence; what you expect and why; what is compared and what is kept equal; the data, the splits, the seeds and how many of them (by the formula of *How many seeds?*, with the deviation of a few first runs; if there is no time for so many, the half-width that you will get instead);
what you choose on the validation split; the margin below which a difference doesn't matter; and what result would show that you were wrong.
""",
        rubric=(
            (2, "one question that a number can answer, with the quantity to be measured"),
            (2, "an expectation with a reason from the course, and a result that would contradict it"),
            (3, "a fair comparison: what is equal, what is tuned and how much, what is never chosen on the test split"),
            (2, "the number of seeds and the margin, with reasons, both fixed before the runs"),
        ),
        explanation="""
A good plan could be carried out by somebody else. The usual weaknesses: two things change at once; one network had more attempts at a learning rate; the test split decided when to stop; no result could have contradicted the expectation.
""",
    )


def report(variant):
    return Open(
        name="report",
        chapter="five_reports_rerun",
        title="The report",
        minutes=150,
        statement="""
Run your plan and write a report of at most two pages, with all runs in a table, the interval by your own `paired_interval`, the word by your own `verdict`, and at least one figure.
Say where you left the plan. End with what the result doesn't show.
Others must be able to run it again: give the code, the versions, the seeds, the machine and the time it took.
""",
        rubric=(
            (4, "the experiment is the one that was planned, and every departure from the plan is said and explained"),
            (4, "all runs in a table, none left out, with the interval and the verdict by the rule of the plan"),
            (3, "a figure that answers the question: axes, units, every run or its spread shown"),
            (4, "a check of the code or the measurement: a baseline, a case known by hand, or a wrong version that was noticed"),
            (4, "a conclusion no stronger than the interval, at least one other explanation, and what the result doesn't show"),
            (3, "somebody else can run it again: code, versions, seeds, machine, time"),
        ),
        explanation="""
A report with the verdict "undecided" and everything said can have all points; a report of a large difference with one seed can't. Mark by what was done and said, not by what came out.
""",
    )


def review(variant):
    return Open(
        name="review",
        chapter="five_reports_rerun",
        title="A review",
        minutes=40,
        statement="""
Exchange reports with somebody of your class and write half a page (if nobody is there, take one of the five reports of the last chapter and its entry in the ledger): run one of their numbers again and say what you got; name the strongest and the weakest sentence of the report with your reasons, and one experiment that you would add.
""",
        rubric=(
            (3, "one number run again, with what came, and by which rule it counts as the same"),
            (2, "the strongest and the weakest claim, each with a reason from the numbers"),
            (1, "one further experiment whose result could change the conclusion"),
        ),
        explanation="""
To run a number again means to use the other's code and seeds first, and then a seed of one's own: the first tests the description, the second the result.
""",
    )


assignment = Assignment(
    name="a6-project",
    title="A project of your own",
    chapters={
        "how_long_is_long_term": "How long is long-term?",
        "craft_of_training": "The craft of training",
        "five_reports_rerun": "Five reports, re-run",
    },
    minutes=300,
    introduction="""
You ask a question, fix the rule by which it will be decided, run the experiment, and report what came. The first three tasks give you the tools; the others are marked by hand with the rubrics that stand beside them.
""",
    goals=(
        "give the interval of a paired comparison, and decide by a rule that was fixed before",
        "say how many seeds a question needs",
        "plan a fair experiment that could contradict you",
        "report it so that others can run it again",
        "review the report of somebody else",
    ),
    tasks=(
        Task("interval", 10, interval), Task("verdict", 8, verdict, examples=7), Task("seeds", 5, seeds),
        Task("plan", 9, plan), Task("report", 22, report), Task("review", 6, review),
    ),
)  # fmt: skip
