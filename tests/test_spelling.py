"""The spelling checker of `make lint` reads all that is written, and its word list lets nothing else through."""

import subprocess
import sys

import nbformat
import pytest
from chapters import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def misspelled(*paths):
    """What codespell says of files, with the project's settings."""
    command = [sys.executable, "-m", "codespell_lib", "--toml", str(ROOT / "pyproject.toml"), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT)
    return done.stdout


@pytest.mark.parametrize("cell", [new_markdown_cell("You will recieve it."), new_code_cell("x = 1  # recieve")])
def test_a_wrong_word_in_a_notebook_is_seen(tmp_path, cell):
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("A good line."), cell]), path)
    assert "recieve ==> receive" in misspelled(path)


def test_pictures_are_no_words(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("iVBORw0KGgoAAAANSUhEUgAA/teh/AAAAAAAAAAAAAAAAAAA recieve")
    assert misspelled(path).count("==>") == 1


def test_every_word_of_the_list_is_used(tmp_path):
    """A word that nothing needs any more would only hide a mistake."""
    words = (ROOT / "tools" / "words.txt").read_text().split()
    assert words == sorted(set(words))
    texts = [path.read_text(encoding="utf-8").lower() for folder in ("book", "rnncourse", "tests", "tools")
             for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".md", ".ipynb", ".bib"}]  # fmt: skip
    assert [word for word in words if not any(word in text for text in texts)] == []
