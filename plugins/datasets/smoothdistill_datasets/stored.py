"""`StoredDataset`: a published table whose content is known beforehand, declared by class variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from smoothdistill_core import DataError, Dataset, Table
from smoothdistill_datasets.downloads import Download
from smoothdistill_datasets.sources import find

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_core.scaling import TargetTransform


class Drop(NamedTuple):
    """Columns that are not used, and why."""

    columns: tuple[str, ...]
    reason: str


class Ordinal(NamedTuple):
    """A text column whose values have an order; they become 0, 1, 2, ..."""

    column: str
    values: tuple[str, ...]


class StoredDataset(Dataset):
    """A published table; a subclass declares what it holds and what is done with its columns."""

    rows: ClassVar[int]
    columns: ClassVar[tuple[str, ...]]
    """All columns of the file, in its order, target and unused ones included."""
    names: ClassVar[tuple[str, ...]] = ()
    """What the loaded table calls the columns, in the same order; none where it calls them as the file does."""
    target: ClassVar[str]
    dropped: ClassVar[tuple[Drop, ...]] = ()
    categorical: ClassVar[tuple[str, ...]] = ()
    ordinal: ClassVar[tuple[Ordinal, ...]] = ()
    advised: ClassVar[TargetTransform] = "none"
    measured: ClassVar[Mapping[str, str]] = {}
    """The units of measure of columns of the loaded table, where they are known."""
    remarks: ClassVar[tuple[str, ...]] = ()
    """What a reader of results should know besides; they join the notes of the table."""
    citation: ClassVar[str]
    licence: ClassVar[str]
    sha256: ClassVar[str]
    """The checksum of the stored file ``NAME.csv.gz``."""
    download: ClassVar[Download | None] = None
    """A public copy that is known to be this table; None: the file has to be put in place by hand."""

    @classmethod
    def unused(cls) -> tuple[str, ...]:
        """Return the columns that are left out."""
        return tuple(column for drop in cls.dropped for column in drop.columns)

    @classmethod
    def used(cls) -> tuple[str, ...]:
        """Return the columns of the loaded table: features and target, in the order of the file."""
        return tuple(column for column in cls.columns if column not in cls.unused())

    def load(self) -> Table:
        """Return the table; raises `DataError` with the remedy where no source has it."""
        frame = find(type(self))[list(self.used())]
        for ordinal in self.ordinal:
            frame = frame.assign(**{ordinal.column: self._codes(frame[ordinal.column], ordinal)})
        names = dict(zip(self.columns, self.names or self.columns, strict=True))
        return Table(
            frame=frame.rename(columns=names),
            target=names[self.target],
            categorical=tuple(names[column] for column in self.categorical),
            advised=self.advised,
            units=self.measured,
            notes=self._notes(),
            citation=self.citation,
            licence=self.licence,
        )

    def _codes(self, column: pd.Series, ordinal: Ordinal) -> pd.Series:
        unknown = sorted({str(value) for value in column.unique()} - set(ordinal.values))
        if unknown:
            raise DataError(
                f"dataset {self.name!r}: column {ordinal.column!r} holds {', '.join(unknown)}; "
                f"right would be {', '.join(ordinal.values)}"
            )
        return column.map({value: code for code, value in enumerate(ordinal.values)}).astype("int64")

    def _notes(self) -> tuple[str, ...]:
        left_out = (f"left out {', '.join(drop.columns)}: {drop.reason}" for drop in self.dropped)
        coded = (
            f"{ordinal.column} is coded {', '.join(f'{value} = {code}' for code, value in enumerate(ordinal.values))}"
            for ordinal in self.ordinal
        )
        return (*left_out, *coded, *self.remarks)
