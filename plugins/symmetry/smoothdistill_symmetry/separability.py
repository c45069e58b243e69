"""`splits`: how a target falls apart into parts that share no input, T(y) = g(a) + h(b) or y = g(a) h(b).

Where T(f) is such a sum, T(f) at two rows is the same in sum as at the two rows with the inputs of a part exchanged. A
smooth model has a value at these rows too, and so shows which inputs' effects depend on one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from smoothdistill_symmetry.model import Model
from smoothdistill_symmetry.smooth_model import smooth_coordinates
from smoothdistill_symmetry.surrogate import Surrogate

Array = NDArray[np.float64]

Parts = tuple[tuple[int, ...], ...]
"""The numbers of the inputs of each part."""

PROBES = 200
"""So many rows are tried, each with another row's inputs."""

HELD = 12
"""A factor is read off with the others held at so many rows."""

ROWS = 400
"""The sum of functions of the parts is learned from so many rows."""

APART = 0.03
"""Inputs whose effects change with one another by less than this share do not depend on one another."""

KNOWN = 1e-4
"""A sum of functions of the parts that misses more of the variance at rows left out is none."""


@dataclass(frozen=True)
class Sight:
    """A function of the target that may be a sum of parts, what undoes it, and what it makes of parts."""

    of: Callable[[Array], Array]
    undo: str


SUM = Sight(lambda y: y, "")
PRODUCT = Sight(lambda y: np.log(np.abs(y)), "exp")
SQUARES = Sight(np.square, "sqrt")
FACTORS = Sight(lambda y: y, "")
"""A product of factors that change their signs; what stands for each of them is itself."""

REST_OF_FACTORS = Sight(lambda y: y, "")
"""The same, and a number is added to the product."""

INVERSES = Sight(lambda y: 1.0 / y, "inverse")


@dataclass(frozen=True)
class Split:
    """The ``parts``, numbers of inputs, whose ``values`` (n, parts) at the first rows come together in the target.

    They come together in ``sight``, each up to a constant that is added; where that is `PRODUCT`, their exponentials
    are the factors. ``left_out`` (parts,) is the error that the values have, as a share of their standard deviation.
    """

    sight: Sight
    parts: Parts
    values: Array
    left_out: Array


def splits(model: Model, X: Array, y: Array) -> Iterator[Split]:
    """Yield the ways in which ``y`` (n,) at ``X`` (n, d) falls apart, as its smooth model shows them."""
    positive = bool((y > 0).all() or (y < 0).all())
    coordinates, _ = smooth_coordinates(X)
    for sight in (SUM, PRODUCT, SQUARES, INVERSES) if positive else (SUM,):
        parts = _parts(_interactions(partial(_seen, model.predict, sight), model.X))
        if len(parts) > 1:
            Z, t = coordinates(X[:ROWS]), sight.of(y[:ROWS])
            learned = Surrogate(Z, t, np.ones(len(t)), parts)
            if learned.left_out < KNOWN * t.var():
                values = learned.predict_parts(Z)
                share = np.sqrt(learned.left_out) / np.maximum(values.std(axis=0), 1e-300)
                yield Split(sight, parts, values, share)
    for added in [*([] if positive else [0.0]), *_added(model)]:
        predict = partial(_less, model.predict, added)
        parts = _parts(_interactions(predict, model.X, product=True))
        if len(parts) > 1:
            values = np.column_stack([_factor(predict, model, X[:ROWS], list(part)) for part in parts])
            sight = REST_OF_FACTORS if added else FACTORS
            yield Split(sight, parts, values, np.full(len(parts), max(np.sqrt(model.share), 1e-12)))


def _seen(predict: Callable[[Array], Array], sight: Sight, X: Array) -> Array:
    return sight.of(predict(X))


def _less(predict: Callable[[Array], Array], added: float, X: Array) -> Array:
    return predict(X) - added


def _added(model: Model) -> Iterator[float]:
    """Yield the number without which the target is a product of two factors, for two inputs, if there is one.

    With it taken off, the product at two rows is that at the same rows with an input exchanged.
    """
    if model.X.shape[1] != 2:
        return
    half = min(PROBES, len(model.X) // 2)
    here, there = model.X[:half], model.X[half : 2 * half]
    a, b = model.predict(here), model.predict(there)
    c, d = (model.predict(np.column_stack([one[:, 0], other[:, 1]])) for one, other in ((here, there), (there, here)))
    products, sums = a * b - c * d, a + b - c - d
    if not (np.isfinite(products).all() and np.isfinite(sums).all() and sums.any()):
        return
    number = float(products @ sums / (sums @ sums))
    if np.linalg.norm(products - number * sums) < APART * np.linalg.norm(products):
        yield number


def _factor(predict: Callable[[Array], Array], model: Model, X: Array, part: list[int]) -> Array:
    """Return the factor (n,) of a product that depends on some inputs, from what is predicted with the others held."""
    order = np.argsort(-np.abs(model.values), kind="stable")
    held = model.X[order[:: max(1, len(order) // HELD)]]
    here = held.copy()
    here[:, part] = held[0, part]
    found = np.zeros(len(X))
    for row, weight in zip(held, predict(here), strict=True):
        mixed = np.tile(row, (len(X), 1))
        mixed[:, part] = X[:, part]
        found += weight * predict(mixed)
    return found


def _interactions(predict: Callable[[Array], Array], X: Array, product: bool = False) -> Array:
    """Return by how much of itself the effect of each input, on what is predicted, changes with each other (d, d)."""
    X = X[: 2 * PROBES]
    here, there, inputs = X[: len(X) // 2], X[len(X) // 2 : len(X) // 2 * 2], X.shape[1]

    def at(*places: int) -> Array:
        mixed = here.copy()
        mixed[:, places] = there[:, places]
        with np.errstate(all="ignore"):
            return predict(mixed)

    plain, single = at(), [at(i) for i in range(inputs)]
    effects = [_size(each - plain) for each in single]
    found = np.zeros((inputs, inputs))
    for i in range(inputs):
        for j in range(i):
            both = at(i, j)
            if product:
                change = _size(both * plain - single[i] * single[j]) / _size(plain)
            else:
                change = _size(both - single[i] - single[j] + plain)
            found[i, j] = found[j, i] = change / max(min(effects[i], effects[j]), 1e-300)
    return found


def _size(values: Array) -> float:
    """Return the size of most of the values: beyond the data few may be far off."""
    finite = values[np.isfinite(values)]
    return float(np.sqrt(np.mean(np.sort(finite**2)[: int(0.9 * len(values))]))) if len(finite) else np.inf


def _parts(interactions: Array) -> Parts:
    """Return which inputs stand together, as they depend on one another by more than `APART`."""
    parts: list[set[int]] = []
    for place in range(len(interactions)):
        bound = [part for part in parts if any(interactions[place, other] > APART for other in part)]
        parts = [part for part in parts if part not in bound] + [set().union({place}, *bound)]
    return tuple(sorted(tuple(sorted(part)) for part in parts))
