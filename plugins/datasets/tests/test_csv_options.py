"""The options of `csv` say how a file is to be read, and whatever packs it is seen by itself."""

import bz2
import gzip
import lzma
import os
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_datasets import packing
from smoothdistill_datasets.csv_file import Csv
from smoothdistill_datasets.parquet_file import Parquet

TABLE = "town,area,price\n" + "".join(f"Köln,{n},{2 * n}\n" for n in range(200))


@pytest.fixture
def read(tmp_path):
    """Write a file, and load it by options."""

    def read(content, name="houses.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Csv(path=path, target="price", **options).load()

    return read


def refused(read, content, **options):
    with pytest.raises(DataError) as caught:
        read(content, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "mac-roman"])
def test_an_encoding_may_be_named(read, encoding):
    table = read(TABLE.encode(encoding), encoding=encoding)
    assert table.frame["town"].unique() == ["Köln"]
    assert list(table.frame.columns) == ["town", "area", "price"]


def test_what_is_not_of_the_encoding_is_refused(read):
    assert "is not ascii (ordinal not in range(128), near line 1)" in refused(read, TABLE, encoding="ascii")
    assert "encoding: cp1252" in refused(read, TABLE.encode("latin-1"))
    with pytest.raises(ValidationError, match="there is no encoding 'klingon'"):
        read(TABLE, encoding="klingon")


PACKINGS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda content: pa.compress(content, "zstd", asbytes=True),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("name", ["houses.csv", "houses.csv.{}", "houses"])
def test_a_packed_file_is_seen_whatever_it_is_called(read, packing, name):
    assert len(read(PACKINGS[packing](TABLE.encode()), name.format(packing)).frame) == 200


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("keep", [20, -8])
def test_a_packed_file_that_is_cut_off_is_refused(read, packing, keep):
    message = refused(read, PACKINGS[packing](TABLE.encode())[:keep], name=f"houses.csv.{packing}")
    assert f"the {packing} file is damaged or cut off" in message


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_an_archive_holds_one_file(read, tmp_path):
    one, two = zipped(tmp_path / "one", a=TABLE), zipped(tmp_path / "two", a=TABLE, b=TABLE)
    assert len(read(one, "houses.zip").frame) == 200
    assert "holds 2 files (a, b); unpack it, and name one of them" in refused(read, two, name="houses.zip")
    damaged = bytearray(one)
    damaged[60:90] = b"x" * 30
    for content in (one[:-20], bytes(damaged)):
        assert "the zip file is damaged or cut off" in refused(read, content, name="houses.zip")


def test_a_file_that_unpacks_without_end_is_refused(read, monkeypatch):
    monkeypatch.setattr(packing, "limit", lambda: 1000)
    assert "unpacks to more than 1,000 bytes" in refused(read, gzip.compress(TABLE.encode()))


def test_a_file_that_changes_while_it_is_read_is_refused(read, tmp_path, monkeypatch):
    parsed = Csv.parsed

    def disturbed(self, file, path, **how):
        frame = parsed(self, file, path, **how)
        with path.open("a") as other:
            other.write("Ulm,1,2\n")
        return frame

    monkeypatch.setattr(Csv, "parsed", disturbed)
    assert "changed while it was read; wait until it is written" in refused(read, TABLE)


def test_pipes_devices_and_folders_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero", tmp_path, tmp_path / ("n" * 300)):
        for kind in (Csv, Parquet):
            with pytest.raises(DataError):
                kind(path=path, target="price").load()


def test_lines_above_the_header_are_skipped(read):
    content = f"Houses, as of 2021\nby hand\n{TABLE}"
    assert len(read(content, skip_rows=2).frame) == 200
    assert "has 203 lines, and skip_rows is 300" in refused(read, content, skip_rows=300)
    assert "houses.csv:5: 2 fields" in refused(read, "title\n\n" + TABLE[:29] + "1,2\n", skip_rows=2)


def test_an_empty_first_row_names_the_option(read):
    assert "houses.csv:1: the line of the header holds no names; say skip_rows: 1" in refused(read, ",,\n" + TABLE)


def test_names_stand_in_for_a_header(read):
    headless = TABLE.partition("\n")[2]
    assert list(read(headless, names=("town", "area", "price")).frame.columns) == ["town", "area", "price"]
    assert len(read(headless, names=("town", "area", "price")).frame) == 200
    assert "3 fields, where there are names for 2" in refused(read, headless, names=("town", "price"))
    assert "so that there is no header; name the columns" in refused(read, "1,2\n3,4\n")
    assert read(TABLE, skip_rows=1, names=("a", "b", "price")).frame["b"].tolist() == list(range(200))


