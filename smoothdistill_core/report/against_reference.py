"""A run beside a reference table: our number, theirs, and the difference."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from smoothdistill_core.components import without_options
from smoothdistill_core.errors import ResultError, did_you_mean
from smoothdistill_core.recipe.defaults import ACCURACY, UNPENALISED
from smoothdistill_core.report.averages import mean
from smoothdistill_core.report.reference_table import P_VALUE, Entry, Reference, comparable
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.report.tables.table import Column, Table, Value, table
from smoothdistill_core.results import Method, Outcome, Results
from smoothdistill_core.results.methods import sweep_of
from smoothdistill_core.statistics import Comparison
from smoothdistill_core.wording.numbers import NOTHING, count, difference, number, plural

COLUMNS = (
    Column("dataset", "dataset"),
    Column("method", "method"),
    Column("strength", "strength", lambda value: NOTHING if value is None else f"{value:g}"),
    Column("student_and_teacher", "student and teacher"),
    Column("of", "of"),
    Column("metric", "metric"),
    Column("reference", "reference", number),
    Column("ours", "ours", number),
    Column("difference", "difference", difference, "ours minus the reference"),
    Column("trials", "trials", count, "how many trials our mean is over"),
)


def against_reference(reference: Reference, page: RunPage) -> Table:
    """Return every number of the reference that has a dataset of the run, and ours where we have one.

    Ours is the mean over the trials on the test part; a method without a strength is that which each trial chose.
    """
    board, names = page.board, page.names
    datasets = _matched(reference, board.datasets)
    groups = _groups(page.results)
    tests = list(_tests(board.comparisons))
    rows: list[tuple[Value, ...]] = []
    for entry in reference.entries:
        if entry.dataset not in datasets:
            continue
        dataset = datasets[entry.dataset]
        found: list[tuple[str, float | None, int | None]]
        if entry.metric == P_VALUE:
            found = [
                (names.pairing(none.student, none.teacher), p, None)
                for on, method, none, p in tests
                if on == dataset and method.answers(entry.method)
            ]
        else:
            found = [
                (names.pairing(student, teacher), *_ours(entry, outcomes))
                for (on, student, teacher, label, strength), outcomes in groups.items()
                if on == dataset and _bare(label) == _bare(entry.method) and strength == entry.strength
            ]
        comparable = entry.metric != P_VALUE
        for pairing, ours, trials in found or [("", None, None)]:
            change = None if ours is None or not comparable or not math.isfinite(ours) else ours - entry.value
            place = (dataset, entry.method, entry.strength, pairing or None)
            rows.append((*place, entry.of, entry.metric, entry.value, ours, change, trials))
    left_out = {entry.dataset for entry in reference.entries} - set(datasets)
    note = (
        f"Reference: {reference.name}. Ours are means over the trials on the test part; a method without a strength "
        "is at the strength that each trial chose. p is that of the signed-rank test against none, not corrected. "
        "The difference is ours minus the reference."
    )
    if left_out:
        note += f" Not in this run: {plural(len(left_out), 'dataset')} of the reference."
    return table("reference", "Beside the reference", COLUMNS, rows, note).without_empty_columns()


def _matched(reference: Reference, datasets: Sequence[str]) -> Mapping[str, str]:
    """Return for each dataset of the reference ours; raises `ResultError` where no two are the same."""
    ours = {comparable(dataset): dataset for dataset in datasets}
    theirs = dict.fromkeys(entry.dataset for entry in reference.entries)
    found = {dataset: ours[comparable(dataset)] for dataset in theirs if comparable(dataset) in ours}
    if not found:
        first = next(iter(theirs))
        raise ResultError(
            f"no dataset of {reference.name} is in the run; its first is {first!r}: {did_you_mean(first, datasets)}"
        )
    return found


def agreement(beside_them: Table) -> str:
    """Say in one sentence how far our R2 is from the reference's."""
    names = [column.name for column in beside_them.columns]
    if "difference" not in names:
        return "None of its numbers has a counterpart in this run."
    apart: list[float] = []
    for row in beside_them.rows:
        change = row[names.index("difference")]
        if row[names.index("metric")] == ACCURACY and isinstance(change, float):
            apart.append(change)
    if not apart:
        return ""
    ordered = sorted(abs(change) for change in apart)
    way = "higher" if mean(apart) > 0 else "lower"
    half = number(ordered[(len(ordered) - 1) // 2])
    return (
        f"Over {plural(len(apart), 'R² value')} ours are on average {number(abs(mean(apart)))} {way}; half of them lie "
        f"within {half} of the reference, the farthest is {number(ordered[-1])} away."
    )


def _tests(comparisons: Iterable[Comparison]) -> Iterator[tuple[str | None, Method, Method, float | None]]:
    """Yield the dataset, a method, the ``none`` that it was compared with, as either of the two, and the p-value."""
    for comparison in comparisons:
        method, none = comparison.method, comparison.against
        if method.answers(UNPENALISED):
            method, none = none, method
        if none.answers(UNPENALISED):
            yield comparison.dataset, method, none, comparison.test.p


def _groups(results: Results) -> dict[tuple[str, str, str, str, float | None], list[Outcome]]:
    """Return the outcomes by dataset, student, teacher, label and strength; None where each trial chose its own.

    What takes no strength is there with 0 and with None: tables write either.
    """
    groups: dict[tuple[str, str, str, str, float | None], list[Outcome]] = defaultdict(list)
    swept = {sweep_of(record.cell) for record in results.cells if record.cell.strength > 0}
    for outcome in results.outcomes:
        for strength in (outcome.strength,) if sweep_of(outcome.cell) in swept else (0.0, None):
            groups[outcome.trial.dataset, outcome.student, outcome.teacher, outcome.penalty, strength].append(outcome)
    for label, outcome in results.chosen:
        groups[outcome.trial.dataset, outcome.student, outcome.teacher, label, None].append(outcome)
    return groups


def _ours(entry: Entry, outcomes: Sequence[Outcome]) -> tuple[float, int]:
    values = [
        outcome.teacher_score(entry.metric) if entry.of == "teacher" else outcome.score(entry.metric)
        for outcome in outcomes
    ]
    return mean(values), sum(math.isfinite(value) for value in values)


def _bare(label: str) -> str:
    return without_options(label).casefold()
