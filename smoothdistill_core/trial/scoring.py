"""Scoring: every metric of a recipe, on every part of a split, for a teacher or a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Metric, Model, Part, ScoringContext, TrainedTeacher
from smoothdistill_core.errors import PluginError, one_line
from smoothdistill_core.preparation import Split

Array = NDArray[np.float64]

Scores = dict[tuple[Part, str], float]
"""The value of each metric (by name) on each part."""

STEP = 1e-4
"""Half the distance of finite differences, in standard deviations of an input."""


def score(model: Model, split: Split, metrics: Sequence[Metric], teacher: TrainedTeacher | None = None) -> Scores:
    """Score ``model`` on all parts; ``teacher`` is given for the formulas that imitate one."""
    scores: Scores = {}
    for part, rows in split.parts.items():
        context = ScoringContext(
            model=model,
            part=part,
            X=rows.X,
            y=rows.y,
            prediction=model.predict(rows.X),
            restore=split.facts.units.restore,
            gradient=_gradient(model, rows.X),
            teacher=teacher,
            teacher_prediction=None if teacher is None else teacher.predict(rows.X),
        )
        for metric in metrics:
            try:
                value = metric.score(context)
            except Exception as error:
                raise PluginError(f"metric {metric.name!r}: {one_line(error)}") from error
            if value is not None:
                scores[part, metric.name] = float(value)
    return scores


def _gradient(model: Model, X: Array) -> Callable[[], Array]:
    """Return a function that computes the input gradient once, however many metrics ask for it."""
    known: list[Array] = []

    def gradient() -> Array:
        if not known:
            exact = model.gradient(X)
            known.append(finite_differences(model.predict, X) if exact is None else exact)
        return known[0]

    return gradient


def finite_differences(predict: Callable[[Array], Array], X: Array) -> Array:
    """Return the input gradient (n, d) of ``predict`` at ``X`` (n, d) by central differences."""
    gradient = np.empty(X.shape)
    for column in range(X.shape[1]):
        above, below = X.copy(), X.copy()
        above[:, column] += STEP
        below[:, column] -= STEP
        gradient[:, column] = (predict(above) - predict(below)) / (2 * STEP)
    return gradient
