"""`Parquet`: a file of columns with types of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from smoothdistill_core import DataError, Proposal
from smoothdistill_core.errors import one_line
from smoothdistill_core.files import open_regular
from smoothdistill_datasets.files import FileDataset
from smoothdistill_datasets.number_parsing import read_parquet

if TYPE_CHECKING:
    import pandas as pd

MAGIC = b"PAR1"


class Parquet(FileDataset):
    """A Parquet file."""

    name = "parquet"

    @classmethod
    def propose(cls, source: str, target: str, given: Mapping[str, Any]) -> Proposal | None:
        """Say what the columns of a Parquet file are; None for another file."""
        from smoothdistill_datasets.proposing import propose_table

        if "://" in source:
            return None
        with open_regular(Path(source)) as file:
            if file.read(4) != MAGIC:
                return None
        return propose_table(cls, {"path": source, **given}, target)

    def _parsed(self, file: IO[bytes], path: Path) -> pd.DataFrame:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            self._check_names(pq.read_schema(file).names)
            file.seek(0)
            frame = read_parquet(file)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException) as error:
            if isinstance(error, DataError):
                raise
            raise DataError(f"{path}: is no readable Parquet file ({one_line(error)}); write it anew") from error
        return frame.set_axis([str(name) for name in frame.columns], axis="columns")
