"""`arranged`: a table with the past values that a recipe asks for, and the times or groups that split its rows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Table
from smoothdistill_core.errors import DataError
from smoothdistill_core.preparation.order import groups_of, named_column, shown, times_of, told_of_times
from smoothdistill_core.preparation.past import Find, past_of
from smoothdistill_core.preparation.weighing import weights_of
from smoothdistill_core.recipe import Prepare

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Arranged:
    """A ``table`` whose inputs are complete, and the number of each row's time or group.

    ``keys`` (n,) are in the order of time where rows are split by time, and ``names`` says what each stands for; both
    are None for a random split. ``weights`` (n,) are those of the rows, as the column has them; None without any.
    """

    table: Table
    keys: Places | None = None
    names: tuple[str, ...] = ()
    weights: Array | None = None


def arranged(table: Table, options: Prepare, notes: list[str]) -> Arranged:
    """Take out the columns that weigh rows and split them, and add past values; rows without a past are left out.

    Raises `DataError` where the recipe names a column that is not there, that does not order the rows, or that holds no
    weights.
    """
    find = partial(named_column, (table.frame, table.beside))
    weights = None
    if options.weights is not None:
        if options.weights == table.target:
            raise DataError(f"prepare.weights: column {options.weights!r} is the target; name another column")
        weights = weights_of(find(options.weights, "weights"), f"prepare.weights: column {options.weights!r}")
        table = _without(table, options.weights, "weighs the rows", notes)
    if options.split == "random" or options.by is None:
        return Arranged(table, weights=weights)
    by = find(options.by, "by")
    if options.by == table.target:
        raise DataError(f"prepare.by: column {options.by!r} is the target, which orders no rows; name another column")
    if options.split == "time":
        times = times_of(by)
        series = None if options.within is None else groups_of(find(options.within, "within"), "within")[0]
        notes += told_of_times(options.by, times, series)
        found, keys = np.unique(times.to_numpy(), return_inverse=True)
        names = tuple(map(shown, found))
    else:
        keys, groups = groups_of(by, "by")
        names = tuple(groups)
    table = _without(table, options.by, "orders the rows", notes)
    if options.looks_back:
        table, rows = _with_past(table, options, find, notes)
        keys, weights = keys[rows], None if weights is None else weights[rows]
    return Arranged(table, keys.astype(np.intp), names, weights)


def _without(table: Table, name: str, does: str, notes: list[str]) -> Table:
    """Return the table without a column that is no input, for what it ``does``."""
    columns = [column for column in table.frame.columns if str(column) == name]
    if not columns:
        return table
    notes.append(f"{name} {does}, and is no input")
    categorical = tuple(column for column in table.categorical if column != name)
    units = {column: unit for column, unit in table.units.items() if column != name}
    frame = table.frame.drop(columns=columns)
    return replace(table, frame=frame, categorical=categorical, units=units, law=None)


def _with_past(table: Table, options: Prepare, find: Find, notes: list[str]) -> tuple[Table, Places]:
    """Return the table with past values, and the numbers of its rows: those that have all the past they need."""
    import pandas as pd

    if table.gaps is not None and (skipped := _between(table.gaps, options, find, len(table.frame))):
        raise DataError(
            f"past values would skip {skipped} rows that stand between others and have no {table.target}; give these "
            "one, or leave lags and rolling out of prepare"
        )
    past = past_of(options, find, len(table.frame))
    values, of, place, needed = past.values, past.of, past.place, past.reach
    taken = [name for name in values if name in map(str, table.frame.columns)]
    if taken:
        raise DataError(f"the table has a column {taken[0]!r} of its own; rename it")
    rows = np.flatnonzero(place >= needed)
    left_out = len(place) - len(rows)
    if len(rows) == 0:
        raise DataError(
            f"each row needs {needed} rows before it in its series, and none has as many; look back less far in prepare"
        )
    where = f" of each {options.series}" if options.series else ""
    notes.append(
        f"{', '.join(values)}: the first {needed} rows{where} have no such past: {left_out} of {len(place)} rows are "
        "left out"
    )
    frame = pd.concat([table.frame, pd.DataFrame(values)], axis="columns").iloc[rows].reset_index(drop=True)
    known = {str(column) for column in table.categorical}
    categorical = (*table.categorical, *(name for name in values if of[name] in known))
    units = {**table.units, **{name: table.units[of[name]] for name in values if of[name] in table.units}}
    beside = None if table.beside is None else table.beside.iloc[rows].reset_index(drop=True)
    return replace(table, frame=frame, categorical=categorical, units=units, beside=beside), rows


def _between(gaps: pd.DataFrame, options: Prepare, find: Find, rows: int) -> int:
    """Return how many rows that were left out stand between the ``rows`` of a table, each within its own series."""
    import pandas as pd

    places = np.concatenate([np.delete(np.arange(rows + len(gaps)), gaps.index), gaps.index])
    named = [name for name in (options.series, options.by) if name is not None]
    whole = {name: pd.concat([find(name, "by"), gaps[name]], ignore_index=True) for name in named}
    known = ~pd.DataFrame(whole, index=range(len(places))).isna().any(axis=1).to_numpy()  # the others stand nowhere
    whole = {name: column[known].reset_index(drop=True) for name, column in whole.items()}
    when = places[known]
    if options.split == "time" and options.by is not None:
        with suppress(DataError):  # of a footer, say, which has no time: all are judged by where they stand
            when = times_of(whole[options.by]).to_numpy()
    series = 0 if options.series is None else groups_of(whole[options.series], "within")[0]
    placed = pd.DataFrame({"series_of": series, "when": when})
    kept = (np.arange(len(places)) < rows)[known]
    ends = placed[kept].groupby("series_of")["when"].agg(["min", "max"])
    left_out = placed[~kept].join(ends, on="series_of")
    return int(((left_out["when"] > left_out["min"]) & (left_out["when"] < left_out["max"])).sum())
