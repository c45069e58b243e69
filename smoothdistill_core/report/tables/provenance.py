"""Where the numbers come from: the data and what was done to it, failures, seeds, times and versions."""

from __future__ import annotations

from collections import defaultdict

from smoothdistill_core.recipe.defaults import ACCURACY
from smoothdistill_core.report.tables.table import Column, Table, Value, table
from smoothdistill_core.results import Results
from smoothdistill_core.results.trends import wrong_way
from smoothdistill_core.store import TrialRecord
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import count, duration, number


def data_table(results: Results) -> Table:
    """Return what is predicted from what on each dataset; rows are those of its first trial."""
    first: dict[str, TrialRecord] = {}
    for trial in results.trials.values():
        if trial.dataset not in first or first[trial.dataset].facts is None:
            first[trial.dataset] = trial
    rows: list[tuple[Value, ...]] = []
    for dataset, trial in first.items():
        facts = trial.facts
        if facts is None:
            rows.append((dataset, None, None, None, None, None, None, "not run yet"))
            continue
        scaling = facts.scaling
        sizes = [facts.rows.get(part) for part in ("train", "validation", "test")]
        transform = None if scaling.transform == "none" else scaling.transform
        rows.append((dataset, scaling.target, len(scaling.features), *sizes, transform, "; ".join(facts.notes)))
    columns = (
        Column("dataset", "dataset"),
        Column("target", "target"),
        Column("inputs", "inputs", count),
        Column("train", "train rows", count),
        Column("validation", "validation rows", count),
        Column("test", "test rows", count),
        Column("transform", "transform of the target"),
        Column("notes", "what was dropped, filled in or encoded"),
    )
    return table("data", "The data", columns, rows).without_empty_columns()


def failure_table(results: Results, names: Names) -> Table | None:
    """Return the cells that failed and the students without a usable formula; None where there are none."""
    rows: list[tuple[Value, ...]] = [
        (names.cell(record), "failed", record.attempts, record.reason) for record in results.failed
    ]
    for record in results.without_formula:
        reason = f"none of its formulas may be chosen: {results.refusal_of(record)}"
        rows.append((names.cell(record), "no formula", record.attempts, reason))
    if not rows:
        return None
    columns = (
        Column("what", "what"),
        Column("state", "state"),
        Column("attempts", "attempts", count),
        Column("reason", "reason"),
    )
    return table("failures", "What failed", columns, rows)


def passed_over_table(results: Results, names: Names) -> Table | None:
    """Return the formulas that were passed over, and why; None where there are none."""
    cells = {record.cell.key: record for record in results.cells}
    rows: list[tuple[Value, ...]] = []
    for outcome in results.outcomes:
        if outcome.passed_over is None:
            continue
        record = cells[outcome.cell.key]
        entry = outcome.passed_over
        part = results.choose.part
        gain = entry.scores.get((part, ACCURACY)), outcome.score(ACCURACY, part)
        breaks = entry.breaks_units(outcome.scaling) if results.choose.units == "forbid" else ""
        way = wrong_way(entry, results.choose.monotone, outcome.scaling)
        rows.append((names.cell(record), entry.pole or None, breaks or None, None if way is None else str(way), *gain))
    if not rows:
        return None
    columns = (
        Column("what", "what"),
        Column("pole", "can lack a value, or have one out of all proportion", formula=True),
        Column("units", "breaks units"),
        Column("direction", "may go a way that is not demanded"),
        Column("r2_passed_over", f"its R², {results.choose.part}", number),
        Column("r2_chosen", "R² of the one in its place", number),
    )
    note = (
        "A formula with a pole within the range of the inputs (a tenth wider on each side) gives way to the next one, "
        "and where the recipe says so one that breaks the units of the data, or is not proved to go the demanded ways "
        "within the ranges of the training rows."
    )
    return table("passed-over", "Passed over", columns, rows, note).without_empty_columns()


def seed_table(results: Results) -> Table:
    """Return the seeds of each run on each dataset, and the time that its cells took."""
    seconds: dict[str, float] = defaultdict(float)
    states: dict[str, list[str]] = defaultdict(list)
    for record in results.cells:
        seconds[record.cell.trial] += record.seconds or 0.0
        states[record.cell.trial].append(record.state)
    groups: dict[tuple[str, int], list[TrialRecord]] = defaultdict(list)
    for trial in results.trials.values():
        groups[trial.dataset, trial.run].append(trial)
    rows = []
    for (dataset, run), trials in groups.items():
        counts = [sum(states[trial.key].count(state) for trial in trials) for state in ("done", "failed", "planned")]
        seeds = " ".join(str(trial.seed) for trial in trials)
        spared = sum(states[trial.key].count("spared") for trial in trials) or None
        rows.append((dataset, run, seeds, *counts, spared, sum(seconds[trial.key] for trial in trials)))
    columns = (
        Column("dataset", "dataset"),
        Column("run", "run", count),
        Column("seeds", "seeds"),
        Column("done", "cells done", count),
        Column("failed", "failed", count),
        Column("planned", "still to run", count),
        Column("spared", "spared", count, "not run, as the first search of their trial left nothing to find"),
        Column("seconds", "time", duration, "time of its cells, one after the other"),
    )
    return table("seeds", "Seeds and times", columns, rows).without_empty_columns()


def version_table(results: Results) -> Table | None:
    """Return the versions that the run was made with; None where they are not known."""
    if not results.versions:
        return None
    columns = (Column("distribution", "distribution"), Column("version", "version"))
    return table("versions", "Versions", columns, sorted(results.versions.items()))
