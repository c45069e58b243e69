"""`Problem`: what is left of a target where symmetries hold, and the ways to solve it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.curves import curves
from smoothdistill_symmetry.dictionary import functions, products, waves
from smoothdistill_symmetry.effort import FULL, OF_NOISY, Effort
from smoothdistill_symmetry.model import Model
from smoothdistill_symmetry.relations import relations, solutions
from smoothdistill_symmetry.scalings import Reduction
from smoothdistill_symmetry.shapes import shapes
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.superpositions import superpositions
from smoothdistill_symmetry.term import Term, Variable, columns, times

Array = NDArray[np.float64]

TERMS = {1: 13, 2: 40, 3: 60, 4: 60, 5: 60}
"""So many products of so many groups."""

MORE_TERMS = 90
"""So many products are tried last,"""

FUNCTIONS = 120
"""and so many products of functions."""

JUDGED = 300
"""So many rows tell whether a smooth function of few groups is all that there is."""

Source = Literal["powers", "data", "units", "units and data"]

LARGEST = 1e75
"""Fourth powers of what is larger, and of its inverse, are no numbers."""


@dataclass(frozen=True, eq=False)
class Problem:
    """``factor`` times a function of ``groups`` is the target: ``y`` (n,) is what that function has to be.

    ``source`` says what shows the symmetries that lead to it; ``powers`` is the product that is nearest to the target.
    ``noisy`` says that ``y`` is what a smooth model of it says, rather than the data. ``effort`` is that of its
    solution. ``known`` is a smooth model of it that need not be learnt. ``roots`` (n,) are those of the rows' weights,
    where they have any.
    """

    factor: Term
    groups: tuple[Term, ...]
    y: Array
    source: Source = "data"
    noisy: bool = False
    effort: Effort = FULL
    known: Model | None = None
    roots: Array | None = None

    @classmethod
    def whole(
        cls,
        variables: Sequence[Variable],
        y: Array,
        effort: Effort = FULL,
        known: Model | None = None,
        roots: Array | None = None,
    ) -> Problem:
        """Return the problem before anything is known of it: each variable is a group."""
        one, *plain = (Term.of(variables, powers) for powers in np.eye(len(variables) + 1, len(variables), -1))
        return cls(one, tuple(plain), y, effort=effort, known=known, roots=roots)

    def reduced(self, reduction: Reduction, source: Source) -> Problem:
        """Return the problem that is left where a reduction of the groups holds."""
        factor = self._product(reduction.factor)
        groups = tuple(self._product(powers) for powers in reduction.groups)
        with np.errstate(all="ignore"):
            y = self.y / factor.values
        return Problem(self.factor * factor, groups, y, source, effort=self.effort, roots=self.roots)

    @property
    def target(self) -> Array:
        """The values of the target, shape (n,)."""
        return self.factor.values * self.y

    @property
    def columns(self) -> Array:
        """The values of the groups, shape (n, g)."""
        return columns(self.groups)

    @property
    def has_values(self) -> bool:
        """Whether nothing is divided by 0, and no square or product of two is too large or too small for numbers."""
        found = (self.y, self.factor.values, *(group.values for group in self.groups))
        return all(1.0 / LARGEST < np.abs(values).max() < LARGEST for values in found)

    def model(self, rows: int | None = None) -> SmoothModel:
        """Return a smooth model of ``y`` as a function of the groups, in which errors count as those of the target."""
        importance = np.abs(self.factor.values) if self.roots is None else np.abs(self.factor.values) * self.roots
        return SmoothModel(self.columns[:rows], self.y[:rows], importance[:rows])

    @cached_property
    def error(self) -> float:
        """The mean squared error of the target at rows that a smooth function of the groups was not fitted to."""
        if self.groups:
            return self.model(JUDGED).left_out
        left = self.target - self._multiple * self.factor.values
        return float(np.mean((left if self.roots is None else left * self.roots) ** 2))

    @cached_property
    def smooth(self) -> Model:
        """The smooth model of ``y`` as a function of the groups."""
        return self.known or self.model()

    @property
    def smoothed(self) -> Problem:
        """The problem with what its smooth model says in place of the data."""
        return replace(self, y=self.smooth.predict(self.columns), noisy=True, effort=OF_NOISY)

    def by_products(self) -> Iterator[Formula]:
        """Yield what sums of products give."""
        if not self.groups:
            yield times(Formula.constant(self._multiple), self.factor.formula)
        elif len(self.groups) in TERMS:
            yield from relations(self._products, self.factor, self.y, self.noisy, self.effort, self.roots)

    def by_roots(self) -> Iterator[Formula]:
        """Yield what a square root plus a sum gives."""
        if 0 < len(self.groups) <= 4 and self._curved:
            yield from solutions(
                lambda power: self._products(power)[:24], self.factor, self.y, self.noisy, self.effort, self.roots
            )

    def by_shapes(self) -> Iterator[Formula]:
        """Yield what functions of one variable give."""
        if len(self.groups) == 1 and self._curved:
            yield from shapes(self.groups[0], self.factor, self.y, self.noisy, self.roots)

    def by_waves(self) -> Iterator[Formula]:
        """Yield what sums of waves and products give."""
        if len(self.groups) in (1, 2, 3) and waves(self.groups, self.factor, 1):
            yield from relations(
                lambda power: [*self._products(power)[:40], *waves(self.groups, self.factor**power, 16)],
                self.factor,
                self.y,
                self.noisy,
                self.effort,
                self.roots,
            )

    def by_curves(self) -> Iterator[Formula]:
        """Yield what functions of one variable give that is shifted, or to which something is added."""
        if len(self.groups) == 1 and self._curved:
            yield from curves(self.groups[0], self.factor, self.y, self.roots)

    def by_superpositions(self) -> Iterator[Formula]:
        """Yield what sums of waves, of decays or of peaks of one variable give."""
        if len(self.groups) == 1 and self._curved:
            yield from superpositions(self.groups[0], self.factor, self.y, self.roots)

    def by_products_of_target(self) -> Iterator[Formula]:
        """Yield what sums of more products give where errors count as those of the target."""
        if len(self.groups) in TERMS:
            yield from relations(
                lambda power: products(self.groups, self.factor**power, MORE_TERMS),
                self.factor,
                self.y,
                True,
                self.effort,
                self.roots,
            )

    def by_functions(self) -> Iterator[Formula]:
        """Yield what sums of products of waves, exponentials and powers give."""
        if 1 < len(self.groups) <= 4 and self._curved:
            yield from relations(
                lambda _: functions(self.groups, FUNCTIONS), self.factor, self.y, self.noisy, self.effort, self.roots
            )

    @property
    def _curved(self) -> bool:
        """Whether there are functions of the groups that are no lines."""
        return not all(group.is_indicator for group in self.groups)

    @property
    def _multiple(self) -> float:
        power, target = self.factor.values, self.target
        if self.roots is not None:
            power, target = power * self.roots, target * self.roots
        return float(target @ power / (power @ power))

    def _product(self, powers: Array) -> Term:
        """Return the product of powers of the groups."""
        exponents = powers @ np.array([group.powers for group in self.groups])
        return Term.of(self.factor.variables, exponents)

    def _products(self, power: int) -> list[Term]:
        """Return products for what scales as a power of the factor."""
        return products(self.groups, self.factor**power, TERMS[len(self.groups)])
