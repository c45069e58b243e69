"""`Linear`: a weighted sum of parts and an offset, the form in which rewriting carries every value."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

ROUNDING = 8 * sys.float_info.epsilon


@dataclass(slots=True)
class Linear:
    """``sign * (offset + sum(factor * part))`` over numbered parts.

    The operations use up the forms that go into them. They return None, and leave these as they were, where
    a number would overflow or lose digits to underflow. ``is_total`` says whether a part has a value
    everywhere: only such a part goes when its factor becomes 0, since log(x) - log(x) is 0 only where x > 0.
    """

    terms: dict[int, float] = field(default_factory=dict)
    offset: float = 0.0
    sign: float = 1.0

    @property
    def is_constant(self) -> bool:
        """Say whether there are no parts."""
        return not self.terms

    @property
    def constant(self) -> float:
        """The offset with its sign."""
        return self.sign * self.offset + 0.0  # not -0.0

    def factors(self) -> dict[int, float]:
        """Return the factor of each part with its sign."""
        return self.terms if self.sign > 0.0 else {number: -factor for number, factor in self.terms.items()}

    def negated(self) -> Linear:
        """Return the negative, however many parts there are at the same cost."""
        self.sign = -self.sign
        return self

    def plus(self, other: Linear, is_total: Callable[[int], bool]) -> Linear | None:
        """Return the sum, in which equal parts merge; the shorter form goes into the longer."""
        small, large = sorted((self, other), key=lambda form: len(form.terms))
        sign = small.sign * large.sign
        merged = {
            number: cancelled(large.terms.get(number, 0.0) + sign * factor, factor)
            for number, factor in small.terms.items()
        }
        offset = cancelled(large.offset + sign * small.offset, small.offset)
        if not (math.isfinite(offset) and all(map(math.isfinite, merged.values()))):
            return None
        large.terms.update(merged)
        large.offset = offset
        large._drop(merged, is_total)
        return large

    def times(self, factor: float, is_total: Callable[[int], bool]) -> Linear | None:
        """Return the product with a constant."""
        product = self._each(lambda value: value * factor)
        if factor == 0.0:
            product._drop(list(product.terms), is_total)
            return product
        return product if product._kept_its_digits(self) else None

    def over(self, divisor: float) -> Linear | None:
        """Return the quotient by a constant that is not 0."""
        quotient = self._each(lambda value: value / divisor)
        return quotient if quotient._kept_its_digits(self) else None

    def _each(self, change: Callable[[float], float]) -> Linear:
        return Linear({number: change(factor) for number, factor in self.terms.items()}, change(self.offset), self.sign)

    def _kept_its_digits(self, before: Linear) -> bool:
        pairs = [(before.offset, self.offset), *zip(before.terms.values(), self.terms.values(), strict=True)]
        return all(is_normal(new) or old == 0.0 for old, new in pairs)

    def _drop(self, numbers: Iterable[int], is_total: Callable[[int], bool]) -> None:
        for number in numbers:
            if self.terms[number] == 0.0:
                self.terms[number] = 0.0  # not -0.0
                if is_total(number):
                    del self.terms[number]


def cancelled(total: float, size: float) -> float:
    """Return a sum of numbers of this size; 0 where they cancel and all that is left is their rounding."""
    return 0.0 if abs(total) <= ROUNDING * abs(size) else total


def is_normal(value: float) -> bool:
    """Say whether a number has all its digits: it is finite, and neither 0 nor next to it."""
    return sys.float_info.min <= abs(value) <= sys.float_info.max
