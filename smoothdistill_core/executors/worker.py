"""`Worker`: one process of this machine that does one task after the other, within their time limits."""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import signal
import sys
import time
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from smoothdistill_core.errors import PluginError, one_line
from smoothdistill_core.executors.following import follow
from smoothdistill_core.executors.freed_memory import give_back
from smoothdistill_core.executors.interim import send_with
from smoothdistill_core.executors.interrupts import ignore_interrupts
from smoothdistill_core.executors.memory import MemoryGuard
from smoothdistill_core.executors.threads import keep_to_one_thread
from smoothdistill_core.executors.time_limits import OutOfTimeError

SECONDS_TO_LEAVE = 5.0
"""How long a worker that has nothing left to do may take to end."""

INTERIM, RETURNED, RAISED = "interim", "returned", "raised"
"""What a worker sends: a result as long as there is no other, the result, or an error in its place.

Words, since classes of ours may be others in a worker where something imported them anew.
"""

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""What ends a process at once; on Windows there is one way."""


class LostWorkerError(RuntimeError):
    """A worker process ended while it worked; ``exit_code`` is negative where a signal killed it."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code

    def __str__(self) -> str:
        if self.exit_code < 0:
            return f"its worker process was killed by signal {-self.exit_code} (9 is often: out of memory)"
        return f"its worker process ended with exit code {self.exit_code}"


class OutOfMemoryError(LostWorkerError):
    """A worker process was ended for its memory; ``limit`` is how many bytes it might hold."""

    def __init__(self, exit_code: int, limit: int) -> None:
        super().__init__(exit_code)
        self.limit = limit

    def __str__(self) -> str:
        return f"its worker process was ended: it held more than {self.limit / 1e9:.3g} GB of memory, its limit"


class Worker:
    """One process, seen from its parent; past ``memory``, in bytes and with all that it starts, it is ended.

    The ``context``, as multiprocessing calls it, starts it; left out, it is spawned.
    """

    def __init__(self, memory: int | None = None, context: Any = None) -> None:
        context = context or multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._pipe: Connection[bytes, bytes] = ours
        self._process: BaseProcess = context.Process(
            target=_work, args=(theirs, os.getpid()), name="smoothdistill worker"
        )
        try:
            self._process.start()
        except OSError as error:
            raise BrokenExecutor(f"no worker process can be started: {one_line(error)}") from error
        finally:
            theirs.close()
        self._ready = False
        self._guard = None if memory is None else MemoryGuard(self._process.pid or 0, memory)

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process.is_alive()

    def do(self, task: bytes, seconds: float | None) -> Any:
        """Have a pickled task done, within ``seconds`` if any: past them the process is killed.

        What it had sent by then is returned (`send_interim`); without that it is an `OutOfTimeError`.
        """
        if not self._ready:
            self._begin()
        limit = math.inf if seconds is None else seconds
        end = time.monotonic() + limit
        interims: list[Any] = []
        try:
            self._pipe.send_bytes(task)
            word, outcome = self._next(limit, end)
            while word == INTERIM:
                interims = [outcome]
                word, outcome = self._next(limit, end)
        except OutOfTimeError:
            if not interims:
                raise
            return interims[0]
        except (BrokenPipeError, ConnectionResetError):
            raise self._lost() from None
        if word == RAISED:
            raise outcome
        return outcome

    def kill(self) -> None:
        """Kill the process, without waiting for it."""
        pid = self._process.pid
        if pid is not None and self._process.is_alive():  # not all kinds of process have a kill of their own
            with suppress(ProcessLookupError):
                os.kill(pid, KILL)

    def end(self) -> int:
        """Ask it to end, make it end if it does not, and return its exit code."""
        self._pipe.close()
        self._process.join(SECONDS_TO_LEAVE)
        Worker.kill(self)
        self._process.join()
        if self._guard is not None:
            self._guard.close()
        return self._process.exitcode or 0

    def _next(self, limit: float, end: float) -> tuple[str, Any]:
        """Return what it sends next: a word on what that is, and the thing."""
        self._watch(limit, end)
        word, thing = pickle.loads(self._receive())  # noqa: S301 written by our own worker
        return word, thing

    def _watch(self, limit: float, end: float) -> None:
        """Wait until it has answered or is gone; at the ``end`` of a ``limit``, in seconds, it is killed."""
        pause = math.inf if self._guard is None or self._guard.pause is None else self._guard.pause
        while True:
            longest = min(pause, max(end - time.monotonic(), 0.0))
            if wait([self._pipe, self._process.sentinel], None if math.isinf(longest) else longest):
                return
            if self._guard is not None and self._guard.is_passed():
                self.kill()
                raise OutOfMemoryError(self.end(), self._guard.limit)
            if time.monotonic() >= end:
                self.kill()
                self.end()
                raise OutOfTimeError(limit)

    def _lost(self) -> LostWorkerError:
        """Return what it is that this process is gone."""
        passed = self._guard is not None and self._guard.pause is None and self._guard.is_passed()
        code = self.end()
        return (
            OutOfMemoryError(code, self._guard.limit) if passed and self._guard is not None else LostWorkerError(code)
        )

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
        raise self._lost()


def _work(pipe: Connection[bytes, bytes], parent: int) -> None:
    """Do one task after the other, as long as there is someone to ask for it."""
    _begin_worker(parent)
    try:
        pipe.send_bytes(b"ready")
        while True:
            task = pipe.recv_bytes()
            send_with(lambda outcome: pipe.send_bytes(dumps((INTERIM, outcome))))
            outcome = _done(task)
            send_with(None)
            pipe.send_bytes(outcome)
            give_back()
    except (EOFError, BrokenPipeError, ConnectionResetError):  # reset where it was gone before it read our last word
        return
    except OSError:  # what ran here closed the pipe: nobody can be told but by the exit code
        sys.exit(1)


def _done(task: bytes) -> bytes:
    """Return what came of a task, to be sent."""
    try:
        fn, args, kwargs = pickle.loads(task)  # noqa: S301 written by our own parent
        outcome = (RETURNED, fn(*args, **kwargs))
    except Exception as error:  # noqa: BLE001 whoever asks the future gets it
        outcome = (RAISED, error)
    except BaseException as error:  # noqa: BLE001 no user interrupts here: something that ran wants to end all
        outcome = (RAISED, PluginError(f"what ran in it raised {one_line(error)}"))
    try:
        return dumps(outcome)
    except Exception as error:  # noqa: BLE001 an object of a plugin may raise anything when it is pickled
        reason = f"its result cannot be sent from a worker process: {one_line(error)}"
        return pickle.dumps((RAISED, PluginError(reason)))


def dumps(anything: Any) -> bytes:
    """Pickle anything, also what only the caller's script or notebook defines."""
    try:
        return pickle.dumps(anything)
    except Exception:  # noqa: BLE001 an object of a plugin may raise anything when it is pickled
        from joblib.externals.loky.backend.reduction import dumps as with_definitions

        return bytes(with_definitions(anything))


def _begin_worker(parent: int) -> None:
    """Make a worker single-threaded in its arithmetic, deaf to Ctrl-C, and mortal with its parent."""
    ignore_interrupts()
    os.dup2(2, 1)  # what a plugin prints must not mix with results that the parent writes
    keep_to_one_thread()
    follow(parent)
