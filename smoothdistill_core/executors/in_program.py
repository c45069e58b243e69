"""Where a fit does its work: in the calling thread, or in processes that need no guard around the caller's script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from smoothdistill_core.errors import PluginError, one_line
from smoothdistill_core.executors.apart import OfOneOwner
from smoothdistill_core.executors.crew import Crew
from smoothdistill_core.executors.interrupts import hold_interrupts_back
from smoothdistill_core.executors.threads import on_one_thread
from smoothdistill_core.executors.worker import LostWorkerError, Worker

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
    """Processes in which numeric libraries keep to one thread each, and which time limits end.

    Each has a thread here that waits for it, so that one can be ended without the others.
    """

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="process", initializer=hold_interrupts_back)
        self._crew = Crew(_Process, workers)

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Run ``fn`` in a process."""
        return self.submit_within(None, fn, *args, **kwargs)

    def submit_within(
        self, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]:
        """Run ``fn`` for at most so many seconds, if any: past them its process is ended, with `OutOfTimeError`."""
        return self._submit(None, seconds, fn, *args, **kwargs)

    def apart(self, owner: str) -> Executor:
        """Return this executor for the work of one ``owner``, by processes that do that of no other."""
        return OfOneOwner(partial(self._submit, owner))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; ``cancel_futures`` stops what they are doing."""
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        if cancel_futures:
            self._crew.stop()
        self._threads.shutdown(wait=wait)
        if wait:
            self._crew.end()

    def _submit(
        self, owner: str | None, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]:
        return self._threads.submit(self._attend, owner, seconds, fn, args, kwargs)

    def _attend(
        self,
        owner: str | None,
        seconds: float | None,
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Have work done by a process, and return what it returns."""
        from joblib.externals.loky.backend.reduction import dumps

        try:
            task = bytes(dumps((fn, args, kwargs)))
        except Exception as error:
            raise PluginError(
                f"a component or a model cannot be sent to another process ({one_line(error)}); say n_jobs=1, which "
                "works in this one, or give a model that can be pickled"
            ) from error
        process = self._crew.take(owner)
        try:
            return process.do(task, seconds)
        finally:
            self._crew.give_back(process, owner)


class _Process(Worker):
    """One process, which does not read the script that is run a second time.

    It is joined by a pipe only: a program that is killed leaves no semaphores behind.
    """

    def __init__(self) -> None:
        from joblib.externals.loky.backend import get_context

        super().__init__(context=get_context("loky"))
        self._is_over = False

    def do(self, task: bytes, seconds: float | None) -> Any:
        """Have a task done as any worker has; raises `CancelledError` where it was ended meanwhile."""
        try:
            if not self._is_over:
                return super().do(task, seconds)
        except LostWorkerError:
            if not self._is_over:
                raise
        raise CancelledError

    def kill(self) -> None:
        """End it, whatever it does."""
        self._is_over = True
        super().kill()
