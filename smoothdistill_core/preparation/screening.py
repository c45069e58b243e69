"""`screened`: of many inputs those that matter, by the gradients of a smooth model that learns where it is steep.

The model is kernel ridge regression with a Gaussian kernel, over each input and its square. It is fitted again and
again; each time an input counts in the distance of two rows as much as the last model was steep in it, so that inputs
which do not matter drop out (recursive feature machines: Radhakrishnan, Beaglehole, Pandit, Belkin, Science 2024). An
input that matters through products with others alone, and not at all by itself, may be missed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.preparation.leaving_one_out import errors_of_leaving_one_out

Array = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_ROWS = 800
"""The model is fitted to at most so many rows: its time grows with their cube."""

FITS = 4
"""So often it is fitted."""

RIDGES = tuple(10.0 ** (power / 2) for power in range(-8, 7))
"""The strengths of the ridge that are tried; the error of leaving one row out decides."""

SHOWN = 12
"""Of more inputs than this that are kept, a note names so many."""


def steepness(X: Array, y: Array, seed: int) -> Array:
    """Return the mean absolute gradient (d,) of a smooth model of ``y`` (n,) by each column of ``X`` (n, d).

    Both are standardised; the seed draws the rows where there are more than `MOST_ROWS`. Of all fits the one that
    leaves the least error counts.
    """
    if len(X) > MOST_ROWS:
        drawn = np.random.default_rng(seed).permutation(len(X))[:MOST_ROWS]
        X, y = X[drawn], y[drawn]
    squares = X**2
    spread = squares.std(axis=0)
    spread[spread < 1e-9] = np.inf  # of an input of two values the square says nothing more
    both = np.hstack([X, (squares - squares.mean(axis=0)) / spread])
    weights = np.ones(both.shape[1])
    best, least = np.zeros(X.shape[1]), np.inf
    for _ in range(FITS):
        error, gradients = _fit(both, y - y.mean(), weights)
        if error < least:
            inner, outer = np.hsplit(gradients, 2)
            best, least = np.abs(inner + outer * 2 * X / spread).mean(axis=0), error
        weights = (gradients**2).mean(axis=0)
        if not weights.any():
            break
        weights /= weights.max()
    return best


def chosen(steep: Array, keep: int, names: list[str]) -> tuple[Places, str]:
    """Return the places of the ``keep`` inputs of the largest steepness, in order, and what is to be said of it."""
    ranked = np.argsort(-steep, kind="stable")
    kept, best_left_out = ranked[:keep], ranked[keep]
    named = ", ".join(names[place] for place in kept[:SHOWN])
    more = f" and {keep - SHOWN} more" if keep > SHOWN else ""
    share = steep[best_left_out] / steep[kept[0]] if steep[kept[0]] > 0 else 1.0
    note = (
        f"screened: {keep} of {len(names)} inputs are kept, those in which a smooth model of the training rows is "
        f"steepest: {named}{more}; the first that is left out, {names[best_left_out]}, has {share:.0%} of the "
        f"gradient of {names[kept[0]]}"
    )
    return np.sort(kept), note


def _fit(X: Array, y: Array, weights: Array) -> tuple[float, Array]:
    """Return the error of leaving one row out, and the gradients (n, d) at the rows, of the best kernel ridge fit."""
    share = weights / weights.sum()
    scaled = X * np.sqrt(share)
    norms = (scaled**2).sum(axis=1)
    kernel = np.exp(-np.maximum(norms[:, None] + norms - 2.0 * scaled @ scaled.T, 0.0) / 2.0)
    values, vectors = np.linalg.eigh(kernel)
    values = np.maximum(values, 0.0)
    tried = errors_of_leaving_one_out(values, vectors, y[:, None], RIDGES)
    least, ridge = min((float(errors[0]), ridge) for ridge, errors in tried)
    coefficients = vectors @ (vectors.T @ y / (values + ridge))
    return least, -share * (X * (kernel @ coefficients)[:, None] - kernel @ (coefficients[:, None] * X))
