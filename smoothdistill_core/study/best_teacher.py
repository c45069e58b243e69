"""`best_teacher`: the teacher of a trial that alone is distilled, where the recipe wants the best."""

from __future__ import annotations

import math
from collections.abc import Mapping

from smoothdistill_core.components import Part
from smoothdistill_core.recipe.defaults import ACCURACY, EXPLAINED_LOG_LOSS, SMOOTHNESS_SQUARED
from smoothdistill_core.trial import Scores

EQUAL = 0.001
"""Teachers whose R2 differ by no more than this are equally accurate."""


JUDGED_BY = (ACCURACY, SMOOTHNESS_SQUARED)
"""The metrics that the choice looks at; without the second, equally accurate teachers are equally smooth.

Of a target with two values the share of the log-loss that is explained stands in place of the first."""


def best_teacher(teachers: Mapping[str, Scores], part: Part) -> str | None:
    """Return the key of the most accurate teacher on ``part``; of equally accurate ones that with the least E||J||^2.

    None where no teacher has an R2. One whose smoothness was not scored comes after those where it was.
    """
    accuracy = {
        key: scores.get((part, EXPLAINED_LOG_LOSS), scores.get((part, ACCURACY), math.nan))
        for key, scores in teachers.items()
    }
    finite = [value for value in accuracy.values() if math.isfinite(value)]
    if not finite:
        return None
    equal = [key for key, value in accuracy.items() if value >= max(finite) - EQUAL]

    def steepness(key: str) -> float:
        found = teachers[key].get((part, SMOOTHNESS_SQUARED), math.inf)
        return math.inf if math.isnan(found) else found

    return min(equal, key=lambda key: (steepness(key), -accuracy[key], key))  # whatever their order
