"""`front_of`: from trained networks to the Pareto front of the size of formulas and their error on held-out rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smoothdistill_core import Deadline, Formula
from smoothdistill_core.formula import tidied
from smoothdistill_core.formula.agreement import Tolerance, agreeing
from smoothdistill_core.formula.probes import far
from smoothdistill_core.searching import front
from smoothdistill_layerwise.growing import grown
from smoothdistill_layerwise.least_squares import Fit, Rows, fitted
from smoothdistill_layerwise.network import Network
from smoothdistill_layerwise.pruning import pruned
from smoothdistill_layerwise.rows import Prepared
from smoothdistill_layerwise.simpler_kinds import with_simpler_kinds
from smoothdistill_layerwise.snapping import snapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WORTH = 0.1
"""A longer formula belongs to the front where its error is lower by more than this part."""

EXACT = 1e-12
"""Errors below this part of the target's variance are rounding, and as good as one another."""

FIRST_PRUNING = 0.6
"""The share of the time that is left in which networks are pruned; then they are grown, and pruned again."""

LAST_STEPS = 40
"""Steps of the last fit of a formula of the front."""

MERGED = Tolerance(1e-10, 0.0, "same")
"""A formula whose like terms met has to agree with its network so far, or is left as it was: ten times closer than the
core wants a formula to agree with its student, whose rows are others."""


class Member(NamedTuple):
    """A network, the formula that is equal to it, and their error on the rows for comparing."""

    network: Network
    formula: Formula
    error: float


def front_of(
    networks: Iterable[Network], rows: Prepared, fit_rows: int, longest: int, deadline: Deadline
) -> list[Member]:
    """Prune each network step by step, and return the front, the simplest first; all are better than a constant.

    Formulas have at most ``longest`` nodes, and are fitted on ``fit_rows`` rows at most. What is in the front of all
    is then polished. Where the ``deadline`` is over, what was pruned by then is all there is.
    """
    fitting = rows.part(rows.fitting[:fit_rows])
    comparing = rows.part(rows.comparing)

    def members(found: Iterable[tuple[int, Fit]]) -> list[Member]:
        """Return those of fits that can belong to a front; of one course each is what pruning made of that before."""
        known: list[Member] = []
        least: dict[int, float] = {}
        for course, (network, _) in reversed(list(found)):
            error = comparing.error(network)
            if network.size > longest or not error < least.get(course, math.inf):  # a shorter one is as good
                continue
            formula = _formula(rows.restored(network), [fitting.X[:256], rows.outside])
            if formula is not None and formula.complexity <= longest:
                known.append(Member(network, formula, error))
                least[course] = error
        return known[::-1]

    worst = float(np.sum(comparing.shares * (comparing.y - np.sum(fitting.shares * fitting.y)) ** 2))

    def best(found: Iterable[Member]) -> list[Member]:
        size, error = (lambda each: each.formula.complexity), (lambda each: each.error)
        return front(found, size=size, error=error, below=worst, worth=WORTH, exact=EXACT)

    first = deadline.part(FIRST_PRUNING)
    courses = ((course, fit) for course, network in enumerate(networks) for fit in pruned(network, fitting))
    found = best(members(first.within(courses)))
    grown_ones = (grown(member.network, fitting).network for member in found)
    regrown = ((course, fit) for course, network in enumerate(grown_ones) for fit in pruned(network, fitting))
    found = best([*found, *members(deadline.part(FIRST_PRUNING).within(regrown))])
    polished = deadline.within(fit for member in found for fit in _polished(member.network, fitting, rows.box))
    chosen = best([*found, *members(enumerate(polished))])
    return [member._replace(network=rows.restored(member.network)) for member in chosen]


def _polished(network: Network, rows: Rows, box: Sequence[tuple[float, float]]) -> Iterator[Fit]:
    """Yield the network fitted to the end, then with simpler units, then with round weights."""
    fit = fitted(network, rows, LAST_STEPS)
    yield fit
    fit = with_simpler_kinds(fit, rows, box)
    yield fit
    yield snapped(fit, rows)


def _formula(network: Network, parts: Sequence[Array]) -> Formula | None:
    """Return the formula, like terms merged where that moves no value at ``parts`` (n, d); None if far too long."""
    formula = network.formula()
    if formula is None:
        return None
    short = tidied(formula)
    agree = all(
        agreeing(short.predict(rows), network.predict(rows), MERGED).all() for rows in (*parts, far(parts[0].shape[1]))
    )
    return short if agree else formula
