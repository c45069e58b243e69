"""What a teacher adds at each point of the map, with intervals and corrected tests, and the figure of it.

Outcomes, of one law the mean over students and seeds, each the taught one less the one on the data:

* accuracy, extrapolation, recovery: of two searches, one on the data and one taught, against two on the data; of each
  two the formula with the higher R2 on the validation rows. R2 against the law itself, within the range of the training
  rows and 25 % beyond, where less than 0 counts as 0; and the share of exact laws.
* smoothness: accuracy of two such searches, one on the data and one taught, by a smooth teacher less by a plain one
* size: the ratio of the nodes, as a power of 2, of the shortest formulas that are as accurate as both fronts get
* stability: whether two seeds give the same structure
* fidelity: R2 of the formula against its teacher, a smooth one less a plain one

A pair is a law. Intervals are the bootstrap's, 95 %; p is that of the signed-rank test, corrected by Holm over the
points of one teacher and outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from map_rows import DIRECT, SECOND
from smoothdistill_core.statistics import holm, mean_difference, wilcoxon

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLAIN = "none"
TEACHERS = (PLAIN, "jacobian", "lipschitz", "jacobian (path)")
AS_PAIRS = ("accuracy", "extrapolation", "recovery")
AGAINST_PLAIN = ("smoothness", "fidelity")
OUTCOMES = (*AS_PAIRS, "size", "stability", *AGAINST_PLAIN)
SEARCH = ["law", "seed", "student"]


def comparisons(cells: pd.DataFrame, levels: Mapping[str, Sequence[tuple[str, float]]]) -> pd.DataFrame:
    """Return a row for each point, teacher and outcome, and within it the students together and one by one.

    The centre stands at one level of each factor, and in the corrected family once.
    """
    found = []
    for teacher in TEACHERS:
        for outcome in OUTCOMES:
            for student in ("all", *sorted(cells["student"].unique())):
                family = [
                    {"point": point, "teacher": teacher, "outcome": outcome, "student": student, **compared}
                    for point in levels
                    if (compared := _compared(cells[cells["point"] == point], teacher, outcome, student))
                ]
                corrected = holm([row["p"] for row in family]).p if family else ()
                found += [{**row, "p_holm": p} for row, p in zip(family, corrected, strict=True)]
    rows = [{"factor": factor, "level": level, **row} for row in found for factor, level in levels[row["point"]]]
    return pd.DataFrame(rows).drop(columns="point")


def _compared(cells: pd.DataFrame, teacher: str, outcome: str, student: str) -> dict[str, Any]:
    """Return what a teacher adds at a point; empty where nothing is paired."""
    differences = differences_of(cells, teacher, outcome)
    if student != "all":
        differences = differences[differences.index.get_level_values("student") == student]
    of_laws = differences.dropna().groupby("law").mean()
    if of_laws.empty:
        return {}
    size = mean_difference(of_laws.to_numpy())
    low, high = (np.nan, np.nan) if size.interval is None else (size.interval.low, size.interval.high)
    tested = wilcoxon(of_laws.to_numpy())
    p = None if tested.why_no_verdict else tested.p
    return {"laws": len(of_laws), "mean": size.value, "low": low, "high": high, "p": p}


def differences_of(cells: pd.DataFrame, teacher: str, outcome: str) -> pd.Series[float]:
    """Return the difference of each law, seed and student that has both sides."""
    direct, second, plain, taught = (
        cells[cells["by"] == by].set_index(SEARCH) for by in (DIRECT, SECOND, PLAIN, teacher)
    )
    if taught.empty or (outcome in AGAINST_PLAIN and teacher == PLAIN):
        return pd.Series(index=taught.index[:0], dtype=float)
    if outcome in AS_PAIRS:
        return _better(direct, taught, outcome) - _better(direct, second, outcome)
    if outcome == "smoothness":
        return _better(direct, taught, "accuracy") - _better(direct, plain, "accuracy")
    if outcome == "size":
        return np.log2(taught["size"] / taught["size_of_direct"])
    other = direct if outcome == "stability" else plain
    return taught[outcome].astype(float) - other[outcome].astype(float)


def _better(one: pd.DataFrame, other: pd.DataFrame, outcome: str) -> pd.Series[float]:
    """Return the outcome of the formula with the higher validation R2; where one search has none, of the other's."""
    one, other = one.align(other, join="outer", axis=0)
    first = one["validation"].fillna(-np.inf) >= other["validation"].fillna(-np.inf)
    taken = one[outcome].where(first, other[outcome])
    return taken.where(np.isfinite(taken), 0.0).clip(lower=0.0)


def drawn(found: pd.DataFrame, factors: Mapping[str, Sequence[float]]) -> Figure:
    """Draw accuracy and extrapolation, a column for each factor and a line for each teacher."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update({"svg.hashsalt": "map", "svg.fonttype": "none"})
    figure = Figure(figsize=(10.0, 5.0), layout="constrained")
    axes = figure.subplots(2, len(factors), sharey="row", squeeze=False)
    every = found[found["student"] == "all"]
    for row, outcome in enumerate(AS_PAIRS[:2]):
        for column, (factor, levels) in enumerate(factors.items()):
            panel = axes[row, column]
            panel.axhline(0.0, color="0.6", linewidth=0.8)
            for place, teacher in enumerate(TEACHERS):
                chosen = (every["factor"] == factor) & (every["teacher"] == teacher) & (every["outcome"] == outcome)
                line = every[chosen].sort_values("level")
                at = [levels.index(level) + 0.08 * (place - 1.5) for level in line["level"]]
                ends = (line["mean"] - line["low"]).fillna(0.0), (line["high"] - line["mean"]).fillna(0.0)
                panel.errorbar(at, line["mean"], ends, marker="o", markersize=3, linewidth=1.2, label=teacher)
            panel.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
            panel.spines[["top", "right"]].set_visible(False)
            if row:
                panel.set_xlabel(factor)
        axes[row, 0].set_ylabel(f"{outcome}: R² gained")
    lines, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, names, frameon=False, loc="outside lower center", ncols=len(TEACHERS))
    return figure
