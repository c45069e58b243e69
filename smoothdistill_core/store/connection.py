"""Connections to a run's file: whoever made it, it runs no code of its own, and no query goes on for ever."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from smoothdistill_core.errors import StoreError
from smoothdistill_core.store.checksums import DamageError

BUSY_SECONDS = 60.0
"""How long a writer waits for those who read."""

STEPS = 1_000_000
"""SQLite says after so many steps of its machine that it goes on."""

STEPS_A_BYTE = 100
"""So many steps a reader may take for each byte of the file; all of it takes fewer than ten."""

SUPER_JOURNAL = bytes.fromhex("d9d505f920a163d7")
"""The end of a journal that names another file, which SQLite would delete; ours are of one file."""

UNLOCKABLE = {
    sqlite3.SQLITE_IOERR_LOCK,
    sqlite3.SQLITE_IOERR_RDLOCK,
    sqlite3.SQLITE_IOERR_UNLOCK,
    sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK,
    errno.ENOLCK,
    errno.EOPNOTSUPP,
}


def connect(path: Path, stack: ExitStack, *, write: bool = False, lock: bool = True) -> sqlite3.Connection:
    """Return a connection to a file that may be anybody's; ``stack`` closes it.

    One that only reads ends whatever takes more steps than a file of its size can need. Without ``lock`` no other
    process is kept away. Raises `DamageError` where the file holds anything but tables.
    """
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}{'' if lock else '&nolock=1'}"
    database = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    stack.callback(database.close)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    if not write:
        limit(database, path.stat().st_size)
    for kind, sql in database.execute("SELECT type, sql FROM sqlite_master"):
        if kind not in ("table", "index") or (kind == "table" and not str(sql).startswith("CREATE TABLE")):
            raise DamageError("it holds more than tables")
    return database


def limit(database: sqlite3.Connection, size: int) -> None:
    """End whatever takes more steps than a file of some bytes can need."""
    most, calls = 20 + STEPS_A_BYTE * size // STEPS, count()
    database.set_progress_handler(lambda: next(calls) > most, STEPS)


def is_unlockable(error: Exception) -> bool:
    """Say whether the file system has no locks."""
    return bool({getattr(error, "sqlite_errorcode", None), getattr(error, "errno", None)} & UNLOCKABLE)


def check_regular(folder: Path, *names: str) -> None:
    """Raise `StoreError` where one of these files is there and is none: what is written to a link goes elsewhere."""
    for name in names:
        path = folder / name
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise StoreError(f"{path} is a link or no file at all, and nothing is written to it; remove it")


def check_journal(journal: Path) -> None:
    """Raise `DamageError` where undoing what a journal holds would delete another file."""
    with journal.open("rb") as file:
        file.seek(max(0, journal.stat().st_size - len(SUPER_JOURNAL)))
        if file.read() == SUPER_JOURNAL:
            raise DamageError("its journal names other files")
