"""`InMemory`: the table that ``fit`` was called with, as a dataset like any other."""

from __future__ import annotations

from pydantic import PrivateAttr

from smoothdistill_core.components import Dataset, Table
from smoothdistill_core.preparation import fingerprint


class InMemory(Dataset):
    """A table in memory; two are equal if their tables have the same content."""

    name = "in_memory"
    content: str
    """The fingerprint of the table."""
    _table: Table = PrivateAttr()

    @classmethod
    def of(cls, table: Table) -> InMemory:
        """Return the dataset that holds ``table``."""
        dataset = cls(content=fingerprint(table))
        dataset._table = table
        return dataset

    @property
    def label(self) -> str:
        """What messages call it."""
        return "the data"

    def load(self) -> Table:
        """Return the table."""
        return self._table

    def __eq__(self, other: object) -> bool:  # pydantic would compare the tables themselves
        return isinstance(other, InMemory) and (other.content, other.units) == (self.content, self.units)

    def __hash__(self) -> int:
        return hash(self.content)
