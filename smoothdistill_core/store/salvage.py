"""What a damaged file still holds: kept aside as it is, and every sound row of it put into a new one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from smoothdistill_core.store.checksums import Row, columns, is_sound, keep_checksums, tables
from smoothdistill_core.store.connection import limit
from smoothdistill_core.store.damage import INCOMPLETE, PARTS, PLAN, STRAY
from smoothdistill_core.store.migrations import migrate
from smoothdistill_core.store.rows import RUN

PAGE = 4096
"""The bytes of a page, as SQLite makes them unless told otherwise."""


def keep_copy(path: Path) -> Path:
    """Copy a damaged file, with its journal, to the first name that is free; return that name."""
    journal = path.with_name(f"{path.name}-journal")
    for number in count(1):
        copy = path.with_name(f"{path.name}.damaged-{number}")
        if os.path.lexists(copy) or os.path.lexists(f"{copy}-journal"):  # a link to nowhere is there, too
            continue
        _copy(path, copy)
        if journal.exists():
            _copy(journal, Path(f"{copy}-journal"))
            journal.unlink()  # SQLite would take it for that of the new file
        break
    return copy


def _copy(path: Path, new: Path) -> None:
    """Copy a file to a name that nothing has; what comes to have it meanwhile is not written to."""
    with path.open("rb") as source, new.open("xb") as target:
        shutil.copyfileobj(source, target)
    shutil.copystat(path, new)


def salvage(damaged: Path, version: int, new: Path) -> str:
    """Put what is sound in a damaged file of a version into a ``new`` one of ours; return in words what it is.

    The damaged file is not touched. Of a cell all is taken or nothing: it stays where it and its trial are there, with
    as many formulas and scores as were written. The order of the plan is left to whoever plans again.
    """
    with closing(sqlite3.connect(new, isolation_level=None)) as database:
        migrate(database, version)
        renewed = _with_first_page(damaged, new)
        database.execute("BEGIN IMMEDIATE")
        for source in (damaged, renewed):
            _take_rows(source, database)
        database.execute("COMMIT")
        renewed.unlink()
        migrate(database)
        keep_checksums(database)
        database.execute("BEGIN IMMEDIATE")
        database.execute("DELETE FROM meta WHERE key = ?", (PLAN,))
        database.execute("UPDATE cells SET place = NULL")
        database.execute(f"DELETE FROM cells WHERE {INCOMPLETE}")  # noqa: S608 our own tables
        for table in PARTS:
            database.execute(f"DELETE FROM {table} WHERE {STRAY}")  # noqa: S608
        database.execute("COMMIT")
        return _in_words(database)


def _with_first_page(damaged: Path, new: Path) -> Path:
    """Return a copy of a damaged file that begins as the ``new``, empty one of the same version.

    The first page says where every table is. It is the same in all files that began with a version, but for their
    size; of one that was brought to it by steps, what is not where the new page says is not sound either.
    """
    copy = new.with_name(f"{new.name}-source")
    shutil.copyfile(damaged, copy)
    with new.open("rb") as file:
        first = bytearray(file.read(PAGE))
    first[28:40] = (copy.stat().st_size // PAGE).to_bytes(4) + bytes(8)  # the number of pages, of which none is free
    with copy.open("r+b") as file:
        file.write(first)
    return copy


def _take_rows(path: Path, database: sqlite3.Connection) -> None:
    """Put the sound rows of a file that are not there yet into a database of the same version."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as source:
        source.text_factory = _text
        limit(source, path.stat().st_size)
        for table in tables(database):
            marks = ", ".join("?" * len(columns(database, table)))
            rows = _sound(source, table, len(columns(database, table)))
            database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608


def _text(raw: bytes) -> str:
    """Read text that may be damaged; it then differs from every text that was written."""
    return raw.decode(errors="surrogateescape")


def _sound(source: sqlite3.Connection, table: str, width: int) -> Iterator[Row]:
    """Yield the sound rows of a table up to the first damaged page from either end; some may come twice."""
    for direction in ("ASC", "DESC"):
        try:
            # by place, since a name may be damaged; after the checksum comes what rows are ordered by
            order = f"ORDER BY 2 {direction}, 3 {direction}" if width > 2 else ""
            for row in source.execute(f"SELECT * FROM {table} {order}"):  # noqa: S608 our own tables
                if len(row) == width and is_sound(table, row):
                    yield row
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            continue
        return


def _in_words(database: sqlite3.Connection) -> str:
    (count,) = database.execute("SELECT count(*) FROM cells WHERE state = 'done'").fetchone()
    said = f"{count} finished cell{'s' * (count != 1)} could be read from it and will not run again"
    known = {key for (key,) in database.execute("SELECT key FROM meta")}
    lost = [key for key in RUN if key not in known]
    return f"{said}; lost: {', '.join(lost)}" if lost else said
