"""`work_through`: hands the work of a study to an executor, as it comes up, until all is done or there is no time."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Any, NamedTuple

from smoothdistill_core.components.secret import has_secrets, told
from smoothdistill_core.errors import ExecutorError, PluginError, one_line
from smoothdistill_core.executors import LostWorkerError, OutOfTimeError
from smoothdistill_core.executors.errors_of_tasks import error_of
from smoothdistill_core.study.best_formula import BestFormulas
from smoothdistill_core.study.progress import Progress, ProgressCallback
from smoothdistill_core.study.remaining_tasks import limit_of
from smoothdistill_core.study.stint import Stint
from smoothdistill_core.study.tasks import Distillation, Task, Training, components_of, keys_of
from smoothdistill_core.study.time_shares import GRACE, TimeShares
from smoothdistill_core.study.work import Result, Work
from smoothdistill_core.trial import Failure, StudentResult

POLL_SECONDS = 0.2
"""How often a study that waits for its workers looks whether it is to stop."""

LATE = 1.0
"""Who takes so many seconds more than the limit, and a tenth of it, takes no notice of it."""

_log = logging.getLogger("smoothdistill")


def work_through(
    work: Work,
    executor: Executor,
    workers: int,
    best: BestFormulas,
    progress: ProgressCallback | None,
    stop: threading.Event,
    shares: TimeShares | None = None,
) -> None:
    """Have all ``work`` done, so many pieces at a time, until ``stop`` is set or a budget's ``shares`` are over."""
    running: dict[Future[Stint], _Begun] = {}
    while not _is_over(running, stop, shares):
        while len(running) < workers and (shares is None or shares.some_left) and (task := work.next()) is not None:
            limit = limit_of(task, None if shares is None else shares.share(task, work.waiting))
            stopped_after = None
            if limit is not None:
                stopped_after = limit + GRACE if shares is None else shares.stopped_after(limit)
            try:
                running[work.submit(task, executor, limit, stopped_after)] = _Begun(task, limit)
            except RuntimeError as error:  # what the standard's executors raise once they are shut down
                raise ExecutorError(f"the executor takes no more work: {one_line(error)}") from error
        if not running:
            return
        if progress is not None:
            doing = tuple(work.describe(begun.task) for begun in running.values())
            left = work.seconds_left(workers) if shares is None else shares.at_most(work.seconds_left(workers))
            progress(Progress(work.done, work.failed, work.total, doing, left, best=best.latest))
        finished, _ = wait(running, timeout=0.0)  # also of what came too late
        while not finished and not _is_over(running, stop, shares):
            finished, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        for future in sorted(finished, key=lambda future: keys_of(running[future].task)):
            _take(future, running.pop(future), work, best)
    for future in running:
        future.cancel()


class _Begun(NamedTuple):
    """A task that an executor has, and the seconds that it may take, if there is a limit."""

    task: Task
    limit: float | None


def _is_over(running: Mapping[Future[Stint], _Begun], stop: threading.Event, shares: TimeShares | None) -> bool:
    """Say whether no more is waited for; what has no limit is, as the one piece of work that gives the first answer."""
    if stop.is_set():
        return True
    return shares is not None and shares.are_over() and all(begun.limit is not None for begun in running.values())


def _take(future: Future[Stint], begun: _Begun, work: Work, best: BestFormulas) -> None:
    """Store what came of a task."""
    task, limit = begun
    wrong = error_of(future) or _misfit(future.result())
    if isinstance(wrong, LostWorkerError) and work.try_again(task):
        _log.info("%s; once more: %s", wrong, work.describe(task))
    elif wrong is None:
        stint = future.result()
        work.finish(task, stint.outcome if isinstance(task, Training) else [stint.outcome], stint)
        if isinstance(task, Distillation) and isinstance(stint.outcome, StudentResult):
            best.take(task, stint.outcome.front, stint.outcome.facts)
        took = stint.ended - stint.began
        if limit is not None and took > limit + LATE + 0.1 * limit:
            said = f"{work.describe(task)} took {took:.1f} s where it had {limit:.1f}: nothing stops it here"
            warnings.warn(said, RuntimeWarning, stacklevel=2)
    else:
        work.finish(task, [_failure(wrong, begun)] * len(keys_of(task)))


def _misfit(stint: Any) -> PluginError | None:
    """Return what is wrong with a stint whose classes are not ours, but others of the same names."""
    if isinstance(stint, Stint):
        outcomes = stint.outcome if isinstance(stint.outcome, list) else [stint.outcome]
        if all(isinstance(outcome, Result | Failure) for outcome in outcomes):
            return None
    return PluginError("modules were taken out of it while it worked, and what it returned is no result")


def _failure(error: BaseException, begun: _Begun) -> Failure:
    """Return what is noted of a task that brought no outcome."""
    parts = components_of(begun.task)
    _log.debug("a worker failed", exc_info=None if any(map(has_secrets, parts)) else error)
    if isinstance(error, OutOfTimeError):
        limit = error.seconds if begun.limit is None else begun.limit
        return Failure(f"timed out after {limit:.3g} s", limit, stopped_after=limit)
    if isinstance(error, LostWorkerError):
        return Failure(f"{error}, and once more at the second try")
    return Failure(f"its worker process failed: {told(error, *parts)}")
