"""Where a fit does its work: in the calling thread, or in processes that need no guard around the caller's script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, TypeVar

from smoothdistill_core.executors.threads import on_one_thread

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
    from joblib.externals.loky import ProcessPoolExecutor

    pool = _OnOneThread(ProcessPoolExecutor(workers))
    try:
        yield pool
    finally:
        pool.processes.shutdown(kill_workers=True)


class _OnOneThread(Executor):
    """Processes of loky, in which numeric libraries keep to one thread each."""

    def __init__(self, processes: Any) -> None:
        self.processes = processes

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        future: Future[Result] = self.processes.submit(on_one_thread, fn, *args, **kwargs)
        return future
