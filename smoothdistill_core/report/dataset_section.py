"""`Section`: what the page says of one dataset: its best formulas and its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from smoothdistill_core.report.figures import Picture, boxes, front, strengths, tradeoff
from smoothdistill_core.report.formula_on_page import FormulaOnPage, best_of_each, on_page
from smoothdistill_core.report.scoreboard import Scoreboard
from smoothdistill_core.report.sweep import Sweep
from smoothdistill_core.results import Outcome, Results
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import plural


@dataclass(frozen=True)
class Section:
    """One dataset: ``best`` is None where it has no formula yet."""

    key: str
    name: str
    about: str
    best: FormulaOnPage | None
    others: Sequence[FormulaOnPage]
    pictures: Sequence[Picture]


def section(
    place: int,
    dataset: str,
    results: Results,
    board: Scoreboard,
    names: Names,
    sweeps: Sequence[Sweep],
    outcomes: Mapping[str, list[Outcome]],
    best: Outcome | None,
    folder: Path | None,
) -> Section:
    """Return the section of a dataset; figures are also written to ``folder`` if one is given."""
    key = key_of(place, dataset)
    return Section(
        key,
        dataset,
        _about(dataset, results),
        None if best is None else on_page(best, "best", names),
        best_of_each(outcomes, results, names),
        _pictures(key, results, board, names, dataset, sweeps, outcomes, best, folder),
    )


def key_of(place: int, dataset: str) -> str:
    """Return a name for addresses within the page and for files, whatever the dataset is called.

    >>> key_of(3, "Sales & <Costs>")
    'd03-sales-costs'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", dataset.casefold()).strip("-")[:40]
    return f"d{place:02}-{slug}".rstrip("-")


def _about(dataset: str, results: Results) -> str:
    facts = next((t.facts for t in results.trials.values() if t.dataset == dataset and t.facts is not None), None)
    if facts is None:
        return "No cell of this dataset has been run yet."
    rows = ", ".join(f"{facts.rows[part]:,} {part}" for part in ("train", "validation", "test") if part in facts.rows)
    target = f"{facts.scaling.target!r}" + (" (as log1p)" if facts.scaling.transform == "log1p" else "")
    return f"{target} from {plural(len(facts.scaling.features), 'input')}; rows: {rows}."


def _pictures(
    key: str,
    results: Results,
    board: Scoreboard,
    names: Names,
    dataset: str,
    sweeps: Sequence[Sweep],
    outcomes: Mapping[str, list[Outcome]],
    best: Outcome | None,
    folder: Path | None,
) -> list[Picture]:
    drawn: list[Picture | None] = []
    for number, sweep in enumerate(sweeps, 1):
        end = f"-{number}" if len(sweeps) > 1 else ""
        pairing = names.pairing(sweep.student, sweep.teacher)
        of = f", {pairing}" if pairing else ""
        part = results.choose.part
        drawn.append(tradeoff(sweep, f"{key}-tradeoff{end}", f"Accuracy against smoothness{of}", part, folder))
        drawn.append(strengths(sweep, f"{key}-strengths{end}", f"Accuracy by strength{of}", folder))
    values = {names.method(method): board.values(dataset, method) for method in board.methods}
    drawn.append(boxes(values, board.unit, f"{key}-boxes", f"Formulas over the {board.unit}", folder))
    if best is not None:
        drawn.append(front(outcomes, best, results.choose, f"{key}-front", "Accuracy against complexity", folder))
    return [one for one in drawn if one is not None]
