"""`RunPage`: what all sections of a run's report share, each computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from smoothdistill_core.report.figures import Sheet
from smoothdistill_core.report.html_page import write_text
from smoothdistill_core.report.reference_table import Reference
from smoothdistill_core.report.scoreboard import Scoreboard
from smoothdistill_core.report.sweep import Sweep, sweeps
from smoothdistill_core.report.tables import Table
from smoothdistill_core.results import Line, Method, Outcome, Results, summarise
from smoothdistill_core.wording.names import Names


@dataclass(frozen=True, eq=False)
class RunPage:
    """What a section of a run's report is given: the ``results``, and what is made of them.

    ``folder``, if there is one, gets the figures and tables as files. ``reference`` has other people's numbers.
    """

    results: Results
    folder: Path | None = None
    reference: Reference | None = None

    @cached_property
    def board(self) -> Scoreboard:
        """The scores of all methods."""
        return Scoreboard(self.results)

    @cached_property
    def names(self) -> Names:
        """What things are called."""
        return Names(self.results)

    @cached_property
    def sheet(self) -> Sheet:
        """What the figures share."""
        return Sheet(self.folder, frozenset(method.label for method in self.board.methods if method.is_baseline))

    @cached_property
    def lines(self) -> Sequence[Line]:
        """The lines of the summary."""
        return tuple(summarise(self.results))

    @cached_property
    def best(self) -> Mapping[str, Outcome]:
        """The formula to take on each dataset."""
        return MappingProxyType({dataset: answer.recommended for dataset, answer in self.results.answers.items()})

    @cached_property
    def sweeps(self) -> Mapping[str, Sequence[Sweep]]:
        """The sweeps of each dataset."""
        return MappingProxyType(sweeps(self.results))

    @cached_property
    def methods(self) -> Mapping[str, Mapping[str, Sequence[Outcome]]]:
        """The chosen formulas of each method by what it is called, on each dataset; penalties first."""
        swept = {outcome.penalty for outcome in self.results.outcomes if outcome.strength > 0}
        chosen = [(Method.of(outcome.cell, label), outcome) for label, outcome in self.results.chosen]
        chosen += [(Method.of(o.cell), o) for o in self.results.outcomes if o.penalty not in swept]
        place = {method: number for number, method in enumerate(self.board.methods)}
        groups: dict[str, dict[str, list[Outcome]]] = {dataset: {} for dataset in self.board.datasets}
        for method, outcome in sorted(chosen, key=lambda pair: place.get(pair[0], len(place))):
            groups[outcome.trial.dataset].setdefault(self.names.method(method), []).append(outcome)
        return MappingProxyType({dataset: MappingProxyType(of) for dataset, of in groups.items()})

    def filed(self, name: str, table: Table | None) -> Table | None:
        """Return a table, of which the folder gets a copy as ``NAME.csv``."""
        if table is not None and self.folder is not None:
            write_text(self.folder / f"{name}.csv", table.to_csv())
        return table
