"""The user's own files load as they are meant, or say what is wrong with them and what would be right."""

import gzip
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError
from smoothdistill_datasets.csv_file import Csv
from smoothdistill_datasets.parquet_file import Parquet


@pytest.fixture
def write(tmp_path):
    """Write a CSV file and return its path."""

    def write(content, name="houses.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def load(path, target="price", **options):
    return Csv(path=path, target=target, **options).load()


def refused(path, target="price", **options):
    """Return the message of the error that loading the file raises."""
    with pytest.raises(DataError) as caught:
        load(path, target, **options)
    assert str(path) in str(caught.value)
    return str(caught.value)


def column(values, header="text"):
    """A CSV text with one column besides the target."""
    return f"{header},price\n" + "".join(f"{value},{row}\n" for row, value in enumerate(values))


# What is taken


def test_a_csv_file_gives_features_and_target(write):
    table = load(write("id,area,price\n1,50.5,100\n2,,200\n"), drop=("id",))
    assert list(table.frame.columns) == ["area", "price"]
    assert np.isnan(table.frame["area"][1])
    assert table.target == "price"
    assert table.notes == ("left out id: the recipe says so",)


@pytest.mark.parametrize("name", ["houses.csv", "houses.CSV.GZ", "houses.csv.gz", "houses.txt"])
def test_the_label_is_the_name_without_its_ending(name):
    assert Csv(path=name, target="y").label == "houses"
    assert Parquet(path="data/my.houses.parquet", target="y").label == "my.houses"


def test_a_path_is_relative_to_the_recipe(write):
    path = write("area,price\n1,2\n")
    dataset = Csv.model_validate({"path": path.name, "target": "price"}, context={"folder": path.parent})
    assert dataset.path == path
    assert len(dataset.load().frame) == 1


def test_gzip_a_byte_order_mark_blank_lines_and_quoted_fields_are_understood(write):
    text = '\ufeffarea,"the, price"\r\n\r\n1,"2"\r\n \r\n3,4\r\n'
    for path in (write(text), write(gzip.compress(text.encode()), "houses.csv.gz")):
        assert load(path, target="the, price").frame.to_numpy().tolist() == [[1, 2], [3, 4]]


def test_another_separator_may_be_named(write):
    assert load(write("area;price\n1;2\n"), separator=";").frame.shape == (1, 2)


def test_a_separator_is_one_character():
    with pytest.raises(ValidationError):
        Csv(path="houses.csv", target="price", separator=", ")


def test_numbers_are_read_exactly(write):
    numbers = np.random.default_rng(0).normal(size=500) * 10.0 ** np.arange(-250, 250)
    table = load(write(column([repr(float(number)) for number in numbers])))
    assert (table.frame["text"].to_numpy() == numbers).all()


def test_a_text_column_of_few_values_is_a_category_and_the_notes_say_so(write):
    table = load(write(column(f"town {row % 30}" for row in range(60))))
    assert table.categorical == ("text",)
    assert table.notes == ("text holds text: 30 categories",)


def test_many_values_are_categories_where_the_recipe_says_so(write):
    table = load(write(column(f"town {row}" for row in range(31))), categorical=("text",))
    assert table.categorical == ("text",)
    assert table.notes == ()


def test_numeric_codes_may_be_categories(write):
    assert load(write("code,price\n1,2\n2,3\n"), categorical=("code",)).categorical == ("code",)


def test_booleans_become_0_and_1(write):
    table = load(write("garden,garage,price\nTrue,True,1\nFalse,,2\n"))
    assert table.frame["garden"].tolist() == [1, 0]
    assert table.frame["garage"].iloc[0] == 1
    assert np.isnan(table.frame["garage"].iloc[1])
    assert table.categorical == ()
    assert "garden holds booleans: they are taken as 0 and 1" in table.notes


# What is refused


def test_a_missing_file_names_its_near_neighbours(write):
    message = refused(write("a,b\n1,2\n").with_name("house.csv"))
    assert "did you mean 'houses.csv'" in message


def test_a_missing_folder_is_named(tmp_path):
    assert f"nor is there a folder {tmp_path / 'nowhere'}" in refused(tmp_path / "nowhere" / "houses.csv")


def test_a_folder_is_no_file(tmp_path):
    assert "is a folder; name a file in it" in refused(tmp_path)


@pytest.mark.parametrize("content", ["", "\n\n", b"\xef\xbb\xbf", " \n\t\n"])
def test_an_empty_file_is_refused(write, content):
    assert "is empty; it needs a header line" in refused(write(content))


def test_a_header_alone_is_refused(write):
    assert "no row of data" in refused(write("area,price\n"))


@pytest.mark.parametrize(
    ("header", "kind", "remedy"),
    [
        ("area;rooms;price", "semicolons", 'say separator: ";"'),
        ("area\tprice", "tabs", r'say separator: "\t"'),
        ("area|price", "bars", 'say separator: "|"'),
    ],
)
def test_one_column_suggests_the_separator_that_the_header_shows(write, header, kind, remedy):
    message = refused(write(f"{header}\n1\n"))
    assert f"looks separated by {kind}" in message
    assert remedy in message


def test_one_column_alone_is_refused(write):
    assert "only one column, 'price'; a target and a feature are needed" in refused(write("price\n1\n"))


def test_dropping_all_features_is_refused(write):
    assert "no column is left besides the target 'price'" in refused(write("area,price\n1,2\n"), drop=("area",))


@pytest.mark.parametrize("option", ["target", "drop", "categorical"])
def test_a_column_that_is_not_there_names_the_option_and_near_columns(write, option):
    given = {"target": "Area"} if option == "target" else {option: ("Area",)}
    message = refused(write("area,price\n1,2\n"), **given)
    assert f"{option} names no column 'Area'; did you mean 'area'? known: area, price" in message


def test_contradictory_options_are_refused(write):
    path = write("area,rooms,price\n1,2,3\n")
    assert "'price' is the target and also in drop" in refused(path, drop=("price",))
    assert "'price' is the target and also in categorical" in refused(path, categorical=("price",))
    assert "'area' is in drop and also in categorical" in refused(path, drop=("area",), categorical=("area",))


def test_repeated_column_names_are_refused(write):
    assert "must be distinct, but 'area' is repeated" in refused(write("area,area,price\n1,2,3\n"))


def test_a_column_without_a_name_is_refused_until_dropped(write):
    path = write(",area,price\n0,1,2\n1,2,3\n")
    assert 'column 1 has no name (row numbers, perhaps); name it, or leave it out with drop: ["Unnamed: 0"]' in (
        refused(path)
    )
    assert list(load(path, drop=("Unnamed: 0",)).frame.columns) == ["area", "price"]


def test_a_column_may_have_any_name(write):
    assert list(load(write("self,x y,price\n1,2,3\n")).frame.columns) == ["self", "x y", "price"]


def test_bytes_that_are_no_utf8_name_their_line(write):
    message = refused(write("town,price\nRome,1\nKöln,2\n".encode("latin-1")))
    assert "houses.csv:3: byte 0xf6 is not UTF-8; say which encoding it is: encoding: cp1252" in message


@pytest.mark.parametrize("line", ["1,2,3", "1", "1,2,"])
def test_a_line_with_more_or_fewer_fields_than_the_header_is_named(write, line):
    message = refused(write(f"area,price\n1,2\n\n{line}\n5,6\n"))
    assert f"houses.csv:4: {line.count(',') + 1} fields, where the header has 2" in message


def test_an_open_quotation_mark_is_refused(write):
    assert "is a quotation mark left open?" in refused(write('area,price\n1,2\n3,"4\n5,6\n'))


def test_a_broken_gzip_file_is_refused(write):
    assert "cannot be read" in refused(write(b"area,price\n1,2\n", "houses.csv.gz"))


def test_a_text_column_of_many_values_names_both_remedies(write):
    message = refused(write(column(f"street {row}" for row in range(31))))
    assert "column 'text' is text with 31 distinct values" in message
    assert 'drop: ["text"]' in message
    assert 'categorical: ["text"]' in message


def test_an_empty_column_is_refused(write):
    assert "column 'text' holds no value; leave it out" in refused(write(column(["", ""])))


# Parquet


def parquet(tmp_path, frame, **options):
    path = tmp_path / "houses.parquet"
    frame.to_parquet(path)
    return Parquet(path=path, target="price", **options).load()


def test_a_parquet_file_gives_plain_columns_whatever_their_storage(tmp_path):
    frame = pd.DataFrame(
        {
            "rooms": pd.array([1, None, 3], dtype="Int64"),
            "garden": pd.array([True, False, None], dtype="boolean"),
            "fee": [Decimal("1.5"), None, Decimal("2")],
            "town": pd.Categorical(["Rome", None, "Oslo"]),
            "price": [1.0, 2.0, 3.0],
        }
    )
    table = parquet(tmp_path, frame)
    assert table.categorical == ("town",)
    for name in ("rooms", "garden", "fee", "price"):
        assert table.frame[name].dtype == np.float64
    assert table.frame.isna().sum().to_dict() == {"rooms": 1, "garden": 1, "fee": 1, "town": 1, "price": 0}


def test_a_named_index_of_a_parquet_file_is_a_column(tmp_path):
    frame = pd.DataFrame({"area": [1, 2], "price": [3, 4]}, index=pd.Index([7, 8], name="id"))
    assert list(parquet(tmp_path, frame).frame.columns) == ["id", "area", "price"]


@pytest.mark.parametrize("value", [date(2024, 5, 31), datetime(2024, 5, 31), pd.Timedelta(hours=1)])
def test_dates_in_a_parquet_file_are_left_out_with_a_note(tmp_path, value):
    table = parquet(tmp_path, pd.DataFrame({"sold": [value] * 2, "area": [1, 2], "price": [1, 2]}))
    assert list(table.frame.columns) == ["area", "price"]
    assert "left out sold: it holds dates or times" in table.notes[0]


def test_lists_in_a_parquet_file_are_refused(tmp_path):
    with pytest.raises(DataError, match="column 'sizes' holds values of kind 'mixed', and features are numbers"):
        parquet(tmp_path, pd.DataFrame({"sizes": [[1, 2]], "price": [1]}))


def test_what_is_no_parquet_file_is_refused(write):
    with pytest.raises(DataError, match=r"houses\.parquet: is no readable Parquet file"):
        Parquet(path=write("area,price\n1,2\n", "houses.parquet"), target="price").load()


@pytest.mark.parametrize("notes", ["{}", '{"index_columns": [], "columns": [{}]}', "[]"])
def test_a_parquet_file_whose_notes_for_pandas_are_damaged_is_refused(tmp_path, notes):
    path = tmp_path / "houses.parquet"
    table = pa.table({"area": [1.0, 2.0], "price": [1.0, 2.0]})
    pq.write_table(table.replace_schema_metadata({"pandas": notes}), path)
    with pytest.raises(DataError, match=r"houses\.parquet: is no readable Parquet file"):
        Parquet(path=path, target="price").load()


def test_repeated_columns_of_a_parquet_file_are_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = Path(tmp_path) / "houses.parquet"
    pq.write_table(pa.table([[1], [2], [3]], names=["area", "area", "price"]), path)
    with pytest.raises(DataError, match="must be distinct, but 'area' is repeated"):
        Parquet(path=path, target="price").load()


def test_decimal_commas_are_understood_where_the_recipe_says_so(tmp_path):
    (tmp_path / "table.csv").write_text("a;y\n1,5;2\n2,25;3\n")
    with pytest.raises(DataError, match=r"'a' holds numbers with decimal commas \(such as '1,5'\); say decimal"):
        Csv(path=tmp_path / "table.csv", target="y", separator=";").load()
    table = Csv(path=tmp_path / "table.csv", target="y", separator=";", decimal=",").load()
    assert table.frame["a"].tolist() == [1.5, 2.25]


@pytest.mark.parametrize("goal", ["gone.csv", "link.csv"])
def test_a_link_to_nothing_or_to_itself_is_said_to_be_one(tmp_path, goal):
    (tmp_path / "link.csv").symlink_to(tmp_path / goal)
    with pytest.raises(DataError, match=r"link\.csv is a link to a file that is not there"):
        Csv(path=tmp_path / "link.csv", target="y").load()
