"""The order of a table's rows: the times or groups that they are split by, and the series that they belong to."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.columns import label, moments_of
from smoothdistill_core.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Places = NDArray[np.intp]


def named_column(frames: Iterable[pd.DataFrame | None], name: str, option: str) -> pd.Series[Any]:
    """Return the column that an ``option`` of a recipe names, from the first of these tables that has it."""
    there = [frame for frame in frames if frame is not None]
    for frame in there:
        for column in frame.columns:
            if str(column) == name:
                return frame[column]
    known = [str(column) for frame in there for column in frame.columns]
    raise DataError(f"prepare.{option} names no column {name!r}; {did_you_mean(name, known)}")


def times_of(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return times as numbers or as dates; raises `DataError` where one is missing, or is neither."""
    import pandas as pd

    _refuse_gaps(column, "by")
    if isinstance(column.dtype, pd.PeriodDtype):
        return pd.Series(column.dt.start_time)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return pd.Series(column.dt.tz_convert(None))
    if pd.api.types.is_bool_dtype(column):
        raise DataError(f"prepare.by: column {column.name!r} holds truth values, no times; name another column")
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    numbers = pd.to_numeric(column.astype(object), errors="coerce")
    if numbers.notna().all():
        return numbers if pd.api.types.is_integer_dtype(numbers) else numbers.astype(np.float64)
    moments = moments_of(column.astype(object))
    if moments is None:
        known = [moments_of(column.iloc[[place]].astype(object)) is not None for place in range(min(len(column), 1000))]
        odd = known.index(False) if False in known else 0
        raise DataError(
            f"prepare.by: column {column.name!r} holds {column.iloc[odd]!r} in data row {odd + 1}, which is no time, "
            "or written otherwise than the others; write times as numbers, or as 2026-01-31"
        )
    if moments.other:
        raise DataError(
            f"prepare.by: column {column.name!r} holds dates of which day and month may be swapped (such as "
            f"{moments.other}); say day_first: true or day_first: false in the dataset"
        )
    return moments.values


def groups_of(column: pd.Series[Any], option: str) -> tuple[Places, list[str]]:
    """Return the number of each row's group (n,), and what the groups are called; raises `DataError` for a gap."""
    import pandas as pd

    _refuse_gaps(column, option)
    codes, found = pd.factorize(column.map(label))
    return codes, [str(name) for name in found]


def told_of_times(name: str, times: pd.Series[Any], series: Places | None) -> list[str]:
    """Say where times are repeated within a series, and where the steps between them differ."""
    import pandas as pd

    told = []
    grouped = pd.DataFrame({"time": times.to_numpy(), "group": 0 if series is None else series})
    repeated = int(grouped.duplicated().sum())
    if repeated:
        told.append(f"{name}: {repeated} of {len(times)} rows repeat a time; rows of one time stay in one part")
    uneven = [group for _, group in grouped.groupby("group")["time"] if not _is_even(group)]
    if uneven:
        steps = uneven[0].drop_duplicates().sort_values().diff().dropna()
        usual = steps.mode().iloc[0]
        told.append(
            f"{name}: the steps between times are irregular, from {_step(steps.min())} to {_step(steps.max())}, most "
            f"often {_step(usual)}; past values count rows, not time"
        )
    return told


def shown(time: Any) -> str:
    """Write a time as people do: whole numbers and days without what is 0 in them."""
    import pandas as pd

    if isinstance(time, (pd.Timestamp, np.datetime64)):
        return str(pd.Timestamp(time)).removesuffix(" 00:00:00")
    return str(time) if isinstance(time, (int, np.integer)) else f"{time:.15g}"


def _refuse_gaps(column: pd.Series[Any], option: str) -> None:
    gaps = np.flatnonzero(column.isna())
    if len(gaps):
        raise DataError(
            f"prepare.{option}: column {column.name!r} is empty in {len(gaps)} of {len(column)} rows, first in data "
            f"row {gaps[0] + 1}; fill them in or remove those rows"
        )


def _is_even(times: pd.Series[Any]) -> bool:
    """Say whether the different times of a series are evenly spaced, by number or by a calendar."""
    import pandas as pd

    different = times.drop_duplicates().sort_values()
    if len(different) < 3:
        return True
    if pd.api.types.is_datetime64_any_dtype(different):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of another type of the answer, which is not looked at
            return pd.infer_freq(pd.DatetimeIndex(different)) is not None
    steps = np.diff(different.to_numpy())
    return bool(np.allclose(steps, steps[0], rtol=1e-6))


def _step(step: Any) -> str:
    import pandas as pd

    return str(step).removesuffix(" 00:00:00") if isinstance(step, pd.Timedelta) else f"{step:.6g}"
