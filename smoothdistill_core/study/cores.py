"""Cores: how many there are, and how a piece of work keeps to one."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_one_core(fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Result:
    """Call ``fn`` while numeric libraries keep to one thread, so that the number of workers changes no digit."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return fn(*args, **kwargs)
