"""The rows that a model is asked about, in the form that it takes: in the data's own units and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import DataError, TrainingJob
from smoothdistill_core.columns import label
from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.scaling import Feature, Scaling

if TYPE_CHECKING:
    import pandas as pd

    Array = NDArray[np.float64]


MOST_LISTED = 10

BLURRED = 8 * np.finfo(np.float64).eps
"""So much of a number, and of the mean of its column, standardising it and back may change."""

MOST_DECIMALS = 22
"""Larger powers of ten are not exact."""

SHORTER = 3
"""A number with so many decimals fewer than can be told is taken for the one that was meant; one in a thousand others
looks like that by chance."""


def listed(names: Sequence[str]) -> str:
    """Return names for a message, the first ten of many."""
    more = len(names) - MOST_LISTED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:MOST_LISTED])} and {more} more"


def scaling_of(job: TrainingJob) -> Scaling:
    """Return the scaling of a job; that of data that were never standardised changes nothing."""
    return scaling_of_rows(job.X) if job.scaling is None else job.scaling


def scaling_of_rows(X: Array, names: Sequence[str] = ()) -> Scaling:
    """Return the scaling of rows (n, d) of numbers that changes nothing."""
    lows, highs = X.min(axis=0), X.max(axis=0)
    named = names or [f"x{place}" for place in range(X.shape[1])]
    features = [
        Feature(str(name), None, 0.0, 1.0, float(low), float(high))
        for name, low, high in zip(named, lows, highs, strict=True)
    ]
    return Scaling(tuple(features), "y", "none", 0.0, 1.0)


def in_own_units(X: Array, scaling: Scaling) -> Array:
    """Return standardised rows (n, d) in the data's own units, without the last digits that rounding has blurred.

    So 11.5 is 11.5 again, and not 11.500000000000002: a tree that splits at 11.5 has it on the other side. Numbers that
    have all their digits stay as they come back.
    """
    raw = scaling.raw(X)
    means = np.array([feature.mean for feature in scaling.features])
    blurred = BLURRED * (np.abs(raw) + np.abs(means))
    with np.errstate(divide="ignore"):
        powers = 10.0 ** np.clip(np.floor(-np.log10(blurred)) - SHORTER, 0.0, MOST_DECIMALS)
    short = np.rint(raw * powers) / powers
    return np.asarray(np.where(np.abs(short - raw) <= blurred, short, raw))


def table(X: Array, scaling: Scaling) -> pd.DataFrame:
    """Return standardised rows (n, d) as a table of the data's own columns.

    Categories that are called like numbers or truth values become those again: a model that was fitted on
    the data has seen them so.
    """
    frame = scaling.frame(X)
    raw = in_own_units(X, scaling)
    for place, feature in enumerate(scaling.features):
        if feature.category is None:
            frame[feature.column] = raw[:, place]
    for column in frame.columns:
        labels = {
            text
            for feature in scaling.features
            if feature.column == column and feature.category is not None
            for text in (feature.category, feature.reference)
            if text is not None
        }
        if labels and column not in scaling.declared:
            frame[column] = frame[column].map(_meant(labels))
    return frame


def columns_called(names: Sequence[str], X: Array, scaling: Scaling, who: str) -> pd.DataFrame:
    """Return the columns that a model asks for by name: of the data, or indicators called as the data's inputs are.

    Raises `DataError` for a name that is neither.
    """
    import pandas as pd

    frame = table(X, scaling)
    if not set(names) <= set(frame.columns) and set(names) <= set(scaling.names):
        frame = pd.DataFrame(in_own_units(X, scaling), columns=scaling.names)
    for name in names:
        if name not in frame.columns:
            raise DataError(
                f"the black box {who} takes an input {name!r}, and the data use no such column; "
                f"{did_you_mean(name, [str(column) for column in frame.columns])}"
            )
    return frame[list(names)]


def _meant(labels: set[str]) -> dict[str, Any]:
    """Return what each label of a column of categories means."""
    if labels <= {"True", "False"}:
        return {text: text == "True" for text in labels}
    numbers = {text: _number(text) for text in labels}
    if any(number is None or label(number) != text for text, number in numbers.items()):
        return {text: text for text in labels}
    whole = all(number is not None and number.is_integer() for number in numbers.values())
    return {text: int(number) if whole and number is not None else number for text, number in numbers.items()}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
