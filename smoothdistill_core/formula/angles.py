"""Shorter forms of sines and cosines, whose numbers want to be fitted again, and phases of less than half a turn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

from smoothdistill_core.formula.evaluation import arguments_of, ends_of
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.summands import NEAR, Nodes, Term, outside_brackets, sum_of, sums_of, terms_of

ADD, SUB, MUL, NEG, SIN, COS = (OPERATORS[name] for name in ("add", "sub", "mul", "neg", "sin", "cos"))

QUARTER = math.pi / 2.0

HALF_TURN = math.pi * (1.0 + 1e-6)
"""The largest phase, and its rounding."""

NEAR_QUARTER = 0.3
"""A phase that is no farther from some quarters of a turn may be these."""

TURNED = ((SIN, 1.0), (COS, 1.0), (SIN, -1.0), (COS, -1.0))
"""The sine of an angle and of the angle after one, two and three quarters of a turn: a function and a sign."""


def angles_joined(formula: Formula) -> Iterator[Formula]:
    """Yield the formula with two summands joined to one, for each two that are what an addition theorem gives.

    sin(a) cos(b) and cos(a) sin(b) become sin(a + b) or sin(a - b), cos(a) cos(b) and sin(a) sin(b) become the cosine,
    and sin(a) and cos(a) one sine with a phase. What both have in common besides may be any factors. Numbers that are
    nearly the same are taken for the same: those of the formula want to be fitted again.
    """
    nodes = formula.nodes
    if SIN not in nodes and COS not in nodes:
        return
    for start, end in sums_of(nodes):
        terms = terms_of(nodes[start:end])
        waving = [place for place, term in enumerate(terms) if _waves(term)]
        for one, other in combinations(waving, 2):
            others = [term for place, term in enumerate(terms) if place not in (one, other)]
            for joined in (*_joined(terms[one], terms[other]), *_joined(terms[other], terms[one])):
                if not all(math.isfinite(term.number) for term in (joined, *others)):
                    continue
                yield Formula((*nodes[:start], *sum_of([joined, *others]), *nodes[end:]))


def phases_dropped(formula: Formula) -> Iterator[Formula]:
    """Yield the formula with a sine or cosine without its phase, for each whose phase is near some quarters of a turn.

    So sin(a - 3.1) becomes -sin(a), and cos(a - 1.6) becomes sin(a).
    """
    for place, end, angle in _angles(formula):
        quarters = round(angle.phase / QUARTER) if math.isfinite(angle.phase) else 0
        if angle.has_phase and abs(angle.phase - quarters * QUARTER) < NEAR_QUARTER:
            function, sign = TURNED[(quarters + (formula.nodes[place] == COS)) % len(TURNED)]
            yield _with(formula, place, end, (*(() if sign > 0.0 else (NEG,)), function, *angle.written(0.0)))


def phases_turned(formula: Formula) -> Formula:
    """Return the formula with phases of at most half a turn: sin(a - 30) becomes sin(a + 1.42)."""
    far = (each for each in _angles(formula) if each[2].has_phase and HALF_TURN < abs(each[2].phase) < math.inf)
    found = next(far, None)
    if found is None:
        return formula
    place, end, angle = found
    near = angle.written(math.remainder(angle.phase, 2.0 * math.pi))
    return phases_turned(_with(formula, place, end, (formula.nodes[place], *near)))


class _Angle(NamedTuple):
    """``number`` times a sum of some ``moving`` terms, plus a ``phase``."""

    number: float
    moving: Sequence[Term]
    phase: float
    has_phase: bool

    def written(self, phase: float) -> Nodes:
        """Return the angle with another phase."""
        terms = [*self.moving, *([Term(phase / self.number, ())] if phase else [])]
        return sum_of(terms) if self.number == 1.0 else (MUL, Constant(self.number), *sum_of(terms))


def _angles(formula: Formula) -> Iterator[tuple[int, int, _Angle]]:
    """Yield where each sine or cosine begins and ends, and its angle, where something in that moves."""
    nodes = formula.nodes
    if SIN not in nodes and COS not in nodes:
        return
    ends = ends_of(arguments_of(nodes))
    for place, node in enumerate(nodes):
        if node in (SIN, COS):
            number, terms = outside_brackets(terms_of(nodes[place + 1 : ends[place]]))
            moving = [term for term in terms if term.factors]
            phase = number * sum(term.number for term in terms if not term.factors)
            if moving:
                yield place, ends[place], _Angle(number, moving, phase, len(moving) < len(terms))


def _with(formula: Formula, place: int, end: int, part: Nodes) -> Formula:
    return Formula((*formula.nodes[:place], *part, *formula.nodes[end:]))


def _joined(one: Term, other: Term) -> Iterator[Term]:
    """Yield what two summands are together, the first having the sine, or the cosines, of the theorem."""
    for p in _waves(one):
        for q in _waves(other):
            sine, cosine = one.factors[p], other.factors[q]
            if (
                (sine[0], cosine[0]) == (SIN, COS)
                and _alike(sine[1:], cosine[1:])
                and _same(one.less(p), other.less(q))
            ):
                size, phase = math.hypot(one.number, other.number), math.atan2(other.number, one.number)
                yield Term(size, ((SIN, ADD, *sine[1:], Constant(phase)), *one.less(p)))
    same_sign = one.number * other.number > 0.0
    for p1, p2 in permutations(_waves(one), 2):
        for q1, q2 in permutations(_waves(other), 2):
            (f, *a), (g, *b) = one.factors[p1], one.factors[p2]
            (h, *c), (k, *d) = other.factors[q1], other.factors[q2]
            if not (_alike(a, c) and _alike(b, d) and _same(one.less(p1, p2), other.less(q1, q2))):
                continue
            if (f, g, h, k) == (SIN, COS, COS, SIN):
                yield Term(one.number, ((SIN, ADD if same_sign else SUB, *a, *b), *one.less(p1, p2)))
            elif (f, g, h, k) == (COS, COS, SIN, SIN) and p1 < p2:
                yield Term(one.number, ((COS, SUB if same_sign else ADD, *a, *b), *one.less(p1, p2)))


def _alike(one: Sequence[Node], other: Sequence[Node]) -> bool:
    """Say whether two parts are the same but for small differences of their numbers."""
    return len(one) == len(other) and all(map(_near, one, other))


def _near(one: Node, other: Node) -> bool:
    if isinstance(one, Constant) and isinstance(other, Constant):
        return abs(one.value - other.value) <= NEAR * max(abs(one.value), abs(other.value))
    return one == other


def _same(ones: Sequence[Nodes], others: Sequence[Nodes]) -> bool:
    """Say whether two products have the same factors, in whatever order."""
    left = list(others)
    for factor in ones:
        place = next((place for place, other in enumerate(left) if _alike(factor, other)), None)
        if place is None:
            return False
        del left[place]
    return not left


def _waves(term: Term) -> list[int]:
    """Return the places of the factors that are sines or cosines."""
    return [place for place, factor in enumerate(term.factors) if factor[0] in (SIN, COS)]
