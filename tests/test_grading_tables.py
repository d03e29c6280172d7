"""Tables: as spreadsheets save them, as they are merged, and what handing in late costs."""

import csv
import json
import math

import pytest
from grading_class import FULL, filled, write_class
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.__main__ import main
from rnncourse.grading.late import LateRule
from rnncourse.grading.merge import merge
from rnncourse.grading.roster import read_roster
from rnncourse.grading.spreadsheet import read_rows
from rnncourse.grading.table import LATE, LONGEST, Row, join_notes, read_table, split_notes, write_by_hand, write_table

# --- as spreadsheets save them --------------------------------------------------------------------

ROWS = [
    ["student", "name", "e-mail"], ["ann", "Lee, Ann", "a;b@uni.edu"], ["bob", 'Bob "Bo" Ray', ""], ["zoë", "Zoë", "z"],
]  # fmt: skip


def saved(separator=",", encoding="utf-8", end="\r\n", before="", quoting=False):
    """The bytes of the rows, as a spreadsheet writes them."""
    lines = []
    for row in ROWS:
        quoted = [quoting or bool(set(cell) & set(separator + '"')) for cell in row]
        cells = [
            '"' + cell.replace('"', '""') + '"' if quote else cell for cell, quote in zip(row, quoted, strict=True)
        ]
        lines.append(separator.join(cells))
    return (before + end.join(lines) + end).encode(encoding)


@pytest.mark.parametrize(
    "content",
    [
        saved(), saved(";"), saved("\t"), saved(encoding="utf-8-sig"), saved("\t", "utf-16"), saved(";", end="\r"),
        saved(";", before="sep=;\r\n"), saved(quoting=True), saved(";", quoting=True, encoding="utf-16"),
        saved(before="\n,,\n\n"), saved(end="\n\n"), saved(";", end=";;\n;;;;\n"), saved("\t", end="\t\n"),
    ],
)  # fmt: skip
def test_a_table_is_read_however_it_was_saved(tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    titles, rows = read_rows(tmp_path / "t.csv")
    assert [titles, *(cells for _, cells in rows)] == ROWS


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"student,name,email\nann,Ann,a@x\n\nbob,b@x\n", r"row 4 of .* has 2 cells and the first row 3; .*a comma"),
        (b"student;name\nann;Ann;Lee\n", r"row 2 of .* has 3 cells and the first row 2; .*\(a semicolon\)"),
        (b'student,name\nann,"Ann\n', "isn't as in a CSV file"), (b'student\n"ann"x\n', "isn't as in a CSV file"),
        ("student,name\nann,x\nzo\u00eb,Zo\u00eb\n".encode("cp1252"), "must be a CSV file in UTF-8, and row 3 isn't"),
        (b"PK\x03\x04\xff", "is it a workbook"), ("student\nann\n".encode("utf-16-le"), "row 1 isn't"),
    ],
)  # fmt: skip
def test_a_table_that_would_be_misread_is_refused_by_its_row(tmp_path, content, message):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_rows(tmp_path / "t.csv")


cell = st.text("ab,;\"'=+-@\t ", max_size=6)


cells = st.lists(st.lists(cell, min_size=2, max_size=2), max_size=4)


