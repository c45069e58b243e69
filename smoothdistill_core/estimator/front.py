"""The Pareto front of a fit: the formulas than which no other is both shorter and more accurate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from smoothdistill_core.components import Part
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.recipe.defaults import (
    ACCURACY,
    COMPLEXITY,
    ERRORS,
    ERRORS_OF_LOG,
    FIDELITY,
    ORIGINAL_ACCURACY,
)
from smoothdistill_core.results import Outcome, Results
from smoothdistill_core.searching import front
from smoothdistill_core.trial import FrontEntry

if TYPE_CHECKING:
    import pandas as pd


def front_of(results: Results) -> pd.DataFrame:
    """Return one row for each formula, from the shortest to the most accurate on the part that is judged on."""
    import pandas as pd

    part = results.choose.part
    found = [(entry, outcome) for outcome in results.outcomes for entry in outcome.front]
    if results.choose.poles == "forbid":
        found = [(entry, outcome) for entry, outcome in found if not entry.pole]
    best = front(
        found, size=lambda pair: pair[0].formula.complexity, error=lambda pair: 1.0 - _score(pair[0], ACCURACY, part)
    )
    return pd.DataFrame([_row(entry, outcome) for entry, outcome in best])


def _row(entry: FrontEntry, outcome: Outcome) -> dict[str, object]:
    parts = list(dict.fromkeys(part for part, _ in entry.scores))
    measured = {metric for _, metric in entry.scores}
    further = [metric for metric in (ORIGINAL_ACCURACY, *ERRORS, *ERRORS_OF_LOG) if metric in measured]
    metrics = (ACCURACY, FIDELITY, *further)
    return {
        COMPLEXITY: entry.formula.complexity,
        **{f"{metric}_{part}": _score(entry, metric, part) for metric in metrics for part in parts},
        "student": outcome.student,
        "teacher": outcome.teacher,
        "penalty": outcome.penalty,
        "strength": outcome.strength,
        "formula": Explanation(entry.explained, outcome.scaling, entry.rounded),
    }


def _score(entry: FrontEntry, metric: str, part: Part) -> float:
    return entry.scores.get((part, metric), math.nan)
