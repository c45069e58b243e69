"""`refitted`: a formula with the constants that fit data best, by nonlinear least squares or by likelihood."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.constants import constants, sensitivity, with_constants
from smoothdistill_core.formula.evaluation import arguments_of, rows
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.likelihood import deviances, factor_and_offset
from smoothdistill_core.formula.nodes import Constant, Node
from smoothdistill_core.formula.operators.operator import Array, Operator
from smoothdistill_core.formula.rewriting.affine import IDENTITY, Affine, rewritten
from smoothdistill_core.formula.rewriting.linear import is_normal

EVALUATIONS = 60
"""How many sets of constants a refit may try."""

CONVERGED = 1e-9
"""A refit ends when a step changes the squared error, or the constants, by less than this part of their size."""

ROUNDING = 1e-12
"""Predictions that differ by less than this part of their size are one constant."""

WORST = 1e100
"""The residual in place of one that is not finite: a step there is taken back."""

POWERS = ("pow", "pow_abs")
"""The operators whose second argument is an exponent."""

SUMS = ("add", "sub", "neg")
"""The operators whose value is shifted with an argument's."""

PRODUCTS = ("mul", "div")
"""The operators whose value is scaled with an argument's."""


def refitted(
    formula: Formula,
    X: Array,
    y: Array,
    weights: Array | None = None,
    *,
    rescale: bool = True,
    evaluations: int = EVALUATIONS,
    log_odds: bool = False,
) -> Formula:
    """Return the formula with the constants that fit ``y`` of shape (n,) best at the rows of ``X`` (n, d).

    All constants are free but whole and half exponents; so are a factor and an offset of the whole, which are merged
    into the formula. Without ``rescale`` the formula's own constants change alone, and those of exactly 1 stay. The
    method is that of Levenberg and Marquardt (Moré, 1978), starting from the formula as it is, with factor and
    offset from linear least squares. ``weights`` of shape (n,) weigh the squared errors. The weighted squared error
    never rises: the formula itself is returned where nothing better is found, and where data or predictions are not
    finite. Raises `FormulaError` for arrays whose shapes do not fit, and for negative weights. ``evaluations`` bounds
    how many sets of constants are tried.

    The values of a formula may also be ``log_odds`` of probabilities ``y``, which lie between 0 and 1 and are neither:
    then it is the log-loss that its constants make least, by least squares of deviance residuals.
    """
    X = rows(formula.nodes, X)
    y, weights = np.asarray(y, dtype=np.float64), np.ones(len(X)) if weights is None else np.asarray(weights, float)
    for name, array in (("y", y), ("weights", weights)):
        if array.shape != (len(X),):
            raise FormulaError(f"{name} must have shape ({len(X)},), as X has {len(X)} rows, not {array.shape}")
    if (weights < 0.0).any():
        raise FormulaError(f"weights must not be negative, and one is {float(weights.min())!r}")
    if not (len(y) and np.isfinite(y).all() and np.isfinite(weights).all()):
        return formula
    with np.errstate(all="ignore"):
        fit = _LikelihoodFit if log_odds else _Fit
        return fit(formula, X, y, np.sqrt(weights), rescale, evaluations).best()


