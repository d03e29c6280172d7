"""Each exercise is proven: its solution passes, its stub fails, its typical wrong answers are told apart."""

import contextlib
import dataclasses
import decimal
import fractions
import io
import itertools
import re
import runpy
import sys
import threading
import time
import types
from contextlib import redirect_stdout
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from chapters import places
from exercise_checks import check_feedback, check_tolerance
from support import HANGING

import rnncourse as rc
from rnncourse.__main__ import main
from rnncourse.exercises import Build, Choice, Mistake, Number, Open, Option, Property, Wrong, all_exercises, exercise
from rnncourse.exercises._kinds import KINDS, answer_of, solve
from rnncourse.exercises._running import Budget, compare, input_names, run_limited

ALL = list(all_exercises().values())
CHECKED = [one for one in ALL if not isinstance(one, Open)]
WRONG = [(one, wrong) for one in CHECKED for wrong in one.wrong]


def names(value):
    return getattr(value, "name", None) or getattr(value, "why", None)


def wrong_answer(one, wrong):
    return answer_of(one, wrong.code(one.solution)) if isinstance(one, Build) else wrong.answer


def said(name, answer=...):
    out = io.StringIO()
    with redirect_stdout(out):
        rc.check(name, answer)
    return out.getvalue()


ROOT = Path(__file__).resolve().parents[1]


# --- every exercise of the course -----------------------------------------------------------------


@pytest.mark.parametrize("one", CHECKED, ids=names)
def test_the_solution_passes(one):
    verdict = one.judge(solve(one))
    assert verdict.right, verdict.message


@pytest.mark.parametrize("one", CHECKED, ids=names)
def test_the_stub_is_not_attempted(one):
    verdict = one.judge(answer_of(one, one.stub))
    assert not verdict.attempted
    assert not verdict.right


@pytest.mark.parametrize(("one", "wrong"), WRONG, ids=names)
def test_a_typical_wrong_answer_is_rejected_by_its_property_and_gets_its_hint(one, wrong, monkeypatch):
    verdict = one.judge(wrong_answer(one, wrong))
    assert not verdict.right
    assert verdict.property == wrong.fails, verdict.message
    assert len(verdict.message) > 20
    check_feedback(one, verdict, wrong)
    known = types.SimpleNamespace(kind=one.kind, judge=lambda answer: verdict)  # judged once is enough
    monkeypatch.setattr(rc.exercises, "exercise", lambda name: known)
    monkeypatch.setattr(rc.exercises, "_failures", {})
    first, second = (" ".join(said(one.name).split()) for _ in range(2))
    assert second == (f"{first} hint: {verdict.hints[0]}" if verdict.hints else first)
    assert " ".join(verdict.message.split()) in first


@pytest.mark.parametrize("one", [one for one in ALL if isinstance(one, Number)], ids=names)
def test_a_number_is_taken_as_far_as_rounding_needs_and_a_typical_wrong_one_is_far_off(one):
    check_tolerance(one)


@pytest.mark.parametrize("one", CHECKED, ids=names)
def test_there_are_enough_wrong_answers(one):
    assert len(one.wrong) >= (2 if isinstance(one, Choice) else 5)
    assert len({wrong.why for wrong in one.wrong}) == len(one.wrong)


@pytest.mark.parametrize("one", [one for one in ALL if isinstance(one, Build)], ids=names)
def test_every_property_is_needed_by_some_wrong_answer(one):
    """So a property that is deleted, or that accepts anything, makes a test above fail."""
    assert {p.name for p in one.properties} <= {wrong.fails for wrong in one.wrong}
    assert len({p.name for p in one.properties}) == len(one.properties)
    for code in one.also_right:
        verdict = one.judge(answer_of(one, code))
        assert verdict.right, verdict.message
    assert one.also_right, "a right answer that is written in another way must pass, too"


