"""`error_of`: what became of a task that was handed to an executor, apart from what became of the executor."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, CancelledError, Future
from typing import Any

from smoothdistill_core.errors import ExecutorError, one_line


def error_of(future: Future[Any]) -> BaseException | None:
    """Return the error of a finished task; raises `ExecutorError` where it is that of the executor."""
    try:
        error = future.exception()
    except CancelledError:
        raise ExecutorError("the executor cancelled what it was given; run the study again to resume it") from None
    if isinstance(error, BrokenExecutor):
        what = str(error) if type(error) is BrokenExecutor else one_line(error)
        raise ExecutorError(f"the executor broke down ({what}); run the study again to resume it")
    return error
