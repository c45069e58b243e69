"""`Piece`: a part of a written formula that stands on one line, so that a page of any width shows all of it.

A formula breaks before the signs of its sum; a term that is still too long, within its longest factors in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from smoothdistill_core.explanation import READABLE_DIGITS
from smoothdistill_core.exports.inputs import Input
from smoothdistill_core.exports.mathml import MINUS, TIMES, expression, word
from smoothdistill_core.formula import Constant, Formula, Operator, Variable, readable
from smoothdistill_core.formula.notation import needs_brackets, number
from smoothdistill_core.formula.operators.operator import CALL, PRODUCT, SUM
from smoothdistill_core.scaling import Scaling

LONGEST = 28
"""A part that is not wider than so many letters is not broken: so much of a formula fits the width of a telephone."""

ROUND = 13
"""What stands around such a part, a sign, a factor, a function and its brackets, may be so much wider."""

SMALL = 0.75
"""The width of a letter in an exponent."""

SIGNS = {sign: f'<mo form="infix">{drawn}</mo>' for sign, drawn in {"+": "+", "-": "−"}.items()}
"""The signs that lines begin with, as far from what follows as between two terms."""

MARKS = {"*": TIMES, "^2": "<msup><mrow></mrow><mn>2</mn></msup>", "^3": "<msup><mrow></mrow><mn>3</mn></msup>"}
"""What is typeset otherwise than it is written."""

WRITTEN = {"expm1": "(exp({0}) - 1)"}
"""What is typeset by a notation of its own, as `exports.mathml` has it."""


@dataclass(frozen=True)
class Piece:
    """What does not break, as text and as the content of a ``<math>`` element, which is so many letters wide."""

    text: str
    mathml: str
    width: float

    def __add__(self, other: Piece) -> Piece:
        mathml = other.mathml
        if mathml.startswith(MINUS):  # what follows an opening bracket is a sign, and stands close to its number
            mathml = f'<mo form="prefix">−</mo>{mathml.removeprefix(MINUS)}'
        return Piece(self.text + other.text, self.mathml + mathml, self.width + other.width)

    @property
    def fits(self) -> bool:
        """Whether it is short enough to be typeset; what is not, such as a very long name, breaks anywhere as text."""
        return self.width <= LONGEST + ROUND


def pieces(formula: Formula, scaling: Scaling) -> tuple[Piece, ...]:
    """Return the equation of a formula over the inputs of ``scaling``; raises `FormulaError` for one too deep."""
    name = readable(scaling.shown)
    target = Piece(f"{name} =", f"{word(scaling.shown.strip() or 'y')}<mo form='infix'>=</mo>", len(name) + 2)
    return (target, *_Writer(scaling).broken(formula))


class _Writer:
    """Writes parts of a formula with the names of its inputs."""

    def __init__(self, scaling: Scaling) -> None:
        self._names = scaling.names
        self._inputs = [Input(feature.name, feature.column, feature.category) for feature in scaling.features]

    def broken(self, formula: Formula) -> list[Piece]:
        """Return the pieces of a formula in their order."""
        node, width = formula.nodes[0], formula.fold(self._letters, _width)
        if width <= LONGEST or not isinstance(node, Operator):
            text = formula.text(self._names, READABLE_DIGITS)
            return [Piece(text, expression(formula, self._inputs), width)]
        if node.binding == SUM or node.name == "neg":
            return self._sum(formula)
        before, *between = re.split(r"\{[01]\}", WRITTEN.get(node.name, node.notation))
        found = [_mark(before)] if before else []
        after = ""
        for side, part in enumerate(formula.arguments):
            inside = self._within(part, node, side)
            leads = after in ("*", "/")  # a line begins with these, like with a sign
            found = _joined(found, [_mark(after) + inside[0], *inside[1:]] if leads else inside)
            after = between[side]
            found = _joined(found, [_mark(after)] if after not in ("", "*", "/") else [])
        return found

    def _letters(self, node: Variable | Constant) -> float:
        if isinstance(node, Variable):
            return len(self._names[node.index])
        return len(Formula((node,)).text(digits=READABLE_DIGITS))

    def _within(self, part: Formula, around: Operator, side: int) -> list[Piece]:
        """Return an argument, in brackets where the operator around it binds more tightly."""
        inside = self.broken(part)
        needed = around.binding != CALL and needs_brackets(around, side, (inside[0].text, _binding(part)))
        return _bracketed(inside) if needed else inside

    def _sum(self, formula: Formula) -> list[Piece]:
        found: list[Piece] = []
        for sign, term in _terms(formula):
            if _binding(term) != SUM and (opposite := _without_minus(term)) is not None:  # a + -2*b reads a - 2*b
                sign, term = "+" if sign == "-" else "-", opposite
            inside = self.broken(term)
            if _binding(term) == SUM:
                inside = _bracketed(inside)
            if not found and sign == "+":
                found = inside
                continue
            mark = Piece(f"{sign} ", SIGNS[sign], 2) if found else Piece(sign, MINUS, 1)
            found += [mark + inside[0], *inside[1:]]
        return found


def _terms(formula: Formula) -> Iterator[tuple[str, Formula]]:
    """Yield the terms of a sum with their signs; what is taken away as a whole stays one term."""
    stack = [("+", formula)]
    while stack:
        sign, part = stack.pop()
        node = part.nodes[0]
        name = node.name if isinstance(node, Operator) else ""
        if name == "neg":
            stack.append(("-" if sign == "+" else "+", part.arguments[0]))
        elif sign == "+" and name in ("add", "sub"):
            left, right = part.arguments
            stack += [("+" if name == "add" else "-", right), (sign, left)]
        else:
            yield sign, part


def _without_minus(term: Formula) -> Formula | None:
    """Return a term without the minus that it begins with; None where it begins with none."""
    node = term.nodes[0]
    if isinstance(node, Constant):
        return Formula.constant(-node.value) if node.value < 0.0 else None
    if not isinstance(node, Operator) or node.name not in ("neg", "mul", "div", "analytic_quotient"):
        return None
    first, *others = term.arguments
    if node.name == "neg":
        return first
    opposite = _without_minus(first)
    return None if opposite is None else Formula.apply(node.name, opposite, *others)


def _binding(formula: Formula) -> int:
    node = formula.nodes[0]
    if isinstance(node, Constant):
        return number(node.value, READABLE_DIGITS)[1]
    return node.binding if isinstance(node, Operator) else CALL


def _width(operator: Operator, *parts: float) -> float:
    """Return how many letters wide an operator is typeset, near enough: what stands above what takes no width."""
    if operator.name in ("div", "analytic_quotient"):
        return max(parts[0], parts[1] + 5 * (operator.name != "div"))
    if operator.name in ("exp", "inverse"):
        return max(SMALL * parts[0] + 1 if operator.name == "exp" else parts[0], 1)
    if operator.name in ("square", "cube", "pow"):
        return parts[0] + 2 + SMALL * (parts[1] if len(parts) > 1 else 1)
    around = len(re.sub(r"\{[01]\}", "", operator.notation))
    return around + sum(parts) + 2 * (operator.binding == PRODUCT)


def _mark(text: str) -> Piece:
    """Return what stands between the arguments of an operator."""
    return Piece(text, MARKS.get(text) or f"<mtext>{escape(text.strip().replace('-', '−'))}</mtext>", len(text))


def _bracketed(inside: Sequence[Piece]) -> list[Piece]:
    opening, closing = (Piece(mark, f'<mo stretchy="false">{mark}</mo>', 1) for mark in "()")
    return _joined(_joined([opening], inside), [closing])


def _joined(left: Sequence[Piece], right: Sequence[Piece]) -> list[Piece]:
    """Return both, one after the other; what meets there is one piece if that is short, or if one of it is a mark."""
    if not left or not right:
        return [*left, *right]
    together = left[-1] + right[0]
    if together.fits or min(left[-1].width, right[0].width) <= 3:
        return [*left[:-1], together, *right[1:]]
    return [*left, *right]
