"""A run folder from anybody: whatever its file holds, reading it ends soon, in results or in one clear error."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from smoothdistill_core import StoreError
from smoothdistill_core.cli import main
from smoothdistill_core.cli.exit_codes import BAD_FOLDER
from smoothdistill_core.results import Results
from smoothdistill_core.store import Store
from stand_ins.written import FACTS, fill, forge

DEEP = "[" * 100_000 + "]" * 100_000
STUDY = "WHERE cell = 'study000'"


def facts(**changed):
    """Return the facts of a trial with some of its scaling changed."""
    scaling, notes, rows = json.loads(FACTS.to_json())
    return json.dumps([json.dumps(json.loads(scaling) | changed), notes, rows])


def feature(**changed):
    """Return the facts of a trial with some of its feature changed."""
    return facts(features=[json.loads(FACTS.scaling.to_json())["features"][0] | changed])


FORGED = {
    "an input that is not there": (f"UPDATE formulas SET tree = ? {STUDY}", '["x999999999"]'),
    "an input that is not there, rounded": (f"UPDATE formulas SET rounded = ? {STUDY}", '["x1"]'),
    "a tree that is none": (f"UPDATE formulas SET explained = ? {STUDY}", "7"),
    "a deep tree": (f"UPDATE formulas SET tree = ? {STUDY}", DEEP),
    "a tree with a surplus": (f"UPDATE formulas SET tree = ? {STUDY}", json.dumps([1] * 3_000_000)),
    "a tree of too many nodes": (f"UPDATE formulas SET tree = ? {STUDY}", json.dumps(["neg"] * 200_000 + [1])),
    "a tree that is a blob": (f"UPDATE formulas SET tree = ? {STUDY}", b'["x0"]'),
    "deep errors": (f"UPDATE formulas SET errors = ? {STUDY}", DEEP),
    "errors that are text": (f"UPDATE formulas SET errors = ? {STUDY}", '["a"]'),
    "deep notes": (f"UPDATE formulas SET notes = ? {STUDY}", DEEP),
    "notes with lists": (f"UPDATE formulas SET notes = ? {STUDY}", "[[1], {}]"),
    "deep notes of a cell": ("UPDATE cells SET notes = ?", DEEP),
    "notes of a cell with lists": ("UPDATE cells SET notes = ?", "[[]]"),
    "notes of a cell that are a number": ("UPDATE cells SET notes = ?", "1"),
    "many notes": ("UPDATE cells SET notes = ?", json.dumps(["note"] * 100_000)),
    "a reason that is a blob": ("UPDATE cells SET reason = ?", b"x"),
    "a teacher that is a blob": ("UPDATE cells SET teacher = ?", b"\xff"),
    "seconds that are text": ("UPDATE cells SET seconds = ?", "soon"),
    "negative seconds": ("UPDATE cells SET seconds = ?", -1.0),
    "no end of seconds": ("UPDATE cells SET seconds = ?", float("inf")),
    "attempts that are text": ("UPDATE cells SET attempts = ?", "often"),
    "metrics that are a list": ("UPDATE cells SET scored_by = ?", "[1]"),
    "a dataset that is a blob": ("UPDATE trials SET dataset = ?", b"x"),
    "deep facts": ("UPDATE trials SET facts = ?", DEEP),
    "facts that are a number": ("UPDATE trials SET facts = ?", "1"),
    "no facts": ("UPDATE trials SET facts = NULL",),
    **{
        f"rows of {rows}": ("UPDATE trials SET facts = ?", json.dumps([FACTS.scaling.to_json(), [], json.loads(rows)]))
        for rows in ("null", "1", "[]", '"abc"', '{"train": "many"}', '{"train": -1}', '{"x": 1}')
    },
    "a deep unit": ("UPDATE trials SET facts = ?", facts(unit=json.loads("[" * 500 + "]" * 500))),
    "a unit that is computed for ever": ("UPDATE trials SET facts = ?", feature(unit="9**9**9**9")),
    "a unit of open brackets": ("UPDATE trials SET facts = ?", feature(unit="(" * 100)),
    "a scale of 0": ("UPDATE trials SET facts = ?", facts(scale=0.0)),
    "a scale that is no number": ("UPDATE trials SET facts = ?", feature(scale=None)),
    "an infinite mean": ("UPDATE trials SET facts = ?", feature(mean=float("inf"))),
    "a range from end to begin": ("UPDATE trials SET facts = ?", feature(low=3.0)),
    "a transform nobody knows": ("UPDATE trials SET facts = ?", facts(transform="exec")),
    "no features": ("UPDATE trials SET facts = ?", facts(features=[])),
    "a score that is text": (f"UPDATE scores SET value = ? {STUDY}", "high"),
    "a part nobody knows": (f"UPDATE scores SET part = metric || candidate || part {STUDY}",),
    "deep content": ("UPDATE meta SET value = ? WHERE key = 'content'", f'{{"choose": {DEEP}}}'),
    "content that is a list": ("UPDATE meta SET value = ? WHERE key = 'content'", "[]"),
    "content without a choice": ("UPDATE meta SET value = ? WHERE key = 'content'", "{}"),
    "content with an odd choice": ("UPDATE meta SET value = ? WHERE key = 'content'", '{"choose": {"part": 1}}'),
    "content with odd trials": ("UPDATE meta SET value = ? WHERE key = 'content'", '{"choose": {}, "trials": 1}'),
    "content with odd splits": ("UPDATE meta SET value = ? WHERE key = 'content'", '{"choose": {}, "prepare": []}'),
    "content with odd limits": ("UPDATE meta SET value = ? WHERE key = 'content'", '{"choose": {}, "distil": "x"}'),
    "metrics nobody knows": ("UPDATE meta SET value = ? WHERE key = 'metrics'", '[{"label": 1}]'),
    "a name that is a list": ("UPDATE meta SET value = ? WHERE key = 'recipe'", "[]"),
    "content of many levels": (
        "UPDATE meta SET value = ? WHERE key = 'content'",
        '{"choose": {}, "x": ' + "[" * 100 + "]" * 100 + "}",
    ),
    "a plan that is text": ("UPDATE meta SET value = ? WHERE key = 'plan'", "many"),
    "a plan of digits": ("UPDATE meta SET value = ? WHERE key = 'plan'", "9" * 5_000),
    "a portrait that is a list": ("INSERT INTO portraits (dataset, drawn, content) VALUES ('line', '', '[]')",),
    "a deep portrait": ("INSERT INTO portraits (dataset, drawn, content) VALUES ('line', '', ?)", DEEP),
    "a judgement that is a number": ("INSERT INTO judgements VALUES (0, 'line', '', '', '[1]')",),
    "a deep judgement": ("INSERT INTO judgements VALUES (0, 'line', '', '', ?)", DEEP),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_value_that_cannot_be_is_refused_in_one_line_and_soon(tmp_path, forged):
    fill(tmp_path / "run", trials=2)
    forge(tmp_path / "run", forged)
    result = CliRunner().invoke(main, ["show", str(tmp_path / "run")])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == BAD_FOLDER
    assert result.output.startswith(f"{tmp_path / 'run'}: the results ")
    assert result.output.count("\n") == 1
    assert len(result.output) < 1_000
    with pytest.raises(StoreError):
        Results.read(tmp_path / "run")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER more AFTER UPDATE ON cells BEGIN DELETE FROM scores; END",
        "CREATE VIRTUAL TABLE more USING fts5(text)",
        "CREATE TABLE more (one)",
        "CREATE INDEX more ON scores (value)",
    ],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_only_the_tables_of_a_run_are_taken(tmp_path, statement, read_only):
    fill(tmp_path / "run", trials=2)
    with closing(sqlite3.connect(tmp_path / "run" / "results.sqlite")) as database:
        database.execute(statement)
    if read_only:
        with pytest.raises(StoreError, match=r"the results are damaged .it.* (tables|made).; run the recipe again"):
            Store(tmp_path / "run", read_only=True)
        return
    with Store(tmp_path / "run") as store:
        assert "4 finished cells could be read" in store.notices[0]
    assert len(Results.read(tmp_path / "run").trials) == 0  # until it is planned again


ENDLESS = (
    "CREATE VIEW scores AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT 0 checksum, '' cell, i candidate, '' part, '' metric, 0.0 value FROM n WHERE i < 0"
)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("read_only", [True, False])
def test_a_query_without_end_in_the_place_of_a_table_is_not_asked(tmp_path, read_only):
    fill(tmp_path / "run", trials=2)
    with closing(sqlite3.connect(tmp_path / "run" / "results.sqlite")) as database:
        database.execute("DROP TABLE scores")
        database.execute(ENDLESS)
    if read_only:
        with pytest.raises(StoreError, match="it holds more than tables"):
            Store(tmp_path / "run", read_only=True)
    else:
        with Store(tmp_path / "run") as store:
            assert "0 finished cells could be read" in store.notices[0]


@pytest.mark.slow
def test_what_portraits_and_judgements_say_of_other_formulas_is_not_shown(tmp_path, small_recipe, smoothdistill):
    assert smoothdistill("run", small_recipe).returncode == 0
    shown = smoothdistill("show", tmp_path / "runs/small", "--json")
    with closing(sqlite3.connect(tmp_path / "runs/small/results.sqlite")) as database:
        (found,) = database.execute("SELECT found FROM judgements").fetchone()
        (content,) = database.execute("SELECT content FROM portraits").fetchone()
    portrait = json.loads(content)
    for formula in portrait["formulas"]:
        formula["standard_errors"] = [1.0] * 50
    forge(
        tmp_path / "runs/small",
        ("UPDATE judgements SET found = ?", json.dumps(json.loads(found)[1:])),
        ("UPDATE portraits SET content = ?", json.dumps(portrait)),
    )
    for command in (["show"], ["show", "--json"], ["report"]):
        assert smoothdistill(*command, tmp_path / "runs/small").returncode == 0, command
    assert shown.returncode == 0


def peak(*arguments):
    """Return how much more memory (bytes) a command takes than one that reads nothing, and its exit code."""
    code = (
        "import sys, resource; from smoothdistill_core.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, end.code, file=sys.stderr)"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, timeout=100, check=False
    )
    assert "Traceback" not in process.stderr
    kilobytes, exit_code = process.stderr.split()[-2:]
    return int(kilobytes) * 1024, exit_code


@pytest.mark.slow
@pytest.mark.parametrize(
    "forged",
    [
        (f"UPDATE formulas SET errors = ? {STUDY}", "[" + "1," * 5_000_000 + "1]"),
        (f"UPDATE formulas SET tree = ? {STUDY}", "[" + "1," * 5_000_000 + "1]"),
        ("UPDATE cells SET notes = ?", "[" + '"",' * 2_000_000 + '""]'),
        ("UPDATE meta SET value = ? WHERE key = 'content'", '{"choose": {}, "x": [' + "[]," * 3_000_000 + "[]]}"),
        ("UPDATE cells SET reason = ?", "\U0001f600" + "\x01" * 5_000_000),
    ],
)
def test_reading_takes_memory_in_proportion_to_the_file(tmp_path, forged):
    fill(tmp_path / "run", trials=2)
    usual, _ = peak("show", tmp_path / "run")
    forge(tmp_path / "run", forged)
    taken, _ = peak("show", tmp_path / "run")
    assert taken - usual < 200e6 + 10 * (tmp_path / "run" / "results.sqlite").stat().st_size


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("name", ["results.sqlite.new", "results.sqlite.damaged-1", "results.sqlite.damaged-1-journal"])
def test_a_damaged_file_is_kept_beside_a_link_and_not_written_through_it(tmp_path, name, there):
    folder, mine = tmp_path / "run", tmp_path / "mine"
    fill(folder, trials=1)
    damaged = (folder / "results.sqlite").read_bytes()[:-4096] + bytes(4096)
    (folder / "results.sqlite").write_bytes(damaged)
    if there:
        mine.write_text("mine")
    (folder / name).symlink_to(mine)
    with Store(folder) as store:
        kept = "results.sqlite.damaged-2" if "damaged" in name else "results.sqlite.damaged-1"
        assert f"it is kept as {kept}; " in store.notices[0]
    assert (folder / kept).read_bytes() == damaged
    assert mine.exists() is there
    assert not there or mine.read_text() == "mine"


@pytest.mark.parametrize("name", ["report.html", "report.html.part"])
def test_a_report_is_not_written_through_a_link(tmp_path, name):
    folder, mine = tmp_path / "run", tmp_path / "mine"
    fill(folder, trials=1)
    mine.write_text("mine")
    (folder / name).symlink_to(mine)
    result = CliRunner().invoke(main, ["report", str(folder)])
    assert result.exit_code == 0, result.output
    assert (folder / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("name", ["results.sqlite", "results.sqlite-journal", "lock"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_folder_in_which_a_file_of_ours_is_none_is_refused(tmp_path, name, kind):
    folder = tmp_path / "run"
    fill(folder, trials=1)
    (folder / name).unlink(missing_ok=True)
    made = {"link": lambda path: path.symlink_to(tmp_path / "mine"), "pipe": os.mkfifo, "folder": Path.mkdir}
    made[kind](folder / name)
    with pytest.raises(StoreError, match="is a link or no file at all, and nothing is written to it; remove it"):
        Store(folder)
    assert not (tmp_path / "mine").exists()
    if name == "results.sqlite-journal" and kind != "link":  # this one leads to nothing, and a reader makes nothing
        with pytest.raises(StoreError, match="nothing is written to it"):
            Store(folder, read_only=True)


def test_a_journal_deletes_no_file_of_the_user(tmp_path):
    folder, mine = tmp_path / "run", tmp_path / "mine"
    fill(folder, trials=1)
    mine.write_bytes(b"")
    name = os.fsencode(mine)
    journal = bytes.fromhex("d9d505f920a163d7") + bytes(504) + b"\0\0\0\1" + name
    journal += len(name).to_bytes(4) + sum(name).to_bytes(4) + bytes.fromhex("d9d505f920a163d7")
    (folder / "results.sqlite-journal").write_bytes(journal)
    with pytest.raises(StoreError, match="its journal names other files"):
        Store(folder, read_only=True)
    Store(folder).close()
    assert mine.exists()
