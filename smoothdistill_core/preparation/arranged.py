"""`arranged`: a table with the past values that a recipe asks for, and the times or groups that split its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Table
from smoothdistill_core.errors import DataError
from smoothdistill_core.preparation.order import groups_of, named_column, shown, times_of, told_of_times
from smoothdistill_core.preparation.past import Find, past_of
from smoothdistill_core.recipe import Prepare

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Arranged:
    """A ``table`` whose inputs are complete, and the number of each row's time or group.

    ``keys`` (n,) are in the order of time where rows are split by time, and ``names`` says what each stands for; both
    are None for a random split.
    """

    table: Table
    keys: Places | None = None
    names: tuple[str, ...] = ()


def arranged(table: Table, options: Prepare, notes: list[str]) -> Arranged:
    """Take out the column that rows are split by, and add past values; rows without a past are left out, and counted.

    Raises `DataError` where the recipe names a column that is not there, or that does not order the rows.
    """
    if options.split == "random" or options.by is None:
        return Arranged(table)
    find = partial(named_column, (table.frame, table.beside))
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
    table = _without(table, options.by, notes)
    if options.looks_back:
        table, rows = _with_past(table, options, find, notes)
        keys = keys[rows]
    return Arranged(table, keys.astype(np.intp), names)


def _without(table: Table, name: str, notes: list[str]) -> Table:
    """Return the table without a column that orders its rows, which is no input."""
    columns = [column for column in table.frame.columns if str(column) == name]
    if not columns:
        return table
    notes.append(f"{name} orders the rows, and is no input")
    categorical = tuple(column for column in table.categorical if column != name)
    units = {column: unit for column, unit in table.units.items() if column != name}
    frame = table.frame.drop(columns=columns)
    return replace(table, frame=frame, categorical=categorical, units=units, law=None)


def _with_past(table: Table, options: Prepare, find: Find, notes: list[str]) -> tuple[Table, Places]:
    """Return the table with past values, and the numbers of its rows: those that have all the past they need."""
    import pandas as pd

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
