"""Checking what a caller calls X and y, with scikit-learn's checks and in its words where it has some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import validate_data

from smoothdistill_core.errors import DataError
from smoothdistill_core.estimator.columns import (
    Columns,
    fills_of,
    names_of,
    refuse_gaps,
    table_of,
    weights_name,
)
from smoothdistill_core.estimator.targets import targets_of

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_core.components import Table
    from smoothdistill_core.estimator.parameters import Parameters

FEWEST_ROWS = 2
"""What a fit needs at the very least; its validation part usually asks for more."""


def rows_of(estimator: Parameters, X: Any, *, reset: bool, y: Any = "no_validation") -> pd.DataFrame | NDArray[Any]:
    """Return X as a table of pandas or a numeric array (n, d), checked against what ``fit`` saw unless ``reset``.

    ``y`` matters only if it is None: then the model has to be one that needs none.
    """
    frame = table_of(X)
    y = None if y is None else "no_validation"
    fewest = FEWEST_ROWS if reset else 1
    if frame is None:
        gaps = True if estimator.missing == "error" else "allow-nan"
        array: NDArray[Any] = validate_data(
            estimator, X, y, reset=reset, dtype=np.float64, ensure_all_finite=gaps, ensure_min_samples=fewest
        )
        return array
    repeated = frame.columns[frame.columns.duplicated()].unique()
    if len(repeated):
        raise DataError(f"the columns {', '.join(map(str, repeated))} stand twice; give each its own name")
    # tables may hold text, which scikit-learn's own check refuses
    validate_data(estimator, frame, y, reset=reset, skip_check_array=True)
    if len(frame) < fewest:
        raise DataError(f"found {len(frame)} sample(s) in a table, while a minimum of {fewest} is required")
    return frame


def training_table(
    estimator: Parameters, X: Any, y: Any, weights: Any = None, labels: Sequence[str] | None = None
) -> tuple[Table, Columns]:
    """Return the table that is fitted, of checked rows ``X`` and the target ``y`` (n,), and how it came from X.

    As `training_tables` does, of one target.
    """
    (table,), columns = training_tables(estimator, X, y, weights, labels)
    return table, columns


def training_tables(
    estimator: Parameters, X: Any, y: Any, weights: Any = None, labels: Sequence[str] | None = None
) -> tuple[list[Table], Columns]:
    """Return a table for each target, of checked rows ``X`` and ``y`` (n,) or (n, k), and how they came from X.

    Where ``y`` is None, the numbers of the rows stand in for it; where there are ``labels`` (n,), the names of classes,
    these do, and ``y`` was checked. ``weights`` (n,) of the rows, where there are any, stand beside the tables in the
    column `weights_name`.
    """
    import pandas as pd

    from smoothdistill_core.columns import IN_PYTHON, settle
    from smoothdistill_core.components import Table

    names = names_of(X)
    columns = Columns(names)
    frame = columns.frame(X)
    categorical = _named(estimator.categorical)
    gaps = frame.isna()
    if estimator.missing == "error":
        refuse_gaps(gaps)
    elif estimator.missing == "impute":
        columns = Columns(names, fills_of(frame, categorical))
        frame = columns.frame(frame)
    ordering = [column for column in frame.columns if column == estimator.by]  # it may hold anything: it is no input
    beside = frame[ordering] if ordering else None
    if weights is not None:
        beside = frame[ordering].assign(**{weights_name(names): _checked_weights(weights, len(frame))})
    settled = settle(frame.drop(columns=ordering), None, categorical, IN_PYTHON)
    settled.check()
    if not settled.columns:
        raise DataError(f"no column can be an input: {'; '.join(settled.notes)}")
    frame, notes = settled.frame, [*settled.notes]
    inputs = list(frame.columns)
    targets = targets_of(y, frame, names, labels)
    frame = pd.concat([frame, pd.DataFrame(targets, index=frame.index)], axis="columns")
    if gaps.to_numpy().any():
        counts = ", ".join(f"{column} ({count})" for column, count in gaps.sum().items() if count)
        whole = np.flatnonzero(~gaps.to_numpy(dtype=bool).any(axis=1))
        if estimator.missing == "drop":
            notes.append(f"{len(gaps) - len(whole)} of {len(gaps)} rows dropped for missing values: {counts}")
            frame = frame.iloc[whole].reset_index(drop=True)
            beside = None if beside is None else beside.iloc[whole].reset_index(drop=True)
        else:
            notes.append(f"missing values filled in: {counts}")
    said = tuple(dict.fromkeys([*categorical, *settled.categorical]))
    tables = [
        Table(frame[[*inputs, name]], name, said, notes=tuple(notes), declared=settled.categories, beside=beside)
        for name in targets
    ]
    return tables, columns


def _named(categorical: Any) -> tuple[str, ...]:
    """Return the columns that are said to hold categories; raises `RecipeError` for what names none."""
    if categorical is None or isinstance(categorical, str):
        return () if categorical is None else (categorical,)
    if not isinstance(categorical, Iterable):
        from smoothdistill_core.recipe import Problem, RecipeError

        wrong = f"{categorical!r} names no columns"
        raise RecipeError([Problem("fit", ("categorical",), wrong, "name them, as in categorical=['town']")])
    return tuple(categorical)


def _checked_weights(weights: Any, rows: int) -> NDArray[np.float64]:
    """Return the weights (n,) of so many rows; raises `DataError` where they are no such, or cannot be weights."""
    import pandas as pd

    from smoothdistill_core.preparation.weighing import weights_of

    found = np.asarray(weights)
    if found.ndim == 0:
        found = np.full(rows, found)
    if found.shape != (rows,):
        raise DataError(f"sample_weight has the shape {found.shape}, and X has {rows} rows; give one weight a row")
    return weights_of(pd.Series(found), "sample_weight")
