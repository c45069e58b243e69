"""What is read of a run: every row against its checksum, every cell whole, and nothing that makes no sense."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from smoothdistill_core.errors import one_line
from smoothdistill_core.store.checksums import DamageError, Row, columns, sound_rows
from smoothdistill_core.store.damage import check_cell, check_plan, check_run
from smoothdistill_core.store.records import (
    CellRecord,
    CellState,
    JudgementRecord,
    PortraitRecord,
    RunRecord,
    TrialRecord,
)
from smoothdistill_core.store.rows import (
    RUN,
    Columns,
    cell_record,
    cell_state,
    front_entry,
    judgement_record,
    portrait_record,
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


def read_highest_scores(database: sqlite3.Connection, part: str, metric: str) -> dict[str, float]:
    """Return the highest score of each cell that is a number."""
    highest: dict[str, float] = {}
    for row in sound_rows(database, "scores", "WHERE part = ? AND metric = ? AND value IS NOT NULL", (part, metric)):
        highest[row[0]] = max(read_score(row[-1]), highest.get(row[0], -math.inf))
    return highest


def read_trials(database: sqlite3.Connection) -> dict[str, TrialRecord]:
    """Return the trials of the present plan by key."""
    planned = "WHERE key IN (SELECT trial FROM cells WHERE place IS NOT NULL)"
    return {row["key"]: trial_record(row) for row in _by_name(database, "trials", planned)}


def read_judgements(database: sqlite3.Connection) -> list[JudgementRecord]:
    """Return what formulas were judged together, and how, also of earlier plans."""
    return [judgement_record(row) for row in _by_name(database, "judgements")]


def read_portraits(database: sqlite3.Connection) -> list[PortraitRecord]:
    """Return what is shown of each answer, also of earlier plans."""
    return [portrait_record(row) for row in _by_name(database, "portraits")]


def read_cell(database: sqlite3.Connection, key: str) -> CellRecord:
    """Return one cell, also one outside of the present plan, with everything that is known of it."""
    for record in _whole_cells(database, "WHERE key = ?", "WHERE cell = ?", (key,)):
        return record
    raise DamageError(f"a cell is missing: {key!r}")


def read_cells(database: sqlite3.Connection) -> list[CellRecord]:
    """Return the cells of the present plan, in its order, with everything that is known of them."""
    trials = {row["key"] for row in _by_name(database, "trials")}
    found = []
    for record in _whole_cells(database, "WHERE place IS NOT NULL ORDER BY place"):
        if record.cell.trial not in trials:
            raise DamageError(f"the trial of the cell {record.cell.key!r} is missing")
        found.append(record)
    check_plan(_noted(database), len(found))
    return found


def _noted(database: sqlite3.Connection) -> dict[str, str]:
    """Return all that `meta` holds: a row with a damaged key would not be found alone."""
    return dict(sound_rows(database, "meta"))


def _whole_cells(
    database: sqlite3.Connection, of_cells: str, of_parts: str = "", parameters: Row = ()
) -> Iterator[CellRecord]:
    """Yield the cells that ``of_cells`` of the query asks for; ``of_parts`` asks for their formulas and scores."""
    scores: dict[str, dict[int, Scores]] = defaultdict(lambda: defaultdict(dict))
    for cell, candidate, part, metric, value in sound_rows(database, "scores", of_parts, parameters):
        scores[cell][candidate][part, metric] = read_score(value)
    fronts: dict[str, dict[int, FrontEntry]] = defaultdict(dict)
    for row in _by_name(database, "formulas", of_parts, parameters):
        fronts[row["cell"]][row["candidate"]] = front_entry(row, scores[row["cell"]][row["candidate"]])
    for row in _by_name(database, "cells", of_cells, parameters):
        key, its = row["key"], scores[row["key"]]
        check_cell(key, row["row_count"], len(fronts[key]) + sum(map(len, its.values())))
        yield cell_record(row, its, fronts[key])


def _by_name(database: sqlite3.Connection, table: str, rest: str = "", parameters: Row = ()) -> Iterator[Columns]:
    names = columns(database, table)[1:]
    for row in sound_rows(database, table, rest, parameters):
        yield dict(zip(names, row, strict=True))
