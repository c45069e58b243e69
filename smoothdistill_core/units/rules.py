"""What each operator demands of the units of its arguments, and which unit it gives.

A guard of a protected operator looks at a number, whatever its unit: it is a safeguard of the search and no part of the
law, so that a protected division is a division here.
"""

from __future__ import annotations

from fractions import Fraction

SHARED = frozenset({"add", "sub", "max", "min", "mod"})
"""The arguments have one unit, and the result has it too."""

POWERS = {
    **{"neg": Fraction(1), "abs": Fraction(1), "square": Fraction(2), "cube": Fraction(3)},
    **{"inverse": Fraction(-1), "sqrt": Fraction(1, 2), "cbrt": Fraction(1, 3)},
    **{"protected_inverse": Fraction(-1), "protected_sqrt": Fraction(1, 2)},
}
"""The unit of the result is this power of the argument's."""

PRODUCTS = {"mul": Fraction(1), "div": Fraction(-1), "protected_div": Fraction(-1)}
"""The unit of the result is that of the first argument, times this power of that of the second."""

RAISED = frozenset({"pow", "pow_abs"})
"""The exponent is a plain number; the base is one too, unless the exponent is a simple fraction."""

FIRST = frozenset({"analytic_quotient"})
"""The second argument is a plain number, as 1 is added to its square; the result has the unit of the first."""

COMPARED = frozenset({"greater"})
"""The arguments have one unit; the result is a plain number."""

FREE = frozenset({"sign"})
"""The argument may have any unit; the result is a plain number."""

NUMBERS = frozenset(
    {
        *("floor", "ceil", "round", "exp", "expm1", "log", "log2", "log10", "log1p", "log_abs", "protected_log"),
        *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
        *("erf", "gamma"),
    }
)
"""The argument is a plain number, and so is the result."""

LARGEST_DENOMINATOR = 6
"""Units are raised to whole numbers, halves, thirds and so on up to sixths."""

FEWEST_DIGITS = 3
"""A third may be written as 0.333, with so many significant digits."""


def simple_fraction(exponent: float) -> Fraction | None:
    """Return the simple fraction that an exponent is, or is a rounding of; None where it is neither."""
    fraction = Fraction(exponent).limit_denominator(LARGEST_DENOMINATOR)
    digits = len(f"{abs(exponent):.15g}".replace(".", "").lstrip("0"))
    near = f"{float(fraction):.{digits}g}" == f"{exponent:.{digits}g}" and digits >= FEWEST_DIGITS
    return fraction if near or float(fraction) == exponent else None
