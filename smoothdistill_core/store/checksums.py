"""The checksum of every row: written by triggers, so that no writer can forget it, and compared by every reader.

SQLite knows whether its pages hang together, but not whether a digit within one has changed. So the first column of
every table is ``checksum``, over the table's name and all other columns, in their order.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from typing import Any

Row = tuple[Any, ...]


class DamageError(sqlite3.DatabaseError):
    """The file holds something else than what was written."""


def checksum(table: str, *values: object) -> int:
    """Return the checksum of a row: the CRC-32 of its values as Python writes them, of bytes that of their CRC-32."""
    plain = [zlib.crc32(value) if isinstance(value, bytes) else value for value in (table, *values)]
    return zlib.crc32(ascii(plain).encode())


def is_sound(table: str, row: Row) -> bool:
    """Say whether a row, its checksum first, is what was written."""
    return bool(row[0] == checksum(table, *row[1:]))


def sound_rows(database: sqlite3.Connection, table: str, rest: str = "", parameters: Row = ()) -> Iterator[Row]:
    """Yield rows of a table without their checksums, those that ``rest`` of the query asks for.

    Raises `DamageError` at the first one that is not what was written.
    """
    for row in database.execute(f"SELECT * FROM {table} {rest}", parameters):  # noqa: S608 our own tables
        if not is_sound(table, row):
            raise DamageError(f"a row of {table} is not what was written: {row[1]!r}")
        yield row[1:]


def tables(database: sqlite3.Connection) -> list[str]:
    """Return the names of all tables."""
    return [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def columns(database: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of a table's columns, in their order."""
    return [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]


def keep_checksums(database: sqlite3.Connection) -> None:
    """Let every row that is written over this connection get its checksum.

    The triggers are the connection's own: they follow the columns that the tables have now, and are not in the file.
    """
    _teach(database)
    for table in tables(database):
        _, *values = columns(database, table)
        key = [name for _, name, *_, place in database.execute(f"PRAGMA table_info({table})") if place]
        same = " AND ".join(f"{name} = NEW.{name}" for name in key)
        for event in ("INSERT", f"UPDATE OF {', '.join(values)}"):
            database.execute(
                f"CREATE TEMP TRIGGER {table}_{event.split()[0].lower()} AFTER {event} ON {table} "
                f"BEGIN {_renewal(table, values)} WHERE {same}; END"
            )


def renew_checksums(database: sqlite3.Connection) -> None:
    """Give every row a new checksum, as is due where a table has got another column."""
    _teach(database)
    for table in tables(database):
        database.execute(_renewal(table, columns(database, table)[1:]))


def _teach(database: sqlite3.Connection) -> None:
    database.create_function("checksum", -1, checksum, deterministic=True)


def _renewal(table: str, values: list[str]) -> str:
    return f"UPDATE {table} SET checksum = checksum('{table}', {', '.join(values)})"  # noqa: S608 our own tables
