"""`Algebra`: what operators do to weighted sums of parts: numbers move up and meet, like terms and factors merge."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from smoothdistill_core.formula.nodes import Constant, Variable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.protected import GUARD
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.rewriting.linear import Linear, cancelled, is_normal
from smoothdistill_core.formula.rewriting.parts import Parts, Powers, Product, Sum
from smoothdistill_core.formula.rewriting.powers import exponential, inverse_of_inverse, powers_met
from smoothdistill_core.formula.subformulas import Subformula

LONGEST = 64
"""A product of more factors is not merged with others: a deep formula would take quadratic time."""

ODD = ("sin", "tan", "asin", "atan", "sinh", "tanh", "cbrt")
"""The functions with f(-u) = -f(u)."""

EVEN = ("cos", "cosh")
"""The functions with f(-u) = f(u)."""

NAMED_POWERS = {-1.0: "inverse", 0.5: "sqrt", 2.0: "square", 3.0: "cube"}


class Algebra:
    """Applies operators to `Linear` forms over the parts of one table of `Parts`.

    ``place`` is the position in the formula that is being worked on; parts are written in this order.
    """

    def __init__(self) -> None:
        self.parts = Parts()
        self.place = 0
        self._centres: dict[int, float] = {}

    def input(self, variable: Variable, factor: float, centre: float, bracketed: bool) -> Linear:
        """Return factor * (input - centre); ``bracketed`` forbids to multiply the centre out."""
        number = self.parts.number(Subformula(variable))
        if centre and bracketed:
            number = self._bracketed(number, centre)
        elif centre:
            self._centres[number] = centre  # from here on the number stands for input - centre
        return Linear({number: factor})

    def apply(self, operator: Operator, arguments: Sequence[Linear]) -> Linear:
        """Return the operator applied to forms, which are used up."""
        if all(argument.is_constant for argument in arguments):
            with np.errstate(all="ignore"):
                value = float(operator.value(*(np.float64(argument.constant) for argument in arguments)))
            if math.isfinite(value):
                return Linear(offset=value)
        elif operator.name in RULES:
            found = RULES[operator.name](self, *arguments)
            if found is not None:
                return found
        return self._call(operator, *map(self._argument, arguments))

    def number(self, form: Linear) -> int:
        """Return the number of the part that is equal to a form."""
        terms, constant = self._multiplied_out(form.factors(), form.constant)
        if not terms:
            return self.parts.number(Subformula(Constant(constant)))
        if constant == 0.0 and list(terms.values()) == [1.0]:
            return next(iter(terms))
        return self.parts.number(Sum(tuple(sorted(terms.items())), constant), self.place)

    def _call(self, operator: Operator, *arguments: int, factor: float = 1.0) -> Linear:
        return Linear({self.parts.number(Subformula(operator, arguments), self.place): factor})

    def _bracketed(self, number: int, centre: float) -> int:
        return self.parts.number(Sum(((number, 1.0),), -centre), self.place)

    def _argument(self, form: Linear) -> int:
        """Return the number of an argument; a lone input with a centre reads 0.5*(x - 3) there."""
        if len(form.terms) == 1 and self._centres.keys() & form.terms.keys():
            form = self.times_part(*self._pulled(form))
        return self.number(form)

    def times_part(self, factor: float, number: int) -> Linear:
        """Return factor * part, where the part of an input is the input itself, not input - centre."""
        return Linear({number: factor}, factor * self._centres.get(number, 0.0))

    def _multiplied_out(self, factors: dict[int, float], offset: float) -> tuple[dict[int, float], float]:
        """Return factors and constant over the inputs themselves, in place of those without their centres."""
        centred = [number for number in factors if number in self._centres]
        shifts = [factors[number] * self._centres[number] for number in centred]
        constant = cancelled(offset - sum(shifts), sum(map(abs, shifts)))
        if math.isfinite(constant):
            return factors, constant
        brackets = {number: self._bracketed(number, self._centres[number]) for number in centred}
        return {brackets.get(number, number): factor for number, factor in factors.items()}, offset

    def _pulled(self, form: Linear, positive: bool = False) -> tuple[float, int]:
        """Return a factor that is not 0, and the part that gives the form when it is multiplied by it."""
        factors, offset = form.factors(), form.constant
        factor = self._common(factors, offset)
        factor = abs(factor) if positive else factor
        rest = Linear(factors, offset).over(factor)
        return (1.0, self.number(form)) if rest is None else (factor, self.number(rest))

    def _common(self, factors: dict[int, float], offset: float) -> float:
        """Return the factor that leaves a sum shortest when it is pulled out."""
        sizes = [abs(factor) for factor in factors.values() if factor]
        if not sizes:
            return 1.0
        if 1.0 in sizes:
            _, constant = self._multiplied_out(factors, offset)
            return -1.0 if constant == 0.0 and max(factors.values()) <= 0.0 else 1.0
        size = max(sizes, key=sizes.count) if len(sizes) <= LONGEST else sizes[0]
        first = min((number for number, factor in factors.items() if abs(factor) == size), key=self.parts.order)
        return factors[first]

    def product(self, factor: float, above: Sequence[Powers], below: Sequence[Powers]) -> Linear:
        """Return factor * product of the powers above / product of those below."""
        product = Product(_merged(above), _merged(below))
        if (met := powers_met(self, factor, product)) is not None:
            return met
        if product.above and product.above == ((product.above[0][0], 1),) and not product.below:
            return self.times_part(factor, product.above[0][0])
        return Linear({self.parts.number(product, self.place): factor})

    def _powers(self, number: int) -> Product:
        product = self.parts.powers(number)
        return product if len(product.above) + len(product.below) <= LONGEST else Product(((number, 1),), ())

    def _add(self, a: Linear, b: Linear) -> Linear | None:
        return a.plus(b, self.parts.is_total)

    def _subtract(self, a: Linear, b: Linear) -> Linear | None:
        found = self._add(a, b.negated())
        if found is None:
            b.negated()
        return found

    def _multiply(self, a: Linear, b: Linear) -> Linear | None:
        if a.is_constant or b.is_constant:
            form, factor = (b, a.constant) if a.is_constant else (a, b.constant)
            return form.times(factor, self.parts.is_total)
        (factor, first), (other, second) = self._pulled(a), self._pulled(b)
        if not is_normal(factor * other):
            return None
        left, right = self._powers(first), self._powers(second)
        return self.product(factor * other, (left.above, right.above), (left.below, right.below))

    def _divide(self, a: Linear, b: Linear) -> Linear | None:
        if b.is_constant:
            return a.over(b.constant) if b.constant else None
        divisor, second = self._pulled(b)
        if a.is_constant:
            factor, left = a.constant, Product((), ())
        else:
            factor, first = self._pulled(a)
            left = self._powers(first)
        if not is_normal(factor / divisor):
            return None
        right = self._powers(second)
        return self.product(factor / divisor, (left.above, right.below), (left.below, right.above))

    def _invert(self, a: Linear) -> Linear | None:
        return self._divide(Linear(offset=1.0), a)

    def _divide_guarded(self, a: Linear, b: Linear) -> Linear | None:
        if not b.is_constant:
            return None
        return self._divide(a, b) if abs(b.constant) > GUARD else Linear(offset=1.0)

    def _power(self, base: Linear, exponent: Linear) -> Linear | None:
        size = exponent.constant
        if not exponent.is_constant:
            return None
        if size in (0.0, 1.0):
            return base if size else Linear(offset=1.0)
        if size in NAMED_POWERS:
            return self.apply(OPERATORS[NAMED_POWERS[size]], [base])
        if size.is_integer() and 0.0 < size <= LONGEST:
            return self._raise(base, int(size))
        if (upright := inverse_of_inverse(self, base)) is not None:
            return self.apply(OPERATORS["pow"], [upright, Linear(offset=-size)])
        return self._scale_call(
            "pow", base, size, self.parts.number(Subformula(Constant(size))), positive=not size.is_integer()
        )

    def _raise(self, base: Linear, exponent: int) -> Linear | None:
        """Return base ** exponent for a whole exponent above 0; a single power takes it into its own."""
        factor, number = self._pulled(base)
        scale = _real_power(factor, exponent)
        if not is_normal(scale):
            return None
        product = self.parts.powers(number)
        powers = product.above + product.below
        if len(powers) > 1 or powers[0][1] * exponent > LONGEST:
            product = Product(((number, 1),), ())
        above, below = (tuple((part, size * exponent) for part, size in side) for side in product)
        return self.product(scale, (above,), (below,))

    def _scale_call(
        self, name: str, a: Linear, degree: float, *arguments: int, positive: bool = False
    ) -> Linear | None:
        """Return f(c*u) as c**degree * f(u); ``positive`` allows no negative c."""
        factor, number = self._pulled(a, positive)
        scale = _real_power(factor if positive or name == "pow" else abs(factor), degree)
        return self._call(OPERATORS[name], number, *arguments, factor=scale) if is_normal(scale) else None

    def _odd(self, a: Linear, name: str) -> Linear | None:
        """Return f(-u) as -f(u)."""
        return self._call(OPERATORS[name], self._argument(a.negated()), factor=-1.0) if self._is_negative(a) else None

    def _even(self, a: Linear, name: str) -> Linear | None:
        """Return f(-u) as f(u)."""
        return self._call(OPERATORS[name], self._argument(a.negated())) if self._is_negative(a) else None

    def _divide_smoothly(self, a: Linear, b: Linear) -> Linear | None:
        """Return c*u / sqrt(1 + v^2) with the factor c before it; the sign of v is none of its business."""
        factor, dividend = (a.constant, self.number(Linear(offset=1.0))) if a.is_constant else self._pulled(a)
        divisor = self._argument(b.negated() if self._is_negative(b) else b)
        return self._call(OPERATORS["analytic_quotient"], dividend, divisor, factor=factor)

    def _is_negative(self, form: Linear) -> bool:
        """Say whether a form is written with minus signs alone."""
        if len(form.terms) == 1 and self._centres.keys() & form.terms.keys():
            return min(form.factors().values()) < 0.0  # it reads -0.5*(x - 3)
        factors, constant = self._multiplied_out(form.factors(), form.constant)
        return constant <= 0.0 and max(factors.values(), default=0.0) <= 0.0 and not form.is_constant


def _merged(products: Sequence[Powers]) -> Powers:
    powers: dict[int, int] = {}
    for product in products:
        for number, exponent in product:
            powers[number] = powers.get(number, 0) + exponent
    return tuple(sorted(powers.items()))


def _real_power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


RULES: dict[str, Callable[..., Linear | None]] = {
    "add": Algebra._add,
    "sub": Algebra._subtract,
    "neg": lambda _, a: a.negated(),
    "mul": Algebra._multiply,
    "div": Algebra._divide,
    "protected_div": Algebra._divide_guarded,
    "inverse": Algebra._invert,
    "square": lambda self, a: self._raise(a, 2),
    "cube": lambda self, a: self._raise(a, 3),
    "pow": Algebra._power,
    "exp": exponential,
    "analytic_quotient": Algebra._divide_smoothly,
    **{name: partial(Algebra._odd, name=name) for name in ODD},
    **{name: partial(Algebra._even, name=name) for name in EVEN},
    "abs": lambda self, a: self._scale_call("abs", a, 1.0),
    "protected_sqrt": lambda self, a: self._scale_call("protected_sqrt", a, 0.5),
    "sqrt": lambda self, a: self._scale_call("sqrt", a, 0.5, positive=True),
}
"""What becomes of operators over weighted sums; a rule that gives None does not apply there."""
