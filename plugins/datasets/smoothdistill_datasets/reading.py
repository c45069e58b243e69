"""Reads CSV into a frame, with every number exactly as it is written."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def read_csv(source: IO[Any], separator: str = ",", decimal: str = ".") -> pd.DataFrame:
    """Return the table of an open file; every column gets one type, judged by all of its rows."""
    import pandas as pd
    from packaging.version import Version

    # From pandas 3.1 on every converter is exact, and naming one is deprecated.
    exact: dict[str, Any] = (
        {} if Version(pd.__version__) >= Version("3.1.0.dev0") else {"float_precision": "round_trip"}
    )
    frame: pd.DataFrame = pd.read_csv(
        source, sep=separator, decimal=decimal, encoding="utf-8", low_memory=False, **exact
    )
    return frame