def test_numbers_may_be_grouped_signed_and_have_decimal_commas(read):
    content = "fee;share;area;price\n1.550,5 €;12,5%;1.234;1\n2,25 €;7%;2.345.678;2\n"
    table = read(content, separator=";", decimal=",", thousands=".", signs=("€", "%"))
    assert table.frame.to_numpy().tolist() == [[1550.5, 12.5, 1234, 1], [2.25, 7, 2345678, 2]]


def test_signs_that_not_all_numbers_of_a_column_have_are_not_taken_off(read):
    assert "column 'fee'" in refused(read, "fee,price\n" + "".join(f"${n},1\n{n},2\n" for n in range(40)), signs=("$",))


def test_numbers_with_dots_are_no_numbers_where_commas_are_decimal(read):
    message = refused(read, "fee;price\n1.550;1\n2.300;2\n", separator=";", decimal=",")
    assert """say thousands: "." for 1550, or decimal: "." for 1.550""" in message


@pytest.mark.parametrize(
    ("marks", "said"),
    [({"thousands": "."}, "both '.'"), ({"thousands": ""}, "one character"), ({"decimal": ":"}, "'.'")],
)
def test_marks_that_contradict_each_other_are_refused(read, marks, said):
    with pytest.raises(ValidationError, match=said):
        read(TABLE, **marks)


def test_what_stands_for_no_value_is_said(read):
    content = "area,price\n1,1\n-,2\n?,3\n4,4\n"
    assert """'-' and '?' in 2 of 4 rows; say missing_values: ["-", "?"]""" in refused(read, content)
    frame = read(content, missing_values=("-", "?")).frame
    np.testing.assert_array_equal(frame["area"], [1, np.nan, np.nan, 4])


COUNTRIES = "country,price\n" + "".join(f"{code},{n}\n" for n, code in enumerate(["DE", "NA", "FR"] * 20))


def test_a_country_called_na_is_never_lost_silently(read):
    assert "codes of two capital letters, and NA in 20 of 60 rows" in refused(read, COUNTRIES)
    assert read(COUNTRIES, missing_values=()).frame["country"].tolist() == ["DE", "NA", "FR"] * 20
    assert read(COUNTRIES, missing_values=("NA",)).frame["country"].isna().sum() == 20


def test_an_empty_cell_is_missing_whatever_else_is(read):
    assert read("area,b,price\n,1,1\n2,1,2\n", missing_values=()).frame["area"].isna().tolist() == [True, False]


def test_dates_are_left_out_with_a_note_or_become_their_parts(read):
    content = "sold,area,price\n31.12.2020,1,1\n01.01.2021,2,2\n,3,3\n"
    table = read(content)
    assert list(table.frame.columns) == ["area", "price"]
    assert table.notes == ("left out sold: it holds dates or times (such as '31.12.2020'); use them by dates: parts",)
    parts = read(content, dates="parts").frame
    assert parts["sold.year"].tolist()[:2] == [2020, 2021]
    assert parts["sold.day_of_year"].tolist()[:2] == [366, 1]
    assert parts["sold.month"].isna().tolist() == [False, False, True]
    smooth = read(content, dates="smooth").frame
    assert "sold.month.sin" in smooth
    assert "sold.month" not in smooth
    with pytest.raises(DataError, match="no column is left besides the target"):
        read("sold,price\n31.12.2020,1\n")


def test_a_part_of_a_date_never_takes_the_place_of_a_column(read):
    content = "sold,sold.year,price\n31.12.2020,7,1\n01.01.2021,8,2\n"
    assert "has the part 'sold.year', which is a column already; rename one" in refused(read, content, dates="parts")


def test_rows_without_a_target_are_refused_or_left_out_with_a_note(read):
    content = "area,price\n1,1\n2,\n3,3\n"
    assert "is missing in 1 of 3 rows, first in data row 2; say rows_without_target: drop" in refused(read, content)
    table = read(content, rows_without_target="drop")
    assert table.frame["price"].tolist() == [1, 3]
    assert table.notes == ("1 of 3 rows left out: they have no price",)


PAST = Prepare(split="time", by="area", lags={"price": [1]})


