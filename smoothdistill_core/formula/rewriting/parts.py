"""`Parts`: the distinct parts of a formula, each held once under a number, so that equal parts are one number."""

from __future__ import annotations

from typing import NamedTuple

from smoothdistill_core.formula.nodes import Constant, Variable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.ranges import interval

Powers = tuple[tuple[int, int], ...]
"""Numbers of parts with whole exponents above 0, sorted."""

SOMEWHERE = (-100.0, 100.0)

TOTAL = frozenset(
    operator for operator in OPERATORS.values() if interval.is_finite(operator.bounds(*[SOMEWHERE] * operator.arity))
)
"""The operators that have a value whatever their arguments are: no poles, no edges of a domain."""


class Call(NamedTuple):
    """An operator applied to parts."""

    operator: Operator
    arguments: tuple[int, ...]


class Product(NamedTuple):
    """A quotient of two products of powers."""

    above: Powers
    below: Powers


class Sum(NamedTuple):
    """Parts times factors, and a constant."""

    terms: tuple[tuple[int, float], ...]
    constant: float


Part = Variable | Constant | Call | Product | Sum


class Parts:
    """A table of parts; ``found[number]`` is the part of that number."""

    def __init__(self) -> None:
        self.found: list[Part] = []
        self._numbers: dict[Part, int] = {}
        self._total: list[bool] = []
        self._places: list[tuple[int, int]] = []

    def number(self, part: Part, place: int = 0) -> int:
        """Return the number of a part, which occurs at position ``place`` of the formula."""
        number = self._numbers.setdefault(part, len(self.found))
        if number == len(self.found):
            self.found.append(part)
            self._total.append(self._has_no_poles(part))
            self._places.append((1, place))
        self._places[number] = self._place(part, place)
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
            case Variable(index):
                return 0, index
            case Sum(terms, _):
                return min(self._places[number] for number, _ in terms)
            case _:
                return 1, place

    def _has_no_poles(self, part: Part) -> bool:
        match part:
            case Call(operator, arguments):
                return operator in TOTAL and all(map(self.is_total, arguments))
            case Product(above, below):
                return not below and all(self._total[number] for number, _ in above)
            case Sum(terms, _):
                return all(self._total[number] for number, _ in terms)
            case _:
                return True
