"""The assignments: solutions are right, typical wrong answers are told apart, students' variants differ, nothing leaks.

The folder ``assignments`` may be absent, as in a public copy of a course whose solutions are kept apart: then these
tests are skipped.
"""

import ast
import functools
import itertools
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from exercise_checks import check_feedback, check_tolerance
from sklearn.metrics import precision_score, recall_score

import rnncourse as rc
from rnncourse.exercises import Build, Choice, Number, Open, all_exercises
from rnncourse.exercises._kinds import answer_of, solve
from rnncourse.exercises._running import Budget, compare
from rnncourse.grading.assignment import Variant, from_source, load, seed_of
from rnncourse.grading.draws import Draws
from rnncourse.grading.handout import notebook

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
SOURCES = sorted((ROOT / "assignments").glob("a*.py"))
here = pytest.mark.skipif(not SOURCES, reason="the folder assignments isn't here")
STUDENTS = tuple(f"student {n}" for n in range(20))
SLOW = {"classify"}  # a training of seconds for each answer: one student is enough
assignment = functools.cache(load)
TASKS = [(path, task.name) for path in SOURCES for task in load(path).tasks]
ids = [f"{path.stem}-{name}" for path, name in TASKS]
each_task = pytest.mark.parametrize(("path", "name"), TASKS, ids=ids)


@functools.cache
def exercises(path, student):
    return assignment(path).exercises(student)


def made(path, name):
    """(student, exercise) for as many students as time allows."""
    return [(student, exercises(path, student)[name]) for student in (STUDENTS[:1] if name in SLOW else STUDENTS)]


def wrong_answer(one, wrong):
    return answer_of(one, wrong.code(one.solution)) if isinstance(one, Build) else wrong.answer


def judged(one, answer, seed=0):
    """The verdict, with time enough on a busy machine."""
    return one.judge(answer, seed=seed, budget=Budget(200)) if isinstance(one, Build) else one.judge(answer)


def one_of(file, name, student=STUDENTS[0]):
    return exercises(ROOT / "assignments" / f"{file}.py", student)[name]


# --- every task ------------------------------------------------------------------------------------


@each_task
def test_solutions_are_right_and_stubs_not_attempted(path, name):
    for student, one in made(path, name):
        if isinstance(one, Open):
            continue
        stub = answer_of(one, one.stub)
        assert not one.judge(stub).attempted
        answers = [solve(one), *(answer_of(one, code) for code in getattr(one, "also_right", ()))]
        for answer in answers:
            verdict = judged(one, answer, seed_of(name, student))  # other cases for each student
            assert verdict.right, (student, verdict)


@each_task
def test_typical_wrong_answers_are_rejected_by_their_property(path, name):
    for student, one in made(path, name):
        for wrong in getattr(one, "wrong", ()):
            answer = wrong_answer(one, wrong)
            verdict = judged(one, answer)
            assert not verdict.right
            assert verdict.attempted
            assert verdict.property == wrong.fails, (student, wrong.why, verdict)
            check_feedback(one, verdict, wrong)


@each_task
def test_a_wrong_answer_is_rejected_on_other_cases_too(path, name):
    """What is graded are cases of another seed for each file: there a typical wrong answer has no luck either."""
    one = exercises(path, STUDENTS[0])[name]
    if not isinstance(one, Build) or name in SLOW:
        return
    for wrong, n in itertools.product(one.wrong, range(25)):
        assert not judged(one, wrong_answer(one, wrong), seed_of(name, n)).right, (wrong.why, n)


@each_task
def test_a_number_is_taken_as_far_as_rounding_needs_and_a_typical_wrong_one_is_far_off(path, name):
    for _, one in made(path, name):
        if isinstance(one, Number):
            check_tolerance(one)


ODD = (
    torch.tensor([True, False]), torch.tensor(True), torch.zeros(0), torch.zeros(0, 3), torch.zeros(2, 2) * 1j,
    torch.full((3,), math.nan), math.nan, -math.inf, 10**400, "x", None, [], {}, [[]], np.zeros(3), np.array(["a"]),
    object(),
)  # fmt: skip


@each_task
def test_whatever_comes_is_judged_and_is_wrong(path, name):
    one = exercises(path, STUDENTS[0])[name]
    for odd in () if isinstance(one, Open) or name in SLOW else ODD:
        for value in (odd, (odd, odd), [odd] * 3):
            answer = (lambda *_, value=value: value) if isinstance(one, Build) else value
            verdict = judged(one, answer)
            assert not verdict.right
            assert len(verdict.message) < 1000


