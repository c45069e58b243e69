"""`with_another_best`: the students of the best teacher that are there, and whose best teacher is another by now."""

from __future__ import annotations

from smoothdistill_core.recipe.defaults import EXPLAINED_LOG_LOSS
from smoothdistill_core.store import Store
from smoothdistill_core.study.best_teacher import JUDGED_BY, best_teacher
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.trial import Scores


def with_another_best(plan: Plan, store: Store) -> list[str]:
    """Return the keys of the finished students of a plan that imitate another teacher than they would now.

    They were not planned when a teacher that had failed, or was cut, came to its end.
    """
    known = store.states()
    students = [
        (task.key, known[task.key].teacher_cell, task.search)
        for task in plan.distillations
        if task.search is not None and task.key in known and known[task.key].state == "done"
    ]
    scores: dict[str, Scores] = {}
    for part in {search.part for _, _, search in students}:
        for metric in plan.determined_by.keys() & {*JUDGED_BY, EXPLAINED_LOG_LOSS}:
            for cell, value in store.highest_scores(part, metric).items():
                scores.setdefault(cell, {})[part, metric] = value
    found = []
    for key, imitated, search in students:
        best = best_teacher({teacher: scores.get(teacher, {}) for teacher in search.teachers}, search.part)
        if best not in (None, imitated):
            found.append(key)
    return found
