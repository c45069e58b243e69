"""`shorter`: ever shorter formulas that compute the same, for as long as one listens.

A rewriting counts only where it is numerically equal, part by part: one that would move a pole is left out
alone, and takes nothing else with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from smoothdistill_core.exports.preparation_for_code import precomputed
from smoothdistill_core.formula import Formula, Node, Operator, Variable
from smoothdistill_core.formula.agreement import equal
from smoothdistill_core.simplification.conversion import to_expression, to_formula

Rewriting = Callable[[Any], Any]
Attempt = Callable[[Rewriting, Any], Any]
"""Calls a rewriting on an expression; may give up and return None."""

SIZES = (15, 30, 60, 120, 100_000)
"""Parts of up to so many nodes are rewritten first; algebra on larger ones takes much longer."""

FAMILIES = {"add": "sum", "sub": "sum", "neg": "sum", "mul": "product", "div": "product", "inverse": "product"}
"""Operators whose chains sympy rewrites at once, so that parts of a chain need not be tried."""


def shorter(formula: Formula, attempt: Attempt | None = None) -> Iterator[Formula]:
    """Yield formulas that compute the same as ``formula``, each shorter than the one before."""
    rewriting = _Rewriting(formula, attempt or (lambda rewriting, expression: rewriting(expression)))
    shortest = formula.complexity
    for found in rewriting.results():
        if found.complexity < shortest:
            shortest = found.complexity
            yield found


class _Rewriting:
    """The formula as it is rewritten; parts that sympy may not touch are hidden behind inputs of their own."""

    def __init__(self, formula: Formula, attempt: Attempt) -> None:
        self.formula = formula
        self.attempt = attempt
        self.first_hidden = max(formula.inputs, default=-1) + 1
        self.hidden: list[Formula] = []
        self.tried: set[tuple[Formula, Rewriting]] = set()

    def results(self) -> Iterator[Formula]:
        import sympy

        cheap: tuple[Rewriting, ...] = (_unchanged, sympy.factor_terms, sympy.cancel, sympy.factor)
        strong: tuple[Rewriting, ...] = (sympy.expand, sympy.powsimp, sympy.together, sympy.simplify)
        nodes = list(self._sound(precomputed(self.formula)).nodes)
        yield self._shown(nodes)
        for size in SIZES:
            for rewritings in (cheap, strong):
                length = len(nodes) + 1
                while len(nodes) < length:  # what became shorter may become so again
                    length = len(nodes)
                    for _ in self._pass(nodes, size, rewritings):
                        yield self._shown(nodes)

    def _pass(self, nodes: list[Node], size: int, rewritings: Sequence[Rewriting]) -> Iterator[None]:
        """Replace parts of ``nodes`` by shorter ones, arguments before what they are arguments of."""
        parents = _parents(nodes)
        for position in range(len(nodes) - 1, -1, -1):
            if not isinstance(nodes[position], Operator) or _continues(nodes, position, parents[position]):
                continue
            end = _end(nodes, position)
            if end - position <= size:
                part = Formula.from_prefix(nodes[position:end])
                best = self._best(part, rewritings)
                if best.complexity < part.complexity:
                    nodes[position:end] = best.nodes
                    yield

    def _best(self, part: Formula, rewritings: Sequence[Rewriting]) -> Formula:
        best = part
        for rewriting in rewritings:
            if (part, rewriting) not in self.tried:
                self.tried.add((part, rewriting))
                found = self._rewritten(part, rewriting)
                if found is not None and found.complexity < best.complexity:
                    best = found
        return best

    def _rewritten(self, part: Formula, rewriting: Rewriting) -> Formula | None:
        """Return an equal formula, or None where the rewriting gives none."""
        found = self.attempt(lambda whole: to_formula(rewriting(to_expression(whole))), part)
        return found if found is not None and equal(part, found) else None

    def _sound(self, formula: Formula) -> Formula:
        """Return the formula as sympy builds it, with hidden inputs for parts that it would build unequal."""
        found = self._rewritten(formula, _unchanged)
        if found is not None:
            return min(found, formula, key=lambda one: one.complexity)
        operator = formula.nodes[0]
        if not isinstance(operator, Operator):
            return formula
        arguments, begin = [], 1
        for _ in range(operator.arity):
            end = _end(formula.nodes, begin)
            arguments.append(self._sound(Formula.from_prefix(formula.nodes[begin:end])))
            begin = end
        rebuilt = Formula.apply(operator.name, *arguments)
        found = self._rewritten(rebuilt, _unchanged)
        if found is not None:
            return min(found, rebuilt, key=lambda one: one.complexity)
        self.hidden.append(rebuilt)
        return Formula.variable(self.first_hidden + len(self.hidden) - 1)

    def _shown(self, nodes: Sequence[Node]) -> Formula:
        """Put what is hidden back in its place."""
        shown = list(nodes)
        for number in range(len(self.hidden) - 1, -1, -1):
            stand_in = Variable(self.first_hidden + number)
            shown = [one for node in shown for one in (self.hidden[number].nodes if node == stand_in else (node,))]
        return Formula.from_prefix(shown)


def _unchanged(expression: Any) -> Any:
    """Leave it at what sympy makes of an expression when it builds it."""
    return expression


def _parents(nodes: Sequence[Node]) -> list[int]:
    parents = [-1] * len(nodes)
    stack: list[int] = []
    for position in range(len(nodes) - 1, -1, -1):
        node = nodes[position]
        if isinstance(node, Operator):
            for _ in range(node.arity):
                parents[stack.pop()] = position
        stack.append(position)
    return parents


def _continues(nodes: Sequence[Node], position: int, parent: int) -> bool:
    """Say whether a node only goes on with the sum or product of its parent."""
    family, above = (FAMILIES.get(getattr(nodes[at], "name", "")) for at in (position, parent))
    return parent >= 0 and family is not None and family == above


def _end(nodes: Sequence[Node], begin: int) -> int:
    """Return where the part that begins at ``begin`` ends."""
    missing, position = 1, begin
    while missing:
        node = nodes[position]
        missing += (node.arity if isinstance(node, Operator) else 0) - 1
        position += 1
    return position
