"""`checked_box`: the ranges of a formula's inputs, as they are given."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.ranges.interval import Interval


def checked_box(formula: Formula, box: Sequence[Interval]) -> list[Interval]:
    """Return the (low, high) of each input as floats.

    Raises `FormulaError` where a formula reads an input that has none, or that has no range of finite numbers.
    """
    needed = max(formula.inputs, default=-1) + 1
    if len(box) < needed:
        raise FormulaError(f"the formula reads {needed} inputs, and the box has {len(box)} sides")
    for index in sorted(formula.inputs):
        low, high = box[index]
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise FormulaError(f"side x{index} of the box must be two finite numbers, low <= high: {low!r}, {high!r}")
    return [(float(low), float(high)) for low, high in box]
