"""Time limits: the executors that enforce them, and what is raised where one does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Protocol, TypeVar, runtime_checkable

Result = TypeVar("Result")


class OutOfTimeError(TimeoutError):
    """A worker was stopped after ``seconds``, the limit of its task."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"timed out after {self.seconds:g} s"


@runtime_checkable
class _KeepsTimeLimits(Protocol):
    def submit_within(
        self, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]: ...


def keeps_time_limits(executor: Executor) -> bool:
    """Say whether an executor stops what takes longer than it may: it has a method ``submit_within(seconds, fn)``."""
    return isinstance(executor, _KeepsTimeLimits)


def submit_within(
    executor: Executor, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
) -> Future[Result]:
    """Hand work to an executor that may take so many seconds, if any; one that keeps no limits gets it without."""
    if isinstance(executor, _KeepsTimeLimits):
        return executor.submit_within(seconds, fn, *args, **kwargs)
    return executor.submit(fn, *args, **kwargs)
