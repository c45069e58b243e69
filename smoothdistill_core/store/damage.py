"""A damaged file: how it is found out."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from smoothdistill_core.store.checksums import DamageError, sound_rows, tables
from smoothdistill_core.store.migrations import schema, schema_of, version_of
from smoothdistill_core.store.rows import RUN

PLAN = "plan"
"""The key of `meta` that says how many cells the present plan has."""

ROW_COUNT = "(SELECT count(*) FROM formulas WHERE cell = key) + (SELECT count(*) FROM scores WHERE cell = key)"
"""How many formulas and scores a cell has; its `row_count` says how many were written."""

INCOMPLETE = f"trial NOT IN (SELECT key FROM trials) OR row_count != {ROW_COUNT}"  # noqa: S608 our own tables
"""Which cells are not there with all that belongs to them."""

PARTS = ("formulas", "scores", "weights")
STRAY = "cell NOT IN (SELECT key FROM cells)"
"""Which rows of `PARTS` belong to no cell."""

HEADER = {0: b"SQLite format 3\0", 18: bytes([1, 1, 0, 64, 32, 32]), 44: bytes([0, 0, 0, 4]), 56: bytes([0, 0, 0, 1])}
"""Bytes at the start that are the same in all our files: no write-ahead log, the format of the schema, UTF-8."""


def is_damage(error: Exception) -> bool:
    """Say whether SQLite complains of the file itself, and not of the disk, permissions or another process."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        ours = isinstance(error, DamageError | UnicodeDecodeError)
        return ours or str(error).startswith("Could not decode")  # text, as Python's sqlite3 says it
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def check_header(path: Path) -> None:
    """Raise `DamageError` where the file does not begin as all do: with other numbers SQLite would refuse to write."""
    with path.open("rb") as file:
        header = file.read(100)
    if header and any(header[place : place + len(wanted)] != wanted for place, wanted in HEADER.items()):
        raise DamageError("it does not begin as such a file does")


def check_pages(database: sqlite3.Connection) -> None:
    """Raise `DamageError` unless the tables are those of the file's version, and its pages hang together."""
    if schema(database) != schema_of(version_of(database)):
        raise DamageError("its tables are not described as they were made")
    (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DamageError(" ".join(str(found).split()))


def check_rows(database: sqlite3.Connection) -> None:
    """Read a whole file, of any version; raises `DamageError`, or what SQLite raises, where it is not as written."""
    check_pages(database)
    for table in tables(database):
        for _ in sound_rows(database, table):
            pass


def check_whole(database: sqlite3.Connection) -> None:
    """Raise `DamageError` where a row is missing from a file of our version, all of whose rows are sound."""
    for (key,) in database.execute(f"SELECT key FROM cells WHERE {INCOMPLETE}"):  # noqa: S608 our own tables
        raise DamageError(f"of the cell {key!r} the trial, a formula or a score is missing")
    for table in PARTS:
        for (key,) in database.execute(f"SELECT cell FROM {table} WHERE {STRAY}"):  # noqa: S608
            raise DamageError(f"a cell is missing: {key!r}")
    noted: dict[str, str] = dict(sound_rows(database, "meta"))
    check_run(noted)
    (planned,) = database.execute("SELECT count(*) FROM cells WHERE place IS NOT NULL").fetchone()
    check_plan(noted, planned)


def check_run(noted: Mapping[str, str]) -> None:
    """Raise `DamageError` where `meta` lacks a part of what a run notes at once."""
    missing = [key for key in RUN if key not in noted]
    if 0 < len(missing) < len(RUN):
        raise DamageError(f"a row of meta is missing: {missing[0]!r}")


def check_cell(key: str, wanted: int, found: int) -> None:
    """Raise `DamageError` unless a cell has as many rows of formulas and scores as were written."""
    if wanted != found:
        raise DamageError(f"the cell {key!r} has {found} formulas and scores, {wanted} were written")


def check_plan(noted: Mapping[str, str], found: int) -> None:
    """Raise `DamageError` unless there are as many cells as the plan has by `meta`."""
    wanted = int(noted.get(PLAN, 0))
    if wanted != found:
        raise DamageError(f"there are {found} cells of a plan of {wanted}")
