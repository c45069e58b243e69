"""Damage: one changed byte anywhere in a stored file is noticed; what is lost is said, and everything else is kept."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from smoothdistill_core import StoreError
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.results import Results
from smoothdistill_core.store import (
    JudgedFormula,
    JudgementRecord,
    PortraitRecord,
    Store,
)
from stand_ins.written import CONTENT, METRICS, SCORED_BY, VERSIONS, fill


def flip(path, place, bit=1):
    """Change one bit of a file."""
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ bit]))


def change(folder, statement):
    """Change rows as a hand would that knows of no checksums."""
    with closing(sqlite3.connect(folder / "results.sqlite")) as database, database:
        assert database.execute(statement).rowcount > 0


def everything(folder):
    """Read all that a run holds."""
    with Store(folder, read_only=True) as store:
        weights = {key: store.weights(key) for key in sorted(store.with_weights())}
        return repr((replace(Results.of(store), folder=None), store.states(), weights))


def plan_again(store, written):
    """Do what a study does when it begins; return what the recipe was before."""
    before = store.claim("toy", CONTENT, VERSIONS, metrics=METRICS)
    store.set_plan(written.trials, written.cells)
    return before


@pytest.mark.slow
def test_whatever_page_is_damaged_what_can_be_read_is_kept_and_true(tmp_path):
    written = fill(tmp_path / "run")
    sound = (tmp_path / "run" / "results.sqlite").read_bytes()
    most = 0
    for page in range(len(sound) // 4096):
        folder = tmp_path / str(page)
        folder.mkdir()
        damaged = sound[: page * 4096] + b"\xa5" * 4096 + sound[(page + 1) * 4096 :]
        (folder / "results.sqlite").write_bytes(damaged)
        with Store(folder) as store:
            if not store.notices:  # a page that nothing uses
                continue
            assert "results.sqlite was damaged" in store.notices[0]
            assert (folder / "results.sqlite.damaged-1").read_bytes() == damaged
            plan_again(store, written)
            kept = [record for record in store.cells() if record.state == "done"]
            assert f"{len(kept)} finished cell" in store.notices[0]
            most = max(most, len(kept))
            for record in kept:
                assert record == written.records[record.cell.key]
    assert 30 < most <= 60


@pytest.mark.parametrize(
    ("table", "change_of"),
    [
        ("cells", "seconds = 9.5 WHERE key = 'study003'"),
        ("cells", "row_count = 5 WHERE key = 'study003'"),
        ("cells", "scored_by = '{}' WHERE key = 'study003'"),
        ("scores", "value = 0.99 WHERE cell = 'study003' AND candidate = 0 AND part = 'test'"),
        ("scores", "cell = 'study00z' WHERE cell = 'study003' AND candidate = 0 AND part = 'test'"),
        ("scores", "part = 'tess' WHERE cell = 'study003' AND candidate = 0 AND part = 'test'"),
        ("formulas", "tree = '[\"ad' WHERE cell = 'study003' AND candidate = 1"),
        ("formulas", "pole = '1/x' WHERE cell = 'study003' AND candidate = 1"),
    ],
)
def test_a_cell_that_was_changed_is_refused_by_readers_and_run_anew(tmp_path, table, change_of):
    folder = tmp_path / "run"
    written = fill(folder, trials=6)
    change(folder, f"UPDATE {table} SET {change_of}")
    with pytest.raises(StoreError, match=f"the results are damaged .a row of {table} is not what was written"):
        Results.read(folder)
    with Store(folder) as store:
        assert "11 finished cells could be read from it and will not run again" in store.notices[0]
        assert plan_again(store, written) == CONTENT
        states = {record.cell.key: record.state for record in store.cells()}
    assert [key for key, state in states.items() if state != "done"] == ["study003"]


@pytest.mark.parametrize("changed", ["cells SET scored_by = '{}' WHERE key", "scores SET value = 0.9 WHERE cell"])
def test_nothing_is_added_to_a_cell_that_is_damaged_while_the_run_goes_on(tmp_path, changed):
    folder = tmp_path / "run"
    fill(folder, trials=1)
    with Store(folder) as store:
        change(folder, f"UPDATE {changed} = 'study000'")
        before = (folder / "results.sqlite").read_bytes()
        with pytest.raises(StoreError, match="is not what was written"):
            store.record_scores("study000", [{("test", "size"): 1.0}, {("test", "size"): 2.0}], {"size": "2b"})
        with pytest.raises(StoreError, match="is not what was written"):
            store.front("study000")
        assert (folder / "results.sqlite").read_bytes() == before


def test_a_cell_that_got_further_scores_is_whole(tmp_path):
    fill(tmp_path / "run", trials=1)
    with Store(tmp_path / "run") as store:
        store.record_scores("study000", [{("test", "size"): 1.0}, {("test", "size"): 2.0}], {"size": "2b"})
        store.record_unchanged("teach000", "no luck")
    assert Results.read(tmp_path / "run").cells[1].scored_by == {**SCORED_BY, "size": "2b"}
    with Store(tmp_path / "run") as store:
        assert store.notices == ()


@pytest.mark.parametrize("table", ["scores", "formulas"])
def test_a_cell_that_lacks_a_row_is_not_whole(tmp_path, table):
    folder = tmp_path / "run"
    fill(folder, trials=6)
    change(folder, f"DELETE FROM {table} WHERE cell = 'study003' AND candidate = 1")
    with pytest.raises(StoreError, match=r"the cell 'study003' has . formulas and scores, 6 were written"):
        Results.read(folder)
    with Store(folder) as store:
        assert "11 finished cells" in store.notices[0]


def test_a_lost_cell_of_the_plan_is_noticed(tmp_path):
    folder = tmp_path / "run"
    fill(folder, trials=6)
    change(folder, "DELETE FROM cells WHERE key = 'teach003'")
    with pytest.raises(StoreError, match="there are 11 cells of a plan of 12"):
        Results.read(folder)
    with Store(folder) as store:
        assert "a cell is missing: 'teach003'" in store.notices[0]


@pytest.mark.parametrize("changed", ["UPDATE trials SET key = 'trial00z' WHERE", "DELETE FROM trials WHERE"])
def test_a_damaged_trial_takes_its_cells_with_it(tmp_path, changed):
    folder = tmp_path / "run"
    written = fill(folder, trials=6)
    change(folder, f"{changed} key = 'trial003'")
    with pytest.raises(StoreError, match="the results are damaged"):
        Results.read(folder)
    with Store(folder) as store:
        assert "10 finished cells" in store.notices[0]
        plan_again(store, written)
        states = {record.cell.key: record.state for record in store.cells()}
    assert {key for key, state in states.items() if state == "planned"} == {"teach003", "study003"}


@pytest.mark.parametrize("key", ["recipe", "content", "versions", "left_out", "metrics"])
def test_damaged_run_data_are_refused_by_name_and_written_again_from_the_recipe(tmp_path, key):
    folder = tmp_path / "run"
    written = fill(folder, trials=6)
    before = everything(folder)
    change(folder, f"UPDATE meta SET value = '{{\"x\": 1' WHERE key = '{key}'")
    with pytest.raises(StoreError, match=f"a row of meta is not what was written: '{key}'"):
        Results.read(folder)
    with Store(folder) as store:
        assert store.notices[0].endswith(f"12 finished cells could be read from it and will not run again; lost: {key}")
        assert plan_again(store, written) == (None if key == "content" else CONTENT)
    assert everything(folder) == before


@pytest.mark.parametrize("key", ["recipe", "content", "versions", "left_out", "metrics", "plan"])
def test_run_data_of_which_a_row_is_missing_are_refused(tmp_path, key):
    folder = tmp_path / "run"
    written = fill(folder, trials=6)
    before = everything(folder)
    change(folder, f"DELETE FROM meta WHERE key = '{key}'")
    with pytest.raises(StoreError, match=f"a row of meta is missing: '{key}'|there are 12 cells of a plan of 0"):
        Results.read(folder)
    with Store(folder) as store:
        assert "12 finished cells" in store.notices[0]
        plan_again(store, written)
    assert everything(folder) == before


def test_a_damaged_plan_is_written_again(tmp_path):
    folder = tmp_path / "run"
    written = fill(folder, trials=6)
    before = everything(folder)
    change(folder, "UPDATE cells SET place = 1 WHERE key = 'study003'")
    with pytest.raises(StoreError, match="a row of cells is not what was written: 'study003'"):
        Results.read(folder)
    change(folder, "UPDATE meta SET value = '13' WHERE key = 'plan'")
    with Store(folder) as store:
        plan_again(store, written)
        assert sum(record.state == "done" for record in store.cells()) == 11
    assert everything(folder) != before


def test_weights_that_were_changed_are_dropped(tmp_path):
    folder = tmp_path / "run"
    fill(folder, trials=6)
    change(folder, "UPDATE weights SET data = x'00' WHERE cell = 'teach003'")
    with Store(folder, read_only=True) as store, pytest.raises(StoreError, match="a row of weights is not what"):
        store.with_weights()
    with Store(folder) as store:
        assert "12 finished cells" in store.notices[0]
        assert store.with_weights() == {f"teach{number:03}" for number in (0, 1, 2, 4, 5)}


@pytest.mark.parametrize("place", [18, 47, 59])
def test_a_damaged_beginning_of_the_file_is_noticed_before_anything_is_written(tmp_path, place):
    fill(tmp_path / "run", trials=1)
    flip(tmp_path / "run" / "results.sqlite", place, 4)
    with pytest.raises(StoreError, match="the results are damaged"):
        Results.read(tmp_path / "run")
    with Store(tmp_path / "run") as store:
        assert "was damaged (it does not begin as such a file does)" in store.notices[0]
        assert "2 finished cells could be read" in store.notices[0]


def test_a_damaged_description_of_the_tables_is_noticed_and_nothing_is_lost(tmp_path):
    fill(tmp_path / "run", trials=1)
    path = tmp_path / "run" / "results.sqlite"
    for name in (b"DEFAULT 'planned'", b"teacher_cell TEXT"):
        flip(path, path.read_bytes().index(name) + 10)
    with pytest.raises(StoreError, match="the results are damaged"):
        Results.read(tmp_path / "run")
    with Store(tmp_path / "run") as store:
        assert store.notices[0].endswith("2 finished cells could be read from it and will not run again")


def test_a_file_that_is_no_database_is_kept_aside_each_time(tmp_path):
    for number in (1, 2):
        fill(tmp_path / "run", trials=1)
        (tmp_path / "run" / "results.sqlite").write_bytes(b"not a database" * 100)
        with Store(tmp_path / "run") as store:
            assert "0 finished cells could be read" in store.notices[0]
            assert store.states() == {}
        assert (tmp_path / "run" / f"results.sqlite.damaged-{number}").read_bytes() == b"not a database" * 100
    with Store(tmp_path / "run") as store:
        assert store.notices == ()


def test_a_reader_says_of_a_damaged_file_what_is_wrong_and_touches_nothing(tmp_path):
    Store(tmp_path / "run").close()
    (tmp_path / "run" / "results.sqlite").write_bytes(b"not a database" * 100)
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    with pytest.raises(
        StoreError, match=r"the results are damaged .*run the recipe again: the damaged file is kept aside"
    ):
        Store(tmp_path / "run", read_only=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


def test_what_was_mended_is_whole_also_where_nothing_is_planned_again(tmp_path):
    fill(tmp_path / "run", trials=6)
    change(tmp_path / "run", "UPDATE cells SET seconds = 9.5 WHERE key = 'study003'")
    with Store(tmp_path / "run") as store:
        assert "11 finished cells" in store.notices[0]
    with Store(tmp_path / "run") as store:
        assert store.notices == ()
        assert [state.state for state in store.states().values()] == ["done"] * 11


def test_every_row_carries_a_checksum(tmp_path):
    fill(tmp_path / "run", trials=2)
    with Store(tmp_path / "run") as store:
        store.record_judgement(JudgementRecord("line", "", "abc", (JudgedFormula("study000", 0, (0.1,), {"r2": 0.9}),)))
        store.record_portrait(PortraitRecord("line", "abc", Portrait("test", 1, {"x": (1.0,)}, (2.0,), None, ())))
    with closing(sqlite3.connect(tmp_path / "run" / "results.sqlite")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"meta", "trials", "cells", "formulas", "scores", "weights", "judgements", "portraits"} == set(names)
        for name in names:
            rows, sums = database.execute(f"SELECT count(*), count(DISTINCT checksum) FROM {name}").fetchone()
            assert rows == sums > 0, name


def test_whatever_is_written_gets_its_checksum(tmp_path):
    fill(tmp_path / "run", trials=1)
    with Store(tmp_path / "run") as store:
        store._database.execute("UPDATE cells SET reason = 'a writer that knows of no checksums'")
        store._database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('recipe', '\"other\"')")
        assert {record.reason for record in store.cells()} == {"a writer that knows of no checksums"}
        assert store.noted().recipe == "other"


def test_a_row_that_makes_no_sense_is_said(tmp_path):
    fill(tmp_path / "run", trials=1)
    with Store(tmp_path / "run") as store:
        for statement, ask in (
            ("UPDATE formulas SET tree = '[\"ad'", store.cells),
            ("UPDATE cells SET scored_by = '[1]'", store.states),
            ("UPDATE meta SET value = '[1' WHERE key = 'content'", lambda: store.last_content("toy")),
        ):
            store._database.execute(statement)
            with pytest.raises(StoreError, match=r"hold what no run of this version wrote .*; give another folder"):
                ask()
