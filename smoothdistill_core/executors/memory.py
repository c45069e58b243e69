"""`MemoryGuard`: ends a process that holds more memory than it may: by a cgroup where there is one, else by looking."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from smoothdistill_core.errors import ExecutorError
from smoothdistill_core.executors.cgroup import Cgroup

PROC = Path("/proc")

SECONDS_BETWEEN_LOOKS = 0.1
"""How often it is looked at where no cgroup does that."""

_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


class MemoryGuard:
    """The limit of one process, with those that it starts, in bytes of resident memory."""

    def __init__(self, process: int, limit: int) -> None:
        self.limit = limit
        self._process = process
        self._group = Cgroup.around(process, limit)

    @property
    def pause(self) -> float | None:
        """How long to wait between two looks, in seconds; None where the kernel keeps the limit."""
        return SECONDS_BETWEEN_LOOKS if self._group is None else None

    def is_passed(self) -> bool:
        """Say whether the limit is passed, or was, by a process that the kernel has killed for it."""
        return self._group.has_killed() if self._group is not None else resident(self._process) > self.limit

    def close(self) -> None:
        """Remove the group of a process that is gone."""
        if self._group is not None:
            self._group.remove()


def check_can_limit() -> None:
    """Raise `ExecutorError` where nothing tells how much memory a process holds."""
    if not (PROC / "self" / "statm").exists() and shutil.which("ps") is None:
        raise ExecutorError("the memory of workers cannot be limited here: there is neither /proc nor ps; leave it out")


def bytes_of(text: str) -> int:
    """Return a size such as 4GB or 512MiB in bytes; raises ValueError for any other text."""
    found = re.fullmatch(rf"\s*(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})\s*", text)
    size = int(float(found[1]) * _UNITS[found[2]]) if found and len(text) < 30 else 0
    if size < 1:
        raise ValueError("a size is a number and one of MB, GB, TB, MiB, GiB and TiB, for example 4GB")
    return size


def resident(process: int) -> int:
    """Return how many bytes of memory a process and those that it has started hold; of those that are gone, none.

    What several of them share counts for each.
    """
    if not PROC.is_dir():
        return _by_ps(process)
    held = 0
    with suppress(OSError, IndexError, ValueError):
        held += int((PROC / str(process) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        for children in (PROC / str(process) / "task").glob("*/children"):
            held += sum(resident(int(child)) for child in children.read_text().split())
    return held


def _by_ps(process: int) -> int:
    """Return what ``ps`` says of a process, where there is no /proc; those that it has started are not counted."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return 1024 * int(said.stdout.strip() or 0)
