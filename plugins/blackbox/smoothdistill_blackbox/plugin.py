"""What this plugin adds to smoothdistill: the teacher ``blackbox``."""

from __future__ import annotations

from smoothdistill_blackbox.blackbox import BlackBox
from smoothdistill_core import hookimpl


@hookimpl
def smoothdistill_teachers() -> list[type[BlackBox]]:
    """Return the black box."""
    return [BlackBox]
