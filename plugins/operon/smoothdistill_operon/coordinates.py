"""`Coordinates`: what Operon sees of a task, standardised or only scaled, and the way back of its formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core.formula import Formula, rewritten
from smoothdistill_core.searching import training_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import DistillationTask
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

NARROW = 0.1
"""A column that varies by less than this share of its size is shifted in any case: single precision would see little of
how it varies, and within its range a product with it is all but a plain factor."""

LEAST = 1e-300
"""A column of smaller numbers is all but 0: formulas in other units could not hold them."""


@dataclass(frozen=True, eq=False)
class Coordinates:
    """The search sees (x - ``shifts``) / ``sizes`` (d,), and (y - ``shift``) / ``size``.

    x and y are in the data's own units; without a ``scaling`` they are the arrays of the task. ``box`` is the range
    of each x, widened.
    """

    sizes: Array
    shifts: Array
    size: float
    shift: float
    box: Sequence[tuple[float, float]]
    scaling: Scaling | None

    @classmethod
    def as_given(cls, task: DistillationTask) -> Coordinates:
        """Return those in which a task is there: all is standardised, formulas are as long as they are there."""
        inputs = task.X.shape[1]
        return cls(np.ones(inputs), np.zeros(inputs), 1.0, 0.0, training_box(task), None)

    @classmethod
    def standardised(cls, task: DistillationTask) -> Coordinates:
        """Return the same as deviations from the means of the data's own units, in which formulas are shorter."""
        scaling = task.scaling
        if scaling is None:
            return cls.as_given(task)
        sizes, shifts = np.array([(feature.scale, feature.mean) for feature in scaling.features]).T
        return cls(sizes, shifts, scaling.scale, scaling.mean, scaling.box, scaling)

    @classmethod
    def scaled(cls, task: DistillationTask) -> Coordinates:
        """Return columns that are 0 where those of the data are, but the narrow ones, and of standard deviation 1.

        So products and quotients of columns are what they are in the data's own units.
        """
        scaling = task.scaling
        X, y = task.in_own_units()
        sizes, shifts = np.array([_size_and_shift(column) for column in [*X.T, y]]).T
        box = training_box(task) if scaling is None else scaling.box
        return cls(sizes[:-1], shifts[:-1], float(sizes[-1]), float(shifts[-1]), box, scaling)

    def inputs(self, X: Array) -> Array:
        """Turn inputs (n, d) of the task into what the search sees."""
        return ((X if self.scaling is None else self.scaling.raw(X)) - self.shifts) / self.sizes

    def target(self, y: Array) -> Array:
        """Turn a target (n,) of the task into what the search sees."""
        return ((y if self.scaling is None else self.scaling.as_fitted(y)) - self.shift) / self.size

    def prediction(self, value: Array) -> Array:
        """Turn what the search predicts (n,) into the task's own units."""
        value = value * self.size + self.shift
        return value if self.scaling is None else (value - self.scaling.mean) / self.scaling.scale

    def shown(self, found: Formula) -> Formula:
        """Return a formula over what the search sees as one over x that gives y."""
        inputs = list(zip(self.sizes.tolist(), self.shifts.tolist(), strict=True))
        output = (self.size, self.shift)
        return found if {*inputs, output} == {(1.0, 0.0)} else rewritten(found, inputs, output)

    def formula(self, shown: Formula) -> Formula:
        """Return a formula over x as one over the task's inputs, which gives its target."""
        return shown if self.scaling is None else self.scaling.standardised_formula(shown)


def _size_and_shift(column: Array) -> tuple[float, float]:
    """Return the standard deviation of a column, its size where it never varies, and its mean where it is narrow."""
    largest = float(np.abs(column).max())
    if largest < LEAST:
        return 1.0, 0.0
    share = column / largest  # squares of shares are numbers, whatever the unit
    narrow = float(np.ptp(share)) < NARROW
    return largest * (float(share.std()) or 1.0), largest * float(share.mean()) if narrow else 0.0
