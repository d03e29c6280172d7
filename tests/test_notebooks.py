"""The form that every notebook of the book has.

A chapter (see ``tools/chapters.py``):

- opens with a markdown cell: the title (``# …``) and, each on a line of its own, the paragraphs
  ``**Question.**``, ``**You will be able to**``, ``**Time.**`` and ``**Needs.**``;
- goes on with the cell that installs the course in Colab, tagged ``hide-input``;
- has at least one slider (``rc.widgets.flipbook``);
- closes with the sections ``## Summary``, ``## Exercises`` and ``## References``, in this order.

Every notebook, also one of the appendix that is no chapter, obeys the other checks below. Each check is a function from
a notebook to a list of complaints, and each is shown to fail on a notebook that is broken on purpose.
"""

import os
import pathlib
import re
import runpy
import subprocess
import sys

import nbformat
import pytest
from chapters import places
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = pathlib.Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
CHAPTERS = {path for _, _, path in places()}
tool = runpy.run_path(str(ROOT / "tools" / "execute_notebooks.py"))

MAX_LINES, MAX_WIDTH, MAX_PRINTED, MAX_BYTES, MIN_ALT = 25, 76, 79, 1_500_000, 20
UNCHECKED = {"nbval-ignore-output", "nbval-skip"}
OPENING = ("**Question.**", "**You will be able to**", "**Time.**", "**Needs.**")
CLOSING = ["Summary", "Exercises", "References"]
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = tool["WIDGET_STATE"]
DATA_URI = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")
ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/~-])(?:/(?:home|root|tmp|usr|opt|work|mnt|var|private|Users|content|builds)/[\w.-]"
    r"|[A-Z]:\\\w)"
)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return set(cell.metadata.get("tags", []))


def named(cell):
    return f"cell `{cell.source.strip().splitlines()[0]}`" if cell.source.strip() else "an empty cell"


