"""`Condition`: which rows of a table are meant by text such as ``age > 60 and town in [Kiel, Ulm]``.

The grammar, in which a value is a number or a category and names with blanks stand in quotes::

    condition  = all {"or" all}
    all        = single {"and" single}
    single     = "not" single | "(" condition ")" | column comparison
    comparison = ("<" | "<=" | ">" | ">=" | "=" | "==" | "!=") value | ["not"] "in" "[" value {"," value} "]"

Text is read and never evaluated. A row whose value is missing meets no comparison.
"""

from __future__ import annotations

import math
import operator
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.columns import label
from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.preparation import is_categorical

if TYPE_CHECKING:
    from smoothdistill_core.components import Table

Rows = NDArray[np.bool_]

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}

OF_CATEGORIES = ("=", "==", "!=")
"""The comparisons that categories, which have no order, take."""

MOST_LETTERS = 10_000
DEEPEST = 50
"""No condition is longer, or has more brackets within brackets."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<sign><=|>=|==|!=|[<>=()\[\],])|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|`(?P<back>[^`]*)`"""
    r"""|(?P<word>[^\s<>=!()\[\],'"`]+))"""
)


class Condition(ABC):
    """Says of each row of a table whether it is meant."""

    @abstractmethod
    def holds(self, table: Table) -> Rows:
        """Return whether it holds (n,) for the rows of a table."""


@dataclass(frozen=True)
class Compared(Condition):
    """The numbers of a ``column`` compared with one ``value``."""

    column: str
    comparison: str
    value: float

    def holds(self, table: Table) -> Rows:
        """Compare; what is missing is not meant."""
        numbers = table.frame[self.column].to_numpy(np.float64, na_value=np.nan)
        return np.asarray(COMPARISONS[self.comparison](numbers, self.value) & ~np.isnan(numbers))


@dataclass(frozen=True)
class OneOf(Condition):
    """The column has one of some values, or, ``negated``, another one."""

    column: str
    values: tuple[float | str, ...]
    negated: bool

    def holds(self, table: Table) -> Rows:
        """Compare; what is missing is not meant."""
        column = table.frame[self.column]
        known = column.notna().to_numpy()
        if is_categorical(table, self.column):
            among = column.map(label, na_action="ignore").isin(list(self.values)).to_numpy()
        else:
            among = np.isin(column.to_numpy(np.float64, na_value=np.nan), self.values)
        return np.asarray(known & (~among if self.negated else among))


@dataclass(frozen=True)
class Joined(Condition):
    """Conditions of which all have to hold, or ``any`` of them."""

    parts: tuple[Condition, ...]
    any: bool

    def holds(self, table: Table) -> Rows:
        """Join what they say."""
        return reduce(operator.or_ if self.any else operator.and_, (part.holds(table) for part in self.parts))


@dataclass(frozen=True)
class Negated(Condition):
    """The rows for which a condition does not hold."""

    inner: Condition

    def holds(self, table: Table) -> Rows:
        """Return the opposite."""
        return ~self.inner.holds(table)


@dataclass(frozen=True)
class _Token:
    """A sign, a word or quoted text (``kind``, empty at the end), and where it begins, from 1 on."""

    text: str
    place: int
    kind: str = ""

    def is_(self, *words: str) -> bool:
        return self.kind in ("sign", "word") and self.text.lower() in words

    def found(self) -> str:
        return f"{self.text!r} stands" if self.kind else "nothing stands"


def read_condition(text: str, table: Table) -> Condition:
    """Return the condition that text says of the rows of a table.

    Raises `DataError` with the position of what is wrong, and what was meant.
    """
    if not isinstance(text, str):
        raise DataError(f"where is text such as 'age > 60', not {text!r:.60}")
    if len(text) > MOST_LETTERS:
        raise DataError(f"where has {len(text):,} letters, and no condition has more than {MOST_LETTERS:,}")
    return _Reader(text, table).read()


