"""Whatever names, reasons and libraries hold: what is printed acts on no terminal, and is not endless."""

import io
from contextlib import closing

import pytest
from click.testing import CliRunner
from rich.table import Table

from smoothdistill_core import DataError, StoreError
from smoothdistill_core.cli import main
from smoothdistill_core.cli.console import console
from smoothdistill_core.errors import one_line
from smoothdistill_core.store import Store
from smoothdistill_core.trial import Failure
from stand_ins.written import fill, forge

EVIL = "\x1b[31mred\x1b]0;title\x07\u202eback\r\x9b1m\u2066\x00"


def check(text, most=3_000):
    """Raise unless every line is of letters that only print, and none is endless."""
    for line in text.split("\n"):
        assert line.isprintable(), repr(line)
        assert len(line) <= most


def test_an_error_escapes_and_shortens_what_it_repeats():
    error = DataError(f"no column {'a' * 871_762} {EVIL}; rename it")
    check(str(error))
    assert str(error).startswith("no column aaa")
    assert str(error).endswith("; rename it")
    assert "... 871,8" in str(error)


def test_an_error_of_many_lines_keeps_its_first_and_its_last():
    lines = str(StoreError("\n".join(map(str, range(10_000))))).splitlines()
    assert len(lines) == 200
    assert (lines[0], lines[-1]) == ("0", "9999")


def test_the_message_of_a_library_becomes_one_line():
    check(one_line(ValueError(f"{EVIL}\n{'b' * 160_030}")))
    assert one_line(ValueError("a\nb")) == "ValueError: a b"


def test_the_console_writes_no_sign_that_acts(monkeypatch):
    written = io.StringIO()
    monkeypatch.setattr("sys.stdout", written)
    table = Table(EVIL)
    table.add_row(EVIL)
    for shown in (EVIL, "c" * 160_030, table, "\nafter a gap"):
        console().print(shown)
    check(written.getvalue())
    assert "\\x1b[31mred" in written.getvalue()
    assert written.getvalue().endswith("\n\nafter a gap\n")
    assert len(written.getvalue()) < 5_000


@pytest.mark.parametrize("command", ["show", "report", "export", "predict"])
def test_names_and_reasons_of_a_stranger_act_on_no_terminal(tmp_path, command):
    folder, table = tmp_path / "run", tmp_path / "table.csv"
    fill(folder, trials=2)
    with Store(folder) as store:
        store.record_failure("teach001", Failure(f"{EVIL}{'r' * 160_030}"))
    forge(
        folder,
        ("UPDATE trials SET dataset = ?", EVIL),
        ("UPDATE cells SET teacher = ?, student = student || ?, regularizer = ?", EVIL, EVIL, EVIL),
    )
    table.write_text("x\n1\n")
    more = {"export": ["--format", "text"], "predict": [str(table)]}
    result = CliRunner().invoke(main, [command, str(folder), *more.get(command, [])])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    check(result.output)
    if command == "show":
        assert "\\u202eback" in result.output


def test_a_stored_reason_is_short(tmp_path):
    fill(tmp_path / "run", trials=1)
    with closing(Store(tmp_path / "run")) as store:
        store.record_failure("teach000", Failure("r" * 160_030))
        (record, _) = store.cells()
    assert len(record.reason) < 2_100
