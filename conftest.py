"""The environment of every test and of every notebook's kernel; a variable that is set stays."""

import os
import sys

os.environ.setdefault("TQDM_DISABLE", "1")  # a bar holds timings
os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers share two cores
if os.access(sys.prefix, os.W_OK):
    # the user's own cache may name the fonts of an environment that is gone
    os.environ.setdefault("MPLCONFIGDIR", os.path.join(sys.prefix, "matplotlib"))


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # once, before the workers start
        from matplotlib import font_manager

        # matplotlib says so when it builds its list of fonts; in a notebook that would be an unexpected output
        font_manager.findfont("DejaVu Sans")


# The files that take longest, longest first: one that starts last would leave the other worker with nothing to do.
LONGEST = (
    "test_runner.py", "test_grading_class.py", "test_grading_attacks.py", "test_pages.py", "test_notebooks.py",
    "test_exercises.py", "test_resume.py", "test_grading_benchmark.py",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    """The longest files first, then the notebooks, then the rest; within a file, as they stand there."""

    def place(item):
        if item.path.name in LONGEST:
            return LONGEST.index(item.path.name)
        return len(LONGEST) + (item.path.suffix != ".ipynb")

    items.sort(key=place)
