"""`verify`: a formula computes what its student computes, or it is no result."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Candidate
from smoothdistill_core.errors import FormulaError

Array = NDArray[np.float64]

TOLERANCE = 1e-9
"""How far a formula may be from its student's own predictions, relative to their size."""


def verify(candidate: Candidate, X: Array, student: str) -> None:
    """Raise `FormulaError` unless a formula computes what its student computes.

    Compared on the training rows, and on rows far outside of them, where guards are hit.
    """
    probes = np.random.default_rng(0).normal(scale=3.0, size=(256, X.shape[1]))
    probes[:64] *= 1e-4
    for rows in (X, probes):
        ours = candidate.formula.predict(rows)
        theirs = np.asarray(candidate.predict(rows), dtype=np.float64)
        if theirs.shape != ours.shape:
            raise FormulaError(f"student {student!r} predicts the shape {theirs.shape} for {len(rows)} rows")
        finite = np.abs(theirs[np.isfinite(theirs)])
        floor = TOLERANCE * float(np.median(finite)) if len(finite) else 0.0
        same = np.isclose(ours, theirs, rtol=TOLERANCE, atol=floor, equal_nan=True)
        if not same.all():
            worst = int(np.flatnonzero(~same)[0])
            raise FormulaError(
                f"student {student!r}: its formula gives {float(ours[worst])!r} where its own predict gives "
                f"{float(theirs[worst])!r}; the conversion of the formula is wrong"
            )
