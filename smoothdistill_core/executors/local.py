"""`LocalExecutor`: worker processes on this machine behind the standard executor interface."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from multiprocessing.util import Finalize
from typing import Any, TypeVar

from smoothdistill_core.errors import PluginError, one_line
from smoothdistill_core.executors.interrupts import hold_interrupts_back
from smoothdistill_core.executors.worker import Worker

Result = TypeVar("Result")


class LocalExecutor(Executor):
    """Spawned processes with one numeric thread each.

    Each worker has a pipe of its own and a thread here that waits for it: one that dies, whenever it may be,
    fails its own task only, with `LostWorkerError`, and another takes its place. When this process goes away, its
    workers follow. Processes start when there is work for them.
    """

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="worker", initializer=hold_interrupts_back)
        self._own = threading.local()
        self._workers: set[Worker] = set()
        self._stopped = False
        # also where nobody shuts it down: multiprocessing waits for its children when the interpreter ends
        self._end = Finalize(self, _end, (self._workers,), exitpriority=10)

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Run ``fn`` in a worker; raises `PluginError` where a component cannot be sent to one."""
        return self.submit_within(None, fn, *args, **kwargs)

    def submit_within(
        self, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]:
        """Run ``fn`` for at most so many seconds, if any: past them its worker is stopped, with `OutOfTimeError`.

        The time in which a worker starts does not count.
        """
        try:
            task = pickle.dumps((fn, args, kwargs))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise PluginError(
                f"a component cannot be sent to a worker process ({one_line(error)}); define it in a module that "
                "workers can import, or give an executor of this process"
            ) from error
        return self._threads.submit(self._attend, task, seconds)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; ``cancel_futures`` stops what they are doing."""
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        if cancel_futures:
            self._stopped = True
            for worker in list(self._workers):
                worker.kill()
        if wait:
            self._threads.shutdown(wait=True)
            self._end()

    def _attend(self, task: bytes, seconds: float | None) -> Any:
        """Have a task done by the process that belongs to this thread, and return what it returns."""
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is None or not worker.alive:  # an idle one may have been killed as well
            if worker is not None:
                self._workers.discard(worker)
            worker = self._own.worker = Worker()
            self._workers.add(worker)
        if self._stopped:
            worker.kill()
        return worker.do(task, seconds)


def _end(workers: set[Worker]) -> None:
    while workers:
        workers.pop().end()
