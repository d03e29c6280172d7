"""Class lists, and whose a file is: one notion of who a name means, and never a guess."""

import json
import os
import unicodedata

import pytest
from grading_class import ASSIGNMENT, FULL, SOURCE, code_cell, filled, write_class
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rnncourse.__main__ import main
from rnncourse.grading import platforms
from rnncourse.grading.collect import collect
from rnncourse.grading.handout import notebook
from rnncourse.grading.identity import LONGEST, letters, normal
from rnncourse.grading.roster import read_roster
from rnncourse.grading.run import grade_class
from rnncourse.grading.table import read_table

# --- one normal form ------------------------------------------------------------------------------


@given(st.text(max_size=12))
@example("ϓ\u0301")
@example("ß\u0307\u0345")
@example("a\u200d \u3000B’c–d")
def test_the_normal_form_of_a_normal_form_is_itself(text):
    assert normal(normal(text)) == normal(text)
    for same in (text.upper().lower(), unicodedata.normalize("NFD", text), f" {text}\u00a0"):
        assume(same.casefold() == text.casefold() or same != text.upper().lower())
        assert normal(same) == normal(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ann.Lee", "ann.lee"), ("zoe\u0308", "ZO\u00cb"), ("Ann  Lee ", "ann\u00a0lee"), ("O’Brien", "o'brien"),
     ("a\u2010b", "a-b"), ("ａｎｎ", "ann"), ("an\u00adn", "ann"), ("STRASSE", "straße")],
)  # fmt: skip
def test_what_is_the_same(one, other):
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), [("ann-lee", "annlee"), ("ann.lee", "ann_lee"), ("ann lee", "annlee")])
def test_signs_tell_two_ids_apart_but_letters_are_the_same(one, other):
    assert normal(one) != normal(other)
    assert letters(one) == letters(other)


def test_the_numbers_of_a_student_do_not_depend_on_the_spelling():
    for one, other in (("Ann.Lee", "ann.lee"), ("zoe\u0308", "ZO\u00cb")):
        statements = [{n: e.statement for n, e in ASSIGNMENT.exercises(student).items()} for student in (one, other)]
        assert statements[0] == statements[1]
        cells = [notebook(ASSIGNMENT, student)["cells"][3:] for student in (one, other)]
        assert cells[0] == cells[1], "the examples, too"
    assert ASSIGNMENT.exercises("ann.lee")["count"] != ASSIGNMENT.exercises("annlee")["count"]


# --- class lists ----------------------------------------------------------------------------------


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "class.csv"
    path.write_text(
        "\ufeffstudent,name,github,canvas\nann,Ann Lee,annie-l,leeann\nbob,Bob Ray,bobr,raybob\nann_lee,Al,al,al\n",
        encoding="utf-8",
    )
    return read_roster(path)


