"""The file of a run: who may open it, and what is done where it is new, damaged or of another version."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from smoothdistill_core.errors import StoreError
from smoothdistill_core.store.checksums import DamageError, columns, keep_checksums, tables
from smoothdistill_core.store.connection import check_journal, check_regular, connect, is_unlockable
from smoothdistill_core.store.damage import check_header, check_pages, check_rows, check_whole, is_damage
from smoothdistill_core.store.migrations import migrate, newest, version_of
from smoothdistill_core.store.salvage import keep_copy, salvage

FILE = "results.sqlite"
LOCK = "lock"
RECIPE = "recipe.yaml"
TABLE = "table.csv"
"""What `smoothdistill fit` keeps in a run folder before there are results: the recipe, and a table without a file."""

JOURNAL = f"{FILE}-journal"
"""What SQLite keeps beside the file while it writes."""


def open_in_memory(stack: ExitStack) -> sqlite3.Connection:
    """Return a new database that lives in memory only; ``stack`` closes it."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    stack.callback(database.close)
    migrate(database)
    keep_checksums(database)
    return database


def open_to_read(folder: Path, stack: ExitStack) -> sqlite3.Connection:
    """Return the database of a run for reading, also while the run goes on; ``stack`` closes it."""
    if not (folder / FILE).is_file():
        raise StoreError(f"{folder} holds no run: there is no {FILE} in it; give the folder that a run wrote")
    _roll_back(folder)
    check_header(folder / FILE)
    try:
        database = connect(folder / FILE, stack)
    except sqlite3.OperationalError as error:
        if not is_unlockable(error):
            raise
        database = connect(folder / FILE, stack, lock=False)  # what is written meanwhile is noticed by its checksums
    version = _version(database, folder)
    if version == 0:
        raise StoreError(f"{folder} holds a run that had not begun to store anything; run its recipe again")
    if version < newest():
        return _migrated(database, stack)
    check_pages(database)
    return database


def open_to_write(folder: Path, stack: ExitStack, *, lock: bool) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    """Return the database of a run, begun where there is none, and what there is to say; the folder is ours now.

    A file of an older version is brought to ours, for good. A damaged file is kept under another name, and what can be
    read of it goes into a new one. ``stack`` closes the database and gives the folder free. Without ``lock`` others are
    not kept away.
    """
    check_room(folder)
    folder.mkdir(parents=True, exist_ok=True)
    check_regular(folder, FILE, JOURNAL, LOCK)
    if lock:
        _lock(folder, stack)
    path = folder / FILE
    wrong = _damage(path, lock)
    notices = () if wrong is None else (_mend(path, *wrong),)
    database = connect(path, stack, write=True, lock=lock)
    migrate(database)
    keep_checksums(database)
    return database, notices


def _migrated(older: sqlite3.Connection, stack: ExitStack) -> sqlite3.Connection:
    """Return what a file of an older version holds as one of ours, in memory: the file may be another's to write."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    stack.callback(database.close)
    older.backup(database)
    check_rows(database)
    migrate(database)
    return database


def check_room(folder: Path) -> None:
    """Raise `StoreError` for a place that neither holds a run nor is free for one."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file; give a folder")
    strangers = {entry.name for entry in folder.iterdir()} - {LOCK, RECIPE, TABLE} if folder.is_dir() else set()
    if strangers and FILE not in strangers:
        raise StoreError(f"{folder} is not empty and holds no run; give a new or empty folder")


def _lock(folder: Path, stack: ExitStack) -> None:
    """Make the folder ours, or raise: one process a run folder."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise StoreError(f"{folder} is in use by another process; wait for it, or stop it") from None
    stack.callback(_release, lock)


def _release(lock: FileLock) -> None:
    """Give a lock free; where the file system refuses, it goes with the process."""
    with suppress(OSError):
        lock.release()


def _version(database: sqlite3.Connection, folder: Path) -> int:
    """Return the version of a file, 0 of an empty one; raises `StoreError` for any that cannot be brought to ours."""
    version, known = version_of(database), tables(database)
    if known and not any("checksum" in columns(database, table) for table in known):
        raise StoreError(
            f"{folder} was written by a smoothdistill that is too old to go on from; give another folder or name, and "
            "run again"
        )
    if version > newest():
        raise StoreError(
            f"{folder} was written by a newer smoothdistill (its version is {version}, this one knows {newest()}); "
            "update smoothdistill with pip"
        )
    if version < 0 or (known and version == 0):
        raise DamageError("its version is missing")
    return version


def _damage(path: Path, lock: bool) -> tuple[str, int] | None:
    """Return what is wrong with a file and the version that it seems to be of, or None."""
    if not path.exists():
        return None
    version = newest()
    with ExitStack() as stack:
        try:
            check_header(path)
            if (journal := path.with_name(JOURNAL)).exists():
                check_journal(journal)
                _undo(path, lock)
            database = connect(path, stack, lock=lock)
            found = _version(database, path.parent)
            if found:
                version = found
                check_rows(database)
                if version == newest():  # what a whole run is, only our version can say
                    check_whole(database)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not is_damage(error):
                raise
            return str(error), version
    return None


def _mend(path: Path, wrong: str, version: int) -> str:
    """Put a new file with what can be read in place of a damaged one, and return what is to be said of it."""
    kept = keep_copy(path)
    with TemporaryDirectory(prefix=f"{FILE}-", dir=path.parent) as folder:  # nobody else's name, and no link
        new = Path(folder) / FILE
        found = salvage(kept, version, new)
        new.replace(path)  # whoever is killed before this line leaves the damaged file in its place
    return f"{path} was damaged ({wrong}): it is kept as {kept.name}; {found}"


def _roll_back(folder: Path) -> None:
    """Undo the transaction in which a run was killed: SQLite itself does that only for those who may write."""
    if not (folder / JOURNAL).exists():
        return
    check_regular(folder, FILE, JOURNAL, LOCK)
    check_journal(folder / JOURNAL)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return  # the journal is that of a run that goes on
    except OSError as error:
        if is_unlockable(error):
            return  # whether one goes on nobody can tell
        raise
    try:
        _undo(folder / FILE, lock=True)
    finally:
        _release(lock)


def _undo(path: Path, lock: bool) -> None:
    """Undo what the journal of a file says was not finished."""
    with ExitStack() as stack:
        connect(path, stack, write=True, lock=lock)
