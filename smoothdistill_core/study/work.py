"""`Work`: what a study still has to do, and in which order it can be done."""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import replace
from functools import partial

from smoothdistill_core.components import Part, Role, at_strength
from smoothdistill_core.errors import DataError
from smoothdistill_core.executors import OwnerOf, apart, nobody, submit_within
from smoothdistill_core.executors.freed_memory import give_back
from smoothdistill_core.results.portraying import most_accurate
from smoothdistill_core.store import Store
from smoothdistill_core.study.best_teacher import best_teacher
from smoothdistill_core.study.pace import KindOfWork, Pace, kind_of_work
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.remaining_tasks import is_open, limit_of, remaining_tasks, scoring_of, share_of
from smoothdistill_core.study.stint import Stint, stint_of, stint_with_interims
from smoothdistill_core.study.tasks import Distillation, Scoring, Task, TeacherSearch, Training, keys_of, trial_of
from smoothdistill_core.study.time_shares import WorkTime
from smoothdistill_core.trial import (
    Failure,
    Scores,
    ScoringResult,
    SharedSplits,
    StudentResult,
    TeacherResult,
    Trial,
    distil_student,
    hand_over,
    score_formulas,
    score_teacher,
    train_teachers,
)

Result = TeacherResult | StudentResult | ScoringResult
"""What comes of a cell."""


