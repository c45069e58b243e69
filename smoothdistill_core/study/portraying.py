"""`draw_answers`: what a study does last: it draws the answer on each dataset, at rows of the table."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial

from smoothdistill_core.components import Teacher
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.portraying import Subject, portray
from smoothdistill_core.results import Results
from smoothdistill_core.results.portraying import Portraying
from smoothdistill_core.store import PortraitRecord, Store
from smoothdistill_core.study.last_work import LastWork, Told, work_off
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.tasks import keys_of


def draw_answers(
    results: Results,
    plan: Plan,
    store: Store,
    executor: Callable[[], Executor],
    told: Told,
    stop: threading.Event,
    *,
    in_part: bool = False,
) -> Results:
    """Draw the answers that have no portrait yet, once all cells of a plan were run, and return the results.

    ``in_part``: also where a budget left no time for some of the cells.

    ``executor`` gives the executor, where there is something to do. A teacher whose weights were dropped is left out.
    What cannot be drawn is warned of, and left.
    """
    tasks = results.to_draw
    if not tasks or stop.is_set() or not (results.ran or in_part):
        return results
    teachers = {key: task.teacher for task in plan.trainings for key in keys_of(task)}
    running = {}
    for task in tasks:
        weights = None if task.teacher is None else store.weights(task.teacher)
        teacher = None if task.teacher is None or weights is None else teachers[task.teacher]
        running[_submitted(task, plan, executor(), teacher, weights or b"")] = LastWork(
            f"draw the answer on {task.dataset}",
            partial(_keep, store, task),
            (plan.trial_of[task.answer.recommended.trial.key].dataset, *(() if teacher is None else (teacher,))),
        )
    work_off(running, told, stop)
    return Results.of(store)


def _submitted(
    task: Portraying, plan: Plan, executor: Executor, teacher: Teacher | None, weights: bytes
) -> Future[Portrait]:
    taken, front = task.answer.recommended, task.answer.front
    keys = list(dict.fromkeys(outcome.trial.key for outcome in (taken, *front)))  # the first gives the rows
    subjects = [
        Subject(
            keys.index(outcome.trial.key),
            outcome.cell.key,
            outcome.place,
            outcome.formula,
            outcome.chosen.rounded,
        )
        for outcome in front
    ]
    return executor.submit(portray, [plan.trial_of[key] for key in keys], subjects, task.part, teacher, weights)


def _keep(store: Store, task: Portraying, portrait: Portrait) -> None:
    store.record_portrait(PortraitRecord(task.dataset, task.determined_by, portrait))
