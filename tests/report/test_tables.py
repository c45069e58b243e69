"""The tables of a report as CSV files: they come back as the same rows, whatever is in their names."""

import csv
import io

import pytest

from smoothdistill_core.report.tables.table import Column, table

ODD = ["a\rb", "c\r\nd", "e\nf", 'g"h', "i,j", "", " k "]


@pytest.mark.parametrize("names", [ODD, ["plain", "toy"]], ids=["odd", "plain"])
def test_a_table_comes_back_as_the_same_rows(names):
    rows = [(name, 0.1 + place) for place, name in enumerate(names)]
    made = table("toy", "Toy", [Column("name", "name"), Column("r2", "R2", str)], rows)
    back = list(csv.reader(io.StringIO(made.to_csv(), newline="")))
    assert back == [["name", "r2"], *([name, repr(value)] for name, value in rows)]


def test_what_needs_no_quotation_marks_has_none():
    assert table("toy", "Toy", [Column("name", "name")], [("plain",), ("two words",)]).to_csv() == (
        "name\nplain\ntwo words\n"
    )
