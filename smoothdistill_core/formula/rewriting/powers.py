"""Powers with any exponents: what becomes of them where they meet in a product, or stand in an exponential.

Each rule gives what has the same value wherever all parts have one; some give values where a part has none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from smoothdistill_core.formula.nodes import Constant
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.rewriting.linear import Linear
from smoothdistill_core.formula.rewriting.parts import Powers, Product
from smoothdistill_core.formula.subformulas import Subformula

if TYPE_CHECKING:
    from smoothdistill_core.formula.rewriting.algebra import Algebra

STEEPEST = 20.0
"""Larger exponents do not meet others: a factor could be too large for numbers where the whole is not."""

LARGEST_EXPONENT = 100.0
"""Nor does an exponential of a larger number become a factor."""

EXP, LOG, SQRT, POW, MUL, DIV = (OPERATORS[name] for name in ("exp", "log", "sqrt", "pow", "mul", "div"))


def powers_met(algebra: Algebra, factor: float, product: Product) -> Linear | None:
    """Return factor * product with u**a * u**b as u**(a + b), or with sqrt(u) * sqrt(v) as sqrt(u*v).

    None where no two meet. Powers of opposite signs do not merge: what has a pole does not cancel.
    """
    for side, operator in zip(product, (MUL, DIV), strict=True):
        alike: dict[tuple[int, bool], dict[int, float]] = {}
        for number, times in side:
            base, exponent = _base_and_exponent(algebra, number)
            alike.setdefault((base, exponent > 0.0), {})[number] = times * exponent
        for (base, _), exponents in alike.items():
            total = Linear(offset=sum(exponents.values()))
            if len(exponents) > 1 and abs(total.offset) <= STEEPEST:
                power = algebra.apply(POW, [algebra.times_part(1.0, base), total])
                gone = (exponents, {}) if operator is MUL else ({}, exponents)
                return algebra.apply(operator, [_without(algebra, factor, product, *gone), power])
    above, below = (_roots(algebra, side) for side in product)
    if len(above) + len(below) < 2:
        return None
    inner = Linear(offset=1.0)
    for roots, operator in ((above, MUL), (below, DIV)):
        for base in roots.values():
            inner = algebra.apply(operator, [inner, algebra.times_part(1.0, base)])
    return algebra.apply(MUL, [_without(algebra, factor, product, above, below), algebra.apply(SQRT, [inner])])


def exponential(algebra: Algebra, form: Linear) -> Linear | None:
    """Return exp(k*log(u) + v) as u**k * exp(v); None where there is no logarithm, or a factor may be no number."""
    rest = dict(form.factors())
    powers = [
        (inner, rest.pop(number))
        for number, size in form.factors().items()
        if 0.0 < abs(size) <= STEEPEST and (inner := _in_logarithm(algebra, number)) is not None
    ]
    if not powers or abs(form.constant) > LARGEST_EXPONENT:
        return None
    product = algebra.apply(EXP, [Linear(rest, form.constant)])
    for number, size in powers:
        base = algebra.times_part(1.0, number)
        if (upright := inverse_of_inverse(algebra, base)) is not None:
            base, size = upright, -size
        power = algebra.apply(POW, [base, Linear(offset=abs(size))])
        product = algebra.apply(MUL if size > 0.0 else DIV, [product, power])
    return product


def inverse_of_inverse(algebra: Algebra, form: Linear) -> Linear | None:
    """Return 1/f of a form f that is c/u; None of any other."""
    if len(form.terms) != 1 or form.offset:
        return None
    product = algebra.parts.powers(next(iter(form.terms)))
    return None if product.above else algebra.apply(OPERATORS["inverse"], [form])


def _base_and_exponent(algebra: Algebra, number: int) -> tuple[int, float]:
    match algebra.parts.found[number]:
        case Subformula(operator, (base,)) if operator is SQRT:
            return base, 0.5
        case Subformula(operator, (base, exponent)) if operator is POW:
            size = algebra.parts.found[exponent]
            if isinstance(size, Subformula) and isinstance(size.node, Constant):
                return base, size.node.value
    return number, 1.0


def _roots(algebra: Algebra, side: Powers) -> dict[int, int]:
    """Return what a side has the square roots of, by the numbers of these."""
    bases = {number: _base_and_exponent(algebra, number) for number, times in side if times == 1}
    return {number: base for number, (base, exponent) in bases.items() if exponent == 0.5}


def _without(
    algebra: Algebra, factor: float, product: Product, over: Collection[int], under: Collection[int]
) -> Linear:
    """Return factor * product less some parts above the line, and some below it."""
    above = tuple(power for power in product.above if power[0] not in over)
    below = tuple(power for power in product.below if power[0] not in under)
    return algebra.product(factor, (above,), (below,)) if above or below else Linear(offset=factor)


def _in_logarithm(algebra: Algebra, number: int) -> int | None:
    match algebra.parts.found[number]:
        case Subformula(operator, (argument,)) if operator is LOG:
            return argument
    return None
