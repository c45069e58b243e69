"""`Region`: the rows that meet a condition, and what the formula for all rows is worth there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Table
from smoothdistill_core.errors import DataError
from smoothdistill_core.explaining.conditions import read_condition
from smoothdistill_core.recipe.defaults import ACCURACY
from smoothdistill_core.wording.numbers import number

if TYPE_CHECKING:
    from smoothdistill_core.explaining.model_explanation import ModelExplanation

Places = NDArray[np.intp]

FEWEST_ROWS = 40
"""So many rows a region needs: of fewer, a dozen would say how near its formula is."""

CHANGED = 0.1
"""A column whose share in what is given changes by so much matters otherwise in a region."""

NAMED = 3
"""So many of these are named."""


@dataclass(frozen=True)
class Region:
    """The ``rows`` of ``of`` that meet a ``condition``.

    ``everywhere`` are the formulas for all rows, and ``scores`` theirs against the model on the held-out rows of the
    region, of which they may have seen some.
    """

    condition: str
    rows: int
    of: int
    everywhere: ModelExplanation
    scores: dict[str, float]

    def in_words(self) -> str:
        """Say which rows the formulas are for."""
        return f"rows where {self.condition}"

    def difference(self, scores: Mapping[str, float], importance: Sequence[Mapping[str, float]]) -> str:
        """Say how formulas of the region, with these scores and importances, differ from those for all rows."""
        here, there = number(scores[ACCURACY]), number(self.scores[ACCURACY])
        formula = "formula" if len(importance) == 1 else "formulas"
        told = f"There the {formula} for all {self.of:,} rows would have R2 {there} in place of {here}."
        moved: dict[str, tuple[float, float]] = {}
        for output, own in zip(self.everywhere.outputs, importance, strict=True):
            of_all = self.everywhere.importance(output)
            for column in {**own, **of_all}:
                pair = _share(own, column), _share(of_all, column)
                moved[column] = max(moved.get(column, (0.0, 0.0)), pair, key=_apart)
        most = sorted(moved, key=lambda column: _apart(moved[column]), reverse=True)[:NAMED]
        said = [
            f"{column} has {moved[column][0]:.0%} of the importance in place of {moved[column][1]:.0%}"
            for column in most
            if _apart(moved[column]) >= CHANGED
        ]
        return f"{told} {'; '.join(said)}." if said else f"{told} No column matters much more or less there."


def _share(importance: Mapping[str, float], column: str) -> float:
    """Return the share of a column, 0 where the formula does not use it or it is not known."""
    share = importance.get(column, 0.0)
    return share if math.isfinite(share) else 0.0


def _apart(pair: tuple[float, float]) -> float:
    return abs(pair[0] - pair[1])


def rows_where(condition: str, table: Table) -> Places:
    """Return the numbers of the rows of a table that meet a condition.

    Raises `DataError` for what is no condition, and where it leaves too few rows.
    """
    rows = np.flatnonzero(read_condition(condition, table).holds(table))
    if len(rows) < FEWEST_ROWS:
        raise DataError(
            f"the region where {condition} has {len(rows)} of the {len(table.frame)} rows, and a formula of its own "
            f"needs {FEWEST_ROWS}; widen it, or bring more rows, which need no target"
        )
    return rows


def part_of(table: Table, rows: Places) -> Table:
    """Return some of the rows of a table."""
    beside = None if table.beside is None else table.beside.iloc[rows].reset_index(drop=True)
    return replace(table, frame=table.frame.iloc[rows].reset_index(drop=True), beside=beside)
