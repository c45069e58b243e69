"""`RunPage`: what all parts of a run's report share, each computed once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from smoothdistill_core.report.figures import Sheet
from smoothdistill_core.report.scoreboard import Scoreboard
from smoothdistill_core.report.sweep import Sweep, sweeps
from smoothdistill_core.results import Line, Method, Outcome, Results, best_formulas, summarise
from smoothdistill_core.wording.names import Names


class RunPage:
    """The ``results`` of a run, their scores (``board``), what things are called (``names``), and how figures look.

    Figures and tables go to ``folder`` as well, if one is given.
    """

    def __init__(self, results: Results, folder: Path | None = None) -> None:
        self.results = results
        self.folder = folder
        self.board = Scoreboard(results)
        self.names = Names(results)

    @cached_property
    def sheet(self) -> Sheet:
        """What the figures share."""
        return Sheet(self.folder, frozenset(method.label for method in self.board.methods if method.is_baseline))

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the summary."""
        return summarise(self.results)

    @cached_property
    def best(self) -> dict[str, Outcome]:
        """The formula to take on each dataset."""
        return best_formulas(self.results)

    @cached_property
    def sweeps(self) -> dict[str, list[Sweep]]:
        """The sweeps of each dataset."""
        return sweeps(self.results)

    @cached_property
    def methods(self) -> Mapping[str, Mapping[str, list[Outcome]]]:
        """The chosen formulas of each method by what it is called, on each dataset; penalties first."""
        swept = {outcome.penalty for outcome in self.results.outcomes if outcome.strength > 0}
        chosen = [(Method.of(outcome.cell, label), outcome) for label, outcome in self.results.chosen]
        chosen += [(Method.of(o.cell), o) for o in self.results.outcomes if o.penalty not in swept]
        place = {method: number for number, method in enumerate(self.board.methods)}
        groups: dict[str, dict[str, list[Outcome]]] = {dataset: {} for dataset in self.board.datasets}
        for method, outcome in sorted(chosen, key=lambda pair: place.get(pair[0], len(place))):
            groups[outcome.trial.dataset].setdefault(self.names.method(method), []).append(outcome)
        return groups
