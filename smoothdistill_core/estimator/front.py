"""The front of a fit as a table: a formula of each size, whichever student and teacher it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoothdistill_core.recipe.defaults import (
    ACCURACY,
    ERRORS,
    ERRORS_OF_LOG,
    FIDELITY,
    OF_PROBABILITIES,
    ORIGINAL_ACCURACY,
)
from smoothdistill_core.results import Answer, Outcome

if TYPE_CHECKING:
    import pandas as pd


def front_of(answer: Answer) -> pd.DataFrame:
    """Return one row for each formula, from the shortest to the most accurate on the part that is judged on."""
    import pandas as pd

    return pd.DataFrame([{**_row(outcome), "recommended": outcome is answer.recommended} for outcome in answer.front])


def _row(outcome: Outcome) -> dict[str, object]:
    parts = list(dict.fromkeys(part for part, _ in outcome.scores))
    measured = {metric for _, metric in outcome.scores}
    further = [
        metric for metric in (ORIGINAL_ACCURACY, *ERRORS, *ERRORS_OF_LOG, *OF_PROBABILITIES) if metric in measured
    ]
    metrics = (ACCURACY, FIDELITY, *further)
    return {
        "nodes": outcome.nodes,
        **{f"{metric}_{part}": outcome.score(metric, part) for metric in metrics for part in parts},
        "student": outcome.student,
        "teacher": outcome.teacher,
        "penalty": outcome.penalty,
        "strength": outcome.strength,
        "formula": outcome.explanation,
    }
