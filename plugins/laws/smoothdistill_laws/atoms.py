"""`Atoms`: what products and sums are made of, told apart by their values at the same points.

A product is a tuple of (atom, exponent), a sum maps products to coefficients. Two atoms of one kind with equal
values are one and the same, so that like terms meet whatever way they were written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Product = tuple[tuple[int, float], ...]
"""Atoms, by number and in this order, and their exponents, none 0."""

Sum = dict[Product, float]
"""A sum of products with coefficients, none 0; the product () is 1."""

SAME = 1e-9
"""Values that differ by less than this, relative to their size, are the same."""

MOST_ATOMS = 200


class TooLarge(Exception):  # noqa: N818 it is no error, the question stays open
    """A form has more terms or atoms than are worth the time, or no value at some point."""


@dataclass(frozen=True, eq=False)
class Atom:
    """An input, or a function of sums that does not come apart.

    ``kind`` is "input", "exp" (of a product, held as its logarithm in ``values``), "sum" (the base of a power),
    "sin" (of its argument plus ``phase``) or the name of an operator; ``values`` (n,) are those at the points.
    """

    kind: str
    arguments: tuple[Sum, ...]
    values: Array
    index: int = -1
    phase: float = 0.0


class Atoms:
    """The atoms of several formulas over the same points (n, d)."""

    def __init__(self, X: Array) -> None:
        self.X = X
        self._atoms: list[Atom] = []

    def __getitem__(self, number: int) -> Atom:
        return self._atoms[number]

    def number(self, atom: Atom) -> int:
        """Return the number of an atom, a known one where its values are the same."""
        size = SAME * float(np.abs(atom.values).max())
        if not np.isfinite(size):
            raise TooLarge
        for number, known in enumerate(self._atoms):
            if (known.kind, known.index) == (atom.kind, atom.index) and np.abs(
                known.values - atom.values
            ).max() <= size:
                return number
        if len(self._atoms) == MOST_ATOMS:
            raise TooLarge
        self._atoms.append(atom)
        return len(self._atoms) - 1

    def input(self, index: int) -> Sum:
        """Return an input as a sum."""
        return {((self.number(Atom("input", (), self.X[:, index], index)), 1.0),): 1.0}

    def is_positive(self, number: int) -> bool:
        """Say whether an atom is above 0 at all points."""
        atom = self._atoms[number]
        return atom.kind == "exp" or bool((atom.values > 0.0).all())

    def product_values(self, product: Product) -> Array:
        """Return the values (n,) of a product."""
        logarithm, values = np.zeros(len(self.X)), np.ones(len(self.X))
        with np.errstate(all="ignore"):
            for number, exponent in product:
                atom = self._atoms[number]
                if atom.kind == "exp":
                    logarithm += exponent * atom.values
                else:
                    values *= np.power(atom.values, exponent)
            values *= np.exp(logarithm)
        if not np.isfinite(values).all():
            raise TooLarge
        return values

    def values(self, form: Sum) -> Array:
        """Return the values (n,) of a sum."""
        total = np.zeros(len(self.X))
        with np.errstate(over="ignore", invalid="ignore"):
            for product, coefficient in form.items():
                total += coefficient * self.product_values(product)
        if not np.isfinite(total).all():
            raise TooLarge
        return total

    def sign(self, form: Sum) -> int:
        """Return 1 or -1 where a sum has that sign at all points, else 0."""
        values = self.values(form)
        return 1 if (values > 0.0).all() else -1 if (values < 0.0).all() else 0
