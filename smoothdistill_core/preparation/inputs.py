"""The inputs that a table's columns become: numbers, and 0/1 indicators of categories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.columns import label
from smoothdistill_core.components import Table
from smoothdistill_core.errors import DataError
from smoothdistill_core.scaling import Feature

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Numbers:
    """A numeric column; ``filling`` stands in for what is missing."""

    values: NDArray[Any]
    filling: float

    def at(self, rows: Places) -> Array:
        """Return the values of the rows of these numbers, in an array of their own."""
        numbers: Array = self.values[rows].astype(np.float64, copy=False)
        numbers[np.isnan(numbers)] = self.filling
        return numbers


@dataclass(frozen=True)
class Indicator:
    """1 where a column has one category, else 0; ``codes`` number the categories."""

    codes: NDArray[np.intp]
    code: int

    def at(self, rows: Places) -> Array:
        """Return the values of the rows of these numbers, in an array of their own."""
        member: Array = (self.codes[rows] == self.code).astype(np.float64)
        return member


@dataclass(frozen=True)
class Input:
    """One input of the models: what it is, and its values as the table has them."""

    feature: Feature
    values: Numbers | Indicator

    def standardised(self, rows: Places) -> Array:
        """Return the standardised values of the rows of these numbers."""
        values = self.values.at(rows)
        values -= self.feature.mean
        values /= self.feature.scale
        return values


def inputs_of(
    table: Table, rows: Places, train: Places, weights: Array | None, notes: list[str], *, impute: bool
) -> tuple[Input, ...]:
    """Return every input that varies in the rows ``train``, where all is learnt; ``rows`` are those that are used.

    ``weights`` are those of the rows ``train``, if they have any. To ``impute`` is to tell each what stands in for a
    missing value.
    """
    inputs: list[Input] = []
    constant = []
    columns = [column for column in table.frame.columns if column != table.target]
    for column in columns:
        before = len(inputs)
        for category, values, reference in _candidates(table, column, rows, train, weights, notes):
            shown = values.at(train)
            low, high = float(shown.min()), float(shown.max())
            if high > low:
                mean, scale = standard(shown, str(column), weights)
                unit = table.units.get(str(column))
                filling = (values.filling if isinstance(values, Numbers) else 0.0) if impute else None
                feature = Feature(str(column), category, mean, scale, low, high, reference, unit, filling)
                inputs.append(Input(feature, values))
        if len(inputs) == before:
            constant.append(str(column))
    if not inputs:
        raise DataError("all features are constant in the training part: there is nothing to learn from")
    if constant:
        notes.append(f"constant in the training part, dropped: {', '.join(constant)}")
    return tuple(inputs)


def is_categorical(table: Table, column: Any) -> bool:
    """Say whether a column of a table holds categories, and no numbers."""
    import pandas as pd

    return column in table.categorical or not pd.api.types.is_numeric_dtype(table.frame[column])


def standard(values: Array, column: str, weights: Array | None) -> tuple[float, float]:
    """Return mean and standard deviation of a column's training part, whose rows may have weights."""
    with np.errstate(over="ignore", invalid="ignore"):
        if weights is None:
            mean, scale = float(values.mean()), float(values.std())
        else:
            mean = float(np.average(values, weights=weights))
            scale = float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))
    if not 0 < scale < np.inf:
        raise DataError(
            f"column {column!r} has the standard deviation {scale:g} in the training part, which is beyond "
            "floating-point numbers; give it in other units"
        )
    return mean, scale


def _candidates(
    table: Table, column: Any, rows: Places, train: Places, weights: Array | None, notes: list[str]
) -> Iterator[tuple[str | None, Numbers | Indicator, str | None]]:
    """Yield (category, values, the reference category) for each input that a column becomes."""
    values = table.frame[column]
    if is_categorical(table, column):
        yield from _indicators(values, column, rows, train, weights, notes)
        return
    # numpy's own numbers are taken as they are: only what is asked for becomes float64
    numbers = values.to_numpy() if isinstance(values.dtype, np.dtype) else values.to_numpy(np.float64, na_value=np.nan)
    known = numbers[train].astype(np.float64, copy=False)
    there = ~np.isnan(known)
    yield None, Numbers(numbers, _median(known[there], None if weights is None else weights[there])), None


def _median(values: Array, weights: Array | None) -> float:
    """Return the median of values that may have weights; 0 of none."""
    if not len(values):
        return 0.0
    if weights is None:
        return float(np.median(values))
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(weights[order])
    middle = [int(np.searchsorted(ends, ends[-1] / 2, side=side)) for side in ("left", "right")]
    return float(values[order[np.minimum(middle, len(values) - 1)]].mean())


def _indicators(
    values: pd.Series[Any], column: Any, rows: Places, train: Places, weights: Array | None, notes: list[str]
) -> Iterator[tuple[str, Indicator, str | None]]:
    """Yield one 0/1 input a category of the training part but the commonest, which is the reference."""
    import pandas as pd

    codes, found = pd.factorize(values.map(label, na_action="ignore"))
    names = [str(name) for name in found]
    order = sorted(range(len(names)), key=names.__getitem__)
    counts = np.bincount(codes[train] + 1, weights, minlength=len(names) + 1)[1:]  # a missing value has the code -1
    seen = [code for code in order if counts[code]]
    if not seen:
        return
    commonest = max(seen, key=counts.__getitem__)  # of several, the first
    reference = names[commonest]
    codes[codes < 0] = commonest
    used = np.bincount(codes[rows], minlength=len(names))
    unseen = [names[code] for code in order if used[code] and not counts[code]]
    if unseen:
        notes.append(
            f"column {column!r}: categories that the training part lacks count as {reference}, the commonest: "
            f"{', '.join(unseen)}"
        )
    for code in seen:
        if code != commonest:
            yield names[code], Indicator(codes, code), reference
