"""`dask_executor`: the workers of a Dask cluster behind the standard executor interface."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from smoothdistill_core.components.versions import installed
from smoothdistill_core.errors import ExecutorError, one_line
from smoothdistill_core.executors.threads import on_one_thread
from smoothdistill_core.trial import forget_splits

Result = TypeVar("Result")

SECONDS_TO_ANSWER = 10.0
SECONDS_TO_BEGIN = 60.0
"""How long a cluster may take to have its first worker."""
SECONDS_WITHOUT_WORKERS = 60.0
"""After so long without any worker, a cluster counts as gone."""


@contextmanager
def dask_executor(address: str, libraries: Iterable[str] = ()) -> Iterator[DaskExecutor]:
    """Connect to the scheduler at ``address`` and give its workers as an executor.

    Each worker has to have the versions of smoothdistill, Python, numpy and ``libraries`` that are installed here:
    they decide results. Raises `ExecutorError` with the remedy where that is not so, where Dask is missing, or
    where nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ExecutorError(
            "Dask is not installed, and --dask needs it: pip install 'smoothdistill[dask]', here and on the workers"
        ) from None
    with _quiet():
        try:
            client: Any = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False, name="smoothdistill")
        except (OSError, ValueError) as error:
            raise ExecutorError(
                f"no Dask scheduler answers at {address} ({one_line(error)}); start one with `dask scheduler`, and "
                "give the address that it prints, such as tcp://127.0.0.1:8786"
            ) from None
        try:
            _check_workers(client, address, ("smoothdistill", "numpy", *libraries))
            with DaskExecutor(client, address) as executor:
                yield executor
        finally:
            client.close()


class DaskExecutor(Executor):
    """The workers of a connected client.

    What a worker does that dies, others do again, as Dask sees fit; a scheduler that is gone, or that has had no
    worker for `SECONDS_WITHOUT_WORKERS`, breaks the executor. On the way out, what is left is cancelled.
    """

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._address = address
        self._asked: dict[Future[Any], Any] = {}
        self._changing = threading.Lock()
        self._over = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def workers(self) -> int:
        """How many tasks the cluster can do at a time."""
        return sum(self._client.nthreads().values())

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Have ``fn`` called by a worker, its numeric libraries on one thread."""
        if self._over.is_set():
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self._watch is None:
            self._watch = threading.Thread(target=self._look_after_workers, daemon=True)
            self._watch.start()
        future: Future[Result] = Future()
        if self._client.status != "running":
            future.set_exception(self._gone())
            return future
        asked = self._client.submit(partial(on_one_thread, fn, *args, **kwargs), pure=False)
        with self._changing:
            self._asked[future] = asked
        asked.add_done_callback(partial(self._settle, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; on a cluster, what is left is always cancelled."""
        self._over.set()
        with self._changing:
            left = list(self._asked.values())
            self._asked.clear()
        if self._client.status == "running":
            self._client.cancel(left)
            self._client.run(forget_splits, on_error="ignore")

    def _settle(self, future: Future[Any], asked: Any) -> None:
        """Hand over what became of a task."""
        with self._changing:
            if self._asked.pop(future, None) is None:
                return
        try:
            outcome = asked.result() if asked.status == "finished" else None
            error = asked.exception() if asked.status == "error" else None
        except Exception:  # noqa: BLE001 between its end and now, the connection was lost
            future.set_exception(self._gone())
            return
        if asked.status == "finished":
            future.set_result(outcome)
        else:
            future.set_exception(self._gone() if error is None else error)

    def _look_after_workers(self) -> None:
        """Break the executor where the cluster has no worker for too long: Dask itself would wait forever."""
        missing = 0.0
        pause = SECONDS_WITHOUT_WORKERS / 12
        while not self._over.wait(pause):
            with suppress(Exception):  # where the scheduler cannot be asked, the tasks end by themselves
                missing = 0.0 if self._client.nthreads() else missing + pause
            if missing >= SECONDS_WITHOUT_WORKERS:
                with self._changing:
                    left = list(self._asked)
                    self._asked.clear()
                for future in left:
                    future.set_exception(self._gone("has no workers any more"))
                return

    def _gone(self, what: str = "went away") -> BrokenExecutor:
        return BrokenExecutor(f"the Dask cluster at {self._address} {what}")


def _check_workers(client: Any, address: str, distributions: Iterable[str]) -> None:
    """Raise `ExecutorError` unless there are workers, and all have what this process has."""
    wanted = tuple(dict.fromkeys(distributions))
    ours = installed(wanted)
    try:
        first = client.submit(installed, wanted, pure=False)  # as a task: it makes a cluster that adapts start one
        first.result(timeout=SECONDS_TO_BEGIN)
        found = client.run(installed, wanted)
    except TimeoutError:
        raise ExecutorError(
            f"the Dask cluster at {address} has no worker that works; start some: dask worker {address} --nthreads 1"
        ) from None
    except Exception as error:  # noqa: BLE001 a worker without smoothdistill may raise anything
        raise ExecutorError(
            f"the workers at {address} cannot do this work ({one_line(error)}); install smoothdistill and its plugins "
            "there as they are here, and start the workers again"
        ) from None
    for worker, theirs in found.items():
        other = [f"{name} {theirs[name]} in place of {ours[name]}" for name in ours if theirs[name] != ours[name]]
        if other:
            raise ExecutorError(
                f"the worker {worker} has {', '.join(other)}: its results would differ; install the same versions there"
            )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask logs of a lost connection from the terminal: it is said as an error."""
    levels = {name: logging.getLogger(name).level for name in ("distributed", "distributed.client", "distributed.core")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
