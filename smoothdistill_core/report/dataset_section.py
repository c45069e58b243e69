"""`Section`: what the page says of the search on one dataset: what each method gives alone, and its figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.report.figures import Picture, boxes, front, strengths, tradeoff
from smoothdistill_core.report.formula_on_page import FormulaOnPage, best_of_each
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.results import Results
from smoothdistill_core.wording.numbers import plural


@dataclass(frozen=True)
class Section:
    """The search on one dataset: ``best`` is that of each method; none where there is no formula yet."""

    key: str
    name: str
    best: Sequence[FormulaOnPage]
    pictures: Sequence[Picture]


def section(place: int, dataset: str, page: RunPage) -> Section:
    """Return the section of a dataset, which is number ``place`` of the page."""
    key = key_of(place, dataset)
    return Section(f"{key}-search", dataset, best_of_each(dataset, page), _pictures(key, dataset, page))


def key_of(place: int, dataset: str) -> str:
    """Return a name for addresses within the page and for files, whatever the dataset is called.

    >>> key_of(3, "Sales & <Costs>")
    'd03-sales-costs'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", dataset.casefold()).strip("-")[:40]
    return f"d{place:02}-{slug}".rstrip("-")


def about(dataset: str, results: Results) -> str:
    """Return what is predicted from how much."""
    facts = next((t.facts for t in results.trials.values() if t.dataset == dataset and t.facts is not None), None)
    if facts is None:
        return "No cell of this dataset has been run yet."
    rows = ", ".join(f"{facts.rows[part]:,} {part}" for part in ("train", "validation", "test") if part in facts.rows)
    target, of_log = repr(facts.scaling.target), ""
    if facts.scaling.transform == "log1p":
        target += " (as log1p)"
        of_log = f" What is of log, and fidelity, is of log(1 + {facts.scaling.target}), which models are fitted to."
    if facts.scaling.classes is not None:
        target = f"the probability of {facts.scaling.target} = {facts.scaling.classes[1]}"
    references = ", ".join(f"{column} = {category}" for column, category in facts.scaling.references.items())
    against = f" Categories are compared with {references}." if references else ""
    return f"{target} from {plural(len(facts.scaling.features), 'input')}; rows: {rows}.{against}{of_log}"


def _pictures(key: str, dataset: str, page: RunPage) -> list[Picture]:
    drawn: list[Picture | None] = []
    found, choose, board, sheet = page.sweeps.get(dataset, []), page.results.choose, page.board, page.sheet
    for number, sweep in enumerate(found, 1):
        end = f"-{number}" if len(found) > 1 else ""
        pairing = page.names.pairing(sweep.student, sweep.teacher)
        of = f", {pairing}" if pairing else ""
        drawn.append(tradeoff(sweep, f"{key}-tradeoff{end}", f"Accuracy against smoothness{of}", choose.part, sheet))
        drawn.append(strengths(sweep, f"{key}-strengths{end}", f"Accuracy by strength{of}", sheet))
    values = {page.names.method(method): board.values(dataset, method) for method in board.methods}
    axis = board.axis_on(dataset)
    drawn.append(boxes(values, board.unit, axis, f"{key}-boxes", f"Formulas over the {board.unit}", sheet))
    if dataset in page.best:
        methods = page.methods.get(dataset, {})
        title = "Accuracy against complexity"
        drawn.append(front(methods, page.best[dataset], choose, f"{key}-front", title, sheet))
    return [one for one in drawn if one is not None]
