"""The order of the chapters is decided in _toc.yml alone, and nothing that follows from it is typed by hand."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace

import nbformat
import pytest
from chapters import ROOT, chapters, linked, listed, prose
from draw_needs import draw, reduced
from write_order import between, main, teaching_table, with_numbers, written

from rnncourse.exercises import all_exercises

ORDER = chapters()
LONGEST = 3000  # words of a chapter's main line
TYPED = re.compile(r"\b[Cc]hapters?\s+\d+")  # the number of a chapter, but not of another book
ELSEWHERE = re.compile(r"\{cite:t\}`[^`]+`, chapter \d+")
CODE = ("rnncourse", "tools", "benchmarks", "assignments")
PROSE = [*ROOT.glob("*.md"), *(ROOT / "book").glob("*.md"), *(p for name in CODE for p in (ROOT / name).rglob("*.py"))]


def test_every_notebook_is_in_the_table_of_contents():
    assert sorted(path.name for _, _, path in listed()) == sorted(path.name for path in (ROOT / "book").glob("*.ipynb"))
    assert {one.stem for one in ORDER} >= {path.stem for _, number, path in listed() if number}
    numbers = [one.number for one in ORDER if one.number]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 10


def test_no_chapter_is_long():
    lengths = {one.stem: one.words for one in ORDER}
    assert min(lengths.values()) > 1000
    assert {stem: words for stem, words in lengths.items() if words > LONGEST} == {}


def test_what_follows_from_the_order_is_written():
    wrong = [path.name for path, text in written(ORDER).items() if path.read_text(encoding="utf-8") != text]
    assert wrong == [], "run `make order`"


def typed_numbers(text):
    """The places where a text gives a chapter by a number that is typed."""
    return TYPED.findall(ELSEWHERE.sub("", text))


def test_no_chapter_is_given_by_a_typed_number():
    found = {path.name: typed_numbers(path.read_text(encoding="utf-8")) for path in PROSE}
    for one in ORDER:
        for cell in nbformat.read(one.path, as_version=4).cells:
            texts = [cell.source, *(output.get("text", "") for output in cell.get("outputs", []))]
            found.setdefault(one.path.name, []).extend(number for text in texts for number in typed_numbers(text))
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("as chapter 5 showed", 1), ("Chapters 3 and 4", 1), ("as {doc}`gru` showed", 0), ("chapter [5](gru.ipynb)", 0),
        ("{cite:t}`goodfellow2016`, chapter 10, treats", 0), ("a chapter of 20 pages", 0),
    ],
)  # fmt: skip
def test_a_typed_number_is_seen(text, found):
    assert len(typed_numbers(text)) == found


def test_no_name_has_a_number():
    assert [one.stem for one in ORDER if re.match(r"\d", one.stem)] == []
    modules = {one.name.replace("-", "_") for one in all_exercises().values()}
    files = {path.stem for path in (ROOT / "rnncourse" / "exercises").glob("[!_]*.py")}
    assert files == modules


@pytest.fixture
def book(tmp_path):
    """A copy of what the order is written into."""
    for name in ("README.md", "_toc.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "book", tmp_path / "book", ignore=shutil.ignore_patterns("vendor"))
    return tmp_path


def test_a_chapter_is_put_between_two_others_by_one_line_and_one_command(book, capsys):
    shutil.copy(book / "book" / "gru.ipynb", book / "book" / "another.ipynb")
    toc = book / "_toc.yml"
    line = "      - file: book/lstm\n"
    toc.write_text(toc.read_text(encoding="utf-8").replace(line, line + "      - file: book/another\n"))
    before = {one.stem: one.number for one in ORDER}
    main(book)
    after = {one.stem: one.number for one in chapters(book)}
    assert after["another"] == before["gru"] == after["gru"] - 1
    guide = (book / "book" / "teaching.md").read_text(encoding="utf-8")
    assert f"[{before['gru'] + 1}](gru.ipynb)" in guide and f"[{before['gru']}](gru.ipynb)" not in guide
    assert f"{after['another']}. [](another.ipynb)" in (book / "book" / "intro.md").read_text(encoding="utf-8")
    assert "another.ipynb" in (book / "README.md").read_text(encoding="utf-8")
    assert 'href="another.html"' in (book / "book" / "assets" / "needs.svg").read_text(encoding="utf-8")
    assert "exercises take 0 minutes" in nbformat.read(book / "book" / "another.ipynb", as_version=4).cells[0].source
    assert "gru.ipynb: written" not in capsys.readouterr().out
    main(book)
    assert capsys.readouterr().out == ""


def test_needs_and_minutes_are_those_that_the_chapter_gives():
    lstm = next(one for one in ORDER if one.stem == "lstm")
    assert "recurrent_cell" in lstm.needs and "glossary" not in lstm.needs
    (row,) = [row for row in teaching_table(ORDER).splitlines() if "[](lstm.ipynb)" in row]
    assert row.startswith(f"| {lstm.number} |") and row.endswith(f"| {lstm.reading} | {lstm.exercising} |")
    assert all(f"({stem}.ipynb)" in row for stem in lstm.needs)
    assert lstm.reading % 5 == 0 and lstm.reading >= lstm.words / 150 + lstm.lines / 20
    assert lstm.exercising == sum(one.minutes for one in all_exercises().values() if one.chapter == "lstm")


def test_the_words_of_a_chapter_are_those_that_are_read():
    text = "One two [three](gru.ipynb).\n\n$$\nh = 1 + 1\n$$\n\n```{note}\nfour\n```\n:width: 3\n"
    assert prose(text).split() == ["One", "two", "[three].", "four"]
    folded = ":::{dropdown} Further: five\nSix.\n```\nseven\n```\n:::\nEight.\n```{dropdown} Nine\nten\n```\n"
    assert prose(folded).split() == ["Eight."]


def test_the_links_of_a_text():
    text = "{doc}`gru` {doc}`the LSTM <lstm>` [x](carrying.ipynb) [y](notation.md) [z](https://x.org/a.ipynb)"
    assert linked(text) == ["gru", "lstm", "carrying", "notation"]


def test_a_number_as_the_text_of_a_link_follows_its_chapter():
    order = [one for one in ORDER if one.stem in ("lstm", "gru")]
    seven, six = [f"[{one.number}]({one.stem}.ipynb)" for one in reversed(order)]
    assert with_numbers("[9](gru.ipynb), [1](lstm.ipynb), [](lstm.ipynb)", order) == f"{seven}, {six}, [](lstm.ipynb)"
    with pytest.raises(SystemExit, match="lstm has no number"):
        with_numbers("[6](lstm.ipynb)", [replace(one, number=None) for one in order])


def test_a_page_without_the_marks_is_named():
    with pytest.raises(SystemExit, match=r"expected the lines .*chapters: written by"):
        between("no marks", "chapters", "x")


def test_the_picture_leaves_out_only_what_follows():
    assert reduced({1: set(), 2: {1}, 3: {1, 2}, 4: {1}, 5: {1, 3, 4}}) == {
        1: set(), 2: {1}, 3: {2}, 4: {1}, 5: {3, 4},
    }  # fmt: skip
    drawn = draw(ORDER)
    assert all(f'class="at-{one.stem}" href="{one.stem}.html"' in drawn for one in ORDER)


def test_chapters_that_need_one_another_are_refused():
    with pytest.raises(SystemExit, match=r"chapters need one another: (a needs b needs a|b needs a needs b)"):
        reduced({"a": {"b"}, "b": {"a"}})


def test_the_command_says_what_it_wrote():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "write_order.py"], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == ""
