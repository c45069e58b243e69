"""`relations`: laws that are a sum of few terms, a quotient of two such sums, or what a function makes of them.

A function T of the target obeys T(y) (1 + sum of terms) = sum of terms; or y^2 = y (sum of terms) + sum of terms. Which
terms, linear algebra tells.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.effort import Effort
from smoothdistill_symmetry.sparse import sparse_fits
from smoothdistill_symmetry.term import Term, times
from smoothdistill_symmetry.writing import Sum, quotient

Array = NDArray[np.float64]

ROUNDED = 2e-3
"""So much of a target's change by its own size, times a share of 1e-13, is its rounding."""

Dictionary = Callable[[int], Sequence[Term]]
"""Gives the terms for a target that scales as so many powers of the factor does."""


@dataclass(frozen=True)
class Transform:
    """A function of the target, its slope, the operator that undoes it, and the power of the target it scales as."""

    of: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    undo: str
    power: int = 0


IDENTITY = Transform(lambda y: y, np.ones_like, "", 1)
SQUARE = Transform(np.square, lambda y: 2.0 * y, "sqrt", 2)
LOG = Transform(np.log, lambda y: 1.0 / y, "exp")


def transforms(y: Array) -> Iterator[Transform]:
    """Yield the functions that a target may be seen through."""
    yield IDENTITY
    if (y >= 0).all() or (y <= 0).all():
        yield SQUARE
    if (y > 0).all():
        yield LOG
    if np.abs(y).max() < 1.0:
        yield Transform(np.arctanh, lambda y: 1.0 / (1.0 - y * y), "tanh")
    if (y >= 0).all() and y.max() <= np.pi:
        yield Transform(np.cos, np.sin, "acos")
    if np.abs(y).max() <= np.pi / 2:
        yield Transform(np.sin, np.cos, "asin")
        yield Transform(np.tan, lambda y: 1.0 + np.tan(y) ** 2, "atan")


def relations(
    terms: Dictionary, factor: Term, y: Array, noisy: bool, effort: Effort, roots: Array | None = None
) -> Iterator[Formula]:
    """Yield candidates for ``factor`` times ``y`` (n,), over the inputs of the data.

    Small values count as much as large ones; where they are ``noisy``, errors count as those of the product. ``roots``
    (n,) are those of the rows' weights.
    """
    terms = cache(terms)  # several functions of the target scale as the same power does
    negative = bool((y < 0).any())
    below = [(term, True) for term in terms(0) if not term.is_one]
    one = Term.of(factor.variables, [0.0] * len(factor.powers))
    for transform in transforms(y):
        with np.errstate(all="ignore"):
            t = transform.of(y)
            slope = transform.slope(y)
            weights = _as_errors(factor, slope) if noisy else _as_shares(t, y * slope)
        if not np.isfinite(t).all():
            continue
        above = [(term, False) for term in terms(transform.power)]
        if transform is LOG:
            above += [(term, False) for term in _logarithms([term for term, _ in above])]
        for columns in (above, _by_turns(above, below)):
            for top, bottom in _fits(columns, t, t, weights if roots is None else weights * roots, effort):
                if top and (transform is IDENTITY or not _is_line([*top, *bottom])):
                    under = [(one, 1.0), *((term, -c) for term, c in bottom)] if bottom else []
                    yield _undone(transform, top, under, factor, negative)


def solutions(
    terms: Dictionary, factor: Term, y: Array, noisy: bool, effort: Effort, roots: Array | None = None
) -> Iterator[Formula]:
    """Yield solutions of y^2 = y b + c, times the factor, for sums b and c: a root plus a sum."""
    weights = _as_errors(factor, 2.0 * y) if noisy else _as_shares(y * y, 2.0 * y * y)
    weights = weights if roots is None else weights * roots
    columns = _by_turns([(term, False) for term in terms(2)], [(term, True) for term in terms(1)])
    for above, below in _fits(columns, y * y, y, weights, effort):
        yield from _roots(above, below, factor)


def _as_shares(t: Array, rounded: Array) -> Array:
    """Return what turns errors into shares of what they are errors of.

    ``rounded`` (n,) is by how much t changes for a relative error of 1 of the target: where a function of the target is
    so steep that it shows its rounding, a row counts less.
    """
    size = np.maximum(np.abs(t), ROUNDED * np.abs(rounded))
    return np.asarray(1.0 / np.maximum(size, 1e-3 * np.abs(t).max()))


def _as_errors(factor: Term, slope: Array) -> Array:
    """Return what turns errors of a function of the target, divided by the factor, into errors of the target."""
    slope = np.abs(slope)
    return np.asarray(np.abs(factor.values) / np.maximum(slope, 1e-3 * np.median(slope)))


def _by_turns(above: list[tuple[Term, bool]], below: list[tuple[Term, bool]]) -> list[tuple[Term, bool]]:
    pairs = itertools.zip_longest(above, below)
    return [column for pair in pairs for column in pair if column is not None]


def _fits(
    columns: Sequence[tuple[Term, bool]], t: Array, y: Array, weights: Array, effort: Effort
) -> Iterator[tuple[Sum, Sum]]:
    """Yield sums a and b with t = a + y b, of columns that say which term is in b."""
    matrix = np.column_stack([term.values * y if beside else term.values for term, beside in columns])
    for _, places, numbers in sparse_fits(matrix * weights[:, None], t * weights, effort.most, effort.exact):
        found = [(*columns[place], number) for place, number in zip(places, numbers.tolist(), strict=True)]
        yield [(term, c) for term, beside, c in found if not beside], [(term, c) for term, beside, c in found if beside]


def _logarithms(terms: Sequence[Term]) -> list[Term]:
    return [term.wave("log") for term in terms[:8] if not term.waves and not term.is_one and (term.values > 0).all()]


def _undone(transform: Transform, above: Sum, below: Sum, factor: Term, negative: bool) -> Formula:
    if transform is IDENTITY:
        return quotient(above, below, factor)
    if transform is SQUARE:
        found = quotient(above, below, factor, root=True)
        return times(Formula.constant(-1.0), found) if negative else found
    return factor.before(Formula.apply(transform.undo, quotient(above, below)))


def _is_line(terms: Sum) -> bool:
    """Say whether what a function makes of a sum is a line all the same, between the two values of one indicator."""
    varying = [term for term, _ in terms if not term.is_one]
    return len(varying) == 1 and varying[0].is_indicator


def _roots(constant: Sum, linear: Sum, factor: Term) -> Iterator[Formula]:
    """Yield the solutions of y^2 = y b + c, times the factor."""
    if not linear or not constant:
        return
    half = quotient([(term, 0.5 * c) for term, c in linear])
    square = [(a * b, 0.25 * c * d) for (a, c), (b, d) in itertools.product(linear, linear)]
    within = _collected([*square, *constant])
    if not within:
        return
    root = Formula.apply("sqrt", quotient(within))
    for operator in ("add", "sub"):
        yield factor.before(Formula.apply(operator, half, root))


def _collected(terms: Sum) -> Sum:
    """Return the sum with equal terms added up, without those that are then gone."""
    sums: dict[tuple[tuple[float, ...], tuple[Formula, ...]], tuple[Term, float]] = {}
    for term, number in terms:
        key = term.powers, tuple(sorted(term.waves, key=str))
        sums[key] = term, number + sums.get(key, (term, 0.0))[1]
    largest = max(abs(number) for _, number in sums.values())
    return [(term, number) for term, number in sums.values() if abs(number) > 1e-10 * largest]
