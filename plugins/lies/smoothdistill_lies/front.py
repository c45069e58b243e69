"""The front: the best constant, then ever longer formulas, each of which is worth its length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import Candidate, Formula
from smoothdistill_core.searching import front
from smoothdistill_core.searching.compiled_sums import product
from smoothdistill_lies.pruned_network import PrunedNetwork

Floats = NDArray[np.float64]

WORTH = 0.01
"""A longer formula has to lower the error of all shorter ones by this share of it."""

NONE = 1e-20
"""An error below this share of the target's variance cannot be lowered."""


@dataclass(frozen=True, eq=False)
class Member:
    """A pruned network, its formula, and its weighted mean squared error as a share of the target's variance."""

    network: PrunedNetwork
    formula: Formula
    error: float

    @property
    def candidate(self) -> Candidate:
        """The formula with the network's own prediction."""
        return Candidate(self.formula, self.network.predict)


def member(network: PrunedNetwork, formula: Formula, X: Floats, y: Floats, shares: Floats) -> Member:
    """Return a network with its error; ``shares`` are weights over their sum and the variance of ``y``.

    An error that is no finite number is infinity, so that no front has such a network.
    """
    with np.errstate(all="ignore"):
        off = network.predict(X) - y
        error = float(product(shares, off * off))
    return Member(network, formula, error if math.isfinite(error) else math.inf)


def worth_their_length(members: Sequence[Member], most: int) -> list[Member]:
    """Return the members of at most ``most`` nodes that are worth their length; all beat the best constant."""
    short = [each for each in members if each.formula.complexity <= most]
    size, error = (lambda each: each.formula.complexity), (lambda each: each.error)
    return front(short, size=size, error=error, below=1.0, worth=WORTH, exact=NONE)
