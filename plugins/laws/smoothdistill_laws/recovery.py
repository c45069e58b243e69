"""`is_recovered`: whether a formula is a law, written in whatever way, its constants within a tolerance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula, constants
from smoothdistill_core.formula.probes import in_box
from smoothdistill_laws.algebra import MOST_EXPANDED, Algebra
from smoothdistill_laws.atoms import Atoms, Sum, TooLarge
from smoothdistill_laws.canonical import canonical
from smoothdistill_laws.identity import are_identical
from smoothdistill_laws.matching import Matching
from smoothdistill_laws.nearest_fit import NearestFit, fit_of_constants, nearest_fits

Array = NDArray[np.float64]
Box = Sequence[tuple[float, float]]

POINTS, CORNERS = 192, 64
"""Points in the box, and how many of them are corners, at which values and signs are looked at."""

FAR = 0.05
"""A formula whose root mean squared error is more than this share of the law's size is not looked at any further."""

FAR_OF_TOLERANCE = 100.0
"""Nor is one whose error is more than so many times the tolerance: constants that are nearly right leave less."""

FIT_POINTS = 256
"""Points in the box to which constants are fitted."""

MOST_CONSTANTS = 30
"""A formula of more constants is not fitted."""

SAME_TERMS = 0.5
"""Where it is said otherwise how far constants may be off, terms are told from one another by this tolerance."""


def is_recovered(
    formula: Formula,
    law: Formula,
    box: Box,
    tolerance: float,
    negligible: float,
    allows: Callable[[NearestFit], bool] | None = None,
) -> bool:
    """Say whether ``formula`` is ``law`` over a (low, high) for each input, in the data's own units.

    First their values are compared. Where these are the same but for rounding, in the box and around it, so are the
    formulas. Otherwise both are multiplied out to sums of products, without terms that are smaller than ``negligible``
    times the spread of their sum, and compared term by term: factors, exponents and inner constants may be off by
    ``tolerance``, relative. Last, the formula's constants are fitted to the law: where that makes it the same function,
    formula and fitted formula are compared term by term; constants that are off by more are right as well where
    ``allows`` says so of the fit. What is too large for that counts as not recovered: no clock is looked at, so
    the answer is the same everywhere.
    """
    X = in_box(box, POINTS, corners=slice(-CORNERS, None))
    with np.errstate(all="ignore"):
        has_value, has_wanted = np.isfinite(formula.predict(X)), np.isfinite(law.predict(X))
        if (has_value != has_wanted)[:-CORNERS].any():  # at corners, one may have a 0/0 that the other has not
            return False
        finite = X[has_value & has_wanted]
        far = min(FAR, FAR_OF_TOLERANCE * tolerance)
        if not len(finite) or not _is_near(formula.predict(finite), law.predict(finite), far):
            return False
        if are_identical(formula, law, box) or _are_alike(formula, law, X, tolerance, negligible):
            return True
        if len(constants(formula)) > MOST_CONSTANTS:
            return False
        fits = nearest_fits(formula, *_rows_of(law, box))
        if any(
            are_identical(fit.fitted, law, box) and _are_alike(formula, fit.fitted, X, tolerance, negligible)
            for fit in fits
        ):
            return True
        return allows is not None and _is_allowed(formula, law, box, X, negligible, allows)


def _is_allowed(
    formula: Formula, law: Formula, box: Box, X: Array, negligible: float, allows: Callable[[NearestFit], bool]
) -> bool:
    """Say whether the formula's constants may be as far off as they are, and it has no term that the law has not."""
    fit = fit_of_constants(formula, *_rows_of(law, box))
    return (
        are_identical(fit.fitted, law, box)
        and allows(fit)
        and _are_alike(formula, fit.fitted, X, SAME_TERMS, negligible)
    )


def _rows_of(law: Formula, box: Box) -> tuple[Array, Array]:
    """Return rows in the box, and what the law says there."""
    X = in_box(box, FIT_POINTS)
    y = law.predict(X)
    finite = np.isfinite(y)
    return X[finite], y[finite]


def _are_alike(formula: Formula, law: Formula, X: Array, tolerance: float, negligible: float) -> bool:
    """Compare two formulas term by term, as sums of products, at the points where both have a value."""
    X = X[np.isfinite(formula.predict(X)) & np.isfinite(law.predict(X))]
    if not len(X):
        return False
    atoms = Atoms(X)
    algebra, matching = Algebra(atoms, negligible), Matching(atoms, tolerance)
    try:
        found, wanted = canonical(formula, algebra), canonical(law, algebra)
        if matching.sums(found, wanted):
            return True
        cleared = _cleared(algebra, found, wanted)
        return cleared is not None and matching.sums(*cleared)
    except TooLarge:
        return False


def _is_near(values: Array, wanted: Array, far: float) -> bool:
    unit = max(float(np.abs(wanted).max()), float(np.finfo(np.float64).tiny))  # squares of large values overflow
    error, size = np.sqrt(np.mean(((values - wanted) / unit) ** 2)), np.sqrt(np.mean((wanted / unit) ** 2))
    return bool(error <= far * size)


def _cleared(algebra: Algebra, a: Sum, b: Sum) -> tuple[Sum, Sum] | None:
    """Return both sums times the sums that either divides by; None where there is none."""
    lowest: dict[int, float] = {}
    for product in (*a, *b):
        for number, exponent in product:
            if algebra.atoms[number].kind == "sum" and exponent < 0.0 and exponent.is_integer():
                lowest[number] = min(lowest.get(number, 0.0), exponent)
    if not lowest or min(lowest.values()) < -MOST_EXPANDED:
        return None
    divisors = tuple(sorted((number, -exponent) for number, exponent in lowest.items()))
    common: Sum = {divisors: 1.0}
    return algebra.pruned(algebra.multiply(a, common)), algebra.pruned(algebra.multiply(b, common))