class _Fit:
    """The model ``a * formula + b`` of ``y``; its parameters are the free constants, and a and b if it is rescaled."""

    def __init__(self, formula: Formula, X: Array, y: Array, roots: Array, rescale: bool, evaluations: int) -> None:
        self._formula, self._X, self._y, self._roots = formula, X, y, roots
        self._rescale, self._evaluations = rescale, evaluations
        self._constants = constants(formula)
        self._free = _free(formula, rescale)

    def best(self) -> Formula:
        """Return the formula of least error."""
        best, error = self._formula, self._error(self._formula)
        rounding = (np.finfo(float).eps * float(np.linalg.norm(self._roots * self._y))) ** 2
        if not math.isfinite(error):
            return best
        for parameters in self._tried():
            formula = self._written(parameters)
            if formula is not None and self._error(formula) < error * (1.0 - CONVERGED) - rounding:
                best, error = formula, self._error(formula)
        return best

    def _tried(self) -> Iterator[Array]:
        """Yield the parameters after rescaling, and after the whole fit."""
        from scipy.optimize import least_squares

        start = np.array([*self._constants[self._free], *(self._rescaling() if self._rescale else ())])
        yield start
        if not self._free.any() or abs(self._residuals(start)).max() >= WORST:
            return
        yield least_squares(
            self._residuals,
            start,
            self._slopes,
            method="trf",  # the factor is redundant: "lm" would end at digits that depend on where memory lies
            x_scale="jac",
            ftol=CONVERGED,
            xtol=CONVERGED,
            gtol=CONVERGED,
            max_nfev=self._evaluations,
        ).x

    def _rescaling(self) -> Affine:
        """Return the best factor and offset of the formula as it is."""
        value, weights = self._formula.predict(self._X), self._roots**2
        weights = weights / weights.sum() if weights.any() else weights
        spread = value - weights @ value
        varies = np.abs(spread).max() > ROUNDING * np.abs(value).max()
        factor = float((weights * spread) @ self._y / ((weights * spread) @ spread)) if varies else 1.0
        factor = factor if is_normal(factor) else 1.0
        return factor, float(weights @ (self._y - factor * value))

    def _written(self, parameters: Array) -> Formula | None:
        """Return the model as a formula, where it is one; an offset that is but rounding is left out."""
        if not self._rescale:
            return self._with(parameters) if np.isfinite(parameters).all() else None
        factor, offset = parameters[-2:].tolist()
        if not (is_normal(factor) and is_normal(1.0 / factor) and np.isfinite(parameters).all()):
            return None
        if abs(offset) < CONVERGED * np.abs(self._y).max():
            offset = 0.0
        return rewritten(self._with(parameters), [IDENTITY] * self._X.shape[1], (factor, offset))

    def _with(self, parameters: Array) -> Formula:
        values = self._constants.copy()
        values[self._free] = parameters[:-2] if self._rescale else parameters
        return with_constants(self._formula, values)

    def _error(self, formula: Formula) -> float:
        residuals = self._roots * self._off(formula.predict(self._X))[0]
        return float(residuals @ residuals)

    def _off(self, value: Array) -> tuple[Array, Array | float]:
        """Return the residuals (n,) of values (n,), and their slopes by these."""
        return value - self._y, 1.0

    def _residuals(self, parameters: Array) -> Array:
        if not np.isfinite(parameters).all():
            return np.full(len(self._y), WORST)
        value = self._with(parameters).predict(self._X)
        if self._rescale:
            value = parameters[-2] * value + parameters[-1]
        residuals = self._roots * self._off(value)[0]
        return np.where(np.abs(residuals) < WORST, residuals, WORST)

    def _slopes(self, parameters: Array) -> Array:
        """Return the derivatives of the residuals by the parameters, shape (n, k) for k of them."""
        formula = self._with(parameters)
        slopes = sensitivity(formula, self._X)[:, self._free]
        if self._rescale:
            slopes = np.column_stack([parameters[-2] * slopes, formula.predict(self._X), np.ones(len(self._y))])
        slopes *= self._weighed(parameters)[:, None]
        return np.where(np.abs(slopes) < WORST, slopes, 0.0)

    def _weighed(self, parameters: Array) -> Array:
        """Return the slopes (n,) of the weighted residuals by the values of the model."""
        return self._roots


class _LikelihoodFit(_Fit):
    """The same of log-odds, whose residuals are those of deviance."""

    def _off(self, value: Array) -> tuple[Array, Array | float]:
        return deviances(value, self._y)

    def _rescaling(self) -> Affine:
        value = self._formula.predict(self._X)
        factor, offset = factor_and_offset(value, self._y, self._roots**2)
        return (factor, offset) if is_normal(factor) else (1.0, offset)

    def _weighed(self, parameters: Array) -> Array:
        value = self._with(parameters).predict(self._X)
        if self._rescale:
            value = parameters[-2] * value + parameters[-1]
        slopes: Array = self._roots * self._off(value)[1]
        return slopes


def _free(formula: Formula, rescale: bool) -> Array:
    """Return which of the constants, in prefix order, are free: shape (k,) of bool."""
    nodes, arguments = formula.nodes, arguments_of(formula.nodes)
    exponents = {
        of_it[1]
        for node, of_it in zip(nodes, arguments, strict=True)
        if isinstance(node, Operator) and node.name in POWERS
    }
    values = {place: node.value for place, node in enumerate(nodes) if isinstance(node, Constant)}
    bound = {place for place in exponents & set(values) if (2.0 * values[place]).is_integer()}
    if rescale:
        bound |= set(_of_the_whole(nodes, arguments))
    else:
        bound |= {place for place, value in values.items() if value == 1.0}
    return np.array([place not in bound for place in values], dtype=bool)


def _of_the_whole(nodes: Sequence[Node], arguments: Sequence[Sequence[int]]) -> Iterator[int]:
    """Yield the places of constants that only scale or shift the whole, which the factor and the offset do already."""
    parts = [(0, True, True)]
    while parts:
        place, scales, shifts = parts.pop()
        node, of_it = nodes[place], arguments[place]
        if isinstance(node, Constant) and (scales or shifts):
            yield place
        if not isinstance(node, Operator):
            continue
        for which, each in enumerate(of_it):
            beside_numbers = all(isinstance(nodes[other], Constant) for other in of_it if other != each)
            if node.name in SUMS:
                parts.append((each, scales and (beside_numbers if shifts else len(of_it) == 1), shifts))
            elif node.name in PRODUCTS:
                parts.append((each, scales, shifts and beside_numbers and (which == 0 or node.name == "mul")))