@each_task
def test_the_right_option_does_not_always_stand_first_in_the_source(path, name, monkeypatch):
    """The draws can be computed by anyone from public names; the order in the source can't."""
    monkeypatch.setattr(Variant, "sample", lambda self, options, count: list(options)[:count])
    task = next(task for task in assignment(path).tasks if task.name == name)
    made = [task.make(Variant(n)) for n in range(20)]
    if isinstance(made[0], Choice):
        assert {answer_of(one, one.solution) for one in made} != {"a"}


@each_task
def test_the_form_of_a_task(path, name):
    one, task = exercises(path, STUDENTS[0])[name], next(t for t in assignment(path).tasks if t.name == name)
    assert one.name == name
    assert (ROOT / "book" / f"{one.chapter}.ipynb").exists()
    assert one.explanation.strip()
    prose = re.sub(r"\$\$.*?\$\$|\$.*?\$|`.*?`", "", one.statement + one.explanation, flags=re.DOTALL)
    assert "{" not in prose, "a name left unfilled"
    if isinstance(one, Open):
        assert sum(points for points, _ in one.rubric) == task.points
        return
    assert len({wrong.why for wrong in one.wrong}) == len(one.wrong) >= (4 if isinstance(one, Choice) else 5)
    assert one.hints or isinstance(one, Build)
    if isinstance(one, Build):
        assert all(len(p.hint) > 20 for p in one.properties)
        assert {p.name for p in one.properties} <= {wrong.fails for wrong in one.wrong}, "each property is needed"
        assert one.also_right
        assert all(len(line) <= 76 for line in one.stub.splitlines())


@each_task
def test_students_get_questions_of_their_own(path, name):
    students = tuple(f"person {n}" for n in range(20))
    some = [exercises(path, student)[name] for student in students]
    again = load(path).exercises(students[3])[name]
    assert again.statement == some[3].statement
    asked = {(one.statement, getattr(one, "options", None)) for one in some}
    if isinstance(some[0], (Number, Choice)):
        assert len(asked) >= 15
    elif isinstance(some[0], Build):
        assert len(asked) >= 2
    if isinstance(some[0], Number):
        answers = [float(solve(one)) for one in some]
        copied = [one.judge(answers[n - 1]).right for n, one in enumerate(some)]
        assert sum(copied) <= 3, "a neighbour's number must be wrong, but for chance"


@here
def test_there_are_six_with_all_kinds():
    assert len(SOURCES) >= 6
    assert len({assignment(path).name for path in SOURCES}) == len(SOURCES)
    for path in SOURCES:
        kinds = {type(one) for one in exercises(path, STUDENTS[0]).values()}
        assert {Number, Build, Open} <= kinds
        assert assignment(path).minutes == pytest.approx(
            sum(one.minutes for one in exercises(path, STUDENTS[0]).values()), rel=0.15
        )
        assert assignment(path).goals
        for stem, title in assignment(path).chapters.items():
            chapter = json.loads((ROOT / "book" / f"{stem}.ipynb").read_text(encoding="utf-8"))
            assert "".join(chapter["cells"][0]["source"]).startswith(f"# {title}\n")


# --- right by another way ------------------------------------------------------------------------------


