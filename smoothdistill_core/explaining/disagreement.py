"""Where formulas and a model differ most: single rows, and the part of one column that is worst."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.wording.numbers import plural, quantity

Array = NDArray[np.float64]
Cells = Mapping[str, Sequence[float | str | None]]

MOST_ROWS = 8
"""So many rows are kept."""

FEWEST_ROWS, LEAST_SHARE = 10, 0.05
"""A part of a column counts from so many rows on, and from this share of all."""

WORSE = 1.25
"""And where the root of its mean squared miss is so many times that of all rows."""


@dataclass(frozen=True)
class WorstRegion:
    """The ``rows`` whose ``column`` is above ``low`` and at most ``high``, or is of a ``category``.

    ``rmse`` is there, and ``overall`` on all held-out rows. Numbers are told apart at their quartiles.
    """

    column: str
    low: float | None
    high: float | None
    category: str | None
    rows: int
    rmse: float
    overall: float

    def in_words(self) -> str:
        """Say where it is worst, and by how much."""
        if self.category is not None:
            where = f"{self.column} is {self.category}"
        elif self.low is None:
            where = f"{self.column} is at most {quantity(self.high)}"
        elif self.high is None:
            where = f"{self.column} is above {quantity(self.low)}"
        else:
            where = f"{self.column} is above {quantity(self.low)} and at most {quantity(self.high)}"
        misses = f"{quantity(self.rmse)} in place of {quantity(self.overall)}"
        return f"It is worst where {where}: there the misses are {misses} ({plural(self.rows, 'row')})."


@dataclass(frozen=True)
class DifferingRow:
    """A held-out row of X, counted from 0, with its ``cells`` and what model and formula give for each output."""

    row: int
    model: tuple[float, ...]
    formula: tuple[float, ...]
    cells: dict[str, float | str | None]


def worst_region(cells: Cells, model: Array, formulas: Array) -> WorstRegion | None:
    """Return the part of a column in which formulas (n, m) miss a model (n, m) most; None where none stands out."""
    squares = squared_misses(model, formulas)
    overall = math.sqrt(squares.mean()) if len(squares) else math.nan
    if not math.isfinite(overall) or overall == 0:
        return None
    fewest = max(FEWEST_ROWS, LEAST_SHARE * len(squares))
    found = None
    for column, values in cells.items():
        for low, high, category, inside in _parts(values):
            rmse = math.sqrt(squares[inside].mean()) if inside.sum() >= fewest else 0.0
            if rmse > max(WORSE * overall, 0.0 if found is None else found.rmse):
                found = WorstRegion(column, low, high, category, int(inside.sum()), rmse, overall)
    return found


def squared_misses(model: Array, formulas: Array) -> Array:
    """Return the squared difference (n,) of formulas (n, m) to a model (n, m), of several outputs the mean."""
    with np.errstate(all="ignore"):
        squares: Array = ((formulas - model) ** 2).mean(axis=1)
    return squares


def differing_rows(
    rows: Sequence[int], cells: Cells, model: Array, formulas: Array, squares: Array
) -> tuple[DifferingRow, ...]:
    """Return the rows, with their numbers in X, at which formulas (n, m) miss a model (n, m) by the largest squares."""
    order = np.argsort(-np.where(np.isfinite(squares), squares, np.inf), kind="stable")[:MOST_ROWS]
    return tuple(
        DifferingRow(
            int(rows[place]),
            tuple(model[place].tolist()),
            tuple(formulas[place].tolist()),
            {column: values[place] for column, values in cells.items()},
        )
        for place in order.tolist()
    )


def _parts(
    values: Sequence[float | str | None],
) -> Iterator[tuple[float | None, float | None, str | None, NDArray[np.bool_]]]:
    """Yield the parts of a column: the quarters of numbers, or each category."""
    if any(isinstance(value, str) for value in values):
        for category in sorted({value for value in values if isinstance(value, str)}):
            yield None, None, category, np.array([value == category for value in values])
        return
    numbers = np.array([math.nan if value is None else value for value in values], dtype=np.float64)
    known = numbers[np.isfinite(numbers)]
    ends = [float(end) for end in np.unique(np.quantile(known, (0.25, 0.5, 0.75)))] if len(known) else []
    for low, high in zip([None, *ends], [*ends, None], strict=True):
        if low is None and high is None:
            continue
        inside = np.isfinite(numbers)
        inside &= numbers > low if low is not None else True
        inside &= numbers <= high if high is not None else True
        yield low, high, None, inside
