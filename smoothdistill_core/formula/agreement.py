"""Whether two computations agree: one comparison, its tolerances by name, and what rounding alone can change."""

from __future__ import annotations

from itertools import chain
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Variable
from smoothdistill_core.formula.operators.operator import Array, Operator
from smoothdistill_core.formula.probes import of_like_scale

Booleans = NDArray[np.bool_]


class Tolerance(NamedTuple):
    """How far a value may be from the one that is wanted, and what it may be where none is finite.

    It may differ by ``relative`` times the wanted value, and by ``usual`` times the median size of all wanted values:
    near its zeros, a formula that adds large numbers is all rounding. ``gaps`` are the rows where the wanted value is
    nan or infinite: there it is the ``"same"``, ``"any"`` value that is not finite, or goes ``"unchecked"``.
    """

    relative: float
    usual: float
    gaps: Literal["same", "any", "unchecked"]


OWN_PREDICTION = Tolerance(1e-9, 1e-9, "same")
"""A formula and its student's own predict: one computation, in double precision, in another order.

Gaps are the same: a guard that was lost on the way shows as another one.
"""

REWRITTEN = Tolerance(1e-7, 1e-7, "unchecked")
"""A formula rewritten into other units: two digits less, as shifts of up to 100 scales are multiplied out.

Rewriting promises nothing where a part of the formula is not finite: it may cancel what overflows.
"""

EXPORTED = Tolerance(1e-6, 0.0, "any")
"""A formula in another language, whose functions may be good to fewer digits.

Rows are used one by one there: the size of others excuses none, rounding (see `by_rounding`) may. What stands for a
value that is not finite is up to the language: nan, infinity, NULL, an error.
"""

SIMPLIFIED = Tolerance(1e-9, 1e-12, "any")
"""A shorter formula in place of another: as in doubt the longer one stays, zeros are excused by pure rounding only."""

TRIALS, ROUNDING = 12, 1e-14
"""Libraries round differently: so many evaluations with random relative errors of this size tell what that does."""

CANCELLING = ("add", "sub", "mod", "sin", "cos")
"""Operators whose value can be nothing but the rounding of their arguments: it may then as well be 0."""

ROUNDED_INSIDE = ("mod", "acosh", "log1p", "atanh", "asin", "acos")
"""Operators that some formats put together from others, near jumps and edges of their domain as well."""

LOST = 1e-3
"""Where rounding alone changes a value by more than this, relative to it, the value says nothing."""


NEAR_OVERFLOW = 1e290
"""From this size on, the order of multiplying decides whether a value is still a number or infinite."""


def agreeing(values: Array, wanted: Array, tolerance: Tolerance) -> Booleans:
    """Say for each of the ``values`` (n,) whether it is the ``wanted`` one (n,), infinity as good as what is near."""
    finite = np.isfinite(wanted)
    sizes = tolerance.usual * np.abs(wanted[finite])
    least = float(np.median(sizes)) if len(sizes) else 0.0
    with np.errstate(all="ignore"):
        close = np.abs(values - wanted) <= tolerance.relative * np.abs(wanted) + least
        vast = (np.minimum(np.abs(values), np.abs(wanted)) > NEAR_OVERFLOW) & (np.sign(values) == np.sign(wanted))
    if tolerance.gaps == "same":
        alike = (values == wanted) | (np.isnan(values) & np.isnan(wanted))
    else:
        alike = ~np.isfinite(values) | (tolerance.gaps == "unchecked")
    agree: Booleans = np.where(finite, close | (vast & np.isinf(values)), alike | vast)
    return agree


def equal(formula: Formula, other: Formula, X: Array | None = None) -> bool:
    """Say whether two formulas agree at random rows of several scales, at special ones and at ``X`` of shape (n, d).

    They agree where both are finite and differ by no more than rounding, and where neither is finite. A pole
    that rounding lets no row hit (of (x - c)/(x - c), where c is no constant of the formula) is not seen.
    """
    batches = chain([] if X is None else [np.asarray(X, dtype=np.float64)], of_like_scale(formula, other))
    return all(agreeing(other.predict(rows), formula.predict(rows), SIMPLIFIED).all() for rows in batches)


def by_rounding(formula: Formula, rows: Array, computed: Array) -> Booleans:
    """Say for each row (n, d) whether rounding alone can make ``computed`` (n,) of the formula's prediction."""
    if not len(rows):
        return np.zeros(0, dtype=np.bool_)
    random = np.random.default_rng(0)
    trials = np.array([_perturbed(formula, rows, random) for _ in range(TRIALS)])
    with np.errstate(all="ignore"):
        low, high = trials.min(axis=0), trials.max(axis=0)
        spread = high - low
        within = (computed >= low - 10.0 * spread) & (computed <= high + 10.0 * spread)
        digits_are_lost = spread > LOST * np.maximum(np.abs(low), np.abs(high))
    explained: Booleans = within | digits_are_lost | ~np.isfinite(trials).all(axis=0)
    return explained


def _perturbed(formula: Formula, rows: Array, random: np.random.Generator) -> Array:
    """Evaluate with a random relative error at each operator and constant, and zeros of a random sign."""

    def noise(value: Array) -> Array:
        errors = 1.0 + ROUNDING * random.choice([-1.0, 1.0], size=len(rows))
        return np.where(value == 0.0, np.copysign(0.0, errors - 1.0), value * errors)

    def leaf(node: Variable | Constant) -> Array:
        return noise(np.asarray(node.value)) if isinstance(node, Constant) else rows[:, node.index]

    def apply(operator: Operator, *arguments: Array) -> Array:
        if operator.name in ROUNDED_INSIDE:
            arguments = tuple(map(noise, arguments))
        value = noise(operator.value(*arguments))
        size = np.maximum(np.abs(arguments[0]), np.abs(arguments[-1]))
        if operator.name in CANCELLING:
            value = np.where((np.abs(value) < 100.0 * ROUNDING * size) & (random.random(len(rows)) < 0.5), 0.0, value)
        elif operator.name == "tan":
            value = np.where(np.abs(value) > 0.01 / ROUNDING * size, np.inf, value)
        return value

    with np.errstate(all="ignore"):
        return np.broadcast_to(formula.fold(leaf, apply), (len(rows),))
