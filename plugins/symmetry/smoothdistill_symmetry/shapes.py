"""`shapes`: laws of one variable: c u^a h(k u^b) for the functions h that laws are made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.term import Term, times

Array = NDArray[np.float64]

INNER = Formula.variable(0)
ONE = Formula.constant(1.0)


def _of(name: str, inner: Formula = INNER) -> Formula:
    return Formula.apply(name, inner)


def exponential_fall(inner: Formula) -> Formula:
    """Return exp(-inner), which falls from 1 to 0."""
    return _of("exp", _of("neg", inner))


def hyperbolic_fall(inner: Formula) -> Formula:
    """Return 1 / (1 + inner), which falls from 1 to 0."""
    return Formula.apply("div", ONE, Formula.apply("add", ONE, inner))


SHAPES: tuple[Formula, ...] = (
    _of("exp"),
    Formula.apply("div", ONE, _of("expm1")),
    Formula.apply("div", ONE, Formula.apply("add", _of("exp"), ONE)),
    Formula.apply("div", ONE, _of("cosh")),
    _of("expm1"),
    _of("sinh"),
    _of("cosh"),
    _of("tanh"),
    _of("sin"),
    _of("cos"),
    _of("square", _of("sin")),
    Formula.apply("div", ONE, _of("square", _of("sin"))),
    _of("square", Formula.apply("div", _of("sin"), INNER)),
    Formula.apply("mul", _of("sin"), _of("cos")),
    _of("log1p"),
    _of("log"),
    _of("asin"),
    _of("atan"),
)
"""The functions h of one variable."""

PLAIN = np.array([1.0, 2.0, 0.5])
"""The factors k that are tried first,"""

FACTORS = np.r_[np.geomspace(0.02, 30, 46), -np.geomspace(0.02, 30, 35)]
"""and these, in units of the variable's usual size."""

FEW = 200
"""The rows that they are tried on."""

CLOSE = 0.02
"""The share of squares that may be left by a factor that is worth fitting: between two of them lies a sixth."""

STEPS = 14


def shapes(u: Term, factor: Term, y: Array, noisy: bool, roots: Array | None = None) -> Iterator[Formula]:
    """Yield what comes close to ``factor`` times ``y`` (n,), over the inputs of the data.

    Where values are ``noisy``, errors count as those of the product. ``roots`` (n,) are those of the rows' weights.
    """
    weights = np.abs(factor.values) if noisy else np.ones(len(y))
    weights = weights if roots is None else weights * roots
    positive = bool((u.values > 0).all())
    for inner in (1.0, -1.0, 2.0, -2.0, 0.5) if positive else (1.0, 2.0):
        v = u**inner
        if not (np.isfinite(v.values).all() and v.values.any()):
            continue
        factors = np.r_[PLAIN, FACTORS / np.median(np.abs(v.values[v.values != 0.0]))]
        grid = factors[:, None] * v.values[:FEW]
        for shape in SHAPES:
            with np.errstate(all="ignore"):
                heights = shape.predict(grid.reshape(-1, 1)).reshape(grid.shape)
            for outer in (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5) if positive else (0.0, 1.0, 2.0, -1.0, -2.0):
                before = u**outer
                few, its = (weights * y)[:FEW], (weights * before.values)[:FEW]
                with np.errstate(all="ignore"):
                    fits = heights * its
                    left = 1.0 - (fits @ few) ** 2 / np.einsum("kn,kn->k", fits, fits) / (few @ few)
                left = np.where(np.isfinite(left), left, 9.0)
                best = int(np.argmin(left))
                if left[best] < CLOSE:
                    k, c = _fitted(weights * before.values, v.values, shape, float(factors[best]), weights * y)
                    yield _written(before * factor, v, shape, k, c)


def _fitted(before: Array, v: Array, shape: Formula, k: float, y: Array) -> tuple[float, float]:
    """Return the factors k and c of c u^a h(k v) that fit best, by the method of Gauss and Newton."""
    best = (np.inf, k, 1.0)
    for _ in range(STEPS):
        inner = (k * v)[:, None]
        with np.errstate(all="ignore"):
            value, slope = before * shape.predict(inner), before * v * shape.gradient(inner)[:, 0]
            c = float(value @ y / (value @ value))
            columns, off = np.column_stack([c * value, c * k * slope]), y - c * value
        if not (np.isfinite(columns).all() and np.isfinite(off).all()):
            break
        left = float(np.mean(off**2))
        if left < best[0]:
            best = (left, k, c)
        step = np.linalg.lstsq(columns, off, rcond=None)[0][1]
        k *= 1.0 + float(np.clip(step, -0.3, 0.3))
    return best[1:]


def _written(before: Term, v: Term, shape: Formula, k: float, c: float) -> Formula:
    return before.before(times(Formula.constant(c), composed(shape, times(Formula.constant(k), v.formula))))


def composed(shape: Formula, inner: Formula) -> Formula:
    """Return a formula of one variable at another formula."""
    return shape.fold(
        lambda leaf: inner if leaf == INNER.nodes[0] else Formula((leaf,)),
        lambda operator, *parts: Formula.apply(operator.name, *parts),
    )
