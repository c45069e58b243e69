"""Dates and clock times: `moments_of` a column of text, and the `parts_of` them that can be inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Dates = Literal["leave_out", "parts", "smooth"]
"""What becomes of dates. ``parts``: year, month, weekday, day of the year and hour as numbers; ``smooth``: the same,
but of all except the year the sine and the cosine, so that December is next to January."""

_DAYS = [
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d. %B %Y"),
    *("%b %d %Y", "%B %d %Y", "%b %d, %Y", "%B %d, %Y", "%a, %d %b %Y", "%A, %d %B %Y", "%A, %B %d, %Y", "%a %b %d %Y"),
]
_MONTHS = ["%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%Y %b", "%Y %B", "%Y-%b"]
_CLOCKS = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p"]
_FORMS = [*_DAYS, *_MONTHS, *_CLOCKS, *(day + gap + clock for day, gap, clock in product(_DAYS, " T", _CLOCKS))]
_LIKELY = re.compile(r"(?=.*\d)(?=.*(?:[-/.:]\d|\d[-/. :TQ]|[A-Za-z]{3} ?\d)).{4,40}", re.ASCII)
_ZONE = re.compile(r"(:\d{2}(?:\.\d+)?) ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$")
_QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])")
_VERSION = re.compile(r"\d\..*|.*\.\d\..*")
_CYCLES = {"month": 12, "weekday": 7, "day_of_year": 365.25, "hour": 24}
"""How much of each part makes a whole circle."""


@dataclass(frozen=True)
class Moments:
    """Moments in time (n,); ``clock`` where they have no day.

    Where day and month may also be swapped, ``other`` is one of the texts and what it may say, both ways.
    ``day_first`` says whether they are written with the day before the month; None where neither comes first.
    """

    values: pd.Series[Any]
    clock: bool = False
    other: str | None = None
    day_first: bool | None = None


def moments_of(column: pd.Series[Any], day_first: bool | None = None) -> Moments | None:
    """Return what a column of text or of pandas' own times says; None where it is no column of times.

    Zones are cut off: what counts is the clock of the place. A column is one only if all of its values are.
    """
    import pandas as pd
    from pandas.api.types import infer_dtype

    if infer_dtype(column, skipna=True) != "string":
        return _of_times(column)
    known = column.dropna().astype(str).str.strip()
    distinct = pd.Series(known.unique())
    if distinct.empty or not all(_LIKELY.fullmatch(text) for text in distinct.iloc[:100]):
        return None
    found = list(_readings(distinct.str.replace(_ZONE, r"\1", regex=True), day_first))
    if not found:
        return None
    form, read = found[0]
    other = next((_both(distinct, read, values) for _, values in found[1:] if not values.equals(read)), None)
    values = known.map(dict(zip(distinct, read, strict=True))).reindex(column.index)
    return Moments(
        pd.to_datetime(values),
        form in _CLOCKS,
        other,
        form.startswith("%d") if form.startswith(("%d", "%m")) else None,
    )


def parts_of(moments: Moments, name: str, dates: Dates, *, hours: bool = False) -> dict[str, pd.Series[Any]]:
    """Return the parts of moments as columns of numbers, by names such as ``sold.year`` or ``sold.month.sin``.

    Of days there are ``hours`` only where one is not 0, unless they are asked for.
    """
    import numpy as np
    import pandas as pd

    if pd.api.types.is_timedelta64_dtype(moments.values):
        return {f"{name}.seconds": moments.values.dt.total_seconds()}
    when = moments.values.dt
    hour = when.hour + when.minute / 60 + when.second / 3600
    parts = {"hour": hour}
    if not moments.clock:
        parts = {
            "year": when.year,
            "month": when.month,
            "weekday": when.day_of_week + 1,
            "day_of_year": when.day_of_year,
            **({"hour": hour} if hours or hour.any() else {}),
        }
    columns: dict[str, pd.Series[Any]] = {}
    for part, values in parts.items():
        if dates == "smooth" and part in _CYCLES:
            angle = 2 * np.pi * values / _CYCLES[part]
            columns |= {f"{name}.{part}.sin": np.sin(angle), f"{name}.{part}.cos": np.cos(angle)}
        else:
            columns[f"{name}.{part}"] = values
    return columns


def _of_times(column: pd.Series[Any]) -> Moments | None:
    """Return what pandas' or Arrow's own times, or Python's, say."""
    import pandas as pd
    from pandas.api.types import infer_dtype

    kind = infer_dtype(column, skipna=True)
    if kind in ("timedelta", "timedelta64"):
        return Moments(pd.to_timedelta(column))
    if kind == "period":
        return Moments(column.dt.to_timestamp() if hasattr(column, "dt") else column)
    if kind == "time":
        return Moments(pd.to_datetime(column.map(str, na_action="ignore"), format="mixed"), clock=True)
    if kind in ("datetime64", "datetime", "date"):
        values = column.map(lambda moment: moment.replace(tzinfo=None) if hasattr(moment, "tzinfo") else moment)
        return Moments(pd.to_datetime(values.astype(object)))
    return None


def _readings(distinct: pd.Series[Any], day_first: bool | None) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Yield each usual form in which all of the texts are written, and what they say by it; the likeliest first."""
    import pandas as pd

    if distinct.str.fullmatch(_QUARTER).all():
        parts = distinct.str.extract(_QUARTER).astype(int)
        yield "quarter", pd.to_datetime({"year": parts[0], "month": 3 * parts[1] - 2, "day": 1})
        return
    if distinct.str.fullmatch(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?").all():
        read = pd.to_datetime(distinct, format="ISO8601", errors="coerce")
        if read.notna().all():
            yield "ISO", read
            return
    for form in _FORMS:
        if day_first is not None and form.startswith(("%m/%d", "%m-%d") if day_first else ("%d/%m", "%d-%m")):
            continue
        if form.startswith("%d.%m.%y") and distinct.str.fullmatch(_VERSION).any():
            continue
        if _fits(form, distinct.iloc[0]) and _fits(form, distinct.iloc[-1]):
            read = pd.to_datetime(distinct, format=form, errors="coerce")
            if read.notna().all():
                yield form, read


def _fits(form: str, text: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _both(texts: pd.Series[Any], one: pd.Series[Any], other: pd.Series[Any]) -> str:
    """Return the first text that is read in two ways, with both."""
    place = int((one != other).to_numpy().argmax())
    return f"{texts.iloc[place]!r}: {one.iloc[place]:%d %B} or {other.iloc[place]:%d %B}"
