"""`Study`: everything that a recipe asks for, run on an executor, resumable at any moment."""

from __future__ import annotations

import itertools
import threading
import time
import warnings
from concurrent.futures import Executor
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from smoothdistill_core.components import Component, Student
from smoothdistill_core.components.versions import installed
from smoothdistill_core.errors import SmoothdistillError
from smoothdistill_core.executors import (
    LocalExecutor,
    available_cores,
    keeps_time_limits,
)
from smoothdistill_core.executors.in_program import CallingThread, Processes
from smoothdistill_core.recipe import Recipe
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Results
from smoothdistill_core.store import Store
from smoothdistill_core.study.best_formula import BestFormulas
from smoothdistill_core.study.execution import work_through
from smoothdistill_core.study.followers import with_another_best
from smoothdistill_core.study.judging import judge_together
from smoothdistill_core.study.outlook import Outlook, outlook
from smoothdistill_core.study.plan import Plan, make_plan
from smoothdistill_core.study.portraying import draw_answers
from smoothdistill_core.study.progress import Progress, ProgressCallback
from smoothdistill_core.study.time_shares import TO_WORK, TimeShares, WorkTime
from smoothdistill_core.study.warming_up import warm_up
from smoothdistill_core.study.work import Work
from smoothdistill_core.trial import forget_splits, shared_splits


