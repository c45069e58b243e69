"""`classes_of`: the two values of a target that is fitted by its log-odds, and which of them counts as 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.columns import label
from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import TargetTransform

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_core.components import Part

Array = NDArray[np.float64]
Places = NDArray[np.intp]

Classes = tuple[str, str]
"""The names of the value that counts as 0, and of the one that counts as 1."""

SHOWN = 5
"""So many values of a target are named that has too many."""

LARGEST_CODE = 10.0
"""Two whole numbers that are no larger are codes of classes; others may be measured."""

AS_NUMBERS = "target: none fits it as a number"


def classes_of(column: pd.Series[Any], name: str, options: Prepare, advised: TargetTransform | None) -> Classes | None:
    """Return the classes of a target column; None where it is fitted as a number.

    By itself a column has classes that holds two texts, two booleans, or two whole numbers up to `LARGEST_CODE`;
    ``prepare.target`` of the recipe decides otherwise, and so does what the dataset advised. The value that counts as 1
    is the later by the alphabet or the larger, as in scikit-learn, unless ``prepare.positive`` names the other. Raises
    `DataError` for log-odds of a target that has not two values, for gaps in one that has, and for a positive value
    that is none of them.
    """
    wanted = options.target or advised
    values = [] if wanted in ("none", "log1p") else _values(column)
    has_two = len(values) == 2 and (wanted == "logit" or _are_classes(values))
    if not has_two:
        if wanted == "logit":
            raise DataError(_why_not(values, name))
        if options.positive is not None:
            raise DataError(
                f"prepare.positive: {options.positive} is for a target of two values, and {name!r} is fitted as a "
                "number; remove it, or say target: logit"
            )
        return None
    missing = column.isna().to_numpy()
    if missing.any():
        raise DataError(
            f"target {name!r} is missing in {missing.sum()} of {len(column)} rows, first in data row "
            f"{int(missing.argmax()) + 1}; remove those rows"
        )
    first, second = map(label, values)
    if options.positive is None:
        return first, second
    if options.positive not in (first, second):
        meant = did_you_mean(options.positive, [first, second])
        raise DataError(f"prepare.positive: no row has {name} = {options.positive}; {meant}")
    return (first, second) if options.positive == second else (second, first)


def as_zero_or_one(column: pd.Series[Any], classes: Classes) -> Array:
    """Return 1 for the rows of the second class, and 0 for those of the first (n,)."""
    return np.array([float(label(_as_number(value)) == classes[1]) for value in column.tolist()])


def said_of_classes(name: str, classes: Classes, y: Array, options: Prepare) -> str:
    """Say that a target is fitted by its log-odds, of which value, and what else there is."""
    why = "the recipe says so" if options.positive is not None else "the later of the two; positive names the other"
    return (
        f"the target has two values, and p is the probability of {name} = {classes[1]} ({why}): {int(y.sum())} of "
        f"{len(y)} rows have it, the others {classes[0]}; {AS_NUMBERS}"
    )


def check_both_count(name: str, classes: Classes, y: Array) -> None:
    """Raise `DataError` where all rows (n,) that have a weight are of one class."""
    if len(found := np.unique(y)) == 1:
        only = classes[int(found[0])]
        raise DataError(
            f"target {name!r} is {only} in all rows whose weight is above 0: there is no other class to tell it from; "
            "give rows of both a weight"
        )


def check_parts(name: str, classes: Classes, y: Array, places: dict[Part, Places], notes: list[str]) -> None:
    """Note which part lacks a class; raises `DataError` where that is the training part."""
    for part, rows in places.items():
        found = set(np.unique(y[rows]).astype(int).tolist())
        for place, each in enumerate(classes):
            if place in found:
                continue
            if part == "train":
                raise DataError(
                    f"target {name!r} is {classes[1 - place]} in all rows of the training part: nothing to explain; "
                    f"bring more rows of {each}"
                )
            notes.append(
                f"no row of the {part} part has {name} = {each}: what is told of that part tells nothing of this class"
            )


def in_turn(order: Places, y: Array) -> Places:
    """Return rows, in the ``order`` of each class, so that whatever is cut off has its share of both (n,)."""
    rank = np.empty(len(order))
    for value in np.unique(y[order]):
        own = np.flatnonzero(y[order] == value)
        rank[own] = (np.arange(len(own)) + 0.5) / len(own)
    return order[np.argsort(rank, kind="stable")]


def _values(column: pd.Series[Any]) -> list[Any]:
    """Return the distinct values, in order: numbers as floats, all else as text."""
    values = [_as_number(value) for value in column.dropna().unique().tolist()]
    if all(isinstance(value, float) for value in values):
        return sorted(values)
    return sorted(set(map(label, values)))


def _as_number(value: Any) -> Any:
    """Return a number as a float, and all else as it is; booleans are no numbers."""
    return float(value) if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) else value


def _are_classes(values: list[Any]) -> bool:
    """Say whether two values are classes without being called so: a number beside a text is a gap, or a slip.

    Two texts that read as numbers are codes, such as 01 and 02.
    """
    numbers = [value for value in values if isinstance(value, float)]
    if not numbers:
        return len({_reads_as_number(value) for value in values}) == 1
    return all(value.is_integer() and abs(value) <= LARGEST_CODE for value in numbers)


def _reads_as_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _why_not(values: list[Any], name: str) -> str:
    if not values:
        return f"target {name!r} holds no value; choose another column"
    if len(values) == 1:
        return f"target {name!r} is {label(values[0])} in every row: nothing to explain; choose a column that varies"
    shown = ", ".join(map(label, values[:SHOWN])) + (" ..." if len(values) > SHOWN else "")
    remedy = "make a column of two values (one class against the rest)"
    if isinstance(values[0], float):
        remedy += f", or {AS_NUMBERS}"
    return f"target {name!r} has {len(values)} values ({shown}), and a logistic formula is for two; {remedy}"
