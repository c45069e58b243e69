"""Tells smoothdistill of the PySR student."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_pysr.student import PySRStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the PySR student."""
    return [PySRStudent]
