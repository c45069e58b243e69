"""Past values of columns as inputs: each from rows before, within its series, and never from a row's own time on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import DataError
from smoothdistill_core.preparation.order import groups_of, shown, times_of
from smoothdistill_core.recipe import Prepare

if TYPE_CHECKING:
    import pandas as pd

Places = NDArray[np.intp]
Find = Callable[[str, str], "pd.Series[Any]"]
"""Returns the column of a name that an option gives."""


@dataclass(frozen=True)
class Series:
    """Where each row stands in its series: the row ``steps`` before another is the one that came before it in time.

    ``order`` sorts the rows by series and time; ``place`` (n,) counts the rows before each in its series.
    """

    order: Places
    place: Places

    @classmethod
    def of(cls, options: Prepare, find: Find, rows: int) -> Series:
        """Return the series of a table; raises `DataError` where two rows of one are of the same time."""
        codes = np.zeros(rows, dtype=np.intp)
        if options.series is not None:
            codes, _ = groups_of(find(options.series, "within" if options.within else "by"), "within")
        if options.split != "time" or options.by is None:
            order = np.argsort(codes, kind="stable")  # in the order of the file
        else:
            times = times_of(find(options.by, "by"))
            values = times.to_numpy()
            order = np.lexsort((values, codes))
            same = (codes[order][1:] == codes[order][:-1]) & (values[order][1:] == values[order][:-1])
            if same.any():
                first, second = np.sort(order[np.flatnonzero(same)[0] : np.flatnonzero(same)[0] + 2]) + 1
                remedy = "keep one of them" if options.within else "name the column of the series in prepare.within"
                raise DataError(
                    f"past values need one row a time, and {options.by} is {shown(times.iloc[first - 1])} in data rows "
                    f"{first} and {second}; {remedy}"
                )
        sorted_codes = codes[order]
        begins = np.flatnonzero(np.diff(sorted_codes, prepend=-1))
        place = np.empty(rows, dtype=np.intp)
        place[order] = np.arange(rows) - np.repeat(begins, np.diff(begins, append=rows))
        return cls(order, place)

    def back(self, column: pd.Series[Any], steps: int) -> pd.Series[Any]:
        """Return the values of ``steps`` rows before; missing where the series does not reach so far back.

        Truth values become numbers: those of a table that is read otherwise are the same then.
        """
        import pandas as pd

        column = _as_numbers(column) if pd.api.types.is_bool_dtype(column) else column
        position = np.empty(len(self.order), dtype=np.intp)
        position[self.order] = np.arange(len(self.order))
        source = np.where(self.place >= steps, self.order[np.maximum(position - steps, 0)], -1)
        values = column.array if not isinstance(column.dtype, np.dtype) else column.to_numpy()
        return pd.Series(pd.api.extensions.take(values, source, allow_fill=True), index=column.index)

    def mean(self, column: pd.Series[Any], window: int) -> pd.Series[Any]:
        """Return the mean over the rows before, ``window`` of them; missing where one of them is."""
        import pandas as pd

        if not pd.api.types.is_numeric_dtype(column):
            raise DataError(
                f"prepare.rolling: column {column.name!r} holds no numbers, and has no mean; give it to lags"
            )
        numbers = _as_numbers(column)
        total = np.zeros(len(column))
        for steps in range(1, window + 1):
            total += self.back(numbers, steps).to_numpy()
        return pd.Series(total / window, index=column.index)


@dataclass(frozen=True)
class Past:
    """Inputs that are past ``values``, by name, with the column that each is ``of``.

    ``place`` (n,) says how many rows stand before each in its series, and ``reach`` how many these inputs need.
    """

    values: dict[str, pd.Series[Any]]
    of: dict[str, str]
    place: Places
    reach: int


def past_of(options: Prepare, find: Find, rows: int, wanted: Collection[str] | None = None) -> Past:
    """Return the past values that options ask for, or those of them that are ``wanted``, of a table of some rows."""
    lags = [
        (column, steps, lag_name(column, steps)) for column, all_steps in options.lags.items() for steps in all_steps
    ]
    rolling = [
        (column, window, rolling_name(column, window))
        for column, windows in options.rolling.items()
        for window in windows
    ]
    asked = [(name, steps) for _, steps, name in (*lags, *rolling) if wanted is None or name in wanted]
    if not asked:
        return Past({}, {}, np.zeros(rows, dtype=np.intp), 0)
    names = dict(asked)
    series = Series.of(options, find, rows)
    values = {name: series.back(find(column, "lags"), steps) for column, steps, name in lags if name in names}
    values |= {name: series.mean(find(column, "rolling"), steps) for column, steps, name in rolling if name in names}
    of = {name: column for column, _, name in (*lags, *rolling) if name in names}
    return Past(values, of, series.place, max(names.values()))


def lag_name(column: str, steps: int) -> str:
    """Return what the value of a column some rows before is called."""
    return f"{column}[t-{steps}]"


def lag_of(name: str) -> tuple[str, int] | None:
    """Return the column and the steps of what `lag_name` called so; None for any other input."""
    found = re.fullmatch(r"(.+)\[t-([1-9]\d*)\]", name, re.DOTALL)
    return found and (found[1], int(found[2]))


def rolling_name(column: str, window: int) -> str:
    """Return what the mean of the rows before is called."""
    return f"mean({column}[t-{window}..t-1])"


def _as_numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    return pd.Series(column.to_numpy(dtype=np.float64, na_value=np.nan), index=column.index)
