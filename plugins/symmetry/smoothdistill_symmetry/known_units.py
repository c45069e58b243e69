"""`span_of_units`: what declared units allow: the scaling symmetries that any law without constants in units has.

Measure lengths in units that are l times as small, and the target has to follow: so each dimension of the units is a
symmetry, whatever the data are (E. Buckingham, On physically similar systems, Physical Review 4, 1914).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import OPERATORS, Formula, Variable
from smoothdistill_core.units import DataUnits, Unit

Array = NDArray[np.float64]

NONE = 1e-9
"""Singular values of a matrix of exponents that are smaller than this are 0."""


def span_of_units(units: DataUnits, variables: Sequence[Formula]) -> Array | None:
    """Return the span (r, v + 1) of what is left of the target and v ``variables``, as `reductions_of_span` takes it.

    Variables are inputs, and sums and differences of two. None where the units tell nothing: one of them is not known,
    all are plain numbers, or no product of variables has the unit of the target, as where the law has a constant in
    units.
    """
    columns = [units.target, *(_unit_of(variable, units) for variable in variables)]
    known = [column for column in columns if column is not None]
    dimensions = sorted({name for unit in known for name in unit.dimensions})
    if len(known) < len(columns) or not dimensions:
        return None
    matrix = np.array([[float(unit.dimensions.get(name, 0)) for unit in known] for name in dimensions])
    _, singular, directions = np.linalg.svd(matrix)
    rank = int((singular > NONE * singular[0]).sum())
    reachable = np.linalg.matrix_rank(matrix[:, 1:], tol=NONE) == rank
    return directions[rank:] if reachable else None


def add_up(units: DataUnits, one: Formula, other: Formula) -> bool:
    """Say whether two inputs can be added up: their units are known, and of one kind."""
    return is_input(one) and is_input(other) and _unit_of(Formula.apply("add", one, other), units) is not None


def is_input(variable: Formula) -> bool:
    """Say whether a variable is an input itself."""
    return isinstance(variable.nodes[0], Variable)


def _unit_of(variable: Formula, units: DataUnits) -> Unit | None:
    """Return the unit of a variable, None where it is not known."""
    known = [units.inputs[place] for place in sorted(variable.inputs)]
    if is_input(variable):
        return known[0]
    first, same = known[0], variable.complexity == 3 and variable.nodes[0] in (OPERATORS["add"], OPERATORS["sub"])
    same = same and first is not None and all(unit and unit.dimensions == first.dimensions for unit in known)
    return first if same else None
