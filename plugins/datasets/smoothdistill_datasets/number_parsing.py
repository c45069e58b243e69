"""Reads CSV and Parquet into a frame, with every number exactly as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from smoothdistill_datasets.layout import WHITESPACE

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_ONCE = 65_536
"""The parser needs some ten times the memory of the rows that it reads at once."""


def read_csv(
    source: IO[bytes],
    separator: str = ",",
    decimal: str = ".",
    names: Sequence[str] | None = None,
    missing: Sequence[str] | None = None,
    as_text: bool = False,
) -> pd.DataFrame:
    """Return the table of an open file from where it stands; every column gets one type, judged by all of its rows.

    The file is read piece by piece, and once more as a whole only where the pieces of a column differ in kind. Where
    there are ``names``, the first line is of data. An empty cell is missing, and so are the texts of ``missing``; left
    out, those that pandas takes for missing. ``as_text`` leaves every cell as it is written.
    """
    import pandas as pd
    from packaging.version import Version

    # From pandas 3.1 on every converter is exact, and naming one is deprecated.
    how: dict[str, Any] = {} if Version(pd.__version__) >= Version("3.1.0.dev0") else {"float_precision": "round_trip"}
    how |= {"sep": r"\s+" if separator == WHITESPACE else separator, "decimal": decimal, "encoding": "utf-8"}
    how |= {"low_memory": False, "skipinitialspace": True}
    if names is not None:
        how |= {"header": None, "names": list(names)}
    if missing is not None:
        how |= {"keep_default_na": False, "na_values": ["", *missing]}
    if as_text:
        how |= {"dtype": str}
    start = source.tell()
    with pd.read_csv(source, chunksize=ROWS_AT_ONCE, **how) as reader:
        pieces: list[pd.DataFrame] = list(reader)
    if all(_alike([piece[column] for piece in pieces]) for column in pieces[0].columns):
        return pd.concat(pieces, ignore_index=True)
    source.seek(start)
    frame: pd.DataFrame = pd.read_csv(source, **how)
    return frame


def _alike(pieces: Sequence[pd.Series[Any]]) -> bool:
    """Say whether the pieces of a column, joined, are what reading it at once gives."""
    import numpy as np
    from pandas.api.types import infer_dtype

    if len(pieces) == 1 or all(piece.dtype in (np.int64, np.float64) for piece in pieces):
        return True
    kinds = {infer_dtype(piece, skipna=True) for piece in pieces}
    return kinds in ({"string"}, {"boolean"})


def read_parquet(source: IO[bytes] | Path) -> pd.DataFrame:
    """Return the table of a file, a named index as columns, in memory that is given back once the table is gone.

    What Arrow has used it keeps for itself. So each column is copied, and then let go.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame = pq.read_table(source, pre_buffer=False).to_pandas(split_blocks=True, self_destruct=True)
    frame = frame.reset_index(drop=all(name is None for name in frame.index.names))
    columns = {}
    for name in list(frame.columns):
        columns[name] = frame.pop(name).copy()
        pa.default_memory_pool().release_unused()
    return pd.DataFrame(columns, copy=False)
