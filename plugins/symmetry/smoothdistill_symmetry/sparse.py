"""`sparse_fits`: the sums of few columns that come closest to a target, by a beam over subsets in Gram space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]

PAIRS = 300
"""So many pairs of all go on."""

WIDTH = 120
"""So many larger subsets go on."""

GROWN = 8
"""Each subset grows by so many columns, the best one at a time."""

SOLVED = 8
"""So many subsets of each size are solved without the loss of digits that a Gram matrix brings."""

OWN = 1e-9
"""A column whose square is to all but this share that of a combination of others adds nothing."""


FIRST = (4, 8, 14, 24)
"""So many columns, the first ones, are tried together: an exact fit by these shows which of them it needs."""

MANY = 8
"""An exact fit by more columns than this is an approximation."""

NOTHING = 1e-9
"""A column whose share is less than this of the largest is not needed."""


def sparse_fits(columns: Array, target: Array, most: int, exact: float) -> list[tuple[float, tuple[int, ...], Array]]:
    """Return the best fits to ``target`` (n,) by 1, 2 ... ``most`` of the ``columns`` (n, m): error, places, factors.

    The error is the norm of what is left, as a share of the target's. The search ends with a fit of at most ``exact``.
    """
    lengths = np.sqrt((columns * columns).sum(axis=0))
    usable = np.flatnonzero(np.isfinite(lengths) & (lengths > 0.0))
    height = float(np.sqrt(target @ target))
    if not len(usable) or not np.isfinite(height) or height == 0.0:
        return []
    A, t = columns[:, usable] / lengths[usable], target / height

    def fit(places: Places, factors: Array, error: float) -> tuple[float, tuple[int, ...], Array]:
        return error, tuple(usable[places].tolist()), factors * height / lengths[usable[places]]

    known = []
    for first in FIRST:
        if first <= min(len(usable), len(t) // 4):
            error, places, factors = _thinned(A, t, np.arange(first), exact)
            if error <= exact and len(places) <= MANY:
                known.append(fit(places, factors, error))
                most = len(places) - 1
                break
    gram, aligned = A.T @ A, A.T @ t
    found = []
    beam = np.argsort(-np.abs(aligned), kind="stable")[:, None]
    for size in range(1, min(most, len(usable)) + 1):
        if size == 2:
            beam = _pairs(gram, aligned)
        elif size > 2:
            beam = _grown(gram, aligned, beam)
        if not len(beam):
            break
        error, places, factors = min((_solved(A, t, row) for row in beam[:SOLVED]), key=lambda fit: fit[0])
        found.append(fit(places, factors, error))
        if error <= exact:
            return found
    return found + known


def _pairs(gram: Array, aligned: Array) -> Places:
    """Return the best of all pairs, best first."""
    first, second = np.triu_indices(len(aligned), 1)
    angle = gram[first, second]
    own = 1.0 - angle**2
    own[own < OWN] = np.inf
    held = (aligned[first] ** 2 + aligned[second] ** 2 - 2.0 * aligned[first] * aligned[second] * angle) / own
    best = np.argsort(-held, kind="stable")[:PAIRS]
    return np.column_stack([first[best], second[best]])


def _grown(gram: Array, aligned: Array, beam: Places) -> Places:
    """Return the best subsets that are one larger than those of the beam, best first."""
    inner = gram[beam[:, :, None], beam[:, None, :]]
    inner = inner + 1e-14 * np.eye(beam.shape[1])
    towards = gram[beam]  # (subsets, size, columns)
    solved = np.linalg.solve(inner, np.concatenate([towards, aligned[beam][:, :, None]], axis=2))
    shares, factors = solved[:, :, :-1], solved[:, :, -1]
    left = aligned - np.einsum("bs,bsm->bm", factors, towards)
    own = 1.0 - np.einsum("bsm,bsm->bm", shares, towards)
    gain = np.where(own > OWN, left * left / np.where(own > OWN, own, 1.0), -1.0)
    held = np.einsum("bs,bs->b", factors, aligned[beam])
    few = min(GROWN, gain.shape[1])
    columns = np.argpartition(-gain, few - 1, axis=1)[:, :few]
    reached = held[:, None] + np.take_along_axis(gain, columns, axis=1)
    sets = np.sort(np.concatenate([np.repeat(beam, few, axis=0), columns.reshape(-1, 1)], axis=1), axis=1)
    order = np.argsort(-reached.ravel(), kind="stable")
    order = order[np.take_along_axis(gain, columns, axis=1).ravel()[order] >= 0.0]
    _, first = np.unique(sets[order], axis=0, return_index=True)
    return sets[order[np.sort(first)[:WIDTH]]]


def _thinned(A: Array, t: Array, places: Places, exact: float) -> tuple[float, Places, Array]:
    """Return the fit by columns; of an exact one columns go, the least needed first, as long as it stays exact."""
    error, places, factors = _solved(A, t, places)
    shorter = True
    while error <= exact and shorter and len(places) > 1:
        shorter = False
        for place in np.argsort(np.abs(factors)):
            fewer = _solved(A, t, np.delete(places, place))
            if fewer[0] <= exact:
                (error, places, factors), shorter = fewer, True
                break
    return error, places, factors


def _solved(A: Array, t: Array, places: Places) -> tuple[float, Places, Array]:
    """Return the error of a subset, without its columns that add nothing but rounding."""
    chosen = A[:, places]
    factors = np.asarray(np.linalg.lstsq(chosen, t, rcond=1e-13)[0], dtype=np.float64)
    needed = np.abs(factors) > NOTHING * np.abs(factors).max()
    if needed.any() and not needed.all():
        return _solved(A, t, places[needed])
    return float(np.linalg.norm(chosen @ factors - t)), places, factors
