"""The hook of this plugin: 22 datasets by name, and tables from CSV and Parquet files."""

from __future__ import annotations

from smoothdistill_core import Dataset, hookimpl
from smoothdistill_datasets.catalogue import CATALOGUE
from smoothdistill_datasets.csv_file import Csv
from smoothdistill_datasets.parquet_file import Parquet


@hookimpl
def smoothdistill_datasets() -> list[type[Dataset]]:
    """Return the datasets of the catalogue, then the two kinds of file."""
    return [*CATALOGUE, Csv, Parquet]
