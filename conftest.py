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
