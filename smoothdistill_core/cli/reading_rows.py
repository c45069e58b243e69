"""`read_rows`: the rows of a file, read as the dataset of a run reads its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smoothdistill_core.components import Dataset
from smoothdistill_core.errors import DataError, SmoothdistillError, one_line

if TYPE_CHECKING:
    import pandas as pd

PARQUET = ".parquet"


def read_rows(path: Path, dataset: Dataset | None, separator: str | None) -> pd.DataFrame:
    """Return the rows of a file.

    A dataset that reads files reads them, with its own options and the ``separator`` in place of its own where one is
    given. Any other file is Parquet by its ending, else CSV. Raises `DataError` where the file cannot be read.
    """
    if not path.exists():
        raise DataError(f"{path} cannot be read: there is no such file")
    if not path.is_file():
        raise DataError(
            f"{path} cannot be read: it is {'a folder' if path.is_dir() else 'a pipe or a device'}, no file"
        )
    own = getattr(dataset, "path", path)
    alike = (Path(own).suffix == PARQUET) == (path.suffix == PARQUET)
    if dataset is not None and alike and type(dataset).rows_of is not Dataset.rows_of:
        if separator is not None and "separator" in type(dataset).model_fields:
            dataset = dataset.model_copy(update={"separator": separator})
        return dataset.rows_of(path)
    separator = separator or str(getattr(dataset, "separator", ","))
    return _plainly_read(path, separator, str(getattr(dataset, "decimal", ".")))


def _plainly_read(path: Path, separator: str, decimal: str) -> pd.DataFrame:
    import pandas as pd

    try:
        if path.suffix == PARQUET:
            return pd.read_parquet(path)
        return pd.read_csv(path, sep=separator, decimal=decimal, low_memory=False)
    except SmoothdistillError:
        raise
    except Exception as error:  # noqa: BLE001 each packing has errors of its own for what is damaged
        raise DataError(f"{path} cannot be read: {one_line(error)}") from None
