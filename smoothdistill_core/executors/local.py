"""`LocalExecutor`: worker processes on this machine behind the standard executor interface."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from multiprocessing.util import Finalize
from typing import Any, TypeVar

from smoothdistill_core.errors import PluginError, one_line
from smoothdistill_core.executors.apart import OfOneOwner
from smoothdistill_core.executors.crew import Crew
from smoothdistill_core.executors.interrupts import hold_interrupts_back
from smoothdistill_core.executors.memory import check_can_limit
from smoothdistill_core.executors.worker import Worker

Result = TypeVar("Result")


class LocalExecutor(Executor):
    """Spawned processes with one numeric thread each, so many of them at work at a time.

    Each worker has a pipe of its own and a thread here that waits for it: one that dies, whenever it may be,
    fails its own task only, with `LostWorkerError`, and another takes its place. When this process goes away, its
    workers follow. Processes start when there is work for them. A worker that holds more than ``memory`` bytes, with
    the processes that it has started, is ended with `OutOfMemoryError`. Raises `ExecutorError` where nothing tells how
    much memory a process holds.
    """

    def __init__(self, workers: int, *, memory: int | None = None) -> None:
        if memory is not None:
            check_can_limit()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="worker", initializer=hold_interrupts_back)
        self._crew = Crew(partial(Worker, memory), workers)
        # also where nobody shuts it down: multiprocessing waits for its children when the interpreter ends
        self._end = Finalize(self, self._crew.end, exitpriority=10)

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Run ``fn`` in a worker; raises `PluginError` where a component cannot be sent to one."""
        return self.submit_within(None, fn, *args, **kwargs)

    def submit_within(
        self, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]:
        """Run ``fn`` for at most so many seconds, if any: past them its worker is stopped, with `OutOfTimeError`.

        The time in which a worker starts does not count.
        """
        return self._submit(None, seconds, fn, *args, **kwargs)

    def apart(self, owner: str) -> Executor:
        """Return this executor for the work of one ``owner``, by workers that do that of no other."""
        return OfOneOwner(partial(self._submit, owner))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; ``cancel_futures`` stops what they are doing."""
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        if cancel_futures:
            self._crew.stop()
        if wait:
            self._threads.shutdown(wait=True)
            self._end()

    def _submit(
        self, owner: str | None, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]:
        try:
            task = pickle.dumps((fn, args, kwargs))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise PluginError(
                f"a component cannot be sent to a worker process ({one_line(error)}); define it in a module that "
                "workers can import, or give an executor of this process"
            ) from error
        return self._threads.submit(self._attend, owner, task, seconds)

    def _attend(self, owner: str | None, task: bytes, seconds: float | None) -> Any:
        """Have a task done by a process, and return what it returns."""
        worker = self._crew.take(owner)
        try:
            return worker.do(task, seconds)
        finally:
            self._crew.give_back(worker, owner)
