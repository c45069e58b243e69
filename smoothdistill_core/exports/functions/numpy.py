"""Functions over arrays that numpy lacks, or that guard."""

# mypy: disable-error-code="no-any-return,type-arg"
from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.exports.functions.categories import category_of


def is_category(column: object, category: str) -> np.ndarray:
    """Return 1 where a column has that category, 0 where it has another, and nan where it has none."""
    values = np.asarray(column, dtype=object)
    names = [(category_of(value), str(value)) for value in values.ravel()]
    return np.array([np.nan if each[0] is None else float(category in each) for each in names]).reshape(values.shape)


def inverse(a: np.ndarray) -> np.ndarray:
    """Return 1 / a."""
    return 1.0 / a


def cube(a: np.ndarray) -> np.ndarray:
    """Return the third power of a."""
    return a * a * a


def analytic_quotient(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a / sqrt(1 + b * b)."""
    return a / np.sqrt(1.0 + b * b)


def greater(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return 1 where a > b, and 0 elsewhere."""
    return np.greater(a, b) * 1.0


def erf(a: np.ndarray) -> np.ndarray:
    """Return the error function of a."""
    return np.vectorize(math.erf, otypes=[float])(a)


def gamma_of_number(a: float) -> float:
    """Return the gamma function of one number."""
    if a == 0:
        return math.copysign(math.inf, a)
    try:
        return math.gamma(a)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def gamma(a: np.ndarray) -> np.ndarray:
    """Return the gamma function of a."""
    return np.vectorize(gamma_of_number, otypes=[float])(a)


def protected_div(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a / b, and 1 where |b| <= 0.001."""
    return np.where(np.abs(b) > 0.001, np.divide(a, b), 1.0)


def protected_sqrt(a: np.ndarray) -> np.ndarray:
    """Return sqrt(|a|)."""
    return np.sqrt(np.abs(a))


def protected_log(a: np.ndarray) -> np.ndarray:
    """Return log(|a|), and 0 where |a| <= 0.001."""
    return np.where(np.abs(a) > 0.001, np.log(np.abs(a)), 0.0)


def protected_inverse(a: np.ndarray) -> np.ndarray:
    """Return 1 / a, and 0 where |a| <= 0.001."""
    return np.where(np.abs(a) > 0.001, 1.0 / a, 0.0)
