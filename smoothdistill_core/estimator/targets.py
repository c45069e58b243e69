"""What a caller calls y: one target, or several of the same rows, each with a name and checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import check_array, check_consistent_length, column_or_1d

from smoothdistill_core.errors import DataError
from smoothdistill_core.estimator.columns import target_name

if TYPE_CHECKING:
    import pandas as pd


def has_several(y: Any) -> bool:
    """Say whether y holds several targets: (n, k) with k > 1."""
    shape = _shape(y)
    return len(shape) == 2 and shape[1] > 1


def targets_of(y: Any, frame: pd.DataFrame, taken: Sequence[str], labels: Sequence[str] | None) -> dict[str, Any]:
    """Return each target (n,) of the rows of a frame, by its name, which is none of those that are ``taken``.

    Where there are ``labels`` (n,) they are the target. Raises what scikit-learn raises for anything but finite
    numbers, and `DataError` where two targets have one name.
    """
    if y is None:
        return {target_name(y, taken): np.arange(len(frame), dtype=np.float64)}
    if not has_several(y):
        target = column_or_1d(y, warn=True)
        check_consistent_length(frame, target)
        if labels is None:
            return {target_name(y, taken): check_array(target, ensure_2d=False, dtype=np.float64, input_name="y")}
        return {target_name(y, taken): list(labels)}
    names = _names(y, taken)
    several = check_array(y, dtype=np.float64, input_name="y")
    check_consistent_length(frame, several)
    return dict(zip(names, several.T, strict=True))


def _names(y: Any, taken: Sequence[str]) -> list[str]:
    """Return what several targets are called: the names of their columns if all are text, else y0, y1 and on."""
    count = _shape(y)[1]
    names = list(getattr(y, "columns", ()))
    if not names or not all(isinstance(name, str) and name for name in names):
        names = [f"y{place}" for place in range(count)]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise DataError(f"y has several columns {twice[0]!r}; give each its own name")
    for place in range(count):
        while names[place] in taken or names[place] in names[:place] + names[place + 1 :]:
            names[place] += "_"
    return names


def _shape(y: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = y.shape if hasattr(y, "shape") else np.asarray(y).shape
    return shape
