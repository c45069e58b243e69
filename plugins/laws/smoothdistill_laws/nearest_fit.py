"""`nearest_fits`: a formula with the constants nearest to its own that fit a law, where there are many that do.

Gauss and Newton's method with the shortest step each time, in parts of the constants: two factors of which only the
product matters move by equal parts. (`smoothdistill_core.searching.refitted` may end anywhere among those that fit.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from smoothdistill_core.formula import Constant, Formula, Operator, constants, sensitivity, with_constants
from smoothdistill_core.formula.evaluation import arguments_of
from smoothdistill_core.formula.operators.operator import Array

STEPS = 20
"""It converges in some five, or not at all."""

CUTS = (1.0, 0.5, 0.25, 0.125, 0.0625)
"""What parts of a step are tried."""

UNDETERMINED = (1e-3, 1e-6, 1e-9)
"""What moves predictions by less than this part of what moves them most stays as it is, until the rest is fitted."""

BETTER = 0.9
"""A step that leaves more than this part of the error ends the fit."""

POWERS = ("pow", "pow_abs")


class NearestFit(NamedTuple):
    """A formula with k constants as it was ``found``, and the same ``fitted``.

    ``parameters`` (k, p) is 1 where a constant moved with one of the p parameters of the fit.
    """

    found: Formula
    fitted: Formula
    parameters: Array


def nearest_fits(formula: Formula, X: Array, y: Array) -> Iterator[NearestFit]:
    """Yield the formula times a factor, its constants fitted to ``y`` (n,) at ``X`` (n, d).

    First whole numbers stay, and equal constants stay equal: what is written twice is likely to be one constant, and
    fitted by itself each could be anything. Then all are free but whole exponents.
    """
    whole = Formula.apply("mul", Formula.constant(1.0), formula)
    for parameters in (_few(whole), _all(whole)):
        yield NearestFit(whole, _fitted(whole, X, y, parameters), parameters)


def fit_of_constants(formula: Formula, X: Array, y: Array) -> NearestFit:
    """Return the formula with its own constants, all but whole exponents, fitted to ``y`` (n,) at ``X`` (n, d)."""
    parameters = _all(formula)
    return NearestFit(formula, _fitted(formula, X, y, parameters), parameters)


def _fitted(found: Formula, X: Array, y: Array, parameters: Array) -> Formula:
    """Fit constants; ``parameters`` (k, p) is 1 where a constant moves with a parameter."""
    scale = float(np.sqrt(np.mean(y**2))) or 1.0
    for least in UNDETERMINED:
        for _ in range(STEPS):
            following = _stepped(found, X, y / scale, scale, parameters, least)
            if following is None:
                break
            found = following
    return found


def _stepped(found: Formula, X: Array, y: Array, scale: float, parameters: Array, least: float) -> Formula | None:
    """Return a formula that fits better, None where a step leads to none; ``y`` is in units of ``scale``."""

    def residuals(formula: Formula) -> Array:
        return y - formula.predict(X) / scale

    values, now = constants(found), residuals(found)
    moves = moves_of(values, parameters)
    slopes = sensitivity(found, X) @ moves / scale
    if not (np.isfinite(slopes).all() and np.isfinite(now).all()):
        return None
    step = moves @ np.linalg.lstsq(slopes, now, rcond=least)[0]
    tried = (values + cut * step for cut in CUTS)
    formulas = (with_constants(found, each) for each in tried if np.isfinite(each).all())
    better = (each for each in formulas if np.linalg.norm(residuals(each)) < BETTER * np.linalg.norm(now))
    return next(better, None)


def moves_of(values: Array, parameters: Array) -> Array:
    """Return how far the ``values`` of constants move with each parameter: by as much as they are large."""
    moves: Array = np.where(values != 0.0, np.abs(values), 1.0)[:, None] * parameters
    return moves


def _few(formula: Formula) -> Array:
    """Return one parameter for the factor, and one for each value that is no whole number."""
    values = constants(formula)
    different = sorted({value for value in values.tolist() if not value.is_integer()})
    columns = [np.arange(len(values)) == 0, *(values == value for value in different)]
    return np.array(columns, dtype=np.float64).T


def _all(formula: Formula) -> Array:
    """Return a parameter for each constant but whole exponents."""
    exponents = {
        inner[1]
        for node, inner in zip(formula.nodes, arguments_of(formula.nodes), strict=True)
        if isinstance(node, Operator) and node.name in POWERS
    }
    places = [(place, node.value) for place, node in enumerate(formula.nodes) if isinstance(node, Constant)]
    free = [not (place in exponents and value.is_integer()) for place, value in places]
    return np.eye(len(places))[:, free]
