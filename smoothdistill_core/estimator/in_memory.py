"""`InMemory`: the table that ``fit`` was called with, as a dataset like any other."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import PrivateAttr

from smoothdistill_core.components import Dataset, Table, digest
from smoothdistill_core.preparation import fingerprint


class InMemory(Dataset):
    """A table in memory; two are equal if their tables have the same content."""

    name = "in_memory"
    content: str
    """The fingerprint of the table."""
    beside: str = ""
    """That of all tables with the targets of the same rows, where there are several."""
    _table: Table = PrivateAttr()

    @classmethod
    def of(cls, table: Table) -> InMemory:
        """Return the dataset that holds ``table``."""
        dataset = cls(content=fingerprint(table))
        dataset._table = table
        return dataset

    @classmethod
    def of_several(cls, tables: Sequence[Table]) -> tuple[InMemory, ...]:
        """Return the datasets that hold tables with a target each of the same rows."""
        each = [cls.of(table) for table in tables]
        if len(each) == 1:
            return tuple(each)
        beside = digest({"tables": [dataset.content for dataset in each]})
        return tuple(dataset.model_copy(update={"beside": beside}) for dataset in each)

    @property
    def target(self) -> str:
        """The name of its target."""
        return self._table.target

    @property
    def label(self) -> str:
        """What messages call it: by its target where there are several."""
        return self.target if self.beside else "the data"

    @property
    def rows_of_targets(self) -> str:
        """What it has in common with the tables of further targets."""
        return self.beside

    def load(self) -> Table:
        """Return the table."""
        return self._table

    def __eq__(self, other: object) -> bool:  # pydantic would compare the tables themselves
        return isinstance(other, InMemory) and (other.content, other.units) == (self.content, self.units)

    def __hash__(self) -> int:
        return hash(self.content)
