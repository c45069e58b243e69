"""A damaged file: how it is found out, kept aside, and read as far as it can be."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smoothdistill_core.components import Role
from smoothdistill_core.formula import Formula
from smoothdistill_core.scaling import Scaling

Row = tuple[Any, ...]

KEYS = {
    "meta": ("key",),
    "trials": ("key",),
    "cells": ("key",),
    "formulas": ("cell", "candidate"),
    "scores": ("cell", "candidate", "part", "metric"),
}
"""What is read, and the order that each table is stored in. Weights are not: a teacher can be trained again."""


def is_damage(error: Exception) -> bool:
    """Say whether SQLite complains of the file itself, and not of the disk, permissions or another process."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def damage(database: sqlite3.Connection) -> str | None:
    """Return what is wrong with the file of a database, or None."""
    try:
        (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return str(error)
    return None if found == "ok" else " ".join(str(found).split())


def keep_copy(path: Path) -> Path:
    """Copy a damaged file, with its journal, to the first name that is free; return that name."""
    number = 1
    while (copy := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    shutil.copy2(path, copy)
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists():
        shutil.copy2(journal, copy.with_name(f"{copy.name}-journal"))
        journal.unlink()  # SQLite would take it for that of the new file
    return copy


@dataclass
class Salvage:
    """What can be read of a damaged file: finished cells of which every row is there."""

    meta: list[Row] = field(default_factory=list)
    trials: list[Row] = field(default_factory=list)
    cells: list[Row] = field(default_factory=list)
    formulas: list[Row] = field(default_factory=list)
    scores: list[Row] = field(default_factory=list)

    def store(self, database: sqlite3.Connection) -> None:
        """Write it all into a new database, in one transaction."""
        database.execute("BEGIN IMMEDIATE")
        for table in KEYS:
            rows: list[Row] = getattr(self, table)
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 our own tables
        database.execute("COMMIT")


def salvage(damaged: Path, version: int) -> Salvage:
    """Read what a damaged file of the schema's ``version`` still holds; it is not touched.

    SQLite has no check sums: a digit that changed within a row is not noticed. That is why each cell that is
    read gets a note of where it comes from.
    """
    found = Salvage()
    with closing(sqlite3.connect(f"{damaged.absolute().as_uri()}?immutable=1", uri=True)) as database:
        try:
            (written_by,) = database.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError:
            return found
        if written_by != version:
            return found
        read = {table: _rows(database, table, key) for table, key in KEYS.items()}
        names = [name for _, name, *_ in database.execute("PRAGMA table_info(cells)")]
    place = {name: names.index(name) for name in ("key", "place", "trial", "role", "state", "notes")}
    trials = {row[0]: row for row in read["trials"] if _sound_trial(row)}
    formulas, scores = _by_cell(read["formulas"]), _by_cell(read["scores"])
    for row in read["cells"]:
        key, trial, role, state = (row[place[name]] for name in ("key", "trial", "role", "state"))
        if state != "done" or trial not in trials or not _is_whole(role, formulas[key], scores[key]):
            continue
        cell = list(row)
        cell[place["place"]] = None
        cell[place["notes"]] = json.dumps([*json.loads(cell[place["notes"]]), f"read from {damaged.name}"])
        found.cells.append(tuple(cell))
        found.formulas += formulas[key]
        found.scores += scores[key]
    found.meta = read["meta"]
    found.trials = list(trials.values())
    return found


def _rows(database: sqlite3.Connection, table: str, key: Sequence[str]) -> list[Row]:
    """Return the rows of a table up to the first damaged place from either end, without those at its edges."""
    found: dict[Row, Row] = {}
    for direction in ("ASC", "DESC"):
        rows: list[Row] = []
        order = ", ".join(f"{column} {direction}" for column in key)
        try:
            rows.extend(database.execute(f"SELECT * FROM {table} ORDER BY {order}"))  # noqa: S608 our own tables
        except sqlite3.DatabaseError:
            edge = rows[-1][0] if rows else None  # of what is at the edge, rows may be missing
            found |= {row[: len(key)]: row for row in rows if row[0] != edge}
        else:
            return rows
    return list(found.values())


def _by_cell(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    cells: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        cells[row[0]].append(row)
    return cells


def _sound_trial(row: Row) -> bool:
    """Say whether the scaling, the notes and the numbers of rows of a trial can be read, or are not there yet."""
    scaling, notes, rows = row[4:7]
    try:
        return scaling is None or bool(
            Scaling.from_json(scaling) and json.loads(notes) is not None and json.loads(rows)
        )
    except Exception:  # noqa: BLE001 what is damaged may raise anything
        return False


def _is_whole(role: str, formulas: Sequence[Row], scores: Sequence[Row]) -> bool:
    """Say whether all formulas of a cell can be read, and all have the same scores."""
    try:
        for _, _, tree, explained, rounded, *_ in formulas:
            for written in (tree, explained, rounded):
                Formula.from_json(written)
    except Exception:  # noqa: BLE001 what is damaged may raise anything
        return False
    names: dict[int, set[Row]] = defaultdict(set)
    for row in scores:
        names[row[1]].add(row[2:4])
    wanted = [row[1] for row in formulas] if role != Role.TEACHER else [0]
    whole = sorted(wanted) == list(range(len(wanted))) and names.keys() == set(wanted)
    return whole and len(set(map(frozenset, names.values()))) == 1
