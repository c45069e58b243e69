"""From a table to standardised arrays and back: split, fill, encode, standardise."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Part, Table
from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.units import Feature, Units, label

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

KINDS_OF_VALUES = {
    *("integer", "floating", "mixed-integer-float", "decimal", "boolean"),
    *("string", "categorical", "empty"),
}
"""What pandas calls the columns that can be inputs as they are."""

FEWEST_ROWS = 2
"""No part may have fewer rows: with one, R2 has no meaning."""


@dataclass(frozen=True)
class Rows:
    """The standardised inputs ``X`` (n, d) and targets ``y`` (n,) of one part."""

    X: Array
    y: Array

    def __post_init__(self) -> None:
        for array in (self.X, self.y):
            array.setflags(write=False)  # many cells share a split; none may change it for the others


@dataclass(frozen=True)
class SplitFacts:
    """What is worth keeping of a split: its units, what was dropped or filled in, the rows of each part."""

    units: Units
    notes: tuple[str, ...]
    rows: dict[Part, int]


@dataclass(frozen=True)
class Split:
    """A prepared dataset."""

    parts: dict[Part, Rows]
    facts: SplitFacts


def prepare(table: Table, options: Prepare, seed: int) -> Split:
    """Split, fill, encode and standardise a table.

    Everything that is learnt (categories, medians, means, scales) is learnt on the training part. The
    split depends on the seed alone. Raises `DataError` where the table cannot serve.
    """
    notes: list[str] = []
    frame, target = _checked(table, options, notes)
    transform = options.target or table.advised
    if transform == "log1p":
        if (target <= -1).any():
            raise DataError(
                f"target {table.target!r}: log1p needs values above -1, the least is {target.min():g}; use target: none"
            )
        target = np.log1p(target)
        notes.append(f"the target is log(1 + {table.target})")
    places = _split(len(frame), options, seed, notes)
    train = places["train"]
    y_train = target[train]
    if y_train.max() == y_train.min():
        raise DataError(
            f"target {table.target!r} is constant ({y_train[0]:g}) in the training part: nothing to explain"
        )
    features = []
    pieces: dict[Part, list[Array]] = {part: [] for part in places}
    # one column after the other, so that no second copy of a large table is ever whole in memory
    for column, category, values, otherwise in _encode(frame, table, train, notes):
        shown = values[train]
        mean, scale = _standard(shown, column)
        features.append(Feature(column, category, mean, scale, float(shown.min()), float(shown.max()), otherwise))
        for part, rows in places.items():
            pieces[part].append((values[rows] - mean) / scale)
    mean, scale = _standard(y_train, table.target)
    y = {part: (target[rows] - mean) / scale for part, rows in places.items()}
    units = Units(tuple(features), table.target, transform, mean, scale)
    counts: dict[Part, int] = {part: len(rows) for part, rows in places.items()}
    return Split(
        {part: Rows(np.stack(pieces.pop(part), axis=1), y[part]) for part in places},
        SplitFacts(units, (*table.notes, *notes), counts),
    )


def _standard(values: Array, column: str) -> tuple[float, float]:
    """Return mean and standard deviation of a column's training part."""
    with np.errstate(over="ignore"):
        mean, scale = float(values.mean()), float(values.std())
    if not 0 < scale < np.inf:
        raise DataError(
            f"column {column!r} has the standard deviation {scale:g} in the training part, which is beyond "
            "floating-point numbers; give it in other units"
        )
    return mean, scale


def fingerprint(table: Table) -> str:
    """Return 32 hexadecimal digits that change whenever the table's content does."""
    import pandas as pd

    heading = [table.target, table.advised, sorted(table.categorical), [str(column) for column in table.frame.columns]]
    rows = pd.util.hash_pandas_object(table.frame, index=False).to_numpy(dtype=np.uint64)
    return hashlib.sha256(json.dumps(heading).encode() + rows.tobytes()).hexdigest()[:32]


def _checked(table: Table, options: Prepare, notes: list[str]) -> tuple[pd.DataFrame, Array]:
    """Return the features and the target of the rows that are used; both are sound."""
    _check_table(table)
    frame = table.frame
    if table.target not in frame.columns:
        raise DataError(
            f"there is no target column {table.target!r}; {did_you_mean(table.target, map(str, frame.columns))}"
        )
    target = _numeric_target(frame[table.target], table.target)
    features = frame.drop(columns=table.target)
    if features.shape[1] == 0:
        raise DataError(f"the table has no column besides the target {table.target!r}; at least one feature is needed")
    for column in features.select_dtypes("number"):
        infinite = np.flatnonzero(np.isinf(features[column].to_numpy(dtype=float)))
        if len(infinite):
            where = f"{len(infinite)} infinite values, the first in data row {infinite[0] + 1}"
            raise DataError(f"column {column!r} has {where}; remove those rows or the column")
    gaps = features.isna()
    if gaps.to_numpy().any():
        columns = ", ".join(f"{column} ({count})" for column, count in gaps.sum().items() if count)
        if options.missing == "drop":
            whole = ~gaps.any(axis=1).to_numpy()
            features, target = features[whole], target[whole]
            notes.append(f"{(~whole).sum()} of {len(whole)} rows dropped for missing values: {columns}")
        else:
            notes.append(f"missing values filled in from the training part: {columns}")
    return features.reset_index(drop=True), target


