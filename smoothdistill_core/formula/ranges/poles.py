"""Where in a box of its inputs a formula can leave its domain or overflow, by interval arithmetic (Moore, 1966).

Plain intervals forget that the two x of x*x - x are one and the same, and raise false alarms. Two remedies:
operations on two equal subformulas are bounded as what they are, and an alarm is looked into by cutting
the box into halves, as long as a fixed budget lasts. So the answer "no pole" is proven, up to rounding;
the answer "pole" may be caution.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from smoothdistill_core.formula.evaluation import arguments_of, ends_of
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Variable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.probes import in_box
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.ranges.box import checked_box
from smoothdistill_core.formula.ranges.interval import Interval
from smoothdistill_core.formula.subformulas import numbered

Piece = dict[int, Interval]
"""A piece of the box: the bounds of subformulas, by their kind, where they are narrower than over the whole."""

BUDGET = 10_000
"""How many nodes may be bounded in cut boxes, unless told otherwise, before the remaining alarms stand."""

PROBES = 64
"""At how many points an alarm is tried first: one value that is not finite settles it."""

NEAR = 1e-12
"""A divisor that comes this near to 0, in units of its largest value, is taken to reach it: rounding could."""

DIVISORS = {"div": 1, "inverse": 0}
"""Which argument of an operator it divides by."""

CUTS = 40
"""How often the box is cut to narrow the bounds of one node."""

LEAST_WIDTH = 2.0**-40
"""A piece of the box is not cut any further when its sides are this short, as a part of the whole."""


def bounds(formula: Formula, box: Sequence[Interval], *, budget: int = BUDGET) -> Interval:
    """Return an interval that holds all values of the formula where each input is in its (low, high) of ``box``.

    It is unbounded where the formula may have a pole there. ``budget`` is how many nodes may be bounded in cut boxes.
    Raises `FormulaError` for a box that is none.
    """
    search = _Search(formula, box, budget)
    return interval.UNBOUNDED if search.first() is not None else search.found[0]


def first_pole(formula: Formula, box: Sequence[Interval], *, budget: int = BUDGET) -> Formula | None:
    """Return the first subformula that may leave its domain or overflow in ``box`` though its arguments do not.

    None is a proof, up to rounding, that the formula is finite wherever each input is in its (low, high).
    Deeper ones come before the formulas that hold them, and left ones before right ones. ``budget`` is how many nodes
    may be bounded in cut boxes: more take longer and leave fewer alarms. Raises `FormulaError` for a box that is none.
    """
    search = _Search(formula, box, budget)
    position = search.first()
    return None if position is None else Formula(search.nodes[position : search.ends[position]])


class _Search:
    def __init__(self, formula: Formula, box: Sequence[Interval], budget: int) -> None:
        self.nodes = formula.nodes
        self.arguments = arguments_of(formula.nodes)
        self.box = checked_box(formula, box)
        self.ends = ends_of(self.arguments)
        self.found: dict[int, Interval] = {}
        """Bounds over the whole box, of the nodes seen so far."""
        _, self._kinds = numbered(formula)
        self._budget = budget

    def first(self) -> int | None:
        """Return the position of the first pole; bound all nodes before it."""
        for position in _left_to_right(self.arguments):
            bounds = self._bounds(position, self.found)
            if not interval.is_finite(bounds):
                looked_into = self._looked_into(position)
                if looked_into is None:
                    return position
                bounds = looked_into
            self.found[position] = bounds
        return None

    def _bounds(self, position: int, known: dict[int, Interval]) -> Interval:
        """Bound one node when bounds of its arguments are known."""
        node = self.nodes[position]
        if not isinstance(node, Operator):
            return self.box[node.index] if isinstance(node, Variable) else (node.value, node.value)
        parts = [known[argument] for argument in self.arguments[position]]
        if len(parts) == 2 and len({self._kinds[argument] for argument in self.arguments[position]}) == 1:
            return of_equal_arguments(node, parts[0])
        if node.name in DIVISORS:
            low, high = parts[DIVISORS[node.name]]
            slack = NEAR * max(abs(low), abs(high))
            if low - slack <= 0.0 <= high + slack:
                return interval.UNBOUNDED
        return node.bounds(*parts)

    def _looked_into(self, position: int) -> Interval | None:
        """Return the bounds of a subformula whose plain bounds are none; None where the alarm stays."""
        if self._has_a_pole_at_a_probe(position):
            return None
        for inner in _left_to_right(self.arguments, position)[:-1]:
            self._tighten(inner)
        axes, hull = self._axes(position), list[float]()
        pieces: list[Piece] = [{}]
        while pieces:
            piece = pieces.pop()
            found = self._over(piece, position)
            if found is None:
                continue
            if interval.is_finite(found):
                hull.extend(found)
                continue
            halves = _halves(piece, axes)
            if self._budget < 0 or not halves:
                return None
            pieces.extend(halves)
        return (min(hull), max(hull)) if hull else None

    def _tighten(self, position: int) -> None:
        """Narrow the bounds of a node whose two arguments share an input, by cutting where they are widest."""
        arguments = self.arguments[position]
        if self._budget < 0 or len(arguments) < 2 or not self._inputs[arguments[0]] & self._inputs[arguments[1]]:
            return
        axes = self._axes(position)
        pieces: list[tuple[Interval, Piece]] = [(self.found[position], {})]
        for count in range(CUTS):
            worst = min(range(len(pieces)), key=lambda i: pieces[i][0][0] if count % 2 else -pieces[i][0][1])
            halves = _halves(pieces[worst][1], axes)
            if not halves:
                break
            bounded = [(self._over(half, position), half) for half in halves]
            pieces[worst : worst + 1] = [(found, half) for found, half in bounded if found is not None]
            if not pieces:
                return
        self.found[position] = min(found[0] for found, _ in pieces), max(found[1] for found, _ in pieces)

    def _over(self, piece: Piece, position: int) -> Interval | None:
        """Bound a subformula over a piece of the box; None where the piece holds no point."""
        known: dict[int, Interval] = {}
        self._budget -= self.ends[position] - position
        for inner in range(self.ends[position] - 1, position - 1, -1):
            low, high = self._bounds(inner, known)
            for other in (self.found.get(inner), piece.get(self._kinds[inner])):
                if other is not None:
                    low, high = max(low, other[0]), min(high, other[1])
            if low > high:
                return None
            known[inner] = low, high
        return known[position]

    def _axes(self, position: int) -> Piece:
        """Return what to cut: the bounds of inputs and equal subformulas that occur several times.

        Any other input by itself makes no false alarm; where there are only such, they are cut.
        """
        inside = range(position + 1, self.ends[position])
        counts = Counter(self._kinds[inner] for inner in inside)
        several, once = Piece(), Piece()
        for outer in range(position, self.ends[position]):
            for inner in self.arguments[outer]:
                kind, (low, high) = self._kinds[inner], self.found[inner]
                if low == high:
                    continue
                if 1 < counts[kind] != counts[self._kinds[outer]]:  # it does not only occur as a part of ``outer``
                    several[kind] = low, high
                elif isinstance(self.nodes[inner], Variable):
                    once[kind] = low, high
        return several or once

    @cached_property
    def _inputs(self) -> list[int]:
        """The inputs of each subformula, as the bits of a number."""
        inputs = [1 << node.index if isinstance(node, Variable) else 0 for node in self.nodes]
        for position in range(len(inputs) - 1, -1, -1):
            for argument in self.arguments[position]:
                inputs[position] |= inputs[argument]
        return inputs

    def _has_a_pole_at_a_probe(self, position: int) -> bool:
        """Say whether a value is not finite, or a divisor changes its sign, at the corners or within the box."""
        X = in_box(self.box, PROBES, corners=slice(PROBES // 2))
        node = self.nodes[position]
        if not np.isfinite(Formula(self.nodes[position : self.ends[position]]).predict(X)).all():
            return True
        if not isinstance(node, Operator) or node.name not in DIVISORS:
            return False
        begin = self.arguments[position][DIVISORS[node.name]]
        divisor = Formula(self.nodes[begin : self.ends[begin]]).predict(X)
        return bool(divisor.min() < 0.0 < divisor.max())


def of_equal_arguments(operator: Operator, a: Interval) -> Interval:
    """Bound an operator of two arguments that are the same."""
    if operator.name == "mul":
        return interval.integer_power(a, 2)
    if operator.name == "sub":
        return (0.0, 0.0) if interval.is_finite(a) else a
    if operator.name == "div":
        return (1.0, 1.0) if interval.is_finite(interval.divide(a, a)) else interval.UNBOUNDED
    return operator.bounds(a, a)


def _left_to_right(arguments: Sequence[tuple[int, ...]], root: int = 0) -> list[int]:
    """Return the positions of a subformula, arguments before what they are arguments of, and left ones first."""
    order: list[int] = []
    pending = [root]
    while pending:
        position = pending.pop()
        order.append(position)
        pending.extend(arguments[position])
    return order[::-1]


def _halves(piece: Piece, axes: Piece) -> list[Piece]:
    """Cut a piece across its longest side, in parts of the whole; nothing where it is too small."""
    longest, share = -1, LEAST_WIDTH
    for kind, (low, high) in axes.items():
        side = piece.get(kind, axes[kind])
        if (side[1] - side[0]) / (high - low) > share:
            longest, share = kind, (side[1] - side[0]) / (high - low)
    if longest < 0:
        return []
    low, high = piece.get(longest, axes[longest])
    middle = low + (high - low) / 2.0
    return [{**piece, longest: half} for half in ((middle, high), (low, middle))]
