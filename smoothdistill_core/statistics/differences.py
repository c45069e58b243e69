"""What all tests over pairs start from: differences that are numbers, and their ranks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import SmoothdistillError

Array = NDArray[np.float64]


class StatisticsError(SmoothdistillError, ValueError):
    """Numbers that no test can be made of."""


def checked(values: Sequence[float] | Array, what: str = "pair") -> Array:
    """Return ``values`` as an array (n,); raises `StatisticsError` that names the first one that is no finite number.

    Nothing is dropped here: whoever leaves a pair out has to say so.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise StatisticsError(f"the values are not all numbers: {error}") from error
    if array.ndim != 1:
        raise StatisticsError(f"the values have the shape {array.shape}; one value a {what} is wanted")
    for place in np.flatnonzero(~np.isfinite(array)):
        raise StatisticsError(
            f"{what} {place + 1} of {len(array)}: the value is {array[place]}; "
            "leave it out, and say that it was, or mend it"
        )
    return array


def doubled_ranks(values: Array) -> NDArray[np.int64]:
    """Return twice the ranks (n,) of ``values`` (n,) from 1 on; equal values share their middle rank.

    Twice, because a middle rank may end in one half, and integers can be counted exactly.
    """
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    doubled: NDArray[np.int64] = (2 * np.cumsum(sizes) - sizes + 1)[group]
    return doubled


def rank_sums(differences: Array) -> tuple[float, float]:
    """Return the rank sums of the positive and of the negative differences; zero differences have no rank."""
    differing = differences[differences != 0]
    ranks = doubled_ranks(abs(differing))
    return float(ranks[differing > 0].sum()) / 2, float(ranks[differing < 0].sum()) / 2
