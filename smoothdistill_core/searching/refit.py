"""`refitted`: a formula with the constants that fit data best, by nonlinear least squares or by likelihood."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Constant, Formula, Node, Operator, rewritten, with_constants
from smoothdistill_core.formula.evaluation import arguments_of, rows
from smoothdistill_core.formula.likelihood import factor_and_offset, log_losses
from smoothdistill_core.formula.rewriting.affine import IDENTITY, Affine
from smoothdistill_core.formula.rewriting.linear import is_normal
from smoothdistill_core.searching.open_formula import OpenFormula

Array = NDArray[np.float64]

EVALUATIONS = 60
"""How many sets of constants a refit may try."""

BETTER = 1e-9
"""A refit is taken whose squared error is less by more than this part of it."""

ROUNDING = 1e-12
"""Predictions that differ by less than this part of their size are one constant."""

POWERS = ("pow", "pow_abs")
"""The operators whose second argument is an exponent."""

LIMITS = ("max", "min")
"""The operators one of whose arguments may be a limit to the other."""

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

    All constants are free but whole and half exponents, and limits of 0, as in max(x - 2, 0); so are a factor and an
    offset of the whole, which are merged into the formula. Without ``rescale`` the formula's own constants change
    alone, and those of exactly 1 stay. The method is that of Levenberg and Marquardt (Moré, 1978), starting from the
    formula as it is, with factor and offset from linear least squares. ``weights`` of shape (n,) weigh the squared
    errors. The weighted squared error never rises: the formula itself is returned where nothing better is found, and
    where data or predictions are not finite. Raises `FormulaError` for arrays whose shapes do not fit, and for negative
    weights. ``evaluations`` bounds how many sets of constants are tried.

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
        return _Fit(formula, X, y, np.sqrt(weights), rescale, log_odds).best(evaluations)


class _Fit:
    """The model ``a * formula + b`` of ``y``; its parameters are the free constants, and a and b if it is rescaled."""

    def __init__(self, formula: Formula, X: Array, y: Array, roots: Array, rescale: bool, log_odds: bool) -> None:
        self._formula, self._X, self._y, self._roots = formula, X, y, roots
        self._rescale, self._log_odds = rescale, log_odds
        self._open = OpenFormula.of(formula, _free(formula, rescale))

    def best(self, evaluations: int) -> Formula:
        """Return the formula of least error, which is that of the whole fit, of rescaling, or what it was."""
        value = self._formula.predict(self._X)
        error = self._error(value)
        if not math.isfinite(error):
            return self._formula
        rounding = (np.finfo(float).eps * float(np.linalg.norm(self._roots * self._y))) ** 2
        for parameters in self._tried(value, evaluations):
            formula = self._written(parameters)
            if formula is not None and self._error(formula.predict(self._X)) < error * (1.0 - BETTER) - rounding:
                return formula
        return self._formula

    def _tried(self, value: Array, evaluations: int) -> Iterator[Array]:
        """Yield the parameters after the whole fit, if that is better than rescaling, and after rescaling."""
        from smoothdistill_core.searching.compiled_refit import Problem, fit

        rescaling = self._rescaling(value) if self._rescale else ()
        start = np.array([*self._open.constants[self._open.free], *rescaling])
        if len(self._open.free):
            problem = Problem(
                self._open.code,
                self._open.constants.copy(),
                self._open.free,
                _read_only(self._X),
                _read_only(self._y),
                _read_only(self._roots),
                self._rescale,
                self._log_odds,
            )
            parameters = start.copy()
            before, after = fit(problem, parameters, evaluations)
            if after < before * (1.0 - BETTER):
                yield parameters
        yield start

    def _rescaling(self, value: Array) -> Affine:
        """Return the best factor and offset of the formula's values as they are."""
        if self._log_odds:
            factor, offset = factor_and_offset(value, self._y, self._roots**2)
            return (factor, offset) if is_normal(factor) else (1.0, offset)
        weights = self._roots**2
        weights = weights / weights.sum() if weights.any() else weights
        spread = value - weights @ value
        varies = np.abs(spread).max() > ROUNDING * np.abs(value).max()
        factor = float((weights * spread) @ self._y / ((weights * spread) @ spread)) if varies else 1.0
        factor = factor if is_normal(factor) else 1.0
        return factor, float(weights @ (self._y - factor * value))

    def _written(self, parameters: Array) -> Formula | None:
        """Return the model as a formula, where it is one; an offset that is but rounding is left out."""
        if not np.isfinite(parameters).all():
            return None
        values = self._open.constants.copy()
        values[self._open.free] = parameters[: len(self._open.free)]
        formula = with_constants(self._formula, values)
        if not self._rescale:
            return formula
        factor, offset = parameters[-2:].tolist()
        if not (is_normal(factor) and is_normal(1.0 / factor)):
            return None
        if abs(offset) < BETTER * np.abs(self._y).max():
            offset = 0.0
        return rewritten(formula, [IDENTITY] * self._X.shape[1], (factor, offset))

    def _error(self, value: Array) -> float:
        if not self._log_odds:
            residuals = self._roots * (value - self._y)
            return float(residuals @ residuals)
        wanted = np.log(self._y) - np.log1p(-self._y)
        return float(2.0 * self._roots**2 @ (log_losses(value, self._y) - log_losses(wanted, self._y)))


def _read_only(array: Array) -> Array:
    """Return a view that cannot be written: what can be is another type to numba, for which all is compiled again."""
    view = np.ascontiguousarray(array)[:]
    view.flags.writeable = False
    return view


def _free(formula: Formula, rescale: bool) -> NDArray[np.bool_]:
    """Return which of the constants, in prefix order, are free: shape (k,) of bool."""
    nodes, arguments = formula.nodes, arguments_of(formula.nodes)
    values = {place: node.value for place, node in enumerate(nodes) if isinstance(node, Constant)}
    bound: set[int] = set()
    for node, of_it in zip(nodes, arguments, strict=True):
        if isinstance(node, Operator) and node.name in POWERS:
            bound |= {place for place in of_it[1:] if place in values and (2.0 * values[place]).is_integer()}
        elif isinstance(node, Operator) and node.name in LIMITS:
            bound |= {place for place in of_it if values.get(place) == 0.0}
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
