"""`rounded`: a formula with the fewest parts and digits that keep its accuracy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.angles import phases_turned
from smoothdistill_core.formula.constants import constants, with_constants
from smoothdistill_core.formula.evaluation import rows
from smoothdistill_core.formula.exponents import exponents_cleared
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.logistic import logistics
from smoothdistill_core.formula.notation import KNOWN
from smoothdistill_core.formula.operators.operator import Array
from smoothdistill_core.formula.ranges.poles import first_pole
from smoothdistill_core.formula.rewriting.affine import tidied
from smoothdistill_core.formula.rewriting.expansion import expanded, expanded_within
from smoothdistill_core.formula.rewriting.fractions import plain_fractions, with_unit_below
from smoothdistill_core.formula.standard_errors import standard_errors
from smoothdistill_core.formula.trimming import plain, shorter, trimmed

FEWEST_DIGITS = 2
"""Significant digits that every constant keeps: with one, 1.39 would read 1."""

ALL_DIGITS = 17
"""Significant digits with which every float64 is written exactly."""

WHOLE = 10_000.0
"""Whole numbers below this are short already and stay."""

FOR_PARTS = 0.75
"""The share of the tolerance that parts may use up which go before a digit is rounded."""

LONGEST = 100
"""Of a formula with more nodes only digits go: each of its parts would have to be tried, and nobody reads it."""

CERTAIN = 0.01
"""A constant is taken for a known number only where its standard error is at most this part of it: to a vague one,
some known number is always near."""


def rounded(formula: Formula, X: Array, y: Array, tolerance: float, weights: Array | None = None) -> Formula:
    """Return the formula with so few parts and digits that R2 falls by at most ``tolerance``.

    R2 is that of the predictions at the rows of ``X`` (n, d), which may have ``weights`` (n,), for ``y`` (n,), and
    also for the predictions of the formula itself: what comes out predicts the same, not only as well. First the
    parts go that can: summands, factors, functions, of the formula as it is, multiplied out, multiplied out within
    its functions, or with a logistic function in place of a hyperbolic tangent, whichever gets shortest; nothing
    goes that would leave a pole within the range of ``X``, and nothing of a formula with more than 100 nodes. A
    constant that is within its own standard error of pi, e, 1/2, 1/3 or sqrt(2) becomes that number. Then all
    constants get one number of significant digits, at least two, the least that will do, and one constant after the
    other loses more. Whole numbers below 10,000 stay. The formula itself is returned where its R2 is not finite.
    Raises `FormulaError` for a tolerance that is not in [0, 1) and for a ``y`` of another length.
    """
    if not 0.0 <= tolerance < 1.0:
        raise FormulaError(f"the tolerance is how much of R2 may be lost: a number in [0, 1), not {tolerance!r}")
    X, y = rows(formula.nodes, X), np.asarray(y, dtype=np.float64)
    if y.shape != (len(X),):
        raise FormulaError(f"y must have shape ({len(X)},), as X has {len(X)} rows, not {y.shape}")
    with np.errstate(all="ignore"):
        return _Rounding(formula, X, y, tolerance, weights).result() if len(y) else formula


class _Rounding:
    """What rounding may cost, on the rows on which the formula is judged."""

    def __init__(self, formula: Formula, X: Array, y: Array, tolerance: float, weights: Array | None) -> None:
        self._formula, self._X, self._y, self._weights = formula, X, y, weights
        self._box = [(float(column.min()), float(column.max())) for column in X.T]
        self._values = formula.predict(X)
        self._error = self._sum((self._values - y) ** 2)
        self._most = tolerance * self._sum((y - np.average(y, weights=weights)) ** 2)

    def result(self) -> Formula:
        """Return the formula with the fewest parts and digits."""
        if not np.isfinite(self._error + self._most):
            return self._formula
        if self._formula.complexity > LONGEST:
            return self._with_fewest_digits(self._formula)
        full = min(self._trimmed(), key=lambda formula: formula.complexity)
        for way in (exponents_cleared, phases_turned, with_unit_below):
            other = way(full)
            if other != full and self._cost(other) <= self._most and self._has_no_new_pole(other):
                full = other
        full = self._with_known_numbers(full)
        short = self._with_fewest_digits(full)
        while (place := self._part_to_drop(short)) is not None:
            fulls, shorts = list(shorter(full)), list(shorter(short))
            if len(fulls) != len(shorts):  # a number next to 1 that is a part which can go with fewer digits only
                break
            full, short = fulls[place], shorts[place]
            tidy = plain(full)
            if self._cost(tidy) <= self._most:
                full, short = tidy, self._with_fewest_digits(tidy)
        return plain_fractions(short)

    def _trimmed(self) -> Iterator[Formula]:
        """Yield the formula less the parts that can go, as it is, multiplied out, and with a logistic function."""
        most = FOR_PARTS * self._most
        yield trimmed(self._formula, self._cost, most, self._has_no_new_pole)
        tidy = tidied(self._formula)
        for other in (expanded(self._formula), expanded_within(self._formula), *logistics(tidy)):
            if other is not None and other != tidy and other.complexity <= LONGEST and self._cost(other) <= most:
                yield trimmed(other, self._cost, most, self._has_no_new_pole)

    def _cost(self, formula: Formula) -> float:
        """Return by how much the squared error rises, or how far the predictions move, squared: whichever is more."""
        values = formula.predict(self._X)
        moved = self._sum((values - self._values) ** 2)
        cost = max(moved, self._sum((values - self._y) ** 2) - self._error)
        return cost if np.isfinite(cost) else np.inf

    def _sum(self, squares: Array) -> float:
        """Return the sum of squares (n,), in which rows count by their weights."""
        return float(np.sum(squares if self._weights is None else self._weights * squares))

    @cached_property
    def _may_have_poles(self) -> bool:
        return first_pole(self._formula, self._box) is not None

    def _has_no_new_pole(self, formula: Formula) -> bool:
        return self._may_have_poles or first_pole(formula, self._box) is None

    def _part_to_drop(self, short: Formula) -> int | None:
        """Return which of the shorter formulas is the shortest of those that cost little enough."""
        candidates = [(each.complexity, self._cost(each), place, each) for place, each in enumerate(shorter(short))]
        cheap = sorted(candidate[:3] for candidate in candidates if candidate[1] <= self._most)
        return next((place for *_, place in cheap if self._has_no_new_pole(candidates[place][3])), None)

    def _with_known_numbers(self, formula: Formula) -> Formula:
        """Return the formula with each known number in the place of a constant that may be it."""
        values = constants(formula)
        for place, error in enumerate(standard_errors(formula, self._X, self._y, self._weights)):
            size = abs(values[place])
            if error > CERTAIN * size:
                continue
            known = min([0.5, *KNOWN], key=lambda number: abs(number - size))
            if abs(known - size) <= error:
                changed = values.copy()
                changed[place] = np.copysign(known, values[place])
                if self._cost(with_constants(formula, changed)) <= self._most:
                    values = changed
        return with_constants(formula, values)

    def _with_fewest_digits(self, formula: Formula) -> Formula:
        values = constants(formula)
        longs = [place for place, value in enumerate(values) if not _is_short(value)]
        for fewest in range(FEWEST_DIGITS, ALL_DIGITS if longs else 0):
            short = with_constants(formula, _shortened(values, self._digits(formula, values, longs, fewest)))
            if self._has_no_new_pole(short):
                return short
        return formula

    def _digits(self, formula: Formula, values: Array, longs: Sequence[int], fewest: int) -> Array:
        """Return how many digits each constant needs, none fewer than ``fewest``."""
        digits = np.full(len(values), ALL_DIGITS)

        def suffice(digits: Array) -> bool:
            return self._cost(with_constants(formula, _shortened(values, digits))) <= self._most

        for same in range(fewest, ALL_DIGITS + 1):
            digits[longs] = same
            if suffice(digits):
                break
        for place in longs:
            for fewer in range(fewest, digits[place]):
                tried = digits.copy()
                tried[place] = fewer
                if suffice(tried):
                    digits = tried
                    break
        return digits


def _is_short(value: float) -> bool:
    return abs(value) in KNOWN or (value.is_integer() and abs(value) < WHOLE)


def _shortened(values: Array, digits: Array) -> list[float]:
    return [float(f"{value:.{count - 1}e}") for value, count in zip(values.tolist(), digits.tolist(), strict=True)]
