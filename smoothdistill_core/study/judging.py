"""`judge_together`: what is left to do once everything was found: formulas are judged on the rows of several trials."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial

from smoothdistill_core.judging import Judgement, judge
from smoothdistill_core.results import Results
from smoothdistill_core.results.judging import Judging
from smoothdistill_core.store import Store
from smoothdistill_core.study.last_work import LastWork, Told, work_off
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.time_shares import TimeShares


def judge_together(
    plan: Plan,
    store: Store,
    executor: Callable[[], Executor],
    told: Told,
    stop: threading.Event,
    shares: TimeShares | None = None,
) -> Results:
    """Judge what is to be judged of a plan all of whose cells were run and scored, and return the results.

    Where a budget's ``shares`` left no time for some cells, the others are judged, within the time that is left.
    ``executor`` gives the executor, where there is something to do. What cannot be judged is warned of, and left.
    """
    tried: set[str] = set()
    while True:
        results = Results.of(store)
        tasks = [task for task in results.to_judge if task.determined_by not in tried]
        if not tasks or stop.is_set() or results.unscored or not (results.ran or shares):
            return results
        if shares is not None and shares.is_up():
            return results
        tried.update(task.determined_by for task in tasks)
        running = {
            _submitted(task, plan, executor()): LastWork(
                _in_words(task),
                partial(_keep, store, task),
                (plan.trial_of[task.formulas[0].trial.key].dataset, *plan.metrics),
            )
            for task in tasks
        }
        work_off(running, told, stop, shares)


def _submitted(task: Judging, plan: Plan, executor: Executor) -> Future[list[Judgement]]:
    keys = list(dict.fromkeys(outcome.trial.key for outcome in task.formulas))
    formulas = [(keys.index(outcome.trial.key), outcome.formula) for outcome in task.formulas]
    return executor.submit(judge, [plan.trial_of[key] for key in keys], formulas, plan.metrics)


def _keep(store: Store, task: Judging, judgements: list[Judgement]) -> None:
    store.record_judgement(task.record(judgements))


def _in_words(task: Judging) -> str:
    of = "all seeds" if not task.trial else f"seed {task.formulas[0].trial.seed}"
    return f"judge the formulas of {of} on {task.dataset}"
