"""`is_nonnegative`: whether a sum is 0 or more because it is one of squares, which intervals do not see.

a^2 + b^2 - 2*a*b*cos(t) is at least |a|^2 + |b|^2 - 2*|a|*|b|, a quadratic form whose matrix has no eigenvalue below 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np

from smoothdistill_core.formula import Constant, Formula, Operator, Variable, bounds
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.ranges.interval import Interval

Box = Sequence[Interval]

Monomial = frozenset[tuple[Formula, int]]
"""Factors and their exponents, whole and above 0."""

Polynomial = dict[Monomial, float]

ONE: Monomial = frozenset()

MOST_TERMS = 50
"""A sum that would have more terms stays a factor of its own."""

ROUNDING = 1e-12
"""An eigenvalue this little below 0 is 0, where the diagonal is 1."""


def is_nonnegative(formula: Formula, box: Box) -> bool:
    """Say whether a formula is proven to be 0 or more, up to rounding, where each input is in its (low, high).

    Multiplied out, its terms with a plus and even exponents are squares of roots, and each other term is at most
    a number times the product of two roots. So the formula is at least a quadratic form in the roots' sizes.
    """
    terms = _multiplied_out(formula)
    roots = [
        frozenset((factor, exponent // 2) for factor, exponent in term)
        for term, coefficient in terms.items()
        if coefficient > 0.0 and all(exponent % 2 == 0 for _, exponent in term)
    ]
    if not roots:
        return False
    squares = [_times(root, root) for root in roots]
    diagonal = np.array([terms[square] for square in squares])
    form = np.diag(diagonal)
    for term in terms.keys() - set(squares):
        if interval.multiply((terms[term],) * 2, _bounds(term, box))[0] >= 0.0:
            continue
        fits = [
            (sum(exponent for _, exponent in rest), row, column, rest)
            for row, one in enumerate(roots)
            for column, other in enumerate(roots[: row + 1])
            if (rest := _over(term, _times(one, other))) is not None
        ]
        if not fits:
            return False
        _, row, column, rest = min(fits, key=lambda fit: fit[:3])
        half = abs(terms[term]) * interval.magnitude(_bounds(rest, box))[1] / 2.0
        form[row, column] -= half
        form[column, row] -= half
    form /= np.sqrt(np.outer(diagonal, diagonal))
    return bool(np.isfinite(form).all() and np.linalg.eigvalsh(form).min() >= -ROUNDING)


def _multiplied_out(formula: Formula) -> Polynomial:
    """Return a formula as a sum of products of whole powers."""

    def leaf(node: Variable | Constant) -> tuple[Formula, Polynomial]:
        one = Formula((node,))
        return one, {ONE: node.value} if isinstance(node, Constant) else _factor(one)

    def apply(operator: Operator, *parts: tuple[Formula, Polynomial]) -> tuple[Formula, Polynomial]:
        whole = Formula.apply(operator.name, *(part for part, _ in parts))
        found = _applied(operator.name, *(terms for _, terms in parts))
        return whole, _factor(whole) if found is None or len(found) > MOST_TERMS else found

    return formula.fold(leaf, apply)[1]


def _applied(operator: str, a: Polynomial, b: Polynomial | None = None) -> Polynomial | None:
    """Apply an operator to sums; None where that is no sum."""
    if b is None:
        if operator == "neg":
            return _scaled(a, -1.0)
        exponent = {"square": 2, "cube": 3}.get(operator)
        return None if exponent is None else reduce(_multiplied, [a] * exponent)
    if operator in ("add", "sub"):
        return _sum((*a.items(), *(b if operator == "add" else _scaled(b, -1.0)).items()))
    if operator == "mul":
        return _multiplied(a, b)
    number = b.get(ONE, 0.0) if b.keys() <= {ONE} else 0.0
    if operator == "div" and number:
        return _scaled(a, 1.0 / number)
    if operator == "pow" and number.is_integer() and 0.0 < number <= MOST_TERMS and len(a) ** number <= MOST_TERMS:
        return reduce(_multiplied, [a] * int(number))
    return None


def _factor(formula: Formula) -> Polynomial:
    return {frozenset([(formula, 1)]): 1.0}


def _scaled(a: Polynomial, factor: float) -> Polynomial:
    return {term: factor * coefficient for term, coefficient in a.items()}


def _multiplied(a: Polynomial, b: Polynomial) -> Polynomial:
    return _sum((_times(left, right), x * y) for left, x in a.items() for right, y in b.items())


def _sum(terms: Iterable[tuple[Monomial, float]]) -> Polynomial:
    total: Polynomial = {}
    for term, coefficient in terms:
        total[term] = total.get(term, 0.0) + coefficient
    return total


def _times(a: Monomial, b: Monomial) -> Monomial:
    return frozenset((Counter(dict(a)) + Counter(dict(b))).items())


def _over(a: Monomial, b: Monomial) -> Monomial | None:
    """Return a / b, None where that has exponents below 0."""
    exponents, divisors = Counter(dict(a)), Counter(dict(b))
    return frozenset((exponents - divisors).items()) if divisors <= exponents else None


def _bounds(term: Monomial, box: Box) -> Interval:
    """Bound a product."""
    powers = (interval.integer_power(bounds(factor, box), exponent) for factor, exponent in term)
    return reduce(interval.multiply, powers, (1.0, 1.0))
