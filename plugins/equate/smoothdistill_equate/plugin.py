"""Tells smoothdistill of the equate student."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_equate.student import EquateStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the equate student."""
    return [EquateStudent]
