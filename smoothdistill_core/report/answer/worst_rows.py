"""`worst_rows`: the rows that a formula misses most, as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from smoothdistill_core.report.answer.paragraph import columns_of, plain
from smoothdistill_core.report.answer.shown import Shown
from smoothdistill_core.report.tables.table import Column, Table, Value, table
from smoothdistill_core.wording.numbers import difference_in_units, quantity

MOST, MOST_COLUMNS = 8, 5


def worst_rows(shown: Shown, key: str) -> Table | None:
    """Return the rows on which the recommended formula is farthest off; None where no row is known."""
    portrait, portrayed = shown.portrait, shown.portrayed(shown.answer.recommended)
    if portrait is None or portrayed is None:
        return None
    missed = [was - said for was, said in zip(portrait.actual, portrayed.predicted, strict=True)]
    places = sorted((p for p, miss in enumerate(missed) if math.isfinite(miss)), key=lambda p: -abs(missed[p]))[:MOST]
    if not places:
        return None
    inputs = [column for column in columns_of(shown) if column in portrait.inputs][:MOST_COLUMNS]
    rows: list[tuple[Value, ...]] = [
        (
            portrait.actual[place],
            portrayed.predicted[place],
            missed[place],
            *(portrait.inputs[column][place] for column in inputs),
        )
        for place in places
    ]
    columns = (
        Column("actual", f"{shown.target}, actual", _as_counted),
        Column("predicted", "predicted", quantity),
        Column("missed", "actual − predicted", difference_in_units, "as in the picture of what the formula leaves"),
        *(_column(f"input_{number}", column, portrait.inputs[column]) for number, column in enumerate(inputs, 1)),
    )
    note = f"Of {shown.rows_in_words}."
    return replace(table(f"{key}-worst", "The rows that it misses most", columns, rows, note), breaking=True)


def _as_counted(value: float) -> str:
    """Write a whole number as one, and what is measured with three digits."""
    return f"{value:,.0f}".replace("-", "−") if value == round(value) else quantity(value)


def _column(name: str, column: str, values: Sequence[float | str | None]) -> Column:
    """Return the column of an input: right-aligned where it holds numbers."""
    return Column(name, column, None if any(isinstance(value, str) for value in values) else plain)
