"""`fitted_and_pruned`: what becomes of the formulas that a search found: constants fitted again, and parts left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Candidate, Deadline
from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.constants import constants
from smoothdistill_core.formula.likelihood import smoothed
from smoothdistill_core.preparation import Split
from smoothdistill_core.recipe import Distil
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.searching import refitted
from smoothdistill_core.searching.refit import EVALUATIONS
from smoothdistill_core.trial.log_odds import has_log_odds
from smoothdistill_core.trial.rows_to_imitate import RowsToImitate
from smoothdistill_core.trial.what_is_left import what_is_left

Array = NDArray[np.float64]

STEPS = 5
"""So many sets of constants are tried on all rows, from those that fit a sample of them."""


def fitted_and_pruned(
    candidates: Sequence[Candidate],
    rows: RowsToImitate,
    split: Split,
    distil: Distil,
    pruning: Deadline,
    fitting: Deadline,
) -> list[tuple[Formula, Candidate]]:
    """Return the formulas of candidates, and what is left of them without some parts, each with its candidate.

    Once ``pruning`` is over no more parts go, and once ``fitting`` is, constants stay as they are.
    """
    scaling = split.facts.scaling
    by_likelihood = has_log_odds(split.facts) and distil.refit == "data"

    def fit(formula: Formula, X: Array, y: Array, weights: Array | None, evaluations: int = EVALUATIONS) -> Formula:
        if fitting.is_over():
            return formula
        return _refitted(formula, X, y, weights, scaling, evaluations, log_odds=by_likelihood)

    found = [(candidate.formula, candidate) for candidate in candidates]
    fitted_to = _fitted_to(rows, distil, by_likelihood)
    if distil.refit != "none":
        found = [(fit(formula, *fitted_to), candidate) for formula, candidate in found]
    if distil.prune and not pruning.is_over():
        shown = (rows.X, rows.y, rows.weights) if by_likelihood else fitted_to
        left = what_is_left([formula for formula, _ in found], *shown, scaling, pruning)
        if by_likelihood:
            left = [fit(formula, *fitted_to) for formula in left]
        found += [(formula, Candidate(formula, formula.predict)) for formula in left]
    train = split.parts["train"]
    if distil.refit == "data" and len(train.X) > len(rows.data):  # a search saw a sample; constants are of all rows
        y = smoothed(train.y, train.weights) if by_likelihood else train.y
        found = [(fit(formula, train.X, y, train.weights, STEPS), candidate) for formula, candidate in found]
    return found


def _refitted(
    formula: Formula,
    X: Array,
    y: Array,
    weights: Array | None,
    scaling: Scaling,
    evaluations: int = EVALUATIONS,
    *,
    log_odds: bool = False,
) -> Formula:
    """Return the formula with the constants that fit rows best.

    They are fitted where the formula has fewer: a law that was found in the data's own units stays one, which an
    offset, or an input's mean that is free, would spoil.
    """
    law = scaling.raw_formula(formula)
    if len(constants(law)) >= len(constants(formula)):
        return refitted(formula, X, y, weights, evaluations=evaluations, log_odds=log_odds)
    target = scaling.as_fitted(y)
    fitted = refitted(law, scaling.raw(X), target, weights, rescale=False, evaluations=evaluations, log_odds=log_odds)
    return formula if fitted == law else scaling.standardised_formula(fitted)


def _fitted_to(rows: RowsToImitate, distil: Distil, by_likelihood: bool) -> tuple[Array, Array, Array | None]:
    """Return the rows, targets and weights that constants are fitted to, as the recipe wants it."""
    if distil.refit == "data":
        return rows.X[: len(rows.data)], smoothed(rows.data, rows.own) if by_likelihood else rows.data, rows.own
    return rows.X, rows.y, rows.weights
