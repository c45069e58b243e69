"""What stands for no value is taken out of columns of any storage, and truth values never stand for none."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, Registry
from smoothdistill_core.recipe import propose
from smoothdistill_datasets.csv_file import Csv
from smoothdistill_datasets.excel_file import Excel
from smoothdistill_datasets.parquet_file import Parquet

TRUTHS = {
    "plain": pd.Series([True, False] * 10),
    "nullable": pd.Series([True, False, None, False] * 5, dtype="boolean"),
    "objects": pd.Series([True, False, None, False] * 5, dtype=object),
    "categories": pd.Series([True, False] * 10, dtype="category"),
    "of Arrow": pd.Series([True, False] * 10, dtype="bool[pyarrow]"),
}


@pytest.mark.parametrize("storage", TRUTHS)
@pytest.mark.parametrize("number", ["0", "1"])
def test_truth_values_are_no_numbers(storage, number):
    frame = pd.DataFrame({"garden": TRUTHS[storage], "fee": np.arange(20)})
    found = Parquet(path="houses.parquet", target="price", missing_values=(number,)).with_numbers(frame)
    pd.testing.assert_series_equal(found["garden"], frame["garden"])
    assert found["fee"].isna().sum() == 1


@pytest.mark.parametrize("number", ["0", "1"])
def test_truth_values_of_a_sheet_are_no_numbers(tmp_path, number):
    frame = pd.DataFrame({"garden": [True, False, None, False], "fee": [0, 1, 2, 3], "price": [5, 6, 7, 8]})
    frame.to_excel(tmp_path / "houses.xlsx", index=False)
    table = Excel(path=tmp_path / "houses.xlsx", target="price", missing_values=(number,)).load()
    assert table.frame.isna().sum().to_dict() == {"garden": 1, "fee": 1, "price": 0}


def test_columns_of_arrows_types_lose_what_stands_for_no_value(tmp_path):
    frame = pd.DataFrame(
        {
            "garden": pd.Series([True, False], dtype="bool[pyarrow]"),
            "day": pd.Series([date(2024, 5, 31)] * 2, dtype=pd.ArrowDtype(pa.date32())),
            "sold": pd.Series(pd.to_datetime(["2024-05-31"] * 2), dtype=pd.ArrowDtype(pa.timestamp("ns"))),
            "rooms": pd.Series([-999, 2], dtype="int64[pyarrow]"),
            "fee": pd.Series([2.5, -999.0], dtype="double[pyarrow]"),
            "town": pd.Series(["?", "Ulm"], dtype=pd.ArrowDtype(pa.string())),
            "price": [1, 2],
        }
    )
    frame.to_parquet(tmp_path / "houses.parquet")
    dataset = Parquet(path=tmp_path / "houses.parquet", target="price", missing_values=("-999", "?"))
    gaps = dataset.with_numbers(dataset.raw()).isna().sum()
    assert gaps[gaps > 0].to_dict() == {"rooms": 1, "fee": 1, "town": 1}


def test_numbers_need_no_quotation_marks(tmp_path):
    (tmp_path / "houses.csv").write_text("area,town,price\n1,Ulm,1\n-999,?,2\n3,Ulm,3\n")
    told = {"path": tmp_path / "houses.csv", "target": "price", "missing_values": [-999, -1.5, "?"]}
    dataset = Csv.model_validate(told)
    assert dataset.missing_values == ("-999", "-1.5", "?")
    assert dataset.load().frame.isna().sum().to_dict() == {"area": 1, "town": 1, "price": 0}
    proposed = propose(Registry(), str(tmp_path / "houses.csv"), "price", {"missing_values": [-999, "?"]})
    assert proposed.proposal.options["missing_values"] == ["-999", "?"]
    with pytest.raises(ValidationError, match="valid string"):
        Csv.model_validate(told | {"missing_values": [True]})


COUNTRIES = pd.DataFrame({"land": ["NA", "ZA", "BW"] * 4, "area": ["1", "-", "3"] * 4, "price": range(12)})


@pytest.mark.parametrize("name", ["houses.csv", "houses.xlsx"])
@pytest.mark.parametrize("also", [[], ["area"]], ids=["alone", "beside a placeholder"])
def test_init_asks_whether_na_is_a_country(tmp_path, name, also):
    frame, path = COUNTRIES[["land", *also, "price"]].assign(rooms=np.arange(12) % 5), tmp_path / name
    if name == "houses.xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False)
    with pytest.raises(DataError, match=r"NA in 4 of 12 rows; say missing_values: \[\] where it is") as caught:
        propose(Registry(), str(path), "price", {})
    assert "\n" not in str(caught.value)
    options = propose(Registry(), str(path), "price", {"missing_values": ["-"]}).proposal.options
    assert options["missing_values"] == ["-"]
