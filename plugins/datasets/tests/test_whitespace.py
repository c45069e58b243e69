"""Files whose columns one or more blanks or tabs separate."""

import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError
from smoothdistill_datasets.csv_file import Csv

CARS = """  weight  miles  name\tyear
3504.   18.0 "chevrolet malibu"\t70
  3693.  15.0   "buick skylark"   71\x20
3436.   ?      "plymouth satellite"   72
"""


@pytest.fixture
def proposed(tmp_path):
    """Write a file, and return the dataset that `init` proposes for it."""

    def proposed(content, target):
        path = tmp_path / "cars.txt"
        path.write_text(content)
        proposal = Csv.propose(str(path), target, {})
        return Csv.model_validate(dict(proposal.options))

    return proposed


def test_init_sees_that_blanks_separate_and_the_recipe_reads_every_value(proposed):
    cars = proposed(CARS, "weight")
    assert (cars.separator, cars.missing_values) == ("whitespace", ("?",))
    table = cars.load().frame
    assert table.columns.tolist() == ["weight", "miles", "name", "year"]
    assert table["weight"].tolist() == [3504, 3693, 3436]
    assert table["year"].tolist() == [70, 71, 72]
    assert table["name"].tolist() == ["chevrolet malibu", "buick skylark", "plymouth satellite"]
    assert table["miles"].isna().tolist() == [False, False, True]


def test_other_rows_are_read_with_blanks_between_them_too(proposed, tmp_path):
    (tmp_path / "new.txt").write_text('miles weight   name year\n 1.5  2  "fiat"   99\n')
    rows = proposed(CARS, "weight").rows_of(tmp_path / "new.txt")
    assert rows.to_dict("records") == [{"miles": 1.5, "weight": 2, "name": "fiat", "year": 99}]


def test_a_file_of_blanks_and_numbers_alone_has_no_header(proposed):
    cars = proposed("1.5 2   3\n 2  4  5\n3 1 7\n", "column_3")
    assert (cars.separator, cars.names) == ("whitespace", ("column_1", "column_2", "column_3"))
    assert cars.load().frame["column_1"].tolist() == [1.5, 2, 3]


def test_blanks_within_names_and_texts_separate_nothing_where_commas_do(proposed):
    assert proposed("floor area,price\n1,2\n2,3\n3,5\n", "price").separator == ","


@pytest.mark.parametrize("second", ["4 5 blue car 6", "4 5 blue 6"])
def test_a_text_with_blanks_that_is_not_quoted_is_refused_with_its_line(proposed, second):
    with pytest.raises(DataError, match=r"cars\.txt:2: 5 fields, where the header has 4; .*needs quotation marks"):
        proposed(f"a b name price\n1 2 red car 3\n{second}\n7 8 green 9\n", "price")


def test_an_empty_cell_between_blanks_is_refused_with_its_line(proposed):
    with pytest.raises(DataError, match=r"cars\.txt:3: 2 fields, where the header has 3; .*a gap a sign such as NA"):
        proposed("a   b   price\n1   2   3\n1       3\n2   2   4\n", "price")


@pytest.mark.parametrize(("separator", "remedy"), [(r"\s+", "write separator: whitespace"), (", ", "one character")])
def test_a_separator_that_is_none_names_the_remedy(separator, remedy):
    with pytest.raises(ValidationError, match=remedy):
        Csv(path="cars.txt", target="price", separator=separator)


def test_one_column_with_blanks_in_its_name_suggests_that_they_separate(tmp_path):
    (tmp_path / "cars.txt").write_text("weight year\n3504 70\n3693 71\n")
    with pytest.raises(DataError, match="if blanks separate columns, say separator: whitespace"):
        Csv(path=tmp_path / "cars.txt", target="year").load()
