"""`errors_of_constants`: how well the training rows tell the constants of a formula as it is shown."""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.formula import Formula, standard_errors
from smoothdistill_core.formula.constants import constants
from smoothdistill_core.preparation import Preparation
from smoothdistill_core.searching.drawn import drawn

MOST_ROWS = 20_000
"""So many training rows are looked at, drawn by chance: twice the rows bring errors that are smaller by a root of 2."""


def errors_of_constants(shown: Formula, learnt: Preparation) -> tuple[float, ...]:
    """Return the standard errors of the constants of a formula in the data's own units; NaN where rows do not tell.

    They are of least squares in what was fitted: with a target that was trained on as its logarithm, in that; of
    log-odds of likelihood.
    """
    places, scaling = learnt.places["train"], learnt.facts.scaling
    seen = drawn(places, MOST_ROWS)
    fitted = Formula.apply("log1p", shown) if scaling.transform == "log1p" else scaling.before_restored(shown)
    X, has_classes = scaling.raw(learnt.inputs_at(seen)), scaling.classes is not None
    y, weights = learnt.target[seen], learnt.weights_at(seen)
    errors = standard_errors(fitted, X, y, weights, log_odds=has_classes)
    if has_classes:  # the numbers of 1 / (1 + exp(-...)) are no estimates
        around = max(len(constants(shown)) - len(constants(fitted)), 0)
        errors = np.concatenate([np.full(around, np.nan), errors])
    errors = errors * math.sqrt(len(seen) / len(places)) if len(seen) else errors
    return tuple(float(f"{error:.3g}") if math.isfinite(error) else math.nan for error in errors)
