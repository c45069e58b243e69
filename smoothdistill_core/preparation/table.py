"""What a table must be to be prepared, and its fingerprint; looked at column by column, and never copied whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Table
from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.formula import Formula
from smoothdistill_core.preparation.classes import Classes, as_zero_or_one, classes_of
from smoothdistill_core.preparation.inputs import is_categorical
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.units import Unit

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

KINDS_OF_VALUES = {
    *("integer", "floating", "mixed-integer-float", "decimal", "boolean"),
    *("string", "categorical", "empty"),
}
"""What pandas calls the columns that can be inputs as they are."""


def fingerprint(table: Table) -> str:
    """Return 32 hexadecimal digits that change whenever the table's content does."""
    import pandas as pd

    columns = [*map(str, table.frame.columns)]
    heading: list[Any] = [table.target, table.advised or "none", sorted(table.categorical), columns]
    if table.law is not None:
        heading.append(table.law.to_json())
    if table.units:
        heading.append(sorted(table.units.items()))
    if table.declared:
        heading.append([(column, asdict(table.declared[column])) for column in sorted(table.declared)])
    frames = [table.frame] if table.beside is None else [table.frame, table.beside]
    if len(frames) > 1:
        heading.append([*map(str, frames[1].columns)])
    content = json.dumps(heading).encode()
    for frame in frames:
        content += pd.util.hash_pandas_object(frame, index=False).to_numpy(dtype=np.uint64).tobytes()
    return hashlib.sha256(content).hexdigest()[:32]


def check_is_table(table: Table) -> None:
    """Refuse what a dataset plugin must not return in place of a table."""
    import pandas as pd

    if not isinstance(table, Table) or not isinstance(table.frame, pd.DataFrame):
        raise DataError(f"load() must return a Table that holds a pandas DataFrame, not {type(table).__name__}")
    if table.beside is not None and len(table.beside) != len(table.frame):
        raise DataError(
            f"beside holds {len(table.beside)} rows, and the table {len(table.frame)}; give both the same rows"
        )


def checked(table: Table, options: Prepare, notes: list[str]) -> tuple[Array, NDArray[np.intp], Classes | None]:
    """Return the target (n,), the numbers of the rows that are used, and the target's classes where it has such.

    The target is 0 and 1 then. Raises `DataError` for an unfit table.
    """
    _check_columns(table)
    frame = table.frame
    if table.target not in frame.columns:
        raise DataError(
            f"there is no target column {table.target!r}; {did_you_mean(table.target, map(str, frame.columns))}"
        )
    labels = frame[table.target]
    classes = classes_of(labels, table.target, options, table.advised)
    target = _numeric_target(labels, table.target) if classes is None else as_zero_or_one(labels, classes)
    features = [column for column in frame.columns if column != table.target]
    if not features:
        raise DataError(f"the table has no column besides the target {table.target!r}; at least one feature is needed")
    for column in features:
        _check_finite(frame[column], column)
    _check_law(table, len(features))
    _check_units(table)
    whole, gaps = np.ones(len(frame), dtype=bool), {}
    for column in features:
        known = frame[column].notna().to_numpy()
        if not known.all():
            gaps[column] = int((~known).sum())
            whole &= known
    if not gaps:
        return target, np.arange(len(frame)), classes
    columns = ", ".join(f"{column} ({count})" for column, count in gaps.items())
    if options.missing == "impute":
        notes.append(f"missing values filled in from the training part: {columns}")
        return target, np.arange(len(frame)), classes
    notes.append(f"{(~whole).sum()} of {len(whole)} rows dropped for missing values: {columns}")
    return target, np.flatnonzero(whole), classes


def _check_columns(table: Table) -> None:
    """Refuse columns that a dataset plugin must not return."""
    import pandas as pd

    columns = list(table.frame.columns)
    repeated = sorted({str(column) for column in columns if columns.count(column) > 1})
    if repeated:
        raise DataError(f"the columns {', '.join(repeated)} stand twice; give each its own name")
    for column in table.categorical:
        if column not in columns:
            raise DataError(f"there is no categorical column {column!r}; {did_you_mean(column, map(str, columns))}")
    for column in columns:
        kind = pd.api.types.infer_dtype(table.frame[column], skipna=True)
        if column != table.target and column not in table.categorical and kind not in KINDS_OF_VALUES:
            raise DataError(
                f"column {column!r} holds values of kind {kind!r}; a table holds numbers, booleans and text"
            )


def _check_law(table: Table, features: int) -> None:
    """Refuse a law that is none of this table."""
    law: Any = table.law
    if law is None:
        return
    if not isinstance(law, Formula):
        raise DataError(f"law must be a Formula over the features, not {type(law).__name__}")
    if max(law.inputs, default=-1) >= features:
        raise DataError(
            f"the law reads input x{max(law.inputs)}, and the table has {features} features; number them from 0, in "
            "the order of the frame without the target"
        )


def _check_units(table: Table) -> None:
    """Refuse units of columns that are not there, of categories, and text that is no unit."""
    columns = [str(column) for column in table.frame.columns]
    for column, text in table.units.items():
        if column not in columns:
            raise DataError(f"units names no column {column!r}; {did_you_mean(column, columns)}")
        if not isinstance(text, str):
            raise DataError(f"the unit of column {column!r} must be text, not {text!r}; write for example 'kg'")
        unit = Unit.of(text)
        place = table.frame.columns[columns.index(column)]
        if column != table.target and is_categorical(table, place) and unit.powers:
            raise DataError(f"column {column!r} holds categories, which have no unit; take it out of units")


def _check_finite(column: pd.Series[Any], name: str) -> None:
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return
    infinite = np.flatnonzero(np.isinf(column.to_numpy(dtype=float, na_value=np.nan)))
    if len(infinite):
        where = f"{len(infinite)} infinite values, the first in data row {infinite[0] + 1}"
        raise DataError(f"column {name!r} has {where}; remove those rows or the column")


def _numeric_target(column: pd.Series[Any], name: str) -> Array:
    import pandas as pd

    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        target = column.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        odd = (pd.to_numeric(column, errors="coerce").isna() & column.notna()).to_numpy()
        place = int(np.flatnonzero(odd)[0]) if odd.any() else 0
        raise DataError(
            f"target {name!r} is not numeric: data row {place + 1} holds {column.iloc[place]!r}; "
            "choose a target of numbers, or of two values"
        )
    for what, bad in (("missing", np.isnan(target)), ("infinite", np.isinf(target))):
        if bad.any():
            first = int(np.flatnonzero(bad)[0]) + 1
            raise DataError(
                f"target {name!r} is {what} in {bad.sum()} of {len(target)} rows, first in data row {first}; "
                "remove those rows"
            )
    return target
