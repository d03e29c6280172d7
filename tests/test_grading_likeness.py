"""Answers that are nearly the same are named for the instructor, and no mark depends on them."""

import ast
import csv
import functools
import json
import re
from pathlib import Path

import pytest
from grading_class import FULL, filled, write_class

from rnncourse.__main__ import main
from rnncourse.exercises import Build
from rnncourse.grading import load
from rnncourse.grading.handout import notebook
from rnncourse.grading.judge import Graded
from rnncourse.grading.likeness import FEWEST, pairs, pieces_of_code, pieces_of_text, prints, write_pairs
from rnncourse.grading.submission import GAP, Submission, parse
from rnncourse.grading.table import read_table

SOURCES = sorted((Path(__file__).resolve().parents[1] / "assignments").glob("a*.py"))  # none in a fork without them
load = functools.cache(load)


@functools.cache
def exercises(path, student):
    return load(path).exercises(student)


TASKS = [(path, name) for path in SOURCES for name, one in exercises(path, "ann").items() if isinstance(one, Build)]
each_build = pytest.mark.parametrize(("path", "name"), TASKS, ids=[f"{path.stem}-{name}" for path, name in TASKS])


def handed_in(path, answers, texts=()):
    """student → Graded, of students who gave these answers: student → (task, code)."""
    assignment, graded = load(path), {}
    for student, (_, code) in answers.items():
        one = Submission(("import torch", code), dict(texts))
        graded[student] = Graded((), prints=prints(assignment, exercises(path, student), one))
    return graded


class Renamed(ast.NodeTransformer):
    """Other names for all that a function names itself, and other numbers."""

    def visit_arg(self, node):
        return ast.arg("my_" + node.arg)

    def visit_Name(self, node):
        own = node.id in self.own
        return ast.Name("my_" + node.id if own else node.id, node.ctx)

    def visit_Constant(self, node):
        return ast.Constant(node.value + 1) if type(node.value) is float else node


def disguised(code):
    """The same code with other names and numbers, comments and layout."""
    tree, rename = ast.parse(code), Renamed()
    rename.own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    rename.own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    lines = ast.unparse(ast.fix_missing_locations(rename.visit(tree))).splitlines()
    return "\n\n".join(f"{line}  # line {n}, mine" for n, line in enumerate(lines))


@each_build
def test_a_disguised_copy_is_named_and_two_ways_of_ones_own_are_not(path, name):
    ann, bob = (exercises(path, student)[name] for student in ("ann", "bob"))
    other_way = ann.also_right[0]
    graded = handed_in(path, {"ann": (name, other_way), "bob": (name, bob.solution)})
    assert pairs(graded) == []
    graded |= handed_in(path, {"carol": (name, disguised(other_way))})
    found = [(pair.task, pair.student, pair.other, pair.verbatim) for pair in pairs(graded)]
    long = len(graded["ann"].prints[name]["pieces"]) if name in graded["ann"].prints else 0
    assert found == ([(name, "ann", "carol", False)] if long >= FEWEST else [])


@each_build
def test_who_find_the_instructors_own_way_are_not_named(path, name):
    ann, bob = (exercises(path, student)[name] for student in ("ann", "bob"))
    assert pairs(handed_in(path, {"ann": (name, ann.solution), "bob": (name, disguised(bob.solution))})) == []


@pytest.mark.skipif(not SOURCES, reason="the folder assignments isn't here")
def test_most_functions_are_long_enough_to_be_compared():
    """So that the tests above compare something."""
    long = 0
    for path, name in TASKS:
        one = exercises(path, "ann")[name]
        long += len(pieces_of_code(one.also_right[0]) - pieces_of_code(one.stub)) >= FEWEST
    assert long >= 0.8 * len(TASKS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_was_handed_out_is_no_copy(path):
    assignment, graded = load(path), {}
    for student in ("ann", "bob"):
        one = parse(json.dumps(notebook(assignment, student)).encode())
        graded[student] = Graded((), prints=prints(assignment, exercises(path, student), one))
    assert graded["ann"].prints == {}
    assert pairs(graded) == []


LONG = " ".join(f"word{n}" for n in range(60))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (LONG, [(1.0, True)]), (LONG.title().replace(" ", ",\n"), [(1.0, False)]),
        (LONG.replace("word30", "another"), [(0.8, False)]), (" ".join(reversed(LONG.split())), []),
        (" ".join(LONG.split()[:20]), []), (GAP, []),
    ],
)  # fmt: skip
def test_open_answers_are_compared_word_by_word(other, expected):
    path = SOURCES[0] if SOURCES else pytest.skip("the folder assignments isn't here")
    graded = handed_in(path, {"ann": ("tests", "")}, {"tests": LONG})
    graded |= handed_in(path, {"bob": ("tests", "")}, {"tests": other})
    assert [(round(pair.alike, 1), pair.verbatim) for pair in pairs(graded)] == expected


@pytest.mark.parametrize(
    "code",
    ["(" * 10**5, "def f(:\n" * 100, "\x00", "'''", "if x:\n    a\n  b", "1" * 10**5, "!ls\n%time f()\n?x"],
    ids=range(7),
)
def test_whatever_was_handed_in_can_be_compared(code):
    assert isinstance(pieces_of_code(code), set)
    assert isinstance(pieces_of_text(code), set)


def test_names_numbers_texts_comments_and_layout_do_not_count_but_calls_do():
    first = 'def f(a):\n    """What it does."""\n    return a.sum(dim=1) + 3  # three\n'
    same = "def g(\n  other):\n\n        return other.sum(axis=0) + 4.5\n"
    assert pieces_of_code(first) == pieces_of_code(same)
    assert pieces_of_code(first) != pieces_of_code(same.replace("sum", "mean"))


def test_the_command_writes_the_pairs_beside_the_marks_and_changes_none(tmp_path, capsys):
    essay = f"<!-- answer: essay -->\n{LONG}"
    notebooks = {"ann": filled("ann", essay=essay), "bob": filled("bob", essay=essay), "carol": filled("carol")}
    source, submissions, roster = write_class(tmp_path / "class", notebooks)
    command = ["grade", *map(str, (source, submissions)), "--students", str(roster), "--out", str(tmp_path / "out")]
    for _ in range(2):  # what is compared is kept with the marks
        assert main([*command, "--unsafe", "--jobs", "1"]) == 0
        assert re.search(r"1 pairs of answers are nearly the same: see .*a0-small.alike.csv", capsys.readouterr().out)
        with (tmp_path / "out" / "a0-small.alike.csv").open() as stream:
            (row,) = csv.DictReader(stream)
        assert row == {
            "task": "essay", "student": "ann", "other": "bob", "alike": "1.00", "by chance": "0.00", "pieces": "55",
            "verbatim": "yes",
        }  # fmt: skip
        assert [row.marks for row in read_table(tmp_path / "out" / "a0-small.csv")[1]] == [FULL] * 3


def test_where_nobody_is_alike_the_file_says_so(tmp_path):
    assert write_pairs(tmp_path / "x.csv", []) == 0
    assert (tmp_path / "x.csv").read_text() == "task,student,other,alike,by chance,pieces,verbatim\n"
