"""`writing_of`: how the numbers of a text file are written, as far as all of its cells tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from smoothdistill_core import DataError
from smoothdistill_core.columns import PLACEHOLDERS, Numerals, sign_of

if TYPE_CHECKING:
    import pandas as pd

GROUPS = (None, ",", ".", " ", "\u00a0", "\u202f", "'", "’")
"""What may stand between thousands; the plainest first."""

MARKS = ",. \u00a0\u202f'’"
"""All that stands in a number besides its digits."""

WAYS = [Numerals(mark, group) for group, mark in product(GROUPS, ".,") if group != mark]

USUAL = frozenset(
    [
        *("#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA"),
        *("NULL", "NaN", "None", "n/a", "nan", "null"),
    ]
)
"""What stands for no value where a recipe does not say (pandas' own list)."""

NEVER_A_CATEGORY = USUAL - {"None"}


@dataclass(frozen=True)
class _Column:
    """A column of numbers: its distinct texts without sign and placeholders, and the ways in which all can be read."""

    name: str
    sign: str | None
    texts: pd.Series[Any]
    ways: tuple[Numerals, ...]
    marks: frozenset[str]
    """All that stands in them besides digits; without any, they tell nothing."""


def writing_of(cells: pd.DataFrame, separator: str, given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the options `decimal`, `thousands`, `signs` and `missing_values` of cells as they are written.

    Raises `DataError`, with the options that would tell, where the cells can be read as different numbers.
    """
    gaps = set(given.get("missing_values", ()))
    distinct = {
        name: [text for text in cells[name].dropna().unique().tolist() if text not in gaps] for name in cells.columns
    }
    ways = [way for way in WAYS if _allowed(way, given)]
    columns = [column for name, texts in distinct.items() if (column := _column(str(name), texts, ways)) is not None]
    options = _marks(columns, ways, separator, where)
    if signs := sorted({column.sign for column in columns if column.sign is not None}):
        options["signs"] = signs
    if "missing_values" not in given:
        options |= _missing(distinct, {column.name for column in columns})
    return {**options, **given}


def _allowed(way: Numerals, given: Mapping[str, Any]) -> bool:
    """Say whether a way is as a person has said."""
    return all(given.get(mark, getattr(way, mark)) == getattr(way, mark) for mark in ("decimal", "thousands"))


def _column(name: str, texts: Sequence[str], ways: Sequence[Numerals]) -> _Column | None:
    """Return a column if all of its texts but placeholders are numbers in some way, else None."""
    import pandas as pd

    written = [text for text in texts if text.strip() not in PLACEHOLDERS]
    if not written:
        return None
    sign = sign_of(written[0])
    if sign is not None and not all(sign_of(text) == sign for text in written):
        return None
    values = pd.Series(written, dtype=str)
    marks = set(MARKS).intersection("".join(written))
    fits: dict[tuple[str, str | None], bool] = {}
    fitting = []
    for way in ways:
        as_here = (way.decimal, way.thousands if way.thousands in marks else None)  # groups that nobody writes
        if as_here not in fits:
            fits[as_here] = bool(Numerals(*as_here, sign).are(values).all())
        if fits[as_here]:
            fitting.append(way)
    return _Column(name, sign, values, tuple(fitting), frozenset(marks)) if fitting else None


def _marks(columns: Sequence[_Column], ways: Sequence[Numerals], separator: str, where: str) -> dict[str, Any]:
    """Return the one way in which the most columns are numbers, as options."""
    told = [column for column in columns if column.marks]
    if not told:
        return {}
    most = max(sum(way in column.ways for column in told) for way in ways)
    best = [way for way in ways if sum(way in column.ways for column in told) == most]
    if separator == ",":  # who separates columns by commas does not separate thousands by dots, if he need not
        best = [way for way in best if way.thousands != "."] or best
    for column in told:
        # a way reads a text as another one does, if they differ in marks only that do not stand in it
        fitting = [way for way in reversed(best) if way in column.ways]
        unlike = {
            (way.decimal in column.marks, way.thousands in column.marks and way.thousands): way for way in fitting
        }
        if len(unlike) < 2:
            continue
        readings = {
            tuple(map(float, map(Numerals(way.decimal, way.thousands, column.sign).plain, column.texts))): way
            for way in unlike.values()
        }
        if len(readings) > 1:
            raise _ambiguous(column, list(readings.values()), where)
    way = best[0]
    return {
        **({"decimal": way.decimal} if way.decimal != "." else {}),
        **({"thousands": way.thousands} if way.thousands is not None else {}),
    }


def _ambiguous(column: _Column, ways: Sequence[Numerals], where: str) -> DataError:
    first, second = [Numerals(way.decimal, way.thousands, column.sign) for way in ways[:2]]
    odd = next(text for text in column.texts if float(first.plain(text)) != float(second.plain(text)))
    said = [f"{float(way.plain(odd)):.15g} with {_said(way)}" for way in (first, second)]
    return DataError(
        f"{where}: column {column.name!r}: {odd!r} is {said[0]}, or {said[1]}; say which, for nothing in the file tells"
    )


def _said(way: Numerals) -> str:
    group = f' and thousands: "{way.thousands}"' if way.thousands else ""
    return f'decimal: "{way.decimal}"{group}'


def _missing(distinct: Mapping[Any, Sequence[str]], numbers: set[str]) -> dict[str, Any]:
    """Return the option `missing_values` where it has to be said."""
    found: set[str] = set()
    seen: set[str] = set()
    for name, texts in distinct.items():
        seen |= USUAL.intersection(texts)
        if str(name) in numbers:
            found |= {text for text in texts if text.strip() in PLACEHOLDERS}
        else:
            found |= NEVER_A_CATEGORY.intersection(texts)
    if found == seen:
        return {}
    return {"missing_values": sorted(found)}