def numbers(text):
    return [float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", text.replace(",", ""))]


@here
def test_parameters_are_those_that_torch_counts():
    for student in STUDENTS:
        one = one_of("a1_cells", "parameters", student)
        sizes = r"I = (\d+).*?of (\d+) units.*?of (\d+) units.*?into (\d+) out"
        read, first, second, out = map(int, re.search(sizes, one.statement, re.DOTALL).groups())
        with torch.device("meta"):
            modules = torch.nn.LSTM(read, first), torch.nn.GRU(first, second), torch.nn.Linear(second, out)
        assert solve(one) == sum(map(rc.count_parameters, modules))


@here
def test_shapes_are_those_that_torch_returns():
    for student in STUDENTS[:5]:
        one = one_of("a1_cells", "shapes", student)
        read, units, layers, batch, steps = (int(n) for n in re.findall(r"\d+", one.statement)[:5])
        lstm = torch.nn.LSTM(read, units, num_layers=layers, batch_first=True, bidirectional=True)
        outputs, (h_n, _) = lstm(torch.zeros(batch, steps, read))
        right = next(option for option in one.options if option.right)
        assert right.text == f"`outputs` {tuple(outputs.shape)}, `h_n` {tuple(h_n.shape)}"


@here
def test_paths_by_a_difference_quotient():
    for student in STUDENTS:
        one = one_of("a2_bptt", "paths", student)
        w, h_0 = (float(n) for n in re.search(r"w = (-?\d+)\$, \$h_0 = (-?\d+)", one.statement).groups())
        x = [float(n) for n in re.search(r"x_4 = ([-\d, ]+)\$", one.statement).group(1).split(",")]
        p, q = (float(n) for n in re.search(r"L = (\d)\\,h_2 \+ (\d)\\,h_4", one.statement).groups())

        def loss(w, h_0=h_0, x=x, p=p, q=q):
            h = [h_0]
            for one_x in x:
                h.append(w * h[-1] + one_x)
            return p * h[2] + q * h[4]

        assert (loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5 == pytest.approx(float(solve(one)), rel=1e-6, abs=1e-4)


@here
def test_lags_by_autograd():
    activations = {r"\sigma": torch.sigmoid, r"\ln": torch.nn.functional.softplus, r"\arctan": torch.atan}
    for student in STUDENTS[:6]:
        one = one_of("a3_vanishing", "lags", student)
        phi = next(f for text, f in activations.items() if rf"\varphi(a) = {text}" in one.statement)
        factor = float(re.search(r"([\d.]+)\\,a", one.statement).group(1))
        torch.manual_seed(0)
        W_h, v, x = torch.randn(4, 4).double(), torch.randn(4).double(), torch.randn(6, 4).double()
        states = [phi(factor * x[0]).requires_grad_()]
        for one_x in x[1:]:
            states.append(phi(factor * (one_x + states[-1] @ W_h)))
        gradients = torch.autograd.grad(states[-1] @ v, states)
        wanted = torch.stack([g.norm() for g in gradients]).flip(0)
        found = solve(one)(torch.stack(states).detach(), W_h, v)
        torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-12)


@here
def test_biases_of_a_forget_gate_by_running_it():
    one = one_of("a3_vanishing", "two-biases")
    percent, steps = (int(n) for n in re.search(r"are (\d+) %.*after (\d+) steps", one.statement).groups())
    assert torch.sigmoid(torch.tensor(2 * solve(one))).item() ** steps == pytest.approx(percent / 100, rel=1e-4)
    one = one_of("a3_vanishing", "spread")
    share = int(re.search(r"if (\d+) %", one.statement).group(1)) / 100
    found = torch.sigmoid(solve(one)(3.0, 48.0, 5)).double() ** torch.tensor([3.0, 6, 12, 24, 48])
    assert found.tolist() == pytest.approx([share] * 5)


@here
def test_steps_by_counting():
    for student in STUDENTS:
        one = one_of("a3_vanishing", "steps", student)
        rate, power = re.search(r"multiplied by ([\d.]+)\. .*10\^\{-(\d)\}", one.statement).groups()
        left = steps = 1
        while (left := left * float(rate)) >= 10.0 ** -int(power):
            steps += 1
        assert solve(one) == steps


@here
def test_baselines_by_drawing():
    rng = np.random.default_rng(0)
    one = one_of("a4_synthetic", "no-memory")
    found = re.search(r"of (\d+) equally likely, have (\d+) to (\d+)", one.statement)
    symbols, low, high = map(int, found.groups())
    exact = np.mean([1.0 if length == low else 1 / symbols for length in range(low, high + 1)])
    assert solve(one) == pytest.approx(exact)
    one = one_of("a4_synthetic", "constant")
    found = re.search(r"between (-?\d+) and (\d+);.*plus (\d) times", one.statement)
    low, high, factor = map(int, found.groups())
    first, second = rng.uniform(low, high, (2, 400_000))
    assert solve(one) == pytest.approx(np.var(first + factor * second), rel=0.01)


@here
def test_first_difference_by_trying_everything():
    one = one_of("a4_synthetic", "difference")
    none = int(re.search(r"\*\*(-?\d)\*\* if there is no", one.statement).group(1))
    start = [int(n) for n in re.search(r"in state \*\*(\d)\*\*, the second in state \*\*(\d)", one.statement).groups()]
    for seed in range(6):
        f, a, g, b = one.case(torch.Generator().manual_seed(seed))
        found = none
        for length in range(1, 9):
            for word in itertools.product(range(f.shape[1]), repeat=length):
                i, j = start
                for s in word[:-1]:
                    i, j = int(f[i, s]), int(g[j, s])
                if a[i, word[-1]] != b[j, word[-1]]:
                    found = length
                    break
            if found != none:
                break
        wanted = solve(one)(f, a, g, b)
        assert found == wanted if wanted <= 8 else found == none


@here
def test_weakest_class_by_scikit_learn():
    for student in STUDENTS[:6]:
        one = one_of("a5_images", "weakest", student)
        (confusion,) = one.case(torch.Generator().manual_seed(5))
        truth, said = np.indices(confusion.shape).reshape(2, -1).repeat(confusion.flatten().numpy(), axis=1)
        score, axis = (recall_score, 1) if "*recall*" in one.statement else (precision_score, 0)
        shares = score(truth, said, labels=range(len(confusion)), average=None, zero_division=np.nan)
        enough = int(re.search(r"fewer than (\d+)", one.statement).group(1))
        shares[confusion.sum(axis).numpy() < enough] = np.nan
        assert solve(one)(confusion)[0] == np.nanargmin(shares)


@here
def test_half_width_of_a_difference_by_drawing():
    one = one_of("a5_images", "apart")
    k, n, j, m = numbers(one.statement)[:4]
    draws = np.random.default_rng(0).binomial(int(n), k / n, 200_000) / n
    others = np.random.default_rng(1).binomial(int(m), j / m, 200_000) / m
    assert solve(one) == pytest.approx(196 * np.std(draws - others), rel=0.01)


@here
def test_seeds_are_enough_and_one_less_is_not():
    for student in STUDENTS:
        one = one_of("a6_project", "seeds", student)
        figures = re.search(r"about ([\d.]+) perc.*at most ([\d.]+) points", one.statement, re.DOTALL).groups()
        deviation, half = map(float, figures)
        assert 1.96 * deviation / math.sqrt(solve(one)) <= half < 1.96 * deviation / math.sqrt(solve(one) - 1)


@here
def test_a_linear_model_is_lost_on_the_ribbons():
    """For every image its negative is as likely, with the same label, and linear scores of the two are opposite."""
    one = one_of("a5_images", "classify")
    linear = next(wrong for wrong in one.wrong if "linear" in wrong.why)
    said = judged(one, answer_of(one, linear.answer)).message
    share = float(re.search(r"([\d.]+) % of the test images", said).group(1))
    assert share < 40


# --- a neighbour's answer, and what must stay hidden ------------------------------------------------------


BUILDS = [(path, name) for path, name in TASKS if isinstance(exercises(path, STUDENTS[0])[name], Build)]
each_build = pytest.mark.parametrize(("path", "name"), BUILDS, ids=[f"{path.stem}-{name}" for path, name in BUILDS])


@each_build
def test_a_neighbours_function_is_seldom_right(path, name):
    every = [exercises(path, student)[name] for student in STUDENTS]
    if name in SLOW:
        assert len({one.solution for one in every}) > 10
        every = [every[0], next(one for one in every if one.solution != every[0].solution)]
    pairs = [(mine, every[(n + step) % len(every)]) for n, mine in enumerate(every) for step in (1, 7)]
    right = [judged(mine, solve(neighbours)).right for mine, neighbours in pairs if mine is not neighbours]
    assert sum(right) <= 0.1 * len(right)


def judged_with(secret, path, name, seed):
    """(seeds of torch's generators, what hidden streams gave, cases) of one judging, for one secret."""
    seeds, streams, cases = [], [], []

    class Recorded(torch.Generator):
        def manual_seed(self, seed):
            seeds.append(seed)
            return super().manual_seed(seed)

    class Seen(Draws):
        def _uniform(self, shape):
            drawn = super()._uniform(shape)
            streams.append(drawn.tolist())
            return drawn

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "Generator", Recorded)
        patch.setattr("rnncourse.grading.assignment.Draws", Seen)
        one = assignment(path).exercises(STUDENTS[0], secret)[name]
        case = one.case
        object.__setattr__(one, "case", lambda generator: cases.append(case(generator)) or cases[-1])
        assert judged(one, solve(one), seed_of(secret, seed)).right
    return seeds, streams, cases


