"""`Study`: everything that a recipe asks for, run on an executor, resumable at any moment."""

from __future__ import annotations

import itertools
import logging
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from smoothdistill_core.errors import SmoothdistillError, one_line
from smoothdistill_core.recipe import Recipe
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Results
from smoothdistill_core.store import Store
from smoothdistill_core.study.local import LocalExecutor, available_cores
from smoothdistill_core.study.plan import Plan, Task, Training, keys_of, make_plan
from smoothdistill_core.study.progress import Progress, ProgressCallback
from smoothdistill_core.study.work import Work
from smoothdistill_core.trial import Failure, forget_splits, shared_splits

POLL_SECONDS = 0.2
"""How often a study that waits for its workers looks whether it is to stop."""

_log = logging.getLogger("smoothdistill")


class Study:
    """A recipe and the folder that its results live in; without a folder they live in memory only.

    >>> results = Study(recipe, registry, folder="runs/housing").run()  # doctest: +SKIP
    """

    def __init__(self, recipe: Recipe, registry: Registry, folder: Path | str | None = None) -> None:
        self.recipe = recipe
        self.registry = registry
        self.folder = None if folder is None else Path(folder)

    def plan(self) -> Plan:
        """Load the data and list what is to be done; raises `DataError` before any work starts."""
        return make_plan(self.recipe, self.registry)

    def run(
        self,
        *,
        plan: Plan | None = None,
        workers: int | None = None,
        executor: Executor | None = None,
        progress: ProgressCallback | None = None,
        stop: threading.Event | None = None,
        store: Store | None = None,
    ) -> Results:
        """Run every cell that has no result yet and return all results of the plan.

        ``plan`` is what `plan` returned, for a caller that wants to show it first.
        ``workers`` tasks run at a time (default: one a core), in local processes unless an ``executor``
        is given. Setting ``stop`` ends the run early and returns what there is. ``store`` is an open store to
        use in place of the folder; it stays open. Raises `DataError` for unusable data, `StoreError` for an
        unusable folder.
        """
        workers = available_cores() if workers is None else workers
        if workers < 1:
            raise SmoothdistillError(f"a study needs at least one worker, not {workers}")
        plan = plan or self.plan()
        with ExitStack() as stack:
            stack.callback(forget_splits)  # of an executor in this process
            store = store or stack.enter_context(Store(self.folder))
            changes = self._claim(store)
            store.set_plan(plan.trials, plan.cells)
            # processes of this machine share what is prepared; those of a foreign executor may be anywhere
            splits = stack.enter_context(shared_splits(store.folder)) if executor is None else None
            work = Work(plan, store, keep_weights=self.recipe.keep == "teachers", splits=splits)
            if progress is not None and changes:
                progress(Progress(work.done, work.failed, work.total, (), None, changes))
            if work.left:
                if executor is None:
                    executor = LocalExecutor(workers)
                    stack.callback(executor.shutdown, cancel_futures=True)
                _run(work, executor, workers, progress, stop or threading.Event())
            return Results.of(store)

    def _claim(self, store: Store) -> tuple[str, ...]:
        """Make the run ours; return what changed in its recipe since last time."""
        content = self.recipe.content()
        ready = [plugin for plugin in self.registry.plugins if plugin.state == "ready"]
        versions = {plugin.distribution or plugin.name: plugin.version for plugin in ready}
        before = store.claim(self.recipe.name, content, versions)
        return () if before is None else tuple(differences(before, content))


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Return one line for each value that differs between two recipes' contents."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        parts = (differences(before.get(key), after.get(key), f"{path}.{key}" if path else key) for key in keys)
        return list(itertools.chain.from_iterable(parts))
    return [] if before == after else [f"{path}: {before!r} is now {after!r}"]


def _run(
    work: Work,
    executor: Executor,
    workers: int,
    progress: ProgressCallback | None,
    stop: threading.Event,
) -> None:
    running: dict[Future[Any], Task] = {}
    while not stop.is_set():
        while len(running) < workers and (task := work.next()) is not None:
            try:
                running[work.submit(task, executor)] = task
            except RuntimeError as error:  # what the standard's executors raise once they are shut down
                raise SmoothdistillError(f"the executor takes no more work: {one_line(error)}") from error
        if progress is not None:
            tasks = list(running.values())
            left = work.seconds_left(tasks, workers)
            doing = tuple(work.describe(task) for task in tasks)
            progress(Progress(work.done, work.failed, work.total, doing, left))
        if not running:
            return
        finished: set[Future[Any]] = set()
        while not finished and not stop.is_set():
            finished, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        for future in sorted(finished, key=lambda future: keys_of(running[future])):
            task = running.pop(future)
            work.finish(task, _outcomes(future, task))
    for future in running:
        future.cancel()


def _outcomes(future: Future[Any], task: Task) -> list[Any]:
    """Return one outcome a cell of a finished task, whatever happened to its worker."""
    error = future.exception()
    if isinstance(error, BrokenExecutor):
        raise SmoothdistillError(f"the executor broke down ({one_line(error)}); run the study again to resume it")
    if error is not None:
        _log.debug("a worker failed", exc_info=error)
        died = getattr(error, "exitcode", None)  # the local executor's word on a process that is gone
        reason = f"its worker process failed: {one_line(error)}" if died is None else _obituary(died)
        return [Failure(reason)] * len(keys_of(task))
    result = future.result()
    return result if isinstance(task, Training) else [result]


def _obituary(exit_code: int) -> str:
    if exit_code < 0:
        return f"its worker process was killed by signal {-exit_code} (9 is often: out of memory)"
    return f"its worker process ended with exit code {exit_code}"
