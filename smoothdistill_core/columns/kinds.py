"""`plain`: what kind of values a column holds, whatever its storage, and its numbers as numpy's own."""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["number", "boolean", "category", "text", "time", "empty", "other"]

_NUMBERS = {"integer", "floating", "mixed-integer-float", "decimal"}
_TIMES = {"datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period"}


@dataclass(frozen=True)
class Categories:
    """The categories that the type of a column declares, in their order; whether the order means something."""

    values: tuple[str | int | float | bool, ...]
    ordered: bool = False


def label(value: Any) -> str:
    """Return what a category is called: a whole number without a decimal point, anything else as text."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def declared_categories(column: pd.Series[Any]) -> Categories | None:
    """Return the categories of a column of pandas' own type for them; None for any other column."""
    import pandas as pd

    if not isinstance(column.dtype, pd.CategoricalDtype):
        return None
    values = tuple(column.dtype.categories.tolist())
    return (
        Categories(values, bool(column.dtype.ordered))
        if all(isinstance(v, str | int | float) for v in values)
        else None
    )


def kind_of(column: pd.Series[Any]) -> Kind:
    """Say what a column holds: by its values, not by its storage. A category is what its type declares to be one."""
    return plain(column)[0]


def plain(column: pd.Series[Any]) -> tuple[Kind, pd.Series[Any]]:
    """Return what a column holds, and the column: numbers as int64 or floats of numpy, truth values as 0 and 1.

    Numbers may be of any type that pandas, Arrow, a database or a list hands over: nullable, decimal, fractions, mixed,
    or objects. Text among numbers makes all of them text. What is of no kind (lists, bytes, complex numbers, integers
    beyond floats) comes back as it is.
    """
    import numpy as np
    import pandas as pd
    from pandas.api.types import infer_dtype

    if _declares_categories(column):
        values = column.astype(object) if column.isna().any() else pd.Series(column.tolist(), column.index)
        values.name = column.name
        return ("empty" if column.isna().all() else "category"), values
    if isinstance(column.dtype, pd.SparseDtype):
        column = pd.Series(np.asarray(column), column.index, name=column.name)
    kind = infer_dtype(column, skipna=True)
    if kind == "empty" or (kind in _NUMBERS | {"boolean", "string"} and column.isna().all()):
        return "empty", column
    if kind == "boolean":
        return "boolean", column.astype("float64" if column.isna().any() else "int64")
    if kind in _NUMBERS:
        return _numbers(column)
    if kind in _TIMES:
        return "time", column
    if kind == "string":
        return "text", column
    return _mixed(column)


def _declares_categories(column: pd.Series[Any]) -> bool:
    import pandas as pd

    arrow = getattr(column.dtype, "pyarrow_dtype", None)
    return isinstance(column.dtype, pd.CategoricalDtype) or str(arrow).startswith("dictionary")


def _numbers(column: pd.Series[Any]) -> tuple[Kind, pd.Series[Any]]:
    import numpy as np
    import pandas as pd

    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return "number", column
    values = column.astype(object)
    gaps = values.isna()
    whole = not gaps.any() and all(isinstance(value, numbers.Integral) for value in values)
    try:
        array = np.array([int(value) for value in values], np.int64) if whole else None
    except OverflowError:
        array = None
    try:
        if array is None:
            array = np.array([np.nan if gap else float(value) for value, gap in zip(values, gaps, strict=True)])
    except OverflowError:
        return "other", column
    return "number", pd.Series(array, column.index, name=column.name)


def _mixed(column: pd.Series[Any]) -> tuple[Kind, pd.Series[Any]]:
    """Judge a column whose values are of several types, one by one."""
    known = column.dropna()
    if not len(known):
        return "empty", column
    if all(_is_number(value) for value in known):
        return _numbers(column)
    if all(isinstance(value, str) or _is_number(value) for value in known):
        return "text", column.map(label, na_action="ignore")
    return "other", column


def _is_number(value: Any) -> bool:
    if getattr(value, "shape", None) == ():
        value = value.item()
    return isinstance(value, (numbers.Real, Decimal))
