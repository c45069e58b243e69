"""`predicted_rows`: predictions for new rows, with what is to be said of gaps, of the past and of what is unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.preparation import Past, lag_of, past_of
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import Scaling

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

SHOWN = 5
"""So many categories of a column are named."""


@dataclass(frozen=True)
class Predicted:
    """Predictions (n,) in units of the target, NaN where a row lacks what the formula reads.

    ``outside`` says of each row which inputs lie outside of the range of the training rows, as text that is empty where
    none does; ``notes`` are sentences on the whole.
    """

    values: Array
    outside: tuple[str, ...]
    notes: tuple[str, ...]


def predicted_rows(
    explanation: Explanation, frame: pd.DataFrame, prepare: Prepare, cells: pd.DataFrame | None = None
) -> Predicted:
    """Predict the rows of a table with the columns that the formula reads; others are left alone.

    ``cells`` are the same rows as they are written, where they come from a file: few rows may read as numbers or truth
    values where training had text. Past values are taken from the table's own rows before. Gaps are filled in where the
    recipe does so; where it does not, the row has no prediction. Raises `DataError` for a column that is missing or
    holds what is no number.
    """
    scaling = explanation.scaling
    frame = frame if cells is None else _as_written(frame, cells, scaling)
    read = sorted(explanation.formula.inputs)
    names = {scaling.features[place].column for place in read}
    past = _past(frame, prepare, names)
    frame = frame.assign(**past.values) if past.values else frame
    inputs = scaling.inputs(frame, read, gaps=True)
    complete = ~np.isnan(inputs[:, read]).any(axis=1) & (past.place >= past.reach)
    values = np.full(len(frame), np.nan)
    values[complete] = explanation.formula.predict(inputs[complete])
    unseen = scaling.unseen(frame, read)
    return Predicted(
        values,
        tuple(_outside(scaling.outside(inputs), read, scaling.names, unseen)),
        tuple(_notes(explanation, frame, past, prepare, complete, unseen, names)),
    )


def _as_written(frame: pd.DataFrame, cells: pd.DataFrame, scaling: Scaling) -> pd.DataFrame:
    """Return the table with each category as its cell is written, where training saw one that is written so."""
    found: dict[str, pd.Series[Any]] = {}
    for feature, seen in scaling.categories.items():
        past = lag_of(feature)
        name = past[0] if past and feature not in frame.columns else feature
        if name in frame.columns and name in cells.columns:
            known = frame[name].notna() & cells[name].isin(list(seen))
            found[name] = found.get(name, frame[name]).astype(object).where(~known, cells[name])
    return frame.assign(**found)


def _past(frame: pd.DataFrame, prepare: Prepare, names: set[str]) -> Past:
    """Return the past values that a formula reads."""

    def find(name: str, option: str) -> pd.Series[Any]:
        for column in frame.columns:
            if str(column) == name:
                return frame[column]
        what = "whose past values the formula reads" if option in ("lags", "rolling") else "which orders the rows"
        raise DataError(f"there is no column {name!r}, {what}; {did_you_mean(name, map(str, frame.columns))}")

    return past_of(prepare, find, len(frame), names)


def _outside(
    outside: NDArray[np.bool_], read: Sequence[int], names: Sequence[str], unseen: dict[str, dict[int, str]]
) -> Iterator[str]:
    """Yield what of each row lies outside."""
    for row in range(len(outside)):
        told = [names[place] for place in read if outside[row, place]]
        told += [f"{column} = {rows[row]}" for column, rows in unseen.items() if row in rows]
        yield ", ".join(told)


def _notes(
    explanation: Explanation,
    frame: pd.DataFrame,
    past: Past,
    prepare: Prepare,
    complete: NDArray[np.bool_],
    unseen: dict[str, dict[int, str]],
    names: set[str],
) -> Iterator[str]:
    if past.values:
        early = int((past.place < past.reach).sum())
        where = f" of the same {prepare.series}" if prepare.series else ""
        yield (
            f"{', '.join(past.values)}: each row needs the {past.reach} rows before it{where}, and they have to be in "
            f"the file; {early} of {len(frame)} rows have not so many, and no prediction"
        )
    known = {str(column): column for column in frame.columns}
    gaps = {name: int(frame[known[name]].isna().sum()) for name in sorted(names) if name not in past.values}
    counted = ", ".join(f"{name} ({count})" for name, count in gaps.items() if count)
    missing = int((~complete & (past.place >= past.reach)).sum())
    if missing:
        yield f"{missing} of {len(frame)} rows lack a value, and have no prediction: {counted or 'in the past'}"
    elif counted:
        yield f"missing values filled in as in training: {counted}"
    for column, rows in unseen.items():
        found = list(dict.fromkeys(rows.values()))
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield (
            f"column {column!r}: categories that the training part lacks count as "
            f"{explanation.scaling.references[column]}, the commonest, in {len(rows)} rows: "
            f"{', '.join(found[:SHOWN])}{more}"
        )