@pytest.mark.parametrize("one", CHECKED, ids=names)
def test_there_is_a_hint(one):
    """For each property of a function; for anything else at least one."""
    hints = [p.hint for p in one.properties] if isinstance(one, Build) else one.hints
    assert hints
    assert all(len(hint) > 20 for hint in (*hints, *one.hints))
    assert len(set(hints)) == len(hints)


@pytest.mark.parametrize("one", [one for one in ALL if isinstance(one, Build)], ids=names)
def test_a_right_answer_in_double_precision_passes(one):
    def in_double(value):
        if isinstance(value, (tuple, list)):
            return tuple(in_double(part) for part in value)
        floating = isinstance(value, torch.Tensor) and value.is_floating_point()
        return value.double().requires_grad_() if floating else value

    verdict = one.judge(lambda *arguments: in_double(solve(one)(*arguments)))
    assert verdict.right, verdict.message


@pytest.mark.parametrize("one", [one for one in ALL if isinstance(one, Build)], ids=names)
@pytest.mark.parametrize("kind", ["complex64", "sparse", "meta", "int8", "object"])
def test_a_strange_result_is_judged_and_not_raised(one, kind):
    def strange(value):
        if isinstance(value, (tuple, list)):
            return tuple(strange(part) for part in value)
        if not isinstance(value, torch.Tensor) or kind == "object":
            return object()
        if kind == "sparse":
            return value.to_sparse()
        return value.to("meta") if kind == "meta" else value.to(getattr(torch, kind))

    verdict = one.judge(lambda *arguments: strange(solve(one)(*arguments)))
    assert verdict.attempted
    assert isinstance(verdict.message, str)


def test_the_random_cases_differ():
    for one in ALL:
        if isinstance(one, Build):
            assert one.cases >= 5
            seen = [one.case(torch.Generator().manual_seed(seed)) for seed in range(one.cases)]
            assert not any(repr(a) == repr(b) for a, b in itertools.pairwise(seen)), one.name


@pytest.mark.parametrize("one", ALL, ids=names)
def test_no_message_gives_the_solution_away(one):
    texts = [*one.hints, *(wrong.why for wrong in getattr(one, "wrong", ()))]
    texts += [p.hint for p in getattr(one, "properties", ())]
    if isinstance(one, Number):
        texts += [mistake.message for mistake in one.mistakes]
        assert not any(f"{solve(one):g}" in text.replace(",", "") for text in texts)
    if isinstance(one, Build):
        lines = {line.strip() for line in one.solution.splitlines() if len(line.strip()) > 25 and "def " not in line}
        lines -= {line.strip() for line in one.stub.splitlines()}
        assert not any(line in text for text in texts for line in lines)


@pytest.mark.parametrize("chapter", sorted({one.chapter for one in ALL}))
def test_the_chapter_says_how_long_its_exercises_take(chapter):
    path = ROOT / "book" / f"{chapter}.ipynb"
    opening = nbformat.read(path, as_version=4).cells[0].source
    minutes = sum(one.minutes for one in ALL if one.chapter == chapter)
    (said_minutes,) = re.findall(r"exercises take (\d+) minutes", opening)
    assert int(said_minutes) == minutes


def test_each_chapter_has_three_exercises_of_rising_depth():
    chapters = {one.chapter for one in ALL}
    assert chapters == {path.stem for path in CHAPTERS}
    for chapter in chapters:
        depths = [KINDS.index(one.kind) for one in ALL if one.chapter == chapter]
        assert len(depths) >= 3, chapter
        assert depths == sorted(depths), f"{chapter}: the kinds must come in the order {KINDS}"
        assert len(set(depths)) >= 2, chapter
    assert all(one.minutes >= 1 for one in ALL)


# --- the checks themselves ------------------------------------------------------------------------

DOUBLE = Build(
    name="double", chapter="x", title="Double", minutes=1, statement="", explanation="", function="double",
    stub="def double(x):\n    return ...", solution="def double(x):\n    return 2 * x",
    case=lambda generator: (torch.randn(3, generator=generator),),
)  # fmt: skip
NINE = Number(
    name="nine", chapter="x", title="Nine", minutes=1, statement="", explanation="", solution="answer = 3 * 3",
    mistakes=(Mistake("sum", 6.0, "that is the sum, not the product"),), hints=("Multiply.", "Three times three."),
)  # fmt: skip


