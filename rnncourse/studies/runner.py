"""Run recipes with many seeds, so that whatever stops it, no finished run is lost or made twice."""

from joblib import cpu_count
from tqdm.auto import tqdm

from ..base.checks import check_whole_number
from ..base.files import expanded
from ._processes import over_processes
from .attempts import attempt, say
from .ledger import RESULTS, find_record
from .recipes import recipe


def reproduce(ids, seeds, folder=RESULTS, jobs=None, dask=None, progress=True):
    """Run recipes with seeds 0 … seeds - 1 at full scale; what the ledger already holds isn't run again.

    A run that was killed goes on from its checkpoint (on a cluster, from its beginning). A run that another process
    has under way is left to it.

    Args:
        ids: ids of recipes.
        seeds: runs of each.
        folder: where the records are kept, one JSON line a run in one file a recipe.
        jobs: runs at the same time, each in a process of its own with one thread; by default as many as there are
            cores. 1 makes the runs in this process, with all the threads of torch.
        dask: address of a Dask scheduler, whose workers make the runs; jobs is then their number.
        progress: show a progress bar.

    Yields:
        (id, seed, record) of each run that was made here, when it is done.

    Raises:
        ValueError: an argument is unsound, or a file of the ledger is.
        StudyError: the runs can't be made as asked; what was finished is in the ledger.
    """
    folder = expanded(folder)
    recipes = [recipe(id) for id in dict.fromkeys(ids)]
    check_whole_number("seeds", seeds, 1)
    if jobs is not None:
        check_whole_number("jobs", jobs, 1)
        if dask is not None:
            raise ValueError(f"jobs must be left out with dask, whose workers decide, got {jobs}")
    (folder / ".partial").mkdir(parents=True, exist_ok=True)
    runs = {(r.id, seed): r for seed in range(seeds) for r in recipes}
    missing = {key: r for key, r in runs.items() if not find_record(*key, folder)}
    jobs = cpu_count() if jobs is None else jobs
    if not missing:
        return
    if dask is not None:
        from ._cluster import over_cluster  # needs an optional extra

        outcomes = over_cluster(missing, folder, dask)
    elif jobs > 1:
        outcomes = over_processes(missing, folder, max(2, min(jobs, len(missing))))
    else:
        outcomes = (attempt(r, seed, folder, progress) for (_, seed), r in missing.items())
    bar = tqdm(
        total=len(runs), initial=len(runs) - len(missing), unit="run", desc="runs",
        smoothing=0,  # the time left from the mean of all runs, for several may end at once
        **({} if progress else {"disable": True}),
    )  # fmt: skip
    with bar:
        for id, seed, record, under_way in outcomes:
            bar.update()
            if under_way:
                say(f"{id} with seed {seed} is under way in another process: left to it")
            elif record:
                yield id, seed, record
