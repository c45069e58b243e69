"""`Cgroup`: a group of processes (control groups, version 2) whose memory Linux limits, where we may make one."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")


class Cgroup:
    """A folder of the kernel's that stands for one process and all that it starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def around(cls, process: int, limit: int) -> Cgroup | None:
        """Put a process into a group of at most so many bytes; None where this process may make no such group.

        Linux makes a group with a limit beside that of this process where its user manages what lies above it, as
        in a session of systemd, or within it, where no process is in it itself.
        """
        for parent in _candidates():
            group = cls(parent / f"smoothdistill-{uuid.uuid4().hex}")
            try:
                group.folder.mkdir()
            except OSError:
                continue
            try:
                (group.folder / "memory.max").write_text(str(limit))
                with suppress(OSError):  # a machine without swap space need not have it
                    (group.folder / "memory.swap.max").write_text("0")
                (group.folder / "memory.oom.group").write_text("1")
                (group.folder / "cgroup.procs").write_text(str(process))
            except OSError:
                group.remove()
                continue
            return group
        return None

    def has_killed(self) -> bool:
        """Say whether the kernel has killed a process of the group for its memory."""
        with suppress(OSError):
            for line in (self.folder / "memory.events").read_text().splitlines():
                event, _, count = line.partition(" ")
                if event == "oom_kill" and count.isdigit() and int(count):
                    return True
        return False

    def remove(self) -> None:
        """Remove the group, whose processes are gone."""
        with suppress(OSError):
            self.folder.rmdir()


def _candidates() -> list[Path]:
    """Return the groups in which a group with a limit can be made: where the kernel counts memory for those within."""
    with suppress(OSError):
        lines = OWN_GROUP.read_text().splitlines()
        own = [CONTROL_GROUPS / line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
        within = [group for path in own for group in (path, path.parent) if group.is_relative_to(CONTROL_GROUPS)]
        return [group for group in within if "memory" in _counted_in(group)]
    return []


def _counted_in(group: Path) -> list[str]:
    with suppress(OSError):
        return (group / "cgroup.subtree_control").read_text().split()
    return []
