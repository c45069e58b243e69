"""`span_of_units`: what declared units allow: the scaling symmetries that any law without constants in units has.

Measure lengths in units that are l times as small, and the target has to follow: so each dimension of the units is a
symmetry, whatever the data are (E. Buckingham, On physically similar systems, Physical Review 4, 1914).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.units import DataUnits, Unit

Array = NDArray[np.float64]

NONE = 1e-9
"""Singular values of a matrix of exponents that are smaller than this are 0."""


def span_of_units(units: DataUnits, inputs: Sequence[Collection[int]]) -> Array | None:
    """Return the span (r, v + 1) of what is left of the target and v variables, as `reductions_of_span` takes it.

    ``inputs`` says which inputs are in each variable: sums and differences, so one unit for all of them. None where
    the units tell nothing: one of them is not known, all are plain numbers, or no product of variables has the unit of
    the target, as where the law has a constant in units.
    """
    columns = [units.target, *(_common([units.inputs[place] for place in places]) for places in inputs)]
    known = [column for column in columns if column is not None]
    dimensions = sorted({name for unit in known for name in unit.dimensions})
    if len(known) < len(columns) or not dimensions:
        return None
    matrix = np.array([[float(unit.dimensions.get(name, 0)) for unit in known] for name in dimensions])
    _, singular, directions = np.linalg.svd(matrix)
    rank = int((singular > NONE * singular[0]).sum())
    reachable = np.linalg.matrix_rank(matrix[:, 1:], tol=NONE) == rank
    return directions[rank:] if reachable else None


def one_unit(units: DataUnits, inputs: Collection[int]) -> bool:
    """Say whether inputs can be added up: their units are known, and of one kind."""
    return _common([units.inputs[place] for place in inputs]) is not None


def _common(units: Sequence[Unit | None]) -> Unit | None:
    """Return the one unit that all have, None where there is none."""
    first = units[0]
    same = first is not None and all(unit is not None and unit.dimensions == first.dimensions for unit in units)
    return first if same else None