def loop_for_ever(x):
    while True:
        with contextlib.suppress(BaseException):  # it also ignores being told to stop
            time.sleep(0.01)


def leave(x):
    raise SystemExit(3)


def spoil(x):
    x += 1
    return 2 * (x - 1)


@pytest.mark.parametrize(
    ("answer", "property", "message"),
    [
        (lambda x: 1 / 0, "runs", "double raised ZeroDivisionError: division by zero"),
        (leave, "runs", "double raised SystemExit: 3"),
        (lambda x: x.tolist(), "type", "expected a tensor, got"),
        (lambda x: None, "type", "expected a tensor, got None"),
        (lambda x: x[:2], "shape", r"expected the shape \(3,\), got \(2,\)"),
        (lambda x: x, "value", r"expected .*, got .*\n  for x = tensor \["),
        (lambda mine: mine, "value", r"\n  for mine = tensor \["),
        (lambda *inputs: inputs[0], "value", r"\n  for x = tensor \["),
        (torch.nn.Identity().forward, "value", r"\n  for input = tensor \["),
        (lambda x: x * torch.nan, "value", "got nan"),
        (lambda: 1, "runs", "double raised TypeError"),
        (spoil, "keeps its inputs", "double changed its input x; work on a copy"),
        (3, "function", r"expected the function double, got 3 \(int\)"),
    ],
)
def test_a_bad_function_gets_a_clear_message(answer, property, message):
    verdict = DOUBLE.judge(answer)
    assert verdict.property == property
    assert re.search(message, verdict.message), verdict.message


def test_a_function_without_an_end_is_stopped(monkeypatch):
    monkeypatch.setattr("rnncourse.exercises._build.SECONDS", 0.3)
    verdict = DOUBLE.judge(loop_for_ever)  # it comes back, though that function doesn't
    assert verdict.property == "finishes"
    assert "took more than 0.3 s" in verdict.message


def test_a_late_function_is_told_to_stop():
    threads = []

    def beat():
        threads.append(threading.current_thread())
        while True:
            time.sleep(0.01)

    assert run_limited(beat, (), Budget(0.2)).late
    threads[0].join(HANGING)
    assert not threads[0].is_alive()


@pytest.mark.parametrize(
    ("passed", "computed", "spent"),
    [(0.9, 0.9, False), (1.1, 1.1, True), (5.0, 0.5, False), (5.0, 1.1, True), (7.0, 0.0, True)],
)
def test_time_is_up_by_computing_or_long_after_by_the_clock(monkeypatch, passed, computed, spent):
    """On a busy machine the clock runs on while nothing is computed."""
    clocks = types.SimpleNamespace(monotonic=lambda: 0.0, process_time=lambda: 0.0)
    monkeypatch.setattr("rnncourse.exercises._running.time", clocks)
    budget = Budget(1.0)
    clocks.monotonic, clocks.process_time = (lambda: passed), (lambda: computed)
    assert budget.spent() is spent


def test_all_cases_together_have_the_time(monkeypatch):
    monkeypatch.setattr("rnncourse.exercises._build.SECONDS", 0.1)
    calls = []
    verdict = DOUBLE.judge(lambda x: calls.append(time.sleep(0.2)) or 2 * x)  # each is quick enough by itself
    assert verdict.property == "finishes"
    assert len(calls) < DOUBLE.cases


def test_the_answer_is_right_in_every_case_or_wrong():
    calls = []
    assert DOUBLE.judge(lambda x: calls.append(x) or 2 * x).right
    assert len(calls) == DOUBLE.cases
    assert not torch.equal(calls[0], calls[1])
    assert DOUBLE.judge(lambda x: 2 * calls[0] if torch.equal(x, calls[0]) else 3 * x).property == "value"


