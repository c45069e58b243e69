"""`quotient`: sums of terms over sums of terms, written with what they have in common before them, the shortest way."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.term import Term, times

SQUARE = 1e-6
"""How far, as a share, a term may be from what makes a sum a perfect square."""

ROUNDING = 1e-12
"""A factor that is as near to 1 is 1: how the last digits come out depends on the machine."""

Sum = Sequence[tuple[Term, float]]
"""Terms, each times a number."""


def quotient(above: Sum, below: Sum = (), factor: Term | None = None, root: bool = False) -> Formula:
    """Return ``factor`` times the sum above over that below, or times their root, whichever way is shortest."""
    ways = (
        _written(top, bottom, factor, root)
        for top, bottom in itertools.product(_ways(above, root), _ways(below, root) if below else [(None, ())])
    )
    return min(ways, key=lambda formula: formula.complexity)


def _ways(terms: Sum, root: bool) -> Iterator[tuple[Term | None, Sum]]:
    """Yield what the terms have in common, and what it leaves of them; of what has a ``root``, as far as it has one."""
    yield None, terms
    powers = np.array([term.powers for term, _ in terms])
    least, greatest = powers.min(axis=0), powers.max(axis=0)
    above_alone = np.where(least > 0.0, least, np.minimum(greatest, 0.0))
    for common in dict.fromkeys((tuple(least), tuple(above_alone))):
        if any(common):
            shared = Term.of(terms[0][0].variables, common)
            if root and not ((shared**0.5).values >= 0.0).all():
                continue
            yield shared, [(_over(term, shared), number) for term, number in terms]


def _over(term: Term, shared: Term) -> Term:
    powers = tuple(a - b for a, b in zip(term.powers, shared.powers, strict=True))
    return Term(term.variables, powers, term.values, term.waves)


def _written(top: tuple[Term | None, Sum], bottom: tuple[Term | None, Sum], factor: Term | None, root: bool) -> Formula:
    before = factor
    for shared, power in ((top[0], 1.0), (bottom[0], -1.0)):
        if shared is not None:
            part = shared ** (0.5 * power if root else power)
            before = part if before is None else before * part
    inner = _root(top[1], bottom[1]) if root else _over_line(_sum(top[1]), _sum(bottom[1]) if bottom[1] else None)
    return inner if before is None else before.before(inner)


def _over_line(above: Formula, below: Formula | None) -> Formula:
    return above if below is None else Formula.apply("div", above, below)


def _root(above: Sum, below: Sum) -> Formula:
    """Return the root of a quotient; a perfect square in it stands before the root."""
    top, bottom = _root_of_square(above), _root_of_square(below)
    if top is None and bottom is None:
        return Formula.apply("sqrt", _over_line(_sum(above), _sum(below) if below else None))
    over = Formula.apply("sqrt", _sum(above)) if top is None else top
    under = Formula.apply("sqrt", _sum(below)) if below and bottom is None else bottom
    return _over_line(over, under)


def _root_of_square(terms: Sum) -> Formula | None:
    """Return the root of a sum of three terms that is the square of a sum of two, where it is."""
    if len(terms) != 3 or any(term.waves for term, _ in terms):
        return None
    for (first, a), (second, b), (product, c) in itertools.permutations(terms):
        twice = np.array(first.powers) + second.powers - 2.0 * np.array(product.powers)
        if a > 0.0 and b > 0.0 and not twice.any() and abs(c * c - 4.0 * a * b) < SQUARE * c * c:
            roots = [(first**0.5, math.sqrt(a)), (second**0.5, math.copysign(math.sqrt(b), c))]
            values = np.sum([number * term.values for term, number in roots], axis=0)
            if (values >= 0.0).all():
                return _sum(roots)
            if (values <= 0.0).all():
                return _sum([(term, -number) for term, number in roots])
    return None


def _sum(terms: Sum) -> Formula:
    parts = [_times_number(term, number) for term, number in sorted(terms, key=lambda pair: pair[1] < 0)]
    return reduce(lambda a, b: Formula.apply("add", a, b), parts)


def _times_number(term: Term, number: float) -> Formula:
    if term.is_one:
        return Formula.constant(number)
    return term.formula if abs(number - 1.0) < ROUNDING else times(Formula.constant(number), term.formula)
