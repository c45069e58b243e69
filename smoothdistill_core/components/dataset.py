"""The dataset kind: a table with a target column, and what must be known about it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smoothdistill_core.columns import Categories, plain
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
    recommends (``none`` as well, where a target of two values is to be fitted as a number), None where it recommends
    nothing; ``notes`` say what was left out, and why. ``law`` is the formula that made the target, where
    there is one: over the features, all of them numbers, in the order of the frame without the target, in the
    data's own units. ``units`` are the units of measure of columns, as far as they are known, as text that pint reads:
    ``{"speed": "m/s"}``; a plain number has the unit "". ``declared`` are the categories of columns whose type in the
    source declares them, in their order: a model that was fitted on such columns gets them back. ``beside`` are further
    columns of the same rows, which are no inputs: ``prepare`` may split rows by them, or take past values of them.
    ``gaps`` are the rows of the source that are left out, with the columns of both, numbered by their places there:
    where one stands between these, what is before a row is not all there.
    """

    frame: pd.DataFrame
    target: str
    categorical: tuple[str, ...] = ()
    advised: TargetTransform | None = None
    notes: tuple[str, ...] = ()
    citation: str = ""
    licence: str = ""
    law: Formula | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, Categories] = field(default_factory=dict)
    beside: pd.DataFrame | None = None
    gaps: pd.DataFrame | None = None


@dataclass(frozen=True)
class Proposal:
    """What `smoothdistill init` writes of a source of data: how it is to be read, and what was understood of it.

    ``options`` are those of the dataset, as plain data, the defaults left out; ``prepare`` those of the recipe's key of
    that name; ``rows`` is how many the table has. ``remarks`` are sentences on the whole; ``columns`` say what each
    column that is used holds, and ``left_out`` why each other one is not. ``title`` is what the table is called; left
    out, it is the label of the dataset.
    """

    options: Mapping[str, Any]
    remarks: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    prepare: Mapping[str, Any] = field(default_factory=dict)
    rows: int = 0
    title: str = ""


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

    @property
    def rows_of_targets(self) -> str:
        """What datasets have in common that are further targets of the same rows and inputs; empty: it has no such.

        Teachers that can learn several targets together do so for those of one recipe that have the same here.
        """
        return ""

    def each_target(self) -> Sequence[Dataset]:
        """Return a dataset for each column that is to be predicted; of one target that is this dataset itself.

        Of several, each is one of them and no input of the others, and each has a label of its own. They are the same
        ones whichever of them is asked.
        """
        return (self,)

    @abstractmethod
    def load(self) -> Table:
        """Return the table; raises `DataError` with the remedy where it cannot be had."""

    @classmethod
    def propose(cls, source: str, target: str, given: Mapping[str, Any]) -> Proposal | None:  # noqa: ARG003
        """Say how a source, the path of a file or a URL, is read by this kind of dataset; None where it is not.

        ``given`` are options that a person has said already. Raises `DataError` where the source is of this kind and
        does not tell how it has to be read, with the options that would.
        """
        return None

    def rows_of(self, file: Path) -> pd.DataFrame:
        """Return the rows of another file, read as this dataset reads its own; no target is needed.

        Parts of dates are added where the dataset makes inputs of them, and no column is left out.
        """
        raise DataError(f"the dataset {self.name!r} reads no files; give the rows as CSV or Parquet, and say how")

    def cells_of(self, file: Path) -> pd.DataFrame:
        """Return the same rows as `rows_of`, as they stand in the file: what predictions are put beside.

        Of a file of text they are text, so that ``007`` stays that.
        """
        return self.rows_of(file)


def loaded(dataset: Dataset) -> Table:
    """Load a dataset's table, with the units that the recipe gives in place of those that it knows itself.

    Raises what `Dataset.load` raises, and `DataError` where the recipe gives a unit to a column that is not there.
    """
    table = dataset.load()
    if not isinstance(table, Table):  # what is no table is told about where it is prepared
        return table
    table = replace(table, frame=_with_plain_numbers(table))
    if not dataset.units:
        return table
    beside = () if table.beside is None else table.beside.columns
    columns = [str(column) for column in (*table.frame.columns, *beside)]
    for column in dataset.units:
        if column not in columns:
            place = dataset.units.places.get(column, "")
            wrong = f"units names no column {column!r}; {did_you_mean(column, columns)}"
            raise DataError(f"{place}: {wrong}" if place else wrong)
    return replace(table, units={**table.units, **dataset.units})


def _with_plain_numbers(table: Table) -> pd.DataFrame:
    """Return the frame of a table, numbers that are objects as numpy's own: else each would be taken for a category."""
    import pandas as pd

    frame = table.frame
    if not isinstance(frame, pd.DataFrame) or not frame.columns.is_unique:  # it is told about where it is prepared
        return frame
    for column in frame.columns:
        if not pd.api.types.is_object_dtype(frame[column]) or column in table.categorical:
            continue
        kind, values = plain(frame[column])
        if kind == "number":
            frame = frame.assign(**{column: values})
    return frame
