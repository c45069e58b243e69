"""`what_is_left`: the shorter formulas inside those that a student found, which are left as their parts go."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Deadline
from smoothdistill_core.formula import Formula, first_pole
from smoothdistill_core.formula.nodes import Node
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.searching import front, refitted
from smoothdistill_core.searching.drawn import drawn
from smoothdistill_core.searching.pruning import pruned, squared_error

Array = NDArray[np.float64]

MOST_NODES = (math.inf, 60, 40, 25)
"""Parts go from the most accurate formula of at most so many nodes: the longest leads past other short ones."""

ROWS = 5_000
"""What is left has its constants fitted to so many rows at most, drawn by chance."""


def what_is_left(
    formulas: Iterable[Formula],
    X: Array,
    y: Array,
    weights: Array | None,
    scaling: Scaling,
    deadline: Deadline | None = None,
) -> list[Formula]:
    """Return what the most accurate ``formulas`` without a pole shrink to, fitted to ``y`` (n,) at ``X`` (n, d).

    Inputs, targets and formulas are standardised; parts go in the data's own units, where a product of inputs is one
    part, and not their deviations from their means and what these leave. What is both longer and less accurate than
    another, found or left, is left out. Once a ``deadline`` is over no more parts go.
    """
    deadline = deadline or Deadline()
    seen = drawn(len(y), ROWS)
    X, y = scaling.raw(X[seen]), scaling.as_fitted(y[seen])
    weights = np.ones(len(y)) if weights is None else weights[seen]

    def without_pole(formula: Formula) -> bool:
        return first_pole(formula, scaling.box) is None

    found = [formula for formula in map(scaling.raw_formula, formulas) if without_pole(formula)]
    errors = {formula.nodes: squared_error(formula, X, y, weights) for formula in found}
    starts: dict[tuple[Node, ...], Formula] = {}
    for most in MOST_NODES:
        short = [formula for formula in found if formula.complexity <= most and math.isfinite(errors[formula.nodes])]
        if short:
            best = min(short, key=lambda formula: errors[formula.nodes])
            starts[best.nodes] = best
    steps = (shorter for start in starts.values() for shorter in pruned(start, X, y, weights, without_pole))
    in_time = itertools.takewhile(lambda _: not deadline.is_over(), steps)
    left = [refitted(formula, X, y, weights) for formula in in_time]
    errors |= {formula.nodes: squared_error(formula, X, y, weights) for formula in left}
    worth_it = front(
        [*found, *left], size=lambda formula: formula.complexity, error=lambda formula: errors[formula.nodes]
    )
    known = {formula.nodes for formula in found}
    return [scaling.standardised_formula(formula) for formula in worth_it if formula.nodes not in known]
