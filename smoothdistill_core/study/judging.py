"""`judge_together`: what is left to do once everything was found: formulas are judged on the rows of several trials."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from smoothdistill_core.components.secret import told
from smoothdistill_core.executors.errors_of_tasks import error_of
from smoothdistill_core.judging import Judgement, judge
from smoothdistill_core.results import Results
from smoothdistill_core.results.judging import Judging
from smoothdistill_core.store import Store
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.trial import Trial

Told = Callable[[tuple[str, ...]], None]
"""Is called with what is being done, in words."""


def judge_together(
    plan: Plan, store: Store, executor: Callable[[], Executor], told: Told, stop: threading.Event
) -> Results:
    """Judge what is to be judged of a plan all of whose cells were run and scored, and return the results.

    ``executor`` gives the executor, where there is something to do. What cannot be judged is warned of, and left.
    """
    trials = {task.trial_key: task.trial for task in plan.distillations}
    tried: set[str] = set()
    while True:
        results = Results.of(store)
        tasks = [task for task in results.to_judge if task.determined_by not in tried]
        if not tasks or stop.is_set() or results.unscored or not results.ran:
            if tried:
                told(())
            return results
        tried.update(task.determined_by for task in tasks)
        running = {_submitted(task, trials, plan, executor()): task for task in tasks}
        while running and not stop.is_set():
            told(tuple(map(_in_words, running.values())))
            done: set[Future[list[Judgement]]] = set()
            while not done and not stop.is_set():
                done, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                _keep(future, running.pop(future), trials, plan, store)
        for future in running:
            future.cancel()


def _submitted(task: Judging, trials: dict[str, Trial], plan: Plan, executor: Executor) -> Future[list[Judgement]]:
    keys = list(dict.fromkeys(outcome.trial.key for outcome in task.formulas))
    formulas = [(keys.index(outcome.trial.key), outcome.formula) for outcome in task.formulas]
    return executor.submit(judge, [trials[key] for key in keys], formulas, plan.metrics)


def _keep(future: Future[list[Judgement]], task: Judging, trials: dict[str, Trial], plan: Plan, store: Store) -> None:
    if (error := error_of(future)) is not None:
        dataset = trials[task.formulas[0].trial.key].dataset
        why = told(error, dataset, *plan.metrics)
        warnings.warn(f"could not {_in_words(task)}: {why}", RuntimeWarning, stacklevel=2)
        return
    store.record_judgement(task.record(future.result()))


def _in_words(task: Judging) -> str:
    of = "all seeds" if not task.trial else f"seed {task.formulas[0].trial.seed}"
    return f"judge the formulas of {of} on {task.dataset}"
