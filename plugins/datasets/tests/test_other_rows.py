"""Rows of another file are read as a dataset reads its own: by its options, and by what its own file tells."""

import gzip

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Explanation, Formula
from smoothdistill_core.cli.reading_rows import read_rows
from smoothdistill_core.prediction import predicted_rows
from smoothdistill_core.preparation import learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_datasets.csv_file import Csv
from smoothdistill_datasets.parquet_file import Parquet


def test_other_rows_are_read_by_the_same_options(tmp_path):
    (tmp_path / "houses.csv").write_text("sold;area;price\n31.12.2020;1,5;1\n")
    dataset = Csv(
        path=tmp_path / "houses.csv", target="price", separator=";", decimal=",", dates="parts", day_first=True
    )
    (tmp_path / "new.csv.gz").write_bytes(gzip.compress(b"area;sold\n2,5;1.2.2021\n"))
    rows = dataset.rows_of(tmp_path / "new.csv.gz")
    assert rows.iloc[0].to_dict() == {
        "area": 2.5,
        "sold": pd.Timestamp("2021-02-01"),
        "sold.year": 2021,
        "sold.month": 2,
        "sold.weekday": 1,
        "sold.day_of_year": 32,
        "sold.hour": 0,
    }


def test_cells_stay_as_they_are_written_but_for_the_decimal_mark(tmp_path):
    (tmp_path / "houses.csv").write_text("id;area;price\n007;1,5;1\n")
    dataset = Csv(path=tmp_path / "houses.csv", target="price", separator=";", decimal=",")
    (tmp_path / "new.csv").write_text("id;area;note\n007;2,5;NA\n12345678901234567890123;3,25;True\n")
    cells = dataset.cells_of(tmp_path / "new.csv")
    assert cells["id"].tolist() == ["007", "12345678901234567890123"]
    assert cells["area"].tolist() == [2.5, 3.25]
    assert cells["note"].tolist() == ["NA", "True"]


def test_days_and_months_of_other_rows_are_in_the_order_of_the_own_file(tmp_path):
    (tmp_path / "houses.csv").write_text("sold,price\n03/04/2024,1\n02/25/2024,2\n")
    (tmp_path / "new.csv").write_text("sold\n03/04/2024\n02/05/2024\n")
    dataset = Csv(path=tmp_path / "houses.csv", target="price", dates="parts")
    assert dataset.rows_of(tmp_path / "new.csv")["sold.month"].tolist() == [3, 2]
    (tmp_path / "houses.csv").write_text("sold,price\n03/04/2024,1\n02/05/2024,2\n")
    with pytest.raises(DataError, match=r"day and month may be swapped.*houses\.csv does not tell; say day_first"):
        dataset.rows_of(tmp_path / "new.csv")


def test_times_that_order_other_rows_are_read_as_the_own_ones(tmp_path):
    (tmp_path / "houses.csv").write_text("sold,price\n13/04/2024,1\n02/05/2024,2\n")
    (tmp_path / "new.csv").write_text("sold,price\n03/04/2024,\n02/05/2024,\n")
    rows = Csv(path=tmp_path / "houses.csv", target="price").rows_of(tmp_path / "new.csv")
    assert rows["sold"].dt.month.tolist() == [4, 5]


def test_other_rows_may_lack_a_date(tmp_path):
    (tmp_path / "houses.csv").write_text("sold,price\n13/04/2024,1\n02/05/2024,2\n")
    (tmp_path / "new.csv").write_text("sold,price\n,1\n,2\n")
    rows = Csv(path=tmp_path / "houses.csv", target="price", dates="parts").rows_of(tmp_path / "new.csv")
    assert rows[["sold.year", "sold.weekday"]].isna().all(axis=None)


AMBIGUOUS = "sold,built,area\n03/04/2024,02/03/2001,1\n02/05/2024,01/02/2001,2\n"


def test_an_own_file_that_cannot_be_read_does_not_tell_the_order_of_days_and_months(tmp_path):
    (tmp_path / "new.csv").write_text(AMBIGUOUS)
    rows = Csv(path=tmp_path / "moved.csv", target="price").rows_of(tmp_path / "new.csv")
    assert rows["area"].tolist() == [1, 2]
    assert rows["sold"].tolist() == ["03/04/2024", "02/05/2024"]
    with pytest.raises(DataError, match=r"and .*moved\.csv does not tell; say day_first"):
        Csv(path=tmp_path / "moved.csv", target="price", dates="parts").rows_of(tmp_path / "new.csv")


def test_the_own_file_is_read_once_and_with_its_own_separator(tmp_path, monkeypatch):
    (tmp_path / "houses.csv").write_text("sold;built;price\n03/04/2024;02/03/2001;1\n02/25/2024;01/31/2001;2\n")
    (tmp_path / "new.csv").write_text(AMBIGUOUS)
    raw, read = Csv.raw, []
    monkeypatch.setattr(Csv, "raw", lambda dataset: read.append(dataset.path) or raw(dataset))
    dataset = Csv(path=tmp_path / "houses.csv", target="price", separator=";", dates="parts")
    rows, _ = read_rows(tmp_path / "new.csv", dataset, ",")
    assert (rows["sold.month"].tolist(), rows["built.month"].tolist()) == ([3, 2], [2, 1])
    assert len(read) == 1


@pytest.mark.parametrize("name", ["sales.parquet", "sales.csv"])
def test_past_truth_values_of_the_target_are_the_same_however_rows_write_them(tmp_path, name):
    frame = pd.DataFrame({"day": range(60), "fee": np.arange(60) % 7, "sold": np.arange(60) % 3 == 0})
    path, new = tmp_path / name, tmp_path / f"new_{name}"
    if name == "sales.parquet":
        frame.to_parquet(path)
        frame.astype({"sold": float}).to_parquet(new)
        dataset = Parquet(path=path, target="sold")
    else:
        frame.to_csv(path, index=False)
        new.write_text(path.read_text().upper().replace("DAY,FEE,SOLD", "day,fee,sold"))
        dataset = Csv(path=path, target="sold")
    options = Prepare(split="time", by="day", lags={"sold": [1]})
    scaling = learn(dataset.load(), options, 0).facts.scaling
    before = Explanation(Formula.variable(scaling.names.index("sold[t-1]")), scaling)
    for file in (path, new):
        found = predicted_rows(before, dataset.rows_of(file), options, dataset.cells_of(file))
        np.testing.assert_array_equal(found.values[1:], frame["sold"][:-1])
