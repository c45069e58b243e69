"""What makes a candidate a result: its formula computes what its student computes, and what it says of it is sound."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Candidate
from smoothdistill_core.errors import FormulaError, PluginError
from smoothdistill_core.formula.agreement import OWN_PREDICTION, agreeing, by_rounding
from smoothdistill_core.formula.constants import constants
from smoothdistill_core.formula.probes import far

Array = NDArray[np.float64]


def verify(candidate: Candidate, X: Array, student: str) -> None:
    """Raise `FormulaError` unless a formula computes what its student computes.

    Compared on the training rows, and on rows far outside of them, where guards are hit. Values that nothing but
    rounding is left of, as where large parts cancel, may differ by as much.
    """
    for rows in (X, far(X.shape[1], in_guards=64)):
        ours = candidate.formula.predict(rows)
        theirs = np.asarray(candidate.predict(rows), dtype=np.float64)
        if theirs.shape != ours.shape:
            raise FormulaError(f"student {student!r} predicts the shape {theirs.shape} for {len(rows)} rows")
        wrong = np.flatnonzero(~agreeing(ours, theirs, OWN_PREDICTION))
        numbers = np.isfinite(ours[wrong]) & np.isfinite(theirs[wrong])
        wrong = wrong[~(numbers & by_rounding(candidate.formula, rows[wrong], theirs[wrong]))]
        if len(wrong):
            worst = int(wrong[0])
            raise FormulaError(
                f"student {student!r}: its formula gives {float(ours[worst])!r} where its own predict gives "
                f"{float(theirs[worst])!r}; the conversion of the formula is wrong"
            )


def verify_annotations(candidate: Candidate, student: str) -> None:
    """Raise `PluginError` unless notes are a tuple of sentences, and there is one standard error a constant."""
    notes: object = candidate.notes
    if not isinstance(notes, tuple) or not all(isinstance(note, str) and note.strip() for note in notes):
        raise PluginError(
            f"student {student!r}: the notes of a candidate are {notes!r}; give a tuple of sentences, with a comma "
            "for one"
        )
    if candidate.standard_errors is None:
        return
    errors = np.asarray(candidate.standard_errors, dtype=np.float64)
    count = len(constants(candidate.formula))
    if errors.shape != (count,):
        raise PluginError(
            f"student {student!r}: standard_errors of shape {errors.shape} for a formula of {count} constants; give "
            "one a constant, in the order of the formula, NaN where it is not known"
        )
    if odd := [error for error in errors.tolist() if error < 0 or math.isinf(error)]:
        raise PluginError(
            f"student {student!r}: a standard error is {odd[0]}; give finite numbers that are not negative, or NaN"
        )
