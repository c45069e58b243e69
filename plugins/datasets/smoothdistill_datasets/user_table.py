"""`UserTable`: a table whose content is not known beforehand, with a clear word on all that is wrong with it."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import field_validator, model_validator

from smoothdistill_core import DataError, Dataset, Table
from smoothdistill_core.columns import (
    IN_RECIPE,
    MOST_COLUMNS,
    Dates,
    Numerals,
    Settled,
    label,
    moments_of,
    plain,
    settle,
    too_many_columns,
)
from smoothdistill_core.components import digest
from smoothdistill_core.errors import did_you_mean

if TYPE_CHECKING:
    import pandas as pd


class UserTable(Dataset):
    """A table of the user's; what its columns hold is told by their values, and by these options."""

    renaming: ClassVar[str] = "rename"
    """What to do where two columns have the same name."""

    target: str
    """The column to predict."""
    more_targets: tuple[str, ...] = ()
    """Further columns to predict from the same inputs: each has results of its own, and is no input."""
    drop: tuple[str, ...] = ()
    """Columns to leave out."""
    categorical: tuple[str, ...] = ()
    """Columns whose values are categories, even where they are numbers or many."""
    missing_values: tuple[str, ...] | None = None
    """Texts, or numbers, that stand where there is no value, besides empty cells; an empty list for none. Left out: NA,
    null and the like, as pandas has them."""
    decimal: Literal[".", ","] = "."
    """The decimal mark of the numbers."""
    thousands: str | None = None
    """What stands between the thousands of a number: "," or "." or " " or "'"; left out, nothing does."""
    signs: tuple[str, ...] = ()
    """Signs that stand by the numbers, such as $ or %, and are taken off: 12% is 12."""
    dates: Dates = "leave_out"
    """What becomes of dates and times. parts: year, month, weekday, day of the year and hour as numbers; smooth: the
    same, but of all except the year the sine and the cosine."""
    day_first: bool | None = None
    """Whether 1/2/2024 is the first of February, where the dates do not tell."""
    rows_without_target: Literal["refuse", "drop"] = "refuse"
    """What becomes of rows in which the target is missing."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What the table is called."""

    @property
    def targets(self) -> tuple[str, ...]:
        """All columns to predict."""
        return (self.target, *self.more_targets)

    @property
    def label(self) -> str:
        """What the table is called; where it has several targets, with the target after a point."""
        return f"{self.title}.{self.target}" if self.more_targets else self.title

    @property
    def rows_of_targets(self) -> str:
        """What is the same for each of several targets."""
        if not self.more_targets:
            return ""
        return digest(self.options() | {"target": None, "more_targets": sorted(self.targets)})

    def each_target(self) -> Sequence[UserTable]:
        """Return this table with each of its targets in turn."""
        return [
            self.model_copy(
                update={"target": target, "more_targets": tuple(name for name in self.targets if name != target)}
            )
            for target in self.targets
        ]

    @field_validator("missing_values", mode="before", json_schema_input_type=tuple[str | float, ...] | None)
    @classmethod
    def _numbers_as_texts(cls, values: Any) -> Any:
        if not isinstance(values, tuple):
            return values
        return tuple(label(value) if type(value) in (int, float) else value for value in values)

    @model_validator(mode="after")
    def _check_targets(self) -> Self:
        if twice := [name for name, count in Counter(self.targets).items() if count > 1]:
            raise ValueError(f"{twice[0]!r} is a target twice; name each column once")
        return self

    @model_validator(mode="after")
    def _check_marks(self) -> Self:
        if self.thousands is not None and len(self.thousands) != 1:
            raise ValueError(f"thousands is one character, not {self.thousands!r}; write for example ','")
        if self.thousands == self.decimal:
            raise ValueError(f"thousands and decimal are both {self.decimal!r}; say the other one, too")
        return self

    def load(self) -> Table:
        """Return the table; raises `DataError` with everything that is not as it should be, and the remedies."""
        import pandas as pd

        where = self.where
        frame = self.raw()
        names = [str(name) for name in frame.columns]
        if len(names) == 1:
            raise DataError(f"{where}: there is only one column, {names[0]!r}; a target and a feature are needed")
        problems = self.wrong_options(names)
        if frame.empty:
            raise DataError(f"{where}: there is a header but no row of data; add rows")
        frame = self.with_numbers(frame)
        dropped = frame[[name for name in (*self.drop, *self.more_targets) if name in names]]
        frame = frame.drop(columns=dropped.columns)
        notes = [f"left out {', '.join(self.drop)}: the recipe says so"] if self.drop else []
        notes += [f"no inputs, but targets as well: {', '.join(self.more_targets)}"] if self.more_targets else []
        settled, gaps = self.settled(frame), None
        if self.target in settled.columns and self.target not in settled.blockers:
            without = settled.columns[self.target].isna().to_numpy()
            if without.all():
                problems.append(f"target {self.target!r} holds no value; choose another column")
            elif without.any() and self.rows_without_target == "refuse":
                share = f"{without.sum()} of {len(without)} rows, first in data row {int(without.argmax()) + 1}"
                problems.append(f"target {self.target!r} is missing in {share}; say rows_without_target: drop")
            elif without.any():
                notes.append(f"{without.sum()} of {len(without)} rows left out: they have no {self.target}")
                gaps = without
        problems += self.ambiguous_missing(frame)
        if not problems and not settled.blockers and len(settled.columns) == 1:
            left = "; dates: parts makes inputs of dates" if len(frame.columns) > 1 else ""
            problems.append(f"no column is left besides the target {self.target!r}; drop fewer columns{left}")
        settled.check(where, problems)
        left_out = frame[[name for name in frame.columns if name not in settled.columns]]
        apart = {name: self._beside(left[name]) for left in (dropped, left_out) for name in left.columns}
        table, beside = settled.frame.reset_index(drop=True), pd.DataFrame(apart, frame.index).reset_index(drop=True)
        whole = Table(
            table,
            self.target,
            tuple(settled.categorical),
            notes=(*notes, *settled.notes),
            declared=settled.categories,
            beside=beside,
        )
        if gaps is None:
            return whole
        return replace(
            whole,
            frame=table[~gaps].reset_index(drop=True),
            beside=beside[~gaps].reset_index(drop=True),
            gaps=pd.concat([table[gaps], beside[gaps]], axis="columns"),
        )

    def _beside(self, column: pd.Series[Any]) -> pd.Series[Any]:
        """Return a column that is no input as what it holds, for rows may be split by it."""
        kind, values = plain(column)
        moments = moments_of(values, self.day_first) if kind in ("text", "time") else None
        return values if moments is None or moments.other else moments.values

    @property
    @abstractmethod
    def where(self) -> str:
        """What messages call the place of the table."""

    @abstractmethod
    def raw(self) -> pd.DataFrame:
        """Return the table as it is stored, two columns or more, their names distinct."""

    def ambiguous_missing(self, frame: pd.DataFrame) -> list[str]:
        """Return what to say of columns where a text may be a value or stand for none."""
        return []

    def settled(self, frame: pd.DataFrame) -> Settled:
        """Return what the columns hold, by these options."""
        written = Numerals(self.decimal, self.thousands)
        return settle(frame, self.target, self.categorical, IN_RECIPE, self.dates, self.day_first, written)

    def with_numbers(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the table with numbers in place of the texts that these options say are numbers."""
        from pandas.api.types import infer_dtype

        ways = [Numerals(self.decimal, self.thousands, sign) for sign in (None, *self.signs)]
        columns: dict[str, Any] = {}
        for name in frame.columns:
            stored = frame[name]
            column = self._without_missing(stored)
            if name not in self.categorical and infer_dtype(column, skipna=True) == "string":
                known = column.dropna()
                way = next((way for way in ways if way != Numerals() and len(known) and way.are(known).all()), None)
                column = column if way is None else way.read(column)
            if column is not stored:
                columns[name] = column
        return frame.assign(**columns) if columns else frame

    def _without_missing(self, column: pd.Series[Any]) -> pd.Series[Any]:
        """Return a column without the texts, and the numbers, that stand where there is no value."""
        import numpy as np
        import pandas as pd

        if not self.missing_values:
            return column
        texts = set(self.missing_values)
        numbers = {number for number in map(_as_number, texts) if number is not None}
        if isinstance(column.dtype, pd.CategoricalDtype):
            odd = [value for value in column.cat.categories if _is_one_of(value, texts, numbers)]
            return column.cat.remove_categories(odd) if odd else column
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
            gaps = column.isin(numbers)
        elif isinstance(column.dtype, pd.StringDtype):
            gaps = column.isin(texts)
        else:  # Arrow's types would compare with values of their own type only
            found = [_is_one_of(value, texts, numbers) for value in column.astype(object)]
            gaps = pd.Series(found, column.index, dtype=bool)
        return column.where(~gaps) if gaps.any() else column

    def _check_names(self, names: Sequence[str]) -> None:
        """Check the header as it is stored."""
        if len(names) > MOST_COLUMNS:
            raise too_many_columns(len(names), self.where)
        repeated = [repr(name) for name, count in Counter(names).items() if count > 1 and name]
        if repeated:
            raise DataError(
                f"{self.where}: column names must be distinct, but {', '.join(repeated)} is repeated; {self.renaming}"
            )

    def wrong_options(self, names: Sequence[str]) -> list[str]:
        """Return what is wrong with the options that name columns, given the columns that there are."""
        problems = []
        options = {
            "target": (self.target,),
            "more_targets": self.more_targets,
            "drop": self.drop,
            "categorical": self.categorical,
        }
        for option, wanted in options.items():
            problems += [
                f"{option} names no column {name!r}; {did_you_mean(name, names)}"
                for name in wanted
                if name not in names
            ]
        roles = dict.fromkeys(self.drop, "in drop")
        for name in self.targets:
            role = "the target" if name == self.target else "in more_targets"
            if name in roles:
                problems.append(f"column {name!r} is {role} and also in drop; take it out of one")
            roles[name] = role
        problems += [
            f"column {name!r} is {roles[name]} and also in categorical; take it out of one"
            for name in self.categorical
            if name in roles
        ]
        return problems


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_one_of(value: object, texts: set[str], numbers: set[float]) -> bool:
    """Say whether a value is one of some texts and numbers; truth values are neither, though True is equal to 1."""
    if isinstance(value, str):
        return value in texts
    return isinstance(value, (Real, Decimal)) and not isinstance(value, bool) and value in numbers
