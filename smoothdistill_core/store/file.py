"""The file of a run: who may open it, and what is done where it is new, damaged or of another version."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from importlib import resources
from pathlib import Path

from filelock import FileLock, Timeout

from smoothdistill_core.errors import StoreError
from smoothdistill_core.store.damage import damage, is_damage, keep_copy, salvage

FILE = "results.sqlite"
LOCK = "lock"
VERSION = 4
BUSY_SECONDS = 60.0
"""How long a writer waits for those who read."""


def open_in_memory(stack: ExitStack) -> sqlite3.Connection:
    """Return a new database that lives in memory only; ``stack`` closes it."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    stack.callback(database.close)
    _begin(database)
    return database


def open_to_read(folder: Path, stack: ExitStack) -> sqlite3.Connection:
    """Return the database of a run for reading, also while the run goes on; ``stack`` closes it."""
    if not (folder / FILE).is_file():
        raise StoreError(f"{folder} holds no run: there is no {FILE} in it; give the folder that a run wrote")
    _roll_back(folder)
    database = sqlite3.connect(f"{(folder / FILE).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    stack.callback(database.close)
    if _version(database, folder) == 0:
        raise StoreError(f"{folder} holds a run that had not begun to store anything; run its recipe again")
    return database


def open_to_write(folder: Path, stack: ExitStack) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    """Return the database of a run, begun where there is none, and what there is to say; the folder is ours now.

    A damaged file is kept under another name, and what can be read of it goes into a new one. ``stack`` closes the
    database and gives the folder free.
    """
    _lock(folder, stack)
    path = folder / FILE
    wrong = _damage(path)
    notices = () if wrong is None else (_mend(path, wrong),)
    database = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
    stack.callback(database.close)
    if _version(database, folder) == 0:
        _begin(database)
    return database, notices


def check_room(folder: Path) -> None:
    """Raise `StoreError` for a place that neither holds a run nor is free for one."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file; give a folder")
    strangers = {entry.name for entry in folder.iterdir()} - {LOCK} if folder.is_dir() else set()
    if strangers and FILE not in strangers:
        raise StoreError(f"{folder} is not empty and holds no run; give a new or empty folder")


def _lock(folder: Path, stack: ExitStack) -> None:
    """Make the folder ours, or raise: one process a run folder."""
    check_room(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise StoreError(f"{folder} is in use by another process; wait for it, or stop it") from None
    stack.callback(lock.release)


def _begin(database: sqlite3.Connection) -> None:
    schema = resources.files(__package__).joinpath("schema.sql").read_text()
    database.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {VERSION}; COMMIT;")


def _version(database: sqlite3.Connection, folder: Path) -> int:
    """Return the version of the schema, 0 of an empty file; raises `StoreError` for any that is not ours."""
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise StoreError(f"{folder} was written by a newer smoothdistill; update this one with pip")
    if 0 < version < VERSION:
        raise StoreError(f"{folder} was written by an older smoothdistill; give another folder, and run again")
    return version


def _damage(path: Path) -> str | None:
    """Return what is wrong with a file of our version, or None."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
        try:
            _version(database, path.parent)
            return damage(database)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return str(error)


def _mend(path: Path, wrong: str) -> str:
    """Put a new file with what can be read in place of a damaged one, and return what is to be said of it."""
    kept = keep_copy(path)
    found = salvage(kept, VERSION)
    new = path.with_name(f"{FILE}.new")
    new.unlink(missing_ok=True)
    with closing(sqlite3.connect(new, isolation_level=None)) as database:
        _begin(database)
        found.store(database)
    new.replace(path)  # whoever is killed before this line leaves the damaged file in its place
    cells = f"{len(found.cells)} finished cell{'s' * (len(found.cells) != 1)}"
    return (
        f"{path} was damaged ({wrong}): it is kept as {kept.name}; {cells} could be read from it and will not run again"
    )


def _roll_back(folder: Path) -> None:
    """Undo the transaction in which a run was killed: SQLite itself does that only for those who may write."""
    if not (folder / f"{FILE}-journal").exists():
        return
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return  # the journal is that of a run that goes on
    try:
        with closing(sqlite3.connect(folder / FILE)) as database:
            database.execute("SELECT count(*) FROM sqlite_master")
    finally:
        lock.release()
