"""Tells smoothdistill of the Operon student."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_operon.student import OperonStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the Operon student."""
    return [OperonStudent]
