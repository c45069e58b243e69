"""`LocalExecutor`: worker processes on this machine behind the standard executor interface."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from types import FrameType
from typing import Any, TypeVar

from pebble import ProcessPool

from smoothdistill_core.errors import PluginError, one_line

Result = TypeVar("Result")

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class LocalExecutor(Executor):
    """Spawned processes with one numeric thread each.

    A worker that dies fails its own task only; when this process goes away, its workers follow.
    """

    def __init__(self, workers: int) -> None:
        with _without_interrupts():
            resource_tracker.ensure_running()
        self._pool: Any = ProcessPool(
            max_workers=workers,
            context=get_context("spawn"),
            initializer=_begin_worker,
            initargs=(os.getpid(),),
        )

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Run ``fn`` in a worker; raises `PluginError` where a component cannot be sent to one."""
        try:
            pickle.dumps((fn, args, kwargs))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise PluginError(
                f"a component cannot be sent to a worker process ({one_line(error)}); define it in a module that "
                "workers can import, or give an executor of this process"
            ) from error
        with _without_interrupts():
            future: Future[Result] = self._pool.schedule(fn, args=args, kwargs=kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; ``cancel_futures`` stops what they are doing."""
        if cancel_futures:
            self._pool.stop()
        else:
            self._pool.close()
        if wait:
            self._pool.join()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back while processes start, and let it through afterwards.

    What starts here inherits the blocked signal, and the parent alone decides what an interrupt means. The
    handler is held back too: another thread may receive the signal, and Python then interrupts this one.
    """
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    handler = signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler or signal.SIG_DFL)
    if came and callable(handler):
        handler(*came[-1])


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin_worker(parent: int) -> None:
    """Make a worker single-threaded in its arithmetic, deaf to Ctrl-C, and mortal with its parent."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    os.dup2(2, 1)  # what a plugin prints must not mix with results that the parent writes
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))  # for libraries that are loaded from here on
    threadpool_limits(limits=1)  # for those that are loaded already
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
