"""Start a chapter from the template: ``python tools/new_chapter.py book/recurrent_cell.ipynb``.

The template is text (``tools/chapter_template.py``), so that it can be read and changed; its install cell gets
the web address of this repository from ``pyproject.toml``.
"""

import pathlib
import re
import sys
import tomllib

import jupytext

ROOT = pathlib.Path(__file__).resolve().parents[1]


def new_chapter(path):
    """Write the template as a notebook, not yet executed; an existing file is left alone."""
    path = pathlib.Path(path)
    if not re.fullmatch(r"[a-z][a-z0-9_]*\.ipynb", path.name):
        raise SystemExit(f"the file must be called some_name.ipynb, without a number, got {path.name}")
    if path.exists():
        raise SystemExit(f"{path} exists; choose another name")
    address = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
    notebook = jupytext.read(ROOT / "tools" / "chapter_template.py")
    for cell in notebook.cells:
        cell.source = re.sub(r"git\+https://\S+", f"git+{address}", cell.source)
    notebook.metadata.pop("jupytext", None)
    jupytext.write(notebook, path, fmt="ipynb")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    new_chapter(sys.argv[1])