class Work:
    """What is still to be done, in the plan's order, students as soon as their teacher is there."""

    def __init__(
        self,
        plan: Plan,
        store: Store,
        keep_weights: bool,
        part: Part,
        splits: SharedSplits | None = None,
        budget: WorkTime | None = None,
        owner_of: OwnerOf = nobody,
    ) -> None:
        self._store = store
        self._plan = plan
        self._keep_weights = keep_weights
        self._part = part
        self._splits = splits
        self._owner_of = owner_of
        self._preparations = plan.preparations
        rank = plan.ranks if budget is not None else {}
        self._order = {cell.key: (rank.get(cell.trial, 0), place) for place, cell in enumerate(plan.cells)}
        self.total = len(self._order)
        self._ready: list[tuple[tuple[int, int], Task]] = []
        self._waiting: dict[str, list[Distillation | Scoring]] = defaultdict(list)
        """The students, and the formulas to be scored, that wait for a teacher or a first search, by its key."""
        self.left: Counter[str] = Counter()
        """The keys of the cells that are to be run."""
        self._kind_of: dict[str, KindOfWork] = {}
        """The kind of work of each of these, as it was counted."""
        self._kinds: Counter[KindOfWork] = Counter()
        self._open_trials: Counter[str] = Counter()
        self.waiting = 0
        """How many tasks have not begun."""
        self._teachers: dict[str, list[str]] = defaultdict(list)
        """The keys of the teachers of each trial."""
        for cell in plan.cells:
            if cell.role is Role.TEACHER:
                self._teachers[cell.trial].append(cell.key)
        self._lost: set[str] = set()
        """The keys of the cells that a worker died of once."""
        self.cut_teachers: dict[str, float] = {}
        """The limit of each: its weights stay, for trained again it would be another, and its students count as cut."""
        known = store.states()
        for key in itertools.chain.from_iterable(self._teachers.values()):
            if key in known and known[key].state == "done" and (limit := known[key].stopped_after) is not None:
                self.cut_teachers[key] = limit
        weights = store.with_weights()
        self._with_weights = {trial for trial, teachers in self._teachers.items() if weights.intersection(teachers)}
        """The trials some of whose teachers are at hand."""
        tasks = remaining_tasks(plan, known, weights, keep_weights=keep_weights, budget=budget)
        self._share = share_of(plan, known, budget)
        asked = {key for task in tasks for key in keys_of(task)}
        self.pace = Pace.measured(plan, known)
        self._finished = {key: known[key] for key in asked if key in known and known[key].state == "done"}
        """The cells whose result is there already: it stays, whatever becomes of what is added to it."""
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
        if not self._ready:
            return None
        self.waiting -= 1
        return heapq.heappop(self._ready)[1]

    def submit(
        self, task: Task, executor: Executor, limit: float | None = None, stopped_after: float | None = None
    ) -> Future[Stint]:
        """Hand a task to the executor: it has a ``limit`` in seconds, if any, and is stopped if it does not end."""
        if isinstance(task, Training):
            sweep = [(trained.regularizer, trained.strength) for trained in task.sweep]
            trial, *others = (self._trial(*target) for target in task.targets)
            return submit_within(
                executor,
                stopped_after,
                partial(stint_of, train_teachers),
                trial,
                task.trainer,
                sweep,
                self._plan.metrics,
                path=task.path,
                seconds=limit,
                others=others,
                targets=[trained.target for trained in task.sweep],
            )
        trial = self._trial(task.trial, task.trial_key)
        weights = b"" if task.teacher_cell is None else self._store.weights(task.teacher_cell) or b""
        if isinstance(task, Scoring):
            if isinstance(task.of, Training):
                return executor.submit(partial(stint_of, score_teacher), trial, task.of.teacher, weights, task.metrics)
            formulas = [entry.formula for entry in self._store.front(task.key)]
            return executor.submit(
                partial(stint_of, score_formulas), trial, formulas, task.metrics, task.teacher, weights
            )
        return submit_within(
            apart(executor, self._owner_of(task.student)),
            stopped_after,
            partial(stint_with_interims, distil_student),
            trial,
            task.student,
            self._plan.metrics,
            task.teacher,
            weights,
            distil=task.distil.model_copy(update={"seconds": limit}),
        )

    def try_again(self, task: Task) -> bool:
        """Take the cells of a task that a worker died of once more, each by itself; False the second time."""
        keys = keys_of(task)
        if self._lost.intersection(keys):
            return False
        self._lost.update(keys)
        self._store.count_attempt(keys)
        for key in keys:
            self.waiting += 1
            self._push(_alone(task, key))
        return True

    def finish(self, task: Task, outcomes: Sequence[Result | Failure], stint: Stint | None = None) -> None:
        """Store the outcomes of a task, of its ``stint`` where it came to an end, and free what waited for it."""
        first = stint is not None and self.pace.note_process(task, stint)
        for key, outcome in zip(keys_of(task), outcomes, strict=True):
            if not isinstance(outcome, Failure):
                self.pace.add(kind_of_work(task), outcome.seconds, first=first)
            failed = self._record(task, key, outcome)
            spares = isinstance(outcome, StudentResult) and outcome.nothing_left
            for waiting in self._waiting.pop(key, []):
                if waiting.key not in self.left:  # it was spared, or failed with its teacher
                    continue
                if spares and waiting.key not in self._finished:
                    self.waiting -= 1
                    self._leave(waiting, waiting.key)
                elif failed is not None and isinstance(task, Training) and not _has_a_choice(waiting):
                    self.waiting -= 1
                    self._record(waiting, waiting.key, Failure(f"its teacher failed: {failed.reason}"))
                elif not self.left.keys() & waiting.waits_for:
                    self._begin(waiting)

    def describe(self, task: Task) -> str:
        """Say in a few words what a task does."""
        where = f"on {task.trial.dataset.label}, seed {task.trial.seed}"
        if isinstance(task, Training):
            said = (f"{trained.strength:g}" for trained in task.sweep if trained.regularizer.strengths)
            strengths = ", ".join(dict.fromkeys(said))
            where = f"on {', '.join(target.trial.dataset.label for target in task.targets)}, seed {task.trial.seed}"
            teacher = f"{task.sweep[0].regularizer.name} {strengths}{', a path' if task.path else ''}".strip()
            return f"train {task.teacher.name} ({teacher}) {where}"
        if isinstance(task, Scoring):
            return f"score {self._found_by(task)} {where} by {', '.join(metric.label for metric in task.metrics)}"
        return f"{task.student.name} {where}"

    def seconds_left(self, workers: int) -> float | None:
        """Return the expected time for all that is left."""
        return self.pace.expect(self._kinds, workers)

    def _found_by(self, task: Scoring) -> str:
        """Say what is scored in a few words."""
        if isinstance(task.of, Distillation):
            return f"the formulas of {task.of.student.name}"
        (trained,) = task.of.sweep
        return f"{task.of.teacher.name} ({at_strength(task.of.label, trained.strength)})"

    def _add(self, task: Task) -> None:
        """Take a task; trainings come before their students."""
        keys = keys_of(task)
        self.waiting += 1
        self.left.update(keys)
        self._kind_of.update(dict.fromkeys(keys, kind_of_work(task)))
        self._kinds[kind_of_work(task)] += len(keys)
        self._open_trials.update(trial_of(task, key) for key in keys)
        if isinstance(task, Training):
            self._push(task)
        elif waits_for := self.left.keys() & task.waits_for:
            for key in waits_for:
                self._waiting[key].append(task)
        else:
            self._begin(task)

    def _begin(self, task: Distillation | Scoring) -> None:
        """Let a task be run, all that it waited for being there."""
        if isinstance(task, Distillation) and task.search is not None:
            self._free(task, task.search)
        else:
            self._push(task)

    def _push(self, task: Task) -> None:
        """Let a task be run as soon as its turn comes."""
        heapq.heappush(self._ready, (self._order[keys_of(task)[0]], task))

    def _free(self, student: Distillation, search: TeacherSearch) -> None:
        """Let a student imitate the best of its teachers, which are all there."""
        best = best_teacher(self._scores_of(search.teachers), search.part)
        if best is None:
            self.waiting -= 1
            reason = f"none of its teachers has a finite R2 on the {search.part} part"
            self._record(student, student.key, Failure(reason))
        elif self._is_settled(student, best):
            self._keep(student)
        elif self._store.weights(best) is None:
            self.waiting -= 1
            self._record(student, student.key, Failure("the best of its teachers could not be trained again"))
        else:
            self._push(replace(student, teacher=search.teachers[best], teacher_cell=best))

    def _outdated_by(self, teacher: str, scores: Scores) -> list[str]:
        """Return the finished students that have to search anew now that a teacher has ``scores``."""
        waiting = (task for task in self._waiting.get(teacher, ()) if isinstance(task, Distillation))
        return [task.key for task in waiting if task.key in self._finished and self._is_outdated(task, teacher, scores)]

    def _is_outdated(self, student: Distillation, teacher: str, scores: Scores) -> bool:
        """Say whether a student imitated the teacher as it was, or had its time limit, or another is the best now."""
        imitated, search = self._finished[student.key].teacher_cell, student.search
        if search is None or teacher == imitated or teacher in self.cut_teachers:
            return True
        return imitated != best_teacher({**self._scores_of(search.teachers), teacher: scores}, search.part)

    def _is_settled(self, student: Distillation, best: str) -> bool:
        """Say whether a student has imitated the best of its teachers already, in as much time as there is now."""
        before = self._finished.get(student.key)
        if before is None or before.teacher_cell != best:
            return False
        return not is_open(student.key, self._finished, limit_of(student, self._share))

    def _keep(self, student: Distillation) -> None:
        """Leave a finished student as it is, but for the scores that it lacks."""
        scoring = scoring_of(student, self._finished[student.key], self._plan)
        if scoring is not None:
            self._push(scoring)
        else:
            self.waiting -= 1
            self._leave(student, student.key)

    def _scores_of(self, teachers: Iterable[str]) -> dict[str, Scores]:
        """Return the scores of those of these teachers that have a result; what other recipes measured has no say."""
        scores, asked = self._store.teacher_scores(teachers), self._plan.determined_by.keys()
        return {key: {at: value for at, value in of.items() if at[1] in asked} for key, of in scores.items()}

    def _record(self, task: Task, key: str, outcome: Result | Failure) -> Failure | None:
        """Store what came of a cell; return why nothing did, if so."""
        before = self._finished.get(key)
        was_cut = before is not None and before.stopped_after is not None
        if before is not None and isinstance(outcome, TeacherResult) and not was_cut:
            outcome = self._if_the_same(key, outcome)
        if isinstance(outcome, Failure):
            self.failed += 1
            if before is not None:
                self._store.record_unchanged(key, f"{self.describe(_alone(task, key))}: {outcome.reason}")
            else:
                self._store.record_failure(key, outcome)
        elif isinstance(outcome, ScoringResult):
            metrics = task.metrics if isinstance(task, Scoring) else ()
            scored_by = {metric.label: self._plan.determined_by[metric.label] for metric in metrics}
            self._store.record_scores(key, outcome.scores, scored_by)
        elif isinstance(outcome, StudentResult):
            teacher_cell = None
            if isinstance(task, Distillation):
                teacher_cell = task.teacher_cell
                if cut := [self.cut_teachers[teacher] for teacher in task.needs if teacher in self.cut_teachers]:
                    outcome = replace(outcome, stopped_after=max(outcome.stopped_after or 0.0, *cut))
            self._store.record_student(key, outcome, teacher_cell, self._plan.scored_by("formulas"))
        elif before is not None and not was_cut:
            self._store.record_scores(key, [outcome.scores], self._plan.scored_by("teachers"))
            self._store.keep_weights(key, outcome.weights)
            self._with_weights.add(trial_of(task, key))
        else:
            outdated = self._outdated_by(key, outcome.scores)
            with self._store.transaction():  # a student never passes for one of the teacher as it is now
                self._store.outdate([*outdated, *(self._store.taught_by(key) if before is not None else ())])
                self._store.record_teacher(key, outcome, self._plan.scored_by("teachers"))
            self._finished |= {student: replace(self._finished[student], stopped_after=0.0) for student in outdated}
            self._with_weights.add(trial_of(task, key))
            if outcome.stopped_after is None:
                self.cut_teachers.pop(key, None)
            else:
                self.cut_teachers[key] = outcome.stopped_after
        self._leave(task, key)
        return outcome if isinstance(outcome, Failure) else None

    def _leave(self, task: Task, key: str) -> None:
        """Take a cell for one that is not to be run any more."""
        del self.left[key]
        self._kinds[self._kind_of.pop(key)] -= 1
        trial = trial_of(task, key)
        self._open_trials[trial] -= 1
        if not self._open_trials[trial]:
            self._end_trials({trial})

    def _if_the_same(self, key: str, outcome: TeacherResult) -> TeacherResult | Failure:
        """Return a teacher that was trained again; a failure where a score that it had before is another now."""
        if outcome.stopped_after is not None:
            return Failure("there was no time to train it again", outcome.seconds)
        before = self._store.teacher_scores([key]).get(key, {})
        determined_by = self._plan.scored_by("teachers")
        known = {label for label, how in self._finished[key].scored_by.items() if determined_by.get(label) == how}
        for (part, metric), was in before.items():
            now = outcome.scores.get((part, metric), math.nan)
            if metric in known and now != was and not (math.isnan(now) and math.isnan(was)):
                reason = (
                    f"trained again it is another teacher: {metric} on the {part} part is {now}, and was {was}; run "
                    "it where it was trained first"
                )
                return Failure(reason, outcome.seconds)
        return outcome

    def _trial(self, trial: Trial, key: str) -> Trial:
        """Return a trial with where its prepared data are shared."""
        is_new = key in self._preparations
        if self._splits is None:
            if is_new:
                hand_over(trial, self._preparations.pop(key))
            return trial
        shared = self._splits.of(key)
        if is_new:
            with suppress(DataError):  # the task meets the same, and fails with it
                shared.get(partial(self._preparations.__getitem__, key))
            del self._preparations[key]
            give_back()
        return replace(trial, shared=shared)

    def _end_trials(self, trials: Collection[str]) -> None:
        """Let go of what trials needed; the most accurate teacher of each stays, to be shown beside the answer."""
        for key in trials:
            self._preparations.pop(key, None)
        if self._splits is not None:
            self._splits.drop(trials)
        if not self._keep_weights and (held := self._with_weights.intersection(trials)):
            shown = (most_accurate(self._scores_of(self._teachers[key]), self._part) for key in held)
            kept = [key for key in shown if key is not None]
            self._store.drop_weights(held, but=[*kept, *self.cut_teachers])


def _has_a_choice(task: Distillation | Scoring) -> bool:
    """Say whether a task imitates the best of several teachers, of which one may fail."""
    return isinstance(task, Distillation) and task.search is not None


def _alone(task: Task, key: str) -> Task:
    """Return the task that answers one cell only."""
    if not isinstance(task, Training):
        return task
    return replace(task, sweep=tuple(trained for trained in task.sweep if trained.key == key))
