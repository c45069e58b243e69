"""Where a fit does its work: in the calling thread, or in processes that need no guard around the caller's script."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from smoothdistill_core.executors.interrupts import hold_interrupts_back
from smoothdistill_core.executors.threads import on_one_thread
from smoothdistill_core.executors.time_limits import OutOfTimeError

Result = TypeVar("Result")


class CallingThread(Executor):
    """Does each piece of work where it is handed in, before `submit` returns: an interrupt ends it at once."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Return a future that is done."""
        future: Future[Result] = Future()
        try:
            future.set_result(on_one_thread(fn, *args, **kwargs))
        except Exception as error:  # noqa: BLE001 whoever asks the future gets it
            future.set_exception(error)
        return future


@contextmanager
def executor_of(workers: int) -> Iterator[Executor]:
    """Give an executor for so many pieces of work at a time; on the way out, its processes are ended."""
    if workers == 1:
        yield CallingThread()
        return
    processes = Processes(workers)
    try:
        yield processes
    finally:
        processes.shutdown(cancel_futures=True)


class Processes(Executor):
    """Processes of loky, in which numeric libraries keep to one thread each, and which time limits end.

    Each has a thread here that waits for it, so that one can be ended without the others.
    """

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="process", initializer=hold_interrupts_back)
        self._own = threading.local()
        self._pools: set[Any] = set()
        self._changing = threading.Lock()
        self._stopped = False

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Run ``fn`` in a process."""
        return self.submit_within(None, fn, *args, **kwargs)

    def submit_within(
        self, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]:
        """Run ``fn`` for at most so many seconds, if any: past them its process is ended, with `OutOfTimeError`."""
        return self._threads.submit(self._attend, seconds, partial(on_one_thread, fn, *args, **kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; ``cancel_futures`` stops what they are doing."""
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        if cancel_futures:
            with self._changing:
                self._stopped = True
                pools = list(self._pools)
            for pool in pools:
                pool.shutdown(kill_workers=True)
        self._threads.shutdown(wait=wait)
        for pool in () if cancel_futures else self._pools:
            pool.shutdown(wait=wait)

    def _attend(self, seconds: float | None, work: Callable[[], Any]) -> Any:
        """Have work done by the process that belongs to this thread, and return what it returns."""
        future = self._pool().submit(work)
        done, _ = wait([future], timeout=seconds)
        if not done and seconds is not None:
            self._end_pool()
            raise OutOfTimeError(seconds)
        if isinstance(future.exception(), BrokenExecutor):
            self._end_pool()  # the next piece of work has another process
        return future.result()

    def _pool(self) -> Any:
        from joblib.externals.loky import ProcessPoolExecutor

        pool = getattr(self._own, "pool", None)
        if pool is None:
            pool = self._own.pool = ProcessPoolExecutor(1)
            with self._changing:
                if self._stopped:
                    raise CancelledError
                self._pools.add(pool)
        return pool

    def _end_pool(self) -> None:
        pool, self._own.pool = self._own.pool, None
        with self._changing:
            self._pools.discard(pool)
        pool.shutdown(kill_workers=True)
