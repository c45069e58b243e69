"""`logistics`: the logistic function in place of a hyperbolic tangent to which its height is added."""

from __future__ import annotations

from collections.abc import Iterator

from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.summands import NEAR, Term, sum_of, sums_of, terms_of

ADD, MUL, INVERSE, EXP, TANH = (OPERATORS[name] for name in ("add", "mul", "inverse", "exp", "tanh"))


def logistics(formula: Formula) -> Iterator[Formula]:
    """Yield the formula with 2 c / (1 + exp(-2 a)) in place of c + c tanh(a), for each sum that has these two.

    Numbers that are nearly the same are taken for the same: where they are not it computes something else.
    """
    nodes = formula.nodes
    if TANH not in nodes:
        return
    for start, end in sums_of(nodes):
        terms = terms_of(nodes[start:end])
        number = next((term.number for term in terms if not term.factors), 0.0)
        for term in terms:
            alone = len(term.factors) == 1 and term.factors[0][0] == TANH
            if number and alone and abs(abs(term.number) - abs(number)) <= NEAR * abs(number):
                steep = Constant(-2.0 if term.number * number > 0.0 else 2.0)
                below = (ADD, Constant(1.0), EXP, MUL, steep, *term.factors[0][1:])
                others = [other for other in terms if other.factors and other is not term]
                whole = [*others, Term(2.0 * number, ((INVERSE, *below),))]
                yield Formula((*nodes[:start], *sum_of(whole), *nodes[end:]))
