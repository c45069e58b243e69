"""`SizeOnPage`: one formula of the front as the page shows it among the others: its size, its error, its picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from smoothdistill_core.report.answer.shown import Shown
from smoothdistill_core.report.figures import Picture, calibration, predicted_against_actual
from smoothdistill_core.report.formula_on_page import FormulaOnPage, on_page
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.results import Outcome
from smoothdistill_core.wording.accuracy import accuracy_in_words
from smoothdistill_core.wording.numbers import number, plural, quantity

MOST_PICTURES = 60
"""A page has predicted against actual for each size as long as these are no more pictures than this."""


@dataclass(frozen=True)
class SizeOnPage:
    """``name`` is what the size is called among three, or empty; ``error`` is in words."""

    nodes: str
    name: str
    error: str
    formula: FormulaOnPage
    picture: Picture | None = None

    @property
    def summary(self) -> str:
        """Size and error in one line."""
        return f"{self.nodes}: {self.error}"


def sizes_on_page(shown: Shown, key: str, page: RunPage) -> list[SizeOnPage]:
    """Return all formulas of a front, the shortest first."""
    front = shown.answer.front
    pictures = len(front) * len(page.board.datasets) <= MOST_PICTURES
    return [
        SizeOnPage(
            plural(outcome.nodes, "node"),
            shown.choices.get(place, ""),
            error_in_words(outcome, shown),
            on_page(
                outcome, shown.choices.get(place, ""), page.names, shown.part, page.results.standard_errors(outcome)
            ),
            _picture(outcome, shown, f"{key}-size-{place}", page) if pictures and len(front) > 1 else None,
        )
        for place, outcome in enumerate(front)
    ]


def error_in_words(outcome: Outcome, shown: Shown) -> str:
    """Return the error of a formula on the part that is shown: RMSE in units of the target, and R2."""
    error, has_classes = shown.error(outcome), outcome.scaling.classes is not None
    said = [f"RMSE {quantity(error)}"] if math.isfinite(error) and not has_classes else []
    return ", ".join([*said, accuracy_in_words(outcome, shown.part, number, "R²")])


def _picture(outcome: Outcome, shown: Shown, key: str, page: RunPage) -> Picture | None:
    portrayed = shown.portrayed(outcome)
    if shown.portrait is None or portrayed is None:
        return None
    title = f"Predicted against actual, {plural(outcome.nodes, 'node')}"
    what = (shown.portrait.actual, portrayed.predicted, shown.target, shown.rows_in_words)
    if shown.has_classes:
        return calibration(*what, key, title, replace(page.sheet, folder=None))
    return predicted_against_actual(*what, key, title, replace(page.sheet, folder=None))  # the folder has one of them
