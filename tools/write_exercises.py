"""Write the exercises of the course into their chapters: ``python tools/write_exercises.py``.

The part of a notebook between the heading ``## Exercises`` (with its introduction) and the next cell that isn't
generated is replaced by the cells of the chapter's exercises. A notebook that changes must be executed again.
"""

import nbformat
from chapters import ROOT, places
from nbformat.v4 import new_code_cell, new_markdown_cell

from rnncourse.exercises import Open, all_exercises
from rnncourse.exercises._page import solution, statement, stub


def is_generated(cell):
    return "exercise" in cell.metadata.get("rnncourse", {})


def cells(exercise):
    """The notebook cells of an exercise: statement, stub with its check, solution."""
    made = [new_markdown_cell(statement(exercise)), new_markdown_cell(solution(exercise))]
    if not isinstance(exercise, Open):
        made.insert(1, new_code_cell(stub(exercise)))
    for number, cell in enumerate(made):
        cell.id = f"{exercise.name}-{number}"
        cell.metadata.rnncourse = {"exercise": exercise.name}
    return made


def generated(chapter):
    """The cells of all exercises of a chapter, in their order."""
    return [cell for one in all_exercises().values() if one.chapter == chapter for cell in cells(one)]


def with_exercises(notebook, chapter):
    """Put the exercises of a chapter into its notebook; stored outputs of unchanged cells are kept."""
    old = {cell.id: cell for cell in notebook.cells if is_generated(cell)}
    kept = [cell for cell in notebook.cells if not is_generated(cell)]
    places = [n for n, cell in enumerate(kept) if cell.cell_type == "markdown" and "## Exercises" in cell.source]
    if len(places) != 1:
        raise SystemExit(f"{chapter}: expected one cell with the heading ## Exercises, found {len(places)}")
    new = generated(chapter)
    for n, cell in enumerate(new):
        same = old.get(cell.id)
        if same is not None and same.source == cell.source:
            new[n] = same
    notebook.cells = kept[: places[0] + 1] + new + kept[places[0] + 1 :]
    return notebook


def main():
    for _, _, path in places():
        before = path.read_text(encoding="utf-8")
        notebook = with_exercises(nbformat.reads(before, as_version=4), path.stem)
        after = nbformat.writes(notebook) + "\n"
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{path.name}: changed; run `make execute NOTEBOOKS={path.relative_to(ROOT)}`")


if __name__ == "__main__":
    main()
