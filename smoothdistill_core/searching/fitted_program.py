"""`fitted`: the constants of a program that fit data best, in well under a millisecond for a small table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.program import Program

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FittedProgram:
    """Constants and how well they fit.

    ``error``: the weighted mean squared error as a share of the target's variance, inf where no constants were found
    for which every row has a value; ``inner`` (p,); ``coefficients`` (k,) of the terms; ``intercept``.
    """

    error: float
    inner: Floats
    coefficients: Floats
    intercept: float


def fitted(
    program: Program,
    X: Floats,
    y: Floats,
    weights: Floats | None = None,
    *,
    starts: int = 6,
    steps: int = 14,
    seed: int = 0,
    known: Floats | None = None,
) -> FittedProgram:
    """Fit the constants of a program to X (n, d) and y (n,), with weights (n,) or none.

    ``starts`` sets of inner constants are drawn by ``seed``, and those of ``known`` (m, p) are tried too; the best take
    ``steps`` steps. The same arguments give the same constants. The inputs should be of a size of about 1.
    """
    from smoothdistill_core.searching.compiled_fit import fit
    from smoothdistill_core.searching.compiled_program import room_for

    shares = np.full(len(y), 1.0 / len(y)) if weights is None else weights / weights.sum()
    roots = np.sqrt(shares)
    mean = float(shares @ y)
    spread = float(np.sqrt(shares @ (y - mean) ** 2)) or 1.0
    error, inner, outer = fit(
        program.code,
        np.ascontiguousarray(X.T),
        (y - mean) / spread * roots,
        roots,
        room_for(program, len(y)),
        starts,
        steps,
        seed,
        np.zeros((0, program.inner)) if known is None else np.ascontiguousarray(known),
    )
    return FittedProgram(float(error), inner, outer[:-1] * spread, float(outer[-1] * spread + mean))
