"""How a run's file becomes one of this version: numbered steps, each of which is done whole or not at all.

A file's version (``PRAGMA user_version``) counts the steps that it has behind it. A new file takes them all, an older
one those that it lacks; so both have the same tables. A step that once was released is never changed: what comes
later is another step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib import resources

from smoothdistill_core.store.checksums import renew_checksums

Step = Callable[[sqlite3.Connection], object]


def _first(database: sqlite3.Connection) -> None:
    """Make the tables, as schema.sql describes them."""
    statement = ""
    for line in resources.files(__package__).joinpath("schema.sql").read_text().splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):  # `executescript` would end the transaction
            database.execute(statement)
            statement = ""


def _second(database: sqlite3.Connection) -> None:
    """Say of a search whether it left nothing that is worth another one."""
    database.execute("ALTER TABLE cells ADD COLUMN nothing_left INTEGER NOT NULL DEFAULT 0")


STEPS: tuple[Step, ...] = (_first, _second)
"""The n-th step leads from version n - 1 to n. It may do anything but begin or end transactions. Every table has its
``checksum`` first; checksums are computed anew after each step."""


def newest() -> int:
    """Return the version that this smoothdistill reads and writes."""
    return len(STEPS)


def version_of(database: sqlite3.Connection) -> int:
    """Return how many steps a file has behind it; 0 for an empty one."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def migrate(database: sqlite3.Connection, to: int | None = None) -> None:
    """Take the steps that a file lacks, to the newest version or to another; whoever is killed has taken whole ones."""
    for number in range(version_of(database) + 1, (newest() if to is None else to) + 1):
        database.execute("BEGIN IMMEDIATE")
        try:
            STEPS[number - 1](database)
            renew_checksums(database)
            database.execute(f"PRAGMA user_version = {number}")
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise


def schema_of(version: int) -> list[tuple[str, ...]]:
    """Return what the schema of a file of this version is, as `schema` does."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        migrate(database, version)
        return schema(database)


def schema(database: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Return the tables of a file and all that belongs to them, each as it was made."""
    return database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
