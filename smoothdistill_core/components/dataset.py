"""The dataset kind: a table with a target column, and what must be known about it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from smoothdistill_core.components.component import Component
from smoothdistill_core.components.units import Units
from smoothdistill_core.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_core.formula import Formula
    from smoothdistill_core.scaling import TargetTransform


@dataclass(frozen=True)
class Table:
    """A dataset in memory, ready to be prepared.

    ``frame`` holds the target and the features that are used, raw; text columns are categories, and
    so are the columns of ``categorical``. ``advised`` is the transform of the target that the dataset
    recommends; ``notes`` say what was left out, and why. ``law`` is the formula that made the target, where
    there is one: over the features, all of them numbers, in the order of the frame without the target, in the
    data's own units. ``units`` are the units of measure of columns, as far as they are known, as text that pint reads:
    ``{"speed": "m/s"}``; a plain number has the unit "". ``beside`` are further columns of the same rows, which are no
    inputs: ``prepare`` may split rows by them, or take past values of them.
    """

    frame: pd.DataFrame
    target: str
    categorical: tuple[str, ...] = ()
    advised: TargetTransform = "none"
    notes: tuple[str, ...] = ()
    citation: str = ""
    licence: str = ""
    law: Formula | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    beside: pd.DataFrame | None = None


class Dataset(Component):
    """Finds a table. Loading it twice gives the same rows in the same order."""

    kind = "dataset"
    units: Units = Units()
    """The unit of each column, inputs and target, as pint writes it (kg, m/s^2, "" for a plain number); of a column
    that is left out nothing is concluded."""

    @property
    def label(self) -> str:
        """What tables and messages call this dataset."""
        return self.name

    @abstractmethod
    def load(self) -> Table:
        """Return the table; raises `DataError` with the remedy where it cannot be had."""

    def rows_of(self, file: Path) -> pd.DataFrame:
        """Return the rows of another file, read as this dataset reads its own; no target is needed."""
        raise DataError(f"the dataset {self.name!r} reads no files; give the rows as CSV or Parquet, and say how")


def loaded(dataset: Dataset) -> Table:
    """Load a dataset's table, with the units that the recipe gives in place of those that it knows itself.

    Raises what `Dataset.load` raises, and `DataError` where the recipe gives a unit to a column that is not there.
    """
    table = dataset.load()
    if not dataset.units or not isinstance(table, Table):  # what is no table is told about where it is prepared
        return table
    columns = [str(column) for column in table.frame.columns]
    for column in dataset.units:
        if column not in columns:
            place = dataset.units.places.get(column, "")
            wrong = f"units names no column {column!r}; {did_you_mean(column, columns)}"
            raise DataError(f"{place}: {wrong}" if place else wrong)
    return replace(table, units={**table.units, **dataset.units})
