"""The comparisons with their tests, and what was missing from them."""

from __future__ import annotations

from dataclasses import replace

from smoothdistill_core.report.scoreboard import Scoreboard
from smoothdistill_core.report.tables.table import Column, Table, Value, table
from smoothdistill_core.statistics import Comparison
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import NOTHING, count, difference, number, p_value, share

COLUMNS = (
    Column("dataset", "dataset"),
    Column("method", "method"),
    Column("against", "against"),
    Column("unit", "pairs are", csv_only=True),
    Column("pairs", "pairs", count, "complete pairs"),
    Column("planned", "of", count, "planned pairs"),
    Column("mean_gain", "mean gain", difference, "how much higher the method’s R² is, on average"),
    Column("low", "from", difference, "lower end of the 95 % interval of the mean gain"),
    Column("high", "to", difference, "upper end of the 95 % interval of the mean gain"),
    Column("median_gain", "median gain", difference),
    Column("rank_biserial", "effect", number, "rank-biserial effect size, from −1 to 1"),
    Column("win_rate", "wins", share, "share of pairs that were won, a tie as half a win"),
    Column("p", "p", p_value, "two-sided signed-rank test"),
    Column("holm_p", "p, Holm", p_value, "p-value after Holm’s correction"),
    Column("finding", "finding"),
)

NOTE = (
    "Pairs are {unit}, and datasets in the comparisons over all of them. "
    "R² of the formulas on the test part{remark}. A gain above 0 is in favour of the method. “no verdict”: fewer "
    "than 6 pairs differ, and no test could decide. Findings are at the 5 % level after Holm’s correction over all "
    "datasets of the same two methods."
)


def comparison_table(board: Scoreboard, names: Names) -> Table | None:
    """Return every comparison as a row, those over all datasets first."""
    found = sorted(board.comparisons, key=lambda comparison: comparison.dataset is not None)
    if not found:
        return None
    several = len(board.datasets) > 1
    rows = [_row(comparison, names) for comparison in found]
    strong = [place for place, comparison in enumerate(found) if comparison.dataset is None] if several else []
    complete = all(len(comparison.pairs) == comparison.planned for comparison in found)
    known = {"planned"} if complete else set()
    known |= set() if several else {"dataset"}
    columns = [replace(column, csv_only=True) if column.name in known else column for column in COLUMNS]
    note = NOTE.format(unit=board.unit, remark=f", {board.remark}" if board.remark else "")
    return table("comparisons", "Comparisons and their tests", columns, rows, note, strong).without_empty_columns()


def _row(comparison: Comparison, names: Names) -> tuple[Value, ...]:
    effect, interval = comparison.effect, comparison.effect.mean.interval
    return (
        "all datasets" if comparison.dataset is None else comparison.dataset,
        names.method(comparison.method),
        names.method(comparison.against),
        comparison.unit,
        len(comparison.pairs),
        comparison.planned,
        effect.mean.value,
        None if interval is None else interval.low,
        None if interval is None else interval.high,
        effect.median.value,
        effect.rank_biserial,
        effect.wins.rate,
        comparison.test.p,
        comparison.corrected_p,
        comparison.finding,
    )


def rank_table(board: Scoreboard, names: Names) -> Table | None:
    """Return the average ranks of every student on every teacher; None for fewer than two datasets."""
    rows: list[tuple[Value, ...]] = []
    for standing in board.standings:
        if standing.ranking is not None and len(standing.datasets) > 1:
            pairing = names.pairing(standing.student, standing.teacher) or None
            for place, (name, rank) in enumerate(standing.ranking.average_ranks.items(), 1):
                rows.append((pairing, place, name, rank, len(standing.datasets)))
    if not rows:
        return None
    columns = (
        Column("student_and_teacher", "student and teacher"),
        Column("place", "place", count),
        Column("method", "method"),
        Column("average_rank", "average rank", lambda value: f"{value:.2f}", "1 is the best on every dataset"),
        Column("datasets", "datasets", count),
    )
    note = "On each dataset the methods are ranked by their mean R² on the test part; these are the means of the ranks."
    return table("ranks", "Average ranks over datasets", columns, rows, note).without_empty_columns()


def missing_table(board: Scoreboard, names: Names) -> Table | None:
    """Return what kept runs and seeds out of the comparisons; None where nothing did."""
    seen = dict.fromkeys(
        (lacking.dataset, lacking.run, lacking.seed, names.method(lacking.method), lacking.why)
        for comparison in board.comparisons
        for lacking in comparison.missing
    )
    if not seen:
        return None
    columns = (
        Column("dataset", "dataset"),
        Column("run", "run", count),
        Column("seed", "seed", lambda value: NOTHING if value is None else str(value)),
        Column("method", "method"),
        Column("why", "why it has no score"),
    )
    note = "A run in which either of two methods lacks a seed is in none of their pairs."
    return table("missing", "Missing from the comparisons", columns, list(seen), note)
