"""`Stint`: what came of a task, in which process, and when; the first in a process pays for what is done once."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stint:
    """One task in a process; ``began`` and ``ended`` are seconds of the clock of that machine."""

    outcome: Any
    process: tuple[str, int]
    began: float
    ended: float


def stint_of(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Stint:
    """Call a function where this runs, and note in which process that was, and when."""
    began = time.monotonic()
    outcome = fn(*args, **kwargs)
    return Stint(outcome, (platform.node(), os.getpid()), began, time.monotonic())
