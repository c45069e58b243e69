"""The operators of formulas as compiled code runs them on one row: value and derivatives, by an operator's number.

What they mean is said by the table of the formula language, with which `NAMES` agrees; here they are quick. In the last
digit they may differ: vectorised and scalar libraries round a logarithm in their own ways.
"""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.formula.operators.protected import GUARD
from smoothdistill_core.searching.compiled_sums import compiled

NAMES = (
    *("add", "sub", "mul", "div", "neg", "inverse", "square", "cube", "pow", "pow_abs", "sqrt", "cbrt"),
    *("analytic_quotient", "abs", "sign", "floor", "ceil", "round", "mod", "max", "min", "greater"),
    *("exp", "expm1", "log", "log2", "log10", "log1p", "log_abs", "sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "gamma"),
    *("protected_div", "protected_sqrt", "protected_log", "protected_inverse"),
)
"""The names of operators by their number."""
NUMBERS = {name: number for number, name in enumerate(NAMES)}

ADD, SUB, MUL, DIV, NEG, INVERSE, SQUARE, CUBE, POW, POW_ABS, SQRT, CBRT = range(12)
ANALYTIC_QUOTIENT, ABS, SIGN, FLOOR, CEIL, ROUND, MOD, MAX, MIN, GREATER = range(12, 22)
EXP, EXPM1, LOG, LOG2, LOG10, LOG1P, LOG_ABS, SIN, COS, TAN, ASIN, ACOS, ATAN = range(22, 35)
SINH, COSH, TANH, ASINH, ACOSH, ATANH, ERF, GAMMA = range(35, 43)
PROTECTED_DIV, PROTECTED_SQRT, PROTECTED_LOG, PROTECTED_INVERSE = range(43, 47)

FROM_HERE = 10.0
"""The asymptotic series of the digamma function gives all digits from here on."""


@compiled
def sign(a: float) -> float:
    """Return -1, 0 or 1; NaN of NaN."""
    return 1.0 if a > 0.0 else (-1.0 if a < 0.0 else a * 0.0)


@compiled
def digamma(a: float) -> float:
    """Return the derivative of the logarithm of gamma (Abramowitz and Stegun 6.3.5, 6.3.7 and 6.3.18)."""
    found = 0.0
    if a <= 0.0:
        found -= math.pi / math.tan(math.pi * a)
        a = 1.0 - a
    while a < FROM_HERE:
        found -= 1.0 / a
        a += 1.0
    square = 1.0 / (a * a)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return found + math.log(a) - 0.5 / a - series


@compiled
def value(operation: int, a: float, b: float) -> float:
    """Return the value of an operator of one or two arguments."""
    if operation == ADD:
        return a + b
    if operation == SUB:
        return a - b
    if operation == MUL:
        return a * b
    if operation == DIV:
        return a / b
    if operation == NEG:
        return -a
    if operation == INVERSE:
        return 1.0 / a
    if operation == SQUARE:
        return a * a
    if operation == CUBE:
        return a * a * a
    if operation == POW:
        return float(a**b)
    if operation == POW_ABS:
        return float(abs(a) ** b)
    if operation == SQRT:
        return math.sqrt(a)
    if operation == CBRT:
        return float(np.cbrt(a))
    if operation == ANALYTIC_QUOTIENT:
        return a / math.sqrt(1.0 + b * b)
    if operation == ABS:
        return abs(a)
    if operation == SIGN:
        return sign(a)
    if operation == FLOOR:
        return float(np.floor(a))
    if operation == CEIL:
        return float(np.ceil(a))
    if operation == ROUND:
        return float(np.rint(a))
    if operation == MOD:
        return a % b
    if operation == MAX:
        return a if a >= b or a != a else b
    if operation == MIN:
        return a if a <= b or a != a else b
    if operation == GREATER:
        return 1.0 if a > b else 0.0
    if operation == EXP:
        return math.exp(a)
    if operation == EXPM1:
        return math.expm1(a)
    if operation == LOG:
        return math.log(a)
    if operation == LOG2:
        return float(np.log2(a))
    if operation == LOG10:
        return math.log10(a)
    if operation == LOG1P:
        return math.log1p(a)
    if operation == LOG_ABS:
        return math.log(abs(a))
    if operation == SIN:
        return math.sin(a)
    if operation == COS:
        return math.cos(a)
    if operation == TAN:
        return math.tan(a)
    if operation == ASIN:
        return math.asin(a)
    if operation == ACOS:
        return math.acos(a)
    if operation == ATAN:
        return math.atan(a)
    if operation == SINH:
        return math.sinh(a)
    if operation == COSH:
        return math.cosh(a)
    if operation == TANH:
        return math.tanh(a)
    if operation == ASINH:
        return math.asinh(a)
    if operation == ACOSH:
        return math.acosh(a)
    if operation == ATANH:
        return math.atanh(a)
    if operation == ERF:
        return math.erf(a)
    if operation == GAMMA:
        return math.gamma(a)
    if operation == PROTECTED_DIV:
        return a / b if abs(b) > GUARD else 1.0
    if operation == PROTECTED_SQRT:
        return math.sqrt(abs(a))
    if operation == PROTECTED_LOG:
        return math.log(abs(a)) if abs(a) > GUARD else 0.0
    return 1.0 / a if abs(a) > GUARD else 0.0  # protected_inverse


@compiled
def slopes(operation: int, v: float, a: float, b: float) -> tuple[float, float]:
    """Return the derivatives of an operator with value ``v`` by its arguments; of one with one argument, that twice."""
    by_a = by_b = 0.0
    if operation == ADD:
        by_a = by_b = 1.0
    elif operation == SUB:
        by_a, by_b = 1.0, -1.0
    elif operation == MUL:
        by_a, by_b = b, a
    elif operation == DIV:
        by_a, by_b = 1.0 / b, -v / b
    elif operation == NEG:
        by_a = -1.0
    elif operation == INVERSE:
        by_a = -v * v
    elif operation == SQUARE:
        by_a = 2.0 * a
    elif operation == CUBE:
        by_a = 3.0 * a * a
    elif operation in (POW, POW_ABS):
        base = abs(a) if operation == POW_ABS else a
        by_a = 0.0 if b == 0.0 else b * base ** (b - 1.0)
        by_b = v * math.log(base) if base > 0.0 else 0.0
        if operation == POW_ABS:
            by_a = 0.0 if a == 0.0 else sign(a) * by_a
    elif operation == SQRT:
        by_a = 0.5 / v
    elif operation == CBRT:
        by_a = 1.0 / (3.0 * v * v)
    elif operation == ANALYTIC_QUOTIENT:
        squared = 1.0 + b * b
        by_a, by_b = 1.0 / math.sqrt(squared), -v * b / squared
    elif operation == ABS:
        by_a = sign(a)
    elif operation == MOD:
        by_a, by_b = 1.0, -float(np.floor(a / b))
    elif operation == MAX:
        by_a, by_b = (1.0 if a >= b else 0.0), (1.0 if a < b else 0.0)
    elif operation == MIN:
        by_a, by_b = (1.0 if a <= b else 0.0), (1.0 if a > b else 0.0)
    elif operation == EXP:
        by_a = v
    elif operation == EXPM1:
        by_a = v + 1.0
    elif operation in (LOG, LOG_ABS):
        by_a = 1.0 / a
    elif operation == LOG2:
        by_a = 1.0 / (a * math.log(2.0))
    elif operation == LOG10:
        by_a = 1.0 / (a * math.log(10.0))
    elif operation == LOG1P:
        by_a = 1.0 / (1.0 + a)
    elif operation == SIN:
        by_a = math.cos(a)
    elif operation == COS:
        by_a = -math.sin(a)
    elif operation == TAN:
        by_a = 1.0 + v * v
    elif operation == ASIN:
        by_a = 1.0 / math.sqrt(1.0 - a * a)
    elif operation == ACOS:
        by_a = -1.0 / math.sqrt(1.0 - a * a)
    elif operation == ATAN:
        by_a = 1.0 / (1.0 + a * a)
    elif operation == SINH:
        by_a = math.cosh(a)
    elif operation == COSH:
        by_a = math.sinh(a)
    elif operation == TANH:
        by_a = 1.0 - v * v
    elif operation == ASINH:
        by_a = 1.0 / math.sqrt(a * a + 1.0)
    elif operation == ACOSH:
        by_a = 1.0 / math.sqrt(a * a - 1.0)
    elif operation == ATANH:
        by_a = 1.0 / (1.0 - a * a)
    elif operation == ERF:
        by_a = 2.0 / math.sqrt(math.pi) * math.exp(-a * a)
    elif operation == GAMMA:
        by_a = v * digamma(a)
    elif operation == PROTECTED_DIV:
        if abs(b) > GUARD:
            by_a, by_b = 1.0 / b, -a / (b * b)
    elif operation == PROTECTED_SQRT:
        by_a = 0.0 if a == 0.0 else sign(a) / (2.0 * v)
    elif operation == PROTECTED_LOG:
        by_a = 1.0 / a if abs(a) > GUARD else 0.0
    elif operation == PROTECTED_INVERSE:
        by_a = -1.0 / (a * a) if abs(a) > GUARD else 0.0
    return by_a, by_b
