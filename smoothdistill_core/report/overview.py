"""The figures over all datasets: R2 at a glance, win rates, and the critical-difference diagram."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from smoothdistill_core.report.figures import Picture, by_dataset, critical_difference_diagram, win_rates
from smoothdistill_core.report.scoreboard import Scoreboard
from smoothdistill_core.statistics import Wins, wins
from smoothdistill_core.wording.names import Names

FEWEST_DATASETS = 3
"""Ranks over fewer datasets say nothing."""

AGAINST = ("none", "direct")

FEWEST_PAIRS = 2
"""A single pair is won or lost: that is no rate."""


def overview(board: Scoreboard, names: Names, folder: Path | None) -> list[Picture]:
    """Draw what there is to draw; figures are also written to ``folder`` if one is given."""
    drawn: list[Picture | None] = []
    if len(board.datasets) > 1:
        methods = {names.method(method): method for method in board.methods}
        drawn.append(
            by_dataset(
                board.datasets,
                list(methods),
                lambda dataset, name: board.mean(dataset, methods[name]),
                *(board.unit, "datasets", "R² of the formulas on every dataset", folder),
            )
        )
    if len(board.datasets) >= FEWEST_DATASETS:
        drawn += _diagrams(board, names, folder)
    drawn += [_win_rates(board, names, name, folder) for name in AGAINST]
    return [one for one in drawn if one is not None]


def _win_rates(board: Scoreboard, names: Names, against: str, folder: Path | None) -> Picture | None:
    found: dict[str, dict[str, Wins]] = defaultdict(dict)
    for comparison in board.comparisons:
        if comparison.dataset is not None and comparison.against.answers(against):
            found[comparison.dataset][names.method(comparison.method)] = wins(comparison.gains)
    if (
        max((sum((w.wins, w.ties, w.losses)) for each in found.values() for w in each.values()), default=0)
        < FEWEST_PAIRS
    ):
        return None
    return win_rates(found, against, board.unit, f"wins-{against}", f"How often better than {against}", folder)


def _diagrams(board: Scoreboard, names: Names, folder: Path | None) -> list[Picture]:
    drawn = []
    for number, standing in enumerate(board.standings, 1):
        if standing.ranking is not None and len(standing.datasets) >= FEWEST_DATASETS:
            pairing = names.pairing(standing.student, standing.teacher)
            title = "Ranks over the datasets" + (f", {pairing}" if pairing else "")
            key = "ranks" if len(board.standings) == 1 else f"ranks-{number}"
            drawn.append(critical_difference_diagram(standing.ranking, key, title, folder))
    return drawn
