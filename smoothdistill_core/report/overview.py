"""The figures over all datasets: R2 at a glance, win rates, and the critical-difference diagram."""

from __future__ import annotations

from collections import defaultdict

from smoothdistill_core.components import Role
from smoothdistill_core.recipe.defaults import UNPENALISED
from smoothdistill_core.report.figures import Picture, by_dataset, critical_difference_diagram, win_rates
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.statistics import wins

FEWEST_DATASETS = 3
"""Ranks over fewer datasets say nothing."""

AGAINST = (UNPENALISED, Role.DIRECT.value)

FEWEST_PAIRS = 2
"""A single pair is won or lost: that is no rate."""


def overview(page: RunPage) -> list[Picture]:
    """Draw what there is to draw."""
    board = page.board
    drawn: list[Picture | None] = []
    if len(board.datasets) > 1:
        methods = {page.names.method(method): method for method in board.methods}
        drawn.append(
            by_dataset(
                board.datasets,
                list(methods),
                lambda dataset, name: board.mean(dataset, methods[name]),
                *(board.unit, board.axis, "datasets", f"{board.axis} of the formulas on every dataset", page.sheet),
            )
        )
    if len(board.datasets) >= FEWEST_DATASETS:
        drawn += _diagrams(page)
    drawn += [_win_rates(page, name) for name in AGAINST]
    return [one for one in drawn if one is not None]


def _win_rates(page: RunPage, against: str) -> Picture | None:
    gains: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    most = 0
    for comparison in page.board.comparisons:  # the sweet spot of several teachers is compared with each of them
        if comparison.dataset is not None and comparison.against.answers(against):
            gains[comparison.dataset][page.names.method(comparison.method)] += comparison.gains
            most = max(most, len(comparison.gains))
    if most < FEWEST_PAIRS:
        return None
    found = {dataset: {name: wins(each) for name, each in of.items()} for dataset, of in gains.items()}
    title = f"How often better than {against}"
    return win_rates(found, against, page.board.unit, f"wins-{against}", title, page.sheet)


def _diagrams(page: RunPage) -> list[Picture]:
    drawn = []
    standings = page.board.standings
    for number, standing in enumerate(standings, 1):
        if standing.ranking is not None and len(standing.datasets) >= FEWEST_DATASETS:
            pairing = page.names.pairing(standing.student, standing.teacher)
            title = "Ranks over the datasets" + (f", {pairing}" if pairing else "")
            key = "ranks" if len(standings) == 1 else f"ranks-{number}"
            drawn.append(critical_difference_diagram(standing.ranking, key, title, page.sheet))
    return drawn