def _check_table(table: Table) -> None:
    """Refuse what a dataset plugin must not return."""
    import pandas as pd

    if not isinstance(table, Table) or not isinstance(table.frame, pd.DataFrame):
        raise DataError(f"load() must return a Table that holds a pandas DataFrame, not {type(table).__name__}")
    columns = list(table.frame.columns)
    repeated = sorted({str(column) for column in columns if columns.count(column) > 1})
    if repeated:
        raise DataError(f"the columns {', '.join(repeated)} stand twice; give each its own name")
    for column in table.categorical:
        if column not in columns:
            raise DataError(f"there is no categorical column {column!r}; {did_you_mean(column, map(str, columns))}")
    for column in columns:
        kind = pd.api.types.infer_dtype(table.frame[column], skipna=True)
        if column != table.target and column not in table.categorical and kind not in KINDS_OF_VALUES:
            raise DataError(
                f"column {column!r} holds values of kind {kind!r}; a table holds numbers, booleans and text"
            )


def _numeric_target(column: pd.Series[Any], name: str) -> Array:
    import pandas as pd

    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        target = column.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        odd = (pd.to_numeric(column, errors="coerce").isna() & column.notna()).to_numpy()
        place = int(np.flatnonzero(odd)[0]) if odd.any() else 0
        raise DataError(
            f"target {name!r} is not numeric: data row {place + 1} holds {column.iloc[place]!r}; "
            "choose a numeric target, or encode it as numbers"
        )
    for what, bad in (("missing", np.isnan(target)), ("infinite", np.isinf(target))):
        if bad.any():
            first = int(np.flatnonzero(bad)[0]) + 1
            raise DataError(
                f"target {name!r} is {what} in {bad.sum()} of {len(target)} rows, first in data row {first}; "
                "remove those rows"
            )
    return target


def _split(rows: int, options: Prepare, seed: int, notes: list[str]) -> dict[Part, NDArray[np.intp]]:
    """Return the row numbers of each part."""
    order = np.random.default_rng(seed).permutation(rows)
    if options.max_rows is not None and rows > options.max_rows:
        order = order[: options.max_rows]
        notes.append(f"a random {options.max_rows} of {rows} rows are used")
    rows_used = len(order)
    places: dict[Part, NDArray[np.intp]] = {}
    shares: dict[Part, float] = {"test": options.test, "validation": options.validation}
    for part, share in shares.items():
        if share:
            size = round(share * rows_used)
            places[part], order = order[:size], order[size:]
    places["train"] = order
    for part in ("train", *places):
        if len(places[part]) < FEWEST_ROWS:
            said = "".join(f" ({note})" for note in notes)
            shared = " and ".join(f"prepare.{part}" for part, share in shares.items() if share)
            raise DataError(
                f"{rows_used} rows are too few: the {part} part would have {len(places[part])}, and needs "
                f"{FEWEST_ROWS}; bring more rows{', or change ' * bool(shared)}{shared}{said}"
            )
    return places


def _encode(
    frame: pd.DataFrame, table: Table, train: NDArray[np.intp], notes: list[str]
) -> Iterator[tuple[str, str | None, Array, str | None]]:
    """Yield (column, category, values, the category without indicator) for every input that varies in training."""
    import pandas as pd

    constant = []
    for column in frame.columns:
        values = frame[column]
        if column in table.categorical or not pd.api.types.is_numeric_dtype(values):
            found = _indicators(values, column, train, notes)
        else:
            numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
            found = [(None, np.where(np.isnan(numbers), _median(numbers[train]), numbers), None)]
        varying = [(str(column), *rest) for rest in found if rest[1][train].max() > rest[1][train].min()]
        if not varying:
            constant.append(str(column))
        yield from varying
    if len(constant) == len(frame.columns):
        raise DataError("all features are constant in the training part: there is nothing to learn from")
    if constant:
        notes.append(f"constant in the training part, dropped: {', '.join(constant)}")


def _indicators(
    values: pd.Series[Any], column: str, train: NDArray[np.intp], notes: list[str]
) -> list[tuple[str | None, Array, str | None]]:
    """Return one 0/1 input a category of the training part; of two categories, the second alone."""
    labels: list[Any] = values.map(label, na_action="ignore").tolist()
    counts = Counter(found for found in (labels[row] for row in train) if isinstance(found, str))
    if not counts:
        return [("", np.zeros(len(labels)), None)]
    commonest = max(sorted(counts), key=counts.__getitem__)
    filled = np.array([found if isinstance(found, str) else commonest for found in labels], dtype=object)
    categories = sorted(counts)
    unseen = sorted(set(filled) - set(categories))
    if unseen:
        notes.append(f"column {column!r}: categories that the training part lacks count as none: {', '.join(unseen)}")
    otherwise = categories.pop(0) if len(categories) == 2 else None
    return [(category, (filled == category).astype(np.float64), otherwise) for category in categories]


def _median(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0
