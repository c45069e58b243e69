"""A table written in any encoding, layout, way of numbers and packing comes back by its own recipe, or is refused."""

import bz2
import gzip
import io
import lzma
import zipfile
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from smoothdistill_core import DataError, Registry, recipe_from_text
from smoothdistill_core.recipe import propose

REGISTRY = Registry()
TOWNS = ["Köln", "Ulm", "Málaga", "Paris"]


def zipped(content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("table.csv", content)
    return packed.getvalue()


PACKINGS = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda content: pa.compress(content, "zstd", asbytes=True),
    ".zip": zipped,
}
NUMBERS = st.decimals(-(10**7), 10**7, places=3) | st.integers(-(10**7), 10**7).map(Decimal)
WITNESS = Decimal("1234567.25")
"""A number with two groups and a fraction: with it, the bytes tell how numbers are written."""


def written(number, decimal, thousands):
    """Return a number as text."""
    whole, _, fraction = f"{abs(number):f}".partition(".")
    if thousands:
        whole = f"{int(whole):,}".replace(",", thousands)
    fraction = fraction.rstrip("0")
    return ("-" if number < 0 else "") + whole + (decimal + fraction if fraction else "")


def quoted(text, separator):
    return f'"{text}"' if separator in text else text


def content_of(rows, separator, decimal, thousands, line_end="\n"):
    """Return the text of a table of rows of three numbers; the town goes round."""
    lines = [separator.join(["area", "town", "age", "price"])]
    for place, (area, age, price) in enumerate(rows):
        numbers = [quoted(written(number, decimal, thousands), separator) for number in (area, age, price)]
        lines.append(separator.join([numbers[0], TOWNS[place % 4], *numbers[1:]]))
    return line_end.join(lines) + line_end


def read_back(path, **known):
    """Return the columns of a file as its own recipe reads them."""
    proposed = propose(REGISTRY, str(path), "price", known)
    (dataset,) = recipe_from_text(proposed.text(path.parent), REGISTRY, folder=path.parent).dataset
    return dataset.load().frame, proposed


@pytest.mark.slow
@settings(
    max_examples=100,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=4, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"]),
    separator=st.sampled_from([",", ";", "\t", "|", " "]),
    decimal=st.sampled_from([".", ","]),
    thousands=st.sampled_from([None, ",", ".", " ", "\u00a0", "\u202f", "'"]),
    packing=st.sampled_from(list(PACKINGS)),
    line_end=st.sampled_from(["\n", "\r\n"]),
    told=st.booleans(),
)
@example([(Decimal(n), Decimal(-n), Decimal(n) / 8) for n in range(5)], "cp1252", ",", ",", ".", ".bz2", "\r\n", True)
@example([(Decimal(1550),) * 3] * 4, "utf-8", ";", ".", ",", "", "\n", False)
@example([(Decimal("1.55"),) * 3, (Decimal("2.125"),) * 3], "utf-8", ";", ",", None, "", "\n", False)
def test_a_table_comes_back_to_the_last_digit_or_is_refused(
    tmp_path, rows, encoding, separator, decimal, thousands, packing, line_end, told
):
    assume(decimal != thousands)
    assume(thousands != "\u202f" or encoding.startswith("utf"))
    assume(len({price for *_, price in rows}) > 1 or told)
    if told:
        rows = [(WITNESS, WITNESS, WITNESS), *rows]
    path = tmp_path / f"table.csv{packing}"
    text = content_of(rows, separator, decimal, thousands, line_end)
    path.write_bytes(PACKINGS[packing](text.encode(encoding)))
    if not told:
        try:
            frame, _ = read_back(path)
        except DataError as error:
            assert "say" in str(error)  # noqa: PT017
            return
    else:
        frame, _ = read_back(path)
    expected = [[float(number) for number in column] for column in zip(*rows, strict=True)]
    assert [frame[name].tolist() for name in ("area", "age", "price")] == expected
    assert frame["town"].tolist() == [TOWNS[place % 4] for place in range(len(rows))]


@pytest.mark.parametrize("separator", [",", ";"])
def test_numbers_that_can_be_two_are_refused_and_either_option_settles_it(tmp_path, separator):
    path = tmp_path / "table.csv"
    path.write_text(content_of([(Decimal(1550), Decimal(2), Decimal(n)) for n in range(9)], separator, ".", ","))
    with pytest.raises(DataError) as caught:
        read_back(path)
    told = """'1,550' is 1.55 with decimal: ",", or 1550 with decimal: "." and thousands: ",";"""
    assert told in str(caught.value)
    assert read_back(path, thousands=",")[0]["area"][0] == 1550
    assert read_back(path, decimal=",")[0]["area"][0] == 1.55


def test_a_decimal_mark_that_is_the_separator_is_refused_where_it_is_not_quoted(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("area,price\n1,5,2,5\n2,5,3,5\n")
    with pytest.raises(DataError, match=r"4 fields, where the header has 2; .* a number with a decimal comma"):
        read_back(path)


def test_an_encoding_that_the_bytes_do_not_tell_is_named(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(
        content_of([(Decimal(n), Decimal(n), Decimal(n)) for n in range(9)], ",", ".", None).encode("cp1252")
    )
    _, proposed = read_back(path)
    assert "# Encoding cp1252 or latin-1: the bytes do not tell which" in proposed.text(tmp_path)
    assert "encoding: cp1252" in proposed.text(tmp_path)


def test_what_one_column_tells_counts_for_the_others(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a;b;c;price\n" + "0,5;1.550;1.250,5;1\n1,5;2.300;2;2\n")
    frame, _ = read_back(path)
    assert frame.to_numpy().tolist() == [[0.5, 1550, 1250.5, 1], [1.5, 2300, 2, 2]]


def test_a_column_of_another_way_is_left_out_and_never_read_as_other_numbers(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a;b;c;price\n" + "0,5;1,5;1.25;1\n1,5;2,25;2.75;2\n")
    frame, proposed = read_back(path)
    assert list(frame.columns) == ["a", "b", "price"]
    assert "decimal dots" in proposed.proposal.left_out["c"]
