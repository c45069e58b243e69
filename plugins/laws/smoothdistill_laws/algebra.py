"""`Algebra`: sums, products, powers, exponentials, logarithms and sines of canonical sums.

Powers and products of sums are multiplied out, exponentials and logarithms taken apart; all by rules that hold
wherever the points lie, with signs as the points show them. What is too large raises `TooLarge`.
"""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_laws.atoms import Atom, Atoms, Product, Sum, TooLarge

MOST_TERMS = 300
MOST_PRODUCTS = 30_000
"""So many products of two terms are formed in all, which takes some tenths of a second."""

MOST_EXPANDED = 12
"""The highest whole power of a sum that is multiplied out."""

CANCELLED = 1e-12
"""Like terms whose sum is smaller than this, relative to them, cancel: the rest is rounding."""

WHOLE = 1e-9
"""An exponent this near to a whole number is that number."""


class Algebra:
    """Works on sums over the same atoms; terms below ``negligible`` of a sum's spread are left out of arguments."""

    def __init__(self, atoms: Atoms, negligible: float) -> None:
        self.atoms = atoms
        self.negligible = negligible
        self._budget = MOST_PRODUCTS

    def add(self, a: Sum, b: Sum) -> Sum:
        """Return a + b."""
        total = dict(a)
        _accumulate(total, b)
        return total

    def scale(self, a: Sum, factor: float) -> Sum:
        """Return factor * a."""
        return {product: _finite(factor * coefficient) for product, coefficient in a.items()} if factor else {}

    def multiply(self, a: Sum, b: Sum) -> Sum:
        """Return a * b, multiplied out."""
        self._budget -= len(a) * len(b)
        if self._budget < 0:
            raise TooLarge
        total: Sum = {}
        for left, factor in a.items():
            for right, other in b.items():
                _accumulate(total, self._term(_merged(left, right), _finite(factor * other)))
            if len(total) > MOST_TERMS:
                raise TooLarge
        return total

    def power(self, base: Sum, exponent: float) -> Sum:
        """Return base ** exponent."""
        exponent = _tidy(exponent)
        if exponent == 0.0:
            return {(): 1.0}
        if not base:
            if exponent > 0.0:
                return {}
            raise TooLarge
        whole = exponent.is_integer()
        if len(base) == 1:
            ((product, coefficient),) = base.items()
            if whole or (coefficient > 0.0 and all(self.atoms.is_positive(number) for number, _ in product)):
                raised = tuple((number, _tidy(size * exponent)) for number, size in product)
                return self._term(raised, _power(coefficient, exponent))
        if whole and 0.0 < exponent <= MOST_EXPANDED:
            return self._expanded(base, int(exponent))
        factor, content, core = self.normalised(base, whole)
        raised = tuple((number, _tidy(size * exponent)) for number, size in content)
        number = self.atoms.number(Atom("sum", (core,), self.atoms.values(core)))
        if not whole and not self.atoms.is_positive(number):
            raise TooLarge
        return self._term(_merged(raised, ((number, exponent),)), _power(factor, exponent))

    def exp(self, a: Sum) -> Sum:
        """Return the exponential of a sum, as a product of one exponential a term; those of logarithms are powers."""
        found: Sum = {(): 1.0}
        for product, coefficient in self.pruned(a).items():
            if not product:
                factor: Sum = {(): _exp(coefficient)}
            elif len(product) == 1 and product[0][1] == 1.0 and self.atoms[product[0][0]].kind == "log":
                factor = self.power(self.atoms[product[0][0]].arguments[0], coefficient)
            else:
                number = self.atoms.number(Atom("exp", ({product: 1.0},), self.atoms.product_values(product)))
                factor = {((number, coefficient),): 1.0}
            found = self.multiply(found, factor)
        return found

    def log(self, a: Sum) -> Sum:
        """Return the logarithm of a sum, as the sum of the logarithms of its factors.

        What is left of the sum has coefficients of the geometric mean 1, so that no point decides the constant.
        """
        a = self.pruned(a)
        if self.atoms.sign(a) != 1:
            raise TooLarge
        factor, content, core = self.normalised(a, whole=False)
        mean = math.exp(sum(math.log(abs(coefficient)) for coefficient in core.values()) / len(core))
        factor, core = factor * mean, self.scale(core, 1.0 / mean)
        found: Sum = {(): math.log(factor)} if factor != 1.0 else {}
        for number, exponent in content:
            atom = self.atoms[number]
            if atom.kind == "exp":
                part = atom.arguments[0]
            else:
                part = self._logarithm(atom.arguments[0] if atom.kind == "sum" else {((number, 1.0),): 1.0})
            found = self.add(found, self.scale(part, exponent))
        return found if core == {(): 1.0} else self.add(found, self._logarithm(core))

    def sine(self, a: Sum, phase: float) -> Sum:
        """Return sin(a + phase); of all ways to write it, the one whose argument is positive at the first point."""
        a = self.pruned(a)
        phase += a.pop((), 0.0)
        if not a:
            return self.constant(math.sin(phase))
        sign = 1.0
        if self.atoms.values(a)[0] < 0.0:
            a, phase, sign = self.scale(a, -1.0), -phase, -1.0
        turns = math.floor(phase / math.pi + 0.25)  # sines and cosines lie well within
        phase -= turns * math.pi
        values = np.sin(self.atoms.values(a) + phase)
        number = self.atoms.number(Atom("sin", (a,), values, phase=phase))
        return {((number, 1.0),): sign * (-1.0 if turns % 2 else 1.0)}

    def constant(self, value: float) -> Sum:
        """Return a number as a sum."""
        return {(): _finite(value)} if value else {}

    def pruned(self, a: Sum) -> Sum:
        """Leave out the terms that are negligible beside the spread of a sum, or its size where it is constant."""
        if len(a) < 2:
            return dict(a)
        values = self.atoms.values(a)
        spread, size = float(np.ptp(values)), float(np.abs(values).max())
        least = self.negligible * (spread if spread > CANCELLED * size else size)
        sizes = {product: float(np.abs(self.atoms.product_values(product)).max()) for product in a}
        return {product: coefficient for product, coefficient in a.items() if abs(coefficient) * sizes[product] > least}

    def normalised(self, a: Sum, whole: bool) -> tuple[float, Product, Sum]:
        """Return factor, common factors and the rest, whose largest size is 1, and which is above 0 at the first point.

        Unless its power is ``whole``, only factors that are positive are taken out.
        """
        a = self.pruned(a)
        lowest: dict[int, float] = {}
        for number in {number for product in a for number, _ in product}:
            exponent = min(dict(product).get(number, 0.0) for product in a)
            if exponent and (whole or self.atoms.is_positive(number)):
                lowest[number] = exponent
        content = tuple(sorted(lowest.items()))
        inverse = tuple((number, -exponent) for number, exponent in content)
        core = {_merged(product, inverse): coefficient for product, coefficient in a.items()}
        values = self.atoms.values(core)
        factor = float(np.copysign(np.abs(values).max(), values[0]))
        if not values[0]:
            raise TooLarge
        return factor, content, self.scale(core, 1.0 / factor)

    def _logarithm(self, a: Sum) -> Sum:
        return {((self.atoms.number(Atom("log", (a,), np.log(self.atoms.values(a)))), 1.0),): 1.0}

    def _term(self, product: Product, coefficient: float) -> Sum:
        """Return a product with a coefficient, whole powers of sums in it multiplied out."""
        found: Sum = {tuple(pair for pair in product if not self._expands(*pair)): coefficient}
        for number, exponent in product:
            if self._expands(number, exponent):
                found = self.multiply(found, self._expanded(self.atoms[number].arguments[0], int(exponent)))
        return found

    def _expands(self, number: int, exponent: float) -> bool:
        return self.atoms[number].kind == "sum" and exponent.is_integer() and 0.0 < exponent <= MOST_EXPANDED

    def _expanded(self, base: Sum, exponent: int) -> Sum:
        found = base
        for _ in range(exponent - 1):
            found = self.multiply(found, base)
        return found


def _accumulate(total: Sum, added: Sum) -> None:
    """Add to a sum in its place."""
    for product, coefficient in added.items():
        before = total.get(product, 0.0)
        after = before + coefficient
        if abs(after) <= CANCELLED * max(abs(before), abs(coefficient)):
            total.pop(product, None)
        else:
            total[product] = _finite(after)


def _merged(a: Product, b: Product) -> Product:
    exponents = dict(a)
    for number, exponent in b:
        exponents[number] = _tidy(exponents.get(number, 0.0) + exponent)
    return tuple(sorted((number, exponent) for number, exponent in exponents.items() if exponent))


def _tidy(exponent: float) -> float:
    return float(round(exponent)) if abs(exponent - round(exponent)) < WHOLE else exponent


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise TooLarge
    return value


def _power(base: float, exponent: float) -> float:
    try:
        return _finite(math.pow(base, exponent))
    except (OverflowError, ValueError):
        raise TooLarge from None


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        raise TooLarge from None
