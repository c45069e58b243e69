"""What is read of a run: every row against its checksum, every cell whole, and nothing that makes no sense."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import ValidationError

from smoothdistill_core.bounds import first_problem
from smoothdistill_core.errors import one_line
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.store.checksums import DamageError, Row, columns, sound_rows, tables
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
    cell_record,
    cell_state,
    front_entry,
    judgement_record,
    portrait_record,
    run_record,
    trial_record,
)
from smoothdistill_core.store.stored import (
    Stored,
    StoredCell,
    StoredFormulas,
    StoredJudgement,
    StoredPortrait,
    StoredScore,
    StoredTrial,
    StoredWeights,
)
from smoothdistill_core.trial import FrontEntry, Scores

Kind = TypeVar("Kind", bound=Stored)

DIFFERING = ("seconds", "attempts", "stopped_after")
"""The columns that two equal studies differ in."""


class UnreadableError(sqlite3.DatabaseError):
    """A row is what was written, and yet makes no sense here."""


@contextmanager
def making_sense() -> Iterator[None]:
    """Take values that cannot be read for an error of the database."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError):
        raise
    except ValidationError as error:
        raise UnreadableError(f"{error.title}: {first_problem(error)}") from error
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
    return next((row.data for row in _rows(database, "weights", StoredWeights, "WHERE cell = ?", (cell,))), None)


def read_states(database: sqlite3.Connection) -> dict[str, CellState]:
    """Return how far every cell is, without what came of it."""
    states = {row.key: cell_state(row) for row in _rows(database, "cells", StoredCell)}
    check_plan(_noted(database), sum(state.planned for state in states.values()))
    return states


def read_highest_scores(database: sqlite3.Connection, part: str, metric: str) -> dict[str, float]:
    """Return the highest score of each cell that is a number."""
    highest: dict[str, float] = {}
    of_both = "WHERE part = ? AND metric = ? AND value IS NOT NULL"
    for row in _rows(database, "scores", StoredScore, of_both, (part, metric)):
        highest[row.cell] = max(row.value, highest.get(row.cell, -math.inf))
    return highest


def read_trials(database: sqlite3.Connection) -> dict[str, TrialRecord]:
    """Return the trials of the present plan by key."""
    planned = "WHERE key IN (SELECT trial FROM cells WHERE place IS NOT NULL)"
    return {row.key: trial_record(row) for row in _rows(database, "trials", StoredTrial, planned)}


def read_judgements(database: sqlite3.Connection) -> list[JudgementRecord]:
    """Return what formulas were judged together, and how, also of earlier plans."""
    return [judgement_record(row) for row in _rows(database, "judgements", StoredJudgement)]


def read_portraits(database: sqlite3.Connection) -> list[PortraitRecord]:
    """Return what is shown of each answer, also of earlier plans."""
    return [portrait_record(row) for row in _rows(database, "portraits", StoredPortrait)]


def read_cell(database: sqlite3.Connection, key: str) -> CellRecord:
    """Return one cell, also one outside of the present plan, with everything that is known of it."""
    trials = _rows(database, "trials", StoredTrial, "WHERE key = (SELECT trial FROM cells WHERE key = ?)", (key,))
    for record in _whole_cells(database, trials, "WHERE key = ?", "WHERE cell = ?", (key,)):
        return record
    raise DamageError(f"a cell is missing: {key!r}")


def read_cells(database: sqlite3.Connection) -> list[CellRecord]:
    """Return the cells of the present plan, in its order, with everything that is known of them."""
    trials = _rows(database, "trials", StoredTrial)
    found = list(_whole_cells(database, trials, "WHERE place IS NOT NULL ORDER BY place"))
    check_plan(_noted(database), len(found))
    return found


def read_contents(database: sqlite3.Connection) -> dict[str, list[Row]]:
    """Return every row of every table but checksums, times and attempts: equal studies have equal contents."""
    found: dict[str, list[Row]] = {}
    for table in tables(database):
        names = columns(database, table)[1:]
        same = [place for place, name in enumerate(names) if name not in DIFFERING]
        rows = sound_rows(database, table)
        found[table] = sorted((tuple(row[place] for place in same) for row in rows), key=repr)
    return found


def _noted(database: sqlite3.Connection) -> dict[str, str]:
    """Return all that `meta` holds: a row with a damaged key would not be found alone."""
    return dict(sound_rows(database, "meta"))


def _whole_cells(
    database: sqlite3.Connection,
    trials: Iterable[StoredTrial],
    of_cells: str,
    of_parts: str = "",
    parameters: Row = (),
) -> Iterator[CellRecord]:
    """Yield the cells that ``of_cells`` of the query asks for; ``of_parts`` asks for their formulas and scores."""
    facts = {trial.key: trial.facts for trial in trials}
    scores: dict[str, dict[int, Scores]] = defaultdict(lambda: defaultdict(dict))
    for score in _rows(database, "scores", StoredScore, of_parts, parameters):
        scores[score.cell][score.candidate][score.part, score.metric] = score.value
    fronts: dict[str, dict[int, FrontEntry]] = defaultdict(dict)
    for row in _rows(database, "formulas", StoredFormulas, of_parts, parameters):
        fronts[row.cell][row.candidate] = front_entry(row, scores[row.cell][row.candidate])
    for cell in _rows(database, "cells", StoredCell, of_cells, parameters):
        its = scores[cell.key]
        check_cell(cell.key, cell.row_count, len(fronts[cell.key]) + sum(map(len, its.values())))
        if cell.trial not in facts:
            raise DamageError(f"the trial of the cell {cell.key!r} is missing")
        record = cell_record(cell, its, fronts[cell.key])
        _check_result(record, facts[cell.trial])
        yield record


def _check_result(record: CellRecord, facts: SplitFacts | None) -> None:
    """Raise `UnreadableError` where a result is of other data than those of its trial."""
    if facts is None and record.state == "done":
        raise UnreadableError(f"of the data of the cell {record.cell.key!r} nothing is known")
    inputs = len(facts.scaling.features) if facts is not None else 0
    for entry in record.front:
        asked = entry.formula.inputs | entry.explained.inputs | entry.rounded.inputs
        if asked and max(asked) >= inputs:
            raise UnreadableError(f"a formula of the cell {record.cell.key!r} reads input {max(asked)} of {inputs}")


def _rows(
    database: sqlite3.Connection, table: str, kind: type[Kind], rest: str = "", parameters: Row = ()
) -> Iterator[Kind]:
    """Yield the rows of a table that ``rest`` of the query asks for, each as what it has to be."""
    names = columns(database, table)[1:]
    for row in sound_rows(database, table, rest, parameters):
        try:
            yield kind(**dict(zip(names, row, strict=True)))
        except ValidationError as error:
            raise UnreadableError(f"a row of {table}: {first_problem(error)}") from None