class Mute:
    def __repr__(self):
        raise RuntimeError


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError


def not_for_this(x):
    raise NotImplementedError("not for this kind of tensor")


def long_winded(x):
    raise ValueError(5000 * "a")


def test_objects_that_can_not_be_printed_are_named_by_their_class():
    def fail(x):
        raise MuteError

    assert DOUBLE.judge(lambda x: Mute()).message.startswith("expected a tensor, got an object of the class Mute")
    assert DOUBLE.judge(fail).message.startswith("double raised MuteError: (without a message)")
    assert len(DOUBLE.judge(long_winded).message) < 500


def test_an_error_that_says_not_implemented_is_an_attempt():
    assert DOUBLE.judge(not_for_this).property == "runs"


def test_a_right_function_passes_whatever_its_way():
    assert DOUBLE.judge(lambda x: x + x).right
    assert DOUBLE.judge(torch.nn.Identity().forward).property == "value"


@pytest.mark.parametrize(
    "answer", [9, 9.0, torch.tensor(9), np.float64(9), torch.tensor([[9.0]]), fractions.Fraction(9), decimal.Decimal(9)]
)
def test_a_number_of_any_type_passes(answer):
    assert NINE.judge(answer).right


@pytest.mark.parametrize(
    ("answer", "property"),
    [
        ("9", "number"), (10**400, "number"), (object(), "number"), (None, "number"), (True, "number"), ([9], "number"),
        (torch.empty(1, device="meta"), "number"), (float("nan"), "number"), (torch.tensor([9, 9]), "number"),
        (fractions.Fraction(6), "sum"), (6, "sum"), (9.00002, "digits"), (8, "value"),
    ],
)  # fmt: skip
def test_a_bad_number_is_told_apart(answer, property):
    assert NINE.judge(answer).property == property


def test_a_choice_gives_feedback_on_each_answer():
    one = Choice(
        name="c", chapter="x", title="C", minutes=1, statement="", explanation="",
        options=(Option("yes", "Right, because."), Option("no", "No, since.", right=True)),
    )  # fmt: skip
    assert one.judge("b").right
    assert one.judge(" B ").right
    assert one.judge("(b)").right
    assert (one.judge("a").property, one.judge("a").message) == ("choice a", "Right, because.")
    assert one.judge("c").message == "expected one of a, b as a string, got 'c' (str)"
    assert one.judge(2).property == one.judge("").property == one.judge("ab").property == "choice"


def test_a_number_is_said_to_be_too_high_or_too_low():
    assert NINE.judge(8).message == "8 isn't the number that was asked for; it is too low"
    assert NINE.judge(10).message == "10 isn't the number that was asked for; it is too high"
    assert NINE.judge(6).message == "got 6, too low: that is the sum, not the product"
    assert NINE.judge(9.5).message == "got 9.5, and the answer is a whole number"


ROOT_OF_TWO = dataclasses.replace(
    NINE, name="root", statement="Give four significant digits.", solution="answer = 2**0.5", digits=4,
    mistakes=(Mistake("three", 3**0.5, "that is the root of three"), Mistake("other", 1.73, "that is something else")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "property", "message"),
    [
        (1.414, None, "1.414 is right"),
        (1.4142, None, "1.4142 is right"),
        (1.4146, None, "1.4146 is right"),
        (1.41, "digits", "1.41 is right as far as it goes, but too short; give four significant digits"),
        (1.415, "value", "1.415 isn't the number that was asked for; it is too high"),
        (1.413, "value", "1.413 isn't the number that was asked for; it is too low"),
        (1.732, "three", "got 1.732, too high: that is the root of three"),
        (1.73, "other", "got 1.73, too high: that is something else"),
        (-1.414, "value", "-1.414 isn't the number that was asked for; it is too low"),
    ],
)
def test_a_number_is_judged_by_the_digits_asked_for(answer, property, message):
    verdict = ROOT_OF_TWO.judge(answer)
    assert (verdict.property, verdict.message) == (property, message)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_that_was_cut_off_is_told_so(sign):
    one = dataclasses.replace(ROOT_OF_TWO, solution=f"answer = {sign} * 2 / 3")
    assert one.judge(sign * 0.6667).right
    for cut in (0.6666, 0.666):
        message = f"{sign * cut:g} was cut off and not rounded; give four significant digits"
        assert one.judge(sign * cut).message == message


