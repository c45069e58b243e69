"""`work_off`: work that comes after all cells of a study, whose failure costs a warning and nothing else."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from smoothdistill_core.components import Component, secret
from smoothdistill_core.executors.errors_of_tasks import error_of
from smoothdistill_core.study.time_shares import TimeShares

POLL_SECONDS = 0.2
"""How often it looks whether there is still time."""

Told = Callable[[tuple[str, ...]], None]
"""Is called with what is being done, in words."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class LastWork(Generic[Found]):
    """What is done, in words; what keeps its result; and whose secrets an error of it might show."""

    words: str
    keep: Callable[[Found], None]
    components: tuple[Component, ...]


def work_off(
    running: dict[Future[Found], LastWork[Found]],
    told: Told,
    stop: threading.Event,
    shares: TimeShares | None = None,
) -> None:
    """Keep each result of ``running`` as it comes, until all did or there is no time; warn of what fails."""

    def over() -> bool:
        return stop.is_set() or (shares is not None and shares.is_up())

    while running:
        told(tuple(work.words for work in running.values()))
        done, _ = wait(running, timeout=0.0)  # also of what came too late
        while not done and not over():
            done, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        if not done:
            break
        for future in done:
            work = running.pop(future)
            if (error := error_of(future)) is None:
                work.keep(future.result())
                continue
            why = secret.told(error, *work.components)
            warnings.warn(f"could not {work.words}: {why}", RuntimeWarning, stacklevel=2)
    for future in running:
        future.cancel()
