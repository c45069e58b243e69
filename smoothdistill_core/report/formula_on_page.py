"""`Shown`: a formula as the page shows it: typeset and rounded, with the exact text beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.exports.text import meanings
from smoothdistill_core.formula import readable
from smoothdistill_core.report.scoreboard import Scoreboard
from smoothdistill_core.results import Outcome, Results, chosen
from smoothdistill_core.results.strength_choice import SWEET_SPOT
from smoothdistill_core.results.strength_choice import best as best_of
from smoothdistill_core.statistics.methods import Method
from smoothdistill_core.wording.names import Names, printable
from smoothdistill_core.wording.origin import origin

LONGEST = 400
"""A formula with more nodes than this is shown as text: typeset it would fill pages."""


@dataclass(frozen=True)
class FormulaOnPage:
    """One formula: what it is called, where it comes from, its scores, and three ways to read it.

    ``meanings`` are those of its less known operators.
    """

    label: str
    origin: str
    r2: float
    fidelity: float
    nodes: int
    mathml: Markup | None
    rounded: str
    exact: str
    meanings: list[str]
    pole: str


def on_page(outcome: Outcome, label: str, names: Names) -> FormulaOnPage:
    """Return a formula for the page, in the data's own units and names."""
    explanation = Explanation(outcome.chosen.rounded, outcome.scaling)
    target = readable(outcome.scaling.target)
    return FormulaOnPage(
        label=label,
        origin=origin(outcome, names),
        r2=outcome.score("r2"),
        fidelity=outcome.score("fidelity"),
        nodes=outcome.formula.complexity,
        mathml=_typeset(explanation),
        rounded=printable(f"{target} = {outcome.text}"),
        exact=printable(f"{target} = {outcome.explanation.text()}"),
        meanings=meanings(outcome.formula),
        pole=outcome.chosen.pole,
    )


def _typeset(explanation: Explanation) -> Markup | None:
    """Return MathML, which escapes every name itself; None for a formula that no page can show."""
    if explanation.formula.complexity > LONGEST:
        return None
    try:
        return Markup(explanation.export("mathml"))  # noqa: S704 the export escapes
    except FormulaError:
        return None


def of_methods(results: Results, board: Scoreboard, names: Names) -> Mapping[str, Mapping[str, list[Outcome]]]:
    """Return for each dataset the chosen formulas of each method, by what the method is called; penalties first."""
    groups: dict[str, dict[Method, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for label, outcome in chosen(results):
        method = Method(label, outcome.student, "" if label == SWEET_SPOT else outcome.teacher)
        groups[outcome.trial.dataset][method].append(outcome)
    swept = {outcome.penalty for outcome in results.outcomes if outcome.strength > 0}
    for outcome in results.outcomes:
        if outcome.penalty not in swept:
            groups[outcome.trial.dataset][Method(outcome.penalty, outcome.student, outcome.teacher)].append(outcome)
    place = {method: number for number, method in enumerate(board.methods)}
    return {
        dataset: {
            names.method(method): found[method] for method in sorted(found, key=lambda one: place.get(one, len(place)))
        }
        for dataset, found in groups.items()
    }


def best_of_each(outcomes: Mapping[str, list[Outcome]], results: Results, names: Names) -> list[FormulaOnPage]:
    """Return the best formula of every method, judged on the part that choices are made on."""
    return [on_page(best_of(group, results.choose), label, names) for label, group in outcomes.items()]