@each_build
def test_whatever_is_hidden_is_decided_by_the_secret(path, name):
    """No generator of the judging is seeded by something that students know, and no hidden stream begins the same."""
    (seeds, streams, cases), (others, other_streams, other_cases) = (
        judged_with(secret, path, name, 5) for secret in ("one", "another")
    )
    assert seeds and not set(seeds) & set(others)
    assert not [stream for stream in streams if stream in other_streams]
    if name not in {"ledger", "machine"}:  # whose arguments are a few small numbers
        assert not [case for case in cases if any(same_case(case, other) for other in other_cases)]
    again = judged_with("one", path, name, 5)
    assert again[0] == seeds and again[1] == streams


def same_case(case, other):
    return all(compare(a, b, 0) is None for a, b in zip(case, other, strict=True))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_source_makes_a_generator_of_its_own(path):
    """What isn't drawn from the generator that a case gets comes from ``variant.hidden``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & {"manual_seed", "seed", "Generator", "default_rng", "RandomState"}
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert "random" not in imported


@here
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_handout_is_made_without_the_secret(path):
    """Another source of the assignment, another secret, and the same notebook."""
    source = path.read_text(encoding="utf-8")
    first, other = (notebook(from_source(text, path.name), "ann") for text in (source, source + "\n# another"))
    assert first == other
    introduction = "".join(first["cells"][0]["source"])
    assert all(f"*{title}*" in introduction for title in assignment(path).chapters.values())


@here
def test_hidden_labels_share_no_stream_with_what_is_seen():
    """The pictures of a test stay the same if only its labels' stream changes, but for the bands themselves."""
    made = []
    for names in ((), ("test labels",)):

        class Other(Draws):
            def __init__(self, secret, *given, names=names):
                super().__init__(secret + "x" * (given[-2] in names), *given)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("rnncourse.grading.assignment.Draws", Other)
            one = assignment(ROOT / "assignments" / "a5_images.py").exercises(STUDENTS[0], "s")["classify"]
            arguments = one.case(torch.Generator().manual_seed(1))
            made.append((arguments, one.known(*arguments)))
    (arguments, labels), (other_arguments, other_labels) = made
    assert (labels == other_labels).double().mean() < 0.35
    places = [n for n, name in enumerate(re.search(r"classify\((.*?)\)", one.statement).group(1).split(", "))
              if name.startswith("train")]  # fmt: skip
    for n in places:
        assert torch.equal(arguments[n], other_arguments[n])
    (test,) = {0, 1, 2} - set(places)
    assert 0.5 < (arguments[test] == other_arguments[test]).double().mean() < 1  # the noise between the bands


