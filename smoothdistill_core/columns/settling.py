"""`settle`: each column of a table becomes a number, categories, parts of dates, or one of the reasons to stop."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smoothdistill_core.columns.kinds import Categories, Kind, declared_categories, plain
from smoothdistill_core.columns.moments import Dates, Moments, moments_of, parts_of
from smoothdistill_core.columns.numerals import PLACEHOLDERS, Numerals, conflicting, sign_of
from smoothdistill_core.columns.remedies import Remedies
from smoothdistill_core.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

AS_USUAL = Numerals()
"""Decimal dots, and nothing between thousands."""

MOST_CATEGORIES = 30
"""A text column with more distinct values is a category only where it is said to be one."""

MOST_COLUMNS = 10_000
"""A table with more columns is refused before it is read."""

MOST_BLOCKERS = 20
"""So many reasons to stop are told at once."""


@dataclass
class Settled:
    """The columns as they are used, which of them are categories, what is to be said, and all reasons to stop."""

    columns: dict[str, pd.Series[Any]] = field(default_factory=dict)
    categorical: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    blockers: dict[str, str] = field(default_factory=dict)
    """By the name of the column."""
    categories: dict[str, Categories] = field(default_factory=dict)
    """Of the columns whose type declares them."""

    @property
    def frame(self) -> pd.DataFrame:
        """The columns as a table."""
        import pandas as pd

        return pd.DataFrame(self.columns, copy=False)

    def check(self, where: str = "", others: Sequence[str] = ()) -> None:
        """Raise `DataError` with every reason to stop, those that a caller knows besides first, a line each."""
        lines = [f"{where}: {text}" if where else text for text in (*others, *self.blockers.values())]
        if not lines:
            return
        more = len(lines) - MOST_BLOCKERS
        raise DataError(
            "\n".join([*lines[:MOST_BLOCKERS], *([f"and {more} more columns like these"] if more > 0 else [])])
        )


def settle(
    frame: pd.DataFrame,
    target: str | None,
    categorical: Collection[str],
    remedies: Remedies,
    dates: Dates = "leave_out",
    day_first: bool | None = None,
    numerals: Numerals = AS_USUAL,
) -> Settled:
    """Return the columns of a table as inputs can be made of them.

    Booleans become 0 and 1, numbers of any storage numpy's own, texts of up to `MOST_CATEGORIES` distinct values
    categories; dates are left out, or become their parts. The target has to be numbers, or two texts; gaps in it are
    not judged.
    ``numerals`` are how numbers are written in texts.
    """
    settled = Settled(categorical=[name for name in categorical if name in frame.columns])
    for name in frame.columns:
        kind, column = plain(frame[name])
        if name == target:
            kind, column = _as_target(frame[name], kind, column)
        if (declared := declared_categories(frame[name])) is not None and name != target:
            settled.categories[name] = declared
        if kind == "text" and name not in categorical and _numbers_as_text(column, numerals):
            kind, column = "number", numerals.read(column)
            settled.notes.append(f"{name} holds numbers as text: they are taken as numbers")
        if name == target or name in categorical:
            settled.columns[name] = column
            wrong = None if kind in ("number", "boolean") else _why_no_target(kind, column, remedies, numerals)
            if name == target and wrong is not None:
                settled.blockers[name] = f"target {name!r} {wrong}"
            continue
        moments = moments_of(column, day_first) if kind in ("text", "time") else None
        if moments is not None:
            _settle_moments(settled, name, moments, remedies, dates, str(column.dropna().iloc[0]), frame.columns)
            continue
        settled.columns[name] = column
        if kind == "boolean":
            settled.notes.append(f"{name} holds booleans: they are taken as 0 and 1")
        elif kind == "category":
            settled.categorical.append(name)
            settled.notes.append(f"{name} holds categories: {column.nunique()} categories")
        elif kind == "text":
            wrong = why_no_category(column, remedies, numerals)
            if wrong is not None:
                settled.blockers[name] = f"column {name!r} {wrong}"
            else:
                settled.categorical.append(name)
                settled.notes.append(f"{name} holds text: {column.nunique()} categories")
        elif kind in ("empty", "other"):
            settled.blockers[name] = (
                f"column {name!r} {_why_nothing(kind, column)}; leave it out with {remedies.to('drop', name)}"
            )
    return settled


def _as_target(stored: pd.Series[Any], kind: Kind, column: pd.Series[Any]) -> tuple[Kind, pd.Series[Any]]:
    """Return a target by its values: of a type of categories as what these are, of truth values as such."""
    if kind == "category":
        kind, column = plain(column)
    if kind == "boolean":
        return kind, (stored if stored.dtype == bool else stored.astype("boolean"))
    return kind, column


def why_no_category(column: pd.Series[Any], remedies: Remedies, numerals: Numerals) -> str | None:
    """Return why a column of text is no category by its values alone, with the remedy; None where it is one."""
    import pandas as pd

    values = pd.Series(column.dropna().unique())
    drop, categorical = (remedies.to(what, column.name) for what in ("drop", "categorical"))
    if said := _other_numbers(values, column.name, remedies, numerals):
        return said
    numbers = numerals.are(values)
    odd = values[~numbers]
    named = [text for text in odd if text.strip() in PLACEHOLDERS]
    if numbers.any() and len(odd) and len(named) == len(odd):
        rows = int(column.isin(named).sum())
        shown = " and ".join(repr(text) for text in named)
        say = remedies.to("missing", column.name, *named)
        return (
            f"holds numbers, and {shown} in {rows} of {len(column)} rows; say {say}, correct the file, or make each "
            f"value a category with {categorical}"
        )
    if len(odd) and 2 * numbers.sum() > len(values):
        shown = ", ".join(repr(text) for text in odd[:3]) + (" and others" if len(odd) > 3 else "")
        return (
            f"holds numbers for the most part, but also {shown}; correct the file, say "
            f"{remedies.to('missing', column.name, *odd[:3])} where that is no value, leave it out with {drop}, "
            f"or make each value a category with {categorical}"
        )
    if len(values) > MOST_CATEGORIES:
        return (
            f"is text with {len(values)} distinct values ({values[0]!r} and so on); leave it out with {drop}, or make "
            f"each value a category with {categorical}"
        )
    return None


def too_many_columns(count: int, where: str) -> DataError:
    """Return the error of a table that has more than `MOST_COLUMNS`."""
    return DataError(
        f"{where}: there are {count:,} columns, and at most {MOST_COLUMNS:,} can be used; keep those that may matter"
    )


def _numbers_as_text(column: pd.Series[Any], numerals: Numerals) -> bool:
    """Say whether all texts of a column are plain numbers; with leading zeros they are codes."""
    values = column.dropna()
    return bool(numerals.are(values).all()) and not values.str.match(r"\s*[-+]?0\d").any()


def _why_no_target(kind: str, column: pd.Series[Any], remedies: Remedies, numerals: Numerals) -> str | None:
    """Return why a column that holds no numbers is no target, with the remedy; None for one of two texts."""
    import pandas as pd

    if kind not in ("text", "category"):
        what = "holds dates or times" if kind == "time" else _why_nothing(kind, column)
        return f"{what}; a target is numbers: choose another column"
    values = pd.Series(column.dropna().map(str).unique())
    if said := _other_numbers(values, column.name, remedies, numerals):
        return said
    numbers = numerals.are(values)
    odd = values[~numbers]
    if len(odd) and numbers.any():
        place = int((column == odd.iloc[0]).to_numpy().argmax()) + 1
        say = remedies.to("missing", column.name, *odd[:3])
        return (
            f"is not numeric: data row {place} holds {odd.iloc[0]!r}; correct it, or say {say} where that is no value"
        )
    if len(values) == 2:
        return None
    return (
        f"holds text, such as {values[0]!r}, of {len(values)} values; a target is numbers, or of two values: choose "
        "another, or make a column of one class against the rest"
    )


def _other_numbers(values: pd.Series[Any], name: object, remedies: Remedies, numerals: Numerals) -> str | None:
    """Return what to say where all texts are numbers that are written in another way than these are."""
    written = values[~values.isin(list(PLACEHOLDERS))]
    if written.empty or numerals.are(written).all():
        return None
    first = written.iloc[0]
    signs = {sign_of(text) for text in written}
    if len(signs) == 1 and (sign := next(iter(signs))) is not None:
        return f"holds numbers with the sign {sign!r} (such as {first!r}); say {remedies.to('signs', name, sign)}"
    mark, other = (".", ",") if numerals.decimal == "." else (",", ".")
    called = {".": "dots", ",": "commas"}
    by_decimal, by_group = Numerals(decimal=other), Numerals(mark, thousands=other)
    decimal, thousands = by_decimal.are(written).all(), by_group.are(written).all()
    say_decimal, say_thousands = (remedies.to(what, name, other) for what in ("decimal", "thousands"))
    if decimal and thousands:
        odd = next(text for text in written if conflicting(text))
        return (
            f"holds numbers with {called[other]} that group thousands or are decimal marks (such as {odd!r}): say "
            f"{say_thousands} for {by_group.plain(odd)}, or {say_decimal} for {by_decimal.plain(odd)}; the file does "
            "not tell which"
        )
    if decimal:
        return f"holds numbers with decimal {called[other]} (such as {first!r}); say {say_decimal}"
    if thousands:
        return f"holds numbers with {called[other]} between thousands (such as {first!r}); say {say_thousands}"
    if Numerals(other, mark).are(written).all():
        return (
            f"holds numbers with decimal {called[other]} and {called[mark]} between thousands (such as {first!r}); say "
            f"{say_decimal} and {remedies.to('thousands', name, mark)}"
        )
    return None


def _why_nothing(kind: str, column: pd.Series[Any]) -> str:
    from pandas.api.types import infer_dtype

    if kind == "empty":
        return "holds no value"
    found = infer_dtype(column, skipna=True)
    if found == "integer":
        return "holds a whole number of more digits than any floating-point number has"
    return f"holds values of kind {found!r}, and features are numbers, booleans or text"


def _settle_moments(
    settled: Settled, name: str, moments: Moments, remedies: Remedies, dates: Dates, first: str, taken: Collection[str]
) -> None:
    if dates == "leave_out":
        settled.notes.append(
            f"left out {name}: it holds dates or times (such as {first!r}); use them by {remedies.to('dates', name)}"
        )
    elif moments.other is not None:
        settled.blockers[name] = (
            f"column {name!r} holds dates of which day and month may be swapped (such as {moments.other}); "
            f"say {remedies.to('day_first', name)}"
        )
    else:
        parts = parts_of(moments, name, dates)
        if clash := [part for part in parts if part in taken]:
            settled.blockers[name] = f"column {name!r} has the part {clash[0]!r}, which is a column already; rename one"
            return
        settled.columns |= parts
        settled.notes.append(f"{name} holds dates or times: {', '.join(parts)} are made of it")
