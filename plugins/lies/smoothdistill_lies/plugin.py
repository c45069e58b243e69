"""The hook of this plugin."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_lies.student import LIESStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the student."""
    return [LIESStudent]
