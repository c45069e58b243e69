"""`Matching`: whether two sums are the same term by term, their constants within a tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterator

from smoothdistill_laws.atoms import Atoms, Product, Sum

QUARTER_TURN = math.pi / 2


class Matching:
    """Compares sums over the same atoms; factors, exponents and inner constants may be ``tolerance`` off, relative."""

    def __init__(self, atoms: Atoms, tolerance: float) -> None:
        self._atoms = atoms
        self._tolerance = tolerance
        self._known: dict[tuple[int, int], bool] = {}

    def sums(self, a: Sum, b: Sum) -> bool:
        """Say whether each term of one has its own in the other (a perfect matching, by augmenting paths)."""
        beside = {*self._beside_logarithms(a, b), *self._beside_logarithms(b, a)}
        left = [term for term in a.items() if term[0] not in beside]
        right = [term for term in b.items() if term[0] not in beside]
        if len(left) != len(right):
            return False
        fits = [[place for place, other in enumerate(right) if self._terms(term, other)] for term in left]
        taken: dict[int, int] = {}

        def place(term: int, tried: set[int]) -> bool:
            for candidate in fits[term]:
                if candidate not in tried:
                    tried.add(candidate)
                    if candidate not in taken or place(taken[candidate], tried):
                        taken[candidate] = term
                        return True
            return False

        return all(fits) and all(place(term, set()) for term in range(len(left)))

    def _beside_logarithms(self, a: Sum, b: Sum) -> Iterator[Product]:
        """Yield the products that differ by no more than a factor within the logarithms of a sum makes of them."""
        for product, coefficient in a.items():
            for place, (number, exponent) in enumerate(product):
                rest = product[:place] + product[place + 1 :]
                if self._atoms[number].kind == "log" and exponent == 1.0:
                    apart = abs(a.get(rest, 0.0) - b.get(rest, 0.0))
                    if apart <= self._tolerance * abs(coefficient):
                        yield rest

    def _terms(self, a: tuple[Product, float], b: tuple[Product, float]) -> bool:
        return self._near(a[1], b[1]) and self._products(a[0], b[0])

    def _products(self, a: Product, b: Product) -> bool:
        if len(a) != len(b):
            return False
        if not a:
            return True
        (atom, exponent), rest = a[0], a[1:]
        return any(
            self._near(exponent, other_exponent)
            and self._same(atom, other)
            and self._products(rest, b[:place] + b[place + 1 :])
            for place, (other, other_exponent) in enumerate(b)
        )

    def _same(self, a: int, b: int) -> bool:
        if a == b:
            return True
        if (a, b) not in self._known:
            one, other = self._atoms[a], self._atoms[b]
            self._known[a, b] = (
                one.kind == other.kind != "input"
                and abs(one.phase - other.phase) <= self._tolerance * QUARTER_TURN
                and all(map(self.sums, one.arguments, other.arguments))
            )
        return self._known[a, b]

    def _near(self, a: float, b: float) -> bool:
        return abs(a - b) <= self._tolerance * max(abs(a), abs(b))
