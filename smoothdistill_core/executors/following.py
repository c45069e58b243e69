"""`follow`: a worker process ends when the process that it works for is gone, however that ended."""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing.connection import wait

SECONDS_TO_NOTICE = 2.0
"""How long a worker may outlive a parent whose end it is not told of."""


def follow(parent: int) -> None:
    """Have this process end soon after its ``parent``, which may be killed and then says nothing."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    """Its pipe closes with it, unless another of its children holds that open."""
    sentinel = getattr(multiprocessing.parent_process(), "sentinel", None)  # not all kinds of process have one
    ends = [] if sentinel is None else [sentinel]
    while not wait(ends, SECONDS_TO_NOTICE) and os.getppid() == parent:
        pass
    os._exit(1)