@given(cells, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-16"]))
def test_every_text_of_a_cell_comes_back(tmp_path_factory, rows, separator, encoding):
    path = tmp_path_factory.mktemp("table") / "t.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows([["student", "text"], *rows])
    read = [cells for _, cells in read_rows(path)[1]]
    assert read == [row for row in ([" ".join(text.split()) for text in row] for row in rows) if any(row)]


# --- tables ---------------------------------------------------------------------------------------

TASKS = {"units": 10, "essay": 5}


def table(folder, name, *rows, tasks=TASKS):
    write_table(folder / name, tasks, rows)
    return folder / name


def test_a_table_is_what_a_gradebook_takes(tmp_path):
    rows = [Row("ann", {"units": 10, "essay": None}, "to be marked"), Row("", {}, "unmatched", "x.ipynb")]
    path = table(tmp_path, "t.csv", *rows)
    assert path.read_text() == (
        "student,units (10),essay (5),score,points,status,note\nann,10,,10,15,to be marked,\n,,,,15,unmatched,x.ipynb\n"
    )
    assert read_table(path) == (TASKS, [rows[0], Row("", {"units": None, "essay": None}, "unmatched", "x.ipynb")])


parts_of_a_formula = ["=1+1", "+", "-2", "@x", "\t", "\r\n", " ", '"', "'", ";", ",", "a", "＝1", "\u200b"]


@given(st.lists(st.sampled_from(parts_of_a_formula), max_size=6))
def test_no_cell_is_a_formula_whatever_separates(tmp_path_factory, parts):
    """As a spreadsheet reads it that takes the comma for the separator, and as one that takes the semicolon."""
    path = table(tmp_path_factory.mktemp("t"), "t.csv", Row("ann", {}, "graded", "".join(parts)))
    text = path.read_text(encoding="utf-8")
    for separator in (",", ";"):
        for line in csv.reader(text.splitlines(), delimiter=separator):
            assert not [cell for cell in line if cell.strip('" ').startswith(tuple("=+-@＝＋－＠"))]
    (before,) = read_table(path)[1]
    assert write_table(path, TASKS, [before]) is None
    assert path.read_text(encoding="utf-8") == text, "nothing is escaped twice"


def test_no_cell_is_longer_than_a_spreadsheet_shows(tmp_path):
    (row,) = read_table(table(tmp_path, "t.csv", Row("ann", {}, "graded", "x" * 10**5)))[1]
    assert row.note == "x" * (LONGEST - 3) + "..."


def test_merging_replaces_task_by_task(tmp_path):
    first = table(
        tmp_path, "t.csv", Row("ann", {"units": 3, "essay": None}, "to be marked", "essay: to be marked by hand"),
        Row("bob", {}, "missing", "nothing was handed in"), Row("", {}, "unmatched", "x.ipynb matches no student"),
    )  # fmt: skip
    late = table(tmp_path, "late.csv", Row("bob", {"units": 7, "essay": None}, "to be marked", "late"))
    hand = table(tmp_path, "hand.csv", Row("ann", {"essay": 4}), Row("bob", {"essay": 2.5}), tasks={"essay": 5})
    out = tmp_path / "final.csv"
    assert main(["merge", str(first), str(late), str(hand), "--out", str(out)]) == 0
    _, rows = read_table(out)
    assert [(row.student, row.marks, row.status, row.score) for row in rows] == [
        ("ann", {"units": 3, "essay": 4}, "graded", 7), ("bob", {"units": 7, "essay": 2.5}, "graded", 9.5),
        ("", {"units": None, "essay": None}, "unmatched", None),
    ]  # fmt: skip


def test_an_unreadable_late_file_replaces_no_mark(tmp_path):
    first = table(tmp_path, "t.csv", Row("ann", {"units": 3, "essay": 1}))
    late = table(tmp_path, "late.csv", Row("ann", {}, "unreadable", "it isn't a notebook"))
    assert merge(first, [late], tmp_path / "out.csv").changed == 0
    (row,) = read_table(tmp_path / "out.csv")[1]
    assert row.marks == {"units": 3, "essay": 1}
    assert row.note == "another file is unreadable: it isn't a notebook"


@pytest.mark.parametrize(
    ("rows", "tasks", "message"),
    [
        ([Row("zoe", {"units": 1})], TASKS, "has the student zoe, whom .* lacks"),
        ([Row("ann", {"units": 1})], {"units": 9}, r"has columns that .* lacks: units \(9\)"),
        ([Row("ann", {"units": 11})], TASKS, "mark of ann for units must be a number from 0 to 10, got '11'"),
        ([Row("ann", {"units": math.nan})], TASKS, "must be a number from 0 to 10, got 'nan'"),
        ([Row("ann"), Row("Ann")], TASKS, "has two rows of the student Ann, 2 and 3; remove one"),
        ([Row("1.2E+11", {"units": 1})], TASKS, "row 2 of .*1.2E.11 is what a spreadsheet makes of an id"),
        ([Row("", {"units": 1})], TASKS, "row 2 of .* has marks, but no student"),
        (
            [Row("07", {"units": 1})],
            TASKS,
            r"whom .* lacks \(but 7: did a spreadsheet take zeros away\?\); correct the id",
        ),
        ([], {}, r"must have a column student and columns such as units \(10\)"),
    ],
)
def test_tables_that_do_not_fit_are_named(tmp_path, rows, tasks, message):
    first = table(tmp_path, "t.csv", Row("ann", {"units": 3, "essay": None}), Row("7"))
    other = table(tmp_path, "o.csv", *rows, tasks=tasks)
    with pytest.raises(ValueError, match=message):
        merge(first, [other], tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_a_mark_that_is_no_number_is_named(tmp_path):
    first = table(tmp_path, "t.csv", Row("ann", {"units": 3, "essay": None}))
    first.write_text(first.read_text().replace("ann,3,", "ann,three,"))
    with pytest.raises(ValueError, match="mark of ann for units must be a number from 0 to 10, got 'three'"):
        read_table(first)


def test_two_tables_that_contradict_each_other_are_named(tmp_path):
    first = table(tmp_path, "t.csv", Row("ann", {"units": 3}))
    others = [table(tmp_path, f"{n}.csv", Row("ann", {"units": n})) for n in (4, 5)]
    with pytest.raises(ValueError, match=r"ann has 4 for units in .* and 5 in .*; merge them one after the other"):
        merge(first, others, tmp_path / "out.csv")


def merged(folder, first, *others, late=None):
    """(the row of ann, what was reported) of tables merged."""
    result = merge(first, others, folder / "final.csv", late)
    return read_table(folder / "final.csv")[1][0], result.replaced


def by_hand(folder, name, *rows, tasks):
    write_by_hand(folder / name, tasks, rows)
    return folder / name


def test_a_mark_with_a_decimal_comma_is_read(tmp_path):
    (tmp_path / "t.csv").write_text("student;units (10);essay (5)\nann;2,5;\n")
    assert read_table(tmp_path / "t.csv")[1][0].marks == {"units": 2.5, "essay": None}


def test_a_late_table_and_marks_given_before_go_into_one_line(tmp_path):
    """Ann's essay was marked, then a late file of hers was graded: nothing of either is undone, and all is reported."""
    first = table(
        tmp_path, "t.csv", Row("ann", {"units": 3, "essay": None}, "to be marked", "1 cell failed"), Row("bob")
    )
    hand = by_hand(tmp_path, "hand.csv", Row("ann", {"essay": 4}), tasks={"essay": 5})
    late = table(tmp_path, "late.csv", Row("ann", {"units": 2, "essay": None}, "to be marked", "x.ipynb was taken"))
    for others in ((hand, late), (late, hand)):
        row, reported = merged(tmp_path, first, *others)
        assert (row.marks, row.status, row.note) == ({"units": 2, "essay": 4}, "graded", "x.ipynb was taken")
        assert reported == (f"ann: units falls from 3 to 2 ({late})",)


def test_what_a_full_copy_brings_back_is_reported(tmp_path, capsys):
    first = table(tmp_path, "t.csv", Row("ann", {"units": 3, "essay": None}), Row("bob", {"units": 8, "essay": 1}))
    copy = table(tmp_path, "copy.csv", Row("ann", {"units": 7, "essay": 4}), Row("bob", {"units": 2, "essay": None}))
    assert main(["merge", str(first), str(copy), "--out", str(tmp_path / "final.csv")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"bob: units falls from 8 to 2 ({copy})", f"ann: units rises from 3 to 7 ({copy})"]
    assert lines[2].startswith("3 marks changed")


@pytest.mark.parametrize(
    ("before", "other", "after"),
    [
        (("missing", "nothing was handed in"), ("to be marked", "late.ipynb was taken"), "late.ipynb was taken"),
        (("unreadable", "x: it is empty"), ("graded", ""), ""),
        (("failed", "run the same command again: no"), ("", ""), ""),
        (("try again", "run the same command again; units: too late"), ("", ""), ""),
        (("graded", "1 cell failed; units: no answer; essay: no line"), ("", ""), "1 cell failed; essay: no line"),
        (("graded", "1 cell failed; units: no answer"), ("graded", "2 cells failed"), "2 cells failed"),
        (("graded", "1 cell failed; essay: no line"), ("graded", ""), "essay: no line"),
        (("graded", "units, essay: late: x"), ("", "seen by Zoë"), "seen by Zoë"),
        (("graded", "another file is unreadable: x"), ("graded", "ok"), "ok"),
    ],
)  # fmt: skip
def test_no_note_outlives_its_cause(tmp_path, before, other, after):
    first = table(tmp_path, "t.csv", Row("ann", {"units": 3, "essay": 1}, *before))
    second = table(tmp_path, "o.csv", Row("ann", {"units": 5, "essay": None}, *other))
    assert merged(tmp_path, first, second)[0].note == after


def test_a_note_on_what_is_to_be_marked_goes_when_it_is_marked(tmp_path):
    notes = "essay: no line; 1 cell failed"
    first = table(tmp_path, "t.csv", Row("ann", {"units": 3, "essay": None}, "to be marked", notes))
    hand = by_hand(tmp_path, "hand.csv", Row("ann", {"essay": 4}), tasks={"essay": 5})
    again = table(tmp_path, "again.csv", Row("ann", {"units": 4, "essay": None}, "to be marked", "essay: no line"))
    assert merged(tmp_path, first, hand)[0].note == "1 cell failed"
    assert merged(tmp_path, first, hand, again)[0].note == ""


@given(st.lists(st.text(max_size=5), max_size=4))
def test_notes_that_were_joined_are_taken_apart_again(notes):
    once = split_notes(join_notes(*notes))
    assert split_notes(join_notes(*once)) == once
    assert all("; " not in note for note in once)


def test_columns_of_others_are_kept(tmp_path):
    first = tmp_path / "t.csv"
    first.write_text("student;group;units (10);score;remark\nann;A;3;3;-x\nbob;B;;;\n")
    (tmp_path / "o.csv").write_text("student,units (10),remark,tutor\nANN,4,,Zoe\nbob,5,so,\n")
    merge(first, [tmp_path / "o.csv"], tmp_path / "final.csv")
    assert (tmp_path / "final.csv").read_text() == (
        "student,units (10),score,points,status,note,group,remark,tutor\n"
        "ann,4,4,10,graded,,A,'-x,Zoe\nbob,5,5,10,graded,,B,so,\n"
    )


# --- late -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "most", "earned", "days", "taken"),
    [
        (10, None, 20, 1, 2), (10, None, 20, 0, 0), (10, None, 20, None, 0), (10, None, 20, 1.1, 4),
        (10, None, 17, 1, 1.7),
        (10, None, 20, 11, 20), (10, 3, 20, 3, 6), (10, 3, 20, 3.5, 20), (0, 3, 20, 3, 0), (0, 0, 20, 1, 20),
        (50, None, None, 2, 0), (33.3, None, 10, 1, 3.33),
    ],
)  # fmt: skip
def test_what_late_days_cost(percent, most, earned, days, taken):
    assert LateRule(percent, most).penalty(earned, days) == taken


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--late", "101"], "late must be the percents of a day, from 0 to 100, got 101"),
        (["--late", "5", "--late-most", "-1"], "late_most must be a number of days, at least 0, got -1"),
        (["--late-most", "3"], "late_most must come with late"),
    ],
)
def test_an_unsound_rule_is_named(tmp_path, options, message, capsys):
    first = table(tmp_path, "t.csv", Row("ann", {"units": 3}))
    assert main(["merge", str(first), str(first), "--out", str(tmp_path / "out.csv"), *options]) == 1
    assert message in capsys.readouterr().err


