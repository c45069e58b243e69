"""What is read of a run: every row against its checksum, every cell whole, and nothing that makes no sense."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from smoothdistill_core.errors import one_line
from smoothdistill_core.store.checksums import DamageError, Row, columns, sound_rows
from smoothdistill_core.store.damage import check_cell, check_plan, check_run
from smoothdistill_core.store.records import CellRecord, CellState, RunRecord, TrialRecord
from smoothdistill_core.store.rows import (
    RUN,
    Columns,
    cell_record,
    cell_state,
    front_entry,
    read_score,
    run_record,
    trial_record,
)
from smoothdistill_core.trial import FrontEntry, Scores


class UnreadableError(sqlite3.DatabaseError):
    """A row is what was written, and yet makes no sense here."""


@contextmanager
def making_sense() -> Iterator[None]:
    """Take values that cannot be read for an error of the database."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError):
        raise
    except Exception as error:  # whatever those raise who read the values
        raise UnreadableError(one_line(error)) from error


def read_run(database: sqlite3.Connection) -> RunRecord | None:
    """Return what the run noted when it began, None where it has not."""
    noted = _noted(database)
    check_run(noted)
    return run_record(noted) if RUN[0] in noted else None


def read_note(database: sqlite3.Connection, key: str) -> Any:
    """Return one part of what the run noted when it began, None where it has not or where the part was lost."""
    return json.loads(_noted(database).get(key, "null"))


def read_weights(database: sqlite3.Connection, cell: str) -> bytes | None:
    """Return the weights of a teacher, or None where they are not kept."""
    return next((bytes(row[1]) for row in sound_rows(database, "weights", "WHERE cell = ?", (cell,))), None)


def read_states(database: sqlite3.Connection) -> dict[str, CellState]:
    """Return how far every cell is, without what came of it."""
    states = {row["key"]: cell_state(row) for row in _by_name(database, "cells")}
    check_plan(_noted(database), sum(state.planned for state in states.values()))
    return states


def read_trials(database: sqlite3.Connection) -> dict[str, TrialRecord]:
    """Return the trials of the present plan by key."""
    planned = "WHERE key IN (SELECT trial FROM cells WHERE place IS NOT NULL)"
    return {row["key"]: trial_record(row) for row in _by_name(database, "trials", planned)}


def read_teacher_scores(database: sqlite3.Connection, cell: str) -> Scores | None:
    """Return the scores of a teacher, None where it has no result."""
    for row in _by_name(database, "cells", "WHERE key = ?", (cell,)):
        scores = _scores(database, "WHERE cell = ?", (cell,))[cell][0]
        check_cell(cell, row["row_count"], len(scores))
        return scores if row["state"] == "done" else None
    return None


def read_cells(database: sqlite3.Connection) -> list[CellRecord]:
    """Return the cells of the present plan, in its order, with everything that is known of them."""
    scores = _scores(database)
    fronts: dict[str, dict[int, FrontEntry]] = defaultdict(dict)
    for row in _by_name(database, "formulas"):
        fronts[row["cell"]][row["candidate"]] = front_entry(row, scores[row["cell"]][row["candidate"]])
    trials = {row["key"] for row in _by_name(database, "trials")}
    found = {}
    for row in _by_name(database, "cells", "WHERE place IS NOT NULL ORDER BY place"):
        key, its = row["key"], scores[row["key"]]
        check_cell(key, row["row_count"], len(fronts[key]) + sum(map(len, its.values())))
        if row["trial"] not in trials:
            raise DamageError(f"the trial of the cell {key!r} is missing")
        found[key] = cell_record(row, its, fronts[key])
    check_plan(_noted(database), len(found))
    return list(found.values())


def _noted(database: sqlite3.Connection) -> dict[str, str]:
    """Return all that `meta` holds: a row with a damaged key would not be found alone."""
    return dict(sound_rows(database, "meta"))


def _scores(database: sqlite3.Connection, rest: str = "", parameters: Row = ()) -> dict[str, dict[int, Scores]]:
    """Return scores by cell and candidate."""
    scores: dict[str, dict[int, Scores]] = defaultdict(lambda: defaultdict(dict))
    for cell, candidate, part, metric, value in sound_rows(database, "scores", rest, parameters):
        scores[cell][candidate][part, metric] = read_score(value)
    return scores


def _by_name(database: sqlite3.Connection, table: str, rest: str = "", parameters: Row = ()) -> Iterator[Columns]:
    names = columns(database, table)[1:]
    for row in sound_rows(database, table, rest, parameters):
        yield dict(zip(names, row, strict=True))