# --- nothing leaks ---------------------------------------------------------------------------------------


def secrets(one):
    """Texts that would give something away: lines of the solutions and wrong answers, and what is said of answers."""
    texts = {line for line in one.explanation.splitlines() if len(line) > 40}
    texts |= {hint for hint in getattr(one, "hints", ())} | {p.hint for p in getattr(one, "properties", ())}
    texts |= {option.feedback for option in getattr(one, "options", ())}
    texts |= {mistake.message for mistake in getattr(one, "mistakes", ())}
    if isinstance(one, (Build, Number)):
        codes = [one.solution, *getattr(one, "also_right", ())]
        codes += [wrong.answer for wrong in one.wrong if isinstance(wrong.answer, str)]
        given = {line.strip() for line in one.stub.splitlines()}
        texts |= {line.strip() for code in codes for line in code.splitlines() if len(line.strip()) > 30} - given
    return {text for text in texts if len(text) > 20}


def leaks(text, one):
    """The secrets of an exercise that stand in a text."""
    return [secret for secret in secrets(one) if secret in text]


def shows(text, value):
    """True if a text has the value with four digits or more."""
    ways = {f"{value:{form}}" for form in (".4g", ".5g", ".6g", ".7g")}
    long = [way for way in ways if sum(c.isdigit() for c in way) >= 4]
    return any(re.search(rf"(?<![\d.]){re.escape(way)}(?!\d)", text.replace(",", "")) for way in long)


def test_a_value_in_a_text_is_seen():
    assert shows("there are 12,345 of them", 12345)
    assert shows("it is 0.04321", 0.0432100001)
    assert not shows("of 123456 steps", 12345)


