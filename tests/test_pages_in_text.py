"""The small examples on the text pages compute what they show."""

import doctest
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parents[1] / "book"
PAGES = [path for path in sorted(BOOK.glob("*.md")) if ">>>" in path.read_text(encoding="utf-8")]


def test_the_notation_has_examples():
    assert "notation" in [path.stem for path in PAGES]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_examples(path):
    result = doctest.testfile(str(path), module_relative=False, encoding="utf-8")
    assert result.attempted > 0
    assert result.failed == 0
