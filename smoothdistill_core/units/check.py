"""`check_units`: whether a formula can be right about units, and which units its constants then carry.

A constant may have any unit, so it can make right what would else be wrong: 3*x + t is right where 3 turns a length
into a time. Three outcomes tell that apart. Each operator makes linear equations between the exponents of units; they
are solved exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import numpy as np

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Constant, Formula, Operator, Variable, readable
from smoothdistill_core.units.equations import Equations, Form, powers_of
from smoothdistill_core.units.rules import (
    COMPARED,
    FIRST,
    FREE,
    NUMBERS,
    POWERS,
    PRODUCTS,
    RAISED,
    SHARED,
    simple_fraction,
)
from smoothdistill_core.units.unit import DataUnits
from smoothdistill_core.units.written import written

Consistency = Literal["consistent", "consistent with units of constants", "inconsistent"]

REMEMBERED = 4096
"""Answers that are kept: a formula is asked about wherever it is chosen and shown."""

SHOWN_DIGITS = 4
"""Significant digits of the constants of a part that is told about."""

NUMBER = Form()
"""The unit of a plain number."""


@dataclass(frozen=True)
class ConstantUnit:
    """A constant and the ``unit`` that it carries: empty for a plain number.

    It is None where it depends on a column whose unit is not known.
    """

    value: float
    unit: str | None


@dataclass(frozen=True)
class UnitCheck:
    """What the units of the data say about a formula.

    ``consistent``: right with every constant a plain number. ``consistent with units of constants``: right if the
    constants carry the units that ``constants`` (k,), in the order in which they are written, say. ``inconsistent``:
    wrong whatever the constants are; ``breaks`` says where, and ``constants`` is empty.
    """

    outcome: Consistency
    constants: tuple[ConstantUnit, ...] = ()
    breaks: str = ""


@lru_cache(maxsize=REMEMBERED)
def check_units(formula: Formula, units: DataUnits, names: tuple[str, ...], target: str = "y") -> UnitCheck:
    """Check a formula over inputs (d) with these units and ``names``, which predicts the ``target``.

    Nothing is concluded about an input, or a target, whose unit is None. Of several choices for the constants the
    simplest is taken: the roundest of them are plain numbers. Raises `FormulaError` for units of fewer inputs than the
    formula reads.
    """
    if max(formula.inputs, default=-1) >= len(units.inputs):
        raise FormulaError(f"the formula reads input x{max(formula.inputs)}, and there are {len(units.inputs)} units")
    walk = _Walk(units, names)
    try:
        walk.check(formula, target)
    except _BreaksError as error:
        return UnitCheck("inconsistent", breaks=str(error))
    carried = walk.constants()
    if all(constant.unit == "" or constant.value == 0.0 for constant in carried):  # 0 has any unit
        return UnitCheck("consistent", carried)
    return UnitCheck("consistent with units of constants", carried)


class _BreaksError(Exception):
    """Says which part of a formula is wrong whatever its constants are."""


@dataclass(frozen=True)
class _Part:
    """A subformula and its unit."""

    formula: Formula
    unit: Form


class _Walk:
    """Goes through a formula from the leaves up and gathers what holds between its unknown units.

    Unknown are those of constants, which are counted from 0, and those of columns without a unit, from -1 downwards.
    """

    def __init__(self, units: DataUnits, names: Sequence[str]) -> None:
        self._units = units
        self._names = names
        self._equations = Equations()
        self._constants: list[float] = []

    def check(self, formula: Formula, target: str) -> None:
        """Gather what holds; raises `_BreaksError` for the first thing that cannot."""
        whole = self._whole(formula)
        if self._units.target is None:
            return
        wanted = Form(known=powers_of(self._units.target))
        if not self._equations.add(whole.unit.over(wanted)):
            found, right = self._written(whole.unit), self._written(wanted)
            given = (
                f"the formula gives {found or 'a plain number'}" if found is not None else "the formula does not fit"
            )
            raise _BreaksError(f"{given}, and {readable(target)} is {f'in {right}' if right else 'a plain number'}")

    def constants(self) -> tuple[ConstantUnit, ...]:
        """Return the constants in the order in which they are written, with the simplest units that they can have."""
        columns = [place for place, unit in enumerate(self._units.inputs) if unit is None]
        for place in columns:  # as far as nothing else follows, each has a unit of its own, which nobody knows
            name = f"[column {place}]"
            self._equations.add(Form({-1 - place: Fraction(1)}, {name: Fraction(-1)}))
        for place in sorted(range(len(self._constants)), key=lambda place: _roundness(self._constants[place])):
            self._equations.add(Form({place: Fraction(1)}))
        units = [self._written(Form({place: Fraction(1)})) for place in range(len(self._constants))]
        found = [ConstantUnit(value, unit) for value, unit in zip(self._constants, units, strict=True)]
        return tuple(reversed(found))

    def _whole(self, formula: Formula) -> _Part:
        stack: list[_Part] = []
        for node in reversed(formula.nodes):
            if isinstance(node, Operator):
                parts = [stack.pop() for _ in range(node.arity)]
                inside = Formula((node, *(inner for part in parts for inner in part.formula.nodes)))
                stack.append(_Part(inside, self._operator(node.name, inside, parts)))
            else:
                stack.append(_Part(Formula((node,)), self._leaf(node)))
        return stack[0]

    def _leaf(self, node: Variable | Constant) -> Form:
        if isinstance(node, Constant):
            self._constants.append(node.value)
            return Form({len(self._constants) - 1: Fraction(1)})
        unit = self._units.inputs[node.index]
        return Form({-1 - node.index: Fraction(1)}) if unit is None else Form(known=powers_of(unit))

    def _operator(self, name: str, whole: Formula, parts: Sequence[_Part]) -> Form:
        first, last = parts[0], parts[-1]
        if name in POWERS:
            return first.unit.to_the(POWERS[name])
        if name in PRODUCTS:
            return first.unit.times(last.unit, PRODUCTS[name])
        if name in SHARED | COMPARED:
            self._agree(name, whole, first, last)
            return first.unit if name in SHARED else NUMBER
        if name in RAISED:
            return self._raised(whole, first, last)
        if name in FIRST:
            self._number(name, whole, last)
            return first.unit
        if name in NUMBERS:
            self._number(name, whole, first)
        elif name not in FREE:
            raise FormulaError(f"there is no rule for the units of the operator {name!r}; please report this")
        return NUMBER

    def _agree(self, name: str, whole: Formula, first: _Part, last: _Part) -> None:
        if self._equations.add(first.unit.over(last.unit)):
            return
        does = "adds" if name == "add" else "subtracts" if name == "sub" else "compares"
        units = [self._written(part.unit) for part in (first, last)]
        if None in units:
            raise _BreaksError(f"{self._text(whole)} {does} what never has one unit")
        one, other = (unit or "a plain number" for unit in units)
        told = f"{other} from {one}" if name == "sub" else f"{one} and {other}"
        raise _BreaksError(f"{self._text(whole)} {does} {told}")

    def _number(self, name: str, whole: Formula, part: _Part) -> None:
        if not self._equations.add(part.unit):
            unit = self._written(part.unit)
            raise _BreaksError(
                f"{self._text(whole)} takes {name} of {unit or 'what has a unit'}, not of a plain number"
            )

    def _raised(self, whole: Formula, base: _Part, exponent: _Part) -> Form:
        """Return the unit of a power: of a dimensional base only whole and other simple ones have a meaning."""
        if not self._equations.add(exponent.unit):
            unit = self._written(exponent.unit)
            raise _BreaksError(f"{self._text(whole)} has an exponent {f'in {unit}' if unit else 'that has a unit'}")
        power = None if exponent.formula.inputs else _value(exponent.formula)
        fraction = None if power is None else simple_fraction(power)
        if fraction is not None:
            return base.unit.to_the(fraction)
        if not self._equations.add(base.unit):
            unit = self._written(base.unit)
            which = "a varying power" if power is None else f"the power {power:.{SHOWN_DIGITS}g}, no simple fraction"
            raise _BreaksError(f"{self._text(whole)} raises {unit or 'what has a unit'} to {which}")
        return NUMBER

    def _written(self, unit: Form) -> str | None:
        """Write a unit; None where it is not known, or depends on one that is not."""
        form = self._equations.reduced(unit)
        if form.unknown or any(name.startswith("[column") for name in form.known):
            return None
        return written(form.known)

    def _text(self, part: Formula) -> str:
        return part.text(self._names, digits=SHOWN_DIGITS)


def _value(formula: Formula) -> float | None:
    """Return the value of a formula without inputs; None where it has none."""
    value = float(formula.predict(np.empty((1, 0)))[0])
    return value if np.isfinite(value) else None


def _roundness(value: float) -> tuple[int, bool]:
    """Return what round numbers have little of: significant digits, and then a part behind the point."""
    return len(f"{abs(value):.15g}".partition("e")[0].replace(".", "").strip("0")), not value.is_integer()
