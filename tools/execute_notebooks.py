"""Execute notebooks in place, so that a second run gives the same bytes.

    python tools/execute_notebooks.py book/sequences_and_memory.ipynb …

Timings, widget ids and the name of the kernel don't reach the file, and progress bars are off. The
notebook's metadata keep a digest of the code, by which a test sees a notebook that was edited and
not executed again. A notebook with a failing cell stays as it was.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import sys

import nbformat
from matplotlib import font_manager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
HANGING = 3600  # seconds for a cell, or for a kernel to start: the end of what would hang for ever
_UNSTABLE = (
    "execution",
    "ExecuteTime",
    "collapsed",
    "scrolled",
)  # cell metadata that editors write
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class CellFailed(RuntimeError):
    """A cell raised; the message names the notebook and the cell and ends with the error."""


def source_digest(notebook):
    """SHA-256 of the sources of all code cells."""
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def executed(path):
    """Execute the notebook at ``path`` in its own folder and return the text of the new file."""
    path = pathlib.Path(path)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for name in _UNSTABLE:
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata.pop("widgets", None)

    os.environ["TQDM_DISABLE"] = "1"  # a bar holds timings
    client = NotebookClient(
        notebook,
        timeout=HANGING,
        startup_timeout=HANGING,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        counts = [cell.get("execution_count") for cell in notebook.cells if cell.cell_type == "code"]
        number = max(count or 0 for count in counts)
        raise CellFailed(f"{path}: code cell {number} failed\n{_ANSI.sub('', str(error))}") from None

    notebook.metadata.kernelspec = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3"}
    notebook.metadata.setdefault("rnncourse", {})["source_sha256"] = source_digest(notebook)
    text = nbformat.writes(notebook)
    state = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    for number, model_id in enumerate(state):  # in the order of creation, which is always the same
        text = text.replace(model_id, f"{number:032x}")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"  # written again: the new ids sort differently


def main(arguments=None):
    font_manager.findfont("DejaVu Sans")  # a message about the list of fonts must not become an output
    parser = argparse.ArgumentParser(description="Execute notebooks in place, reproducibly.")
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    for path in parser.parse_args(arguments).notebooks:
        print(f"executing {path}", flush=True)
        try:
            text = executed(path)
        except CellFailed as error:
            sys.exit(str(error))
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
