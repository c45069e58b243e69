"""The compiled fit of a program's constants: variable projection, Levenberg-Marquardt, successive halving of starts.

The outer constants are always the best for the inner ones (Golub and Pereyra 1973); the inner ones move by
Levenberg-Marquardt with Kaufman's derivative of the projected residual (1975).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.compiled_program import Room, run
from smoothdistill_core.searching.compiled_sums import Floats, compiled, factorise, product, project, solve

ATTEMPTS = 4
"""How often a start is drawn anew where its constants lie outside of a domain."""
RUNGS = ((3, 1), (8, 2))
"""All starts go 3 steps, the better half of them 8, the best quarter as many as are asked for."""
EXACT = 1e-15
"""An error that is rounding, as a share of the target's variance."""
STALLED = 1e-7


@compiled
def fit(
    code: NDArray[np.int64],
    X: Floats,
    z: Floats,
    roots: Floats,
    room: Room,
    starts: int,
    steps: int,
    seed: int,
    known: Floats,
) -> tuple[float, Floats, Floats]:
    """Fit a program to z (n,), both times ``roots``; return the sum of squares, inner and outer constants.

    X (d, n); ``known`` (m, p) are inner constants to begin from, beside ``starts`` that are drawn. inf where no start
    has a value on every row.
    """
    np.random.seed(seed)
    Phi, term_slopes, bends = room.terms, room.term_slopes, room.term_active
    terms, inner, rows = len(Phi) - 1, bends.shape[1], X.shape[1]
    factor = np.empty((terms + 1, terms + 1))
    sizes = np.empty(terms + 1)
    outer = np.empty(terms + 1)
    weights = np.empty(terms + 1)
    residual = np.empty(rows)
    J = np.empty((inner, rows))
    H = np.empty((inner, inner))
    damped = np.empty((inner, inner))
    downhill = np.empty(inner)
    step = np.empty(inner)
    tried = np.empty(inner)

    given = len(known)
    count = given + (starts if inner > 0 else (1 if given == 0 else 0))
    found = np.zeros((count, inner))
    errors = np.full(count, np.inf)
    damping = np.full(count, 1e-2)
    done = np.zeros(count, np.int64)
    for s in range(count):
        if s < given:
            found[s] = known[s]
        for _ in range(1 if s < given else ATTEMPTS):
            if run(code, X, roots, found[s], room, False, s >= given):
                errors[s] = project(Phi, z, factor, sizes, outer, residual)
                if errors[s] < np.inf:
                    break

    enough = EXACT * product(z, z)
    for rung in range(len(RUNGS) + 1 if inner > 0 else 0):
        until = min(RUNGS[rung][0], steps) if rung < len(RUNGS) else steps
        share = RUNGS[rung][1] if rung < len(RUNGS) else 4
        order = np.argsort(errors)
        for s in order[: max(1, count // share)]:
            while done[s] < until and errors[s] < np.inf:
                done[s] += 1
                run(code, X, roots, found[s], room, True, False)
                before = project(Phi, z, factor, sizes, outer, residual)
                finite = math.isfinite(before)
                for k in range(inner):
                    J[k] = 0.0
                    for i in range(terms):
                        if bends[i, k]:
                            for r in range(rows):
                                J[k, r] += outer[i] * term_slopes[i, k, r]
                    for i in range(terms + 1):
                        weights[i] = product(Phi[i], J[k]) / sizes[i]
                    solve(factor, terms + 1, weights)
                    for i in range(terms + 1):
                        weight = weights[i] / sizes[i]
                        for r in range(rows):
                            J[k, r] -= weight * Phi[i, r]
                    downhill[k] = product(J[k], residual)
                    for m in range(k + 1):
                        H[k, m] = product(J[k], J[m])
                        finite = finite and math.isfinite(H[k, m])
                gain = -1.0
                for _ in range(3 if finite else 0):
                    for k in range(inner):
                        damped[k, : k + 1] = H[k, : k + 1]
                        damped[k, k] += damping[s] * max(H[k, k], 1e-10) + 1e-14
                        step[k] = downhill[k]
                    if factorise(damped, inner):
                        solve(damped, inner, step)
                        for k in range(inner):
                            tried[k] = found[s, k] + step[k]
                        if run(code, X, roots, tried, room, False, False):
                            after = project(Phi, z, factor, sizes, outer, residual)
                            if after < before:
                                gain = (before - after) / before
                                errors[s] = after
                                found[s] = tried
                                damping[s] = max(damping[s] * 0.2, 1e-9)
                                break
                    damping[s] = min(damping[s] * 6.0, 1e8)
                if gain < 0.0 or errors[s] < enough or (gain < STALLED and done[s] > 4):
                    done[s] = steps
        if errors.min() < enough:
            break

    best = np.argmin(errors)
    if errors[best] < np.inf:
        run(code, X, roots, found[best], room, False, False)
        errors[best] = project(Phi, z, factor, sizes, outer, residual)
    return errors[best], found[best].copy(), outer
