"""The columns of a table as a portrait has them: their cells, and the values at which effects are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.columns import label
from smoothdistill_core.components import Table
from smoothdistill_core.preparation import is_categorical

if TYPE_CHECKING:
    import pandas as pd

Places = NDArray[np.intp]

MOST_VALUES = 24
"""An effect is computed at so many values of a column."""


def column_cells(table: Table, name: str, rows: Places) -> tuple[float | str | None, ...]:
    """Return the cells of a column in some rows: numbers, or names of categories; None where one is empty."""
    values = _column(table, name).iloc[rows]
    missing = values.isna().tolist()
    if is_categorical(table, values.name):
        return tuple(None if gap else label(value) for value, gap in zip(values.tolist(), missing, strict=True))
    numbers = values.to_numpy(np.float64, na_value=np.nan).tolist()
    return tuple(None if gap else number for number, gap in zip(numbers, missing, strict=True))


def column_values(table: Table, name: str, rows: Places) -> tuple[float | str, ...]:
    """Return at most `MOST_VALUES` values of a column in some rows.

    Numbers in ascending order, their quantiles where there are more; categories, the most frequent first.
    """
    values = _column(table, name).iloc[rows].dropna()
    if is_categorical(table, values.name):
        counts = values.map(label).value_counts()
        frequent = sorted(((str(what), int(count)) for what, count in counts.items()), key=lambda of: (-of[1], of[0]))
        return tuple(what for what, _ in frequent[:MOST_VALUES])
    numbers = values.to_numpy(np.float64)
    different = np.unique(numbers)
    if len(different) > MOST_VALUES:
        different = np.unique(np.quantile(numbers, np.linspace(0, 1, MOST_VALUES)))
    return tuple(different.tolist())


def _column(table: Table, name: str) -> pd.Series[Any]:
    """Return the column that has a name, which in the table itself may be another object than text."""
    return table.frame[next(column for column in table.frame.columns if str(column) == name)]
