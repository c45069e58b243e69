"""The inputs that the lasso takes, few at a strong penalty and more at weaker ones."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Places = NDArray[np.intp]

STEPS = 60
COPIES = 1e-10
"""Inputs whose correlation is nearer to 1 or -1 than this are one input twice."""

WEAKEST, WEAKEST_OF_WIDE = 1e-3, 1e-2
"""The last penalty of a path, as a share of the least at which no input is taken; more where inputs outnumber rows."""


def supports(X: Array, y: Array) -> dict[int, Places]:
    """Return which of the centred inputs (m, k) the lasso takes, by how many they are; none is always among it.

    Of several supports of one size it is that of the strongest penalty. ``y`` (m,) is centred as well.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import lasso_path

    found = {0: np.array([], dtype=np.intp)}
    strongest = float(np.abs(X.T @ y).max(initial=0.0))
    if strongest == 0.0:
        return found
    weakest = WEAKEST if len(X) > X.shape[1] else WEAKEST_OF_WIDE
    penalties = np.geomspace(strongest, weakest * strongest, STEPS) / len(X)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # nearly collinear inputs: either of two will do
        _, coefficients, _ = lasso_path(_without_copies(X), y, alphas=penalties, random_state=0)
    for step in coefficients.T:
        taken = np.flatnonzero(step)
        found.setdefault(len(taken), taken)
    return found


def _without_copies(X: Array) -> Array:
    """Return inputs (m, k) with zeros in place of those that are copies of one before, which the lasso cannot tell."""
    lengths = np.sqrt((X**2).sum(axis=0))
    directions = X / np.where(lengths > 0.0, lengths, 1.0)
    copies = np.tril(np.abs(directions.T @ directions) > 1.0 - COPIES, k=-1).any(axis=1)
    return np.asfortranarray(np.where(copies, 0.0, X))


def at_most(size: int, supports: dict[int, Places]) -> Places:
    """Return the largest support that has no more than so many inputs."""
    return supports[max(known for known in supports if known <= size)]
