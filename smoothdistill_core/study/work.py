"""`Work`: what a study still has to do, and in which order it can be done."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import replace
from typing import Any

from smoothdistill_core.errors import DataError
from smoothdistill_core.executors import submit_within
from smoothdistill_core.store import Store
from smoothdistill_core.study.best_teacher import best_teacher
from smoothdistill_core.study.pace import KindOfWork, Pace, kind_of_work
from smoothdistill_core.study.plan import Distillation, Plan, Task, TeacherSearch, Training, keys_of
from smoothdistill_core.study.remaining_tasks import remaining_tasks
from smoothdistill_core.trial import (
    Failure,
    SharedSplits,
    StudentResult,
    TeacherResult,
    Trial,
    distil_student,
    hand_over,
    train_teachers,
)


class Work:
    """What is still to be done, in the plan's order, students as soon as their teacher is there."""

    def __init__(self, plan: Plan, store: Store, keep_weights: bool, splits: SharedSplits | None = None) -> None:
        self._store = store
        self._metrics = plan.metrics
        self._keep_weights = keep_weights
        self._splits = splits
        self._preparations = plan.preparations
        self._order = {cell.key: place for place, cell in enumerate(plan.cells)}
        self.total = len(self._order)
        self._ready: list[tuple[int, Task]] = []
        self._waiting: dict[str, list[Distillation]] = defaultdict(list)
        """The students that wait for a teacher, by its key."""
        self.left: Counter[str] = Counter()
        """The keys of the cells that are to be run."""
        self._kinds: Counter[KindOfWork] = Counter()
        self._open_trials: Counter[str] = Counter()
        self._lost: set[str] = set()
        """The keys of the cells that a worker died of once."""
        known = store.states()
        tasks = remaining_tasks(plan, known, store.with_weights(), keep_weights)
        asked = {key for task in tasks for key in keys_of(task)}
        self.pace = Pace.measured(plan, known)
        self.failed = sum(known[key].state == "failed" for key in self._order if key not in asked)
        for task in tasks:
            self._add(task)
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
        return submit_within(
            executor,
            task.distil.seconds,
            distil_student,
            self._trial(task),
            task.student,
            self._metrics,
            task.teacher,
            weights,
            distil=task.distil,
        )

    def try_again(self, task: Task) -> bool:
        """Take the cells of a task that a worker died of once more, each by itself; False the second time."""
        keys = keys_of(task)
        if self._lost.intersection(keys):
            return False
        self._lost.update(keys)
        self._store.count_attempt(keys)
        alone = [replace(task, sweep=(item,)) for item in task.sweep] if isinstance(task, Training) else [task]
        for single in alone:
            self._push(single)
        return True

    def finish(self, task: Task, outcomes: Sequence[TeacherResult | StudentResult | Failure]) -> None:
        """Store the outcomes of a task, and free the students that waited for it."""
        for key, outcome in zip(keys_of(task), outcomes, strict=True):
            self._record(task, key, outcome)
            for student in self._waiting.pop(key, []):
                if student.search is not None:
                    if not self.left.keys() & student.needs:
                        self._free(student, student.search)
                elif isinstance(outcome, Failure):
                    self._record(student, student.key, Failure(f"its teacher failed: {outcome.reason}"))
                else:
                    self._push(student)

    def describe(self, task: Task) -> str:
        """Say in a few words what a task does."""
        where = f"on {task.trial.dataset.label}, seed {task.trial.seed}"
        if isinstance(task, Training):
            strengths = ", ".join(f"{strength:g}" for _, regularizer, strength in task.sweep if regularizer.strengths)
            teacher = f"{task.sweep[0][1].name} {strengths}".strip()
            return f"train {task.teacher.name} ({teacher}) {where}"
        return f"{task.student.name} {where}"

    def seconds_left(self, workers: int) -> float | None:
        """Return the expected time for all that is left."""
        return self.pace.expect(self._kinds, workers)

    def _add(self, task: Task) -> None:
        """Take a task; trainings come before their students."""
        keys = keys_of(task)
        self.left.update(keys)
        self._kinds[kind_of_work(task)] += len(keys)
        self._open_trials[task.trial_key] += len(keys)
        if isinstance(task, Training):
            self._push(task)
        elif waits_for := self.left.keys() & task.needs:
            for teacher in waits_for:
                self._waiting[teacher].append(task)
        elif task.search is not None:
            self._free(task, task.search)
        else:
            self._push(task)

    def _push(self, task: Task) -> None:
        """Let a task be run as soon as its turn comes."""
        heapq.heappush(self._ready, (self._order[keys_of(task)[0]], task))

    def _free(self, student: Distillation, search: TeacherSearch) -> None:
        """Let a student imitate the best of its teachers, which are all there."""
        best = best_teacher(self._store.teacher_scores(search.teachers), search.part)
        if best is None:
            reason = f"none of its teachers has a finite R2 on the {search.part} part"
            self._record(student, student.key, Failure(reason))
        else:
            self._push(replace(student, teacher=search.teachers[best], teacher_cell=best, search=None))

    def _record(self, task: Task, key: str, outcome: TeacherResult | StudentResult | Failure) -> None:
        if isinstance(outcome, Failure):
            self.failed += 1
            self._store.record_failure(key, outcome)
        elif isinstance(outcome, TeacherResult):
            self._store.record_teacher(key, outcome)
        else:
            self._store.record_student(key, outcome, task.teacher_cell if isinstance(task, Distillation) else None)
        if not isinstance(outcome, Failure):
            self.pace.add(kind_of_work(task), outcome.seconds)
        del self.left[key]
        self._kinds[kind_of_work(task)] -= 1
        self._open_trials[task.trial_key] -= 1
        if not self._open_trials[task.trial_key]:
            self._end_trials({task.trial_key})

    def _trial(self, task: Task) -> Trial:
        """Return a task's trial, and where its prepared data are shared."""
        learnt = self._preparations.pop(task.trial_key, None)
        if self._splits is None:
            if learnt is not None:
                hand_over(task.trial, learnt)
            return task.trial
        shared = self._splits.of(task.trial_key)
        if learnt is not None:
            with suppress(DataError):  # the task meets the same, and fails with it
                shared.get(lambda: learnt)
        return replace(task.trial, shared=shared)

    def _end_trials(self, trials: Collection[str]) -> None:
        for key in trials:
            self._preparations.pop(key, None)
        if self._splits is not None:
            self._splits.drop(trials)
        if not self._keep_weights:
            self._store.drop_weights(trials)
