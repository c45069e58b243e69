"""All built-in datasets keep every contract of datasets; those that are stored, where the store is there."""

import sqlite3
from contextlib import closing

import pandas as pd
import pytest

from smoothdistill_core.testing import parametrize_with_dataset_checks
from smoothdistill_core.testing.datasets import check_works_or_refuses_offline
from smoothdistill_datasets.catalogue import STORED, Diabetes, Friedman1
from smoothdistill_datasets.csv_file import Csv
from smoothdistill_datasets.database import Database
from smoothdistill_datasets.excel_file import Excel
from smoothdistill_datasets.parquet_file import Parquet

UNKNOWN_ORIGIN = "a file of the user's does not say where it comes from"


@pytest.fixture
def _houses(tmp_path, monkeypatch):
    """Make a folder with the table of some houses the working folder."""
    frame = pd.DataFrame({"area": range(40), "town": ["Aix", "Bonn"] * 20, "price": [n % 7 + 0.5 for n in range(40)]})
    frame.to_csv(tmp_path / "houses.csv", index=False)
    frame.to_parquet(tmp_path / "houses.parquet")
    frame.to_excel(tmp_path / "houses.xlsx", index=False)
    with closing(sqlite3.connect(tmp_path / "houses.db")) as connection:
        frame.to_sql("houses", connection, index=False)
    monkeypatch.chdir(tmp_path)


@parametrize_with_dataset_checks([Diabetes(), Diabetes(scaled=False), Friedman1(), Friedman1(rows=50, random_state=3)])
def test_datasets_that_need_no_file_keep_their_contracts(component, check):
    check(component)


@pytest.mark.usefixtures("_houses")
@parametrize_with_dataset_checks(
    [
        Csv(path="houses.csv", target="price"),
        Parquet(path="houses.parquet", target="price"),
        Excel(path="houses.xlsx", target="price"),
        Database(url="sqlite:///houses.db", target="price", table="houses"),
    ],
    expected_failures={"check_citation": UNKNOWN_ORIGIN, "check_licence": UNKNOWN_ORIGIN},
)
def test_files_keep_the_contracts_of_datasets(component, check):
    check(component)


@pytest.mark.needs_data
@parametrize_with_dataset_checks([dataset() for dataset in STORED])
def test_stored_datasets_keep_their_contracts(component, check):
    check(component)


@pytest.mark.parametrize("dataset", STORED, ids=lambda dataset: dataset.name)
def test_a_stored_dataset_that_is_not_there_says_so_offline(dataset, monkeypatch, tmp_path):
    monkeypatch.delenv("SMOOTHDISTILL_DATA", raising=False)
    monkeypatch.setattr("smoothdistill_datasets.sources.cache_folder", lambda: tmp_path)
    check_works_or_refuses_offline(dataset())
