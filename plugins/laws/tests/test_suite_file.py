"""Files of laws: what they hold is read as it stands, and every fault is told with its line and column."""

import csv
import io
import os

import numpy as np
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError
from smoothdistill_core.units import DataUnits, Unit, check_units
from smoothdistill_laws.law import Law, formula_over
from smoothdistill_laws.suite_file import read_suite, shipped_suites

HEADER = "name,field,target,formula,ranges,units,target_units,source"
PENDULUM = (
    'pendulum,mechanics,T,2*pi*sqrt(l/g),"{""l"": [1, 5], ""g"": [9, 10]}",'
    '"{""l"": ""m"", ""g"": ""m*s^-2""}",s,Huygens'
)
ORBIT = "name,target,formula,ranges,system,state,time"
TURN = 'turn_{0},d{0}/dt,{1},"{{""x"": [0, 1], ""y"": [0, 1]}}",{2},{0},{3}'


@pytest.fixture
def read(tmp_path):
    def read(*lines):
        path = tmp_path / "mine.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_suite(path)

    return read


@pytest.fixture
def faults(read, tmp_path):
    def faults(*lines):
        with pytest.raises(DataError) as caught:
            read(*lines)
        return [line.removeprefix(f"{tmp_path}/") for line in str(caught.value).splitlines()]

    return faults


def test_a_law_is_read_with_what_people_should_know_of_it(read):
    (law,) = read(HEADER, PENDULUM)
    assert (law.name, law.target, law.formula) == ("pendulum", "T", "2*pi*sqrt(l/g)")
    assert list(law.ranges.items()) == [("l", [1, 5]), ("g", [9, 10])]
    assert (law.units, law.target_units, law.source) == ({"l": "m", "g": "m*s^-2"}, "s", "Huygens")
    assert law.system == ""


def test_columns_may_stand_in_any_order_and_only_four_are_needed(read):
    (law,) = read('ranges,formula,remark,name,target\n"{""a"": [1, 2]}",a^2,none,square,A', "", "")
    assert (law.name, law.formula, law.units) == ("square", "a^2", {})


def test_the_laws_of_a_system_name_it_and_their_state(read):
    one, other = read(ORBIT, TURN.format("x", "y", "turn", 3), TURN.format("y", "-x", "turn", 3))
    assert (one.system, one.state, one.time) == ("turn", "x", 3.0)
    assert (other.system, other.state, other.time) == ("turn", "y", 3.0)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([""], "mine.csv is empty; it needs a header line and a line for each law"),
        ([HEADER], "mine.csv: there is a header but no law; add lines"),
        (
            [HEADER.replace("formula", "formulas")],
            "mine.csv:1: there is no column 'formula'; add it, or rename one (did",
        ),
        ([HEADER.replace("field", "name")], "mine.csv:1: two columns are called 'name'; rename one"),
        ([ORBIT.replace(",time", "")], "mine.csv:1: there is no column 'time'; add it"),
        ([HEADER, "", "a,b"], "mine.csv:3: 2 fields, where the header has 8; put a field that holds a comma in quotes"),
        ([HEADER, 'a,"b"c'], "mine.csv:2: ',' expected after '\"'; a field with commas or quotes needs quotes"),
        ([HEADER, '"a,b'], "mine.csv:2: unexpected end of data"),
        (
            [HEADER, PENDULUM.replace("2*pi*sqrt(l/g)", " ")],
            "mine.csv:2: column 'formula' is empty; every law needs one",
        ),
        (
            [HEADER, PENDULUM, '"other\nname"' + PENDULUM.removeprefix("pendulum"), PENDULUM],
            "mine.csv:5: column 'name': 'pendulum' stands in TMP/mine.csv:2 too; name each law once",
        ),
        (
            [HEADER, PENDULUM.replace("[1, 5]", "[1 5]")],
            "mine.csv:2: column 'ranges' is no JSON at character 10: Expecting ',' delimiter; write it as in",
        ),
        ([HEADER, PENDULUM.replace('""g"": [', '""l"": [')], "mine.csv:2: column 'ranges': 'l' stands twice; keep one"),
        ([HEADER, 'a,,y,b,"[1, 2]",,,'], "mine.csv:2: column 'ranges' is no JSON object; write it as in"),
        (
            [HEADER, 'a,,y,b,"{""b"": [1, 2]}",m,,'],
            "mine.csv:2: column 'units' is no JSON at character 1: Expecting val",
        ),
        (
            [ORBIT, TURN.format("x", "y", "turn", "")],
            "mine.csv:2: column 'time' of turn_x: is empty; a law of a system",
        ),
        ([ORBIT, TURN.format("x", "y", "", 3)], "mine.csv:2: column 'system' of turn_x: is empty; a law of a system"),
        (
            [ORBIT, TURN.format("x", "y", "turn", "3 s")],
            "mine.csv:2: column 'time' of turn_x: '3 s' is no number; write",
        ),
        (
            [ORBIT, TURN.format("x", "y", "turn", 3), TURN.format("y", "-x", "turn", 4)],
            "mine.csv:3: column 'time' of turn_y: is not as in TMP/mine.csv:2; a system has one",
        ),
        (
            [ORBIT, TURN.format("x", "y", "t", 3), TURN.format("x", "-x", "t", 3).replace("turn_x", "again")],
            "mine.csv:3: column 'state' of again: 'x' has its derivative in TMP/mine.csv:2 already; name another",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_column(faults, tmp_path, lines, fault):
    (found,) = faults(*lines)
    assert found.startswith(fault.replace("TMP", str(tmp_path)))


def test_all_faulty_lines_are_told_at_once(faults):
    lines = [PENDULUM.replace("pendulum", ""), PENDULUM, PENDULUM.replace(",T,", ",,")]
    assert [fault.split(": ")[:2] for fault in faults(HEADER, *lines)] == [
        ["mine.csv:2", "column 'name' is empty; every law needs one"],
        ["mine.csv:4", "column 'target' is empty; every law needs one"],
    ]


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "mine.csv").write_bytes(b"name,\xff")
    with pytest.raises(DataError, match="byte 5 is not UTF-8; save the file as UTF-8"):
        read_suite(tmp_path / "mine.csv")


