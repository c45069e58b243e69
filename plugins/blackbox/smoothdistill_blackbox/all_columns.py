"""`AllColumns`: what a model gets of columns that have one value where a study trains, and so are no inputs there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_core.columns import label
from smoothdistill_core.scaling import Feature, Scaling

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from smoothdistill_core import Table

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Whole(Scaling):
    """The scaling of a training part that has all columns, those that are no inputs there with one value.

    A number among these is an input of its own; ``rest`` are the categories, by column, which have no indicator where
    there is one of them. ``order`` is that of the columns.
    """

    rest: Mapping[str, Any] = field(default_factory=dict, hash=False)
    order: tuple[str, ...] = ()

    def frame(self, X: Array) -> pd.DataFrame:
        """Return standardised inputs (n, d) as the table of all columns."""
        frame = super().frame(X)
        for column, value in self.rest.items():
            is_declared = column in self.declared
            frame[column] = self._as_declared(column, np.full(len(X), label(value))) if is_declared else value
        return frame[list(self.order)]


@dataclass(frozen=True)
class AllColumns:
    """What each column of a table is where it has one value, the commonest; ``order`` is that of the columns.

    One of ``numbers`` is an input then, and one of ``categories`` is none.
    """

    order: tuple[str, ...]
    numbers: Mapping[str, Feature]
    categories: Mapping[str, Any]

    @classmethod
    def of(cls, table: Table) -> AllColumns:
        """Return the columns of a table but for its target."""
        from smoothdistill_core.preparation import is_categorical

        frame = table.frame.drop(columns=table.target)
        commonest: dict[str, Any] = {str(name): column.value_counts().index[0] for name, column in frame.items()}
        categorical = {str(name) for name in frame if is_categorical(table, name)}
        numbers = {name: float(value) for name, value in commonest.items() if name not in categorical}
        return cls(
            tuple(commonest),
            {name: Feature(name, None, value, 1.0, value, value) for name, value in numbers.items()},
            {name: value for name, value in commonest.items() if name in categorical},
        )

    def whole(self, scaling: Scaling) -> Whole:
        """Return a scaling, of which some of these columns are inputs, with all of them."""
        inputs: dict[str, list[Feature]] = {name: [feature] for name, feature in self.numbers.items()}
        inputs |= {name: [] for name in self.categories}
        inputs |= {feature.column: [] for feature in scaling.features}
        for feature in scaling.features:
            inputs[feature.column].append(feature)
        features = tuple(feature for name in self.order for feature in inputs[name])
        rest = {name: value for name, value in self.categories.items() if not inputs[name]}
        return Whole(**{**vars(scaling), "features": features}, rest=rest, order=self.order)
