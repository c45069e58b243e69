"""Migration: a run of one version opens in the next, whole or not at all, and what cannot be opened is said."""

import multiprocessing
import os
import signal
import sqlite3
from contextlib import closing

import pytest

from smoothdistill_core import StoreError
from smoothdistill_core.components import Role
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.store import Cell, Store, TrialRecord, migrations
from smoothdistill_core.trial import TeacherResult

FACTS = SplitFacts(Scaling((Feature("x", None, 0.0, 1.0, -2.0, 2.0),), "y", "none", 0.0, 1.0), (), {"train": 3})
TRIAL = TrialRecord("trial", "line", 0, 0)
PRESENT = 2
TEACHER = Cell("teach", "trial", Role.TEACHER, teacher="mlp", regularizer="none")


def add_a_mark(database):
    """A made step: every score gets another column, and the metric r2 another name."""
    database.execute("ALTER TABLE scores ADD COLUMN mark TEXT NOT NULL DEFAULT 'new'")
    database.execute("UPDATE scores SET metric = 'R2' WHERE metric = 'r2'")


@pytest.fixture
def present_run(tmp_path):
    with Store(tmp_path / "run") as store:
        store.claim("toy", {"choose": {}}, {})
        store.set_plan([TRIAL], [TEACHER])
        scores = {("train", "r2"): 0.5, **{("train", f"metric{number:04}"): number / 7 for number in range(2000)}}
        store.record_teacher("teach", TeacherResult(b"weights", scores, FACTS, (), 1.0))
    return tmp_path / "run"


@pytest.fixture
def next_version(monkeypatch):
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, add_a_mark))


def contents(folder):
    with Store(folder, read_only=True) as store:
        return store.contents()


def version(folder):
    with closing(sqlite3.connect(folder / "results.sqlite")) as database:
        return database.execute("PRAGMA user_version").fetchone()[0]


def marked(before):
    """Return what contents become in the made step."""
    scores = [(*row[:3], "R2" if row[3] == "r2" else row[3], row[4], "new") for row in before["scores"]]
    return {**before, "scores": sorted(scores, key=repr)}


def test_a_new_run_has_the_version_that_its_steps_lead_to(present_run):
    assert version(present_run) == migrations.newest() == len(migrations.STEPS) == PRESENT


def test_a_run_from_before_searches_could_be_spared_opens(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", migrations.STEPS[:1])
        with Store(tmp_path / "run") as store:
            store.claim("toy", {"choose": {}}, {})
            store.set_plan([TRIAL], [TEACHER])
    assert version(tmp_path / "run") == 1
    with Store(tmp_path / "run", read_only=True) as store:
        assert not store.states()["teach"].nothing_left
    with Store(tmp_path / "run") as store:
        assert not store.cells()[0].nothing_left
    assert version(tmp_path / "run") == PRESENT


def test_a_run_opens_in_the_next_version(present_run, next_version):
    with closing(sqlite3.connect(present_run / "results.sqlite")) as database:
        before = database.execute("SELECT cell, metric, value FROM scores WHERE metric != 'r2'").fetchall()
    with Store(present_run) as store:
        assert store.notices == ()
        found = store.contents()["scores"]
    kept = [(cell, metric, value) for cell, _, _, metric, value, _ in found if metric != "R2"]
    assert kept == sorted(before, key=repr)
    assert {row[-1] for row in found} == {"new"}
    assert version(present_run) == PRESENT + 1
    Store(present_run).close()
    assert contents(present_run)["scores"] == found


def test_who_only_reads_an_older_run_leaves_it_as_it_is(present_run, monkeypatch):
    before, written = contents(present_run), (present_run / "results.sqlite").read_bytes()
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, add_a_mark))
    assert contents(present_run) == marked(before)
    assert (present_run / "results.sqlite").read_bytes() == written


def migrate_and_die(folder):
    def die_half_way(database):
        database.execute("PRAGMA cache_size = 1")  # so that the step reaches the file before its end
        add_a_mark(database)
        database.execute("UPDATE scores SET value = 0")
        os.kill(os.getpid(), signal.SIGKILL)

    migrations.STEPS = (*migrations.STEPS, die_half_way)
    Store(folder)


def test_a_step_that_is_killed_half_way_leaves_the_version_before_it(present_run, monkeypatch):
    before = contents(present_run)
    process = multiprocessing.get_context("fork").Process(target=migrate_and_die, args=(present_run,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert (present_run / "results.sqlite-journal").exists()
    assert contents(present_run) == before
    assert version(present_run) == PRESENT
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, add_a_mark))
    with Store(present_run) as store:
        assert store.notices == ()
        assert store.contents() == marked(before)
    assert version(present_run) == PRESENT + 1


def test_a_step_that_fails_leaves_the_version_before_it(present_run, monkeypatch):
    before = contents(present_run)

    def fail(database):
        add_a_mark(database)
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", (*migrations.STEPS, fail))
        with pytest.raises(StoreError, match="the disk is full"):
            Store(present_run)
    assert contents(present_run) == before


def test_damage_is_noticed_before_a_step_gives_new_checksums(present_run, next_version):
    with closing(sqlite3.connect(present_run / "results.sqlite")) as database, database:
        database.execute("UPDATE scores SET value = 9 WHERE metric = 'r2'")
    with pytest.raises(StoreError, match="a row of scores is not what was written"):
        Store(present_run, read_only=True)
    with Store(present_run) as store:
        assert "was damaged (a row of scores is not what was written" in store.notices[0]
        assert store.contents()["scores"] == []
        assert store.contents()["trials"][0][0] == "trial"
    assert version(present_run) == PRESENT + 1


@pytest.mark.parametrize("user_version", [0, 3, 4])
@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_from_before_there_were_steps_is_refused_in_one_line(tmp_path, user_version, read_only):
    (tmp_path / "run").mkdir()
    with closing(sqlite3.connect(tmp_path / "run" / "results.sqlite")) as database:
        database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        database.execute(f"PRAGMA user_version = {user_version}")
    with pytest.raises(StoreError, match="too old to go on from; give another folder or name, and run again") as error:
        Store(tmp_path / "run", read_only=read_only)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_run_of_a_newer_version_is_refused(present_run, read_only):
    with closing(sqlite3.connect(present_run / "results.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
    told = rf"written by a newer smoothdistill \(its version is 99, this one knows {PRESENT}\)"
    with pytest.raises(StoreError, match=told):
        Store(present_run, read_only=read_only)


def test_a_file_that_lost_its_version_is_damaged_and_nothing_is_lost(present_run):
    before = contents(present_run)
    with closing(sqlite3.connect(present_run / "results.sqlite")) as database:
        database.execute("PRAGMA user_version = 0")
    with pytest.raises(StoreError, match=r"the results are damaged \(its version is missing\)"):
        Store(present_run, read_only=True)
    with Store(present_run) as store:
        assert "1 finished cell could be read" in store.notices[0]
        store.set_plan([TRIAL], [TEACHER])
        assert store.contents() == before
