"""Run recipes with many seeds, so that whatever stops it, no finished run is lost or made twice."""

from pathlib import Path

from filelock import FileLock, Timeout

from ..checks import check_whole_number
from .ledger import RESULTS, add_record, records
from .recipes import recipe
from .runs import run


def reproduce(ids, seeds, folder=RESULTS, progress=True):
    """Run recipes with seeds 0 … seeds - 1 at full scale; what the ledger already holds isn't run again.

    A run that was killed goes on from its checkpoint. A run that another process has under way is left to it.

    Args:
        ids: ids of recipes.
        seeds: runs of each.
        folder: where the records are kept, one JSON line a run in one file a recipe.

    Yields:
        (id, seed, record) of each run that was made here, when it is done.
    """
    folder = Path(folder)
    recipes = [recipe(id) for id in ids]
    check_whole_number("seeds", seeds, 1)
    partial = folder / ".partial"
    partial.mkdir(parents=True, exist_ok=True)
    for seed in range(seeds):
        for r in recipes:
            try:
                with FileLock(partial / f"{r.id}-{seed}.lock", timeout=0):
                    if any(record["seed"] == seed for record in records(r.id, folder)):
                        continue
                    checkpoint = partial / f"{r.id}-{seed}.pt"
                    record = run(r, seed, checkpoint=checkpoint, progress=progress)
                    add_record(record, folder)
                    for leftover in partial.glob(f"{checkpoint.name}*"):
                        leftover.unlink()
            except Timeout:
                print(f"{r.id} with seed {seed} is under way in another process: left to it")
                continue
            yield r.id, seed, record
