"""Whether a formula never falls, or never rises, along an input within a box: bounds of its slope on pieces of the box.

Slopes are bounded by interval arithmetic, from the leaves up (see `slopes`), which needs no derivative: kinks and jumps
are no exceptions. Where the bounds leave a doubt the box is cut, as plain intervals forget that two occurrences of an
input are one. A formula that never falls along an input on each of the closed pieces, which together are the box, never
does in the box. Every bound is widened by more than the computer rounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np

from smoothdistill_core.formula.evaluation import arguments_of
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Variable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.probes import in_box
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.ranges.box import checked_box
from smoothdistill_core.formula.ranges.interval import UNBOUNDED, Interval
from smoothdistill_core.formula.ranges.poles import of_equal_arguments
from smoothdistill_core.formula.ranges.slopes import NONE, ONE, SLOPES, product
from smoothdistill_core.formula.subformulas import numbered

Direction = Literal[1, -1]
"""1: along an input the formula may rise and never falls; -1 the other way round."""

BUDGET = 20_000
"""How many nodes may be bounded, on all pieces together, before what is left counts as not proved."""

LEAST_WIDTH = 2.0**-14
"""A piece of which all sides are as short as this, as parts of the box, is not cut any further."""

ROUNDING = 2.0**-46
"""Bounds are widened by this share, which is more than arithmetic and any function of a library round by."""

PROBES = 64
"""At how many points a slope is tried first: one of the wrong sign settles it."""

CERTAIN = 1e-9
"""A slope is of the wrong sign, and not rounded, where it is beyond this share of the steepest one."""

SUMS = {"add", "sub", "neg"}
"""The slopes of these depend on none of their arguments."""

Piece = dict[int, Interval]
"""The sides of a piece of the box that are shorter than those of the box, by their inputs."""


@dataclass(frozen=True)
class WrongSlope:
    """Where along its input a formula may go the wrong way: from one value to another, or at one where it does."""

    low: float
    high: float
    certain: bool


def first_wrong_slope(
    formula: Formula, index: int, direction: Direction, box: Sequence[Interval], *, budget: int = BUDGET
) -> WrongSlope | None:
    """Return where along input ``index`` a formula may fall (``direction`` 1) or rise (-1) in ``box``.

    None is a proof that it does not, whatever values the other inputs have: up to rounding, and to numbers too small to
    be told from 0. What is returned may be caution, unless it is ``certain``. ``box`` holds the (low, high) of each
    input, and ``budget`` is how many nodes may be bounded. Raises `FormulaError` for a box that is none.
    """
    box = checked_box(formula, box)
    if index not in formula.inputs or box[index][0] == box[index][1]:
        return None
    search = _Search(formula, index, direction, box)
    return search.at_a_probe() or search.first(budget)


class _Search:
    def __init__(self, formula: Formula, index: int, direction: Direction, box: list[Interval]) -> None:
        self._formula, self._nodes = formula, formula.nodes
        self._arguments = arguments_of(formula.nodes)
        self._index, self._direction, self._box = index, direction, box
        self._kinds = numbered(formula)[1]
        self._axes = self._inputs_of_the_slope()

    def at_a_probe(self) -> WrongSlope | None:
        """Return a point, of some in the box, where the formula's own gradient has the wrong sign."""
        X = in_box(self._box, PROBES, corners=slice(PROBES // 2))
        slopes = self._direction * self._formula.gradient(X)[:, self._index]
        slopes = np.where(np.isfinite(slopes), slopes, 0.0)
        worst = int(np.argmin(slopes))
        if slopes[worst] >= -CERTAIN * np.abs(slopes).max():
            return None
        at = float(X[worst, self._index])
        return WrongSlope(at, at, certain=True)

    def first(self, budget: int) -> WrongSlope | None:
        """Return the side of the first piece on which the slope may have the wrong sign, however it is cut."""
        pieces: list[Piece] = [{}]
        while pieces:
            piece = pieces.pop()
            budget -= len(self._nodes)
            if self._is_right(piece):
                continue
            halves = self._halves(piece)
            if budget < 0 or not halves:
                return WrongSlope(*piece.get(self._index, self._box[self._index]), certain=False)
            pieces.extend(halves)
        return None

    def _is_right(self, piece: Piece) -> bool:
        """Say whether the bounds of the slope over a piece leave no doubt, and the formula has a value all over it."""
        count = len(self._nodes)
        values, slopes = [UNBOUNDED] * count, [NONE] * count
        for position in range(count - 1, -1, -1):
            node, arguments = self._nodes[position], self._arguments[position]
            if not isinstance(node, Operator):
                values[position] = self._leaf(node, piece)
                slopes[position] = ONE if isinstance(node, Variable) and node.index == self._index else NONE
                continue
            parts, steep = ([found[argument] for argument in arguments] for found in (values, slopes))
            same = len(arguments) == 2 and self._kinds[arguments[0]] == self._kinds[arguments[1]]
            values[position] = _value(node, parts, same=same)
            if not interval.is_finite(values[position]):
                return False
            if any(slope != NONE for slope in steep):
                slopes[position] = _slope(node, parts, steep, same=same)
        low, high = slopes[0]
        return low >= 0.0 if self._direction > 0 else high <= 0.0

    def _leaf(self, node: Variable | Constant, piece: Piece) -> Interval:
        if isinstance(node, Variable):
            return piece.get(node.index, self._box[node.index])
        return node.value, node.value

    def _inputs_of_the_slope(self) -> list[int]:
        """Return the inputs on which the slope depends, but for those that have one value."""
        inputs: list[frozenset[int]] = [frozenset()] * len(self._nodes)
        slope = frozenset[int]()
        for position in range(len(self._nodes) - 1, -1, -1):
            node, parts = self._nodes[position], [inputs[argument] for argument in self._arguments[position]]
            inputs[position] = frozenset().union(*parts)
            if isinstance(node, Variable):
                inputs[position] = frozenset([node.index])
            elif isinstance(node, Operator) and node.name not in SUMS and self._index in inputs[position]:
                slope |= inputs[position]
        return sorted(axis for axis in slope if self._box[axis][0] < self._box[axis][1])

    def _halves(self, piece: Piece) -> list[Piece]:
        """Cut a piece across its longest side, as a part of the box; nothing where it is too small."""
        sides = {axis: piece.get(axis, self._box[axis]) for axis in self._axes}
        shares = {a: (high - low) / (self._box[a][1] - self._box[a][0]) for a, (low, high) in sides.items()}
        longest = max(shares, key=shares.__getitem__, default=None)
        if longest is None or not shares[longest] > LEAST_WIDTH:
            return []
        low, high = sides[longest]
        middle = low + (high - low) / 2.0
        return [{**piece, longest: half} for half in ((middle, high), (low, middle))]


def _value(operator: Operator, parts: Sequence[Interval], *, same: bool) -> Interval:
    """Bound the values of an operator; ``same``: its two arguments are."""
    found = of_equal_arguments(operator, parts[0]) if same else operator.bounds(*parts)
    return found if all(low == high for low, high in parts) else _outward(found)


def _slope(operator: Operator, parts: Sequence[Interval], steep: Sequence[Interval], *, same: bool) -> Interval:
    """Bound the slope of an operator over those of its arguments, ``steep``: the chain rule."""
    if same and operator.name in ("sub", "div"):  # 0, and 1
        return NONE
    try:
        by_argument = SLOPES[operator.name](*parts)
    except (OverflowError, ValueError, ZeroDivisionError):
        return UNBOUNDED
    along = (
        _outward(product(_outward(slope), inner)) if inner != NONE else NONE
        for slope, inner in zip(by_argument, steep, strict=True)
    )
    return _outward(reduce(_sum, along))


def _sum(a: Interval, b: Interval) -> Interval:
    return a[0] + b[0], a[1] + b[1]


def _outward(found: Interval) -> Interval:
    """Widen bounds by more than was rounded; 0 is exact, and what is no interval says nothing."""
    low, high = found
    if not low <= high:
        return UNBOUNDED
    return low - abs(low) * ROUNDING if math.isfinite(low) else low, (
        high + abs(high) * ROUNDING if math.isfinite(high) else high
    )