def test_late_days_are_taken_off_once_however_often_tables_are_merged(tmp_path, capsys):
    ann, bob = Row("ann", {"units": 10, "essay": None}, "to be marked"), Row("bob", {"units": 8, "essay": 2})
    first = table(tmp_path, "t.csv", ann, bob)
    (tmp_path / "days.csv").write_text("student,late days\nAnn,2\n")
    hand = by_hand(tmp_path, "hand.csv", Row("ann", {"essay": 5}), tasks={"essay": 5})
    out = tmp_path / "final.csv"
    assert main(["merge", str(first), str(tmp_path / "days.csv"), "--late", "10", "--out", str(out)]) == 0
    assert out.read_text().splitlines()[:2] == [
        "student,units (10),essay (5),late days,late penalty,score,points,status,note",
        "ann,10,,2,2,8,15,to be marked,",
    ]  # fmt: skip
    assert main(["merge", str(out), str(hand), "--out", str(tmp_path / "x.csv")]) == 1
    assert "has penalties for late days; say the rule again" in capsys.readouterr().err
    for _ in range(2):
        assert main(["merge", str(out), str(hand), "--late", "10", "--out", str(out)]) == 0
        _, rows = read_table(out)
        assert [(row.score, row.late, row.penalty) for row in rows] == [(12, 2, 3), (10, None, 0)]


