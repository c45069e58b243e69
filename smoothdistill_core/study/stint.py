"""`Stint`: what came of a task, in which process, and when; the first in a process pays for what is done once."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from smoothdistill_core.executors import send_interim


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
    return _stint(fn(*args, **kwargs), began)


def stint_with_interims(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Stint:
    """Call a function as `stint_of` does; what it hands to its argument ``interim`` counts where it has to be ended."""
    began = time.monotonic()
    return _stint(fn(*args, **kwargs, interim=lambda outcome: send_interim(_stint(outcome, began))), began)


def _stint(outcome: Any, began: float) -> Stint:
    return Stint(outcome, (platform.node(), os.getpid()), began, time.monotonic())
