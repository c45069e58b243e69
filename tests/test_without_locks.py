"""A file system without locks: what can be done is said, and it can be done without them."""

import errno
import os
import sqlite3

import pytest
from filelock import FileLock

from smoothdistill_core import StoreError
from smoothdistill_core.results import Results
from smoothdistill_core.store import Store
from smoothdistill_core.store.in_words import in_words
from smoothdistill_core.trial.shared_split import shared_splits
from stand_ins.written import fill


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_folder_that_cannot_be_locked_says_what_can_be_done(tmp_path, monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    fill(tmp_path / "run", trials=1)
    monkeypatch.setattr(FileLock, "acquire", refuse)
    with pytest.raises(
        StoreError, match="has no locks; give a folder on another one, or say --no-lock, and then see to"
    ):
        Store(tmp_path / "run")
    with Store(tmp_path / "run", lock=False) as store:
        store.record_unchanged("teach000", "written without a lock")
    assert "left as it was: written without a lock" in Results.read(tmp_path / "run").cells[0].notes


@pytest.mark.parametrize("code", ["SQLITE_IOERR_LOCK", "SQLITE_IOERR_RDLOCK", "SQLITE_IOERR_CHECKRESERVEDLOCK"])
def test_a_database_that_cannot_be_locked_says_what_can_be_done(code):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = getattr(sqlite3, code)
    assert "say --no-lock" in in_words(error)
    assert "run the same command again" not in in_words(error)


def test_prepared_data_are_not_written_through_a_link(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "mine").mkdir()
    with shared_splits(tmp_path / "run") as splits:
        name = splits.of("a").folder.parent.name
    (tmp_path / "run" / name).symlink_to(tmp_path / "mine")
    with shared_splits(tmp_path / "run") as splits:
        splits.of("a").folder.mkdir(parents=True)
        assert not list((tmp_path / "mine").iterdir())


@pytest.mark.slow
def test_a_recipe_runs_without_locks(small_recipe, smoothdistill):
    assert smoothdistill("run", small_recipe, "--no-lock").returncode == 0
    assert not (small_recipe.parent / "runs/small/lock").exists()
    assert smoothdistill("show", "small").returncode == 0
