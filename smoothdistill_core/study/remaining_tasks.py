"""`outstanding`: which tasks of a plan are still to be run, given what the store holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from smoothdistill_core.store import CellState
from smoothdistill_core.study.plan import Plan, Task, keys_of


def remaining_tasks(
    plan: Plan, known: Mapping[str, CellState], weights: Collection[str], keep_weights: bool
) -> list[Task]:
    """Return the tasks that are left, trainings first.

    Cells without a result are run, and those that failed once more. A student that a time limit stopped is left
    alone until the limit is raised: the same search would run into it again. One that imitates the best of several
    teachers is run again with any of these: another may be the best now. ``weights`` are the teachers at hand; the
    others are trained again where a student asks for them, or where they are to be kept.
    """
    undecided = {key for task in plan.trainings for key in keys_of(task) if is_open(key, known)}
    students = [
        task
        for task in plan.distillations
        if is_open(task.key, known, task.distil.seconds) or (task.search is not None and task.needs & undecided)
    ]
    wanted = set().union(*(student.needs for student in students))
    trainings = []
    for training in plan.trainings:
        sweep = tuple(
            item
            for item in training.sweep
            if is_open(item[0], known) or (item[0] not in weights and (item[0] in wanted or keep_weights))
        )
        if sweep:
            trainings.append(replace(training, sweep=sweep))
    return [*trainings, *students]


def is_open(key: str, known: Mapping[str, CellState], limit: float | None = None) -> bool:
    """Say whether a cell is to be run, under a time ``limit`` in seconds."""
    state = known.get(key)
    if state is None or state.state != "failed":
        return state is None or state.state == "planned"
    return state.stopped_after is None or limit is None or limit > state.stopped_after
