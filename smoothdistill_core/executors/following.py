"""`follow`: a worker process ends when the process that it works for is gone, however that ended."""

from __future__ import annotations

import os
import threading
import time

SECONDS = 0.5
"""How often a worker looks."""


def follow(parent: int) -> None:
    """Have this process end soon after its ``parent``, which may be killed and then says nothing."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(SECONDS)
    os._exit(1)