def test_what_is_no_regular_file_or_too_large_is_refused_before_it_is_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match=r"pipe\.csv is a pipe or a device, and no file"):
        read_suite(tmp_path / "pipe.csv")
    (tmp_path / "endless.csv").touch()
    os.truncate(tmp_path / "endless.csv", 2**30)
    with pytest.raises(DataError, match=r"endless\.csv has 1,073,741,824 bytes, and at most 16,777,216 are read"):
        read_suite(tmp_path / "endless.csv")


def test_ranges_within_ranges_without_end_are_a_fault_as_any_other(faults):
    assert faults("name,target,formula,ranges", f"deep,y,x,{'[' * 100_000}") == [
        "mine.csv:2: column 'ranges' is nested too deeply; write it as in " + """{"q": [1, 5], "r": [1, 5]}"""
    ]


def test_a_file_of_another_program_may_begin_with_a_mark_of_its_encoding(tmp_path):
    (tmp_path / "mine.csv").write_text(f"{HEADER}\r\n{PENDULUM}\r\n", encoding="utf-8-sig", newline="")
    (law,) = read_suite(tmp_path / "mine.csv")
    assert law.source == "Huygens"


def test_two_suites_come_along_and_say_where_every_law_is_from():
    suites = shipped_suites()
    assert list(suites) == ["feynman", "strogatz"]
    assert [len(read_suite(file)) for file in suites.values()] == [119, 14]
    for file in suites.values():
        for law in read_suite(file):
            assert law.licence
            assert law.source
    for law in read_suite(suites["feynman"]):
        assert list(law.units) == list(law.ranges)
        assert law.target_units


def test_the_units_of_nearly_all_laws_that_come_along_agree_with_their_formulas():
    wrong = []
    for law in read_suite(shipped_suites()["feynman"]):
        names = list(law.ranges)
        units = DataUnits(tuple(Unit.of(law.units[name]) for name in names), Unit.of(law.target_units))
        check = check_units(formula_over(names, law.formula), units, tuple(names), law.target)
        if check.outcome != "consistent":
            wrong.append(law.name)
    assert len(wrong) == 1  # as it is published


def test_laws_that_come_along_have_values_all_over_their_ranges():
    refused = []
    for law in read_suite(shipped_suites()["feynman"]):
        try:
            made = Law(expression=law.formula, ranges=law.ranges, target=law.target, title=law.name)
        except ValidationError:
            refused.append(law.name)
        else:
            assert np.isfinite(made.load().frame).all(axis=None)
    # intervals cannot prove what holds for all of these three
    assert set(refused) <= {"feynman_III_9_52", "feynman_I_29_16", "feynman_test_10"}


def test_the_files_that_come_along_are_plain_csv():
    for file in shipped_suites().values():
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
        assert {len(row) for row in rows} == {len(rows[0])}
