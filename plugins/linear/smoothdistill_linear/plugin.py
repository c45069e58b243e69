"""Tells smoothdistill of the linear student."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_linear.student import LinearStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the linear student."""
    return [LinearStudent]
