"""`Term`: a product of powers of variables and of waves, with its values at the rows: what dictionaries are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import OPERATORS, Formula

Array = NDArray[np.float64]

ROUNDING = 1e-12
"""What is left of a 0 or a 1 that was standardised and turned back."""


@dataclass(frozen=True, eq=False)
class Variable:
    """An input, or what several of them come together in: a ``formula`` over the inputs and its ``values`` (n,)."""

    formula: Formula
    values: Array

    @classmethod
    def of_two(cls, operator: str, first: Variable, second: Variable) -> Variable:
        """Return what an operator makes of two variables."""
        formula = Formula.apply(operator, first.formula, second.formula)
        return cls(formula, OPERATORS[operator].value(first.values, second.values))

    @cached_property
    def vanishes(self) -> bool:
        """Whether it can be 0, or changes its sign: nothing is divided by it."""
        return bool((self.values <= 0).any() and (self.values >= 0).any())


@dataclass(frozen=True, eq=False)
class Term:
    """The product of ``variables`` to the ``powers`` (v,), times ``waves``; ``values`` (n,)."""

    variables: tuple[Variable, ...]
    powers: tuple[float, ...]
    values: Array
    waves: tuple[Formula, ...] = ()

    @classmethod
    def of(cls, variables: Sequence[Variable], powers: Sequence[float] | Array) -> Term:
        """Return the product of variables to some powers."""
        powers = tuple(float(power) for power in powers)
        factors = (_power(v.values, power) for v, power in zip(variables, powers, strict=True) if power)
        with np.errstate(all="ignore"):
            values = reduce(np.multiply, factors, np.ones(len(variables[0].values)))
        return cls(tuple(variables), powers, values)

    def __mul__(self, other: Term) -> Term:
        powers = tuple(a + b for a, b in zip(self.powers, other.powers, strict=True))
        return Term(self.variables, powers, self.values * other.values, (*self.waves, *other.waves))

    def __pow__(self, exponent: float) -> Term:
        """Return a power of a product without waves; the root of a square has the sign of what is squared."""
        return Term.of(self.variables, [exponent * q for q in self.powers])

    def wave(self, function: str) -> Term:
        """Return a function of the product, a wave that is a product of nothing else."""
        with np.errstate(all="ignore"):
            values = OPERATORS[function].value(self.values)
        nothing = tuple(0.0 for _ in self.powers)
        return Term(self.variables, nothing, values, (Formula.apply(function, self.formula),))

    @property
    def formula(self) -> Formula:
        """The product as a formula over the inputs; what has negative powers stands below the line."""
        pairs = list(zip(self.variables, self.powers, strict=True))
        above = [_raised(v.formula, power) for v, power in pairs if power > 0] + list(self.waves)
        below = [_raised(v.formula, -power) for v, power in pairs if power < 0]
        top = reduce(times, above) if above else Formula.constant(1.0)
        return Formula.apply("div", top, reduce(times, below)) if below else top

    def before(self, formula: Formula) -> Formula:
        """Return the product of this and a formula."""
        return formula if self.is_one else times(self.formula, formula)

    @cached_property
    def is_indicator(self) -> bool:
        """Whether it is 0 or 1 in every row, but for rounding: whatever function of it there is, is a line."""
        is_one = self.values > 0.5
        return bool(is_one.any() and np.abs(self.values - is_one).max() < ROUNDING)

    @property
    def is_one(self) -> bool:
        """Whether it is the constant 1."""
        return not any(self.powers) and not self.waves


def columns(of: Sequence[Variable | Term]) -> Array:
    """Return the values of variables, or of terms, side by side: shape (n, v)."""
    return np.column_stack([each.values for each in of])


def times(a: Formula, b: Formula) -> Formula:
    """Return the product of two formulas."""
    return Formula.apply("mul", a, b)


def _power(values: Array, exponent: float) -> Array:
    with np.errstate(all="ignore"):
        powered: Array = values**exponent
    return powered


def _raised(formula: Formula, power: float) -> Formula:
    if power == 1.0:
        return formula
    if power == 2.0:
        return Formula.apply("square", formula)
    if power == 0.5:
        return Formula.apply("sqrt", formula)
    return Formula.apply("pow", formula, Formula.constant(power))
