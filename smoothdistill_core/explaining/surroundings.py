"""`queries`: rows around one row, as a local formula is made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_core.columns import label
from smoothdistill_core.components import Table
from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.estimator.columns import refuse_other_columns
from smoothdistill_core.preparation import is_categorical

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Surroundings:
    """The row that a local formula is for, and how far from it the formula was looked for.

    ``radius`` is in standard deviations of the columns. ``outside`` are the columns in which the row lies beyond all
    rows of X. ``model`` and ``formula`` are what both give at the row itself, for each output, on the scale of the
    formulas; they are empty before the model is asked.
    """

    row: dict[str, float | str]
    radius: float
    queries: int
    outside: tuple[str, ...] = ()
    model: tuple[float, ...] = ()
    formula: tuple[float, ...] = ()

    def in_words(self) -> str:
        """Say which rows the formula is for."""
        return f"queries around the row, at a distance of about {self.radius:g} standard deviations"


def row_of(row: Any, names: tuple[str, ...]) -> pd.DataFrame:
    """Return one row as a table with the columns ``names``; raises `DataError` where it has others or is several."""
    import pandas as pd

    if isinstance(row, Mapping) or hasattr(row, "to_frame"):
        row = pd.DataFrame({name: [value] for name, value in dict(row).items()})
        refuse_other_columns("the row has", row, names)
    frame = row if isinstance(row, pd.DataFrame) else pd.DataFrame(np.atleast_2d(np.asarray(row, dtype=object)))
    if len(frame) != 1:
        raise DataError(f"row= is one row, and {len(frame)} were given; explain one after the other")
    return frame.infer_objects()


def surroundings(table: Table, row: pd.DataFrame, radius: float, count: int, seed: int) -> tuple[Table, Surroundings]:
    """Return so many rows around one row (1, d) in place of those of a table, itself the first, and what they are.

    A query is the row and the step between two rows of the table that are drawn by chance, shortened to the ``radius``:
    so near rows are more frequent, as by a kernel, and columns that move together in the table do so here. In a column
    of whole numbers the part of a step is a whole step as often. A category, and a number where the column has two,
    stays what it is, or becomes another by its frequency in the table, which is weighted down by exp(-1/(2 radius^2)).
    Raises `DataError` for a row with gaps, or with a category that X lacks.
    """
    import pandas as pd

    rng = np.random.default_rng(seed)
    frame = table.frame
    names = [name for name in frame.columns if name != table.target]
    one, other = rng.integers(len(frame), size=(2, count))
    other[0] = one[0]  # no step: the row itself
    made: dict[str, Any] = {}
    cells: dict[str, float | str] = {}
    outside = []
    for name in names:
        column, at = frame[name], row[name].iloc[0]
        if is_categorical(table, name):
            made[name] = _categories(column, at, name, radius, count, rng)
            cells[name] = label(at)
            continue
        values = column.to_numpy(np.float64)
        cells[name] = here = _number(at, name)
        known = np.unique(values)
        if len(known) == 2 and here in known:
            made[name] = _categories(column, here, name, radius, count, rng)
            continue
        queries = here + radius * (values[one] - values[other]) / np.sqrt(2.0)
        whole = np.array_equal(values, np.rint(values)) and here == round(here)
        made[name] = np.floor(queries + rng.random(count)) if whole else queries
        if not values.min() <= here <= values.max():
            outside.append(str(name))
    made[table.target] = np.arange(count, dtype=np.float64)
    around = pd.DataFrame(made)[list(frame.columns)]
    return replace(table, frame=around, beside=None), Surroundings(cells, radius, count, tuple(outside))


def _number(value: Any, name: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"the row has {name} = {value!r}, where a number belongs") from None
    if not np.isfinite(number):
        raise DataError(f"the row has no number in column {name!r}; fill it in")
    return number


def _categories(
    column: pd.Series[Any], at: Any, name: str, radius: float, count: int, rng: np.random.Generator
) -> pd.Series[Any]:
    import pandas as pd

    shares = column.value_counts(normalize=True)
    known = {label(value): value for value in shares.index[shares > 0]}
    if label(at) not in known:
        raise DataError(f"the row has {name} = {label(at)}, which no row of X has; {did_you_mean(label(at), known)}")
    here = known[label(at)]
    rare = np.exp(-0.5 / radius**2)
    weights = np.array([shares[value] * (1.0 if value == here else rare) for value in known.values()])
    places = rng.choice(len(known), size=count, p=weights / weights.sum())
    places[0] = list(known).index(label(at))
    values = list(known.values())
    return pd.Series([values[place] for place in places], dtype=column.dtype)
