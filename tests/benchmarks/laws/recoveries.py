"""Reads finished and half-finished runs of laws: one row for each law, noise level, seed and student."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from smoothdistill_core import Results
from smoothdistill_core.components import Role
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.wording.names import short_names
from smoothdistill_laws.law import Law
from smoothdistill_laws.trajectory import Trajectory

FRESH_SEED = 1_000_003
"""The seed of rows that no search has seen."""

FRESH_ROWS = 2000

ACCURATE = 0.999
"""The R2 above which SRBench calls a formula accurate."""

NO_TEACHER = "none"
"""In place of a teacher, where there is none."""


@dataclass(frozen=True)
class Recovery:
    """What a student made of a law. ``nodes`` and ``formula`` are empty where it found nothing, which is a miss."""

    law: str
    noise: float
    seed: int
    student: str
    """Its name, with options where a run has several of that name, and whether it was told the units of measure."""
    teacher: str
    """The penalty of its teacher: ``none`` without a teacher, ``plain`` for one without a penalty."""
    exact: int
    srbench: int
    accurate: int
    """Whether its R2 is above `ACCURATE`."""
    r2: float
    """Against the clean law, at rows that no search has seen; -inf where it found nothing, or has no value at one."""
    nodes: int | None
    seconds: float
    """Of the search with all that was done to its formulas, and where it was taught of the training as well."""
    formula: str = ""

    @property
    def by(self) -> str:
        """What tables and figures call it."""
        return self.student if self.teacher == NO_TEACHER else f"{self.student}, {self.teacher} teacher"


def recoveries_of(folder: Path) -> list[Recovery]:
    """Return the rows of a run folder, also while it is being written.

    Of a recipe that names no student, the formula that is recommended is one row called ``default``.
    """
    results = Results.read(folder)
    datasets = {_label(options): options for options in results.content["dataset"]}
    return list(_recommended(results, datasets) if results.name.endswith("-default") else _each(results, datasets))


def _label(options: Mapping[str, Any]) -> str:
    return str(options["title"])


def _recommended(results: Results, datasets: Mapping[str, Any]) -> Iterator[Recovery]:
    """Yield the recommended formula of each trial that is finished."""
    answers = results.trial_answers
    for key, trial in results.trials.items():
        cells = [record for record in results.cells if record.cell.trial == key]
        if any(record.state == "planned" for record in cells):
            continue
        outcome = answers[key].recommended if key in answers else None
        seconds = sum(record.seconds or 0.0 for record in cells)
        yield _row(datasets[trial.dataset], "default", NO_TEACHER, seconds, outcome)


def _each(results: Results, datasets: Mapping[str, Any]) -> Iterator[Recovery]:
    """Yield what each student made of each trial: on the data, and taught by the chosen strength of each penalty."""
    outcomes = {outcome.cell.key: outcome for outcome in results.outcomes}
    chosen = {outcome.cell.key for _, outcome in results.chosen}
    groups: dict[tuple[str, str, str], list[Any]] = {}
    for record in results.cells:
        if record.cell.role in (Role.DIRECT, Role.TAUGHT):
            penalty = "" if record.cell.role is Role.DIRECT else record.cell.regularizer
            groups.setdefault((record.cell.trial, record.cell.student, penalty), []).append(record)
    training = {key: record.seconds or 0.0 for key, record in results.teachers.items()}
    called = short_names(record.cell.student for records in groups.values() for record in records)
    for (trial, student, penalty), records in groups.items():
        if any(record.state == "planned" for record in records):
            continue
        found = [outcomes[record.cell.key] for record in records if record.cell.key in outcomes]
        best = next((outcome for outcome in found if outcome.cell.key in chosen), found[0] if found else None)
        seconds = sum((record.seconds or 0.0) + training.get(record.cell.teacher_cell, 0.0) for record in records)
        yield _row(datasets[results.trials[trial].dataset], called[student], _called(penalty), seconds, best)


def _called(penalty: str) -> str:
    return {"": NO_TEACHER, "none": "plain"}.get(penalty, penalty.partition("(")[0])


def _row(options: Mapping[str, Any], student: str, teacher: str, seconds: float, outcome: Outcome | None) -> Recovery:
    law, noise, seed = _label(options), float(options["noise"]), int(options["seed"])
    if options.get("units"):
        student += " with units"
    if outcome is None:
        return Recovery(law, noise, seed, student, teacher, 0, 0, 0, -math.inf, None, round(seconds, 2))
    exact, solved = (int(outcome.score(metric) == 1.0) for metric in ("exact_recovery", "symbolic_solution"))
    r2 = _r2_of_the_law(outcome, options)
    text, took = outcome.explanation.text(digits=6), round(seconds, 2)
    accurate = int(r2 > ACCURATE)
    return Recovery(
        law, noise, seed, student, teacher, exact, solved, accurate, round(r2, 6), outcome.nodes, took, text
    )


def _r2_of_the_law(outcome: Outcome, options: Mapping[str, Any]) -> float:
    names, X, wanted = _fresh_rows(json.dumps({**options, "noise": 0.0, "seed": FRESH_SEED, "rows": FRESH_ROWS}))
    inputs = X[:, [names.index(name) for name in outcome.scaling.names]]
    with np.errstate(all="ignore"):
        error = np.mean((outcome.explanation.predict(inputs) - wanted) ** 2)
    return float(1.0 - error / np.var(wanted)) if np.isfinite(error) else -np.inf


@cache
def _fresh_rows(options: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the inputs' names, rows of them that no search has seen, and what the law says there, without noise."""
    given = json.loads(options)
    kinds = {kind.name: kind for kind in (Law, Trajectory)}
    table = kinds[given.pop("name")].model_validate(given).load()
    inputs = table.frame.drop(columns=table.target)
    return list(inputs.columns), inputs.to_numpy(), table.frame[table.target].to_numpy()


def write(rows: Iterable[Recovery], path: Path) -> None:
    """Write rows as CSV, in the order of their laws."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Recovery)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in sorted(rows, key=_order))


def read(path: Path) -> list[Recovery]:
    """Read what `write` wrote."""
    with path.open(newline="", encoding="utf-8") as file:
        return [_typed(row) for row in csv.DictReader(file)]


def _typed(row: Mapping[str, str]) -> Recovery:
    numbers = {name: int(row[name]) for name in ("seed", "exact", "srbench", "accurate")}
    nodes = int(row["nodes"]) if row["nodes"] else None
    texts = {name: row[name] for name in ("law", "student", "teacher", "formula")}
    measured = {name: float(row[name]) for name in ("noise", "r2", "seconds")}
    return Recovery(nodes=nodes, **measured, **numbers, **texts)


def _order(row: Recovery) -> tuple[Any, ...]:
    return row.student, row.teacher, row.noise, row.seed, row.law
