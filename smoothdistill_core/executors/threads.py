"""Threads of numeric libraries: a worker has one, so that the number of workers changes no digit."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
"""By which numeric libraries are told their threads; the fifth is that of Apple's Accelerate."""


def on_one_thread(fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Result:
    """Call ``fn`` while numeric libraries keep to one thread."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return fn(*args, **kwargs)


def keep_to_one_thread() -> None:
    """Set this process to one numeric thread, for good."""
    from threadpoolctl import threadpool_limits

    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))  # for libraries that are loaded from here on
    threadpool_limits(limits=1)  # for those that are loaded already
