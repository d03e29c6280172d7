"""Run chapters as other processors would: with their instruction sets, and the numbers of their kernels.

    python tools/processors.py book/faster.ipynb …
    python tools/processors.py --only avx2 --threads 2 book/faster.ipynb

Libraries choose their kernels when they start, by the processor; the variables below make them choose those of an
older one. So an addition is done in another order, and a training takes another path. For each processor the command
says which chapters fail or print something else there, and in which cells. It ends with 1 if there is one.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROCESSORS = {
    # neither AVX-512 nor bfloat16
    "avx2": {
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_CBWR": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL",
    },
    # no AVX2 either, nor fused multiply-adds
    "sse4.1": {
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "ATEN_CPU_CAPABILITY": "default",
        "MKL_CBWR": "COMPATIBLE",
        "OPENBLAS_CORETYPE": "Nehalem",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA",
    },
}
NBVAL = "--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(ROOT / "tools" / "nbval-sanitize.cfg")
_FAILED = re.compile(r"^(?:FAILED|ERROR) .*::(Cell \d+)", re.MULTILINE)


def environment(processor=None, threads=1):
    """The variables for a process that computes as ``processor`` (None: as this machine's own)."""
    of_others = {name for variables in PROCESSORS.values() for name in variables}
    own = {name: value for name, value in os.environ.items() if name not in of_others}
    return own | PROCESSORS.get(processor, {}) | {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}


def differing_cells(notebook, processor, threads=1):
    """Run a notebook as another processor: (its cells that fail or print something else, what pytest said).

    Raises:
        RuntimeError: a run that ended without a verdict, with what pytest said.
    """
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", f"--rootdir={ROOT}"),
        *NBVAL, notebook.resolve(),
    ]
    variables = environment(processor, threads) | {"PYTHONIOENCODING": "utf-8"}  # whatever the console can show
    said = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, encoding="utf-8", errors="replace")
    cells = _FAILED.findall(said.stdout)
    if said.returncode != (1 if cells else 0):
        raise RuntimeError(f"{notebook}: pytest ended with {said.returncode}:\n{said.stdout}{said.stderr}")
    return cells, said.stdout


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Run chapters as other processors would.")
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    parser.add_argument("--only", choices=PROCESSORS, help="one processor; by default all")
    parser.add_argument("--threads", type=int, default=1, help="threads of each chapter, 1 by default")
    parser.add_argument("--workers", type=int, default=2, help="chapters at the same time, 2 by default")
    options = parser.parse_args(arguments)
    differ = False
    for processor in [options.only] if options.only else PROCESSORS:
        differing = []
        with ThreadPoolExecutor(options.workers) as pool:
            run = partial(differing_cells, processor=processor, threads=options.threads)
            runs = pool.map(run, options.notebooks)
            for path, (cells, report) in zip(options.notebooks, runs, strict=True):
                print(f"{processor}: {path.name}", "the same" if not cells else f"differs\n{report}", flush=True)
                differing += [f"{path.name} ({', '.join(cells)})"] if cells else []
        print(f"{processor}: {'; '.join(differing) or 'no chapter'} differs", flush=True)
        differ |= bool(differing)
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