@pytest.mark.parametrize(
    ("days", "message"), [("-1", "late days of ann must be a number from 0"), ("two", "got 'two'")]
)
def test_late_days_that_are_none_are_named(tmp_path, days, message):
    (tmp_path / "days.csv").write_text(f"student,{LATE}\nann,{days}\n")
    with pytest.raises(ValueError, match=f"row 2 of .*{message}"):
        read_table(tmp_path / "days.csv")


# --- marking by hand ------------------------------------------------------------------------------


def test_the_file_to_be_filled_in_is_never_overwritten(tmp_path, capsys):
    source, submissions, roster = write_class(tmp_path / "class", {"ann": filled("ann"), "bob": None})
    out = tmp_path / "out"
    command = ["grade", *map(str, (source, submissions)), "--students", str(roster), "--out", str(out), "--jobs", "1"]
    command.append("--unsafe")
    assert main(command) == 0
    path = out / "a0-small.by-hand.csv"
    assert f"fill in the marks of the open questions in {path}" in capsys.readouterr().out
    assert path.read_text() == "student,essay (2)\nann,\n"
    path.write_bytes("\ufeffstudent;essay (2);who\nANN;1,5;me\n".encode())
    filled_in = path.read_bytes()
    assert main(command) == 0
    assert path.read_bytes() == filled_in
    (submissions / "bob.ipynb").write_text(json.dumps(filled("bob")))
    assert main(command) == 0
    assert path.read_text() == "student,essay (2),who\nANN,1.5,me\nbob,,\n"
    assert main(["merge", str(out / "a0-small.csv"), str(path), "--out", str(tmp_path / "final.csv")]) == 0
    _, rows = read_table(tmp_path / "final.csv")
    statuses = [(row.student, row.marks["essay"], row.status) for row in rows]
    assert statuses == [("ann", 1.5, "graded"), ("bob", None, "to be marked")]
    assert rows[0].marks == {**FULL, "essay": 1.5}
    path.write_text("student,essay (3)\nann,3\n")
    assert main(command) == 1
    assert "must have columns for essay alone; move it elsewhere" in capsys.readouterr().err


def test_a_class_list_of_a_spreadsheet_serves_both_ends(tmp_path):
    (tmp_path / "class.csv").write_bytes("Student;Name;\r\nann;Lee, Ann;\r\n;;\r\n".encode("utf-16"))
    roster = read_roster(tmp_path / "class.csv")
    assert roster.students == ("ann",)
    assert roster.persons("Ann Lee") == {"ann"}
    with pytest.raises(ValueError, match="must be a CSV file in UTF-8"):
        (tmp_path / "class.csv").write_bytes(b"\xff\xfeab\x00\x00")
        read_roster(tmp_path / "class.csv")