@pytest.mark.parametrize("solution", ["2.5", "24.5", "0.00125", "-1.25", "999.96", "1e6"])
def test_a_tie_may_be_rounded_either_way(solution):
    digits = 2 if solution in ("2.5", "24.5", "0.00125", "-1.25") else 4
    words = {2: "two", 4: "four"}[digits]
    check_tolerance(
        dataclasses.replace(
            NINE, statement=f"Give {words} significant digits.", solution=f"answer = {solution}", digits=digits
        )
    )


def test_of_two_typical_wrong_numbers_with_the_same_digits_the_nearer_one_is_named():
    near = (Mistake("lower", 5.11, "that is the lower one"), Mistake("upper", 5.14, "that is the upper one"))
    one = dataclasses.replace(ROOT_OF_TWO, statement="Give two significant digits.", digits=2, mistakes=near)
    assert [one.judge(number).property for number in (5.11, 5.12, 5.13, 5.14)] == ["lower"] * 2 + ["upper"] * 2


def test_a_statement_that_asks_for_other_digits_is_an_error():
    with pytest.raises(ValueError, match=r"statement of root must say 'Give three significant digits\.', since digits"):
        dataclasses.replace(ROOT_OF_TWO, digits=3)


def test_one_step_more_or_less_is_another_number():
    half_life = exercise("cell-half-life")
    assert half_life.judge(1.0459).right
    assert half_life.judge(1.04486).property == "19 steps"
    bias = exercise("vanishing-forget-bias")
    assert bias.judge(5.274).right
    assert bias.judge(5.284).property == "101 steps"
    assert [bias.judge(b).property for b in (5.28, 5.27, 5.26)] == ["value", "digits", "value"]


def test_hints_come_from_the_second_failure_on_and_belong_to_what_failed(monkeypatch):
    monkeypatch.setattr(rc.exercises, "exercise", lambda name: NINE)
    monkeypatch.setattr(rc.exercises, "_failures", {})
    assert said("nine", 8) == "✗ nine: value: 8 isn't the number that was asked for; it is too low\n"
    assert said("nine", 6) == "✗ nine: sum: got 6, too low: that is the sum, not the product\n"
    hints = [said("nine", 8).splitlines()[-1].strip() for _ in range(3)]
    assert hints == ["hint: Multiply.", "hint: Three times three.", "hint: Three times three."]
    assert said("nine") == "· nine: not attempted yet; replace the ... and run the cell\n"
    assert said("nine", 9) == "✓ nine: 9 is right\n"
    assert "hint" not in said("nine", 8), "after a right answer all begins anew"


def test_the_hint_of_a_function_is_that_of_the_property_that_fails_now(monkeypatch):
    monkeypatch.setattr(rc.exercises, "_failures", {})
    one = exercise("cell-torch-step")
    by_property = {p.name: p.hint for p in one.properties}
    answers = {wrong.why: wrong_answer(one, wrong) for wrong in one.wrong}
    said(one.name, answers["no tanh"])
    printed = " ".join(said(one.name, answers["one bias only"]).split())
    assert printed.endswith(f"hint: {by_property['both biases']}")
    assert "bias_hh is missing" in printed
    assert "weight_ih = a tensor of shape" in printed
    assert by_property["activation"] in " ".join(said(one.name, answers["ReLU instead of tanh"]).split())
    printed = " ".join(said(one.name, answers["the given state is overwritten"]).split())
    assert "torch_step changed its input h; work on a copy" in printed
    assert "clone()" in printed


