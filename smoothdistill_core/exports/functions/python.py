"""Functions of one number that follow IEEE 754 where Python's own raise: nan outside the domain, inf on overflow."""

from __future__ import annotations

import math

from smoothdistill_core.exports.functions.categories import category_of


def is_category(value: object, category: str) -> float:
    """Return 1 for that category, 0 for another, and nan for a missing value."""
    found = category_of(value)
    return math.nan if found is None else float(category in (found, str(value)))


def divide(a: float, b: float) -> float:
    """Return a / b."""
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def inverse(a: float) -> float:
    """Return 1 / a."""
    return divide(1.0, a)


def square(a: float) -> float:
    """Return a squared."""
    return a * a


def cube(a: float) -> float:
    """Return the third power of a."""
    return a * a * a


def power(a: float, b: float) -> float:
    """Return a to the power of b."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        return math.inf if a == 0 else math.nan


def power_of_magnitude(a: float, b: float) -> float:
    """Return |a| to the power of b."""
    return power(abs(a), b)


def sqrt(a: float) -> float:
    """Return the square root of a."""
    return math.nan if a < 0 else math.sqrt(a)


def cbrt(a: float) -> float:
    """Return the cube root of a."""
    return math.copysign(abs(a) ** (1.0 / 3.0), a)


def analytic_quotient(a: float, b: float) -> float:
    """Return a / sqrt(1 + b * b)."""
    return a / math.sqrt(1.0 + b * b)


def sign(a: float) -> float:
    """Return -1, 0 or 1."""
    return a if math.isnan(a) else float((a > 0) - (a < 0))


def floor(a: float) -> float:
    """Return the greatest whole number that is not above a."""
    return float(math.floor(a)) if math.isfinite(a) else a


def ceil(a: float) -> float:
    """Return the least whole number that is not below a."""
    return float(math.ceil(a)) if math.isfinite(a) else a


def rounded(a: float) -> float:
    """Return the nearest whole number, the even one of two."""
    return float(round(a)) if math.isfinite(a) else a


def modulo(a: float, b: float) -> float:
    """Return the remainder of a / b with the sign of b."""
    return a % b if b != 0 else math.nan


def maximum(a: float, b: float) -> float:
    """Return the greater number."""
    return a if a >= b or math.isnan(a) else b


def minimum(a: float, b: float) -> float:
    """Return the lesser number."""
    return a if a <= b or math.isnan(a) else b


def greater(a: float, b: float) -> float:
    """Return 1 where a > b, and 0 elsewhere."""
    return 1.0 if a > b else 0.0


def exp(a: float) -> float:
    """Return e to the power of a."""
    try:
        return math.exp(a)
    except OverflowError:
        return math.inf


def expm1(a: float) -> float:
    """Return exp(a) - 1."""
    try:
        return math.expm1(a)
    except OverflowError:
        return math.inf


def log(a: float) -> float:
    """Return the natural logarithm of a."""
    if a <= 0:
        return -math.inf if a == 0 else math.nan
    return math.log(a)


def log2(a: float) -> float:
    """Return the logarithm of a to the base of 2."""
    return math.log2(a) if a > 0 else log(a)


def log10(a: float) -> float:
    """Return the logarithm of a to the base of 10."""
    return math.log10(a) if a > 0 else log(a)


def log1p(a: float) -> float:
    """Return log(1 + a)."""
    return math.log1p(a) if a > -1 else log(1.0 + a)


def log_of_magnitude(a: float) -> float:
    """Return log(|a|)."""
    return log(abs(a))


def sin(a: float) -> float:
    """Return the sine of a."""
    return math.nan if math.isinf(a) else math.sin(a)


def cos(a: float) -> float:
    """Return the cosine of a."""
    return math.nan if math.isinf(a) else math.cos(a)


def tan(a: float) -> float:
    """Return the tangent of a."""
    return math.nan if math.isinf(a) else math.tan(a)


def asin(a: float) -> float:
    """Return the angle in [-pi/2, pi/2] whose sine is a."""
    return math.asin(a) if abs(a) <= 1 else math.nan


def acos(a: float) -> float:
    """Return the angle in [0, pi] whose cosine is a."""
    return math.acos(a) if abs(a) <= 1 else math.nan


def sinh(a: float) -> float:
    """Return the hyperbolic sine of a."""
    try:
        return math.sinh(a)
    except OverflowError:
        return math.copysign(math.inf, a)


def cosh(a: float) -> float:
    """Return the hyperbolic cosine of a."""
    try:
        return math.cosh(a)
    except OverflowError:
        return math.inf


def acosh(a: float) -> float:
    """Return the number that is not negative and whose hyperbolic cosine is a."""
    return math.acosh(a) if a >= 1 else math.nan


def atanh(a: float) -> float:
    """Return the number whose hyperbolic tangent is a."""
    if abs(a) >= 1:
        return math.copysign(math.inf, a) if abs(a) == 1 else math.nan
    return math.atanh(a)


def gamma(a: float) -> float:
    """Return the gamma function of a."""
    if a == 0:
        return math.copysign(math.inf, a)
    try:
        return math.gamma(a)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def protected_div(a: float, b: float) -> float:
    """Return a / b, and 1 where |b| <= 0.001."""
    return a / b if abs(b) > 0.001 else 1.0


def protected_sqrt(a: float) -> float:
    """Return sqrt(|a|)."""
    return math.sqrt(abs(a))


def protected_log(a: float) -> float:
    """Return log(|a|), and 0 where |a| <= 0.001."""
    return math.log(abs(a)) if abs(a) > 0.001 else 0.0


def protected_inverse(a: float) -> float:
    """Return 1 / a, and 0 where |a| <= 0.001."""
    return 1.0 / a if abs(a) > 0.001 else 0.0
