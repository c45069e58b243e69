"""smoothdistill's blackbox plugin: `BlackBox.of(model)` makes a teacher of any model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smoothdistill_blackbox.blackbox import BlackBox

__all__ = ["BlackBox"]


def __getattr__(name: str) -> Any:
    if name == "BlackBox":
        from smoothdistill_blackbox.blackbox import BlackBox

        return BlackBox
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
