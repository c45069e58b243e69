"""`remaining_tasks`: which tasks of a plan are still to be run, given what the store holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from smoothdistill_core.components import Teacher
from smoothdistill_core.store import CellState
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.tasks import Distillation, Scoring, Task, keys_of
from smoothdistill_core.study.time_shares import WorkTime

NOTICEABLY = 1.1
"""So many times the time that it had is worth doing anew what was cut: shares differ a little from run to run."""


def remaining_tasks(
    plan: Plan,
    known: Mapping[str, CellState],
    weights: Collection[str],
    *,
    keep_weights: bool,
    budget: WorkTime | None = None,
) -> list[Task]:
    """Return the tasks that are left: trainings, teachers to be scored, students, formulas to be scored.

    Cells without a result are run, unless they are spared, and those that failed once more. A cell that a time limit
    stopped, also one that had something by then, is left alone until the limit is raised: the same work would run into
    it again. Of a ``budget`` each piece of work counts on its share. A
    student is there again with a teacher that it imitates, or might: that one, or the best of several, may be another
    then. A finished cell that lacks the scores of a metric is only scored. ``weights`` are the teachers at hand; the
    others are trained again where a student or a metric asks for them, or where they are to be kept.
    """
    share = share_of(plan, known, budget)
    undecided = {key for task in plan.trainings for key in keys_of(task) if is_open(key, known, share)}
    students = [
        task
        for task in plan.distillations
        if (is_open(task.key, known, limit_of(task, share)) or task.needs & undecided) and not is_spared(task, known)
    ]
    searched = {student.key for student in students}
    formulas = [task for task in _formulas_to_score(plan, known) if task.key not in searched]
    teachers = {task.key: task for task in _teachers_to_score(plan, known)}
    wanted = teachers.keys() | {teacher for student in students for teacher in student.needs}
    wanted |= {teacher for task in formulas for teacher in task.needs}
    trainings = []
    for training in plan.trainings:
        sweep = tuple(
            trained
            for trained in training.sweep
            if trained.key in undecided or (trained.key not in weights and (trained.key in wanted or keep_weights))
        )
        if sweep:
            trainings.append(replace(training, sweep=sweep))
    trained = {key for training in trainings for key in keys_of(training)}  # and scored by all metrics
    return [*trainings, *(task for key, task in teachers.items() if key not in trained), *students, *formulas]


def share_of(plan: Plan, known: Mapping[str, CellState], budget: WorkTime | None) -> float | None:
    """Return the seconds of a ``budget`` that each piece of work counts on; None where there is no budget.

    They are somewhat fewer than an equal share: one that is hardly more than that of an earlier run brings nothing new.
    """
    return None if budget is None else budget.share(max(1, _unfinished(plan, known))) / NOTICEABLY


def is_open(key: str, known: Mapping[str, CellState], limit: float | None = None) -> bool:
    """Say whether a cell is to be run, under a time ``limit`` in seconds."""
    state = known.get(key)
    if state is None or state.state == "planned":
        return True
    if state.stopped_after is None:
        return state.state == "failed"
    return limit is None or limit > state.stopped_after


def is_spared(task: Distillation, known: Mapping[str, CellState]) -> bool:
    """Say whether a search was not run and need not be: the first of its trial left nothing to find."""
    first = None if task.unless is None else known.get(task.unless)
    own = known.get(task.key)
    return first is not None and first.nothing_left and (own is None or own.state == "planned")


def _unfinished(plan: Plan, known: Mapping[str, CellState]) -> int:
    """Return how many pieces of work have no result, or one that a time limit cut."""
    searches = [task for task in plan.distillations if not is_spared(task, known)]
    tasks: list[Task] = [*plan.trainings, *searches]
    return sum(any(is_open(key, known) for key in keys_of(task)) for task in tasks)


def limit_of(task: Task, share: float | None) -> float | None:
    """Return the seconds that a task may take: its ``share`` of a budget, a search its own limit at most."""
    if not isinstance(task, Distillation):
        return share
    return min((limit for limit in (task.distil.seconds, share) if limit is not None), default=None)


def scoring_of(task: Distillation, state: CellState, plan: Plan) -> Scoring | None:
    """Return what scores the formulas of a finished search by the metrics that they lack; None where they lack none."""
    lacking = plan.metrics_lacking("formulas", state.scored_by)
    imitated = state.teacher_cell
    if imitated is not None and any(metric.needs_teacher for metric in lacking):
        return Scoring(task, lacking, _teacher_of(task, imitated), imitated)
    return Scoring(task, lacking) if lacking else None


def _teachers_to_score(plan: Plan, known: Mapping[str, CellState]) -> Iterator[Scoring]:
    for training in plan.trainings:
        for trained in training.sweep:
            state = known.get(trained.key)
            if state is None or state.state != "done":
                continue
            if lacking := plan.metrics_lacking("teachers", state.scored_by):
                yield Scoring(training.of(trained), lacking, training.teacher, trained.key)


def _formulas_to_score(plan: Plan, known: Mapping[str, CellState]) -> Iterator[Scoring]:
    for task in plan.distillations:
        state = known.get(task.key)
        if state is None or state.state != "done":
            continue
        if (scoring := scoring_of(task, state, plan)) is not None:
            yield scoring


def _teacher_of(task: Distillation, imitated: str) -> Teacher | None:
    """Return the teacher in the cell that a student imitated."""
    return task.teacher if task.search is None else task.search.teachers[imitated]
