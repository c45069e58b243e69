"""What a student is shown: training rows, inputs near them that the teacher is asked about, and validation rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import TrainedTeacher
from smoothdistill_core.preparation import Split
from smoothdistill_core.recipe import Distil
from smoothdistill_core.trial.log_odds import clipped, has_log_odds, response

Array = NDArray[np.float64]

NEIGHBOURS = 5
"""A mixture lies between a row and one of this many nearest rows."""

ROWS_COMPARED = 2_000
"""Neighbours are sought among at most this many rows."""


@dataclass(frozen=True)
class RowsToImitate:
    """Inputs ``X`` (n, d), their targets ``y`` (n,) and ``weights`` (n,), None where all are alike.

    ``y`` holds the teacher's predictions, or the data. The first ``len(data)`` rows are training rows, and
    ``data`` is their target in the data; ``own`` are their weights, None where the data have none. Of a target with two
    values ``y`` holds the teacher's log-odds, `clipped`, or the working `response` to the labels, which are the
    ``data``.
    """

    X: Array
    y: Array
    data: Array
    weights: Array | None
    own: Array | None = None


def rows_to_imitate(split: Split, teacher: TrainedTeacher | None, distil: Distil, seed: int) -> RowsToImitate:
    """Choose the training rows that a search sees, and draw further inputs where there is a teacher to ask."""
    rows = split.parts["train"]
    rng = np.random.default_rng([seed, len(rows.X)])
    X, data, own = rows.X, rows.y, rows.weights
    if len(X) > distil.max_rows:
        chosen = np.sort(rng.choice(len(X), distil.max_rows, replace=False))
        X, data, own = X[chosen], data[chosen], None if own is None else own[chosen]
    if teacher is None:
        return RowsToImitate(X, response(data, weights=own) if has_log_odds(split.facts) else data, data, own, own)
    missing = distil.extra_rows - len(X)
    if distil.extra == "none" or missing <= 0:
        return RowsToImitate(X, _taught(split, teacher.predict(X)), data, own, own)
    origin = rng.integers(len(X), size=missing) if own is None else rng.choice(len(X), missing, p=own / own.sum())
    extra = _jittered(X, origin, distil.extra_width, rng) if distil.extra == "jitter" else _mixed(X, origin, rng)
    indicators = [place for place, feature in enumerate(split.facts.scaling.features) if feature.category is not None]
    extra[:, indicators] = X[origin][:, indicators]  # a row is of a category or not, never in between
    answers = teacher.predict(extra)
    known = np.isfinite(answers)  # a black box may have no answer outside of its domain
    extra, taught = extra[known], _taught(split, teacher.predict(X))
    y = np.concatenate([taught, _taught(split, answers[known])])
    off = taught - (response(data, weights=own) if has_log_odds(split.facts) else data)
    agreement = _agreement(teacher.spread(extra), off, own)
    first = np.ones(len(X)) if own is None else own
    weights = np.concatenate([first, distil.extra_weight * agreement * np.ones(len(extra))])
    return RowsToImitate(np.concatenate([X, extra]), y, data, None if (weights == 1.0).all() else weights, own)


def _taught(split: Split, answers: Array) -> Array:
    """Return a teacher's answers as they are imitated."""
    return clipped(answers, split.facts.rows["train"]) if has_log_odds(split.facts) else answers


def _agreement(spread: Array | None, residuals: Array, weights: Array | None) -> Array | float:
    """Return what further inputs weigh beside a training row, where a teacher's members disagree by ``spread`` (m,).

    A training row tells the target but for the error of the teacher there, whose mean square over the ``residuals``
    (n,), which may have weights, is s^2. What members say elsewhere is further off by their own variance v: such a row
    weighs s^2 / (s^2 + v). It is 1 where there is one model only.
    """
    if spread is None:
        return 1.0
    error = np.average(residuals**2, weights=weights)
    agreement: Array = error / np.maximum(error + spread**2, np.finfo(float).tiny)
    return agreement


def validation_rows(split: Split, teacher: TrainedTeacher | None) -> tuple[Array, Array, Array | None] | None:
    """Return the inputs (m, d), targets (m,) and weights (m,) of the rows by which a search may judge, copies.

    None without any such rows, and for the weights where all count alike. The targets are of the kind that it imitates:
    the teacher's predictions, or the data. Rows for which a black box has no answer are left out.
    """
    if "validation" not in split.parts:
        return None
    X, data = split.parts["validation"].own()
    weights = split.parts["validation"].own_weights()
    if teacher is not None:
        y = _taught(split, teacher.predict(X))
    else:
        train = split.parts["train"]
        y = response(train.y, data, train.weights) if has_log_odds(split.facts) else data
    known = np.isfinite(y)
    if not known.any():
        return None
    if known.all():  # as a rule; to choose among inputs would copy them
        return X, y[known], weights
    return X[known], y[known], None if weights is None else weights[known]


def _jittered(X: Array, origin: NDArray[np.intp], width: float, rng: np.random.Generator) -> Array:
    """Return the rows ``origin`` of X moved by normal noise of ``width`` standard deviations."""
    moved: Array = X[origin] + width * rng.normal(size=(len(origin), X.shape[1]))
    return moved


def _mixed(X: Array, origin: NDArray[np.intp], rng: np.random.Generator) -> Array:
    """Return points on the way from the rows ``origin`` of X to near neighbours, at most half of it."""
    from scipy.spatial import cKDTree

    others = X[rng.choice(len(X), min(len(X), ROWS_COMPARED), replace=False)]
    first = min(2, len(others))  # the nearest of all is the row itself
    last = min(NEIGHBOURS + 1, len(others))
    _, places = cKDTree(others).query(X[origin], k=list(range(first, last + 1)))
    chosen = others[places[np.arange(len(origin)), rng.integers(places.shape[1], size=len(origin))]]
    mixed: Array = X[origin] + rng.uniform(0.0, 0.5, size=(len(origin), 1)) * (chosen - X[origin])
    return mixed
