"""Conditions on rows are read, never evaluated; what cannot be read is told with its position."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Table
from smoothdistill_core.explaining.conditions import read_condition

FRAME = pd.DataFrame(
    {
        "age": [20.0, 61.0, 70.0, np.nan, 45.0],
        "rooms": [1, 2, 3, 4, 5],
        "town": ["Kiel", "Ulm", "Ulm", "Trier", "Bad Ems"],
        "body mass": [18, 25, 31, 22, 28],
        "grade": [1, 2, 1, 3, 2],
        "y": range(5),
    }
)
TABLE = Table(FRAME, "y", categorical=("grade",))


def rows(condition):
    return np.flatnonzero(read_condition(condition, TABLE).holds(TABLE)).tolist()


def test_hundreds_of_comparisons_are_joined():
    assert rows(" or ".join(["age<1"] * 1100 + ["rooms=4"])) == [3]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("age > 60", [1, 2]),
        ("age>60 and town=Ulm", [1, 2]),
        ("age != 20", [1, 2, 4]),
        ("rooms <= 2 or rooms >= 5", [0, 1, 4]),
        ("rooms = 1 or rooms = 2 and town = Trier", [0]),
        ("(rooms = 1 or rooms = 4) and town == Trier", [3]),
        ("not town = Ulm", [0, 3, 4]),
        ("NOT (age > 60 OR rooms < 2)", [3, 4]),
        ("town in [Kiel, 'Bad Ems']", [0, 4]),
        ("town not in [Kiel, Ulm] and `body mass` < 25", [3]),
        ("rooms in [2, 3.0, 7]", [1, 2]),
        ('"body mass" > -1e3', [0, 1, 2, 3, 4]),
        ("grade = 1", [0, 2]),
        ("grade != 1", [1, 3, 4]),
    ],
)
def test_a_condition_means_rows(condition, found):
    assert rows(condition) == found


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("", "position 1: there is no condition; write for example age > 60"),
        ("room > 60", "position 1: there is no column 'room'; did you mean 'rooms'? known: age, body mass"),
        ("y > 1", "position 1: there is no column 'y'"),
        ("age > 60 and twon = Ulm", "position 14: there is no column 'twon'; did you mean 'town'"),
        ("town = Uml", "position 8: no row has town = Uml; did you mean 'Ulm'"),
        ("town in [Ulm, Keil]", "position 15: no row has town = Keil; did you mean 'Kiel'"),
        ("town > Kiel", "position 6: column 'town' holds categories, which have no order; write one of = == != in"),
        ("age > sixty", "position 7: 'sixty' stands where a number belongs, as column 'age' holds numbers"),
        ("age > '60'", "position 7: '60' stands where a number belongs"),
        ("age > inf", "position 7: 'inf' stands where a number belongs"),
        ("age >", "position 6: nothing stands where a number belongs"),
        ("town =", "position 7: nothing stands where a category of 'town' belongs"),
        ("age", "position 4: nothing stands after the column 'age'; write one of < <= > >= = == != in"),
        ("age is 60", "position 5: 'is' stands after the column 'age'"),
        ("age > 60 and", "position 13: nothing stands where a column belongs"),
        ("age > 60 or or rooms = 1", "position 13: 'or' stands where a column belongs"),
        ("(age > 60", "position 1: this bracket is not closed; add )"),
        ("age > 60)", "position 9: ')' is left over; join comparisons with and, or"),
        ("age > 60 & rooms = 1", "position 10: '&' is left over; join comparisons with and, or"),
        ("town in Ulm", "position 9: after in stands a list"),
        ("town in [Ulm Kiel]", "position 9: this list is not closed, or lacks a comma"),
        ("town = 'Ulm", 'position 8: "\'" cannot stand here; close the quote'),
        ("age ! 60", "position 5: '!' cannot stand here; write != for not equal"),
        ("__import__('os').system('true') = 1", "position 1: there is no column '__import__'"),
        ("not " * 60 + "age > 1", "position 205: there are more than 50 brackets or nots within one another"),
        ("age > 1" + " or age > 1" * 1000, "where has 11,007 letters, and no condition has more than 10,000"),
        (60, "where is text such as 'age > 60', not 60"),
    ],
)
def test_what_is_no_condition_is_refused_at_its_position(condition, message):
    with pytest.raises(DataError, match=re.escape(message)):
        read_condition(condition, TABLE)
