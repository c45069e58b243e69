"""`Suite`: a dataset of a recipe that stands for several, each with results of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from smoothdistill_core.components.dataset import Dataset, Table
from smoothdistill_core.errors import DataError


class Suite(Dataset):
    """Stands for several datasets: a recipe that names it has its members in its place, as if it named each.

    It has no table of its own. The results of a member are those of the same dataset that a recipe names by itself.
    """

    @abstractmethod
    def members(self) -> Sequence[Dataset]:
        """Return the datasets: the same ones each time, each with a label of its own, none of them a suite.

        Asked whenever a recipe is read, so be quick. Raises `DataError` with the remedy where they cannot be had.
        """

    def load(self) -> Table:
        """Raise `DataError`: only its members have tables."""
        raise DataError(f"the suite {self.label!r} has no table; load its members()")