class _Reader:
    """Reads from left to right, one token after the other."""

    def __init__(self, text: str, table: Table) -> None:
        self._table = table
        self._columns = {str(name): name for name in table.frame.columns if name != table.target}
        self._tokens = _tokens(text)
        self._end = _Token("", len(text) + 1)
        self._at = 0

    def read(self) -> Condition:
        if not self._tokens:
            raise _wrong(1, "there is no condition", "write for example age > 60")
        condition = self._condition(0)
        if self._at < len(self._tokens):
            raise _wrong(self._next.place, f"{self._next.text!r} is left over", "join comparisons with and, or")
        return condition

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _condition(self, depth: int) -> Condition:
        return self._joined("or", self._all, depth)

    def _all(self, depth: int) -> Condition:
        return self._joined("and", self._single, depth)

    def _joined(self, word: str, part: Callable[[int], Condition], depth: int) -> Condition:
        parts = [part(depth)]
        while self._next.is_(word):
            self._take()
            parts.append(part(depth))
        return parts[0] if len(parts) == 1 else Joined(tuple(parts), any=word == "or")

    def _single(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise _wrong(
                self._next.place, f"there are more than {DEEPEST} brackets or nots within one another", "use fewer"
            )
        if self._next.is_("not"):
            self._take()
            return Negated(self._single(depth + 1))
        if not self._next.is_("("):
            return self._comparison()
        opened = self._take()
        found = self._condition(depth + 1)
        if not self._take().is_(")"):
            raise _wrong(opened.place, "this bracket is not closed", "add )")
        return found

    def _comparison(self) -> Condition:
        column = self._column()
        sign = self._take()
        negated = sign.is_("not")
        if negated:
            sign = self._take()
        if sign.is_("in"):
            return OneOf(column, self._list(column), negated)
        if negated or sign.kind != "sign" or sign.text not in COMPARISONS:
            wrong = f"{sign.found()} after the column {column!r}"
            raise _wrong(sign.place, wrong, f"write one of {' '.join(COMPARISONS)} in")
        if not is_categorical(self._table, self._columns[column]):
            return Compared(column, sign.text, self._number(column))
        if sign.text not in OF_CATEGORIES:
            wrong = f"column {column!r} holds categories, which have no order"
            raise _wrong(sign.place, wrong, f"write one of {' '.join(OF_CATEGORIES)} in")
        return OneOf(column, (self._category(column),), negated=sign.text == "!=")

    def _column(self) -> str:
        token = self._take()
        if token.kind in ("", "sign") or token.is_("and", "or", "in"):
            raise _wrong(token.place, f"{token.found()} where a column belongs", "write for example age > 60")
        if token.text in self._columns:
            return token.text
        raise _wrong(token.place, f"there is no column {token.text!r}", did_you_mean(token.text, self._columns))

    def _list(self, column: str) -> tuple[float | str, ...]:
        opened = self._take()
        if not opened.is_("["):
            raise _wrong(opened.place, "after in stands a list", "write for example in [Kiel, Ulm]")
        read = self._category if is_categorical(self._table, self._columns[column]) else self._number
        values: list[float | str] = [read(column)]
        while self._next.is_(","):
            self._take()
            values.append(read(column))
        if not self._take().is_("]"):
            raise _wrong(opened.place, "this list is not closed, or lacks a comma", "write for example [Kiel, Ulm]")
        return tuple(values)

    def _number(self, column: str) -> float:
        token = self._take()
        try:
            number = float(token.text)
        except ValueError:
            number = math.nan
        if token.kind != "word" or not math.isfinite(number):
            wrong = f"{token.found()} where a number belongs, as column {column!r} holds numbers"
            raise _wrong(token.place, wrong, "write for example 60")
        return number

    def _category(self, column: str) -> str:
        token = self._take()
        known = {label(value) for value in self._table.frame[self._columns[column]].dropna().unique()}
        if token.kind in ("", "sign"):
            raise _wrong(
                token.place, f"{token.found()} where a category of {column!r} belongs", did_you_mean("", known)
            )
        if token.text in known:
            return token.text
        raise _wrong(token.place, f"no row has {column} = {token.text}", did_you_mean(token.text, known))


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            sign = text[place]
            remedy = "close the quote" if sign in "'\"`" else "write != for not equal"
            raise _wrong(place + 1, f"{sign!r} cannot stand here", remedy)
        group = match.lastgroup or ""
        quoted = group not in ("sign", "word")
        found.append(_Token(match[group], match.start(group) + 1 - quoted, "quoted" if quoted else group))
        at = match.end()
    return found


def _wrong(place: int, wrong: str, remedy: str) -> DataError:
    return DataError(f"where, position {place}: {wrong}; {remedy}")