@here
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_a_student_gets_holds_no_solution(path):
    for student in STUDENTS[:4]:
        data = notebook(assignment(path), student)
        text = "\n".join("".join(cell["source"]) for cell in data["cells"])
        assert len(text) > 2000
        for one in exercises(path, student).values():
            assert leaks(text, one) == []
            assert leaks(text + one.explanation, one), "the check itself must be able to fail"
            if isinstance(one, Number):
                question = next("".join(c["source"]) for c in data["cells"] if c["id"] == one.name)
                assert not shows(question, float(solve(one)))
        assert set(data["metadata"]) == {"kernelspec", "language_info", "rnncourse"}
        assert data["metadata"]["rnncourse"] == {"assignment": assignment(path).name, "student": student}
        assert all(set(cell["metadata"]) <= {"nbgrader", "jupyter"} for cell in data["cells"])


def site_texts(folder):
    """The pages, their sources and the search index: everything of a site in which a text could stand."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".txt", ".ipynb", ".md", ".json") or path.name == "searchindex.js":
            yield path, path.read_text(encoding="utf-8")


def site_leaks(folder, exercises):
    """What of the exercises stands in a site, but for lines that the course's own pages have."""
    own = "\n".join(
        path.read_text(encoding="utf-8")
        for pattern in ("book/*.md", "book/*.ipynb", "rnncourse/*.py")
        for path in ROOT.glob(pattern)
    )
    every = {secret for one in exercises for secret in secrets(one)}
    wanted = {secret for secret in every if secret not in own and json.dumps(secret)[1:-1] not in own}
    found = []
    for path, text in site_texts(folder):
        found += [f"{path.name}: {secret}" for secret in wanted if secret in text or json.dumps(secret)[1:-1] in text]
        found += [f"{path.name} names {source.stem}" for source in SOURCES if f'assignments/{source.stem}"' in text]
    return found + [str(path.relative_to(folder)) for path in folder.rglob("*assignments*")]


@here
def test_the_site_and_its_search_index_hold_no_assignment():
    if not SITE.exists():
        pytest.skip("the book isn't built: run `make book`")
    every = [one for path in SOURCES for one in exercises(path, STUDENTS[0]).values()]
    assert len(list(site_texts(SITE))) > 20
    assert site_leaks(SITE, every) == []


@here
@pytest.mark.parametrize("name", ["page.html", "searchindex.js", "_sources/page.ipynb", "assignments/page.html"])
def test_a_leak_into_the_site_is_seen(tmp_path, name):
    one = one_of("a1_cells", "coupled-lstm")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("nothing" if "assignments" in name else f"<p>{one.explanation}</p>", encoding="utf-8")
    assert site_leaks(tmp_path, [one])


# --- the guide for instructors ----------------------------------------------------------------------------

GUIDE = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")


def table(heading):
    """The rows below a heading of the guide, as lists of cells."""
    section = GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| \n").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


@here
def test_the_guide_names_exercises_and_assignments_that_exist():
    tasks = {assignment(path).name: {task.name for task in assignment(path).tasks} for path in SOURCES}
    for _, exercise_names, task_names in table("Goals, exercises, assignments"):
        assert re.findall(r"`([^`]+)`", exercise_names), "each goal has an exercise"
        assert set(re.findall(r"`([^`]+)`", exercise_names)) <= set(all_exercises())
        for name in re.findall(r"`([^`]+)`", task_names):
            file, task = name.split(": ")
            assert task in tasks[file], name
    listed = {row[0].strip("`"): row[1:] for row in table("The assignments")}
    assert set(listed) == set(tasks)
    for path in SOURCES:
        one = assignment(path)
        about, *numbers = listed[one.name]
        assert numbers == [str(one.points), str(one.minutes)]
        assert set(linked(about)) == set(one.chapters), one.name


def linked(cell):
    """The chapters to which a cell of a table links."""
    return re.findall(r"\]\((\w+)\.ipynb\)", cell)


@here
def test_an_assignment_is_handed_out_when_all_its_chapters_have_been_in_class():
    chapters = {assignment(path).name: set(assignment(path).chapters) for path in SOURCES}
    rows = table("Courses of 4, 8 and 14 weeks")
    for course in (1, 2, 3):
        taught, handed_out = set(), []
        for row in rows:
            cell = dict(enumerate(row)).get(course, "")
            taught.update(linked(cell))
            for name in re.findall(r"`([^`]+)`", cell):
                assert chapters[name] <= taught, f"{name} needs {chapters[name] - taught}"
                handed_out.append(name)
        assert handed_out
