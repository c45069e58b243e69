"""How records become rows of the store, and rows records again: here alone stands which field is which column."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from smoothdistill_core.bounds import kept
from smoothdistill_core.components import Role
from smoothdistill_core.store.records import (
    Cell,
    CellRecord,
    CellState,
    JudgedFormula,
    JudgementRecord,
    PortraitRecord,
    RunRecord,
    TrialRecord,
)
from smoothdistill_core.store.stored import (
    FoundFormula,
    StoredCell,
    StoredFormulas,
    StoredJudgement,
    StoredPortrait,
    StoredRun,
    StoredTrial,
)
from smoothdistill_core.trial import FrontEntry, Scores

Columns = dict[str, Any]
"""The values of a row by the names of their columns."""

RUN = tuple(field.name for field in fields(RunRecord))
"""The keys of `meta` that a run notes when it begins, each with JSON."""

OUT_OF_TIME = "out_of_time"
"""The key of `meta` that is there where a budget ended the run."""

UNCHANGED = "left as it was: "
"""What begins the note of a finished cell that a further attempt could not add to, or do anew."""

ERROR_DIGITS = 4
"""The significant digits of a block's mean squared error: formulas are compared by many of them."""

CELL = tuple(field.name for field in fields(Cell))
"""What a cell is; the other columns say what came of it."""


def run_columns(run: RunRecord) -> list[Columns]:
    """Return the rows of `meta` for what a run notes when it begins."""
    return [{"key": key, "value": json.dumps(getattr(run, key), sort_keys=True, default=asdict)} for key in RUN]


def run_record(noted: Mapping[str, str]) -> RunRecord:
    """Read the rows of `meta`, given as values by key."""
    run = StoredRun.model_validate({key: noted[key] for key in RUN})
    return RunRecord(run.recipe, run.content, run.versions, run.left_out, run.metrics)


def trial_columns(trial: TrialRecord) -> Columns:
    """Return what is known of a trial before it begins."""
    return {"key": trial.key, "dataset": trial.dataset, "run": trial.run, "seed": trial.seed}


def trial_record(row: StoredTrial) -> TrialRecord:
    """Read a row of `trials`."""
    return TrialRecord(row.key, row.dataset, row.run, row.seed, row.facts)


def cell_columns(cell: Cell) -> Columns:
    """Return what is known of a cell before it begins."""
    return {name: getattr(cell, name) for name in CELL}


def cell_state(row: StoredCell) -> CellState:
    """Read how far the cell of a row of `cells` is."""
    return CellState(
        state=row.state,
        planned=row.place is not None,
        seconds=row.seconds,
        attempts=row.attempts,
        stopped_after=row.stopped_after,
        teacher_cell=row.teacher_cell,
        nothing_left=bool(row.nothing_left),
        scored_by=row.scored_by,
    )


def cell_record(row: StoredCell, scores: Mapping[int, Scores], front: Mapping[int, FrontEntry]) -> CellRecord:
    """Read a row of `cells`, with what `scores` and `formulas` hold of it, by candidate."""
    cell = Cell(**{name: getattr(row, name) for name in CELL} | {"role": Role(row.role)})
    return CellRecord(
        cell,
        state=row.state,
        reason=row.reason,
        notes=row.notes,
        seconds=row.seconds,
        attempts=row.attempts,
        stopped_after=row.stopped_after,
        scores=scores.get(0, {}) if cell.role is Role.TEACHER else {},
        front=tuple(front[candidate] for candidate in sorted(front)),
        scored_by=row.scored_by,
        nothing_left=bool(row.nothing_left),
    )


def formula_columns(cell: str, candidate: int, entry: FrontEntry) -> Columns:
    """Return the row of `formulas` for one formula of a cell."""
    return {
        "cell": cell,
        "candidate": candidate,
        "tree": entry.formula.to_json(),
        "explained": entry.explained.to_json(),
        "rounded": entry.rounded.to_json(),
        "pole": entry.pole,
        "errors": _numbers(_few_digits(entry.errors)),
        "notes": json.dumps(kept(entry.notes)),
        "standard_errors": _numbers(entry.standard_errors),
    }


def front_entry(row: StoredFormulas, scores: Scores) -> FrontEntry:
    """Read a row of `formulas`, with its scores."""
    return FrontEntry(
        formula=row.tree,
        scores=scores,
        explained=row.explained,
        rounded=row.rounded,
        pole=row.pole,
        errors=row.errors,
        notes=row.notes,
        standard_errors=row.standard_errors,
    )


def judgement_columns(record: JudgementRecord) -> Columns:
    """Return the row of `judgements` for formulas that were judged together."""
    found = [
        {
            "cell": formula.cell,
            "candidate": formula.candidate,
            "errors": _json_numbers(_few_digits(formula.errors)),
            "scores": dict(zip(formula.scores, _json_numbers(list(formula.scores.values())), strict=True)),
        }
        for formula in record.formulas
    ]
    return {"dataset": record.dataset, "trial": record.trial, "judged": record.judged, "found": json.dumps(found)}


def judgement_record(row: StoredJudgement) -> JudgementRecord:
    """Read a row of `judgements`."""
    return JudgementRecord(row.dataset, row.trial, row.judged, tuple(map(_judged, row.found)))


def portrait_columns(record: PortraitRecord) -> Columns:
    """Return the row of `portraits` for the answer on a dataset."""
    return {"dataset": record.dataset, "drawn": record.drawn, "content": record.portrait.to_json()}


def portrait_record(row: StoredPortrait) -> PortraitRecord:
    """Read a row of `portraits`."""
    return PortraitRecord(row.dataset, row.drawn, row.content)


def score_columns(cell: str, candidate: int, scores: Scores) -> list[Columns]:
    """Return the rows of `scores` for one formula of a cell, or for a teacher."""
    return [
        {"cell": cell, "candidate": candidate, "part": part, "metric": metric, "value": value}
        for (part, metric), value in scores.items()
    ]


def _judged(found: FoundFormula) -> JudgedFormula:
    return JudgedFormula(found.cell, found.candidate, found.errors, found.scores)


def _numbers(values: Sequence[float] | None) -> str:
    """Write numbers as JSON; what is no number is null, as is the whole where there are none."""
    return json.dumps(None if values is None else _json_numbers(values))


def _json_numbers(values: Sequence[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]


def _few_digits(errors: Sequence[float]) -> list[float]:
    return [float(f"{error:.{ERROR_DIGITS}g}") for error in errors]
