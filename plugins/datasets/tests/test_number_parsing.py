"""Files are read piece by piece, and what comes out is what number_parsing them at once gives."""

import io

import numpy as np
import pandas as pd
import pytest

from smoothdistill_datasets import number_parsing
from smoothdistill_datasets.number_parsing import read_csv, read_parquet

COLUMNS = {
    "numbers": ["1.5", "2.25", "0.1", "1e-3", "", "7"],
    "whole numbers": ["1", "2", "3", "4", "5", "6"],
    "whole, then fractions": ["1", "2", "9007199254740993", "0.5", "1", "2"],
    "whole, then a gap": ["1", "2", "3", "4", "5", ""],
    "numbers, then text": ["1", "2", "3", "4", "many", "5"],
    "text": ["a", "b", "c", "a", "b", "c"],
    "text with a gap": ["a", "b", "c", "", "b", "c"],
    "text, then an empty piece": ["a", "b", "", "", "b", "c"],
    "text, then numbers": ["a", "1", "c", "2", "3", "4"],
    "booleans": ["True", "False", "True", "True", "False", "True"],
    "booleans with a gap": ["True", "False", "", "True", "False", "True"],
    "booleans, then text": ["True", "False", "True", "maybe", "False", "True"],
    "beyond int64": ["1", "2", "18446744073709551615", "4", "5", "6"],
    "empty": ["", "", "", "", "", ""],
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_gets_the_type_that_all_of_its_rows_have(name, monkeypatch):
    text = "column,row\n" + "".join(f"{value},{row}\n" for row, value in enumerate(COLUMNS[name]))
    at_once = read_csv(io.BytesIO(text.encode()))
    monkeypatch.setattr(number_parsing, "ROWS_AT_ONCE", 2)
    pd.testing.assert_frame_equal(read_csv(io.BytesIO(text.encode())), at_once, check_exact=True)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1.5, np.nan], "b": [1, 2], "c": ["x", None], "d": pd.Categorical(["p", "q"])}),
        pd.DataFrame({"a": pd.array([1, None], "Int64"), "b": pd.array([True, None], "boolean")}),
        pd.DataFrame({"a": [1.5, 2.5]}, index=pd.Index([7, 7], name="number")),
        pd.DataFrame({"a": [1.5, 2.5]}, index=[7, 7]),
    ],
)
def test_a_parquet_file_gives_what_was_written_its_named_index_as_a_column(frame, tmp_path):
    frame.to_parquet(tmp_path / "table.parquet")
    expected = frame.reset_index(drop=frame.index.name is None)
    pd.testing.assert_frame_equal(read_parquet(tmp_path / "table.parquet"), expected, check_exact=True)
