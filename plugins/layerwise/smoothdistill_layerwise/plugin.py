"""Tells smoothdistill of the layer-wise student."""

from __future__ import annotations

from smoothdistill_core import Student, hookimpl
from smoothdistill_layerwise.student import LayerwiseStudent


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the layer-wise student."""
    return [LayerwiseStudent]
