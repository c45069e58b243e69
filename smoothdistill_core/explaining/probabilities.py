"""Probabilities as log-odds and back: the scale on which a classifier's formulas are found."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import DataError
from smoothdistill_core.formula import Formula

Array = NDArray[np.float64]

ROUNDING = 1e-3
"""Probabilities of a row add to 1 within this."""


def checked_probabilities(answer: Any, rows: int, who: str) -> Array:
    """Return a model's answer as the probabilities (n, k) of its k classes.

    One number a row is the probability of the second of two classes. Raises `DataError` for what are no probabilities.
    """
    try:
        p = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{who} returned {type(answer).__name__} in place of probabilities (n, k)") from None
    if p.ndim == 1:
        p = p[:, None]
    if p.ndim != 2 or len(p) != rows:
        raise DataError(
            f"{who} returned the shape {np.shape(answer)} for {rows} rows; probabilities have the shape (n, k), one "
            "column a class; of a model with several targets give a function that returns those of one"
        )
    if p.shape[1] == 1:
        p = np.column_stack([1.0 - p, p])
    bad = np.flatnonzero(~((p >= -ROUNDING) & (p <= 1.0 + ROUNDING)).all(axis=1))
    if len(bad):
        raise DataError(
            f"{who} gives {p[bad[0]].tolist()} for {len(bad)} of {rows} rows, first data row {bad[0] + 1}; "
            "probabilities lie between 0 and 1"
        )
    sums = p.sum(axis=1)
    off = np.flatnonzero(np.abs(sums - 1.0) > ROUNDING)
    if len(off):
        raise DataError(
            f"the probabilities of {who} add to {sums[off[0]]:.4g} in data row {off[0] + 1} and not to 1; "
            "give a model whose classes exclude each other, or a function of one of them"
        )
    return p


def log_odds(p: Array, clip: float) -> Array:
    """Return the scores (n, m) of probabilities (n, k) that are kept at least ``clip`` away from 0 and 1.

    Of two classes it is one score, the log-odds of the second; of more it is one a class, the logarithm of its
    probability less the mean of all logarithms, so that softmax gives the probabilities back.
    """
    if p.shape[1] == 2:
        second = np.clip(p[:, 1:], clip, 1.0 - clip)
        return np.log(second / (1.0 - second))
    logarithms = np.log(np.clip(p, clip, 1.0))
    scores: Array = logarithms - logarithms.mean(axis=1, keepdims=True)
    return scores


def probabilities(scores: Array) -> Array:
    """Return the probabilities (n, k) of scores (n, m), as `log_odds` has them."""
    if scores.shape[1] == 1:
        scores = np.column_stack([np.zeros(len(scores)), scores])
    with np.errstate(over="ignore", invalid="ignore"):
        grown = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: Array = grown / grown.sum(axis=1, keepdims=True)
    return shares


def probability_formula(scores: list[Formula], place: int) -> Formula:
    """Return the formula of the probability of a class, of the formulas of the scores.

    Of two classes it is 1/(1 + exp(-score)), of more the share of exp(score) in the sum of those of all classes.
    """
    if len(scores) == 1:
        exponents = [scores[0] if place == 0 else Formula.apply("neg", scores[0])]
    else:
        exponents = [Formula.apply("sub", other, scores[place]) for n, other in enumerate(scores) if n != place]
    one = Formula.constant(1.0)
    total = one
    for exponent in exponents:
        total = Formula.apply("add", total, Formula.apply("exp", exponent))
    return Formula.apply("div", one, total)
