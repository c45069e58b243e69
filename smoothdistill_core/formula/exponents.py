"""`exponents_cleared`: a number before an exponential takes that in the exponent with it."""

from __future__ import annotations

import math

from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.rewriting.affine import tidied
from smoothdistill_core.formula.summands import INVERSE, Nodes, Term, outside_brackets, sum_of, term_of, terms_of

NEG, MUL, DIV, EXP = (OPERATORS[name] for name in ("neg", "mul", "div", "exp"))

LARGEST = 7.0
"""A larger number in an exponent stays: exp(0.07*(T - 300)) says more than 7.6e-10*exp(0.07*T)."""


def exponents_cleared(formula: Formula) -> Formula:
    """Return the formula with 0.99*a*exp(-b) in place of 190*a/exp(5.26 + b), for each such product."""

    def apply(operator: Operator, *parts: Nodes) -> Nodes:
        nodes = (operator, *(node for part in parts for node in part))
        return _cleared(nodes) if operator in (NEG, MUL, DIV) else nodes

    found = Formula(formula.fold(lambda leaf: (leaf,), apply))
    found = formula if found == formula else tidied(found)
    return found if found.complexity < formula.complexity else formula


def _cleared(product: Nodes) -> Nodes:
    number, factors = term_of(product)
    if abs(number) == 1.0:
        return product
    cleared = []
    for factor in factors:
        below = factor[0] is INVERSE
        exponential = factor[1:] if below else factor
        if exponential[0] is EXP:
            terms = _summands(exponential[1:])
            constant = sum(term.number for term in terms if not term.factors)
            moving = [Term(-term.number if below else term.number, term.factors) for term in terms if term.factors]
            if moving and constant and abs(constant) <= LARGEST:
                number *= math.exp(-constant if below else constant)
                factor = (EXP, *sum_of(moving))
        cleared.append(factor)
    return product if cleared == list(factors) else sum_of([Term(number, tuple(cleared))])


def _summands(argument: Nodes) -> list[Term]:
    """Return the summands of an argument: of 0.04*(x - 45) there are two."""
    found = []
    for term in terms_of(argument):
        number, inside = outside_brackets([term])
        found += [Term(number * inner.number, inner.factors) for inner in inside]
    return found
