"""What columns hold is told by their values: numbers of any storage, dates of any form, and what is in the way."""

from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from smoothdistill_core import DataError, Table
from smoothdistill_core.columns import IN_RECIPE, Numerals, moments_of, parts_of, plain, settle, sign_of
from smoothdistill_core.components import Dataset, loaded

NUMBERS = {
    "Int64": pd.array([1, None, 3], "Int64"),
    "UInt8": pd.array([1, None, 3], "UInt8"),
    "Float32": pd.array([1, None, 3], "Float32"),
    "arrow's int64": pd.array([1, None, 3], "int64[pyarrow]"),
    "arrow's double": pd.array([1, None, 3], "double[pyarrow]"),
    "arrow's decimal": pd.array([Decimal(1), None, Decimal(3)], pd.ArrowDtype(pa.decimal128(10, 2))),
    "objects": pd.Series([1, None, 3], dtype=object),
    "whole numbers and fractions": pd.Series([1, None, 3.0], dtype=object),
    "numpy's own, one by one": pd.Series([np.int8(1), None, np.float32(3)], dtype=object),
    "arrays of no dimension": pd.Series([np.array(1.0), None, np.array(3)], dtype=object),
    "decimals": pd.Series([Decimal(1), None, Decimal(3)], dtype=object),
    "decimals and floats": pd.Series([Decimal(1), None, 3.0], dtype=object),
    "fractions": pd.Series([Fraction(1), None, 3], dtype=object),
    "truth values and numbers": pd.Series([True, None, 3], dtype=object),
    "pandas' own gap": pd.Series([1, pd.NA, 3], dtype=object),
    "the gap of times": pd.Series([1, pd.NaT, 3.0], dtype=object),
    "sparse": pd.arrays.SparseArray([1.0, np.nan, 3.0]),
    "half precision": np.array([1, np.nan, 3], "float16"),
}


@pytest.mark.parametrize("storage", NUMBERS)
def test_numbers_of_any_storage_become_those_of_numpy(storage):
    kind, column = plain(pd.Series(NUMBERS[storage], name="a"))
    assert kind == "number"
    assert isinstance(column.dtype, np.dtype)
    assert column.dtype.kind == "f"
    np.testing.assert_array_equal(column.to_numpy(dtype=float), [1, np.nan, 3])


def test_whole_numbers_without_a_gap_keep_every_digit():
    _, column = plain(pd.Series([2**62 + 1, 2], dtype=object))
    assert column.tolist() == [2**62 + 1, 2]


def test_numbers_among_text_are_called_as_categories_are():
    assert plain(pd.Series(["S", 38.0, 40, 40.5, None], dtype=object))[1].tolist()[:4] == ["S", "38", "40", "40.5"]


