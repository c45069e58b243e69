"""Where a stored dataset can be downloaded from."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import pandas as pd


class Download(Protocol):
    """A public copy of a dataset; its text form names it to people."""

    def fetch(self) -> pd.DataFrame:
        """Return the table as published; raises OSError, HTTPException or ValueError where that fails."""
        ...


@dataclass(frozen=True)
class OpenML:
    """A dataset of openml.org; the number stands for one version, which never changes."""

    number: int
    version: int | None = None

    def fetch(self) -> pd.DataFrame:
        """Return all columns, without those that OpenML marks as row numbers or to be ignored."""
        from sklearn.datasets import fetch_openml

        # liac-arff reads numbers exactly and takes quotes off texts, which sklearn's pandas parser does not promise.
        bunch = fetch_openml(
            data_id=self.number, target_column=None, as_frame=True, parser="liac-arff", cache=False, n_retries=1
        )
        return cast("pd.DataFrame", bunch.frame)

    def __str__(self) -> str:
        return f"OpenML {self.number}" + (f" (version {self.version})" if self.version else "")


@dataclass(frozen=True)
class ScikitLearnCalifornia:
    """California Housing as scikit-learn downloads and derives it."""

    def fetch(self) -> pd.DataFrame:
        """Return the features and the target."""
        from sklearn.datasets import fetch_california_housing

        with TemporaryDirectory() as folder:
            return cast("pd.DataFrame", fetch_california_housing(data_home=folder, as_frame=True, n_retries=1).frame)

    def __str__(self) -> str:
        return "scikit-learn's fetch_california_housing"
