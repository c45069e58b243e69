"""The rule ``shortest``: the shortest formula that is not worse than the most accurate one by more than chance.

What is shorter is taken also where it is worse by a little, be that certain: the errors of many rows tell from chance
what nobody would take twenty nodes for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.trial import FrontEntry

Array = NDArray[np.float64]

STANDARD_ERRORS = 1.0
"""A formula is worse than another where its paired squared errors are larger by more than so many standard errors."""

LITTLE = 0.125
"""A squared error that is larger by less than this share of it is no reason to take a longer formula, if that is also
less than this share of what the more accurate formula explains."""

EXACT = 1e-6
"""Errors below this share of the target's variance are as good as none: what is left of a law that was found."""


def shortest(front: Sequence[FrontEntry], best: FrontEntry) -> FrontEntry:
    """Return the first of ``front``, the simplest first, that is not `worse` than ``best``, which is one of them.

    Whoever judges by anything but the validation rows' squared errors has nothing to compare, and takes ``best``.
    """
    return next(entry for entry in front if entry is best or not worse(entry.errors, best.errors))


def worse(errors: Sequence[float], others: Sequence[float]) -> bool:
    """Say whether a formula's squared errors (n,) are larger than another's by more than a little and than chance.

    They are in units of the target's variance, of which a formula explains what it does not leave as error.

    Two paired tests look at them, and it is worse where either says so: the mean difference over its standard error,
    and the signed ranks of the differences (Wilcoxon, 1945), normally approximated. Of a formula that misses a few rows
    by far the first knows little, as the misses make its standard error wide; one that is a little better on most rows
    and misses the rest, as the best constant does where the target is a rare event, deceives the second.
    """
    if len(errors) < 2 or len(errors) != len(others) or not math.isfinite(sum(errors)):
        return True
    ours, theirs = np.asarray(errors), np.asarray(others)
    left = float(theirs.mean())
    if ours.mean() <= max(left + LITTLE * min(left, max(1.0 - left, 0.0)), EXACT):
        return False
    differences = ours - theirs
    return max(_of_means(differences), _of_ranks(differences)) > STANDARD_ERRORS


def _of_means(differences: Array) -> float:
    error = float(differences.std(ddof=1)) / math.sqrt(len(differences))
    return float(differences.mean()) / error if error > 0 else math.inf


def _of_ranks(differences: Array) -> float:
    _, rank, ties = np.unique(np.abs(differences), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[rank]
    return float(np.sign(differences) @ ranks) / math.sqrt(float(ranks @ ranks))
