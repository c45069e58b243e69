"""Lines and curves of one input, fitted by least squares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Candidate
from smoothdistill_core.formula import Formula
from smoothdistill_core.searching import as_shares, weights_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import DistillationTask

    Array = NDArray[np.float64]

STEEPEST = 4.0
"""An exponential grows by no more than this power of e within a standard deviation of its input."""

FLATTEST = 0.05
"""One that grows by less is a line."""

WORTH = 0.01
"""A curve is offered where it leaves this share less of the squared error than the line."""


@dataclass(frozen=True)
class _Shape:
    """A function of one input: as a formula over the task's inputs, and as the student computes it."""

    formula: Formula
    values: Callable[[Array], Array]


@dataclass(frozen=True)
class _Fit:
    """``intercept + slope * shape``, and the mean squared error that it leaves."""

    shape: _Shape
    intercept: float
    slope: float
    left: float

    @property
    def candidate(self) -> Candidate:
        """The fit as a formula."""
        scaled = Formula.apply("mul", Formula.constant(self.slope), self.shape.formula)
        formula = Formula.apply("add", Formula.constant(self.intercept), scaled)
        return Candidate(formula, lambda X: self.intercept + self.slope * self.shape.values(X))


def curves_of(task: DistillationTask, most: int) -> list[Candidate]:
    """Return the lines of the ``most`` inputs that have the best ones, each with a curve that is better, if any is.

    Where the task's deadline comes first, of the inputs so far.
    """
    lines = {column: fit for column in range(task.X.shape[1]) if (fit := _fit(_itself(column), task)) is not None}
    found: list[Candidate] = []
    raw, _ = task.in_own_units()
    for column in task.deadline.within(sorted(lines, key=lambda column: lines[column].left)[:most]):
        found.append(lines[column].candidate)
        curves = [fit for shape in _shapes(column, raw[:, column], task) if (fit := _fit(shape, task)) is not None]
        best = min(curves, key=lambda fit: fit.left, default=None)
        if best is not None and best.left < (1.0 - WORTH) * lines[column].left:
            found.append(best.candidate)
    return found


def _itself(column: int) -> _Shape:
    return _Shape(Formula.variable(column), lambda X: X[:, column])


def _shapes(column: int, values: Array, task: DistillationTask) -> Iterator[_Shape]:
    """Yield the curves of a column: logarithm and reciprocal of its own ``values`` (n,), where these have one sign."""
    feature = None if task.scaling is None else task.scaling.features[column]
    if feature is None or feature.category is None:
        scale, mean = (1.0, 0.0) if feature is None else (feature.scale, feature.mean)
        own = Formula.apply("mul", Formula.constant(scale), Formula.variable(column))
        own = Formula.apply("add", own, Formula.constant(mean))
        if values.min() > 0.0:
            yield _Shape(Formula.apply("log", own), lambda X: np.log(X[:, column] * scale + mean))
        if values.min() > 0.0 or values.max() < 0.0:
            yield _Shape(Formula.apply("inverse", own), lambda X: 1.0 / (X[:, column] * scale + mean))
        for sign in (1.0, -1.0):
            yield _exponential(column, sign, task)


def _exponential(column: int, sign: float, task: DistillationTask) -> _Shape:
    """Return the exponential that fits best of those that rise, or of those that fall."""
    from scipy.optimize import minimize_scalar

    shares, values = as_shares(weights_of(task)), task.X[:, column]
    spread = float(np.sqrt(shares @ (values - shares @ values) ** 2)) or 1.0

    def shape(power: float) -> _Shape:
        rate = sign * power / spread
        grown = Formula.apply("mul", Formula.constant(rate), Formula.variable(column))
        return _Shape(Formula.apply("exp", grown), lambda X: np.exp(rate * X[:, column]))

    def left(power: float) -> float:
        fit = _fit(shape(power), task)
        return np.inf if fit is None else fit.left

    best = minimize_scalar(left, bounds=(FLATTEST, STEEPEST), method="bounded", options={"xatol": 1e-3})
    return shape(float(best.x))


def _fit(shape: _Shape, task: DistillationTask) -> _Fit | None:
    """Fit a line of the values of a shape to the target; None where they do not vary, or are beyond all numbers."""
    shares = as_shares(weights_of(task))
    with np.errstate(all="ignore"):
        values = shape.values(task.X)
        centre, middle = float(shares @ values), float(shares @ task.y)
        off, wanted = values - centre, task.y - middle
        spread = float(shares @ off**2)
        slope = float(shares @ (off * wanted)) / spread if spread else np.nan
        intercept = middle - slope * centre
        left = float(shares @ (wanted - slope * off) ** 2)
    return _Fit(shape, intercept, slope, left) if np.isfinite([slope, intercept, left]).all() else None
