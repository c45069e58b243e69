"""How numbers are written for people: scores, p-values, durations; what is no number is a dash."""

from __future__ import annotations

import math

NOTHING = "–"
"""What stands where there is no number."""

MINUS = "−"


def number(value: float | None) -> str:
    """Write a score with three decimals, very large and very small ones with a power of ten.

    >>> number(0.4951), number(-1.5), number(0.00002), number(float("nan"))
    ('0.495', '−1.500', '2.0e−05', '–')
    """
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    small = 0 < abs(value) < 0.0005
    return (f"{value:.1e}" if small or abs(value) >= 1000 else f"{value:.3f}").replace("-", MINUS)


def quantity(value: float | None) -> str:
    """Write what is counted in units, such as an error, with three significant digits.

    >>> quantity(1234.5), quantity(27.44), quantity(0.012345), quantity(2.5e9), quantity(float("inf"))
    ('1,230', '27.4', '0.0123', '2.50e+09', '∞')
    """
    if value is None or not math.isfinite(value):
        return number(value)
    return three_digits(value).replace("-", MINUS)


def three_decimals(value: float) -> str:
    """Write a score like `number`, in letters that every terminal has.

    >>> three_decimals(0.9612), three_decimals(-27364.0), three_decimals(float("nan")), three_decimals(float("-inf"))
    ('0.961', '-2.7e+04', '-', '-inf')
    """
    if math.isnan(value):
        return "-"
    return f"{value:.3f}" if abs(value) < 1000 else f"{value:.1e}"


def three_digits(value: float) -> str:
    """Write a number with three significant digits, in letters that every terminal has.

    >>> three_digits(999.9), three_digits(-0.00012345), three_digits(0.0), three_digits(float("inf"))
    ('1,000', '-0.000123', '0', 'inf')
    """
    if math.isnan(value):
        return "-"
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}"
    digits, _, power = f"{value:.2e}".partition("e")
    if -4 <= int(power) < 6:
        return f"{float(f'{digits}e{power}'):,.{max(0, 2 - int(power))}f}"
    return f"{digits}e{power}"


def difference(value: float | None) -> str:
    """Write a difference like `number`, always with its sign."""
    text = number(value)
    return f"+{text}" if value is not None and value > 0 else text


def difference_in_units(value: float | None) -> str:
    """Write a difference like `quantity`, always with its sign."""
    text = quantity(value)
    return f"+{text}" if value is not None and value > 0 else text


def p_value(value: float | None) -> str:
    """Write a p-value with two significant digits, or say that it is below a ten thousandth."""
    if value is None:
        return NOTHING
    return "< 0.0001" if value < 0.0001 else f"{value:.2g}"


def p_equals(value: float | None) -> str:
    """Write a p-value for a sentence.

    >>> p_equals(0.0312), p_equals(1e-6)
    ('p = 0.031', 'p < 0.0001')
    """
    text = p_value(value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def count(value: float | None) -> str:
    """Write a whole number, or the mean of whole numbers without its decimals."""
    return NOTHING if value is None or not math.isfinite(value) else f"{value:.0f}"


def share(value: float | None) -> str:
    """Write a share between 0 and 1 as a percentage."""
    return NOTHING if value is None else f"{100 * value:.0f} %"


def duration(seconds: float | None) -> str:
    """Write a time as people say it.

    >>> duration(0.34), duration(75), duration(7330)
    ('0.3 s', '1 min 15 s', '2 h 2 min')
    """
    if seconds is None:
        return NOTHING
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def expected(seconds: float) -> str:
    """Write a time that nobody measured yet: no fractions of a second.

    >>> expected(0.34), expected(75)
    ('0 s', '1 min 15 s')
    """
    return duration(seconds) if seconds >= 10 else f"{seconds:.0f} s"


def plural(quantity: int, what: str, many: str | None = None) -> str:
    """Write a number of things.

    >>> plural(1, "seed"), plural(2, "seed")
    ('1 seed', '2 seeds')
    """
    return f"{quantity:,} {what if quantity == 1 else many or what + 's'}"
