"""`Study`: everything that a recipe asks for, run on an executor, resumable at any moment."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

from smoothdistill_core.errors import SmoothdistillError, StoreError, one_line
from smoothdistill_core.recipe import Recipe
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Results
from smoothdistill_core.store import CellRecord, Store
from smoothdistill_core.study.local import LocalExecutor, available_cores
from smoothdistill_core.study.plan import Distillation, Plan, Training, make_plan
from smoothdistill_core.study.progress import Pace, Progress, ProgressCallback, Work
from smoothdistill_core.trial import Failure, StudentResult, TeacherResult, distil_student, train_teachers

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
        workers: int | None = None,
        executor: Executor | None = None,
        progress: ProgressCallback | None = None,
        stop: threading.Event | None = None,
    ) -> Results:
        """Run every cell that has no result yet and return all results of the plan.

        ``workers`` tasks run at a time (default: one a core), in local processes unless an ``executor``
        is given. Setting ``stop`` ends the run early and returns what there is. Raises `DataError` for
        unusable data, `StoreError` for an unusable folder.
        """
        workers = workers or available_cores()
        with ExitStack() as stack:
            store = stack.enter_context(Store(self.folder))
            plan = self.plan()
            changes = self._claim(store)
            store.set_plan(plan.trials, plan.cells)
            work = _Work(plan, store, keep_weights=self.recipe.keep == "teachers")
            if work.left:
                if executor is None:
                    executor = LocalExecutor(workers)
                    stack.callback(executor.shutdown, cancel_futures=True)
                _run(work, executor, workers, progress, stop or threading.Event(), changes)
            return Results.of(store)

    def _claim(self, store: Store) -> tuple[str, ...]:
        """Make the run ours; return what changed in its recipe since last time."""
        content = self.recipe.content()
        names = {plugin.distribution for plugin in self.registry.plugins if plugin.state == "ready"}
        versions = {name: version(name) for name in sorted(names) if name}
        before = store.claim(self.recipe.name, content, versions)
        return () if before is None else tuple(differences(before, content))


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Return one line for each value that differs between two recipes' contents."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        parts = (differences(before.get(key), after.get(key), f"{path}.{key}" if path else key) for key in keys)
        return list(itertools.chain.from_iterable(parts))
    return [] if before == after else [f"{path}: {before!r} is now {after!r}"]


Task = Training | Distillation


class _Work:
    """What is still to be done, in the plan's order, students as soon as their teacher is there."""

    def __init__(self, plan: Plan, store: Store, keep_weights: bool) -> None:
        self.pace = Pace()
        self.failed = 0
        self._store = store
        self._metrics = plan.metrics
        self._keep_weights = keep_weights
        self._order = {cell.key: place for place, cell in enumerate(plan.cells)}
        self._dataset = {trial.key: trial.dataset for trial in plan.trials}
        records = {record.cell.key: record for record in store.cells()}
        self.total = len(records)
        self._ready: list[tuple[int, Task]] = []
        self._waiting: dict[str, list[Distillation]] = defaultdict(list)
        self.left: Counter[str] = Counter()
        """The keys of the cells that are to be run."""
        self._open_trials: Counter[str] = Counter()
        self._collect(plan, records, store.with_weights())

    def _collect(self, plan: Plan, records: dict[str, CellRecord], weights: set[str]) -> None:
        missing = {key for key, record in records.items() if record.state != "done"}
        students = [student for student in plan.distillations if student.key in missing]
        wanted = {student.teacher_cell for student in students}
        for training in plan.trainings:
            sweep = tuple(
                item
                for item in training.sweep
                if item[0] in missing or (item[0] not in weights and (item[0] in wanted or self._keep_weights))
            )
            if sweep:
                self._add(Training(training.trial, training.trial_key, training.teacher, sweep))
        for student in students:
            if student.teacher_cell in self.left:
                self._waiting[student.teacher_cell].append(student)
                self._count(student)
            else:
                self._add(student)
        for task in (*plan.trainings, *plan.distillations):
            for key in _keys(task):
                if key not in missing and (seconds := records[key].seconds) is not None:
                    self.pace.add(self._work(task), seconds)
        for trial in {cell.trial for cell in plan.cells} - self._open_trials.keys():
            self._end_trial(trial)

    @property
    def done(self) -> int:
        """How many cells of the plan have a result."""
        return self.total - len(self.left) - self.failed

    def next(self) -> Task | None:
        """Return the next task, or None while all that is left waits for its teacher."""
        return heapq.heappop(self._ready)[1] if self._ready else None

    def submit(self, task: Task, executor: Executor) -> Future[Any]:
        """Hand a task to the executor."""
        if isinstance(task, Training):
            sweep = [(regularizer, strength) for _, regularizer, strength in task.sweep]
            return executor.submit(train_teachers, task.trial, task.teacher, sweep, self._metrics)
        weights = b"" if task.teacher_cell is None else self._store.weights(task.teacher_cell) or b""
        return executor.submit(distil_student, task.trial, task.student, self._metrics, task.teacher, weights)

    def finish(self, task: Task, outcomes: Sequence[TeacherResult | StudentResult | Failure]) -> None:
        """Store the outcomes of a task, and free the students that waited for it."""
        for key, outcome in zip(_keys(task), outcomes, strict=True):
            self._record(task, key, outcome)
            for student in self._waiting.pop(key, []):
                if isinstance(outcome, Failure):
                    self._record(student, student.key, Failure(f"its teacher failed: {outcome.reason}"))
                else:
                    heapq.heappush(self._ready, (self._order[student.key], student))

    def describe(self, task: Task) -> str:
        """Say in a few words what a task does."""
        what, dataset = self._work(task)
        if isinstance(task, Training):
            strengths = ", ".join(f"{strength:g}" for _, regularizer, strength in task.sweep if regularizer.strengths)
            teacher = f"{task.sweep[0][1].name} {strengths}".strip()
            return f"train {what} ({teacher}) on {dataset}, seed {task.trial.seed}"
        return f"{what} on {dataset}, seed {task.trial.seed}"

    def seconds_left(self, running: Sequence[Task], workers: int) -> float | None:
        """Return the expected time for all that is left."""
        waiting = itertools.chain.from_iterable(self._waiting.values())
        tasks = itertools.chain((task for _, task in self._ready), waiting, running)
        return self.pace.expect((self._work(task) for task in tasks for _ in _keys(task)), workers)

    def _add(self, task: Task) -> None:
        heapq.heappush(self._ready, (self._order[_keys(task)[0]], task))
        self._count(task)

    def _count(self, task: Task) -> None:
        self.left.update(_keys(task))
        self._open_trials[task.trial_key] += len(_keys(task))

    def _record(self, task: Task, key: str, outcome: TeacherResult | StudentResult | Failure) -> None:
        if isinstance(outcome, Failure):
            self.failed += 1
            self._store.record_failure(key, outcome)
        elif isinstance(outcome, TeacherResult):
            self._store.record_teacher(key, outcome)
        else:
            self._store.record_student(key, outcome)
        if not isinstance(outcome, Failure):
            self.pace.add(self._work(task), outcome.seconds)
        del self.left[key]
        self._open_trials[task.trial_key] -= 1
        if not self._open_trials[task.trial_key]:
            self._end_trial(task.trial_key)

    def _end_trial(self, trial: str) -> None:
        if not self._keep_weights:
            self._store.drop_weights(trial)

    def _work(self, task: Task) -> Work:
        what = task.teacher.name if isinstance(task, Training) else task.student.name
        return what, self._dataset[task.trial_key]


