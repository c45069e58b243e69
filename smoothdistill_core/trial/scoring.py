"""Scoring: every metric of a recipe, on every part of a split, for a teacher or for formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Metric, Model, Part, ScoringContext, TrainedTeacher
from smoothdistill_core.components.secret import asked
from smoothdistill_core.errors import PluginError, one_line
from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.likelihood import probability
from smoothdistill_core.preparation import Split, SplitFacts
from smoothdistill_core.trial.log_odds import has_log_odds

Array = NDArray[np.float64]

Scores = dict[tuple[Part, str], float]
"""The value of each metric (by its label) on each part."""

Scored = Literal["formulas", "teachers"]
"""What is scored."""

ROWS_AT_ONCE = 65_536
"""Finite differences are taken of so many rows at a time, which bounds their memory."""


def score(model: Model, split: Split, metrics: Sequence[Metric], teacher: TrainedTeacher | None = None) -> Scores:
    """Score ``model`` on all parts; ``teacher`` is given for the formula that imitates one."""
    return score_all([model], split, metrics, teacher)[0]


def score_all(
    models: Sequence[Model], split: Split, metrics: Sequence[Metric], teacher: TrainedTeacher | None = None
) -> list[Scores]:
    """Score several models on all parts; their common teacher is asked once a part, where a metric needs it."""
    if not any(metric.needs_teacher for metric in metrics):
        teacher = None
    found: list[Scores] = [{} for _ in models]
    for part, rows in split.parts.items():
        taught = None if teacher is None else teacher.predict(rows.X)
        if taught is not None and has_log_odds(split.facts):
            taught = probability(taught)
        slope = None if teacher is None else _gradient(teacher, rows.X)
        for model, scores in zip(models, found, strict=True):
            log_odds = model.predict(rows.X) if has_log_odds(split.facts) else None
            context = ScoringContext(
                model=model,
                part=part,
                X=rows.X,
                y=rows.y,
                prediction=model.predict(rows.X) if log_odds is None else probability(log_odds),
                restore=restoring(split.facts),
                log_odds=log_odds,
                gradient=_gradient(model, rows.X),
                teacher=teacher,
                teacher_prediction=taught,
                teacher_gradient=slope,
                scaling=split.facts.scaling,
                law=split.law,
                training=(split.parts["train"].X, split.parts["train"].y),
                weights=rows.weights,
            )
            score_on_part(context, metrics, scores)
    return found


def restoring(facts: SplitFacts) -> Callable[[Array], Array]:
    """Return what turns the predictions of a `ScoringContext` into the data's own units: probabilities are in them."""
    return np.asarray if has_log_odds(facts) else facts.scaling.restore


def score_on_part(context: ScoringContext, metrics: Sequence[Metric], scores: Scores) -> None:
    """Add the scores of a model on one part to ``scores``."""
    alone = replace(context, teacher=None, teacher_prediction=None, teacher_gradient=None)
    for metric in scoring(metrics, "formulas" if isinstance(context.model, Formula) else "teachers"):
        try:
            value = asked(metric, partial(metric.score, context if metric.needs_teacher else alone))
        except Exception as error:
            raise PluginError(f"metric {metric.label!r}: {one_line(error)}") from error
        if value is not None:
            scores[context.part, metric.label] = float(value)


def scoring(metrics: Iterable[Metric], of: Scored) -> list[Metric]:
    """Return the metrics that have a meaning for formulas, or for teachers."""
    return [metric for metric in metrics if metric.of in ("both", of)]


def _gradient(model: Model, X: Array) -> Callable[[], Array]:
    """Return a function that computes the input gradient once, however many metrics ask for it."""
    known: list[Array] = []

    def gradient() -> Array:
        if not known:
            exact = model.gradient(X)
            step = getattr(model, "step", TrainedTeacher.step)
            known.append(finite_differences(model.predict, X, step) if exact is None else exact)
        return known[0]

    return gradient


def finite_differences(predict: Callable[[Array], Array], X: Array, step: float = TrainedTeacher.step) -> Array:
    """Return the input gradient (n, d) of ``predict`` at ``X`` (n, d) by central differences of half width ``step``."""
    gradient = np.empty(X.shape)
    for begin in range(0, len(X), ROWS_AT_ONCE):
        rows = slice(begin, begin + ROWS_AT_ONCE)
        for column in range(X.shape[1]):
            above, below = X[rows].copy(), X[rows].copy()
            above[:, column] += step
            below[:, column] -= step
            gradient[rows, column] = (predict(above) - predict(below)) / (2 * step)
    return gradient
