"""What code of any language that reads tables needs to know a category."""

from __future__ import annotations


def category_of(value: object) -> str | None:
    """Return what a category is called, whole numbers and truth values by their digits; None for a missing value.

    Truth values may also be called by their names.
    """
    value = value.item() if hasattr(value, "item") else value
    if value is None or (not isinstance(value, str) and str(value) in ("nan", "NaT", "<NA>")):
        return None
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    return str(value)
