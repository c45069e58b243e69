"""``show --json``: a run's results as plain data."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from smoothdistill_core.explanation import Explanation
from smoothdistill_core.formula import constants
from smoothdistill_core.results import Answer, Line, Outcome, Results, summarise
from smoothdistill_core.store import TrialRecord


def plain(results: Results) -> dict[str, Any]:
    """Return a run's results as plain data for JSON; a score that is no number is null."""
    return {
        "name": results.name,
        "folder": None if results.folder is None else str(results.folder),
        "complete": results.complete,
        "demanded": results.choose.monotone.model_dump(mode="json"),
        "trials": [_trial(trial) for trial in results.trials.values()],
        "summary": [_line(line) for line in summarise(results)],
        "fronts": {dataset: _front(answer, results) for dataset, answer in results.answers.items()},
        "formulas": [
            {
                "dataset": outcome.trial.dataset,
                **_origin(outcome),
                "formula": outcome.text,
                "tree": json.loads(outcome.explanation.formula.to_json()),
                "pole": outcome.chosen.pole,
                "units": _units(outcome),
                "passed_over": _passed_over(outcome, results),
                "notes": outcome.chosen.notes,
                "standardised": {
                    "formula": outcome.formula.text(outcome.scaling.names),
                    "tree": json.loads(outcome.formula.to_json()),
                    "standard_errors": _standard_errors(outcome),
                },
                "scores": _by_part(outcome.scores),
                "teacher_scores": _by_part(outcome.teacher_scores or {}),
            }
            for outcome in results.outcomes
        ],
        "failed": [
            {"trial": _trial(results.trials[record.cell.trial]), "cell": asdict(record.cell), "reason": record.reason}
            for record in results.failed
        ],
        "cut": [
            {"trial": _trial(results.trials[r.cell.trial]), "cell": asdict(r.cell), "seconds": r.stopped_after}
            for r in results.cut
        ],
        "not_begun": [
            {"trial": _trial(results.trials[r.cell.trial]), "cell": asdict(r.cell)} for r in results.not_begun
        ],
    }


def _front(answer: Answer, results: Results) -> list[dict[str, Any]]:
    """Return the formulas by size, the shortest first, with all their scores."""
    return [
        {
            "nodes": outcome.nodes,
            "recommended": outcome is answer.recommended,
            "formula": outcome.text,
            "constants": _constants(outcome, results.standard_errors(outcome)),
            "tree": json.loads(outcome.explanation.formula.to_json()),
            "units": _units(outcome),
            "notes": outcome.chosen.notes,
            **_origin(outcome),
            "scores": _by_part(outcome.scores),
        }
        for outcome in answer.front
    ]


def _constants(outcome: Outcome, errors: Sequence[float]) -> list[dict[str, Any]]:
    """Return the constants of the formula as text, each with its standard error, null where that is not known."""
    values = constants(outcome.chosen.rounded).tolist()
    told = errors or [math.nan] * len(values)
    return [{"value": value, "standard_error": _json(error)} for value, error in zip(values, told, strict=True)]


def _origin(outcome: Outcome) -> dict[str, Any]:
    """Return where a formula comes from."""
    return {
        "run": outcome.trial.run,
        "seed": outcome.trial.seed,
        "student": outcome.student,
        "teacher": outcome.teacher,
        "penalty": outcome.penalty,
        "strength": outcome.strength,
        "imitates": _imitated(outcome),
    }


def _units(outcome: Outcome) -> dict[str, Any] | None:
    """Return what units say of the formula as text, constants in the order of that text; None where none is known."""
    return None if outcome.units is None else asdict(outcome.units)


def _passed_over(outcome: Outcome, results: Results) -> dict[str, Any] | None:
    """Return the formula that was passed over, and why; None where there is none."""
    entry = outcome.passed_over
    if entry is None:
        return None
    text = Explanation(entry.rounded, outcome.scaling).text()
    return {"formula": text, "why": outcome.passed_over_for(results.choose), "scores": _by_part(entry.scores)}


def _line(line: Line) -> dict[str, Any]:
    values = asdict(line)
    others = {metric: _json(value) for metric, value in values.pop("others").items()}
    return {**{key: _json(value) for key, value in values.items()}, "others": others}


def _imitated(outcome: Outcome) -> dict[str, Any] | None:
    """Return which teacher a formula imitates: where it is the best of several, no other value says so."""
    cell = outcome.teacher_cell
    return None if cell is None else {"teacher": cell.teacher, "penalty": cell.regularizer, "strength": cell.strength}


def _trial(trial: TrialRecord) -> dict[str, Any]:
    """Return a trial as plain data; its scaling is the way back from x0, x1, ... and standardised values."""
    facts = trial.facts
    known = {} if facts is None else {"rows": facts.rows, "notes": facts.notes, "scaling": asdict(facts.scaling)}
    return {"dataset": trial.dataset, "run": trial.run, "seed": trial.seed, **known}


def _json(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _standard_errors(outcome: Outcome) -> list[Any] | None:
    errors = outcome.chosen.standard_errors
    return None if errors is None else [_json(error) for error in errors]


def _by_part(scores: dict[Any, float]) -> dict[str, dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for (part, metric), value in sorted(scores.items()):
        parts.setdefault(part, {})[metric] = _json(value)
    return parts
