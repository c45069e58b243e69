"""The dataset kind: a table with a target column, and what must be known about it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smoothdistill_core.components.component import Component

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
    data's own units.
    """

    frame: pd.DataFrame
    target: str
    categorical: tuple[str, ...] = ()
    advised: TargetTransform = "none"
    notes: tuple[str, ...] = ()
    citation: str = ""
    licence: str = ""
    law: Formula | None = None


class Dataset(Component):
    """Finds a table. Loading it twice gives the same rows in the same order."""

    kind = "dataset"

    @property
    def label(self) -> str:
        """What tables and messages call this dataset."""
        return self.name

    @abstractmethod
    def load(self) -> Table:
        """Return the table; raises `DataError` with the remedy where it cannot be had."""