def _keys(task: Task) -> tuple[str, ...]:
    return tuple(key for key, _, _ in task.sweep) if isinstance(task, Training) else (task.key,)


def _run(
    work: _Work,
    executor: Executor,
    workers: int,
    progress: ProgressCallback | None,
    stop: threading.Event,
    notes: tuple[str, ...],
) -> None:
    running: dict[Future[Any], Task] = {}
    while not stop.is_set():
        while len(running) < workers and (task := work.next()) is not None:
            running[work.submit(task, executor)] = task
        if progress is not None:
            tasks = list(running.values())
            left = work.seconds_left(tasks, workers)
            doing = tuple(work.describe(task) for task in tasks)
            progress(Progress(work.done, work.failed, work.total, doing, left, notes))
        if not running:
            return
        finished: set[Future[Any]] = set()
        while not finished and not stop.is_set():
            finished, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        for future in sorted(finished, key=lambda future: _keys(running[future])):
            task = running.pop(future)
            work.finish(task, _outcomes(future, task))


def _outcomes(future: Future[Any], task: Task) -> list[Any]:
    """Return one outcome a cell of a finished task, whatever happened to its worker."""
    error = future.exception()
    if isinstance(error, BrokenExecutor):
        raise SmoothdistillError(f"the executor broke down ({one_line(error)}); run the study again to resume it")
    if error is not None:
        _log.debug("a worker failed", exc_info=error)
        return [Failure(f"its worker process failed: {one_line(error)}")] * len(_keys(task))
    result = future.result()
    return result if isinstance(task, Training) else [result]
