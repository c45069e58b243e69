"""`draw_answers`: what a study does last: it draws the answer on each dataset, at rows of the table."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from smoothdistill_core.components import Teacher, secret
from smoothdistill_core.executors.errors_of_tasks import error_of
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.portraying import Subject, portray
from smoothdistill_core.results import Results
from smoothdistill_core.results.portraying import Portraying
from smoothdistill_core.store import PortraitRecord, Store
from smoothdistill_core.study.judging import Told
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.tasks import keys_of


def draw_answers(
    results: Results, plan: Plan, store: Store, executor: Callable[[], Executor], told: Told, stop: threading.Event
) -> Results:
    """Draw the answers that have no portrait yet, once all cells of a plan were run, and return the results.

    ``executor`` gives the executor, where there is something to do. A teacher whose weights were dropped is left out.
    What cannot be drawn is warned of, and left.
    """
    tasks = results.to_draw
    if not tasks or stop.is_set() or not results.ran:
        return results
    teachers = {key: task.teacher for task in plan.trainings for key in keys_of(task)}
    running = {}
    for task in tasks:
        weights = None if task.teacher is None else store.weights(task.teacher)
        teacher = None if task.teacher is None or weights is None else teachers[task.teacher]
        running[_submitted(task, plan, executor(), teacher, weights or b"")] = task, teacher
    while running and not stop.is_set():
        told(tuple(_in_words(task) for task, _ in running.values()))
        done, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
        for future in done:
            _keep(future, *running.pop(future), plan, store)
    for future in running:
        future.cancel()
    told(())
    return Results.of(store)


def _submitted(
    task: Portraying, plan: Plan, executor: Executor, teacher: Teacher | None, weights: bytes
) -> Future[Portrait]:
    trials = {of.trial_key: of.trial for of in plan.distillations}
    taken, front = task.answer.recommended, task.answer.front
    keys = list(dict.fromkeys(outcome.trial.key for outcome in (taken, *front)))  # the first gives the rows
    subjects = [
        Subject(keys.index(outcome.trial.key), outcome.cell.key, outcome.place, outcome.formula) for outcome in front
    ]
    return executor.submit(portray, [trials[key] for key in keys], subjects, task.part, teacher, weights)


def _keep(future: Future[Portrait], task: Portraying, teacher: Teacher | None, plan: Plan, store: Store) -> None:
    if (error := error_of(future)) is None:
        store.record_portrait(PortraitRecord(task.dataset, task.determined_by, future.result()))
        return
    dataset = next(of.trial.dataset for of in plan.distillations if of.trial_key == task.answer.recommended.trial.key)
    why = secret.told(error, dataset, *(() if teacher is None else (teacher,)))
    warnings.warn(f"could not {_in_words(task)}: {why}", RuntimeWarning, stacklevel=2)


def _in_words(task: Portraying) -> str:
    return f"draw the answer on {task.dataset}"
