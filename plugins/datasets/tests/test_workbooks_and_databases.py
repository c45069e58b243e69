"""Sheets of workbooks and tables of databases are read as files are, by extras that may be missing."""

import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, Registry, recipe_from_text
from smoothdistill_core.recipe import propose
from smoothdistill_datasets import database as database_module
from smoothdistill_datasets import excel_file
from smoothdistill_datasets.database import Database
from smoothdistill_datasets.excel_file import Excel

HOUSES = pd.DataFrame(
    {"id": range(40), "area": [n % 7 + 0.5 for n in range(40)], "town": ["Ulm", "Aix"] * 20, "price": range(0, 80, 2)}
)


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "houses.xlsx"
    with pd.ExcelWriter(path) as book:
        HOUSES.to_excel(book, sheet_name="2021", index=False)
        HOUSES.head(3).to_excel(book, sheet_name="2022", index=False)
    return path


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        HOUSES.to_sql("houses", connection, index=False)
    return path


def test_a_sheet_is_a_table(workbook):
    assert Excel(path=workbook, target="price").load().frame["area"].tolist() == HOUSES["area"].tolist()
    assert len(Excel(path=workbook, target="price", sheet="2022").load().frame) == 3
    with pytest.raises(DataError, match="has no sheet '2023'; did you mean '2022' or '2021'"):
        Excel(path=workbook, target="price", sheet="2023").load()


def test_a_table_of_a_database_is_a_table(database):
    url = f"sqlite:///{database}"
    table = Database(url=url, target="price", table="houses").load()
    assert table.frame["area"].tolist() == HOUSES["area"].tolist()
    assert table.categorical == ("town",)
    asked = Database(url=url, target="price", query="SELECT area, price FROM houses WHERE id < 5 ORDER BY id").load()
    assert asked.frame.shape == (5, 2)
    with pytest.raises(DataError, match="has no table 'house'; did you mean 'houses'"):
        Database(url=url, target="price", table="house").load()
    with pytest.raises(DataError, match="is it a database, and the query right"):
        Database(url=url, target="price", query="SELECT nothing FROM nowhere").load()
    with pytest.raises(ValidationError, match="one of the two"):
        Database(url=url, target="price")


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        Database(url=f"sqlite:///{tmp_path / 'new.db'}", target="price", table="houses").load()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("source", ["workbook", "database"])
def test_init_writes_a_recipe_that_reads_it(source, request):
    path = request.getfixturevalue(source)
    proposed = propose(Registry(), str(path), "price", {})
    (dataset,) = recipe_from_text(proposed.text(path.parent), Registry(), folder=path.parent).dataset
    assert list(dataset.load().frame.columns) == ["area", "town", "price"]


def test_a_database_of_several_tables_is_asked_which(database):
    with closing(sqlite3.connect(database)) as connection:
        HOUSES.to_sql("flats", connection, index=False)
    with pytest.raises(DataError, match=r"has 2 tables \(flats, houses\); say which: say table=NAME"):
        propose(Registry(), str(database), "price", {})
    assert propose(Registry(), str(database), "price", {"table": "flats"}).proposal.options["table"] == "flats"


def test_a_password_is_never_in_the_recipe(database):
    hidden = Database(url=f"sqlite:///{database}", target="price", table="houses", password="hush")
    assert "hush" not in str(hidden.options())


def excel(tmp_path, frame, **options):
    path = tmp_path / "houses.xlsx"
    frame.to_excel(path, index=options.pop("index", False))
    return Excel(path=path, target="price", **options)


def test_a_column_of_a_sheet_without_a_name_is_refused_or_left_out(tmp_path):
    numbered = excel(tmp_path, HOUSES, index=True)
    with pytest.raises(DataError, match=r'column 1 has no name .*drop: \["Unnamed: 0"\]'):
        numbered.load()
    proposal = Excel.propose(str(numbered.path), "price", {})
    assert proposal.options["drop"][0] == "Unnamed: 0"
    assert proposal.left_out["Unnamed: 0"] == "it has no name"


def test_a_column_at_the_right_of_a_sheet_without_a_name_is_left_out(tmp_path):
    noted = HOUSES.assign(note=[None, "old", *[None] * 38]).set_axis([*HOUSES.columns, ""], axis="columns")
    proposal = Excel.propose(str(excel(tmp_path, noted).path), "price", {})
    assert proposal.left_out["Unnamed: 4"] == "it has no name"
    assert list(Excel.model_validate(proposal.options).load().frame.columns) == ["area", "town", "price"]


def test_codes_of_a_sheet_keep_their_zeros_and_numbers_as_text_are_numbers(tmp_path):
    frame = pd.DataFrame({"zip": ["01234", "10001", "00501"], "area": ["1.5", "2", "3"], "price": [1, 2, 3]})
    table = excel(tmp_path, frame).load()
    assert table.categorical == ("zip",)
    assert table.frame["zip"].tolist() == ["01234", "10001", "00501"]
    assert table.frame["area"].tolist() == [1.5, 2.0, 3.0]


def test_a_sheet_with_na_beside_codes_of_countries_asks_what_it_is(tmp_path):
    frame = pd.DataFrame({"land": ["NA", "ZA", "BW"], "price": [1, 2, 3]})
    with pytest.raises(DataError, match="codes of two capital letters, and NA in 1 of 3 rows"):
        excel(tmp_path, frame).load()
    assert excel(tmp_path, frame, missing_values=()).load().frame["land"].tolist() == ["NA", "ZA", "BW"]


def test_a_sheet_may_say_what_stands_for_no_value(tmp_path):
    frame = pd.DataFrame({"area": [7, -999, 2], "price": [1, 2, 3]})
    assert excel(tmp_path, frame, missing_values=("-999",)).load().frame["area"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("module", "source", "extra"), [(excel_file, "workbook", "excel"), (database_module, "database", "sql")]
)
def test_an_extra_that_is_missing_is_named_in_one_line(module, source, extra, request, monkeypatch):
    path = request.getfixturevalue(source)
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(DataError) as caught:
        propose(Registry(), str(path), "price", {})
    assert f'pip install "smoothdistill[{extra}]"' in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"x" * 100, b"x" * 100, b""])
def test_a_damaged_workbook_is_refused(tmp_path, content):
    (tmp_path / "houses.xlsx").write_bytes(content)
    with pytest.raises(DataError) as caught:
        Excel(path=tmp_path / "houses.xlsx", target="price").load()
    assert "\n" not in str(caught.value)
