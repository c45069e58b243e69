"""`formula_of`: the formula that a skeleton is with the constants that were fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce

from smoothdistill_core import Formula
from smoothdistill_core.searching import FittedProgram
from smoothdistill_equate.expression import CONSTANT, Expression
from smoothdistill_equate.program_of import SCALES, has_coefficient, has_shift, keeps_inner_factor, terms_of

NAMES = {"inv": "inverse", "sq": "square"}
"""The operators of formulas that have another name than the token."""


def formula_of(skeleton: Expression, fit: FittedProgram, inputs: Sequence[Formula]) -> Formula:
    """Return a skeleton with its constants as a formula; ``inputs`` are what x0, x1 ... stand for."""
    constants = (float(value) for value in fit.inner)
    terms = [_of(term, "", constants, inputs.__getitem__) for term in terms_of(skeleton)]
    scaled = [_times(float(factor), term) for factor, term in zip(fit.coefficients, terms, strict=True)]
    return _plus(reduce(_add, scaled), fit.intercept)


def _of(expression: Expression, outside: str, constants: Iterator[float], input_: Callable[[int], Formula]) -> Formula:
    """Write an expression; the constants come in the order in which the program numbers them."""
    name, parts = expression
    if not parts:
        return input_(int(name[1:]))
    if name == "mul":
        factors = [_of(part, name, constants, input_) for part in parts]
        return reduce(lambda left, right: Formula.apply("mul", left, right), factors)
    if name == "add":
        return _sum(parts, outside, constants, input_)
    if name in SCALES:
        inside = _sum(parts[0].parts if parts[0].name == "add" else parts, name, constants, input_)
    else:
        inside = _of(parts[0], name, constants, input_)
    written = Formula.apply(NAMES.get(name, name), inside)
    return _plus(written, next(constants)) if keeps_inner_factor(expression, outside) else written


def _sum(
    parts: Sequence[Expression], outside: str, constants: Iterator[float], input_: Callable[[int], Formula]
) -> Formula:
    terms = []
    for place, part in enumerate(part for part in parts if part != CONSTANT):
        term = _of(part, "add", constants, input_)
        terms.append(_times(next(constants), term) if has_coefficient(place, outside) else term)
    total = reduce(_add, terms)
    return _plus(total, next(constants)) if has_shift(parts, outside) else total


def _add(left: Formula, right: Formula) -> Formula:
    return Formula.apply("add", left, right)


def _times(factor: float, formula: Formula) -> Formula:
    return formula if factor == 1.0 else Formula.apply("mul", Formula.constant(factor), formula)


def _plus(formula: Formula, constant: float) -> Formula:
    return formula if constant == 0.0 else _add(formula, Formula.constant(constant))
