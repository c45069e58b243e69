"""Decides what each column of a user's file is: a number, a category, or a reason to stop."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from smoothdistill_core import DataError

if TYPE_CHECKING:
    import pandas as pd

MOST_CATEGORIES = 30
"""A text column with more distinct values is a category only where the recipe says so."""

NUMBERS = {"integer", "floating", "mixed-integer-float", "decimal"}
TIMES = {"datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period"}
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_WRITTEN_TIME = re.compile(
    rf"\d{{4}}([-/.])\d{{1,2}}\1\d{{1,2}}([T ]{_CLOCK}.*)?|\d{{1,2}}([-/.])\d{{1,2}}\5\d{{4}}( {_CLOCK}.*)?|{_CLOCK}"
)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")


def settle(
    frame: pd.DataFrame, target: str, categorical: Collection[str], where: str
) -> tuple[pd.DataFrame, tuple[str, ...], tuple[str, ...]]:
    """Return the frame with plain columns, the names of all categories, and notes.

    Booleans become 0 and 1, numbers of any storage numpy's own, and texts categories. What the target
    holds is not judged. Raises `DataError`, with the remedy, for a column that can be no feature as it is.
    """
    import pandas as pd
    from pandas.api.types import infer_dtype

    columns: dict[str, pd.Series[Any]] = {}
    categories, notes = list(categorical), []
    for name in frame.columns:
        column, marked = _without_category_type(frame[name])
        kind = infer_dtype(column, skipna=True)
        if kind == "boolean":
            column = column.astype("float64" if column.isna().any() else "int64")
            notes.append(f"{name} holds booleans: they are taken as 0 and 1")
        elif kind in NUMBERS:
            column = _plain_number(column)
        if name != target and name not in categorical:
            if column.isna().all():
                raise DataError(f"{where}: column {name!r} holds no value; leave it out with {_drop(name)}")
            if kind == "string" or marked:
                _accept_category(column, where)
                categories.append(name)
                notes.append(f"{name} holds {'categories' if marked else 'text'}: {column.nunique()} categories")
            elif kind in TIMES:
                raise _time_error(column, where)
            elif kind not in NUMBERS | {"boolean"}:
                raise DataError(
                    f"{where}: column {name!r} holds values of kind {kind!r}; features are numbers, booleans or text: "
                    f"change it in the file, or leave it out with {_drop(name)}"
                )
        columns[name] = column
    return pd.DataFrame(columns, copy=False), tuple(categories), tuple(notes)


def _without_category_type(column: pd.Series[Any]) -> tuple[pd.Series[Any], bool]:
    """Return the column in the type of its values, and whether the file marks it as a category."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(column.cat.categories.dtype if column.notna().all() else object), True
    return column, False


def _plain_number(column: pd.Series[Any]) -> pd.Series[Any]:
    import numpy as np

    plain = isinstance(column.dtype, np.dtype) and column.dtype != object
    return column if plain else column.astype("float64")


def _accept_category(column: pd.Series[Any], where: str) -> None:
    """Raise `DataError` where a column is no category by its values alone."""
    import pandas as pd

    values = column.dropna().unique()
    if all(_WRITTEN_TIME.fullmatch(str(value).strip()) for value in values):
        raise _time_error(column, where)
    if all(_DECIMAL_COMMA.fullmatch(str(value).strip()) for value in values):
        raise DataError(
            f"{where}: column {column.name!r} holds numbers with decimal commas (such as {values[0]!r}); "
            'say decimal: ","'
        )
    if len(values) <= MOST_CATEGORIES:
        return
    odd = values[pd.to_numeric(pd.Series(values), errors="coerce").isna().to_numpy()]
    most_are_numbers = 0 < 2 * len(odd) < len(values)
    hint = (
        f"most are numbers, but {odd[0]!r} is not: correct it in the file"
        if most_are_numbers
        else f"{values[0]!r} and so on"
    )
    raise DataError(
        f"{where}: column {column.name!r} is text with {len(values)} distinct values ({hint}); leave it out with "
        f"{_drop(column.name)}, or make each value a category with categorical: {_quoted(column.name)}"
    )


def _time_error(column: pd.Series[Any], where: str) -> DataError:
    first = column.dropna().iloc[0]
    return DataError(
        f"{where}: column {column.name!r} holds dates or times (such as {str(first)!r}); turn it into numbers in the "
        f"file (the year, the month, the seconds), or leave it out with {_drop(column.name)}"
    )


def _drop(name: object) -> str:
    return f"drop: {_quoted(name)}"


def _quoted(name: object) -> str:
    """Return a list of one column as YAML, whatever the column is called."""
    return f"[{json.dumps(name, ensure_ascii=False)}]"
