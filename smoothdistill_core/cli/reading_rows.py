"""`read_rows`: the rows of a file, read as the dataset of a run reads its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from smoothdistill_core.components import Dataset
from smoothdistill_core.errors import DataError, one_line
from smoothdistill_core.files import STANDARD_INPUT, open_regular, read_standard_input
from smoothdistill_core.recipe.in_words import in_words

if TYPE_CHECKING:
    import pandas as pd

PARQUET = ".parquet"
WHITESPACE = "whitespace"
"""The name of a separator of one or more blanks or tabs."""


def read_rows(path: Path, dataset: Dataset | None, separator: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a file, and the same rows as they stand there.

    ``-`` is standard input. A dataset that reads files reads them, with its own options and the ``separator`` in place
    of its own where one is given. Any other file is Parquet by its ending, else CSV. Raises `DataError` where the file
    cannot be read.
    """
    own = Path(getattr(dataset, "path", path))
    if str(path) == STANDARD_INPUT:
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / f"standard_input{own.suffix}"
            written.write_bytes(read_standard_input())
            return read_rows(written, dataset, separator)
    open_regular(path).close()
    alike = (own.suffix == PARQUET) == (path.suffix == PARQUET)
    if dataset is not None and alike and type(dataset).rows_of is not Dataset.rows_of:
        if separator is not None and "separator" in type(dataset).model_fields:
            dataset = _separated(dataset, separator)
        return dataset.rows_of(path), dataset.cells_of(path)
    separator = separator or str(getattr(dataset, "separator", ","))
    return _plainly_read(path, separator, str(getattr(dataset, "decimal", ".")))


def _separated(dataset: Dataset, separator: str) -> Dataset:
    try:
        type(dataset).model_validate({**dict(dataset), "separator": separator})
        return dataset.model_copy(update={"separator": separator})  # a copy still knows how its own file is read
    except ValidationError as error:
        said = "; ".join(in_words(error.errors(include_url=False)[0]))
        raise DataError(f"--separator {separator!r}: {said}") from None


def _plainly_read(path: Path, separator: str, decimal: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    import pandas as pd

    if separator != WHITESPACE and len(separator) != 1:
        raise DataError(f"--separator {separator!r}: it is one character, or {WHITESPACE}")
    try:
        if path.suffix == PARQUET:
            return (frame := pd.read_parquet(path)), frame
        between = r"\s+" if separator == WHITESPACE else separator
        cells = pd.read_csv(path, sep=between, dtype=str, keep_default_na=False)
        return pd.read_csv(path, sep=between, decimal=decimal, low_memory=False), cells
    except Exception as error:  # noqa: BLE001 each packing has errors of its own for what is damaged
        raise DataError(f"{path} cannot be read: {one_line(error)}") from None
