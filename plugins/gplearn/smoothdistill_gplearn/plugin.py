"""Tells smoothdistill of the gplearn student."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_gplearn.student import GplearnStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the gplearn student."""
    return [GplearnStudent]
