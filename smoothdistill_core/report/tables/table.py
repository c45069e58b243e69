"""`Table`: values with the way to write them: on a page for people, in a CSV file for programs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from smoothdistill_core.errors import printable
from smoothdistill_core.wording.csv_quoting import quoting
from smoothdistill_core.wording.numbers import NOTHING

Value = str | float | int | None

ONE_LINE = 32
"""Text up to so many letters is not broken, however narrow the page: it scrolls."""

MOST_STACKED = 30
"""With more rows than this a table has a height of its own, and scrolls in it."""


@dataclass(frozen=True)
class Column:
    """One column: its ``name`` in the CSV file, its ``heading`` on the page, and how its numbers are written.

    A column without ``write`` holds text. ``hint`` says what it means. ``formula`` marks text that is set as code. The
    page leaves ``csv_only`` columns out.
    """

    name: str
    heading: str
    write: Callable[[Any], str] | None = None
    hint: str = ""
    formula: bool = False
    csv_only: bool = False

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers."""
        return self.write is not None


@dataclass(frozen=True)
class Table:
    """A table of plain values, one tuple a row; ``strong`` rows stand out on the page.

    The headings of a ``breaking`` one are names from the data, of any length, and break within a word.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    strong: frozenset[int] = field(default_factory=frozenset)
    breaking: bool = False

    @property
    def stacked(self) -> bool:
        """Whether in a narrow window its rows stand below each other, a line a column; too many of them scroll."""
        return len(self.rows) <= MOST_STACKED

    @property
    def on_page(self) -> list[tuple[int, Column]]:
        """The columns that the page shows, with their places."""
        return [(place, column) for place, column in enumerate(self.columns) if not column.csv_only]

    def shown(self, column: Column, value: Value) -> str:
        """Return a value as the page shows it."""
        if column.write is not None and not isinstance(value, str):
            return column.write(value)
        return NOTHING if value is None else printable(str(value))

    def is_short(self, place: int) -> bool:
        """Say whether all values of a column fit on one line."""
        return all(len(str(row[place] or "")) <= ONE_LINE for row in self.rows)

    def sort_key(self, value: Value) -> str:
        """Return what the page sorts a number by; empty for what is none."""
        if value is None or isinstance(value, str) or math.isnan(value):
            return ""
        return repr(value)

    def without_empty_columns(self) -> Table:
        """Return the table without the columns that hold nothing in any row."""
        full = [place for place in range(len(self.columns)) if any(_holds(row[place]) for row in self.rows)]
        return Table(
            self.key,
            self.title,
            tuple(self.columns[place] for place in full),
            tuple(tuple(row[place] for place in full) for row in self.rows),
            self.note,
            self.strong,
            self.breaking,
        )

    def to_csv(self) -> str:
        """Return the table as CSV: numbers in full, nothing where there is none."""
        text = io.StringIO()
        rows = [[column.name for column in self.columns], *([_plain(value) for value in row] for row in self.rows)]
        how = quoting(cell for row in rows for cell in row)
        csv.writer(text, lineterminator="\n", quoting=how).writerows(rows)
        return text.getvalue()


def _holds(value: Value) -> bool:
    return value is not None and value != "" and not (isinstance(value, float) and math.isnan(value))


def _plain(value: Value) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return value if isinstance(value, str) else repr(value)


def table(
    key: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    note: str = "",
    strong: Sequence[int] = (),
) -> Table:
    """Return a table of any sequences."""
    return Table(key, title, tuple(columns), tuple(tuple(row) for row in rows), note, frozenset(strong))