def test_names_of_inputs():
    assert input_names(lambda x, h=0, *rest, **more: None, 1) == ["x"]
    assert input_names(lambda x, h=0: None, 2) == ["x", "h"]
    assert input_names(lambda *inputs: None, 1) is None
    assert input_names(lambda x: None, 2) is None
    assert input_names(dict.fromkeys, 1) == ["iterable"]
    assert input_names(min, 1) is None


def test_a_long_message_is_wrapped_to_the_width_of_the_page(monkeypatch):
    monkeypatch.setattr(rc.exercises, "exercise", lambda name: DOUBLE)
    lines = said("double", lambda x: 1 / 0 if len(x) else None).splitlines()
    assert all(len(line) <= 76 for line in lines)
    assert " ".join(line.strip() for line in lines).startswith("✗ double: runs: double raised ZeroDivisionError")
    assert len(said("double", lambda x: x * torch.nan).splitlines()) >= 2


def test_an_open_question_shows_its_rubric(monkeypatch):
    one = Open(name="o", chapter="x", title="O", minutes=1, statement="", explanation="", rubric=((2, "says why"),))
    monkeypatch.setattr(rc.exercises, "exercise", lambda name: one)
    assert said("o").endswith("  2 points: says why\n")


def test_a_check_leaves_the_random_state_as_it_was():
    before = torch.get_rng_state()
    for one in CHECKED:
        said(one.name, solve(one))
        torch.set_rng_state(before)
        said(one.name, 1.0)
        assert torch.equal(before, torch.get_rng_state()), one.name


def test_an_unknown_name_is_named():
    with pytest.raises(ValueError, match=r"name must be one of .*, got 'nothing'"):
        rc.check("nothing", 1)
    assert exercise(ALL[0].name) is ALL[0]


def test_a_wrong_answer_that_changes_nothing_is_an_error():
    with pytest.raises(ValueError, match="'x y' doesn't stand in the solution"):
        Wrong("typo", edit=("x y", "")).code("def f(): ...")


def test_a_property_that_accepts_anything_is_seen():
    """The proof above is no formality: with a property blunted, its wrong answer passes it."""
    one = exercise("sequences-adding")
    blunt = [Property(p.name, lambda *_: None) if p.name == "sum" else p for p in one.properties]
    damaged = dataclasses.replace(one, properties=tuple(blunt))
    rejected = [w for w in damaged.wrong if damaged.judge(wrong_answer(damaged, w)).property == w.fails]
    assert len(rejected) < len(damaged.wrong)


@pytest.mark.parametrize(
    ("got", "expected", "complaint"),
    [
        ((torch.ones(2), 1.0), (torch.ones(2), 1.0), None),
        ((torch.ones(2), 2.0), (torch.ones(2), 1.0), "value 2: expected 1, got 2"),
        ((1,), (1, 2), "expected 2 values, got 1"),
        (1, (1, 2), "expected 2 values, got 1 (int)"),
        ("a", "b", "expected 'b' (str), got 'a' (str)"),
        (torch.tensor([1.0, 5.0]), torch.tensor([1.0, 2.0]), "expected 2 at [1], got 5"),
        (torch.tensor(5.0), torch.tensor(2.0), "expected 2, got 5"),
        (True, 1.0, "expected a number, got True (bool)"),
        (1, True, "expected True (bool), got 1 (int)"),
    ],
)
def test_compare_says_what_differs(got, expected, complaint):
    assert compare(got, expected, 1e-6) == complaint


# --- page, notebook and source agree ---------------------------------------------------------------


tool = runpy.run_path(str(ROOT / "tools" / "write_exercises.py"))
CHAPTERS = [path for _, _, path in places()]


