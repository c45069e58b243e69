"""`angles_joined` and `phases_dropped`: shorter forms of sines and cosines, whose numbers want to be fitted again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from smoothdistill_core.formula.evaluation import arguments_of, ends_of
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.summands import NEAR, Nodes, Term, sum_of, sums_of, terms_of

ADD, SUB, MUL, NEG, SIN, COS = (OPERATORS[name] for name in ("add", "sub", "mul", "neg", "sin", "cos"))

QUARTER = math.pi / 2.0

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
    nodes = formula.nodes
    if SIN not in nodes and COS not in nodes:
        return
    ends = ends_of(arguments_of(nodes))
    for place, node in enumerate(nodes):
        if node not in (SIN, COS):
            continue
        number, terms = _outside_brackets(terms_of(nodes[place + 1 : ends[place]]))
        moving = [term for term in terms if term.factors]
        phase = number * sum(term.number for term in terms if not term.factors)
        quarters = round(phase / QUARTER) if math.isfinite(phase) else 0
        if 0 < len(moving) < len(terms) and abs(phase - quarters * QUARTER) < NEAR_QUARTER:
            function, sign = TURNED[(quarters + (node == COS)) % len(TURNED)]
            angle = sum_of(moving) if number == 1.0 else (MUL, Constant(number), *sum_of(moving))
            yield Formula((*nodes[:place], *(() if sign > 0.0 else (NEG,)), function, *angle, *nodes[ends[place] :]))


def _outside_brackets(terms: Sequence[Term]) -> tuple[float, Sequence[Term]]:
    """Return the number that stands before the only bracket of a sum, and what is in it; 1 and the sum elsewhere."""
    if len(terms) != 1 or len(terms[0].factors) != 1 or terms[0].factors[0][0] not in (ADD, SUB):
        return 1.0, terms
    return terms[0].number, terms_of(terms[0].factors[0])


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
