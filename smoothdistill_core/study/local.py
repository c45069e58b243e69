"""`LocalExecutor`: worker processes on this machine behind the standard executor interface."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection, wait
from multiprocessing.util import Finalize
from typing import Any, TypeVar

from smoothdistill_core.errors import PluginError, one_line

Result = TypeVar("Result")

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

SECONDS_TO_LEAVE = 5.0
"""How long a worker that has nothing left to do may take to end."""


class LostWorkerError(RuntimeError):
    """A worker process ended while it worked; ``exit_code`` is negative where a signal killed it."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code

    def __str__(self) -> str:
        if self.exit_code < 0:
            return f"its worker process was killed by signal {-self.exit_code} (9 is often: out of memory)"
        return f"its worker process ended with exit code {self.exit_code}"


class OutOfTimeError(TimeoutError):
    """A worker was stopped after ``seconds``, the limit of its task."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"timed out after {self.seconds:g} s"


class LocalExecutor(Executor):
    """Spawned processes with one numeric thread each.

    Each worker has a pipe of its own and a thread here that waits for it: one that dies, whenever it may be,
    fails its own task only, with `LostWorkerError`, and another takes its place. When this process goes away, its
    workers follow. Processes start when there is work for them.
    """

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="worker", initializer=_hold_interrupts_back)
        self._own = threading.local()
        self._workers: set[_Worker] = set()
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
        worker: _Worker | None = getattr(self._own, "worker", None)
        if worker is None or not worker.alive:  # an idle one may have been killed as well
            if worker is not None:
                self._workers.discard(worker)
            worker = self._own.worker = _Worker()
            self._workers.add(worker)
        if self._stopped:
            worker.kill()
        return worker.do(task, seconds)


class _Worker:
    """One process, seen from here."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, os.getpid()), name="smoothdistill worker")
        try:
            self._process.start()
        except OSError as error:
            raise BrokenExecutor(f"no worker process can be started: {one_line(error)}") from error
        finally:
            theirs.close()
        self._ready = False

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def do(self, task: bytes, seconds: float | None) -> Any:
        if not self._ready:
            self._begin()
        try:
            self._pipe.send_bytes(task)
            if seconds is not None and not wait([self._pipe, self._process.sentinel], seconds):
                self.kill()
                self.end()
                raise OutOfTimeError(seconds)
            outcome = pickle.loads(self._receive())  # noqa: S301 written by our own worker
        except (BrokenPipeError, ConnectionResetError):
            raise LostWorkerError(self.end()) from None
        if isinstance(outcome, _Raised):
            raise outcome.error
        return outcome

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> int:
        """Ask it to end, make it end if it does not, and return its exit code."""
        self._pipe.close()
        self._process.join(SECONDS_TO_LEAVE)
        self._process.kill()
        self._process.join()
        return self._process.exitcode or 0

    def _begin(self) -> None:
        """Wait until it can work; one that ends by itself before that would do so again and again."""
        try:
            self._receive()
        except LostWorkerError as death:
            if death.exit_code < 0:
                raise
            raise BrokenExecutor(
                f"worker processes end as they start (exit code {death.exit_code}): a script that runs a study has to "
                "do so below `if __name__ == '__main__':`"
            ) from None
        self._ready = True

    def _receive(self) -> bytes:
        wait([self._pipe, self._process.sentinel])
        try:
            if self._pipe.poll():
                return self._pipe.recv_bytes()
        except (EOFError, OSError):
            pass
        raise LostWorkerError(self.end())


def _end(workers: set[_Worker]) -> None:
    while workers:
        workers.pop().end()


class _Raised:
    """Stands for a result where there is none."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _hold_interrupts_back() -> None:
    """Keep Ctrl-C from this thread and the processes that it starts: the main thread decides what it means."""
    if hasattr(signal, "pthread_sigmask"):
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # later, with the first process, it would lift what is held back here
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _work(pipe: Connection[bytes, bytes], parent: int) -> None:
    """Do one task after the other, as long as there is someone to ask for it."""
    _begin_worker(parent)
    try:
        pipe.send_bytes(b"ready")
        while True:
            pipe.send_bytes(_done(pipe.recv_bytes()))
    except (EOFError, BrokenPipeError):
        return


def _done(task: bytes) -> bytes:
    """Return what came of a task, to be sent."""
    try:
        fn, args, kwargs = pickle.loads(task)  # noqa: S301 written by our own parent
        outcome = fn(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 whoever asks the future gets it
        outcome = _Raised(error)
    try:
        return pickle.dumps(outcome)
    except Exception as error:  # noqa: BLE001 an object of a plugin may raise anything when it is pickled
        return pickle.dumps(_Raised(PluginError(f"its result cannot be sent from a worker process: {one_line(error)}")))


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