KINDS = {
    "boolean": [True, False, None],
    "text": ["a", None, "b"],
    "time": [date(2024, 5, 31), None],
    "empty": [None, None],
    "category": pd.Categorical(["a", "b", None]),
    "other": [[1], [2]],
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_other_kind_is_told_by_its_values(kind):
    assert plain(pd.Series(KINDS[kind], dtype=None if kind == "category" else object))[0] == kind


@pytest.mark.parametrize("values", [[10**400, 1], [1j, 2j], [b"a", b"b"], [{1}, {2}]])
def test_what_can_be_no_input_is_of_no_kind(values):
    assert plain(pd.Series(values, dtype=object))[0] == "other"


class Handed(Dataset):
    """A dataset of a third party that hands numbers over as objects, as a database does."""

    name = "handed"

    def load(self):
        frame = pd.DataFrame(
            {"a": pd.Series([1, 2.5], dtype=object), "b": pd.Series([1, 2], dtype=object), "y": [1, 2]}
        )
        return Table(frame, "y", categorical=("b",))


def test_objects_that_are_numbers_are_numbers_whatever_dataset_hands_them_over():
    frame = loaded(Handed()).frame
    assert frame["a"].dtype == np.float64
    assert frame["b"].dtype == object  # that was said to hold categories


WAYS = [
    ("1,550", Numerals(thousands=","), 1550),
    ("1,550", Numerals(decimal=","), 1.55),
    ("-1.234.567,25", Numerals(",", "."), -1234567.25),
    ("1\u202f234,5", Numerals(",", "\u202f"), 1234.5),
    ("$1,550.00", Numerals(thousands=",", sign="$"), 1550),
    ("-$5", Numerals(sign="$"), -5),
    ("12,5 %", Numerals(decimal=",", sign="%"), 12.5),
    ("5\u00a0€", Numerals(sign="€"), 5),
    ("1e-3", Numerals(), 0.001),
]


@pytest.mark.parametrize(("text", "way", "number"), WAYS)
def test_a_number_is_read_as_it_is_written(text, way, number):
    values = pd.Series([text])
    assert way.are(values).all()
    assert way.read(values).tolist() == [number]


@pytest.mark.parametrize("text", ["1,55", "0,550", "1,5505", "12,34,567", ",550", "1,550,"])
def test_groups_of_thousands_have_three_digits(text):
    assert not Numerals(thousands=",").are(pd.Series([text])).any()


@pytest.mark.parametrize(
    ("text", "sign"), [("$1,550", "$"), ("12 %", "%"), ("-5 EUR", "EUR"), ("USD 5", "USD"), ("12", None), ("A1", None)]
)
def test_a_sign_that_stands_by_a_number_is_found(text, sign):
    assert sign_of(text) == sign


DATES = {
    "2024-05-31": (2024, 5, 31),
    "2024/05/31": (2024, 5, 31),
    "2024-05-31T12:30:00Z": (2024, 5, 31),
    "2024-05-31 12:30:00.123456+02:00": (2024, 5, 31),
    "31.05.2024": (2024, 5, 31),
    "31.05.24": (2024, 5, 31),
    "5/31/2024": (2024, 5, 31),
    "5/31/24": (2024, 5, 31),
    "31-05-2024": (2024, 5, 31),
    "5/31/2024 12:30": (2024, 5, 31),
    "5/31/2024 12:30 PM": (2024, 5, 31),
    "31 May 2024": (2024, 5, 31),
    "31-May-24": (2024, 5, 31),
    "May 31, 2024": (2024, 5, 31),
    "May 31 2024": (2024, 5, 31),
    "Friday, May 31, 2024": (2024, 5, 31),
    "2024-05": (2024, 5, 1),
    "May 2024": (2024, 5, 1),
    "2024Q2": (2024, 4, 1),
}


@pytest.mark.parametrize("text", DATES)
def test_dates_in_any_usual_form_are_recognised(text):
    moments = moments_of(pd.Series([text, None, text]))
    assert moments is not None
    first = moments.values.iloc[0]
    assert (first.year, first.month, first.day) == DATES[text]
    assert moments.values.isna().tolist() == [False, True, False]


@pytest.mark.parametrize("text", ["12:30", "09:15:59.5", "1:05 PM"])
def test_clock_times_have_hours_only(text):
    assert list(parts_of(moments_of(pd.Series([text])), "at", "parts")) == ["at.hour"]


@pytest.mark.parametrize("text", ["1.2.10", "10-20", "20-29", "abc 12", "2024-13-45", "1234567", "A-1-2", "5th May"])
def test_what_only_looks_like_a_date_is_none(text):
    assert moments_of(pd.Series([text])) is None


@pytest.mark.parametrize("value", [date(2024, 5, 31), datetime(2024, 5, 31, 12), pd.Timestamp("2024-05-31", tz="UTC")])
def test_dates_of_python_and_pandas_have_parts(value):
    parts = parts_of(moments_of(pd.Series([value, None], dtype=object)), "sold", "parts")
    assert [parts[f"sold.{part}"].iloc[0] for part in ("year", "month", "weekday", "day_of_year")] == [2024, 5, 5, 152]


def test_times_of_a_day_have_hours():
    assert parts_of(moments_of(pd.Series([time(6, 30)], dtype=object)), "at", "parts")["at.hour"].tolist() == [6.5]


def test_smooth_parts_bring_december_next_to_january():
    parts = parts_of(moments_of(pd.Series(["2023-12-31", "2024-01-01", "2024-07-01"])), "sold", "smooth")
    angles = np.column_stack([parts["sold.day_of_year.sin"], parts["sold.day_of_year.cos"]])
    assert np.linalg.norm(angles[0] - angles[1]) < 0.05 < 1 < np.linalg.norm(angles[0] - angles[2])
    assert "sold.year" in parts


def test_a_day_that_may_be_a_month_is_asked_for_where_it_matters():
    frame = pd.DataFrame({"sold": ["1/2/2024", "3/4/2024"], "y": [1, 2]})
    assert "sold" not in settle(frame, "y", (), IN_RECIPE).columns
    asked = settle(frame, "y", (), IN_RECIPE, "parts")
    assert "01 February or 02 January); say day_first: true or day_first: false" in asked.blockers["sold"]
    for day_first, month in ((True, 2), (False, 1)):
        settled = settle(frame, "y", (), IN_RECIPE, "parts", day_first)
        assert settled.columns["sold.month"].iloc[0] == month


HELD_UP = {
    "a placeholder": ([1, 2, "-"], """'-' in 1 of 3 rows; say missing_values: ["-"]"""),
    "two placeholders": (["1", "?", "n/a"], """say missing_values: ["?", "n/a"]"""),
    "a stray text": (["1", "2", "3", "many"], "for the most part, but also 'many'"),
    "a decimal comma": (["1,5", "2,25"], 'say decimal: ","'),
    "thousands": (["1,550", "1,234,567"], 'say thousands: ","'),
    "either": (["1,550", "2,300"], 'say thousands: "," for 1550, or decimal: "," for 1.550'),
    "both": (["1.550,5", "2,5"], 'say decimal: "," and thousands: "."'),
    "money": (["$5", "$6"], """say signs: ["$"]"""),
    "per cent": (["5%", "6%"], """say signs: ["%"]"""),
    "many texts": ([f"street {n}" for n in range(31)], """categorical: ["a"]"""),
    "nothing": ([None, None], "holds no value; leave it out"),
}


@pytest.mark.parametrize("what", HELD_UP)
def test_what_is_in_the_way_names_the_option_that_helps(what):
    values, remedy = HELD_UP[what]
    settled = settle(pd.DataFrame({"a": pd.Series(values, dtype=object)}), None, (), IN_RECIPE)
    assert remedy in settled.blockers["a"]


@pytest.mark.parametrize("distinct", [3, 29, 30, 31, 400])
def test_a_placeholder_is_named_at_any_number_of_values(distinct):
    settled = settle(pd.DataFrame({"a": [*map(str, range(distinct)), "?"]}), None, (), IN_RECIPE)
    assert """say missing_values: ["?"]""" in settled.blockers["a"]


def test_everything_in_the_way_is_told_at_once():
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, (values, _) in HELD_UP.items()})
    with pytest.raises(DataError) as caught:
        settle(frame.head(2), None, (), IN_RECIPE).check("f.csv")
    lines = str(caught.value).splitlines()
    assert len(lines) > 5
    assert all(line.startswith("f.csv: column ") for line in lines)


def test_numbers_that_are_text_are_numbers_but_not_codes_with_leading_zeros():
    settled = settle(pd.DataFrame({"a": ["1", "2.5"], "code": ["007", "012"]}), None, (), IN_RECIPE)
    assert settled.columns["a"].tolist() == [1, 2.5]
    assert settled.categorical == ["code"]
    assert "a holds numbers as text: they are taken as numbers" in settled.notes


TARGETS = {
    "many texts": (["a", "b", "c"], "holds text, such as 'a', of 3 values; a target is numbers, or of two values"),
    "a placeholder": (["1", "-"], """data row 2 holds '-'; correct it, or say missing_values: ["-"]"""),
    "dates": ([date(2024, 1, 1)], "a target is numbers"),
}


@pytest.mark.parametrize("what", TARGETS)
def test_a_target_that_is_none_says_what_to_do(what):
    values, remedy = TARGETS[what]
    settled = settle(pd.DataFrame({"y": pd.Series(values, dtype=object)}), "y", (), IN_RECIPE)
    assert remedy in settled.blockers["y"]
