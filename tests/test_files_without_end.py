"""Files that a person names: regular ones up to a limit, which can be raised; pipes and devices in one line."""

import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from smoothdistill_core import DataError, ResultError
from smoothdistill_core.cli import main
from smoothdistill_core.files import read_regular
from smoothdistill_core.report.reference_table import read_reference
from smoothdistill_equate import checkpoint


def strange(folder, kind):
    """Return a path that is no regular file."""
    path = folder / "strange"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(os.path.relpath(path))
    elif kind == "folder":
        path.mkdir()
    else:
        return Path("/dev/zero")
    return path


READERS = {
    "a recipe": lambda path: main(["validate", str(path)], standalone_mode=False),
    "a table": lambda path: main(["init", str(path), "--target", "y"], standalone_mode=False),
    "a reference table": read_reference,
    "weights": checkpoint.read,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "device"])
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_what_is_no_file_is_refused_in_one_line(tmp_path, monkeypatch, capsys, read, kind):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((DataError, ResultError, SystemExit)) as caught:
        read(strange(tmp_path, kind))
    said = capsys.readouterr().err if isinstance(caught.value, SystemExit) else f"{caught.value}\n"
    assert said.count("\n") == 1
    assert ("is a folder; " if kind == "folder" else "is a pipe or a device") in said


def test_a_file_beyond_the_limit_is_refused_until_the_limit_is_raised(tmp_path, monkeypatch):
    (tmp_path / "big").write_bytes(b"123456")
    with pytest.raises(DataError, match=r"big has 6 bytes, and at most 5 are read; .* or set SMOOTHDISTILL_MOST_BYTES"):
        read_regular(tmp_path / "big", 5)
    monkeypatch.setenv("SMOOTHDISTILL_MOST_BYTES", "6")
    assert read_regular(tmp_path / "big", 5) == b"123456"
    monkeypatch.setenv("SMOOTHDISTILL_MOST_BYTES", "6 GB")
    with pytest.raises(DataError, match="SMOOTHDISTILL_MOST_BYTES is '6 GB'; set it to a number of bytes"):
        read_regular(tmp_path / "big", 5)


def test_standard_input_is_a_file_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setenv("SMOOTHDISTILL_MOST_BYTES", "2000000")
    comment = f"# {'x' * 1_500_000}\n"
    result = CliRunner().invoke(main, ["validate", "-"], input=f"{comment}nothing: 1\n")
    assert "-:2:1: nothing: there is no key 'nothing'" in result.output
