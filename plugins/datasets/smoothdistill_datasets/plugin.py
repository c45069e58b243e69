"""The hook of this plugin: 22 datasets by name, and tables from files and databases."""

from __future__ import annotations

from smoothdistill_core import Dataset, hookimpl
from smoothdistill_datasets.catalogue import CATALOGUE
from smoothdistill_datasets.csv_file import Csv
from smoothdistill_datasets.database import Database
from smoothdistill_datasets.excel_file import Excel
from smoothdistill_datasets.parquet_file import Parquet


@hookimpl
def smoothdistill_datasets() -> list[type[Dataset]]:
    """Return the datasets of the catalogue, then the user's own tables."""
    return [*CATALOGUE, Csv, Parquet, Excel, Database]
