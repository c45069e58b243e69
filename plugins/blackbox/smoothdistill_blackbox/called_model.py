"""`CalledModel`: a function, or a fitted regressor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_blackbox.given_model import LiveModel, name_of
from smoothdistill_blackbox.questions import columns_called, in_own_units, listed, table
from smoothdistill_core import DataError

if TYPE_CHECKING:
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]


class CalledModel(LiveModel):
    """A function, or an object with ``predict``."""

    def __init__(self, model: Any, takes: str) -> None:
        self.name = name_of(model)
        self._call = getattr(model, "predict", model)
        self._takes = takes
        self._names = [str(name) for name in getattr(model, "feature_names_in_", ())]
        self._inputs: int | None = getattr(model, "n_features_in_", None)

    def ask(self, X: Any) -> Any:
        """Call the model; a table becomes an array where it takes arrays, and the other way round."""
        import pandas as pd

        if self._names and set(self._names) <= set(getattr(X, "columns", ())):
            X = X[self._names]
        if self._takes == "array":
            X = np.asarray(X, dtype=np.float64)
        elif self._takes == "frame" and not isinstance(X, pd.DataFrame):
            X = pd.DataFrame(X, columns=[f"x{place}" for place in range(np.shape(X)[1])])
        return self._call(X)

    def _answer(self, X: Array, scaling: Scaling) -> Any:
        if self._names and self._takes != "array":
            return self._call(columns_called(self._names, X, scaling, self.name))
        if self._takes == "frame":
            return self._call(table(X, scaling))
        if self._inputs not in (None, X.shape[1]):
            frame = table(X, scaling)
            if self._takes == "auto" and self._inputs == frame.shape[1]:
                return self._call(frame.to_numpy())
            raise DataError(
                f"the black box {self.name} takes {self._inputs} inputs, and the data have {X.shape[1]}: "
                f"{listed(scaling.names)}; leave out the columns that it was not fitted on"
            )
        return self._call(in_own_units(X, scaling))

    def _remedy(self) -> str:
        if self._takes == "frame" or self._names:
            return (
                "give a table whose columns have the types that the model was fitted on, "
                "X[column].astype('category') for categories, or a function that takes such a table"
            )
        return "give a function that takes such an array, or say takes='frame'"
