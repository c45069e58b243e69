"""How SQL writes each operator, with functions that all databases have, and NULL where there is no finite value."""

from __future__ import annotations

from smoothdistill_core.exports.notation import ATOM, FREE, INFIX, Notation
from smoothdistill_core.formula.operators.operator import CALL, PRODUCT

LN2 = "0.6931471805599453"
LN10 = "2.302585092994046"

REFUSED = ("erf", "gamma")
"""Operators that the databases lack."""


def _repeated(template: str) -> Notation:
    """Return a notation whose arguments stand among arithmetic, more than once perhaps."""
    return Notation(template, CALL, (ATOM, ATOM))


NOTATIONS = INFIX | {
    "div": Notation("{0} / NULLIF({1}, 0.0)", PRODUCT, (PRODUCT, FREE)),
    "inverse": Notation("1.0 / NULLIF({0}, 0.0)", PRODUCT),
    "square": Notation("{0} * {0}", PRODUCT, (ATOM,)),
    "cube": Notation("{0} * {0} * {0}", PRODUCT, (ATOM,)),
    "whole_pow": Notation("POWER({0}, {1})"),
    "pow": Notation(
        "CASE WHEN {0} > 0.0 OR {1} = FLOOR({1}) AND ({0} <> 0.0 OR {1} >= 0.0) THEN POWER({0}, {1}) "
        "WHEN {0} = 0.0 AND {1} > 0.0 THEN 0.0 END"
    ),
    "pow_abs": Notation("CASE WHEN {0} <> 0.0 OR {1} >= 0.0 THEN POWER(ABS({0}), {1}) END"),
    "sqrt": Notation("CASE WHEN {0} >= 0.0 THEN SQRT({0}) END"),
    "cbrt": Notation(
        "CASE WHEN {0} > 0.0 THEN POWER({0}, 0.3333333333333333) "
        "WHEN {0} < 0.0 THEN -POWER(ABS({0}), 0.3333333333333333) WHEN {0} = 0.0 THEN 0.0 END"
    ),
    "analytic_quotient": Notation("{0} / SQRT(1.0 + {1} * {1})", PRODUCT, (PRODUCT, ATOM)),
    "abs": Notation("ABS({0})"),
    "sign": Notation("CASE WHEN {0} > 0.0 THEN 1.0 WHEN {0} < 0.0 THEN -1.0 WHEN {0} = 0.0 THEN 0.0 END"),
    "floor": Notation("FLOOR({0})"),
    "ceil": _repeated("(0.0 - FLOOR(0.0 - {0}))"),
    "round": _repeated(
        "CASE WHEN {0} - FLOOR({0}) < 0.5 THEN FLOOR({0}) WHEN {0} - FLOOR({0}) > 0.5 THEN FLOOR({0}) + 1.0 "
        "ELSE 2.0 * FLOOR((FLOOR({0}) + 1.0) / 2.0) END"
    ),
    "mod": _repeated("({0} - {1} * FLOOR({0} / NULLIF({1}, 0.0)))"),
    "max": Notation("CASE WHEN {0} >= {1} THEN {0} WHEN {0} < {1} THEN {1} END"),
    "min": Notation("CASE WHEN {0} <= {1} THEN {0} WHEN {0} > {1} THEN {1} END"),
    "greater": Notation("CASE WHEN {0} > {1} THEN 1.0 WHEN {0} <= {1} THEN 0.0 END"),
    "exp": Notation("EXP({0})"),
    # the first terms of a series where the plain expression would lose its digits
    "expm1": _repeated(
        "CASE WHEN ABS({0}) < 0.0001 THEN {0} + {0} * {0} / 2.0 + {0} * {0} * {0} / 6.0 ELSE EXP({0}) - 1.0 END"
    ),
    "log": Notation("CASE WHEN {0} > 0.0 THEN LN({0}) END"),
    "log2": Notation(f"CASE WHEN {{0}} > 0.0 THEN LN({{0}}) / {LN2} END"),
    "log10": Notation(f"CASE WHEN {{0}} > 0.0 THEN LN({{0}}) / {LN10} END"),
    "log1p": _repeated(
        "CASE WHEN ABS({0}) < 0.0001 THEN {0} - {0} * {0} / 2.0 + {0} * {0} * {0} / 3.0 "
        "WHEN {0} > -1.0 THEN LN(1.0 + {0}) END"
    ),
    "log_abs": Notation("LN(NULLIF(ABS({0}), 0.0))"),
    "sin": Notation("SIN({0})"),
    "cos": Notation("COS({0})"),
    "tan": Notation("TAN({0})"),
    "asin": Notation("CASE WHEN ABS({0}) <= 1.0 THEN ASIN({0}) END"),
    "acos": Notation("CASE WHEN ABS({0}) <= 1.0 THEN ACOS({0}) END"),
    "atan": Notation("ATAN({0})"),
    "sinh": _repeated(
        "CASE WHEN ABS({0}) < 0.001 THEN {0} + {0} * {0} * {0} / 6.0 "
        f"ELSE EXP({{0}} - {LN2}) - EXP(0.0 - {{0}} - {LN2}) END"
    ),
    "cosh": _repeated(f"(EXP({{0}} - {LN2}) + EXP(0.0 - {{0}} - {LN2}))"),
    "tanh": _repeated(
        "CASE WHEN ABS({0}) < 0.001 THEN {0} - {0} * {0} * {0} / 3.0 WHEN {0} > 20.0 THEN 1.0 "
        "WHEN {0} < -20.0 THEN -1.0 ELSE 1.0 - 2.0 / (EXP(2.0 * {0}) + 1.0) END"
    ),
    "asinh": _repeated(
        "CASE WHEN ABS({0}) < 0.001 THEN {0} - {0} * {0} * {0} / 6.0 ELSE "
        "(CASE WHEN {0} > 0.0 THEN 1.0 ELSE -1.0 END) * (LN(ABS({0})) + LN(1.0 + SQRT(1.0 + 1.0 / ({0} * {0})))) END"
    ),
    "acosh": _repeated("CASE WHEN {0} >= 1.0 THEN LN({0}) + LN(1.0 + SQRT({0} - 1.0) * SQRT({0} + 1.0) / {0}) END"),
    "atanh": _repeated(
        "CASE WHEN ABS({0}) < 0.001 THEN {0} + {0} * {0} * {0} / 3.0 "
        "WHEN ABS({0}) < 1.0 THEN 0.5 * LN((1.0 + {0}) / (1.0 - {0})) END"
    ),
    "protected_div": Notation("CASE WHEN ABS({1}) <= 0.001 THEN 1.0 ELSE {0} / {1} END", CALL, (ATOM, ATOM)),
    "protected_sqrt": Notation("SQRT(ABS({0}))"),
    "protected_log": Notation("CASE WHEN ABS({0}) <= 0.001 THEN 0.0 ELSE LN(ABS({0})) END"),
    "protected_inverse": Notation("CASE WHEN ABS({0}) <= 0.001 THEN 0.0 ELSE 1.0 / {0} END", CALL, (ATOM,)),
}
"""The notation of each operator; ``whole_pow`` is a power whose exponent is a whole number and not negative."""
