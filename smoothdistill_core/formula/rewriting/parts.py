"""`Parts`: what formulas are rewritten as: subformulas, products and sums, and what is known of each."""

from __future__ import annotations

from typing import NamedTuple

from smoothdistill_core.formula.nodes import Variable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.subformulas import Numbering, Subformula

Powers = tuple[tuple[int, int], ...]
"""Numbers of parts with whole exponents above 0, sorted."""

SOMEWHERE = (-100.0, 100.0)

TOTAL = frozenset(
    operator for operator in OPERATORS.values() if interval.is_finite(operator.bounds(*[SOMEWHERE] * operator.arity))
)
"""The operators that have a value whatever their arguments are: no poles, no edges of a domain."""


class Product(NamedTuple):
    """A quotient of two products of powers."""

    above: Powers
    below: Powers


class Sum(NamedTuple):
    """Parts times factors, and a constant."""

    terms: tuple[tuple[int, float], ...]
    constant: float


Part = Subformula | Product | Sum


class Parts(Numbering[Part]):
    """A table of parts; ``found[number]`` is the part of that number."""

    def __init__(self) -> None:
        super().__init__()
        self._total: list[bool] = []
        self._places: list[tuple[int, int]] = []

    def number(self, one: Part, place: int = 0) -> int:
        """Return the number of a part, which occurs at position ``place`` of the formula."""
        number = super().number(one)
        if number == len(self._total):
            self._total.append(self._has_no_poles(one))
            self._places.append((1, place))
        self._places[number] = self._place(one, place)
        return number

    def is_total(self, number: int) -> bool:
        """Say whether a part has a value whatever the inputs are (huge ones may overflow)."""
        return self._total[number]

    def order(self, number: int) -> tuple[int, int]:
        """Return what sorts parts for reading: inputs and their sums by number, then the others as they came."""
        return self._places[number]

    def powers(self, number: int) -> Product:
        """Return a part as a product."""
        part = self.found[number]
        return part if isinstance(part, Product) else Product(((number, 1),), ())

    def _place(self, part: Part, place: int) -> tuple[int, int]:
        match part:
            case Subformula(Variable(index)):
                return 0, index
            case Sum(terms, _):
                return min(self._places[number] for number, _ in terms)
            case _:
                return 1, place

    def _has_no_poles(self, part: Part) -> bool:
        match part:
            case Subformula(Operator() as operator, arguments):
                return operator in TOTAL and all(map(self.is_total, arguments))
            case Product(above, below):
                return not below and all(self._total[number] for number, _ in above)
            case Sum(terms, _):
                return all(self._total[number] for number, _ in terms)
            case _:
                return True