def shown(cell):
    return cell.cell_type, cell.source, cell.metadata.get("rnncourse")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_notebook_shows_its_exercises_as_the_sources_have_them(path):
    notebook = nbformat.read(path, as_version=4)
    found = [shown(cell) for cell in notebook.cells if tool["is_generated"](cell)]
    assert found == [shown(cell) for cell in tool["generated"](path.stem)], "run `make exercises`, then `make execute`"
    assert found
    before = [shown(cell) for cell in notebook.cells]
    assert [shown(cell) for cell in tool["with_exercises"](notebook, path.stem).cells] == before


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_page_shows_statement_and_solution(path):
    page = ROOT / "_build" / "html" / "book" / f"{path.stem}.html"
    if not page.exists():
        pytest.skip("the book isn't built: run `make book`")
    text = page.read_text(encoding="utf-8")
    for one in ALL:
        if one.chapter == path.stem:
            assert f'id="{one.name}"' in text
            assert one.title in text
            assert f"{one.name}-solution" in text or text.count(f'href="#{one.name}"') >= 1


def test_a_changed_source_is_noticed(monkeypatch):
    path = CHAPTERS[0]
    first = next(one for one in ALL if one.chapter == path.stem)
    changed = {**all_exercises(), first.name: dataclasses.replace(first, title="Another title")}
    monkeypatch.setitem(tool["generated"].__globals__, "all_exercises", lambda: changed)
    notebook = nbformat.read(path, as_version=4)
    found = [shown(cell) for cell in notebook.cells if tool["is_generated"](cell)]
    assert found != [shown(cell) for cell in tool["generated"](path.stem)]


def test_a_changed_source_reaches_the_notebook(monkeypatch):
    path = CHAPTERS[0]
    first = next(one for one in ALL if one.chapter == path.stem)
    changed = {**all_exercises(), first.name: dataclasses.replace(first, title="Another title")}
    monkeypatch.setitem(tool["generated"].__globals__, "all_exercises", lambda: changed)
    again = tool["with_exercises"](nbformat.read(path, as_version=4), path.stem)
    assert "Another title" in "".join(cell.source for cell in again.cells)


def test_unchanged_cells_keep_their_outputs():
    path = CHAPTERS[0]
    notebook = nbformat.read(path, as_version=4)
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    again = tool["with_exercises"](nbformat.read(path, as_version=4), path.stem)
    assert [cell.outputs for cell in again.cells if cell.cell_type == "code"] == outputs


def test_the_instructors_view_shows_everything(capsys):
    assert main(["exercises"]) == 0
    table = capsys.readouterr().out
    assert all(one.name in table for one in ALL)
    for one in ALL:
        assert main(["exercises", one.name]) == 0
        view = capsys.readouterr().out
        assert one.statement.strip() in view
        assert one.explanation.strip() in view
        assert ("## Hints" in view) == (not isinstance(one, Open))
        assert all(hint in view for hint in one.hints)
        assert all(f"*{p.name}*: {p.hint}" in view for p in getattr(one, "properties", ()))
        if isinstance(one, Open):
            assert all(criterion in view for _, criterion in one.rubric)
        else:
            assert one.solution.strip() in view
            assert all(f"{wrong.why}: rejected by *{wrong.fails}*" in view for wrong in one.wrong)
    assert main(["exercises", "nothing"]) == 1
    assert "name must be one of" in capsys.readouterr().err


def test_a_new_exercise_takes_one_file(tmp_path, monkeypatch):
    """A file that appears in the package is found, checked and shown in its chapter without another edit."""
    source = Path(rc.exercises.__file__).with_name("sequences_counting.py").read_text(encoding="utf-8")
    (tmp_path / "another.py").write_text(source.replace('"sequences-counting"', '"sequences-another"'))
    monkeypatch.setattr(rc.exercises, "__path__", [*rc.exercises.__path__, str(tmp_path)])
    all_exercises.cache_clear()
    try:
        names = list(all_exercises())
        assert names.index("sequences-another") == names.index("sequences-counting") - 1
        rc.check("sequences-another", solve(exercise("sequences-another")))
        cells = tool["generated"]("sequences_and_memory")
        assert any("sequences-another" in cell.source for cell in cells)
    finally:
        all_exercises.cache_clear()
        monkeypatch.undo()
        sys.modules.pop("rnncourse.exercises.another", None)
        all_exercises()
