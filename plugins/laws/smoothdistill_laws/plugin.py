"""The hook of this plugin."""

from __future__ import annotations

from smoothdistill_core import Dataset, hookimpl


@hookimpl
def smoothdistill_datasets() -> list[type[Dataset]]:
    """Return nothing yet."""
    return []
