"""`OnAllColumns`: a model that gets every column of X, also those that have one value only and so are no inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

UNLIKELY = 1e-9
"""What is rarer than this does not happen."""


def commonest(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the commonest value of each column that may turn out to be no input.

    That is one which may have no other value in the training part, a quarter of the rows or more, drawn by chance.
    """
    found, fewest = {}, len(frame) // 4
    for name, column in frame.items():
        shares = column.value_counts(normalize=True)
        if len(shares) and shares.iloc[0] ** fewest > UNLIKELY:
            found[str(name)] = shares.index[0]
    return found


@dataclass(frozen=True)
class OnAllColumns:
    """Asks the black box ``box`` about rows whose missing columns get their commonest value.

    ``empty`` is a table without rows whose columns are those of X, in their order and types; ``names`` are what these
    are called here, also where X has no names.
    """

    box: Any
    empty: pd.DataFrame
    names: Sequence[str]
    fills: Mapping[str, Any]
    as_array: bool

    def predict(self, X: pd.DataFrame) -> Any:
        """Return what the model does for a table of the columns that are inputs."""
        import pandas as pd

        columns = [
            X[name] if name in X.columns else pd.Series([self.fills[name]] * len(X), index=X.index, dtype=dtype)
            for name, dtype in zip(self.names, self.empty.dtypes, strict=True)
        ]
        whole = pd.concat(columns, axis="columns").set_axis(self.empty.columns, axis="columns")
        return self.box.ask(whole.to_numpy() if self.as_array else whole)