class Study:
    """A recipe and the folder that its results live in; without a folder they live in memory only.

    >>> results = Study(recipe, registry, folder="runs/housing").run()  # doctest: +SKIP
    """

    def __init__(self, recipe: Recipe, registry: Registry, folder: Path | str | None = None) -> None:
        self.recipe = recipe
        self.registry = registry
        self.folder = None if folder is None else Path(folder)

    def plan(self) -> Plan:
        """Load the data and list what is to be done; raises `DataError` and `RecipeError` before any work starts."""
        return make_plan(self.recipe, self.registry)

    def outlook(self, *, plan: Plan | None = None, workers: int | None = None) -> Outlook:
        """Return what `run` would do and how long it would take; nothing is written, and nothing is locked.

        Raises `DataError` and `StoreError` as `run` does, also for a damaged file.
        """
        workers = _checked(workers)
        plan = plan or self.plan()
        store = None if self.folder is None else Store.peek(self.folder)
        keep, notices = self.recipe.keep == "teachers", (*self.recipe.left_out, *plan.notices)
        budget = self._work_time(workers)
        if store is None:
            return outlook(plan, {}, (), keep_weights=keep, workers=workers, notices=notices, budget=budget)
        with store, store.snapshot():
            before = store.last_content(self.recipe.name)
            changes = () if before is None else tuple(differences(before, self.recipe.content()))
            held = store.states(), store.with_weights()
        return outlook(plan, *held, keep_weights=keep, workers=workers, changes=changes, notices=notices, budget=budget)

    def run(
        self,
        *,
        plan: Plan | None = None,
        workers: int | None = None,
        executor: Executor | None = None,
        progress: ProgressCallback | None = None,
        stop: threading.Event | None = None,
        store: Store | None = None,
        began: float | None = None,
        draw: bool = True,
        memory: int | None = None,
    ) -> Results:
        """Run every cell that has no result yet and return all results of the plan.

        ``plan`` is what `plan` returned, for a caller that wants to show it first.
        ``workers`` tasks run at a time (default: one a core), in local processes unless an ``executor``
        is given; one that holds more than ``memory`` bytes is ended, and what it did is tried once more. A student
        that is not built in has processes of its own, if the executor has processes. Setting ``stop`` ends the run
        early and returns what there is. ``store`` is an open store to use in place of the folder; it stays open. The
        recipe's budget counts from ``began`` of the monotonic clock, or from when there is a plan; the time in which
        components warm up is left out. To ``draw`` the answers, for reports, comes after it. Raises `DataError` for
        unusable data, `RecipeError` for a recipe two entries of which come to the same work, `StoreError` for an
        unusable folder, `ExecutorError` where the workers went away.
        """
        workers, budget = _checked(workers), self.recipe.budget.limit
        if memory is not None and executor is not None:
            raise SmoothdistillError(
                "memory is the limit of processes that the study starts itself, not of an executor that is given: say "
                "it where that is made"
            )
        plan = plan or self.plan()
        began = time.monotonic() if began is None else began
        with ExitStack() as stack:
            stack.callback(forget_splits)  # of an executor in this process
            store = store or stack.enter_context(Store(self.folder))
            with store.transaction():  # a recipe is never there without its plan
                changes = self._claim(store, plan)
                store.set_plan(plan.trials, plan.cells)
                store.outdate(with_another_best(plan, store))
            warned = [*self.recipe.left_out, *plan.notices, *store.notices, *self._unlimited(executor)]
            notices = (*warned, *_outside(store))
            # processes of this machine share what is prepared; those of a foreign executor may be anywhere
            is_near = executor is None or isinstance(executor, Processes)
            splits = stack.enter_context(shared_splits(store.folder if store.locked else None)) if is_near else None
            keep = self.recipe.keep == "teachers"
            part, work_time = self.recipe.choose.part, self._work_time(workers)
            work = Work(plan, store, keep, part, splits, work_time, self._owner_of)
            best = BestFormulas(self.recipe.choose)
            if progress is None:
                for text in warned:
                    warnings.warn(text, RuntimeWarning, stacklevel=2)
            elif work.left or changes or notices:
                best.read(plan, store)
                if changes or notices:
                    progress(Progress(work.done, work.failed, work.total, (), None, changes, notices, best.latest))
            stop = stop or threading.Event()

            @cache
            def at_work() -> Executor:
                if executor is not None:
                    return executor
                local = LocalExecutor(workers, memory=memory)
                stack.callback(local.shutdown, cancel_futures=True)
                return local

            def told(running: tuple[str, ...], left: float | None = None) -> None:
                if progress is not None:
                    progress(Progress(work.done, work.failed, work.total, running, left, best=best.latest))

            if work.left and (budget is not None or self.recipe.distil.seconds is not None):
                paused = time.monotonic()
                warm_up(at_work(), workers, self.recipe.components, self._owner_of, stop)
                began += time.monotonic() - paused
            shares = None if budget is None else TimeShares(budget, workers, began)
            if work.left:
                work_through(work, at_work(), workers, best, progress, stop, shares)
            if work.left and shares is not None and not stop.is_set():
                store.note_out_of_time()
            results = judge_together(plan, store, at_work, told, stop, shares)
            if draw:  # after a budget here: processes that had to be stopped would start anew for it
                drawing = at_work if budget is None else CallingThread
                results = draw_answers(results, plan, store, drawing, told, stop, in_part=budget is not None)
            if at_work.cache_info().currsize and not stop.is_set():  # something was done
                told((), 0.0)
            if (
                not keep
                and results.ran
                and not (results.failed or results.outdated or results.to_judge or results.to_draw)
            ):
                # the most accurate were kept to be drawn, also once failed cells ran
                store.drop_weights(results.trials, but=work.cut_teachers)
            return results

    def _owner_of(self, component: Component) -> str | None:
        """Return whose processes a component works in: a student that is not built in has its own."""
        kind = type(component)
        if not isinstance(component, Student) or self.registry.is_built_in(kind):
            return None
        return f"{kind.__module__}.{kind.__qualname__}"

    def _work_time(self, workers: int) -> WorkTime | None:
        """Return the time that the budget has for work."""
        limit = self.recipe.budget.limit
        return None if limit is None else WorkTime(TO_WORK * limit, workers)

    def _claim(self, store: Store, plan: Plan) -> tuple[str, ...]:
        """Make the run ours; return what changed in its recipe since last time."""
        content = self.recipe.content()
        ready = [plugin for plugin in self.registry.plugins if plugin.state == "ready"]
        versions = {plugin.distribution or plugin.name: plugin.version for plugin in ready}
        versions |= installed(("numpy", *self.recipe.libraries))
        metrics = [metric.facts() for metric in plan.metrics]
        before = store.claim(self.recipe.name, content, versions, (*self.recipe.left_out, *plan.notices), metrics)
        return () if before is None else tuple(differences(before, content))

    def _unlimited(self, executor: Executor | None) -> list[str]:
        """Say where a time limit will not be kept."""
        seconds = self.recipe.distil.seconds
        if seconds is None or executor is None or keeps_time_limits(executor):
            return []
        return [
            f"distil.seconds: {seconds:g} is not kept by the executor that was given: students are told how long they "
            "have, and nothing stops one that takes longer"
        ]


def _checked(workers: int | None) -> int:
    workers = available_cores() if workers is None else workers
    if workers < 1:
        raise SmoothdistillError(f"a study needs at least one worker, not {workers}")
    return workers


def _outside(store: Store) -> list[str]:
    """Say how many results the present plan does not hold."""
    count = sum(state.state == "done" and not state.planned for state in store.states().values())
    return [outside_in_words(count)] if count else []


def outside_in_words(count: int) -> str:
    """Say that results of earlier plans are not lost."""
    return f"results outside of the present plan, which stay in the run folder: {count}"


MOST_SHOWN = 10
"""So many entries of two lists together are written out where the lists differ."""


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Return one line for each value that differs between two recipes' contents; of long lists only how many do."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        parts = (differences(before.get(key), after.get(key), f"{path}.{key}" if path else key) for key in keys)
        return list(itertools.chain.from_iterable(parts))
    if before == after:
        return []
    if isinstance(before, list) and isinstance(after, list) and len(before) + len(after) > MOST_SHOWN:
        new, gone = (sum(one not in other for one in many) for many, other in ((after, before), (before, after)))
        return [f"{path}: {new} new, {gone} gone, {len(after) - new} as before"]
    return [f"{path}: {before!r} is now {after!r}"]