def counts_run_from_1(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts == list(range(1, len(counts) + 1)):
        return []
    return [f"execution counts are {counts}, expected 1 to {len(counts)}: nbval skips cells without one"]


def no_errors(notebook):
    return [
        f"{named(cell)} stores the error {output.ename}"
        for cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "error"
    ]


def executed_as_it_stands(notebook):
    if notebook.metadata.get("rnncourse", {}).get("source_sha256") == tool["source_digest"](notebook):
        return []
    return ["the code is not the code that was executed: run `python tools/execute_notebooks.py` on it"]


def images_have_alt_text(notebook):
    complaints = []
    for cell in code_cells(notebook):
        has_image = any(kind.startswith("image/") for o in cell.outputs for kind in o.get("data", {}))
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        if has_image and len(alt) < MIN_ALT:
            complaints.append(
                f"{named(cell)} shows a figure: metadata.mystnb.image.alt must say what it shows"
                f" in at least {MIN_ALT} characters, got {alt!r}"
            )
    return complaints


def cells_are_short(notebook):
    complaints = []
    for cell in code_cells(notebook):
        lines = cell.source.splitlines()
        if not cell.source.strip():
            complaints.append("an empty code cell")
        if len(lines) > MAX_LINES:
            complaints.append(f"{named(cell)} has {len(lines)} lines, at most {MAX_LINES}")
        complaints += [
            f"{named(cell)}: a line of {len(line)} characters, at most {MAX_WIDTH}: {line.strip()}"
            for line in lines
            if len(line) > MAX_WIDTH
        ]
    return complaints


def printed_lines_fit_the_page(notebook):
    return [
        f"{named(cell)} prints a line of {len(line)} characters, at most {MAX_PRINTED}: {line.strip()}"
        for cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "stream"
        for line in output.text.splitlines()
        if len(line) > MAX_PRINTED
    ]


def most_outputs_are_checked(notebook):
    cells = code_cells(notebook)
    unchecked = [cell for cell in cells if tags(cell) & UNCHECKED]
    if 3 * len(unchecked) <= len(cells):
        return []
    return [f"{len(unchecked)} of {len(cells)} code cells are tagged {' or '.join(sorted(UNCHECKED))}, at most a third"]


def code_has_a_lead_in(notebook):
    """A markdown cell stands before each code cell; the hidden install cell doesn't count."""
    shown = [cell for cell in notebook.cells if not is_install_cell(cell)]
    return [
        f"{named(cell)} has no markdown cell before it"
        for before, cell in zip([None, *shown], shown, strict=False)
        if cell.cell_type == "code" and (before is None or before.cell_type != "markdown")
    ]


def is_install_cell(cell):
    return cell.cell_type == "code" and all(
        part in cell.source for part in ("import rnncourse as rc", "except ModuleNotFoundError", "%pip install -q")
    )


def starts_with_the_install_cell(notebook):
    cells = code_cells(notebook)
    if not cells or not is_install_cell(cells[0]):
        return ["the first code cell must be the one that installs the course in Colab"]
    return [] if "hide-input" in tags(cells[0]) else ["the install cell must be tagged hide-input"]


def no_absolute_paths(notebook):
    complaints = []
    for cell in code_cells(notebook):
        for output in cell.outputs:
            texts = [output.get("text", ""), *output.get("traceback", [])]
            texts += [str(v) for kind, v in output.get("data", {}).items() if "image" not in kind]
            found = {m[0] for text in texts for m in ABSOLUTE_PATH.finditer(DATA_URI.sub("", text))}
            complaints += [f"{named(cell)} prints an absolute path: {path}…" for path in sorted(found)]
    return complaints


def file_is_small(notebook):
    size = len(nbformat.writes(notebook).encode())
    return [f"the file has {size:,} bytes, at most {MAX_BYTES:,}"] if size > MAX_BYTES else []


def opens_in_the_chapter_form(notebook):
    first = notebook.cells[0] if notebook.cells else new_code_cell()
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        return ["the first cell must be markdown and start with the title, `# …`"]
    return [
        f"the first cell must have a paragraph that starts with {part}"
        for part in OPENING
        if not re.search("^" + re.escape(part), first.source, flags=re.MULTILINE)
    ]


def closes_in_the_chapter_form(notebook):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    sections = re.findall(r"^## (.+?)\s*$", text, flags=re.MULTILINE)
    return [] if sections[-3:] == CLOSING else [f"the last sections are {sections[-3:]}, expected {CLOSING}"]


def has_a_slider(notebook):
    """A widget is shown whose stored state, followed from the view, holds a slider."""
    state = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    for cell in code_cells(notebook):
        for output in cell.outputs:
            shown = state.get(output.get("data", {}).get(VIEW, {}).get("model_id"), {}).get("state", {})
            children = [state.get(c.removeprefix("IPY_MODEL_"), {}) for c in shown.get("children", [])]
            if any("Slider" in child.get("model_name", "") for child in children):
                return []
    return ["no slider: use rc.widgets.flipbook, as the last expression of a cell"]


CHECKS = [
    counts_run_from_1,
    no_errors,
    executed_as_it_stands,
    images_have_alt_text,
    cells_are_short,
    printed_lines_fit_the_page,
    most_outputs_are_checked,
    code_has_a_lead_in,
    starts_with_the_install_cell,
    no_absolute_paths,
    file_is_small,
]
CHAPTER_CHECKS = [opens_in_the_chapter_form, closes_in_the_chapter_form, has_a_slider]


# --- the book -------------------------------------------------------------------------------------


def test_there_are_chapters():
    assert NOTEBOOKS, "no book/*.ipynb found"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path):
    notebook = nbformat.read(path, as_version=4)
    checks = CHECKS + CHAPTER_CHECKS if path in CHAPTERS else CHECKS
    complaints = [complaint for check in checks for complaint in check(notebook)]
    assert not complaints, f"{path.name}:\n  " + "\n  ".join(complaints)


# --- each check can fail --------------------------------------------------------------------------

INSTALL = "try:\n    import rnncourse as rc\nexcept ModuleNotFoundError:\n    %pip install -q git+https://x"
TITLE = "# Title\n\n" + "\n\n".join(f"{part} something." for part in OPENING)


def figure_output():
    return new_output("display_data", data={"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"})


