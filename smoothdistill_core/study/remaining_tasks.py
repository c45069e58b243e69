"""`remaining_tasks`: which tasks of a plan are still to be run, given what the store holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from smoothdistill_core.components import Teacher
from smoothdistill_core.store import CellState
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.tasks import Distillation, Scoring, Task, keys_of


def remaining_tasks(
    plan: Plan, known: Mapping[str, CellState], weights: Collection[str], *, keep_weights: bool
) -> list[Task]:
    """Return the tasks that are left: trainings, teachers to be scored, students, formulas to be scored.

    Cells without a result are run, and those that failed once more. A student that a time limit stopped, also one that
    had found something by then, is left alone until the limit is raised: the same search would run into it again. One
    that imitates the best of several teachers is run again with any of these: another may be the best now. A finished
    cell that lacks the scores of a metric is only scored. ``weights`` are the teachers at hand; the others are trained
    again where a student or a metric asks for them, or where they are to be kept.
    """
    undecided = {key for task in plan.trainings for key in keys_of(task) if is_open(key, known)}
    students = [
        task
        for task in plan.distillations
        if is_open(task.key, known, task.distil.seconds) or (task.search is not None and task.needs & undecided)
    ]
    searched = {student.key for student in students}
    formulas = [task for task in _formulas_to_score(plan, known) if task.key not in searched]
    teachers = {task.key: task for task in _teachers_to_score(plan, known)}
    wanted = teachers.keys() | {teacher for student in students for teacher in student.needs}
    wanted |= {teacher for task in formulas for teacher in task.needs}
    trainings = []
    for training in plan.trainings:
        sweep = tuple(
            item
            for item in training.sweep
            if is_open(item[0], known) or (item[0] not in weights and (item[0] in wanted or keep_weights))
        )
        if sweep:
            trainings.append(replace(training, sweep=sweep))
    trained = {key for training in trainings for key in keys_of(training)}  # and scored by all metrics
    return [*trainings, *(task for key, task in teachers.items() if key not in trained), *students, *formulas]


def is_open(key: str, known: Mapping[str, CellState], limit: float | None = None) -> bool:
    """Say whether a cell is to be run, under a time ``limit`` in seconds."""
    state = known.get(key)
    if state is None or state.state == "planned":
        return True
    if state.stopped_after is None:
        return state.state == "failed"
    return limit is None or limit > state.stopped_after


def _teachers_to_score(plan: Plan, known: Mapping[str, CellState]) -> Iterator[Scoring]:
    for training in plan.trainings:
        for item in training.sweep:
            state = known.get(item[0])
            if state is None or state.state != "done":
                continue
            if lacking := plan.metrics_lacking("teachers", state.scored_by):
                yield Scoring(replace(training, sweep=(item,)), lacking, training.teacher, item[0])


def _formulas_to_score(plan: Plan, known: Mapping[str, CellState]) -> Iterator[Scoring]:
    for task in plan.distillations:
        state = known.get(task.key)
        if state is None or state.state != "done":
            continue
        if lacking := plan.metrics_lacking("formulas", state.scored_by):
            imitated = state.teacher_cell
            if imitated is not None and any(metric.needs_teacher for metric in lacking):
                yield Scoring(task, lacking, _teacher_of(task, imitated), imitated)
            else:
                yield Scoring(task, lacking)


def _teacher_of(task: Distillation, imitated: str) -> Teacher | None:
    """Return the teacher in the cell that a student imitated."""
    return task.teacher if task.search is None else task.search.teachers[imitated]