def listed(folder, text):
    """The roster of a class list."""
    (folder / "class.csv").write_text(text, encoding="utf-8")
    return read_roster(folder / "class.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\nann\n", "students must have a column student, got name"),
        ("student\n../x\n", "row 2 of .*a student's id must be letters, digits and"),
        ("student\nann\n\nANN\n", "rows 2 and 4 of .* have the same id, ann and ANN, but differ in its spelling"),
        ("student\nzoe\u0308\nzo\u00cb\n", "rows 2 and 3 of .* have the same id"),
        ("student,name\nann,Ann Lee\nann,Ann Ray\n", "rows 2 and 3 .* same id, ann and ann, but differ in name"),
        ("student\n", "students must hold at least one"),
        ("", "students must have a column student, got none"),
        ("student,name,name\nann,A,B\n", "has the column name twice"),
        (f"student\n{'a' * 120}\n", f"row 2 .*at most {LONGEST} bytes long, got 120: aaaa"),
        ("student\n" + "\ufdfa" * 30 + "\n", "at most 100 bytes long, got 990"),
        ("student\n\u00bdann\n", "must be letters, digits and"),
        ("student\n'ann\n", 'begin with a letter or a digit .* got "\'ann"'),
        ("student\n=ann\n", "must be letters, digits and"),
        ("student\nann.\n", "not end with a point"),
        ("student\nann\n1.23457E+11\n", "row 3 .*1.23457E.11 is what a spreadsheet makes of an id; format the column"),
        ("student\n1,23457e+11\n", "row 2 of .* has 2 cells"),
        ("student;name\n1,23457E+11;x\n", "row 2 .*1,23457E.11 is what a spreadsheet makes of an id"),
        ("student\n12345.0\n", "12345.0 is what a spreadsheet makes of an id"),
        ("student\n3-Mar\n", "3-Mar is what a spreadsheet makes of an id"),
    ],
)
def test_an_unsound_roster_is_named(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        listed(tmp_path, text)


@pytest.mark.parametrize(
    "student",
    ["o'brien@uni.edu", "müller", "山田", "ann.lee+rnn", "a" * LONGEST, "00123", "2e10", "hindi-हिन्दी", "1-1", "e+1"],
)
def test_an_id_of_any_script_and_with_an_apostrophe_works(tmp_path, student):
    assert listed(tmp_path, f"student\n{student}\n").students == (student,)
    (tmp_path / "a0.py").write_text(SOURCE)
    command = ["release", str(tmp_path / "a0.py"), "--students", str(tmp_path / "class.csv")]
    assert main([*command, "--out", str(tmp_path / "out")]) == 0
    (tmp_path / "in").mkdir()
    (tmp_path / "out" / student / "a0-small" / "a0-small.ipynb").rename(tmp_path / "in" / f"{student}.ipynb")
    found, strays = collect(tmp_path / "in", ASSIGNMENT, read_roster(tmp_path / "class.csv"))
    assert (list(found), strays) == ([student], [])


def test_a_student_in_two_sections_is_one_student(tmp_path):
    two = listed(tmp_path, "student,section,name,email\nann,A,Ann Lee,\nbob,A,,\nann,B,ann  lee,a@uni.edu\n")
    assert two.students == ("ann", "bob")
    assert two.columns["ann"]["email"] == "a@uni.edu"
    assert two.called("A@uni.edu") == {"ann"}


def test_release_writes_into_the_folder_that_is_there_however_it_is_spelled(tmp_path, capsys):
    (tmp_path / "a0.py").write_text(SOURCE)
    for student, others in (("Ann.Lee", []), ("ann.lee", [])):
        listed(tmp_path, f"student\n{student}\n")
        command = ["release", str(tmp_path / "a0.py"), "--students", str(tmp_path / "class.csv")]
        code = main([*command, "--out", str(tmp_path / "out")])
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["Ann.Lee", *others]
    assert code == 1, "the notebook names another spelling, and nothing is written over"
    assert "out must be a folder without other notebooks" in capsys.readouterr().err


# --- the names that platforms give ----------------------------------------------------------------

LIST = """student,name,email,username,github,canvas
ann,Ann Lee,ann.lee@uni.edu,alee2,annie-l,"Lee, Ann"
bob,Bob Ray,ray@uni.edu,bray,bobr,raybob
ann_lee,Al,al@uni.edu,al9,al,al
n01,"O'Brien, Zoë",zoe@uni.edu,zob,zoe-ob,
mary,Mary-Ann Smith,m@uni.edu,msmith,msm,
"""
PLATFORMS = {
    "nbgrader": [
        ("ann/a0-small/a0-small.ipynb", "ann"), ("ann/anything.ipynb", "ann"), ("ann_lee/a0-small/x.ipynb", "ann_lee"),
    ],
    "Blackboard": [
        ("Homework 1_alee2_attempt_2024-01-30-20-30-10_problem1.ipynb", "ann"),
        ("a0-small_ann_lee_attempt_2024-01-30-20-30-10_a0.ipynb", None),
        ("Home_work_ann_lee_attempt_2024-01-30-20-30-10_a0.ipynb", "ann_lee"),
    ],
    "Brightspace": [
        ("397063-2557369 - Ann Lee - Sep 24, 2024 926 PM/a0.ipynb", "ann"),
        ("397063-2557369 - Mary-Ann Smith- Sep 24, 2024 926 PM - a0 - final.ipynb", "mary"),
        ("154213-23456 - n01 - Zoë O'Brien - 5 January, 2024 1135 PM - a0.ipynb", "n01"),
    ],
    "Canvas": [
        ("leeann_LATE_123_456_a0-small.ipynb", "ann"), ("raybob_1_2_x-1.ipynb", "bob"),
        ("obrienzoe\u0308_77_88_a0.ipynb", "n01"),
    ],
    "GitHub Classroom": [("a0-small-annie-l/a0.ipynb", "ann"), ("a0-small-zoe-ob/src/a0.ipynb", "n01")],
    "Google Classroom": [("Ann Lee - a0-small.ipynb", "ann"), ("zoë o'brien - a0-small(1).ipynb", "n01")],
    "Moodle": [
        ("Bob Ray_77_assignsubmission_file/a0.ipynb", "bob"),
        ("Bob Ray_77_assignsubmission_file_a0_1_2_x.ipynb", "bob"),
        ("Group 2-Mary-Ann Smith_9_assignsubmission_file_/a0.ipynb", "mary"),
    ],
    "Sakai": [
        ("Lee, Ann(alee2)/Submission attachment(s)/a0.ipynb", "ann"), ("O'Brien, Zoë(n01)/a0.ipynb", "n01"),
        ("Ray, Bob(bray)_Submission attachment(s)_my(1).ipynb", "bob"),
    ],
    "by hand": [
        ("bob.ipynb", "bob"), ("BOB_final.ipynb", "bob"), ("bob(1).ipynb", "bob"), ("a0-small_bob.ipynb", "bob"),
        ("a0-small-bob.ipynb", "bob"), ("Bob_Ray_a0.ipynb", "bob"), ("ray@uni.edu_a0.ipynb", "bob"),
        ("Copy of bob.ipynb", "bob"), ("bob - Copy.ipynb", "bob"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("file", "student"), [case for cases in PLATFORMS.values() for case in cases])
def test_every_way_of_collecting_is_understood(tmp_path, file, student):
    path = tmp_path / "handed_in" / file
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(filled(student or "ann")))
    found, strays = collect(tmp_path / "handed_in", ASSIGNMENT, listed(tmp_path, LIST))
    assert {name: one.path for name, one in found.items()} == ({student: path} if student else {})
    assert bool(strays) == (student is None), "what isn't sure is named"


def test_the_guide_names_each_platform():
    from test_assignments import GUIDE

    section = GUIDE.split("## Handing out and collecting")[1].split("\n## ")[0]
    for platform in {*PLATFORMS, "Gradescope"} - {"by hand"}:
        assert f"**{platform}" in section, platform


METADATA = """---
submission_345:
  :submitters:
  - :name: Ann Lee
    :sid: ann
    :email: ann.lee@uni.edu
  :created_at: 2024-01-05 11:35:00 Z
  :results:
    :tests:
    - :output: |
        submission_346:
          :submitters:
          - :name: Nobody
submission_346:
  :submitters:
  - :name: Zoë O'Brien
    :sid: ''
    :email: other@uni.edu
submission_347:
  :submitters:
  - :name: Ann Lee
    :sid: ann
  - :name: Bob Ray
    :sid: 'bob'
submission_348:
  :submitters:
  - :name: Carol
    :sid: '4'
"""


def test_gradescopes_folders_are_those_of_its_list(tmp_path):
    folder = tmp_path / "assignment_1_export"
    for n in (345, 346, 347, 348):
        (folder / f"submission_{n}").mkdir(parents=True)
        (folder / f"submission_{n}" / "a0-small.ipynb").write_text("{}")
    (folder / "submission_metadata.yml").write_text(METADATA, encoding="utf-8")
    found, strays = collect(folder, ASSIGNMENT, listed(tmp_path, LIST))
    assert {name: one.path.parent.name for name, one in found.items()} == {
        "ann": "submission_345", "n01": "submission_346",
    }  # fmt: skip
    assert [(stray.path.name, sorted(stray.maybe)) for stray in strays] == [
        ("submission_347", ["ann", "bob"]), ("submission_348", []),
    ]  # fmt: skip


def test_what_belongs_to_nobody_or_to_two_is_named(tmp_path, roster):
    for name in ("carol.ipynb", "ann_lee.ipynb", "grades.csv", "index.html", "dave.pdf"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text("")
    found, strays = collect(tmp_path / "in", ASSIGNMENT, roster)
    assert not found
    assert [(stray.path.name, stray.reason) for stray in strays] == [
        ("ann_lee.ipynb", "may be of ann, ann_lee; rename it"), ("carol.ipynb", "matches no student of the class"),
        ("dave.pdf", "matches no student of the class"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "like"),
    [
        ("a0-small-ann-lee/a.ipynb", "annlee"), ("ann-lee.ipynb", "annlee"), ("123_a0.ipynb", "00123"),
        ("0123.ipynb", "00123"),
    ],
)  # fmt: skip
def test_a_name_like_a_students_is_a_hint_and_no_match(tmp_path, file, like):
    """A GitHub name can be chosen: ann-lee isn't annlee."""
    path = tmp_path / "in" / file
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    found, (stray,) = collect(tmp_path / "in", ASSIGNMENT, listed(tmp_path, "student\nannlee\n00123\n"))
    assert not found
    assert stray.maybe == {like}
    assert stray.reason.endswith(f"it is like {like}")


def test_where_the_list_has_github_names_an_id_is_none(tmp_path):
    text = "student,github\nannlee,annie\nmallory,annlee\n"
    (tmp_path / "in" / "a0-small-annlee").mkdir(parents=True)
    (tmp_path / "in" / "a0-small-annlee" / "a.ipynb").write_text("{}")
    assert list(collect(tmp_path / "in", ASSIGNMENT, listed(tmp_path, text))[0]) == ["mallory"]


def test_an_unmatched_notebook_says_for_whom_it_was_made(tmp_path, roster):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a0-small(1).ipynb").write_text(json.dumps(filled("bob")))
    found, (stray,) = collect(tmp_path / "in", ASSIGNMENT, roster)
    assert not found
    assert (stray.reason, stray.maybe) == ("matches no student of the class; it was made for bob", {"bob"})


# a class whose names are easily mixed up, and what its students may write into the end of a name
ids = st.text("ab-._", min_size=1, max_size=4).map(lambda text: "x" + text + "0")
classes = st.lists(ids, min_size=2, max_size=5, unique_by=normal)
tails = st.text("ab0x-._ ()", max_size=8) | st.builds(
    "{}{}{}{}".format, st.sampled_from(["", "a_", "- "]), ids,
    st.sampled_from(["_attempt_2024-01-30-20-30-10", "_1_2_", "_3_assignsubmission_file_", " - ", ""]), ids,
)  # fmt: skip
FORMS = (
    ("{id}", True), ("{id}_{tail}.ipynb", False), ("{id}.ipynb", False), ("{id}_1_2_{tail}.ipynb", False),
    ("HW_{id}_attempt_2024-01-30-20-30-10_{tail}.ipynb", False), ("a0-small-{id}", True),
    ("1-2 - {id} - Jan 5, 2024 1135 PM - {tail}.ipynb", False), ("{id}_5_assignsubmission_file_{tail}.ipynb", False),
    ("Y, Z({id})_Submission attachment(s)_{tail}.ipynb", False), ("{id} - {tail}.ipynb", False),
)  # fmt: skip


def class_of(folder, students):
    """The roster of students who are called by their ids."""
    return listed(folder.getbasetemp(), "student,name\n" + "".join(f"{one},{one}\n" for one in students))


@given(classes, st.data(), st.sampled_from(FORMS), tails)
def test_no_file_is_ever_anothers(tmp_path_factory, students, data, form, tail):
    """Whatever a student writes into the end of a name, the file is the student's own, or it is named as nobody's."""
    student, (pattern, is_folder) = data.draw(st.sampled_from(students)), form
    class_list = class_of(tmp_path_factory, students)
    owner, maybe = platforms.owners(pattern.format(id=student, tail=tail), is_folder, "a0-small", class_list)
    assert owner in (student, None)
    assert student in maybe


@given(classes, st.data(), st.sampled_from(FORMS), st.text("ab0x-. ", max_size=8))
def test_an_ordinary_file_is_its_students(tmp_path_factory, students, data, form, tail):
    student, (pattern, is_folder) = data.draw(st.sampled_from(students)), form
    # x_a's file may be that of x, who called it a
    assume(not any(student.startswith(f"{other}{sign}") for other in students for sign in "_-" if other != student))
    assume("_" not in student or is_folder)
    class_list = class_of(tmp_path_factory, students)
    owner, _ = platforms.owners(pattern.format(id=student, tail=tail), is_folder, "a0-small", class_list)
    assert owner == student


@given(classes, ids, st.sampled_from(FORMS), st.text("ab0x-. ", max_size=8))
def test_a_strangers_file_is_nobodys(tmp_path_factory, students, stranger, form, tail):
    cuts = [stranger[:n] for n in range(len(stranger) + 1)]
    assume(not {normal(one) for one in students} & {normal(cut) for cut in cuts})
    class_list = listed(tmp_path_factory.getbasetemp(), "student\n" + "\n".join(students) + "\n")
    pattern, is_folder = form
    owner, _ = platforms.owners(pattern.format(id=stranger, tail=tail), is_folder, "a0-small", class_list)
    assert owner is None


# --- several files of one student -----------------------------------------------------------------


def put(folder, name, content, when):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    os.utime(path, (when, when))
    return path


def test_of_two_files_the_last_one_is_taken_and_the_note_says_so(tmp_path, roster):
    for when, name in enumerate(("bob_1.ipynb", "bob_3.ipynb", "bob_2.ipynb")):
        put(tmp_path / "in", name, filled("bob"), when)
    found, _ = collect(tmp_path / "in", ASSIGNMENT, roster)
    assert found["bob"].path.name == "bob_2.ipynb"
    assert found["bob"].note == "bob_2.ipynb was taken, not in/bob_1.ipynb, in/bob_3.ipynb"


def test_the_time_that_a_platform_writes_counts_more_than_that_of_the_file(tmp_path, roster):
    names = [
        "H_bob_attempt_2024-01-30-20-30-10_x.ipynb", "H_bob_attempt_2024-02-01-01-00-00_x.ipynb",
        "H_bob_attempt_2023-12-31-23-59-59_x.ipynb",
    ]  # fmt: skip
    for when, name in enumerate(names):
        put(tmp_path / "in", name, filled("bob"), when)
    assert collect(tmp_path / "in", ASSIGNMENT, roster)[0]["bob"].path.name == names[1]
    times = ("5, 2024 101 PM", "5, 2024 1259 AM", "4, 2024 1159 PM")
    folders = [f"1-{n} - Bob Ray - Jan {day}" for n, day in enumerate(times)]
    for when, name in enumerate(folders):
        put(tmp_path / "two", f"{name}/x.ipynb", filled("bob"), when)
    assert collect(tmp_path / "two", ASSIGNMENT, roster)[0]["bob"].path.parent.name == folders[0]


def test_in_a_folder_the_assignments_own_name_counts(tmp_path, roster):
    for when, name in enumerate(("a0-small.ipynb", "scratch.ipynb")):
        put(tmp_path / "in" / "bob", name, filled("bob"), when)
    found, _ = collect(tmp_path / "in", ASSIGNMENT, roster)
    assert found["bob"].path.name == "a0-small.ipynb"
    assert "scratch.ipynb" in found["bob"].note


def test_a_notebook_as_it_was_handed_out_comes_last(tmp_path, roster):
    untouched = notebook(ASSIGNMENT, "bob")
    untouched["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "run"}]
    put(tmp_path / "in" / "bob", "mine.ipynb", filled("bob", pick="answer_pick = ..."), 1)
    put(tmp_path / "in" / "bob", "a0-small.ipynb", untouched, 2)
    put(tmp_path / "in" / "bob", "broken.ipynb", b"{", 3)
    put(tmp_path / "in" / "bob", "other.ipynb", {"cells": [code_cell("x = 1")]}, 4)
    found, _ = collect(tmp_path / "in", ASSIGNMENT, roster)
    assert found["bob"].path.name == "mine.ipynb"
    assert found["bob"].note == (
        "mine.ipynb was taken, not bob/a0-small.ipynb (as handed out), bob/broken.ipynb (unreadable), bob/other.ipynb "
        "(nothing of this assignment)"
    )


@pytest.mark.parametrize("change", ["an answer", "a cell more", "an open answer"])
def test_what_is_touched_is_not_as_handed_out(tmp_path, roster, change):
    touched = notebook(ASSIGNMENT, "bob")
    if change == "an answer":
        (cell,) = (cell for cell in touched["cells"] if cell["id"] == "shift-answer")
        cell["source"] = "def shift(x):\n    return x"
    elif change == "a cell more":
        touched["cells"].append(code_cell("answer_count = 3"))
    else:
        touched["cells"][-1]["source"] = "<!-- answer: essay -->\nBecause."
    put(tmp_path / "in" / "bob", "mine.ipynb", touched, 1)
    put(tmp_path / "in" / "bob", "a0-small.ipynb", notebook(ASSIGNMENT, "bob"), 2)
    assert collect(tmp_path / "in", ASSIGNMENT, roster)[0]["bob"].path.name == "mine.ipynb"


def test_the_notebook_of_another_assignment_deep_in_a_folder_is_not_this_ones(tmp_path, roster):
    put(tmp_path / "in" / "bob" / "a1-other", "a1-other.ipynb", {"cells": [code_cell("answer_x = 1")]}, 1)
    found, _ = collect(tmp_path / "in", ASSIGNMENT, roster)
    assert "holds no notebook of a0-small" in str(found["bob"].problem)
    put(tmp_path / "in" / "bob" / "week 3" / "mine", "x.ipynb", filled("bob"), 1)
    put(tmp_path / "in" / "bob" / ".ipynb_checkpoints", "x-checkpoint.ipynb", filled("bob"), 9)
    found, _ = collect(tmp_path / "in", ASSIGNMENT, roster)
    assert (found["bob"].path.name, found["bob"].note) == ("x.ipynb", "")


def test_a_folder_without_a_notebook_has_its_reason(tmp_path, roster):
    put(tmp_path / "in" / "bob", "answers.pdf", b"", 1)
    found, _ = collect(tmp_path / "in", ASSIGNMENT, roster)
    assert "holds no notebook" in str(found["bob"].problem)


@pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")
def test_a_class_is_graded_whoever_spelled_the_ids(tmp_path):
    """All marks for the notebook that was made for Ann.Lee, in a class list of ann.lee, and no word of another's."""
    source, submissions, class_list = write_class(tmp_path / "class", {"ann.lee": filled("Ann.Lee")})
    grade_class(source, submissions, class_list, tmp_path / "out", jobs=1, unsafe=True, progress=False)
    _, (row,) = read_table(tmp_path / "out" / "a0-small.csv")
    assert (row.student, row.marks, row.note) == ("ann.lee", FULL, "graded without a sandbox")


def test_a_student_without_a_file_is_told_of_one_that_may_be_theirs(tmp_path):
    source, submissions, class_list = write_class(tmp_path / "class", {"annlee": None, "bob": None})
    (submissions / "ann-lee.ipynb").write_text("{}")
    grade_class(source, submissions, class_list, tmp_path / "out", jobs=1, unsafe=True, progress=False)
    _, rows = read_table(tmp_path / "out" / "a0-small.csv")
    assert [(row.status, row.note) for row in rows[:2]] == [
        ("missing", "nothing is surely of this student, but see ann-lee.ipynb"), ("missing", "nothing was handed in"),
    ]  # fmt: skip
