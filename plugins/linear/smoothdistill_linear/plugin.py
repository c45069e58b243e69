"""Tells smoothdistill of the linear student and of that of one input."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_linear.one_input import OneInputStudent
from smoothdistill_linear.student import LinearStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the linear student and that of one input."""
    return [LinearStudent, OneInputStudent]
