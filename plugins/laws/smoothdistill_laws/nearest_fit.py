"""`nearest_fit`: a formula with the constants nearest to its own that fit a law, where there are many that do.

Gauss and Newton's method with the shortest step each time, in parts of the constants: two factors of which only the
product matters move by equal parts. (`smoothdistill_core.formula.refitted` may end anywhere among those that fit.)
"""

from __future__ import annotations

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


def nearest_fit(formula: Formula, X: Array, y: Array) -> Formula:
    """Return the formula times a factor, all constants but whole exponents fitted to ``y`` (n,) at ``X`` (n, d)."""
    scale = float(np.sqrt(np.mean(y**2))) or 1.0
    found = Formula.apply("mul", Formula.constant(1.0), formula)
    free = _free(found)
    for least in UNDETERMINED:
        for _ in range(STEPS):
            following = _stepped(found, X, y / scale, scale, free, least)
            if following is None:
                break
            found = following
    return found


def _stepped(found: Formula, X: Array, y: Array, scale: float, free: Array, least: float) -> Formula | None:
    """Return a formula that fits better, None where a step leads to none; ``y`` is in units of ``scale``."""

    def residuals(formula: Formula) -> Array:
        return y - formula.predict(X) / scale

    values, now = constants(found), residuals(found)
    units = np.where(values != 0.0, np.abs(values), 1.0) * free
    slopes = sensitivity(found, X) * units / scale
    if not (np.isfinite(slopes).all() and np.isfinite(now).all()):
        return None
    step = units * np.linalg.lstsq(slopes, now, rcond=least)[0]
    tried = (values + cut * step for cut in CUTS)
    formulas = (with_constants(found, each) for each in tried if np.isfinite(each).all())
    better = (each for each in formulas if np.linalg.norm(residuals(each)) < BETTER * np.linalg.norm(now))
    return next(better, None)


def _free(formula: Formula) -> Array:
    """Return 1 for the constants, in prefix order, that may be fitted, and 0 for the others."""
    whole = {
        inner[1]
        for node, inner in zip(formula.nodes, arguments_of(formula.nodes), strict=True)
        if isinstance(node, Operator) and node.name in POWERS
    }
    return np.array(
        [
            float(not (place in whole and node.value.is_integer()))
            for place, node in enumerate(formula.nodes)
            if isinstance(node, Constant)
        ]
    )