def test_past_values_are_refused_where_rows_without_a_target_stand_between_others(read):
    lines = [f"{area},{area % 7}\n" for area in range(20)]
    after = read("area,price\n" + "".join([*lines, "20,\n"]), rows_without_target="drop")
    assert "price[t-1]" in prepare(after, PAST, 0).facts.scaling.names
    between = read("area,price\n" + "".join([*lines[:9], "9,\n", *lines[10:]]), rows_without_target="drop")
    with pytest.raises(DataError, match="past values would skip 1 rows that stand between others and have no price"):
        prepare(between, PAST, 0)


def test_rows_without_a_target_stand_between_others_by_time_and_series_not_by_their_place_in_the_file(read):
    later = [f"{area},{area % 7}\n" for area in range(11, 20)]
    earlier = [f"{area},{area % 7}\n" for area in range(10)]
    between = read("area,price\n" + "".join([*later, *earlier, "10,\n"]), rows_without_target="drop")
    with pytest.raises(DataError, match="past values would skip 1 rows"):
        prepare(between, PAST, 0)
    shops = "".join(f"{day},{shop},{'' if day == 11 else day % 7 + shop}\n" for shop in (1, 2) for day in range(12))
    at_the_ends = read("area,shop,price\n" + shops, rows_without_target="drop")
    assert "price[t-1]" in prepare(at_the_ends, PAST.model_copy(update={"within": "shop"}), 0).facts.scaling.names


def test_everything_in_the_way_is_told_at_once_and_each_line_has_its_remedy(read):
    rows = "".join(f"street {n},{'?' if n == 3 else n},$5,1.{n % 12 + 1}.2021,\n" for n in range(40))
    with pytest.raises(DataError) as caught:
        read("street,area,fee,sold,empty\n" + rows, drop=("where",))
    told = [line.partition(": ")[2] for line in str(caught.value).splitlines()]
    assert [line.split("'")[1] for line in told] == ["price", "where", "street", "area", "fee", "empty"]
    for line in told:
        assert any(remedy in line for remedy in ("say ", "did you mean", "known: ", "drop: ["))


def test_a_long_integer_is_refused(read):
    assert "more digits than any floating-point number" in refused(read, f"area,price\n{'9' * 400},1\n2,2\n")


def test_parquet_takes_the_options_of_numbers_as_text(tmp_path):
    path = tmp_path / "houses.parquet"
    pd.DataFrame({"fee": ["1,550", "-", "2"], "price": [1, 2, 3]}).to_parquet(path)
    frame = Parquet(path=path, target="price", thousands=",", missing_values=("-",)).load().frame
    np.testing.assert_array_equal(frame["fee"], [1550, np.nan, 2])


def test_what_stands_for_no_value_may_be_a_number_or_a_category(tmp_path):
    path = tmp_path / "houses.parquet"
    frame = pd.DataFrame({"fee": [7.0, -999, 2], "town": pd.Categorical(["Ulm", "?", "Aix"]), "price": [1, 2, 3]})
    frame.to_parquet(path)
    table = Parquet(path=path, target="price", missing_values=("-999", "?")).load()
    assert table.frame.isna().sum().to_dict() == {"fee": 1, "town": 1, "price": 0}
    assert table.declared["town"].values == ("Aix", "Ulm")


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (pd.Categorical(["0", "1"]), ("0", "1")),
        (pd.Categorical([0, 1]), ("0", "1")),
        (["01", "02"], ("01", "02")),
        ([True, False], ("False", "True")),
        ([True, None], None),
    ],
)
def test_a_target_is_what_its_values_are(tmp_path, values, classes):
    path = tmp_path / "houses.parquet"
    target = pd.Series(values)[np.arange(40) % 2].reset_index(drop=True)
    pd.DataFrame({"fee": np.arange(40.0) % 7, "sold": target}).to_parquet(path)
    dataset = Parquet(path=path, target="sold", rows_without_target="drop")
    if classes is not None:
        assert prepare(dataset.load(), Prepare(), 0).facts.scaling.classes == classes
        assert prepare(dataset.load(), Prepare(positive=classes[0]), 0).facts.scaling.classes == classes[::-1]
    else:
        assert dataset.load().frame["sold"].all()


def test_categories_that_a_parquet_file_declares_are_known(tmp_path):
    path = tmp_path / "houses.parquet"
    towns = pd.Categorical(["Ulm", "Aix"], ["Ulm", "Aix"], ordered=True)
    pd.DataFrame({"town": towns, "price": [1, 2]}).to_parquet(path)
    declared = Parquet(path=path, target="price").load().declared["town"]
    assert (declared.values, declared.ordered) == (("Ulm", "Aix"), True)
