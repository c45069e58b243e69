"""`Work`: what a study still has to do, and in which order it can be done."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Any

from smoothdistill_core.store import CellRecord, Store
from smoothdistill_core.study.plan import Distillation, Plan, Task, Training, keys_of
from smoothdistill_core.study.progress import KindOfWork, Pace
from smoothdistill_core.trial import (
    Failure,
    SharedSplits,
    StudentResult,
    TeacherResult,
    Trial,
    distil_student,
    train_teachers,
)


class Work:
    """What is still to be done, in the plan's order, students as soon as their teacher is there."""

    def __init__(self, plan: Plan, store: Store, keep_weights: bool, splits: SharedSplits | None = None) -> None:
        self.pace = Pace()
        self.failed = 0
        self._store = store
        self._metrics = plan.metrics
        self._keep_weights = keep_weights
        self._splits = splits
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
            if student.teacher_cell is not None and student.teacher_cell in self.left:
                self._waiting[student.teacher_cell].append(student)
                self._count(student)
            else:
                self._add(student)
        tasks: list[Task] = [*plan.trainings, *plan.distillations]
        for task in tasks:
            for key in keys_of(task):
                if key not in missing and (seconds := records[key].seconds) is not None:
                    self.pace.add(self._kind(task), seconds)
        self._end_trials({cell.trial for cell in plan.cells} - self._open_trials.keys())

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
            return executor.submit(train_teachers, self._trial(task), task.teacher, sweep, self._metrics)
        weights = b"" if task.teacher_cell is None else self._store.weights(task.teacher_cell) or b""
        return executor.submit(
            distil_student, self._trial(task), task.student, self._metrics, task.teacher, weights, distil=task.distil
        )

    def finish(self, task: Task, outcomes: Sequence[TeacherResult | StudentResult | Failure]) -> None:
        """Store the outcomes of a task, and free the students that waited for it."""
        for key, outcome in zip(keys_of(task), outcomes, strict=True):
            self._record(task, key, outcome)
            for student in self._waiting.pop(key, []):
                if isinstance(outcome, Failure):
                    self._record(student, student.key, Failure(f"its teacher failed: {outcome.reason}"))
                else:
                    heapq.heappush(self._ready, (self._order[student.key], student))

    def describe(self, task: Task) -> str:
        """Say in a few words what a task does."""
        what, dataset = self._kind(task)
        if isinstance(task, Training):
            strengths = ", ".join(f"{strength:g}" for _, regularizer, strength in task.sweep if regularizer.strengths)
            teacher = f"{task.sweep[0][1].name} {strengths}".strip()
            return f"train {what} ({teacher}) on {dataset}, seed {task.trial.seed}"
        return f"{what} on {dataset}, seed {task.trial.seed}"

    def seconds_left(self, running: Sequence[Task], workers: int) -> float | None:
        """Return the expected time for all that is left."""
        waiting = itertools.chain.from_iterable(self._waiting.values())
        tasks = itertools.chain((task for _, task in self._ready), waiting, running)
        return self.pace.expect((self._kind(task) for task in tasks for _ in keys_of(task)), workers)

    def _add(self, task: Task) -> None:
        heapq.heappush(self._ready, (self._order[keys_of(task)[0]], task))
        self._count(task)

    def _count(self, task: Task) -> None:
        self.left.update(keys_of(task))
        self._open_trials[task.trial_key] += len(keys_of(task))

    def _record(self, task: Task, key: str, outcome: TeacherResult | StudentResult | Failure) -> None:
        if isinstance(outcome, Failure):
            self.failed += 1
            self._store.record_failure(key, outcome)
        elif isinstance(outcome, TeacherResult):
            self._store.record_teacher(key, outcome)
        else:
            self._store.record_student(key, outcome)
        if not isinstance(outcome, Failure):
            self.pace.add(self._kind(task), outcome.seconds)
        del self.left[key]
        self._open_trials[task.trial_key] -= 1
        if not self._open_trials[task.trial_key]:
            self._end_trials({task.trial_key})

    def _trial(self, task: Task) -> Trial:
        """Return a task's trial, and where its prepared data are shared."""
        return task.trial if self._splits is None else replace(task.trial, shared=self._splits.of(task.trial_key))

    def _end_trials(self, trials: Iterable[str]) -> None:
        if self._splits is not None:
            self._splits.drop(trials)
        if not self._keep_weights:
            self._store.drop_weights(trials)

    def _kind(self, task: Task) -> KindOfWork:
        what = task.teacher.name if isinstance(task, Training) else task.student.name
        return what, self._dataset[task.trial_key]
