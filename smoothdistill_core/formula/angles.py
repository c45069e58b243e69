"""`angles_joined` and `phases_dropped`: shorter forms of sines and cosines, whose numbers want to be fitted again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

from smoothdistill_core.formula.evaluation import arguments_of, ends_of, parts_of
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS

ADD, SUB, MUL, DIV, NEG, INVERSE, SIN, COS = (
    OPERATORS[name] for name in ("add", "sub", "mul", "div", "neg", "inverse", "sin", "cos")
)

NEAR = 0.05
"""Two numbers that differ by less than this share are the same one, found twice."""

QUARTER = math.pi / 2.0

NEAR_QUARTER = 0.3
"""A phase that is no farther from some quarters of a turn may be these."""

TURNED = ((SIN, 1.0), (COS, 1.0), (SIN, -1.0), (COS, -1.0))
"""The sine of an angle and of the angle after one, two and three quarters of a turn: a function and a sign."""

Nodes = tuple[Node, ...]


class Term(NamedTuple):
    """A summand: a number times factors."""

    number: float
    factors: tuple[Nodes, ...]

    @property
    def waves(self) -> list[int]:
        """The places of the factors that are sines or cosines."""
        return [place for place, factor in enumerate(self.factors) if factor[0] in (SIN, COS)]

    def less(self, *places: int) -> tuple[Nodes, ...]:
        """Return the factors but those at some places."""
        return tuple(factor for place, factor in enumerate(self.factors) if place not in places)


def angles_joined(formula: Formula) -> Iterator[Formula]:
    """Yield the formula with two summands joined to one, for each two that are what an addition theorem gives.

    sin(a) cos(b) and cos(a) sin(b) become sin(a + b) or sin(a - b), cos(a) cos(b) and sin(a) sin(b) become the cosine,
    and sin(a) and cos(a) one sine with a phase. What both have in common besides may be any factors. Numbers that are
    nearly the same are taken for the same: those of the formula want to be fitted again.
    """
    nodes = formula.nodes
    if SIN not in nodes and COS not in nodes:
        return
    for start, end in _sums(nodes):
        terms = _terms(nodes[start:end])
        waving = [place for place, term in enumerate(terms) if term.waves]
        for one, other in combinations(waving, 2):
            others = [term for place, term in enumerate(terms) if place not in (one, other)]
            for joined in (*_joined(terms[one], terms[other]), *_joined(terms[other], terms[one])):
                if not all(math.isfinite(term.number) for term in (joined, *others)):
                    continue
                yield Formula((*nodes[:start], *_sum([joined, *others]), *nodes[end:]))


def phases_dropped(formula: Formula) -> Iterator[Formula]:
    """Yield the formula with a sine or cosine without its phase, for each whose phase is near some quarters of a turn.

    So sin(a - 3.1) becomes -sin(a), and cos(a - 1.6) becomes sin(a).
    """
    nodes = formula.nodes
    if SIN not in nodes and COS not in nodes:
        return
    ends = ends_of(arguments_of(nodes))
    for place, node in enumerate(nodes):
        if node not in (SIN, COS):
            continue
        number, terms = _outside_brackets(_terms(nodes[place + 1 : ends[place]]))
        moving = [term for term in terms if term.factors]
        phase = number * sum(term.number for term in terms if not term.factors)
        quarters = round(phase / QUARTER) if math.isfinite(phase) else 0
        if 0 < len(moving) < len(terms) and abs(phase - quarters * QUARTER) < NEAR_QUARTER:
            function, sign = TURNED[(quarters + (node == COS)) % len(TURNED)]
            angle = _sum(moving) if number == 1.0 else (MUL, Constant(number), *_sum(moving))
            yield Formula((*nodes[:place], *(() if sign > 0.0 else (NEG,)), function, *angle, *nodes[ends[place] :]))


def _outside_brackets(terms: Sequence[Term]) -> tuple[float, Sequence[Term]]:
    """Return the number that stands before the only bracket of a sum, and what is in it; 1 and the sum elsewhere."""
    if len(terms) != 1 or len(terms[0].factors) != 1 or terms[0].factors[0][0] not in (ADD, SUB):
        return 1.0, terms
    return terms[0].number, _terms(terms[0].factors[0])


def _joined(one: Term, other: Term) -> Iterator[Term]:
    """Yield what two summands are together, the first having the sine, or the cosines, of the theorem."""
    for p in one.waves:
        for q in other.waves:
            sine, cosine = one.factors[p], other.factors[q]
            if (
                (sine[0], cosine[0]) == (SIN, COS)
                and _alike(sine[1:], cosine[1:])
                and _same(one.less(p), other.less(q))
            ):
                size, phase = math.hypot(one.number, other.number), math.atan2(other.number, one.number)
                yield Term(size, ((SIN, ADD, *sine[1:], Constant(phase)), *one.less(p)))
    same_sign = one.number * other.number > 0.0
    for p1, p2 in permutations(one.waves, 2):
        for q1, q2 in permutations(other.waves, 2):
            (f, *a), (g, *b) = one.factors[p1], one.factors[p2]
            (h, *c), (k, *d) = other.factors[q1], other.factors[q2]
            if not (_alike(a, c) and _alike(b, d) and _same(one.less(p1, p2), other.less(q1, q2))):
                continue
            if (f, g, h, k) == (SIN, COS, COS, SIN):
                yield Term(one.number, ((SIN, ADD if same_sign else SUB, *a, *b), *one.less(p1, p2)))
            elif (f, g, h, k) == (COS, COS, SIN, SIN) and p1 < p2:
                yield Term(one.number, ((COS, SUB if same_sign else ADD, *a, *b), *one.less(p1, p2)))


def _sums(nodes: Nodes) -> Iterator[tuple[int, int]]:
    """Yield where each sum begins and ends that is not a part of a larger one."""
    arguments = arguments_of(nodes)
    ends = ends_of(arguments)
    inside = {part for place, parts in enumerate(arguments) if nodes[place] in (ADD, SUB) for part in parts}
    yield from ((place, ends[place]) for place, node in enumerate(nodes) if node in (ADD, SUB) and place not in inside)


def _terms(nodes: Nodes) -> list[Term]:
    """Return the summands of a sum, in their order."""
    found, left = [], [(nodes, 1.0)]
    while left:
        part, sign = left.pop()
        if part[0] in (ADD, SUB):
            first, second = parts_of(part)
            left += [(second, sign if part[0] == ADD else -sign), (first, sign)]
        else:
            found.append(_term(part, sign))
    return found


def _term(nodes: Nodes, number: float) -> Term:
    """Return a product, times a number, as a summand."""
    factors, left = [], [nodes]
    while left:
        part = left.pop()
        match part[0]:
            case Constant(value):
                number *= value
            case Operator("mul"):
                first, second = parts_of(part)
                left += [second, first]
            case Operator("neg"):
                number = -number
                left.append(part[1:])
            case Operator("div"):
                dividend, divisor = parts_of(part)
                factors.append((INVERSE, *divisor))
                left.append(dividend)
            case _:
                factors.append(part)
    return Term(number, tuple(factors))


def _sum(terms: Sequence[Term]) -> Nodes:
    """Return the sum of summands."""
    whole: Nodes = ()
    for number, factors in reversed(terms):
        parts = [*([(Constant(number),)] if number != 1.0 or not factors else []), *factors]
        product = parts[-1]
        for part in reversed(parts[:-1]):
            product = (MUL, *part, *product)
        whole = (ADD, *product, *whole) if whole else product
    return whole


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
