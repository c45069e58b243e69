"""Tells smoothdistill of the symmetry student."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_symmetry.student import SymmetryStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the symmetry student."""
    return [SymmetryStudent]
