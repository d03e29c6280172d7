"""Check what a change touches: ``python tools/check.py`` (``make check``), in less than two minutes for most changes.

What differs from the last commit (``--base`` names another one), and files that git doesn't know yet, decide what runs:

- a file of tests: that file;
- a module of the package, a tool or a benchmark: the files of tests that name it;
- an exercise: its own tests, and the form of its chapter;
- a notebook: its form, and the notebook itself, run and compared;
- the records of a recipe: the tests of the studies, and the notebooks that read records of its family;
- anything of the book: the order of the chapters, the bibliography, the spelling.

Everything else is for ``make test``, which runs all of it.
"""

import argparse
import pathlib
import re
import subprocess
import sys

from processors import NBVAL

ROOT = pathlib.Path(__file__).resolve().parents[1]
BOOK = ["tests/test_order.py", "tests/test_bibliography.py", "tests/test_spelling.py"]
RECORDS = ["tests/test_ledger_page.py", "tests/test_studies.py", "tests/test_targets.py"]


def changed(base):
    """The paths that differ from a commit, and those that git doesn't know yet."""
    lists = (
        ["git", "diff", "--name-only", "--diff-filter=d", base],
        ["git", "ls-files", "--others", "--exclude-standard"],
    )
    done = [subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True) for command in lists]
    return [line for one in done for line in one.stdout.splitlines()]


def naming(stem, folder=ROOT):
    """The files of tests that name a module, as a whole word."""
    word = re.compile(rf"\b{re.escape(stem)}\b")
    files = sorted((folder / "tests").glob("test_*.py"))
    return [f"tests/{path.name}" for path in files if word.search(path.read_text(encoding="utf-8"))]


def reading(id, folder=ROOT):
    """The notebooks that name the family of a recipe, such as "R3-"; all that read records where none names it."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((folder / "book").glob("*.ipynb"))}
    family = re.compile(rf"""["']{re.escape(id.split("-")[0])}-""")
    naming = [path for path, text in texts.items() if family.search(text)]
    return [f"book/{path.name}" for path in naming or texts if naming or "rc.studies" in texts[path]]


def selection(paths, folder=ROOT):
    """(files of tests, notebooks, words): what pytest is given for some changed paths.

    ``words`` choose among the tests of exercises and notebooks, of which there are thousands.
    """
    tests, notebooks, words, families = set(), set(), set(), {}
    for path in map(pathlib.PurePosixPath, paths):
        top, stem = path.parts[0], path.stem
        if top == "book":
            tests.update(BOOK)
            if path.suffix == ".ipynb":
                notebooks.add(str(path))
                words.add(stem)
        elif top == "tests" and path.name.startswith("test_"):
            tests.add(str(path))
        elif path.suffix == ".jsonl":
            tests.update(RECORDS)
            families.setdefault(stem.split("-")[0], stem)
        elif path.parts[:2] == ("rnncourse", "exercises") and not stem.startswith("_"):
            words.add(stem.replace("_", "-"))
        elif top in ("rnncourse", "tools", "benchmarks", "tests") and path.suffix == ".py":
            tests.update(naming(path.parts[-2] if stem == "__init__" else stem, folder))
    notebooks.update(name for id in families.values() for name in reading(id, folder))
    return sorted(tests), sorted(notebooks), sorted(words)


def commands(tests, notebooks, words):
    """The calls of pytest."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "2"]
    if tests:
        yield [*pytest, *tests]
    if words:
        yield [*pytest, "tests/test_exercises.py", "tests/test_notebooks.py",
               "-k", f"({' or '.join(words)}) and not reexecution"]  # fmt: skip
    if notebooks:
        yield [*pytest, "--dist", "loadfile", *NBVAL, *notebooks]


def main():
    """Run what the change touches; 1 if something fails."""
    parser = argparse.ArgumentParser(description="Check what a change touches.")
    parser.add_argument("--base", default="HEAD", help="the commit to compare with, HEAD by default")
    paths = changed(parser.parse_args().base)
    calls = list(commands(*selection(paths)))
    print(f"{len(paths)} files changed", *(f"  {path}" for path in paths), sep="\n", flush=True)
    return max((subprocess.run(call, cwd=ROOT).returncode for call in calls), default=0)


if __name__ == "__main__":
    sys.exit(main())
