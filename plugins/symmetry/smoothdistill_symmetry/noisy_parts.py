"""`noisy_splits`: sums and products of parts that share no input, seen through noise.

Under noise no smooth model is exact enough for `splits`. But a sum of functions of the right parts predicts rows that
are left out no worse than a function of all inputs does, and often far better: it has less to learn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_symmetry.model import Model
from smoothdistill_symmetry.parts import ROWS
from smoothdistill_symmetry.reducing import NO_WORSE, is_trusted
from smoothdistill_symmetry.separability import PRODUCT, SUM, Parts, Split
from smoothdistill_symmetry.smooth_model import smooth_coordinates
from smoothdistill_symmetry.surrogate import WIDTHS, Surrogate

Array = NDArray[np.float64]

MOST = 5
"""Of so many inputs two at a time are tried as one part; of more each is a part of its own."""

BETTER = 0.75
"""Two parts become one where that leaves less than this share of the error at rows left out."""


def noisy_splits(model: Model, X: Array, y: Array) -> Iterator[Split]:
    """Yield the sum, and the product, that ``y`` (n,) at ``X`` (n, d) falls apart into, where one predicts well."""
    coordinates, _ = smooth_coordinates(X)
    Z, y = coordinates(X[:ROWS]), y[:ROWS]
    for sight in (SUM, PRODUCT) if (y > 0).all() or (y < 0).all() else (SUM,):
        importance = np.abs(y) if sight is PRODUCT else np.ones(len(y))
        parts, learned = _divided(Z, sight.of(y), importance)
        if len(parts) > 1 and is_trusted(learned.left_out, y) and learned.left_out < NO_WORSE * model.left_out:
            values = learned.predict_parts(Z)
            values -= values.mean(axis=0)
            size = np.sqrt(learned.left_out / np.mean(importance**2))
            yield Split(sight, parts, values, size / np.maximum(values.std(axis=0), 1e-300))


def _divided(Z: Array, t: Array, importance: Array) -> tuple[Parts, Surrogate]:
    """Return the parts that the inputs ``Z`` (n, d) fall into, and the sum of functions of these."""

    def learned(parts: Parts, widths: Sequence[float]) -> Surrogate:
        return Surrogate(Z, t, importance, parts, widths)

    parts: Parts = tuple((place,) for place in range(Z.shape[1]))
    best = learned(parts, WIDTHS)
    while len(parts) > 2 and Z.shape[1] <= MOST:
        tried = [(each, learned(each, (best.width,))) for each in _with_two_as_one(parts)]
        fewer, its = min(tried, key=lambda each: each[1].left_out)
        if its.left_out > BETTER * best.left_out:
            break
        parts, best = fewer, learned(fewer, WIDTHS)
    return parts, best


def _with_two_as_one(parts: Parts) -> Iterator[Parts]:
    for one, other in itertools.combinations(parts, 2):
        yield (*(part for part in parts if part not in (one, other)), (*one, *other))
