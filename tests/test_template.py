"""The template for a new chapter is itself a chapter that passes every check."""

import runpy
from pathlib import Path

import nbformat
import pytest
from test_notebooks import CHAPTER_CHECKS, CHECKS, NOTEBOOKS, ROOT, code_cells, tool

start = runpy.run_path(str(ROOT / "tools" / "new_chapter.py"))["new_chapter"]


def test_a_new_chapter_runs_and_has_the_form(tmp_path):
    path = tmp_path / "a_new_one.ipynb"
    start(path)
    tool["main"]([str(path)])
    notebook = nbformat.read(path, as_version=4)
    assert [complaint for check in CHECKS + CHAPTER_CHECKS for complaint in check(notebook)] == []


def test_a_new_chapter_installs_the_course_as_the_others_do(tmp_path):
    start(tmp_path / "a_new_one.ipynb")
    cells = [code_cells(nbformat.read(path, as_version=4))[0] for path in (tmp_path / "a_new_one.ipynb", NOTEBOOKS[0])]
    assert cells[0].source == cells[1].source


def test_an_existing_chapter_is_left_alone(tmp_path):
    path = tmp_path / "a_new_one.ipynb"
    path.write_text("mine")
    with pytest.raises(SystemExit, match="exists; choose another name"):
        start(path)
    assert path.read_text() == "mine"


def test_a_name_of_another_form_is_refused(tmp_path):
    with pytest.raises(SystemExit, match=r"must be called some_name\.ipynb, without a number, got 99_new\.ipynb"):
        start(Path(tmp_path / "99_new.ipynb"))
