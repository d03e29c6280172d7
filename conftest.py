"""The environment of every test and of every notebook's kernel; a variable that is set stays."""

import os

os.environ.setdefault("TQDM_DISABLE", "1")  # a bar holds timings
os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers share two cores
