"""`Columns`: what a caller calls X becomes a table, in ``fit`` and in the same way ever after."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Missing = Literal["error", "drop", "impute"]


@dataclass(frozen=True)
class Columns:
    """The names of the columns that ``fit`` saw, in their order, and the values that fill their gaps, if any do."""

    names: tuple[str, ...]
    fills: dict[str, Any] = field(default_factory=dict)

    def frame(self, X: Any) -> pd.DataFrame:
        """Return rows as a table with these columns: by name, or by place where X, or what fit saw, has no names.

        Numbers of any storage are numpy's own. Raises `DataError` where a column is missing.
        """
        import pandas as pd

        from smoothdistill_core.columns import plain

        frame = X.copy(deep=False) if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
        if set(self.names) <= set(frame.columns):
            frame = frame[list(self.names)]
        elif self.names != names_of(np.empty((0, len(self.names)))):
            refuse_other_columns("the rows have", frame, self.names)
        if frame.shape[1] != len(self.names):
            raise DataError(
                f"the rows have {frame.shape[1]} columns, and fit saw {len(self.names)}: {', '.join(self.names)}"
            )
        frame = frame.set_axis(list(self.names), axis=1).reset_index(drop=True)
        plain_columns = {
            name: column if isinstance(column.dtype, pd.CategoricalDtype) else plain(column)[1]
            for name, column in frame.items()
        }
        frame = pd.DataFrame(plain_columns, copy=False)
        for name, fill in self.fills.items():
            gaps = frame[name].isna()
            if gaps.any():
                frame[name] = frame[name].where(~gaps, fill)
        return frame


def refuse_other_columns(whose: str, frame: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise `DataError` where a table has names, and not all of these; ``whose`` says of what, and has or have."""
    labels = [label for label in frame.columns if isinstance(label, str)]
    missing = next((name for name in names if name not in labels), None)
    if labels and missing is not None:
        raise DataError(f"{whose} no column {missing!r}; {did_you_mean(missing, labels)}")


def table_of(X: Any) -> pd.DataFrame | None:
    """Return X if it is a table of pandas, or as one if it is a table of another library; None if it is none."""
    import pandas as pd

    if hasattr(X, "to_pandas"):
        X = X.to_pandas()
    return X if isinstance(X, pd.DataFrame) else None


def refuse_gaps(gaps: pd.DataFrame) -> None:
    """Raise `DataError` where a table of truth values says that something is missing."""
    for name in gaps.columns:
        rows = np.flatnonzero(gaps[name])
        if len(rows):
            raise DataError(
                f"column {name!r} is empty in {len(rows)} of {len(gaps)} rows, first in data row {rows[0] + 1}; "
                "fill them in, or set missing='impute' or missing='drop'"
            )


def refuse_empty(y: NDArray[Any]) -> None:
    """Raise `DataError` where a target (n,) has gaps."""
    import pandas as pd

    rows = np.flatnonzero(pd.isna(y))
    if len(rows):
        raise DataError(
            f"Input y contains NaN: it is empty in {len(rows)} of {len(y)} rows, first in data row {rows[0] + 1}; "
            "leave these rows out"
        )


def fills_of(frame: pd.DataFrame, categorical: Collection[str]) -> dict[str, Any]:
    """Return what fills the gaps of each column: its median, or its commonest value where it holds categories."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    fills: dict[str, Any] = {}
    for name in frame.columns:
        known = frame[name].dropna()
        if is_numeric_dtype(known) and not is_bool_dtype(known) and name not in categorical:
            fills[name] = float(known.median()) if len(known) else 0.0
        else:
            counts = known.value_counts()
            fills[name] = min(counts.index[counts == counts.max()], key=str) if len(known) else ""
    return fills


def names_of(X: pd.DataFrame | NDArray[Any]) -> tuple[str, ...]:
    """Return the names of a table's columns if all are text, else x0, x1, and on."""
    names = list(getattr(X, "columns", ()))
    if names and all(isinstance(name, str) for name in names):
        return tuple(names)
    return tuple(f"x{place}" for place in range(np.shape(X)[1]))


def target_name(y: Any, taken: Collection[str]) -> str:
    """Return what the target is called: the name of its series or column, else y; never that of an input.

    Without a target it is a model's prediction.
    """
    columns: Sequence[Any] = getattr(y, "columns", ())
    given = columns[0] if len(columns) == 1 else getattr(y, "name", None)
    return name_beside(taken, given if isinstance(given, str) and given else "prediction" if y is None else "y")


def weights_name(taken: Collection[str]) -> str:
    """Return what the column of weights is called, which stands beside the inputs; never like one of them."""
    return name_beside(taken, "sample_weight")


def name_beside(taken: Collection[str], name: str) -> str:
    """Return the name of what stands beside columns of the names that are ``taken``, with a _ for each like it."""
    while name in taken:
        name += "_"
    return name