def good_notebook():
    """A notebook without a complaint: a cell that prints, a figure, a slider."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell(TITLE),
            new_code_cell(INSTALL, metadata={"tags": ["hide-input"]}),
            new_markdown_cell("Let us add."),
            new_code_cell("print(1 + 1)", outputs=[new_output("stream", text="2\n")]),
            new_markdown_cell("As a figure:"),
            new_code_cell(
                "rc.plots.curve()",
                outputs=[figure_output()],
                metadata={"mystnb": {"image": {"alt": "A curve that falls from 1 to 0."}}},
            ),
            new_markdown_cell("And a slider:"),
            new_code_cell(
                "rc.widgets.flipbook()",
                outputs=[new_output("display_data", data={VIEW: {"model_id": "0"}})],
            ),
            new_markdown_cell("## Summary\n\n## Exercises\n\n### Exercise 1\n\n## References"),
        ]
    )
    for number, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = number
    book = {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_1"]}}
    slider = {"model_name": "SelectionSliderModel", "state": {}}
    notebook.metadata.widgets = {STATE: {"state": {"0": book, "1": slider}}}
    notebook.metadata.rnncourse = {"source_sha256": tool["source_digest"](notebook)}
    return notebook


def set_output(text):
    return lambda notebook: code_cells(notebook)[1].outputs.__setitem__(0, new_output("stream", text=text))


def set_source(source, number=1):
    return lambda notebook: code_cells(notebook)[number].__setitem__("source", source)


def show(data):
    output = new_output("execute_result", data=data)
    return lambda notebook: code_cells(notebook)[1].outputs.append(output)


def tag(name, *numbers):
    return lambda notebook: [code_cells(notebook)[n].metadata.update(tags=[name]) for n in numbers]


def replace(number, old, new):
    return lambda notebook: notebook.cells[number].update(source=notebook.cells[number].source.replace(old, new))


BROKEN = [
    (counts_run_from_1, lambda n: code_cells(n)[2].update(execution_count=None)),
    (counts_run_from_1, lambda n: code_cells(n)[2].update(execution_count=7)),
    (no_errors, lambda n: code_cells(n)[1].outputs.append(new_output("error", ename="ValueError"))),
    (executed_as_it_stands, set_source("print(1 + 2)")),
    (executed_as_it_stands, lambda n: n.metadata.pop("rnncourse")),
    (images_have_alt_text, lambda n: code_cells(n)[2].metadata.pop("mystnb")),
    (images_have_alt_text, lambda n: code_cells(n)[2].metadata.mystnb.image.update(alt="A curve.")),
    (cells_are_short, set_source("x = 1\n" * 26)),
    (cells_are_short, set_source("x = '" + 72 * "a" + "'")),
    (cells_are_short, set_source("")),
    (printed_lines_fit_the_page, set_output("short\n" + 80 * "a" + "\n")),
    (most_outputs_are_checked, tag("nbval-ignore-output", 1, 2)),
    (most_outputs_are_checked, tag("nbval-skip", 1, 2)),
    (code_has_a_lead_in, lambda n: n.cells.pop(4)),
    (code_has_a_lead_in, lambda n: n.cells.insert(0, new_code_cell("1", execution_count=1))),
    (starts_with_the_install_cell, lambda n: n.cells.pop(1)),
    (starts_with_the_install_cell, lambda n: code_cells(n)[0].metadata.pop("tags")),
    (no_absolute_paths, set_output("saved to /home/ann/model.pt\n")),
    (no_absolute_paths, set_output("File '/tmp/ipykernel_12/34.py'\n")),
    (no_absolute_paths, set_output("in C:\\course\\data\n")),
    (no_absolute_paths, show({"text/html": "<a title='/root/x'>"})),
    (
        file_is_small,
        lambda n: code_cells(n)[2].outputs[0].data.update({"image/png": "A" * 1_500_000}),
    ),
    (opens_in_the_chapter_form, replace(0, "# Title", "Title")),
    (opens_in_the_chapter_form, lambda n: n.cells.pop(0)),
    *((opens_in_the_chapter_form, replace(0, part, "x " + part)) for part in OPENING),
    *((closes_in_the_chapter_form, replace(8, f"## {name}\n", "")) for name in CLOSING[:2]),
    (closes_in_the_chapter_form, replace(8, "## References", "## References\n\n## More")),
    (has_a_slider, lambda n: code_cells(n)[3].outputs.clear()),
    (has_a_slider, lambda n: n.metadata.pop("widgets")),
    (
        has_a_slider,
        lambda n: n.metadata.widgets[STATE]["state"]["1"].update(model_name="HTMLModel"),
    ),
]


def test_good_notebook_has_no_complaint():
    notebook = good_notebook()
    assert [complaint for check in CHECKS + CHAPTER_CHECKS for complaint in check(notebook)] == []


@pytest.mark.parametrize(("check", "damage"), BROKEN, ids=lambda x: getattr(x, "__name__", "damage"))
def test_check_sees_the_damage(check, damage):
    notebook = good_notebook()
    damage(notebook)
    assert check(notebook)


def test_every_check_is_shown_to_fail():
    assert {check for check, _ in BROKEN} == set(CHECKS + CHAPTER_CHECKS)


@pytest.mark.parametrize(
    "text",
    ["0.25 / 1.5", "see https://example.org/home/x", "book/results/a.json", "and/or/tmp-like"],
)
def test_ordinary_text_is_no_absolute_path(text):
    notebook = good_notebook()
    set_output(text)(notebook)
    assert no_absolute_paths(notebook) == []


def test_a_picture_inside_html_is_no_absolute_path():
    notebook = good_notebook()
    show({"text/html": "<img src='data:image/png;base64,AA+/tmp/ABC='>"})(notebook)
    assert no_absolute_paths(notebook) == []


# --- a second execution gives the same file -------------------------------------------------------


def git(*arguments):
    result = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8")
    return result.stdout.splitlines() if result.returncode == 0 else None


def why_not_reexecuted(path):
    """The reason to leave a notebook out, or None. All of them take minutes: changed ones run."""
    wish = os.environ.get("RNNCOURSE_REEXECUTE", "changed")
    if wish not in ("changed", "all"):
        raise ValueError(f"RNNCOURSE_REEXECUTE must be 'changed' or 'all', got {wish!r}")
    if wish == "all":
        return None
    if git("rev-parse", "HEAD") is None:
        return "no git history to tell what changed; RNNCOURSE_REEXECUTE=all runs it"
    if git("rev-parse", "--verify", "HEAD~1") is None:
        return None  # the first commit, or a clone without its history: all of it may be new
    name = path.relative_to(ROOT).as_posix()
    if git("diff", "--name-only", "HEAD~1", "--", name) or git("ls-files", "--others", "--", name):
        return None
    return "unchanged since HEAD~1; RNNCOURSE_REEXECUTE=all runs it"


def without_unchecked_outputs(text):
    notebook = nbformat.reads(text, as_version=4)
    for cell in code_cells(notebook):
        if tags(cell) & UNCHECKED:
            cell.outputs = []
    return nbformat.writes(notebook)


def differences(path):
    """Lines of the executed notebook that two executions don't share."""
    first, second = (without_unchecked_outputs(tool["executed"](path)).splitlines() for _ in range(2))
    if len(first) != len(second):
        return [f"{len(first)} lines, then {len(second)} lines"]
    return [f"{a.strip()[:200]} ≠ {b.strip()[:200]}" for a, b in zip(first, second, strict=True) if a != b]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_reexecution_is_identical(path):
    if reason := why_not_reexecuted(path):
        pytest.skip(reason)
    assert differences(path) == []


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository of two commits: one.ipynb is in both, two.ipynb in the second alone."""
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    monkeypatch.delenv("RNNCOURSE_REEXECUTE", raising=False)
    git("init", "--quiet")
    for name in ("one.ipynb", "two.ipynb"):
        (tmp_path / name).write_text("{}")
        git("add", name)
        git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", name)
    assert len(git("log", "--oneline")) == 2
    return tmp_path


def test_only_changed_notebooks_are_executed_again(repository, monkeypatch):
    one, two, new = (repository / name for name in ("one.ipynb", "two.ipynb", "new.ipynb"))
    assert "unchanged since HEAD~1" in why_not_reexecuted(one)
    assert why_not_reexecuted(two) is None
    new.write_text("{}")
    assert why_not_reexecuted(new) is None
    monkeypatch.setenv("RNNCOURSE_REEXECUTE", "all")
    assert why_not_reexecuted(one) is None
    monkeypatch.delenv("RNNCOURSE_REEXECUTE")
    one.write_text("{ }")
    assert why_not_reexecuted(one) is None


def test_without_history_the_reason_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    monkeypatch.delenv("RNNCOURSE_REEXECUTE", raising=False)
    assert "no git history" in why_not_reexecuted(tmp_path / "one.ipynb")


def test_an_unknown_wish_is_an_error(monkeypatch):
    monkeypatch.setenv("RNNCOURSE_REEXECUTE", "some")
    with pytest.raises(ValueError, match="must be 'changed' or 'all', got 'some'"):
        why_not_reexecuted(ROOT / "book" / "one.ipynb")


def written(path, *sources, tagged=()):
    cells = [
        new_code_cell(
            source,
            id=f"cell-{n}",
            metadata={"tags": ["nbval-ignore-output"]} if n in tagged else {},
        )
        for n, source in enumerate(sources)
    ]
    nbformat.write(new_notebook(cells=cells), path)
    return path


RANDOM = "import os\nos.urandom(8).hex()"
SLIDER = "import ipywidgets\nipywidgets.VBox([ipywidgets.IntSlider(), ipywidgets.HTML('a')])"


def test_only_untagged_random_output_differs(tmp_path):
    path = written(tmp_path / "random.ipynb", "print(1 + 1)", SLIDER, RANDOM, RANDOM, tagged=[3])
    found = differences(path)
    assert len(found) == 1
    assert re.search(r"'\w{16}'.* ≠ .*'\w{16}'", found[0])


def test_the_tool_writes_the_same_bytes_again(tmp_path):
    path = written(tmp_path / "steady.ipynb", "print(1 + 1)", SLIDER)
    tool["main"]([str(path)])
    first = path.read_bytes()
    tool["main"]([str(path)])
    assert path.read_bytes() == first
    notebook = nbformat.reads(first.decode(), as_version=4)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]
    assert executed_as_it_stands(notebook) == []
    assert sorted(notebook.metadata.widgets[STATE]["state"])[0] == "0" * 32


def test_the_tool_names_the_failing_cell_and_leaves_the_file(tmp_path):
    path = written(tmp_path / "failing.ipynb", "x = 1", "1 / (x - 1)")
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"failing\.ipynb: code cell 2 failed[^\x1b]*ZeroDivisionError"):
        tool["main"]([str(path)])
    assert path.read_bytes() == before
